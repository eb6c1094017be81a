// C-008 and W-012: what conditions ask for. A boolean of another module ties two modules together that nothing else
// ties; one that nobody declares is a slip. `$1` and names that a template makes are left to the calls.

import { N_COND, N_IF, N_NAME, N_TUNABLEPOLICY } from "../../../grammar/syntax/kinds.ts";
import { endOf, type SyntaxTree, startOf, textOf } from "../../../grammar/syntax/tree.ts";
import type { CheckContext, PolicyCheck } from "../check.ts";
import { isCompiled } from "./names.ts";
import { isReported, policyCheck, TE_IF } from "./visit.ts";

const CONDITIONALS = [N_IF, N_TUNABLEPOLICY];

export const foreignBoolean: PolicyCheck = policyCheck("C-008", TE_IF, CONDITIONALS, (place, say, names) => {
  const { tree, node, file } = place;
  for (const leaf of identifiers(tree, node)) {
    const name = textOf(tree, leaf);
    const modules = names.modulesOf("bool", name);
    if (modules === undefined || modules.includes(file.module) || modules.includes("")) continue;
    say(
      { start: startOf(tree, leaf), end: endOf(tree, leaf) },
      `${name} is declared in module ${modules[0]}: make it global, or ask for it through an interface of that module`,
    );
  }
});

export const unknownBoolean: PolicyCheck = policyCheck(
  "W-012",
  TE_IF,
  CONDITIONALS,
  (place, say, names, context) => {
    const { tree, node, file } = place;
    for (const leaf of identifiers(tree, node)) {
      const name = textOf(tree, leaf);
      if (name.includes("$") || names.modulesOf("bool", name) !== undefined) continue;
      const range = { start: startOf(tree, leaf), end: endOf(tree, leaf) };
      if (isReported(context, file, range)) continue;
      if (
        isModule(context) ? !name.startsWith(`${file.module}_`) : isCompiled(context.compiled, "bool", name)
      )
        continue;
      say(range, `no module declares a boolean or tunable ${name}`);
    }
  },
);

/**
 * A loadable module's `tunable_policy` requires what it asks for, so it compiles with any name, and headers do not say
 * which booleans there are. Names with the module's own prefix are the module's to declare.
 */
function isModule({ compiled }: CheckContext): boolean {
  return compiled.options.mode === "modular";
}

/** The names in the condition of a conditional. */
function identifiers(tree: SyntaxTree, node: number): readonly number[] {
  const condition = node + 1;
  if (condition >= (tree.end[node] as number) || tree.kind[condition] !== N_COND) return [];
  const found: number[] = [];
  for (let child = condition + 1; child < (tree.end[condition] as number); child++)
    if (tree.kind[child] === N_NAME) found.push(child);
  return found;
}
