// Decisions a second on the reference policy: the pairwise reference, merged rows, and hits of the cache. A plain
// program (`node .ci/bench.mjs` or bundled by hand), not a test; the questions are the recorded ones of the golden
// answers, so the mix of domains, targets and classes is realistic. Peers in the same run: Debian's libsepol through a
// small C driver (libsepol.c), and seinfo for reading a binary policy.

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { Avc } from "../../server/avc/avc.ts";
import { createAvcSource } from "../../server/avc/source.ts";
import { readPolicy } from "../../server/policydb/binary/read.ts";
import type { Context } from "../../server/policydb/context.ts";
import type { PolicyDb } from "../../server/policydb/policydb.ts";
import { computeAvByNumbers, computeAvByRows, createAvRows } from "../../server/services/avRows.ts";
import { computeAv, createDecision } from "../../server/services/computeAv.ts";
import { createContextReader } from "../../server/services/contextReader.ts";
import { addContext } from "../../server/services/contextTable.ts";
import { Sidtab } from "../../server/services/sidtab.ts";
import { hasProgram, scratchFolder, wallTime } from "./place.ts";
import { median, ms, printTable, type Row, skipped } from "./table.ts";

/** Fixtures by path from the repository's root, where `npm run bench` runs. */
function unpack(path: string): Buffer {
  return brotliDecompressSync(readFileSync(path));
}

const policy = readPolicy(unpack("test/policydb/fixtures/cp33.policy.br")).policy as PolicyDb;
const questions = unpack("test/conformance/fixtures/services/cp33.kernel.br").toString("latin1").split("\n");
const readContext = createContextReader(policy);
const asked: { readonly source: Context; readonly target: Context; readonly tclass: number }[] = [];

for (const line of questions) {
  const [question, scon = "", tcon = "", name = ""] = line.split("\t");
  if (question !== "av") continue;
  const source = readContext(scon);
  const target = readContext(tcon);
  if (source.ok && target.ok)
    asked.push({ source: source.value, target: target.value, tclass: policy.classes.valueOf(name) });
}
const count = asked.length;

/** Best of some timed rounds, in millions of decisions a second. */
function measure(label: string, decisions: number, round: () => number): number {
  let best = Number.POSITIVE_INFINITY;
  let sum = 0;
  for (let i = 0; i < 7; i++) {
    const start = performance.now();
    sum += round();
    best = Math.min(best, performance.now() - start);
  }
  const rate = decisions / best / 1000;
  console.log(
    `${label.padEnd(28)} ${rate.toFixed(2).padStart(8)} M/s   (${decisions} decisions, checksum ${sum})`,
  );
  return rate;
}

const decision = createDecision();
const rows = createAvRows(policy);

const pairwise = measure("pairwise", count, () => {
  let sum = 0;
  for (const { source, target, tclass } of asked)
    sum += computeAv(policy, source, target, tclass).allowed & 1;
  return sum;
});

const cold = performance.now();
for (const { source, target, tclass } of asked) computeAvByRows(rows, source, target, tclass, decision);
console.log(
  `rows, first pass             ${(performance.now() - cold).toFixed(1).padStart(8)} ms for ${count}`,
);

const REPEAT = 10;
const numbers = new Map<Context, number>();
/** The question's contexts as numbers, as libsepol and the kernel have them as SIDs. */
function numberOf(context: Context): number {
  const number = numbers.get(context) ?? addContext(rows.contexts, context);
  numbers.set(context, number);
  return number;
}
function measureRows(label: string, order: typeof asked): number {
  const sources = Int32Array.from(order, ({ source }) => numberOf(source));
  const targets = Int32Array.from(order, ({ target }) => numberOf(target));
  const classes = Int32Array.from(order, ({ tclass }) => tclass);
  return measure(label, order.length * REPEAT, () => {
    let sum = 0;
    for (let r = 0; r < REPEAT; r++)
      for (let i = 0; i < sources.length; i++) {
        computeAvByNumbers(rows, sources[i] as number, targets[i] as number, classes[i] as number, decision);
        sum += decision.allowed & 1;
      }
    return sum;
  });
}
const anyOrder = measureRows("rows, any order", asked);
const grouped = measureRows(
  "rows, by source type",
  [...asked].sort((a, b) => a.source.type - b.source.type),
);
const few = measureRows("rows, 1000 questions", asked.slice(0, 1000));
const asObjects = measure("rows, contexts as objects", count * REPEAT, () => {
  let sum = 0;
  for (let r = 0; r < REPEAT; r++)
    for (const { source, target, tclass } of asked) {
      computeAvByRows(rows, source, target, tclass, decision);
      sum += decision.allowed & 1;
    }
  return sum;
});

const sidtab = new Sidtab(policy);
const avc = new Avc(createAvcSource(rows, sidtab));
const HOT = 400;
const ssids = Int32Array.from({ length: HOT }, (_, i) =>
  sidtab.sidOf((asked[i * 100] as (typeof asked)[number]).source),
);
const tsids = Int32Array.from({ length: HOT }, (_, i) =>
  sidtab.sidOf((asked[i * 100] as (typeof asked)[number]).target),
);
const tclasses = Int32Array.from(
  { length: HOT },
  (_, i) => (asked[i * 100] as (typeof asked)[number]).tclass,
);
const ROUNDS = 20_000;
const hits = measure("cache hits", HOT * ROUNDS, () => {
  let sum = 0;
  for (let r = 0; r < ROUNDS; r++)
    for (let i = 0; i < HOT; i++)
      sum += avc.hasPerm(ssids[i] as number, tsids[i] as number, tclasses[i] as number, 1 << (r & 7), true)
        ? 1
        : 0;
  return sum;
});
const { lookups, misses } = avc.stats;
console.log(`cache: ${lookups} lookups, ${misses} misses`);

/** libsepol's rate on the same questions, in millions a second; undefined where it cannot be had. */
function libsepolRate(folder: string, policyFile: string): { rate: number; checksum: number } | undefined {
  const library = [
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib64",
    "/usr/lib",
    "/lib",
  ]
    .filter(existsSync)
    .flatMap((path) => readdirSync(path).map((name) => join(path, name)))
    .find((path) => /libsepol\.so(\.2)?$/.test(path));
  if (library === undefined || !hasProgram("gcc")) return undefined;
  const driver = join(folder, "libsepol");
  const built = spawnSync("gcc", ["-O2", "-o", driver, "test/bench/libsepol.c", library], {
    encoding: "utf8",
  });
  if (built.status !== 0) {
    console.log(built.stderr);
    return undefined;
  }
  const file = join(folder, "questions");
  const lines = questions.filter((line) => line.startsWith("av\t"));
  writeFileSync(file, lines.map((line) => `${line.split("\t").slice(1, 4).join("\t")}\n`).join(""));
  const { stdout, status } = spawnSync(driver, [policyFile, file], {
    encoding: "utf8",
    // It explains each invalid context; the questions hold thousands.
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [, rate = "", checksum = ""] = stdout.trim().split(" ");
  return status === 0 ? { rate: Number(rate) / 1e6, checksum: Number(checksum) } : undefined;
}

const folder = scratchFolder();
const policyFile = join(folder, "policy.33");
const bytes = unpack("test/policydb/fixtures/cp33.policy.br");
writeFileSync(policyFile, bytes);
const rate = (value: number): string => `${value.toFixed(2)} M/s`;
const sepol = libsepolRate(folder, policyFile);
if (sepol === undefined) skipped("libsepol", "no gcc or no libsepol.so here, or it refused");
const peer = sepol === undefined ? "" : `libsepol ${rate(sepol.rate)}`;
const beatsPeer = (value: number): boolean => value >= 5 && (sepol === undefined || value > sepol.rate);
const results: Row[] = [
  {
    what: "computeAv by rows, uncached",
    figure: rate(anyOrder),
    against: peer,
    goal: "≥ 5 M/s, > libsepol",
    reached: beatsPeer(anyOrder),
  },
  { what: "computeAv by rows, contexts as objects", figure: rate(asObjects), against: peer },
  { what: "computeAv by rows, 1000 questions", figure: rate(few), against: peer },
  { what: "computeAv by rows, grouped by source", figure: rate(grouped), against: peer },
  { what: "computeAv pairwise (the reference)", figure: rate(pairwise), against: peer },
  { what: "AVC hit", figure: rate(hits), goal: "≥ 50 M/s", reached: hits >= 50 },
];
// The engine alone, in a process that has read the policy before; the whole program below is what a user meets.
const read: number[] = [];
for (let i = 0; i < 5; i++) {
  const start = performance.now();
  readPolicy(bytes);
  read.push(performance.now() - start);
}
if (hasProgram("seinfo")) {
  const turns = [0, 1, 2, 3, 4];
  const command = [process.execPath, "dist/cli.cjs", "query", "--policy", policyFile, "info"];
  const env = { ...process.env, SELS_CACHE_DIR: folder };
  wallTime(command, env);
  const start = median(turns.map(() => wallTime(["seinfo", "--version"])));
  const whole = median(turns.map(() => wallTime(["seinfo", policyFile])));
  const ours = median(turns.map(() => wallTime(command, env)));
  results.push(
    {
      what: `read a ${(bytes.length / 1e6).toFixed(1)} MB policy`,
      figure: ms(median(read)),
      against: `seinfo --version ${ms(start)}`,
      goal: "faster than seinfo starts",
      reached: median(read) < start,
    },
    {
      what: "sels query info on it, the whole program",
      figure: ms(ours),
      against: `seinfo ${ms(whole)}`,
      goal: "faster than seinfo starts",
      reached: ours < start,
    },
  );
} else skipped("seinfo", "setools is not installed");
printTable("decisions and binary policies", results);
