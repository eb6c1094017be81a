/** Completion and outline of policy test files. */
import { beforeAll, expect, it } from "vitest";
import { testCompletion } from "../../../server/features/policyTest/completion.ts";
import { testOutline } from "../../../server/features/policyTest/outline.ts";
import type { View } from "../../../server/features/view.ts";
import { linesOf } from "../../../server/workspace/lines.ts";
import { testedPolicy } from "./tree.ts";

let view: View;

beforeAll(() => {
  const { snapshot } = testedPolicy();
  if (snapshot === undefined) throw new Error("no policy");
  view = { snapshot, encoding: "utf-16", uriOf: (path) => `file://${path}` };
});

/** What is offered at the end of a text. */
const offered = (text: string) =>
  testCompletion(view, text, text.length, false).items.map((item) => item.label);

it.each([
  ["", ["allow", "deny", "label", "transition", "reach", "noreach", "test", "with"]],
  ["deny a b:c d;\n  no", ["noreach"]],
  ['test "x" with app_shares=true {\n re', ["reach", "noreach"]],
  ["with app_shares=on { deny a b:c d; } all", ["allow"]],
  ["deny app_d", ["app_data_t"]],
  ["deny { domain -help", ["helper_t"]],
  ["deny { app_t } sel", ["self"]],
  ["deny app_t self:fi", ["file"]],
  ["deny app_t ~{ self }:{ file di", ["dir"]],
  ["deny app_t self:file entry", ["entrypoint"]],
  ["deny app_t self:{ file dir } { read wr", ["write"]],
  ["deny app_t self:{ file dir } search", []],
  ["deny app_t self:file { read } wi", ["with"]],
  ["deny app_t self:file read with app", ["app_shares"]],
  ["with ", ["app_shares", "kernel_may_write"]],
  ["with app_shares=", ["true", "false"]],
  ["with app_shares=true, kern", ["kernel_may_write"]],
  ["reach lone", ["lone_r"]],
  ["reach user_r helper", ["helper_t"]],
  ["transition app_t app_exec_t -> oth", ["other_t"]],
  ["label /srv/app app_sec", ["app_secret_t"]],
  ["label ", []],
  ["# deny app", []],
  ['test "deny ', []],
  ["nonsense app", []],
])("offers after %s", (text, expected) => {
  expect(offered(text)).toEqual(expected);
});

it("marks lists that are cut, and gives shapes to clients that know them", () => {
  expect(testCompletion(view, "", 0, true).items[0]).toMatchObject({
    insertText: "allow ${1:source} ${2:target}:${3:class} ${4:permissions};",
    insertTextFormat: 2,
  });
  expect(testCompletion(view, "deny ", 5, true).isIncomplete).toBe(false);
});

it("outlines tests and assertions", () => {
  const lines = linesOf('test "one" {\n  deny a\n    b:c d;\n}\nreach r t;');
  expect(testOutline(view, "/p/a.sels-test", lines, true)).toMatchObject([
    { name: "one", range: { start: { line: 0, character: 0 } } },
    { name: "deny a b:c d", range: { start: { line: 1, character: 2 }, end: { line: 2, character: 9 } } },
    { name: "reach r t" },
  ]);
  expect(testOutline(view, "/p/a.sels-test", lines, false)[0]).toMatchObject({
    location: { uri: "file:///p/a.sels-test" },
  });
});
