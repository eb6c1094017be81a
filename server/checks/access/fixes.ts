// Repairs of what the checks of access find: take away what says nothing new, add what is missing. Taking a rule away
// that another entry of the policy grants leaves the access as it is but not the policy, and says so.

import {
  N_BLOCK,
  N_CALL,
  N_IF,
  N_SET,
  N_TUNABLEPOLICY,
  N_TYPERULE,
  N_XPERMRULE,
  N_XRANGE,
} from "../../../grammar/syntax/kinds.ts";
import { endOf, startOf, textOf } from "../../../grammar/syntax/tree.ts";
import { permissionValue } from "../../policydb/policydb.ts";
import type { CheckContext, Fixer } from "../check.ts";
import type { Fix } from "../fix.ts";
import { changing, fixer, indentAt, placeAt, removeLines, same } from "../selint/fixText.ts";
import { childCount, childOf, enclosing } from "../selint/outline.ts";
import type { Place } from "../selint/visit.ts";
import { constantValue } from "./conditionals.ts";
import { GRANT_COMPANION } from "./fixCompanions.ts";
import { COMPLETE_DOMAIN, COMPLETE_FILE_TYPE } from "./fixTypes.ts";
import { redundantRules } from "./redundant.ts";
import { ENTRYPOINT, EXECUTE, incompleteIn, ROLE, TRANSITION } from "./transitions.ts";

/** A block without statements is no block: the last one stays. */
function isAlone({ tree, outline, entry }: Place): boolean {
  const up = outline.up[entry] as number;
  const block = up < 0 ? -1 : (outline.node[up] as number);
  return block >= 0 && tree.kind[block] === N_BLOCK && childCount(tree, block) === 1;
}

const removeRedundant = fixer(["redundant-allow"], (place, finding, context) => {
  const { file, node } = place;
  if (isAlone(place)) return undefined;
  const found = redundantRules(context, file).find(({ statement }) => statement.node === node);
  if (found === undefined) return undefined;
  const change = removeLines(file, finding.start, finding.end);
  if (keepsEntries(context, found.statement, context.compiled.directRules(file.id)))
    return same("Remove the rule", change);
  return changing("Remove the rule", "other rules grant the same: access stays as it is", true, change);
});

/** Do the entries of a statement keep all of its permissions without it? */
function keepsEntries(
  { compiled }: CheckContext,
  { from, to }: { readonly from: number; readonly to: number },
  rules: ReturnType<CheckContext["compiled"]["directRules"]>,
): boolean {
  const own = new Set<number>();
  for (let row = from; row < to; row++) own.add(rules.contribution[row] as number);
  for (let row = from; row < to; row++) {
    let left = rules.mask[row] as number;
    for (const { contribution, mask } of compiled.contributionsOf(rules.entry[row] as number))
      if (!own.has(contribution)) left &= ~mask;
    if (left !== 0) return false;
  }
  return true;
}

const completeTransition: Fixer = {
  ids: ["incomplete-transition"],
  fixes(context, finding) {
    const file = context.file(finding.file);
    const place = file === undefined ? undefined : placeAt(file, finding.start, finding.end);
    const found = incompleteIn(context, finding.file).find(
      (one) => one.start === finding.start && one.message === finding.message,
    );
    if (place === undefined || found === undefined || found.entry < 0) return [];
    const kind = place.tree.kind[place.node];
    if (kind !== N_TYPERULE && kind !== N_CALL) return [];
    const isConditional = enclosing(place.tree, place.outline, place.entry, N_IF, N_TUNABLEPOLICY) >= 0;
    const lines = missingLines(context, found.missing, found.entry, isConditional);
    return lines === undefined ? [] : [addLines(place, lines)];
  },
};

function addLines({ file, tree, node }: Place, lines: readonly string[]): Fix {
  const at = endOf(tree, node);
  const indent = indentAt(file.text, startOf(tree, node));
  const text = lines.map((line) => `\n${indent}${line}`).join("");
  return changing("Add the missing rules", `adds ${lines.join(" ")}`, true, {
    file: file.id,
    start: at,
    end: at,
    text,
  });
}

const RUN = ["execute", "getattr", "map", "open", "read"];

/** The rules that a transition lacks; undefined when one cannot be told, or cannot stand there. */
function missingLines(
  { compiled }: CheckContext,
  missing: number,
  entry: number,
  isConditional: boolean,
): readonly string[] | undefined {
  const { db } = compiled;
  const { avtab } = db;
  const source = db.types.nameOf(avtab.source(entry)) ?? "";
  const target = db.types.nameOf(avtab.target(entry)) ?? "";
  const domain = db.types.nameOf(avtab.data[entry] as number) ?? "";
  const datum = db.classes.get("file");
  const known = (names: readonly string[]): string =>
    names.filter((name) => datum !== undefined && permissionValue(datum, name) !== 0).join(" ");
  const lines: string[] = [];
  if ((missing & EXECUTE) !== 0) lines.push(`allow ${source} ${target}:file { ${known(RUN)} };`);
  if ((missing & ENTRYPOINT) !== 0)
    lines.push(`allow ${domain} ${target}:file { ${known(["entrypoint", ...RUN])} };`);
  if ((missing & TRANSITION) !== 0) lines.push(`allow ${source} ${domain}:process transition;`);
  if ((missing & ROLE) !== 0) {
    const roles = [...db.roles].filter(
      (role) => role.isAttribute !== true && role.types.has(avtab.source(entry) - 1),
    );
    const role = roles.length === 1 ? roles[0] : roles.find((one) => one.name === "system_r");
    if (role === undefined || isConditional) return undefined;
    lines.push(`role ${role.name} types ${domain};`);
  }
  return (missing & ~(EXECUTE | ENTRYPOINT | TRANSITION | ROLE)) !== 0 ? undefined : lines;
}

/** Takes a value away that an earlier range of the set holds; what overlaps in part is left to the author. */
const removeCommand = fixer(["xperm-overlap"], ({ file, tree, node }, finding) => {
  if (tree.kind[node] !== N_XPERMRULE) return undefined;
  const written = childOf(tree, node, 4);
  const set = tree.kind[written] === N_SET ? written : written + 1;
  if (tree.kind[set] !== N_SET) return undefined;
  const valuesOf = (child: number): readonly [number, number] => {
    const isRange = tree.kind[child] === N_XRANGE;
    const low = Number(textOf(tree, isRange ? child + 1 : child));
    return [low, isRange ? Number(textOf(tree, tree.end[child + 1] as number)) : low];
  };
  let own = -1;
  const others: number[] = [];
  for (let child = set + 1; child < (tree.end[set] as number); child = tree.end[child] as number)
    if (startOf(tree, child) === finding.start) own = child;
    else others.push(child);
  if (own < 0) return undefined;
  const [low, high] = valuesOf(own);
  const isHeld = others.some((child) => {
    const [from, to] = valuesOf(child);
    return from <= low && high <= to;
  });
  if (!isHeld) return undefined;
  const { text } = file;
  let start = finding.start;
  while (start > 0 && /\s/.test(text.charAt(start - 1))) start--;
  return same("Remove it", { file: file.id, start, end: finding.end, text: "" });
});

/** The statements of a block, without its braces or quotes. */
function insideOf({ file, tree }: Place, block: number): string {
  return file.text.slice(startOf(tree, block) + 1, endOf(tree, block) - 1).trim();
}

const unwrapConditional = fixer(["cond-same-branches"], (place) => {
  const { file, tree, node } = place;
  const what = "the rules no longer hang on the condition; access stays as it is";
  return changing("Keep one branch, without the condition", what, true, {
    file: file.id,
    start: startOf(tree, node),
    end: endOf(tree, node),
    text: insideOf(place, childOf(tree, node, 1)),
  });
});

/** The branch that counts stays. Another condition may have been meant, so nobody gets this unasked. */
const keepLiveBranch = fixer(["cond-constant"], (place) => {
  const { file, tree, node } = place;
  const value = constantValue(tree, node + 1);
  const live = value === undefined ? -1 : childOf(tree, node, value ? 1 : 2);
  const text = live < 0 ? "" : insideOf(place, live);
  const [start, end] = [startOf(tree, node), endOf(tree, node)];
  const change = text === "" ? removeLines(file, start, end) : { file: file.id, start, end, text };
  if (value === undefined || (text === "" && isAlone(place))) return undefined;
  const title = text === "" ? "Remove the conditional" : "Keep the branch that counts";
  return changing(title, "the rules hang on no condition; access stays as it is", false, change);
});

const removeLabel = fixer(["genfscon-redundant", "netifcon-shadowed"], ({ file }, finding) =>
  changing(
    "Remove the entry",
    "one entry less; every label stays as it is",
    true,
    removeLines(file, finding.start, finding.end),
  ),
);

const allowBase = fixer(["xperm-without-base"], ({ file, tree, node }) => {
  if (tree.kind[node] !== N_XPERMRULE) return undefined;
  const [source, target, tclass, base] = [0, 1, 2, 3].map((index) =>
    textOf(tree, childOf(tree, node, index)),
  );
  const indent = indentAt(file.text, startOf(tree, node));
  const rule = `allow ${source} ${target}:${tclass} ${base};`;
  const at = startOf(tree, node);
  return changing(`Allow ${base}`, `adds ${rule}`, true, {
    file: file.id,
    start: at,
    end: at,
    text: `${rule}\n${indent}`,
  });
});

export const ACCESS_FIXERS: readonly Fixer[] = [
  removeRedundant,
  completeTransition,
  removeCommand,
  unwrapConditional,
  keepLiveBranch,
  removeLabel,
  allowBase,
  GRANT_COMPANION,
  COMPLETE_DOMAIN,
  COMPLETE_FILE_TYPE,
];
