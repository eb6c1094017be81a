// The effective decision of an access vector rule: what is left of its permissions after constraints, role allow and
// bounds, for example contexts of its first source and target. Hovers show it with its trace, code lenses in a line.

import { N_AVRULE, RULE_ALLOW } from "../../grammar/syntax/kinds.ts";
import { endOf, startOf } from "../../grammar/syntax/tree.ts";
import type { SourceFile } from "../workspace/snapshot.ts";
import { contextOfType } from "./access/contextOf.ts";
import { type AccessExplanation, explainAccess, removalLines } from "./access/explain.ts";
import { childrenOf } from "./children.ts";
import { originPlace } from "./extensions/access.ts";
import { counted, fenced, nameList, paragraphs } from "./markdown.ts";
import type { View } from "./view.ts";

/** Names of one side of a rule that are looked at. */
const MOST_NAMES = 200;

/** The sides of a rule as plain names, `self` kept; undefined for other statements. */
export interface RuleSides {
  readonly sources: readonly string[];
  readonly targets: readonly string[];
  readonly classes: readonly string[];
  readonly permissions: readonly string[];
}

/** The sides of an access vector rule. */
export function sidesOf(view: View, file: SourceFile, node: number): RuleSides | undefined {
  const { tree } = file;
  if (tree.kind[node] !== N_AVRULE) return undefined;
  const [source, target, tclass, permissions] = childrenOf(tree, node);
  if (source === undefined || target === undefined || tclass === undefined || permissions === undefined)
    return undefined;
  return {
    sources: namesOf(view, file, source),
    targets: namesOf(view, file, target),
    classes: namesOf(view, file, tclass),
    permissions: namesOf(view, file, permissions),
  };
}

/** Plain names of a set, or what a parameter stands for. */
export function namesOf(view: View, file: SourceFile, node: number): readonly string[] {
  const { compiled } = view.snapshot;
  const start = startOf(file.tree, node);
  const end = endOf(file.tree, node);
  const text = file.text.slice(start, end);
  if (/^[\w.$-]*\$[\w.$-]*$/.test(text)) return compiled.meaningsAt(file.id, start, MOST_NAMES);
  return compiled.expandSet(file.id, start, end).slice(0, MOST_NAMES);
}

export interface Effective {
  readonly access: AccessExplanation;
  /** the rule's permissions that the class has */
  readonly asked: readonly string[];
  readonly denied: readonly string[];
  /** pairs and classes that the rule speaks about, this one included */
  readonly pairs: number;
}

/** The decision about the first types of a rule's sides; undefined when these are attributes only. */
export function effectiveOf(view: View, file: SourceFile, node: number): Effective | undefined {
  const sides = sidesOf(view, file, node);
  if (sides === undefined) return undefined;
  const { db } = view.snapshot.compiled;
  const isType = (name: string) => db.types.get(name)?.isAttribute === false;
  const sourceName = sides.sources.find(isType);
  const targetName = sides.targets.find((name) => name === "self" || isType(name));
  const datum = db.classes.get(sides.classes[0] ?? "");
  if (sourceName === undefined || targetName === undefined || datum === undefined) return undefined;
  const source = contextOfType(db, db.types.valueOf(sourceName));
  const target = targetName === "self" ? source : contextOfType(db, db.types.valueOf(targetName));
  if (source === undefined || target === undefined) return undefined;
  const access = explainAccess({ db, snapshot: view.snapshot }, source, target, datum);
  const all = access.permissions.filter((permission) => sides.permissions.includes(permission.name));
  return {
    access,
    asked: all.map((permission) => permission.name),
    denied: all.filter((permission) => !permission.allowed).map((permission) => permission.name),
    pairs: sides.sources.length * sides.targets.length * sides.classes.length,
  };
}

/** The paragraph of a hover; undefined when there is no decision to show. */
export function effectiveText(view: View, file: SourceFile, node: number): string | undefined {
  const found = effectiveOf(view, file, node);
  if (found === undefined || found.asked.length === 0) return undefined;
  const { access, asked, denied } = found;
  const verdict =
    denied.length === 0
      ? asked.length === 1
        ? "allowed"
        : `all ${asked.length} permissions allowed`
      : `**denied:** ${nameList(denied)}`;
  const lines = access.removals.flatMap((removal) => {
    const names = removal.permissions.filter((name) => asked.includes(name));
    return names.length === 0 ? [] : removalLines(removal, names, (origin) => originPlace(view, origin));
  });
  return paragraphs([
    `**Effective**, from \`${access.source}\` to \`${access.target}\` (after constraints, role allow and bounds): ${verdict}`,
    lines.length === 0 ? undefined : fenced(lines.join("\n"), "text"),
  ]);
}

/** The line of a code lens. */
export function effectiveLine(view: View, file: SourceFile, node: number): string {
  const found = effectiveOf(view, file, node);
  if (found === undefined) return `effective access: ${whyNot(view, sidesOf(view, file, node))}`;
  const { access, asked, denied, pairs } = found;
  const first = pairs > 1 ? ` (1 of ${counted(pairs, "pair")})` : "";
  if (asked.length === 0) return `effective access: no permission of class ${access.class}${first}`;
  if (denied.length === 0) {
    const what = asked.length === 1 ? (asked[0] as string) : `all ${asked.length} permissions`;
    return `effective access: ${what}${first}`;
  }
  const steps = access.removals
    .filter((removal) => removal.permissions.some((name) => denied.includes(name)))
    .map((removal) => STEPS[removal.step]);
  const why = steps.length === 0 ? "not granted now" : `taken by ${[...new Set(steps)].join(", ")}`;
  const left = asked.length - denied.length;
  return `effective access: ${left} of ${asked.length}, without ${denied.join(" ")} (${why})${first}`;
}

/** Why a rule has no effective access of its own. */
function whyNot(view: View, sides: RuleSides | undefined): string {
  const { db } = view.snapshot.compiled;
  const names = [...(sides?.sources ?? []), ...(sides?.targets ?? [])].filter((name) => name !== "self");
  const isUnknown = names.length === 0 || names.some((name) => db.types.valueOf(name) === 0);
  const hasClass = db.classes.get(sides?.classes[0] ?? "") !== undefined;
  return isUnknown || !hasClass ? "none, it names what the policy does not have" : "between attributes";
}

const STEPS = { constraint: "a constraint", "role-allow": "role allow", bounds: "bounds" } as const;

/** True for `allow` rules. */
export function isAllow(file: SourceFile, node: number): boolean {
  return file.tree.kind[node] === N_AVRULE && file.tree.data[node] === RULE_ALLOW;
}
