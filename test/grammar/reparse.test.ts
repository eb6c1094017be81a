/** The tree of an edited policy.conf, made around the edit, is the tree of the whole text parsed anew. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { createWords, parsePolicy } from "../../grammar/parse.ts";
import { reparsePolicy } from "../../grammar/reparse.ts";
import type { SyntaxTree } from "../../grammar/syntax/tree.ts";

const STATEMENTS = [
  "allow a_t b_t:file { read write };",
  "type a_t, x, y;",
  "# a comment; with 'signs'\n#line 12\n",
  "attribute x;",
  "if (on and not off) {\n\tallow a_t b_t:dir search;\n} else {\n\tallow a_t b_t:dir read;\n}",
  "optional {\n\trequire { type c_t; class file { read }; }\n\tallow c_t c_t:file read;\n} else {\n\ttype d_t;\n}",
  'type_transition a_t b_t:file c_t "a name";',
  "portcon tcp 80 u:r:a_t:s0",
  "sid kernel u:r:a_t:s0 - s0:c0.c3",
  "constrain file { read } ((u1 == u2) or (t1 == x));",
  "genfscon proc /a/b -- u:r:a_t",
  "user u roles { r s } level s0 range s0 - s0:c1;",
  "allow b_t self:process fork;",
];
const PIECES = [
  ..."; } { ( ) , : # \" ' ` \n ~ * - . $".split(" "),
  ...' \n|\n\n|#|# x\n|allow|allow a_t b_t:file read;|a_t|if (on) {|}|else|"|else {|type e_t;\n|é|😀|#line 3\n|optional {'.split(
    "|",
  ),
];

const text = fc
  .array(fc.constantFrom(...STATEMENTS), { minLength: 14, maxLength: 40 })
  .map((all) => all.join("\n"));
const edit = fc.record({
  at: fc.double({ min: 0.2, max: 0.8, noNaN: true }),
  removed: fc.constantFrom(0, 0, 1, 2, 7, 60),
  piece: fc.constantFrom("", ...PIECES),
});

/** Everything that a tree says. */
function contents({ tokens, count, kind, first, last, end, data, errors }: SyntaxTree): unknown {
  const { count: size } = tokens;
  return {
    tokens: [tokens.type, tokens.start, tokens.end, tokens.word].map((column) => [
      ...column.subarray(0, size),
    ]),
    padding: [...tokens.type.subarray(size, size + 8)],
    nodes: [kind, first, last, end, data].map((column) => [...column.subarray(0, count)]),
    errors,
  };
}

it("is the tree of the whole text", () => {
  let edits = 0;
  let short = 0;
  fc.assert(
    fc.property(text, fc.array(edit, { minLength: 1, maxLength: 6 }), (before, list) => {
      const words = createWords();
      let tree = parsePolicy(before, words, "kernel");
      for (const { at, removed, piece } of list) {
        const was = tree.tokens.text;
        const from = Math.floor(at * was.length);
        const now = was.slice(0, from) + piece + was.slice(from + removed);
        const whole = parsePolicy(now, words, "kernel");
        const again = reparsePolicy(tree, now, words);
        edits++;
        if (again !== undefined) {
          short++;
          expect(contents(again)).toEqual(contents(whole));
        }
        tree = again ?? whole;
      }
    }),
    { numRuns: 200 },
  );
  expect(short).toBeGreaterThan(edits / 2);
});
