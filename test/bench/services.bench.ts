// Decisions a second on the reference policy: the pairwise reference, merged rows, and hits of the cache. A plain
// program (`node .ci/bench.mjs` or bundled by hand), not a test; the questions are the recorded ones of the golden
// answers, so the mix of domains, targets and classes is realistic.

import { readFileSync } from "node:fs";
import { brotliDecompressSync } from "node:zlib";
import { Avc } from "../../server/avc/avc.ts";
import { createAvcSource } from "../../server/avc/source.ts";
import { readPolicy } from "../../server/policydb/binary/read.ts";
import type { Context } from "../../server/policydb/context.ts";
import type { PolicyDb } from "../../server/policydb/policydb.ts";
import { computeAvByRows, createAvRows } from "../../server/services/avRows.ts";
import { computeAv, createDecision } from "../../server/services/computeAv.ts";
import { parseContext } from "../../server/services/context.ts";
import { Sidtab } from "../../server/services/sidtab.ts";

/** Fixtures by path from the repository's root, where `npm run bench` runs. */
function unpack(path: string): Buffer {
  return brotliDecompressSync(readFileSync(path));
}

const policy = readPolicy(unpack("test/policydb/fixtures/cp33.policy.br")).policy as PolicyDb;
const questions = unpack("test/conformance/fixtures/services/cp33.kernel.br").toString("latin1").split("\n");
const contexts = new Map<string, Context | undefined>();
const sources: Context[] = [];
const targets: Context[] = [];
const classes: number[] = [];

function contextOf(text: string): Context | undefined {
  if (!contexts.has(text)) {
    const parsed = parseContext(policy, text);
    contexts.set(text, parsed.ok ? parsed.value : undefined);
  }
  return contexts.get(text);
}

for (const line of questions) {
  const [question, scon = "", tcon = "", name = ""] = line.split("\t");
  const source = question === "av" ? contextOf(scon) : undefined;
  const target = question === "av" ? contextOf(tcon) : undefined;
  if (source === undefined || target === undefined) continue;
  sources.push(source);
  targets.push(target);
  classes.push(policy.classes.valueOf(name));
}

/** Best of some timed rounds, in decisions a second. */
function measure(label: string, decisions: number, round: () => number): void {
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
}

const count = sources.length;
const decision = createDecision();
const rows = createAvRows(policy);

measure("pairwise", count, () => {
  let sum = 0;
  for (let i = 0; i < count; i++)
    sum += computeAv(policy, sources[i] as Context, targets[i] as Context, classes[i] as number).allowed & 1;
  return sum;
});

const cold = performance.now();
for (let i = 0; i < count; i++)
  computeAvByRows(rows, sources[i] as Context, targets[i] as Context, classes[i] as number, decision);
console.log(
  `rows, first pass             ${(performance.now() - cold).toFixed(1).padStart(8)} ms for ${count}`,
);

const REPEAT = 10;
measure("rows", count * REPEAT, () => {
  let sum = 0;
  for (let r = 0; r < REPEAT; r++)
    for (let i = 0; i < count; i++) {
      computeAvByRows(rows, sources[i] as Context, targets[i] as Context, classes[i] as number, decision);
      sum += decision.allowed & 1;
    }
  return sum;
});

const sidtab = new Sidtab(policy);
const avc = new Avc(createAvcSource(rows, sidtab));
const HOT = 400;
const ssids = Int32Array.from({ length: HOT }, (_, i) => sidtab.sidOf(sources[i * 100] as Context));
const tsids = Int32Array.from({ length: HOT }, (_, i) => sidtab.sidOf(targets[i * 100] as Context));
const tclasses = Int32Array.from({ length: HOT }, (_, i) => classes[i * 100] as number);
const ROUNDS = 20_000;
measure("cache hits", HOT * ROUNDS, () => {
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
