// Renaming a module's files on the tiny tree: what goes along and what is edited.
import { describe, expect, it } from "vitest";
import type { RenameFile, TextDocumentEdit, TextEdit } from "vscode-languageserver-types";
import { type Move, willRenameFiles } from "../../../server/features/rename/moveFiles.ts";
import { PLAIN_EDITS } from "../../../server/features/rename/workspaceEdit.ts";
import { atCursor, loadFixture, TINY_TREE } from "../../support/fixture.ts";

const FIXTURE = `${TINY_TREE}
//- /p/policy/modules.conf
# Layer: apps
# Module: app
#
# An app.
#
app = module
apple = module
//- /p/policy/modules/apps/app.if
## <summary>Applications.</summary>
//- /p/policy/modules/apps/app.fc
/app	gen_context(system_u:object_r:app_t,s0)
//- /p/policy/modules/apps/apple.te
policy_module(apple, 1.0.0)
//- /p/policy/modules/apps/app.te
policy_module(app, 1.0.0)
type app_t;$0
`;
const ABLE = { documentChanges: true, annotations: true, renamesFiles: true };
const APPS = "/p/policy/modules/apps";
const move = (from: string, to: string): Move => ({ from, to, newUri: `file://${to}` });

function moved(moves: readonly Move[], abilities = ABLE): string[] | undefined {
  const fixture = loadFixture(FIXTURE, "/p");
  const { view } = atCursor(fixture);
  const edit = willRenameFiles(view, moves, (path) => fixture.files.get(path), abilities);
  const short = (uri: string): string => uri.replace("file:///p/policy/", "");
  if (edit?.changes !== undefined) return Object.keys(edit.changes).map(short);
  return (edit?.documentChanges as (RenameFile | TextDocumentEdit)[] | undefined)?.flatMap((one) => {
    if ("kind" in one) return [`${short(one.oldUri)} → ${short(one.newUri)}`];
    return one.edits.map((edit) => {
      const { range, newText } = edit as TextEdit;
      const place = `${range.start.line}:${range.start.character}-${range.end.character}`;
      return `${short(one.textDocument.uri)} ${place} ${newText}`;
    });
  });
}

describe("renaming a module's file", () => {
  const WHOLE = ["modules/apps/app.te 0:14-17 tool", "modules.conf 1:10-13 tool", "modules.conf 5:0-3 tool"];

  it.each([".te", ".if", ".fc"])("%s takes the others along and renames the module", (kind) => {
    const others = [".te", ".if", ".fc"]
      .filter((other) => other !== kind)
      .map((other) => `modules/apps/app${other} → modules/apps/tool${other}`);
    expect(moved([move(`${APPS}/app${kind}`, `${APPS}/tool${kind}`)])).toEqual([...WHOLE, ...others]);
  });

  it("offers no more than what the client does not do itself", () => {
    const all = [".te", ".if", ".fc"].map((kind) => move(`${APPS}/app${kind}`, `${APPS}/tool${kind}`));
    expect(moved(all)).toEqual(WHOLE);
  });

  it("edits texts only for a client that renames no files", () => {
    expect(moved([move(`${APPS}/app.te`, `${APPS}/tool.te`)], PLAIN_EDITS)).toEqual([
      "modules/apps/app.te",
      "modules.conf",
    ]);
  });

  it("keeps the module's name in another directory", () => {
    expect(moved([move(`${APPS}/app.te`, "/p/policy/modules/system/app.te")])).toEqual([
      "modules/apps/app.if → modules/system/app.if",
      "modules/apps/app.fc → modules/system/app.fc",
    ]);
  });

  it.each([
    ["another module has the name", "app.te", "apple.te"],
    ["a module cannot be called so", "app.te", "9 lives.te"],
    ["it becomes another kind of file", "app.te", "tool.txt"],
    ["it is no source", "nothing.te", "tool.te"],
  ])("offers nothing when %s", (_, from, to) => {
    expect(moved([move(`${APPS}/${from}`, `${APPS}/${to}`)])).toBeUndefined();
  });
});
