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
import { createContextReader } from "../../server/services/contextReader.ts";
import { Sidtab } from "../../server/services/sidtab.ts";

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

const decision = createDecision();
const rows = createAvRows(policy);

measure("pairwise", count, () => {
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
function measureRows(label: string, order: typeof asked): void {
  measure(label, order.length * REPEAT, () => {
    let sum = 0;
    for (let r = 0; r < REPEAT; r++)
      for (const { source, target, tclass } of order) {
        computeAvByRows(rows, source, target, tclass, decision);
        sum += decision.allowed & 1;
      }
    return sum;
  });
}
measureRows("rows, any order", asked);
measureRows(
  "rows, by source type",
  [...asked].sort((a, b) => a.source.type - b.source.type),
);
measureRows("rows, 1000 questions", asked.slice(0, 1000));

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
