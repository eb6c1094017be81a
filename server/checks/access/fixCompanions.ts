// The repair of a permission that is never enough: what the kernel asks for besides joins the rule, or, where the rule
// is about several types or classes, gets a rule of its own behind it.

import { N_AVRULE, N_NAME, N_SET } from "../../../grammar/syntax/kinds.ts";
import { endOf, startOf, textOf } from "../../../grammar/syntax/tree.ts";
import type { CheckContext } from "../check.ts";
import type { TextChange } from "../fix.ts";
import { changing, fixer, indentAt, replaceNode } from "../selint/fixText.ts";
import { childOf } from "../selint/outline.ts";
import { comparePermissions, permissionItems, permissionSet } from "../selint/permissionOrder.ts";
import type { Place } from "../selint/visit.ts";
import { type Lonely, lonelyIn } from "./companions.ts";
import { statementsOf } from "./direct.ts";

export const GRANT_COMPANION = fixer(
  ["allow-incomplete", "allow-without-open", "allow-without-map"],
  (place, _finding, context) => {
    const { file, node } = place;
    const rules = context.compiled.directRules(file.id);
    const statement = statementsOf(rules).find((one) => one.node === node);
    const lonely = statement === undefined ? undefined : lonelyIn(context, file, statement);
    if (lonely === undefined || lonely.companion.any === true) return undefined;
    const { missing, companion } = lonely;
    const entry = rules.entry[lonely.row] as number;
    const change = grownRule(place, lonely) ?? ruleBehind(place, context, lonely, entry);
    // Without the others the rule may be meant as it is.
    const isPreferred = companion.id === "allow-incomplete";
    return changing(`Grant ${missing.join(", ")} too`, `grants ${missing.join(", ")}`, isPreferred, change);
  },
);

/** The rule with more permissions; undefined where it speaks of more than one thing. */
function grownRule({ file, tree, node }: Place, { companion, missing }: Lonely): TextChange | undefined {
  if (companion.self === true || tree.kind[node] !== N_AVRULE) return undefined;
  for (const index of [0, 1, 2]) if (tree.kind[childOf(tree, node, index)] !== N_NAME) return undefined;
  const set = permissionSet(tree, node);
  const kind = tree.kind[set];
  if ((kind !== N_SET && kind !== N_NAME) || /[#~*-]/.test(textOf(tree, set))) return undefined;
  const items = permissionItems(tree, set);
  if (items.some((item) => item < 0)) return undefined;
  const names = [...items.map((item) => textOf(tree, item)), ...missing];
  names.sort((a, b) => comparePermissions(a, b, false));
  return replaceNode(file, tree, set, `{ ${names.join(" ")} }`);
}

function ruleBehind(
  { file, tree, node }: Place,
  { compiled }: CheckContext,
  { companion, missing }: Lonely,
  entry: number,
): TextChange {
  const { avtab, types, classes } = compiled.db;
  const source = avtab.source(entry);
  const target = avtab.target(entry);
  const about = companion.self === true || source === target ? "self" : types.nameOf(target);
  const permissions = missing.length === 1 ? missing[0] : `{ ${[...missing].sort().join(" ")} }`;
  const rule = `allow ${types.nameOf(source)} ${about}:${classes.nameOf(avtab.tclass[entry] as number)} ${permissions};`;
  const at = endOf(tree, node);
  const text = `\n${indentAt(file.text, startOf(tree, node))}${rule}`;
  return { file: file.id, start: at, end: at, text };
}
