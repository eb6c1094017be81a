/** The judges themselves: mutations are reproducible and well placed, and disagreement() accepts right places only. */
import { describe, expect, it } from "vitest";
import type { EngineFinding } from "./engine.ts";
import { disagreement } from "./judge.ts";
import { applyMutation, generateMutations, type Mutation } from "./mutations.ts";
import { firstError } from "./mutationVerdict.ts";

const TEXT = [
  "policy_module(pantry)",
  "type pantry_t;",
  "type pantry_log_t;",
  "optional_policy(`",
  "\tallow pantry_t pantry_log_t:file { read write };",
  "')",
  "",
  "allow pantry_t self:process signal;",
  "",
].join("\n");
const FILE = "policy/modules/apps/pantry.te";
const TEXTS = new Map([[FILE, TEXT]]);
const all = generateMutations(TEXTS, 1, () => 10);
const textOf = (file: string): string | undefined => TEXTS.get(file);

function only(kind: string, accept: (mutation: Mutation) => boolean = () => true): Mutation {
  const found = all.find((mutation) => mutation.kind === kind && accept(mutation));
  if (found === undefined) throw new Error(`no mutation of kind ${kind}`);
  return found;
}

function error(line: number, file = FILE): EngineFinding {
  return { file, line, severity: "error", code: "x", message: "m" };
}

describe("mutations", () => {
  it("are the same for the same seed, and others for another", () => {
    expect(generateMutations(TEXTS, 1, () => 10)).toEqual(all);
    const one = generateMutations(TEXTS, 1, () => 1).map(({ id }) => id);
    const other = generateMutations(TEXTS, 2, () => 1).map(({ id }) => id);
    expect(one).not.toEqual(other);
  });

  it("change the text at their line", () => {
    for (const mutation of all) {
      const changed = applyMutation(TEXT, mutation).split("\n");
      const before = TEXT.split("\n");
      expect(changed).not.toEqual(before);
      expect(changed.slice(0, mutation.line - 1)).toEqual(before.slice(0, mutation.line - 1));
    }
    expect(() => applyMutation("other text", only("deleted-type"))).toThrow(/not the text/);
  });
});

describe("disagreement", () => {
  const failed = { ok: false, reached: true, message: "bad", at: `${FILE}:4` };
  const fine = { ok: true, reached: true };

  it("wants an error where the tools fail and none where they do not", () => {
    const mutation = only("misspelt-type");
    expect(disagreement(mutation, failed, [], textOf)).toMatch(/we say nothing/);
    expect(disagreement(mutation, failed, [error(mutation.line)], textOf)).toBeUndefined();
    expect(disagreement(mutation, fine, [error(1)], textOf)).toMatch(/accept it/);
    expect(disagreement(mutation, { ok: true, reached: false }, [error(1)], textOf)).toBeUndefined();
    const warning: EngineFinding = { ...error(mutation.line), severity: "warning" };
    expect(disagreement(mutation, failed, [warning], textOf)).toMatch(/we say nothing/);
  });

  it("knows right places", () => {
    const deleted = only("deleted-type", ({ name }) => name === "pantry_t");
    const nowhere = { ok: false, reached: true, message: "bad" };
    expect(disagreement(deleted, nowhere, [error(8)], textOf)).toBeUndefined();
    expect(disagreement(deleted, nowhere, [error(7)], textOf)).toMatch(/elsewhere/);
    expect(disagreement(deleted, nowhere, [error(2, "policy/other.te")], textOf)).toMatch(/elsewhere/);
    const quote = only("dropped-quote");
    expect(disagreement(quote, failed, [error(4)], textOf)).toBeUndefined();
    expect(disagreement(quote, nowhere, [error(8)], textOf)).toBeUndefined();
    expect(disagreement(quote, nowhere, [error(2)], textOf)).toMatch(/elsewhere/);
  });
});

describe("firstError", () => {
  it("finds the place that the tools name", () => {
    const parser =
      "policy/modules/a/b.te:7:ERROR 'unknown type x' at token ';' on line 99:\nallow x y:z w;\n";
    expect(firstError(parser).at).toBe("policy/modules/a/b.te:7");
    const m4 = "m4:policy/modules/a/b.te:12: ERROR: end of file in string\n";
    expect(firstError(m4).at).toBe("policy/modules/a/b.te:12");
    const never =
      "libsepol.report_failure: neverallow on line 71 of policy/modules/a/c.te (or line 2 of policy.conf) violated";
    expect(firstError(never).at).toBe("policy/modules/a/c.te:71");
    expect(
      firstError("policy.conf:12:ERROR 'Duplicate declaration of type' at token ';'").at,
    ).toBeUndefined();
  });
});
