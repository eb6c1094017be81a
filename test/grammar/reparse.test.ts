/** The tree of an edited source, made around the edit, is the tree of the whole text parsed anew. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { createWords, parsePolicy } from "../../grammar/parse.ts";
import { reparsePolicy } from "../../grammar/reparse.ts";
import type { SyntaxTree } from "../../grammar/syntax/tree.ts";

const KERNEL = [
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
const REFPOLICY = [
  "allow a_t b_t:file { read write };",
  "type a_t, x, y;",
  "# a comment; with 'signs'\n",
  "## <summary>it's so</summary>\n",
  "policy_module(x, 1.0)",
  "interface(`foo_read',`\n\tgen_require(`\n\t\ttype a_t;\n\t')\n\n\t# `it'\n\tallow $1 a_t:file { read `getattr' };\n')",
  "template(`foo_template',`\n\ttype $1_t;\n\toptional_policy(`\n\t\tbar($1_t)\n\t')\n')",
  "optional_policy(`\n\tfoo_read(a_t)\n',`\n\tbar\n')",
  "tunable_policy(`on && !off',`\n\tallow a_t b_t:dir search;\n')",
  "ifdef(`distro_debian',`\n\tfoo_read(a_t)\n',`\n\tfoo_read(b_t)\n')",
  "foo_read({ a_t b_t })",
  "can_exec",
  "define(`some_perms',`{ read write }')",
  "gen_bool(on, false)",
  "dnl nothing here\n",
  "refpolicywarn(`$0() is old')",
];
const PIECES = [
  ..."; } { ( ) , : # \" ' ` \n ~ * - . $".split(" "),
  ...' \n|\n\n|#|# x\n|allow|allow a_t b_t:file read;|a_t|if (on) {|}|else|"|else {|type e_t;\n|é|😀|#line 3\n|optional {'.split(
    "|",
  ),
  ..."`'|')|(`|',`|\n')\n|interface(`x',`\n|# it's\n|## it's\n|foo_read(|optional_policy(`|dnl ".split("|"),
];

const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
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

it.each([
  ["kernel", KERNEL],
  ["refpolicy", REFPOLICY],
] as const)("is the tree of the whole text: %s", (dialect, statements) => {
  let edits = 0;
  let short = 0;
  const text = fc
    .array(fc.constantFrom(...statements), { minLength: 14, maxLength: 40 })
    .map((all) => all.join("\n"));
  fc.assert(
    fc.property(text, fc.array(edit, { minLength: 1, maxLength: 6 }), (before, list) => {
      const words = createWords();
      let tree = parsePolicy(before, words, dialect);
      for (const { at, removed, piece } of list) {
        const was = tree.tokens.text;
        const from = Math.floor(at * was.length);
        const now = was.slice(0, from) + piece + was.slice(from + removed);
        const whole = parsePolicy(now, words, dialect);
        const again = reparsePolicy(tree, now, words, dialect);
        edits++;
        if (again !== undefined) {
          short++;
          expect(contents(again)).toEqual(contents(whole));
        }
        tree = again ?? whole;
      }
    }),
    { numRuns: 300 },
  );
  expect(short).toBeGreaterThan(edits / 4);
});
