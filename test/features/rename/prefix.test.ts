/**
 * Renaming a prefix: the calls that pass it, the names that macros make of it, and everything that spells these names;
 * on the small tree with its refusals, and on the reference policy, where the policy must be the old one under new names.
 */
import { expect, it } from "vitest";
import { N_ARG } from "../../../grammar/syntax/kinds.ts";
import { createNodeFileSystem } from "../../../server/cli/nodeFileSystem.ts";
import { isPrefix, renamePrefix } from "../../../server/features/rename/prefix.ts";
import { workspaceEdit } from "../../../server/features/rename/workspaceEdit.ts";
import { type SymbolUse, symbolOfToken } from "../../../server/features/symbolAt.ts";
import type { View } from "../../../server/features/view.ts";
import type { Snapshot } from "../../../server/workspace/snapshot.ts";
import { runToEnd, Workspace } from "../../../server/workspace/workspace.ts";
import { randomSource } from "../../analysis/generatedPolicy.ts";
import { dumpPolicyDb } from "../../support/dump/policydbDump.ts";
import { loadFixture, TINY_TREE } from "../../support/fixture.ts";
import { describeWithOracle, POLICY_SOURCE, policySource } from "../../support/oracles.ts";
import { applied, renameAtCursor } from "./renaming.ts";

const PREFIXES = 12;
const APP = "/p/policy/modules/apps/app.te";
const FC = "/p/policy/modules/apps/app.fc";
const IF = "/p/policy/modules/apps/app.if";
const TEMPLATES = `
//- ${IF}
template(\`app_base_template',\`
	type $1_t;
	role $1_r types $1_t;
')
template(\`app_user_template',\`
	app_base_template($1_app)
	allow $1_app_t self:file read;
')
interface(\`app_as_type',\`
	allow $1 self:file read;
	allow $1_t self:file read;
')
//- ${FC}
/opt	--	gen_context(system_u:object_r:joe_app_t,s0)
`;

function renamed(te: string, newName: string) {
  return renameAtCursor(
    loadFixture(`${TINY_TREE}${TEMPLATES}//- ${APP}\npolicy_module(app, 1.0)\n${te}\n`),
    newName,
  );
}

it("renames what a prefix makes, through macros that call macros", () => {
  const answer = renamed(
    "# joe_app_t is a user's.\napp_user_template(j$0oe)\napp_user_template(ann)\napp_base_template(joe)\nallow joe_app_t joe_t:file read;\nallow ann_app_t self:file read;",
    "jim",
  );
  expect(answer?.refused).toBeUndefined();
  expect(answer?.texts.get(APP)).toBe(
    "policy_module(app, 1.0)\n# jim_app_t is a user's.\napp_user_template(jim)\napp_user_template(ann)\napp_base_template(jim)\nallow jim_app_t jim_t:file read;\nallow ann_app_t self:file read;\n",
  );
  expect(answer?.texts.get(FC)).toContain("object_r:jim_app_t");
  expect(answer?.texts.has(IF)).toBe(false);
});

it.each([
  ["app_base_template(j$0oe)\ntype jim_t;", "jim", "there is a type `jim_t` already"],
  ["app_base_template(j$0oe)", "9p", "cannot begin names"],
  ["app_base_template(j$0oe)\napp_base_template(x)\ntype joe;\napp_as_type(joe)", "jim", "it is a name, too"],
])("refuses %s → %s", (te, newName, reason) => {
  const answer = renamed(te, newName);
  expect(answer?.refused).toContain(reason);
});

/** The words that calls pass as parts of names, one use each. */
function prefixesOf(snapshot: Snapshot): SymbolUse[] {
  const found = new Map<string, SymbolUse>();
  for (const file of snapshot.files()) {
    if (file.role !== "te") continue;
    const { tree } = file;
    for (let node = 1; node < tree.count; node++) {
      if (tree.kind[node] !== N_ARG || tree.first[node] === tree.last[node]) continue;
      const use = symbolOfToken(file, tree.first[node] as number);
      if (use !== undefined && !found.has(use.name) && isPrefix(snapshot, use)) found.set(use.name, use);
    }
  }
  return [...found.values()];
}

describeWithOracle("prefixes of the reference policy", [POLICY_SOURCE], () => {
  it("leave the policy as it is, up to the names", () => {
    const root = policySource() as string;
    const workspace = new Workspace(createNodeFileSystem());
    runToEnd(workspace.addRoot(root));
    const view = (): View => {
      const [snapshot] = workspace.snapshots();
      if (snapshot === undefined) throw new Error("no policy");
      return { snapshot, encoding: "utf-16", uriOf: (path) => `file://${path}` };
    };
    const before = dumpPolicyDb(view().snapshot.compiled.db).sort();
    const random = randomSource(5);
    const candidates = prefixesOf(view().snapshot).map(({ name }) => name);
    expect(candidates.length).toBeGreaterThan(50);
    const originals = new Map<string, string>();
    const done: string[] = [];
    const refusals: string[] = [];
    while (done.length < PREFIXES && refusals.length < 40) {
      const [prefix = ""] = candidates.splice(random(candidates.length), 1);
      const now = view();
      const edit = renamePrefix(now, prefix, `${prefix}zq`);
      if ("refused" in edit) {
        refusals.push(edit.refused);
        continue;
      }
      for (const [name, to] of edit.names) originals.set(to, originals.get(name) ?? name);
      const plain = { documentChanges: false, annotations: false, renamesFiles: false };
      const texts = applied(
        workspaceEdit(now, edit.rewrites, plain),
        (path) => now.snapshot.fileAt(path)?.text ?? "",
      );
      for (const [path, text] of texts) workspace.open(path, `file://${path}`, 1, text);
      done.push(`${prefix}: ${edit.names.size} names, ${edit.rewrites.length} places`);
    }
    if (process.env.SELS_SHOW) console.log([...done, ...refusals].join("\n"));
    expect(done).toHaveLength(PREFIXES);
    const fresh = new Workspace(createNodeFileSystem());
    for (const path of workspace.openPaths())
      fresh.open(path, `file://${path}`, 1, workspace.document(path)?.text ?? "");
    runToEnd(fresh.addRoot(root));
    const after = dumpPolicyDb((fresh.snapshots()[0] as Snapshot).compiled.db)
      .map((line) => line.replace(/[A-Za-z_][\w-]*/g, (word) => originals.get(word) ?? word))
      .sort();
    const was = new Set(before);
    const is = new Set(after);
    const changes = [...before.filter((l) => !is.has(l)), ...after.filter((l) => !was.has(l))];
    expect(changes.slice(0, 20)).toEqual([]);
    expect(originals.size).toBeGreaterThan(15);
  }, 120_000);
});
