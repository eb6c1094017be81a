/** Policy test files: what each statement becomes, exact places, one mistake a statement, and nothing thrown. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePolicyTest } from "../../../grammar/policyTest/policyTest.ts";
import type { NameSet } from "../../../grammar/policyTest/syntax.ts";

const names = (set: NameSet): string[] =>
  set.items.map(({ text, isExcluded }) => (isExcluded ? `-${text}` : text));

/** Mistakes as `text: message`. */
function mistakes(text: string): string[] {
  return parsePolicyTest(text).errors.map(
    (error) => `${text.slice(error.start, error.end)}: ${error.message}`,
  );
}

describe("assertions", () => {
  it("reads sets on all sides", () => {
    const text = "deny { domain -init_t } ~self:{ file dir } *;\nallow a ~{ b c }:process\n  transition;";
    const { assertions, errors } = parsePolicyTest(text);
    expect(errors).toEqual([]);
    const [first, second] = assertions;
    if (first?.kind !== "access" || second?.kind !== "access") throw new Error("no access assertions");
    expect(first.isAllow).toBe(false);
    expect([first.sources, first.targets, first.classes, first.permissions].map(names)).toEqual([
      ["domain", "-init_t"],
      ["self"],
      ["file", "dir"],
      ["*"],
    ]);
    expect(first.targets.isComplement).toBe(true);
    expect(text.slice(first.targets.start, first.targets.end)).toBe("~self");
    expect(text.slice(first.start, first.end)).toBe("deny { domain -init_t } ~self:{ file dir } *");
    expect(second.isAllow).toBe(true);
    expect(names(second.permissions)).toEqual(["transition"]);
  });

  it("reads labels with kinds, contexts, quotes and templates", () => {
    const { assertions, errors } = parsePolicyTest(
      'label /etc/x a_t;label /x -- u:object_r:a_t:s0-s1:c0.c3,c5; label /d -d <<none>>; label "/a b" a_t; label HOME_DIR/.s a_t;',
    );
    expect(errors).toEqual([]);
    expect(
      assertions.map((one) => one.kind === "label" && [one.path.text, one.fileKind?.text, one.label.text]),
    ).toEqual([
      ["/etc/x", undefined, "a_t"],
      ["/x", "--", "u:object_r:a_t:s0-s1:c0.c3,c5"],
      ["/d", "-d", "<<none>>"],
      ["/a b", undefined, "a_t"],
      ["HOME_DIR/.s", undefined, "a_t"],
    ]);
  });

  it("reads transitions and roles", () => {
    const { assertions, errors } = parsePolicyTest(
      "transition init_t sshd_exec_t-> sshd_t; reach a_r b_t; noreach a_r c_t;",
    );
    expect(errors).toEqual([]);
    expect(assertions.map((one) => one.kind)).toEqual(["transition", "reach", "reach"]);
    expect(assertions[0]).toMatchObject({ target: { text: "sshd_t" } });
    expect(assertions[2]).toMatchObject({ isReach: false, role: { text: "a_r" }, domain: { text: "c_t" } });
  });

  it("takes booleans from the blocks around, innermost last", () => {
    const { assertions, settings, tests, errors } = parsePolicyTest(
      'test "outer # name" with a=true {\n with b=off, a=0 { deny x y:z w with c=1; }\n reach r t; # }\n}\nreach r u;',
    );
    expect(errors).toEqual([]);
    const shown = assertions.map(({ settings: own, tests: around }) => [
      own.map((one) => `${one.name.text}=${one.value}`).join(),
      around.join(),
    ]);
    expect(shown).toEqual([
      ["a=true,b=false,a=false,c=true", "outer # name"],
      ["a=true", "outer # name"],
      ["", ""],
    ]);
    expect(settings).toHaveLength(4);
    expect(tests.map((test) => test.name.text)).toEqual(["outer # name"]);
  });
});

describe("mistakes", () => {
  it("gives one a statement, at its place, and reads on", () => {
    const text = [
      "deny x y:file;",
      "deny x;",
      "noreach a b",
      "allow a b:file { read",
      "foo bar;",
      "label x;",
      "label /x -z a_t;",
      "with a=maybe { reach r t; }",
      "test { reach r u; }",
      "% reach r v;",
      '}label /a ";',
    ].join("\n");
    expect(mistakes(text)).toEqual([
      ";: expected a name or a set, found `;`",
      ";: expected a name or a set, found `;`",
      ": expected `;`",
      ";: expected `}`, found `;`",
      ";: expected a path, found `;`",
      "z: expected `-`, `b`, `c`, `d`, `l`, `p` or `s`, found `z`",
      "maybe: expected `true` or `false`, found `maybe`",
      "{: expected a text in quotes, found `{`",
      "%: `%` means nothing here",
      "}: this brace closes nothing",
      '": this quote is not closed on its line',
      ";: expected a type, a context or `<<none>>`, found `;`",
    ]);
    const kept = parsePolicyTest(text).assertions.map((one) => text.slice(one.start, one.end));
    expect(kept).toEqual(["reach r t", "reach r u", "reach r v"]);
  });

  it("finds a missing `;` before a keyword that begins a line", () => {
    const text = "reach a b\nreach c d\n  reach e f;";
    expect(parsePolicyTest(text).errors).toEqual([
      { message: "expected `;`", start: 9, end: 9 },
      { message: "expected `;`", start: 19, end: 19 },
    ]);
    expect(parsePolicyTest(text).assertions).toHaveLength(1);
  });

  it("says where a block was opened that is not closed", () => {
    expect(mistakes('test "a" {\nwith b=1 {')).toEqual([
      'test "a": this block is not closed',
      "with b=1: this block is not closed",
    ]);
  });

  it("throws at no text and keeps all places within it", () => {
    const piece = fc.constantFrom(
      ...'allow deny label transition reach noreach test with { } ; : - ~ * , = -> <<none>> a_t /x/y "q" " # \n %'.split(
        " ",
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = pieces.join(" ");
        const { assertions, errors } = parsePolicyTest(text);
        for (const { start, end } of [...assertions, ...errors]) {
          expect(start).toBeLessThanOrEqual(end);
          expect(end).toBeLessThanOrEqual(text.length);
        }
      }),
      { seed: 4, numRuns: 500 },
    );
    expect(parsePolicyTest("with a=1 { ".repeat(5000)).errors).toHaveLength(1000);
  });
});
