/** Splitting and merging rules: the texts, what is refused, and that the policy stays the same. */

import { describe, expect, it } from "vitest";
import type { CodeAction } from "vscode-languageserver-types";
import { resolveRefactor } from "../../../server/features/refactor/refactor.ts";
import { EAGER, errorsOf, LAZY, offered, policyChanges, taken } from "./refactoring.ts";

const APP = "/p/policy/modules/apps/app.te";
const HEAD = "policy_module(app, 1.0)\ntype app_t;\ntype b_t;\n";

function app(text: string): string {
  return `\n//- ${APP}\n${HEAD}${text}`;
}

/** The text after an action, which changes nothing in the policy. */
function changed(text: string, title: string | RegExp): string {
  const given = offered(app(text));
  const files = taken(given, title);
  expect(policyChanges(given.files, files)).toEqual([]);
  expect(errorsOf(files)).toEqual(errorsOf(given.files));
  return (files.get(APP) ?? "").slice(HEAD.length).trimEnd();
}

function titles(text: string): string[] {
  return offered(app(text), EAGER, ["refactor.rewrite"]).actions.map(({ title }) => title);
}

describe("split", () => {
  const RULE = "\tallow app_t { kernel_t self }:file { «»read write }; # why";

  it("takes a rule apart by one part", () => {
    expect(changed(RULE, "Split into one rule per target (2 rules)")).toBe(
      "\tallow app_t kernel_t:file { read write };\n\tallow app_t self:file { read write }; # why",
    );
    expect(changed(RULE, "Split into one rule per permission (2 rules)")).toBe(
      "\tallow app_t { kernel_t self }:file read;\n\tallow app_t { kernel_t self }:file write; # why",
    );
  });

  it("takes a rule apart by all parts", () => {
    expect(changed("dontaudit { app_t b_t } self:{ file dir } { «»read read_file_perms };", /single/)).toBe(
      ["app_t", "b_t"]
        .flatMap((s) => ["file", "dir"].map((c) => [s, c]))
        .flatMap(([s, c]) => ["read", "read_file_perms"].map((p) => `dontaudit ${s} self:${c} ${p};`))
        .join("\n"),
    );
  });

  it("ends lines as the file does", () => {
    const given = offered(app("type x_t;\r\nallow app_t x_t:file { «»read write };\r\n"));
    expect(taken(given, /per permission/).get(APP)).toContain(
      "\r\nallow app_t x_t:file read;\r\nallow app_t x_t:file write;\r\n",
    );
  });

  it("works under conditions", () => {
    expect(changed("if (kernel_may_write) {\n\tallow «»app_t b_t:{ file dir } read;\n}", /per class/)).toBe(
      "if (kernel_may_write) {\n\tallow app_t b_t:file read;\n\tallow app_t b_t:dir read;\n}",
    );
  });

  it.each([
    "allow «»app_t b_t:file read;",
    "allow app_t { «»domain -kernel_t }:file read;",
    "allow app_t b_t:file ~{ «»read write };",
    "allow app_t «»{ b_t # why\n kernel_t }:file read;",
    "auditdeny «»app_t b_t:file { read write };",
    "type_transition «»{ app_t b_t } b_t:file kernel_t;",
    "allow app_t b_t:file { «»read ifdef(`x',`write') };",
  ])("leaves %s alone", (text) => {
    expect(titles(text)).toEqual([]);
  });

  it("leaves sets of parameters alone", () => {
    const text =
      "\n//- /p/policy/modules/apps/app.if\ninterface(`app_x',`\n\tallow { $1 «»$2 } b_t:file read;\n')\n";
    expect(offered(app("") + text).actions).toEqual([]);
  });
});

describe("merge", () => {
  it("joins permissions, keeping their order or sorting what was sorted", () => {
    expect(
      changed("«allow app_t b_t:file read;\nallow app_t b_t:file { getattr open };\n»", /permissions/),
    ).toBe("allow app_t b_t:file { getattr open read };");
    expect(
      changed("«allow app_t b_t:file { write read };\nallow app_t b_t:file open;» # x", /permissions/),
    ).toBe("allow app_t b_t:file { write read open }; # x");
  });

  it("joins targets, classes and sources", () => {
    expect(changed("«allow app_t b_t:file read;\n\nallow app_t self:file read;»", /^Merge 2 .*targets/)).toBe(
      "allow app_t { b_t self }:file read;",
    );
    expect(changed("«allow app_t b_t:file read;\nallow app_t b_t:dir read;»", /classes/)).toBe(
      "allow app_t b_t:{ file dir } read;",
    );
    expect(changed("«allow app_t self:file read;\nallow b_t self:file read;»", /sources/)).toBe(
      "allow { app_t b_t } self:file read;",
    );
  });

  it("joins by groups and leaves the rest", () => {
    expect(
      changed(
        "«allow app_t b_t:file read;\nallow app_t b_t:dir search;\nallow app_t b_t:file open;\nallow app_t b_t:dir read;»",
        "Merge 4 rules into 2: all permissions",
      ),
    ).toBe("allow app_t b_t:file { open read };\nallow app_t b_t:dir { read search };");
  });

  it.each([
    ["a comment between", "«allow app_t b_t:file read;\n# why\nallow app_t b_t:file open;»"],
    ["a comment behind", "«allow app_t b_t:file read; # why\nallow app_t b_t:file open;»"],
    ["an ifdef between", "«allow app_t b_t:file read;\nifdef(`x',`')\nallow app_t b_t:file open;»"],
    ["two parts that differ", "«allow app_t b_t:file read;\nallow app_t self:dir read;»"],
    ["other kinds", "«allow app_t b_t:file read;\ndontaudit app_t b_t:file open;»"],
    ["one rule", "«allow app_t b_t:file read;»"],
  ])("refuses %s", (_, text) => {
    expect(titles(text)).toEqual([]);
  });
});

describe("as code actions", () => {
  const TEXT = app("allow app_t b_t:file { «»read write };\n");

  it("come with their edit for clients that do not resolve", () => {
    const [action] = offered(TEXT, EAGER).actions;
    expect(action?.edit?.changes?.[`file://${APP}`]).toHaveLength(1);
    expect(action?.data).toBeUndefined();
  });

  it("come without for those that do, and only when asked for", () => {
    const [action] = offered(TEXT).actions;
    expect(action?.edit).toBeUndefined();
    expect(offered(TEXT, EAGER, ["refactor"]).actions).toHaveLength(1);
    expect(offered(TEXT, EAGER, ["refactor.rewrite"]).actions).toHaveLength(1);
    expect(offered(TEXT, EAGER, ["quickfix"]).actions).toEqual([]);
    expect(offered(TEXT, EAGER, ["refactor.inline"]).actions).toEqual([]);
  });

  it("come back without an edit when the text is another meanwhile", () => {
    const then = offered(TEXT);
    const now = offered(TEXT.replace("{ «»read write }", "«»read"));
    const action = then.actions[0] as CodeAction;
    expect(resolveRefactor(then.view, action, LAZY).edit).toBeDefined();
    expect(resolveRefactor(now.view, action, LAZY)).toEqual(action);
  });
});
