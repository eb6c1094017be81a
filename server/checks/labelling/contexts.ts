// Contexts of files that the policy does not accept, where the whole policy is there: `setfiles -c`, which `make validate` calls,
// asks policydb_context_isvalid about each entry of file_contexts. Names that no module declares are a matter of E-003,
// E-004 and E-005. Templates of home directories are no part of file_contexts.

import { N_CONTEXT, N_NAME, N_RANGE } from "../../../grammar/syntax/kinds.ts";
import { endOf, type SyntaxTree, startOf } from "../../../grammar/syntax/tree.ts";
import { type FileSpec, specsOf } from "../../analysis/labelling/specs.ts";
import { childrenOf } from "../../compiler/statements.ts";
import { faultOf } from "../../services/context.ts";
import { createContextReader } from "../../services/contextReader.ts";
import { parseRange } from "../../services/mlsText.ts";
import type { CheckContext, CheckFile, PolicyCheck } from "../check.ts";
import type { Flavor } from "../selint/facts.ts";
import { namesOf } from "../selint/names.ts";

/** The entries of a file that the build puts into file_contexts of a whole policy. */
export function builtSpecs(context: CheckContext, file: CheckFile): readonly FileSpec[] {
  const { compiled } = context;
  // Without classes there is no policy that could refuse anything.
  if (compiled.options.mode === "modular" || compiled.db.classes.count === 0) return [];
  const built = context.shared(
    "labelling.built",
    () => new Set(compiled.sources().flatMap(({ id, enabled }) => (enabled ? [id] : []))),
  );
  if (!built.has(file.id)) return [];
  return specsOf(file.tree, file.id, compiled.options).filter(({ template }) => !template);
}

export const CONTEXT_INVALID: PolicyCheck = {
  scope: "policy",
  ids: ["fc-context-invalid"],
  roles: ["fc"],
  run(context, file, report) {
    const { db } = context.compiled;
    const read = context.shared("labelling.contextReader", () => createContextReader(db));
    for (const { node, context: written } of builtSpecs(context, file)) {
      if (written === undefined || read(written).ok) continue;
      const text = expanded(context, written);
      if (read(text).ok) continue;
      const fault = faultIn(context, file.tree, node, text);
      if (fault === undefined) continue;
      const { leaf, message } = fault;
      report({
        start: startOf(file.tree, leaf),
        end: endOf(file.tree, leaf),
        code: "fc-context-invalid",
        message,
      });
    }
  },
};

/** Levels may be written as macros (mls_systemhigh), which are few and used often. */
function expanded({ compiled, shared }: CheckContext, text: string): string {
  const known = shared("labelling.expanded", () => new Map<string, string>());
  let made = known.get(text);
  if (made === undefined) {
    const isMacro = (text.match(/\w+/g) ?? []).some((word) => compiled.macro(word) !== undefined);
    made = isMacro ? compiled.m4Text(text).replace(/\s+/g, "") : text;
    known.set(text, made);
  }
  return made;
}

interface Fault {
  readonly leaf: number;
  readonly message: string;
}

/** What is wrong with a context; undefined where another check says it. */
function faultIn(context: CheckContext, tree: SyntaxTree, entry: number, text: string): Fault | undefined {
  const { db } = context.compiled;
  const [userName = "", roleName = "", typeName = "", ...levels] = text.split(":");
  const label = nodeOf(tree, entry, N_CONTEXT) ?? entry;
  const leaves = childrenOf(tree, label).filter((child) => tree.kind[child] === N_NAME);
  const unknown = (flavor: Flavor, name: string, place: number): Fault | undefined =>
    namesOf(context).modulesOf(flavor, name) === undefined
      ? undefined
      : { leaf: leaves[place] ?? label, message: `no module of this build declares ${flavor} ${name}` };
  const user = db.users.get(userName);
  const role = db.roles.get(roleName);
  const type = db.types.get(typeName);
  if (user === undefined) return unknown("user", userName, 0);
  if (role === undefined || role.isAttribute === true) return unknown("role", roleName, 1);
  if (type === undefined || type.isAttribute) return unknown("type", typeName, 2);
  const range = db.mls ? parseRange(db, levels.join(":")) : undefined;
  const names = { user: user.value, role: role.value, type: type.value };
  const fault = faultOf(db, range === undefined ? names : { ...names, range });
  if (fault === "role-type")
    return { leaf: leaves[2] ?? label, message: `role ${roleName} does not have the type ${typeName}` };
  if (fault === "user-role")
    return { leaf: leaves[1] ?? label, message: `user ${userName} does not have the role ${roleName}` };
  const leaf = nodeOf(tree, entry, N_RANGE) ?? label;
  return { leaf, message: `the policy does not accept the level of ${text}` };
}

function nodeOf(tree: SyntaxTree, entry: number, kind: number): number | undefined {
  for (let node = entry + 1; node < (tree.end[entry] as number); node++)
    if (tree.kind[node] === kind) return node;
  return undefined;
}
