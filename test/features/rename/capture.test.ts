/**
 * Every symbol of a small policy to every name that stands anywhere in it, and to names that mean something to m4 or
 * checkpolicy: a rename is either refused, or the policy compiled from scratch out of the new texts is the old one
 * under the new name, with no new error. What is captured shows in the policy, whatever name space it came from.
 */
import { expect, it } from "vitest";
import type { Declaration } from "../../../server/compiler/face.ts";
import { rename } from "../../../server/features/rename/rename.ts";
import { PLAIN_EDITS } from "../../../server/features/rename/workspaceEdit.ts";
import type { View } from "../../../server/features/view.ts";
import { createMemoryFileSystem } from "../../../server/workspace/memoryFileSystem.ts";
import type { Snapshot } from "../../../server/workspace/snapshot.ts";
import { runToEnd, Workspace } from "../../../server/workspace/workspace.ts";
import { randomSource } from "../../analysis/generatedPolicy.ts";
import { dumpPolicyDb } from "../../support/dump/policydbDump.ts";
import { parseFixture, TINY_TREE } from "../../support/fixture.ts";
import { applied } from "./renaming.ts";

const FILES = parseFixture(`${TINY_TREE}
//- /p/policy/modules/apps/app.if
## <summary>Applications.</summary>
########################################
## <summary>Read.</summary>
## <param name="reader"><summary>Domain allowed access.</summary></param>
#
interface(\`app_read',\`
	gen_require(\`
		type app_file_t;
		attribute app_domain;
		bool app_may;
	')
	allow $1 app_file_t:file read_file_perms;
	ifelse(\`$2',\`special_t',\`allow $1 app_file_t:dir search;')
')
template(\`app_template',\`
	gen_require(\`
		attribute app_domain;
	')
	type $1_t, app_domain;
	type $1_tmp_t;
	role $1_r types $1_t;
	allow $1_t $1_tmp_t:file $2;
	type_transition $1_t $1_tmp_t:file $1_t "$1_name";
')
interface(\`app_both',\`
	allow $1 app_file_t:file read;
	role $2 types $1;
')
//- /p/policy/modules/apps/app.fc
/app	gen_context(system_u:object_r:app_file_t,s0)
/path_t/opt	gen_context(system_u:object_r:app_file_t,s0)
//- /p/policy/modules/apps/app.te
policy_module(app, 1.0.0)
define(\`app_set',\`{ app_t app_file_t }')
attribute app_domain;
attribute_role app_roles;
role app_r;
type app_t, app_domain;
type app_file_t, file_type;
typealias app_file_t alias app_old_t;
gen_bool(app_may, false)
role app_r types app_t;
roleattribute app_r app_roles;
allow app_set self:file rw_file_perms;
app_template(made, read)
app_read(app_t, special_t)
app_both(app_t, app_r)
type_transition app_t app_file_t:dir app_old_t "named_t";
if (app_may) {
	allow app_t app_old_t:file write;
}
ifdef(\`unset_name',\`
	allow app_t unset_t:file write;
')
optional_policy(\`
	gen_require(\`
		type wanted_t;
		role wanted_r;
		bool wanted_may;
	')
	allow app_t wanted_t:file read;
')
# said_t is only spoken of
`).files;

/** Names with a meaning of their own. */
const MEANINGFUL = [
  ...[
    "self",
    "object_r",
    "TYPE",
    "type",
    "h1",
    "T1",
    "glblub",
    "SAMEUSER",
    "index",
    "dnl",
    "divert",
    "__file__",
  ],
  ...[
    "a.b",
    "app_t.x",
    "ab",
    "Dead",
    "a-b",
    "a-",
    "-a",
    "",
    " app2_t",
    "x y",
    "$1",
    "9x",
    "é",
    "true",
    "unix",
    "__gnu__",
    "NOT",
  ],
  ...["quite_new_t", "named_t", "path_t", "said_t", "unset_name", "special_t", "made_name", "reader"],
];

/** One of so many renames to a word of the sources is carried out. */
const SHARE = 4;
const SEED = Number(process.env.SELS_SEED ?? 3);

function snapshotOf(files: ReadonlyMap<string, string>): Snapshot {
  const workspace = new Workspace(createMemoryFileSystem(new Map(files)));
  runToEnd(workspace.addRoot("/p"));
  const [snapshot] = workspace.snapshots();
  if (snapshot === undefined) throw new Error("no policy");
  return snapshot;
}

/** The policy and the errors of its sources, with one name for another. */
function factsOf(snapshot: Snapshot, old = "", name = ""): string[] {
  const lines = dumpPolicyDb(snapshot.compiled.db);
  for (const findings of snapshot.compiled.findings().values())
    for (const { severity, code } of findings)
      if (severity === "error" || code === "optional-dropped") lines.push(code);
  return lines.map((line) => line.replace(/[A-Za-z_][\w-]*/g, (word) => (word === old ? name : word))).sort();
}

const FIRST = snapshotOf(FILES);

function symbols(): Declaration[] {
  const found = FIRST.compiled.symbols([
    "type",
    "attribute",
    "alias",
    "role",
    "attribute_role",
    "bool",
    "tunable",
    "user",
    "interface",
    "template",
    "macro",
  ]);
  return found.filter(({ file, start, name }) => FIRST.file(file)?.text.startsWith(name, start));
}

it("no name is captured", () => {
  const view: View = { snapshot: FIRST, encoding: "utf-16", uriOf: (path) => `file://${path}` };
  const text = [...FILES.values()].join("\n").replace(/#.*/g, "");
  const words = new Set([...text.matchAll(/[A-Za-z_]\w*/g)].map(([word]) => word));
  const random = randomSource(SEED);
  const taken = new Map<string, string[]>();
  const wrong: string[] = [];
  for (const { file: id, start, name: old } of symbols())
    for (const name of new Set([...words, ...MEANINGFUL])) {
      const file = FIRST.file(id);
      if (file === undefined || name === old) continue;
      const edit = rename(view, { file, offset: start }, name, PLAIN_EDITS);
      if (edit === undefined || "refused" in edit) continue;
      if (!MEANINGFUL.includes(name) && random(SHARE) > 0) continue;
      taken.set(name, [...(taken.get(name) ?? []), old]);
      const texts = applied(edit, (path) => FILES.get(path) ?? "");
      const after = factsOf(snapshotOf(new Map([...FILES, ...texts])));
      const expected = factsOf(FIRST, old, name);
      const [lost] = expected.filter((line) => !after.includes(line));
      const [more] = after.filter((line) => !expected.includes(line));
      if (lost !== undefined || more !== undefined || expected.length !== after.length)
        wrong.push(`${old} → ${name}: - ${lost} + ${more}`);
    }
  expect(wrong).toEqual([]);
  expect(new Set(taken.get("quite_new_t"))).toEqual(new Set(symbols().map(({ name }) => name)));
});
