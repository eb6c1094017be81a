/*
 * Random macro texts: our m4 and the installed GNU m4 must print the same, complain the same, exit the same.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { hasRealM4, ours, real } from "./support.ts";

const installed = hasRealM4();
if (!installed) process.stderr.write("SKIPPED: differential m4 test, because GNU m4 is not installed\n");

const name = fc.constantFrom("f", "g", "h", "foo", "le", "x1", "_y");
const builtin = fc.constantFrom(
  ..."define pushdef undefine popdef defn ifdef ifelse shift incr decr len index substr translit indir dnl".split(
    " ",
  ),
  ..."eval format regexp patsubst changequote changecom divert undivert divnum errprint __line__ __file__".split(
    " ",
  ),
  ..."builtin m4wrap m4exit".split(" "),
);
const plain = fc.constantFrom(
  ..."a b f g n len x 1 0 -1 2 10 07 0x1f $1 $2 $# $* $@ $0 $10 $ , ( ) ; # ' ` [ ] { }".split(" "),
  ..."\\(a\\) \\1 a* [a-c]+ \\w .* ^ a\\|ab %s %d %5d %-3s a-c A-C + - * ** / % == < && || ! ~".split(" "),
  "\n",
  " ",
  "\t",
);
const { text } = fc.letrec<{ text: string; piece: string; call: string; args: string; quoted: string }>(
  (tie) => ({
    text: fc.array(tie("piece"), { maxLength: 8 }).map((parts) => parts.join("")),
    piece: fc.oneof(
      { depthSize: "small" },
      plain,
      name,
      tie("quoted"),
      tie("call"),
      fc.constant("# it (is, `a comment\n"),
      fc.constant("dnl gone, `gone\n"),
    ),
    quoted: tie("text").map((inner) => `\`${inner}'`),
    args: fc
      .array(fc.oneof(tie("quoted"), tie("text")), { maxLength: 4 })
      .map((list) => `(${list.join(",")})`),
    call: fc.tuple(fc.oneof(builtin, name, builtin), tie("args")).map(([who, list]) => who + list),
  }),
);
const program = fc
  .tuple(fc.array(fc.tuple(name, text), { maxLength: 4 }), text, text)
  .map(
    ([macros, a, b]) =>
      `${macros.map(([who, body]) => `define(\`${who}',\`${body}')\n`).join("")}${a}\n${b}\n`,
  );

it.skipIf(!installed)(
  "agrees with GNU m4",
  () => {
    let compared = 0;
    fc.assert(
      fc.property(program, (input) => {
        const mine = ours(input, { maxExpansions: 20_000, maxOutput: 1_000_000, maxNesting: 500 });
        // Endless input, and things we refuse or do not imitate, prove nothing.
        fc.pre(!mine.limited && !/files are not read|not carried out/.test(mine.messages));
        const theirs = real(input);
        fc.pre(theirs !== undefined);
        compared++;
        const { limited: _, ...answer } = mine;
        expect(answer).toEqual(theirs);
      }),
      {
        numRuns: Number(process.env.M4_RUNS ?? 300),
        ...(process.env.M4_SEED ? { seed: Number(process.env.M4_SEED) } : {}),
      },
    );
    expect(compared).toBeGreaterThan(50);
  },
  120_000,
);
