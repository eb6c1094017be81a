// The generator of random policies uses every feature that a binary policy can have: the properties that are tested
// over its policies say nothing about what it never makes.

import { expect, it } from "vitest";
import { VERSION_MAX } from "../../server/policydb/binary/versions.ts";
import { featuresOf } from "./features.ts";
import { randomPolicy } from "./generate.ts";

const LEVELS = [32, 64, 128, 256, 512, 1024];
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** Comparisons of attributes with every operator, names on every side, connectives. */
function constraintFeatures(kind: string, sides: readonly number[]): string[] {
  const nodes = ["1 0 0", "2 0 0", "3 0 0", "4 1 1", "4 1 2", "4 4 1", "4 4 2"];
  for (const attr of [2, ...LEVELS]) for (const op of range(1, 5)) nodes.push(`4 ${attr} ${op}`);
  for (const field of [1, 2, 4])
    for (const side of sides) for (const op of [1, 2]) nodes.push(`5 ${field | side} ${op}`);
  return nodes.map((node) => `${kind} ${node}`);
}

const RULES = ["0x1/0", "0x2/0", "0x4/0", "0x10/0", "0x20/0", "0x40/0"].concat(
  ["0x100", "0x200", "0x400"].flatMap((kind) => [1, 2, 3].map((what) => `${kind}/${what}`)),
);

const EXPECTED = [
  ...["mls", "no mls", "permissive", "neveraudit", "common", "if true", "genfscon", "genfscon with a class"],
  ...["type bounds", "type bounds in a chain", "role bounds", "role dominance", "user bounds"],
  ...["role_transition", "role allow", "range_transition"],
  ...[1, 2].map((n) => `filename transition, ${n} alternatives`),
  ...[0, 2, 4].map((code) => `handle_unknown ${code}`),
  ...range(1, 7).map((op) => `conditional operator ${op}`),
  ...["user", "role", "type"].flatMap((what) => range(0, 2).map((code) => `default_${what} ${code}`)),
  ...range(0, 7).map((code) => `default_range ${code}`),
  ...RULES.flatMap((rule) => [`rule ${rule}`, `rule ${rule} in a conditional`]),
  ..."initialSids fs ports netifs nodes fsUses nodes6 ibPkeys ibEndPorts"
    .split(" ")
    .map((kind) => `ocontexts ${kind}`),
  ...constraintFeatures("constraint", [0, 8]),
  ...constraintFeatures("validatetrans", [0, 8, 16]),
];

it("generated policies use every feature", () => {
  const used = new Set<string>();
  for (let seed = 1; seed <= 400; seed++)
    for (const feature of featuresOf(randomPolicy(seed, VERSION_MAX, 1 + (seed % 4)))) used.add(feature);
  expect(EXPECTED.filter((feature) => !used.has(feature))).toEqual([]);
  expect([...used].filter((feature) => !EXPECTED.includes(feature)).sort()).toEqual([]);
});
