// Neverallow on the reference policy: 2,000 random assertions of the usual shapes, prepared, checked as a whole, and
// checked after an edit of a few hundred rules. A plain program (`npm run bench -- neverallow [POLICY]`), not a test.

import { existsSync, readFileSync } from "node:fs";
import { brotliDecompressSync } from "node:zlib";
import {
  type Assertion,
  checkAll,
  checkChanged,
  prepareAssertions,
} from "../../server/analysis/neverallow.ts";
import { AVTAB_ALLOWED } from "../../server/policydb/avtab.ts";
import { readPolicy } from "../../server/policydb/binary/read.ts";
import { Ebitmap } from "../../server/policydb/ebitmap.ts";
import { randomSource } from "../analysis/generatedPolicy.ts";

const ASSERTIONS = 2000;
const TOUCHED = 300;
const ROUNDS = 15;

const given = process.argv[2];
const file =
  given !== undefined && existsSync(given)
    ? readFileSync(given)
    : brotliDecompressSync(readFileSync("test/policydb/fixtures/cp33.policy.br"));
const db = readPolicy(file).policy;
if (db === undefined) throw new Error("not a kernel policy");

const random = randomSource(1);
const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T;
const attributes = [...db.types].filter(({ isAttribute }) => isAttribute).map(({ value }) => value);
const types = [...db.types].filter(({ isAttribute }) => !isAttribute).map(({ value }) => value);
const all = Ebitmap.of(types.map((value) => value - 1));
const members = (value: number): Ebitmap => db.attrTypeMap[value]?.clone() ?? new Ebitmap();

/** One type, an attribute, everything but an attribute, an attribute and a type: as often. */
function set(): Ebitmap {
  const shape = random(4);
  if (shape === 0) return Ebitmap.of([pick(types) - 1]);
  if (shape === 1) return members(pick(attributes));
  if (shape === 2) return all.clone().deleteAll(members(pick(attributes)));
  return members(pick(attributes)).addAll(Ebitmap.of([pick(types) - 1]));
}

const classes = [...db.classes].map(({ value }) => value);
const assertions = Array.from({ length: ASSERTIONS }, (_, id): Assertion => {
  const classPerms = Array.from({ length: 1 + random(3) }, () => ({
    tclass: pick(classes),
    mask: 1 << random(16),
  }));
  const targets = Ebitmap.of([pick(types) - 1]);
  return { id, sources: set(), targets, self: random(10) === 0, minusSelf: false, classPerms };
});

function measure(label: string, round: () => number): void {
  const times: number[] = [];
  let result = 0;
  for (let i = 0; i < ROUNDS; i++) {
    const start = performance.now();
    result = round();
    times.push(performance.now() - start);
  }
  times.sort((left, right) => left - right);
  const median = times[times.length >> 1] ?? 0;
  console.log(
    `${label.padEnd(24)} median ${median.toFixed(3)} ms, best ${times[0]?.toFixed(3)} ms (${result})`,
  );
}

let index = prepareAssertions(db, assertions);
const allowed: number[] = [];
for (let entry = 0; entry < db.avtab.length; entry++)
  if (db.avtab.specified[entry] === AVTAB_ALLOWED) allowed.push(entry);
const touched = Array.from({ length: TOUCHED }, () => pick(allowed));
console.log(`${allowed.length} allow rules, ${ASSERTIONS} assertions`);
measure("prepare", () => {
  index = prepareAssertions(db, assertions);
  return index.assertions.length;
});
measure("whole policy", () => checkAll(db, index).length);
measure(`${TOUCHED} changed rules`, () => checkChanged(db, index, touched).violations.length);
