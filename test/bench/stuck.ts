import { CORENETWORK, CORENETWORK_TREE, INPUTS, USER } from "../support/corenetwork.ts";
import { parseFixture } from "../support/fixture.ts";
import { createMemoryFileSystem } from "../../server/workspace/memoryFileSystem.ts";
import { generatedDiagnostics } from "../../server/features/diagnostics.ts";
import { runToEnd, Workspace } from "../../server/workspace/workspace.ts";
for (const edits of [[{ suffix: "if.in", at: 737, length: 4, text: "'" }, { suffix: "if.m4", at: 1123, length: 9, text: "\n" }]]) {
const files = new Map([...parseFixture(CORENETWORK_TREE).files]);
const workspace = new Workspace(createMemoryFileSystem(files));
runToEnd(workspace.addRoot("/p"));
const texts: Record<string, string> = { ...INPUTS };
for (const { suffix, at, length, text } of edits) {
  const before = texts[suffix] ?? ""; const start = at % (before.length + 1);
  texts[suffix] = before.slice(0, start) + text + before.slice(start + length);
  const path = `${CORENETWORK}.${suffix}`;
  workspace.open(path, `file://${path}`, 1, before);
  workspace.change(path, 2, [{ text: texts[suffix] ?? "" }], "utf-16");
  const s = workspace.snapshotOf(USER)!;
  for (const f of s.files()) { const u = Date.now(); console.error(f.path, f.text.length); s.findings(f.id); if (Date.now() - u > 50) console.error(f.path, Date.now() - u); }
  console.error("gen"); const u = Date.now();
  generatedDiagnostics({ snapshot: s, encoding: "utf-16", uriOf: (p: string) => p } as never);
  console.error("gen", Date.now() - u);
}
}
