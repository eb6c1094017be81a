/**
 * The formatter's promises on texts that nobody would write: mutated sources and soups of tokens. It never throws, keeps
 * tokens, tree and comments, is idempotent, and a part changes nothing outside of it. Seeded, so a failure stays.
 */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyChanges, type FormatOptions, type TextChange } from "../../../server/features/format/change.ts";
import {
  areAlike,
  type FormatKind,
  formatChanges,
  parseForFormat,
} from "../../../server/features/format/format.ts";
import { indentChange } from "../../../server/features/format/onType.ts";
import { createWords } from "../../../server/workspace/engine.ts";
import { startCpuTime } from "../../support/cpuTime.ts";

const RUNS = { seed: 20261124, numRuns: 300 };
const words = createWords();

const read = (path: string): string =>
  readFileSync(new URL(`../../../examples/${path}`, import.meta.url), "utf8");

const PIECES = [
  ..."`'{}()[]:;,-~*.$#!\"\\/ \t\n",
  "\n\t",
  "  ",
  "\r\n",
  "`\n",
  "')\n",
  "',`\n",
  "#",
  "# it's\n",
  "# `x\n",
  "##\t<a>\n",
  "dnl x\n",
  "dnl\n",
  "\f",
  "\r",
  "\ufeff",
  "allow a b:c d;",
  "allow { a -b } c : { d e } f;\n",
  "type a_t, b;",
  "a(b,c)",
  "a( b , c )\n",
  "$1",
  "$*",
  "$1_t",
  "interface(`a',`\n",
  "\ninterface(`a', `",
  "optional_policy(`",
  "ifdef(`a',`",
  "tunable_policy(`a && b',`\n",
  "gen_require(`\n",
  "define(`a',`{ b }')",
  "define(`a',`",
  "ifelse(`$1',,",
  "if (a && b) {\n",
  "} else {\n",
  "require {\n",
  "optional {\n",
  "/a(/.*)?\t--\t",
  "/b  ",
  "gen_context(system_u:object_r:a_t,s0)\n",
  "<<none>>\n",
  "-d ",
  "é",
  "\ud83d\ude00",
] as const;

const TE = `policy_module(a, 1.0)\n\ngen_require(\`\n\ttype b_t;\n')\n\nifdef(\`x',\`\n  allow a_t b_t:file {read write};\n\t# don't\n',\`\n\tb(c, { d e })\n')\n\nif (q) {\n\tallow a b:c d; allow a b:c e;\n}\n`;
const FC =
  "/a(/.*)?\t--\tgen_context(system_u:object_r:a_t,s0)\n/b gen_context(system_u:object_r:a_t,s0)\n\nifdef(`x',`\n/c\t\t<<none>>\n')\n";

/** A text that was good once. */
function mutated(sources: readonly string[]): fc.Arbitrary<string> {
  const change = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(12), fc.constantFrom(...PIECES));
  return fc
    .tuple(fc.constantFrom(...sources), fc.array(change, { maxLength: 8 }))
    .map(([source, changes]) => {
      let text = source;
      for (const [place, length, piece] of changes) {
        const at = Math.floor(place * text.length);
        text = text.slice(0, at) + piece + text.slice(at + length);
      }
      return text;
    });
}

const soup = fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => pieces.join(""));
const options = fc.constantFrom<FormatOptions>({ indent: "\t" }, { indent: "  " });

function changesOf(
  text: string,
  kind: FormatKind,
  style: FormatOptions,
  part?: { start: number; end: number },
) {
  return formatChanges(parseForFormat(text, kind, words), kind, words, style, part);
}

/** White space only, ascending, apart from blanks at the ends of comments nothing else. */
function expectHarmless(text: string, kind: FormatKind, changes: readonly TextChange[]): string {
  let at = 0;
  for (const change of changes) {
    expect(change.start).toBeGreaterThanOrEqual(at);
    expect(change.end).toBeGreaterThanOrEqual(change.start);
    expect(text.slice(change.start, change.end) + change.text).toMatch(/^[ \t\r\n]*$/);
    at = change.end;
  }
  const after = applyChanges(text, changes);
  expect(areAlike(parseForFormat(text, kind, words), parseForFormat(after, kind, words))).toBe(true);
  return after;
}

const KINDS: readonly (readonly [FormatKind, readonly string[]])[] = [
  ["policy", [TE, read("policy/modules/kernel/files.if")]],
  ["support", [TE]],
  ["conf", [TE.replace(/[`']/g, "")]],
  ["contexts", [FC]],
];

describe.each(KINDS)("%s", (kind, sources) => {
  const text = fc.oneof(mutated(sources), soup);

  it("keeps everything but white space, and is done after one time", () => {
    fc.assert(
      fc.property(text, options, (before, style) => {
        const after = expectHarmless(before, kind, changesOf(before, kind, style));
        expect(changesOf(after, kind, style)).toEqual([]);
      }),
      RUNS,
    );
  });

  it("changes nothing outside of a part", () => {
    fc.assert(
      fc.property(text, fc.nat(), fc.nat(), (before, one, other) => {
        const ends = [one % (before.length + 1), other % (before.length + 1)].sort((a, b) => a - b);
        const [start, end] = ends as [number, number];
        const changes = changesOf(before, kind, { indent: "\t" }, { start, end });
        expectHarmless(before, kind, changes);
        for (const change of changes) expect(change.start >= start && change.end <= end).toBe(true);
      }),
      RUNS,
    );
  });

  it("types", () => {
    fc.assert(
      fc.property(text, fc.nat(), fc.constantFrom("\n", "}", "'"), (before, place, typed) => {
        const at = place % (before.length + 1);
        const now = before.slice(0, at) + typed + before.slice(at);
        const change = indentChange(parseForFormat(now, kind, words).tokens, at + 1, typed, { indent: "\t" });
        if (change === undefined) return;
        expect(now.slice(change.start, change.end) + change.text).toMatch(/^[ \t]*$/);
      }),
      RUNS,
    );
  });
});

/** Each took seconds once, or could. */
const HEAVY: readonly (readonly [name: string, text: string])[] = [
  ["many statements on a line", `optional_policy(\`\n${"a(b) ".repeat(50_000)}\n')\n`],
  ["many mistakes", "allow a b;x c d e;\n".repeat(20_000)],
  ["a deep nest", `a(${"b(".repeat(50_000)}${")".repeat(50_000)})\n`],
  ["many open blocks", "optional_policy(`\n".repeat(20_000)],
  ["a long set", `allow a { ${"b  ".repeat(100_000)}}:c d;\n`],
  ["a long paragraph", "/a  <<none>>\n".repeat(50_000)],
];

it.each(HEAVY)("%s takes no time", (_name, text) => {
  for (const kind of ["policy", "contexts"] as const) {
    const tree = parseForFormat(text, kind, words);
    const cpuTime = startCpuTime();
    formatChanges(tree, kind, words, { indent: "\t" });
    expect(cpuTime()).toBeLessThan(2000);
  }
});
