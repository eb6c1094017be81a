// Hover of an access vector rule: the whole access vector between its source and target, one permission a line,
// with who grants it and where, under which condition, and what is audited. Rules over sets show the first pair
// and count the others; inside templates the pairs are those of the callers.

import { N_AVRULE, N_XPERMRULE } from "../../../grammar/syntax/kinds.ts";
import { endOf, startOf, textOf } from "../../../grammar/syntax/tree.ts";
import type { SourceFile } from "../../workspace/snapshot.ts";
import { childrenOf } from "../children.ts";
import { effectiveText, namesOf } from "../effective.ts";
import { type Grant, grantsBetween, type PermissionGrants } from "../grants.ts";
import { columns, counted, fenced, nameList, paragraphs } from "../markdown.ts";
import { shortPlace, type View } from "../view.ts";

/** Statements named for one permission. */
const MOST_PLACES = 3;

/** The hover of an av or xperm rule node. */
export function ruleText(view: View, file: SourceFile, node: number): string | undefined {
  const { tree } = file;
  const kind = tree.kind[node];
  if (kind !== N_AVRULE && kind !== N_XPERMRULE) return undefined;
  const [sourceNode, targetNode, classNode, permissionNode] = childrenOf(tree, node);
  if (sourceNode === undefined || targetNode === undefined || classNode === undefined) return undefined;
  const sides = {
    sources: namesOf(view, file, sourceNode),
    targets: namesOf(view, file, targetNode),
    classes: namesOf(view, file, classNode),
  };
  const permissions =
    kind === N_AVRULE && permissionNode !== undefined ? namesOf(view, file, permissionNode) : [];
  const head = fenced(textOf(tree, node).replace(/\s+/g, " "));
  const source = sides.sources[0];
  const className = sides.classes[0];
  const first = sides.targets[0] === "self" ? source : sides.targets[0];
  if (source === undefined || first === undefined || className === undefined)
    return paragraphs([head, "No rule comes from it: a side is empty, or nothing calls this macro."]);
  const grants = grantsBetween(view.snapshot, source, first, className);
  const here = { file: file.id, start: startOf(tree, node), end: endOf(tree, node) };
  return paragraphs([
    head,
    pairsText(sides),
    `**Access of** \`${source}\` **to** \`${first}:${className}\` (● granted, ◐ only under a condition that is off, ○ not granted; * this rule):`,
    fenced(vectorTable(view, grants, new Set(permissions), here), "text"),
    effectiveText(view, file, node) ?? constraintText(view, className, permissions),
    permissiveText(view, source),
  ]);
}

interface Sides {
  readonly sources: readonly string[];
  readonly targets: readonly string[];
  readonly classes: readonly string[];
}

/** What the rule says when it says more than one thing. */
function pairsText(sides: Sides): string | undefined {
  const parts: string[] = [];
  if (sides.sources.length > 1)
    parts.push(`**${counted(sides.sources.length, "source")}:** ${nameList(sides.sources, 8)}`);
  if (sides.targets.length > 1)
    parts.push(`**${counted(sides.targets.length, "target")}:** ${nameList(sides.targets, 8)}`);
  if (sides.classes.length > 1) parts.push(`**Classes:** ${nameList(sides.classes, 12)}`);
  return parts.length === 0 ? undefined : parts.join("  \n");
}

interface Here {
  readonly file: number;
  readonly start: number;
  readonly end: number;
}

/** A line for each permission that is granted, audited or silenced; the rest in one line. */
function vectorTable(
  view: View,
  grants: readonly PermissionGrants[],
  own: ReadonlySet<string>,
  here: Here,
): string {
  const rows: string[][] = [];
  const absent: string[] = [];
  for (const grant of grants) {
    if (
      grant.allowed.length + grant.auditallow.length + grant.dontaudit.length === 0 &&
      !own.has(grant.permission)
    ) {
      absent.push(grant.permission);
      continue;
    }
    rows.push([
      `${stateOf(grant)} ${grant.permission}${own.has(grant.permission) ? "*" : ""}`,
      `${placesOf(view, grant.allowed, here)}${auditText(view, grant, here)}`,
    ]);
  }
  const rest = absent.length === 0 ? "" : `${rows.length === 0 ? "" : "\n"}○ ${absent.join(" ")}`;
  return `${columns(rows)}${rest}`;
}

function stateOf(grant: PermissionGrants): string {
  if (grant.allowed.length === 0) return "○";
  return grant.allowed.some((g) => g.enabled) ? "●" : "◐";
}

/** `here, kernel.te:12, foo.te:3 → apache.if:88 if (x), 4 more`. */
function placesOf(view: View, grants: readonly Grant[], here: Here): string {
  if (grants.length === 0) return "–";
  const texts: string[] = [];
  for (const grant of grants) {
    const text = `${placeText(view, grant, here)}${grant.condition === undefined ? "" : ` if (${grant.condition})`}`;
    if (!texts.includes(text)) texts.push(text);
  }
  // What this very statement contributes comes first.
  texts.sort((a, b) => Number(b.startsWith("here")) - Number(a.startsWith("here")));
  const shown = texts.slice(0, MOST_PLACES);
  if (texts.length > shown.length) shown.push(`${texts.length - shown.length} more`);
  return shown.join(", ");
}

function placeText(view: View, { origin }: Grant, here: Here): string {
  const isHere = origin.file === here.file && origin.start >= here.start && origin.start < here.end;
  const call = origin.calls[0];
  if (isHere) return call === undefined ? "here" : `here (from ${shortPlace(view, call)})`;
  return call === undefined
    ? shortPlace(view, origin)
    : `${shortPlace(view, call)} → ${shortPlace(view, origin)}`;
}

function auditText(view: View, grant: PermissionGrants, here: Here): string {
  const parts: string[] = [];
  if (grant.auditallow.length > 0) parts.push(`audited: ${placesOf(view, grant.auditallow, here)}`);
  // What is granted for certain is not denied, so nothing is silenced.
  const mayBeDenied = grant.allowed.every((one) => one.condition !== undefined || !one.enabled);
  if (grant.dontaudit.length > 0 && mayBeDenied)
    parts.push(`denials silenced: ${placesOf(view, grant.dontaudit, here)}`);
  return parts.length === 0 ? "" : ` [${parts.join("; ")}]`;
}

/** Which of the rule's permissions are also constrained. */
function constraintText(view: View, className: string, permissions: readonly string[]): string | undefined {
  const datum = view.snapshot.compiled.db.classes.get(className);
  if (datum === undefined) return undefined;
  const constrained = permissions.filter((name) => {
    const value = datum.perms.get(name) ?? datum.common?.perms.get(name) ?? 0;
    return value > 0 && datum.constraints.some((c) => (c.permissions & (1 << (value - 1))) !== 0);
  });
  if (constrained.length === 0) return undefined;
  return `**Constraints** (users, roles, levels) may still refuse ${nameList(constrained, 12)}.`;
}

function permissiveText(view: View, source: string): string | undefined {
  const { db } = view.snapshot.compiled;
  if (!db.permissive.has(db.types.valueOf(source))) return undefined;
  return `\`${source}\` is **permissive**: what is not granted is logged and let through.`;
}
