// Hover texts of symbols: type, attribute, class, permission, role, user, boolean and the small ones. Each is what
// an author wants to know before using the name; counts say how much there is to look for.

import { conditionText } from "../../analysis/ruleText.ts";
import type { Declaration } from "../../compiler/face.ts";
import { classDoc, permissionDoc } from "../../kernel/permissions.ts";
import { AVTAB_ALLOWED, isTrueBranch } from "../../policydb/avtab.ts";
import { COND_BOOL, type CondExprNode } from "../../policydb/conditional.ts";
import type { Ebitmap } from "../../policydb/ebitmap.ts";
import { type PolicyDb, permissionNames, permissionsOf, type UserDatum } from "../../policydb/policydb.ts";
import type { Symtab } from "../../policydb/symtab.ts";
import { printLevel, printRange } from "../../services/mlsText.ts";
import { commentAbove } from "../comments.ts";
import { counted, fenced, nameList, paragraphs } from "../markdown.ts";
import { nlmsgPermissionText } from "../netlinkText.ts";
import { aliasesOf, conditionalEntries, ruleCounts } from "../policyIndex.ts";
import { shortPlace, type View } from "../view.ts";
import { labelledText } from "./labelled.ts";
import { levelPartText } from "./level.ts";

/** A type or attribute by name; undefined when the policy has none. */
export function typeText(view: View, name: string): string | undefined {
  const { db } = view.snapshot.compiled;
  const datum = db.types.get(name);
  if (datum === undefined) return undefined;
  return datum.isAttribute ? attributeText(view, datum.name) : plainTypeText(view, name, datum.value);
}

function plainTypeText(view: View, name: string, value: number): string {
  const { db } = view.snapshot.compiled;
  const primary = db.types.nameOf(value) ?? name;
  const attributes = namesOf(db.types, db.typeAttrMap[value]).filter(
    (n) => db.types.get(n)?.isAttribute === true,
  );
  const aliases = aliasesOf(view.snapshot, value);
  const head = primary === name ? `type ${name}` : `type ${primary} alias ${name}`;
  const bounds = db.types.at(value)?.bounds ?? 0;
  return paragraphs([
    fenced(head),
    documentation(view, primary, ["type", "alias"]),
    attributes.length > 0 ? `**Attributes:** ${nameList(attributes)}` : "No attributes.",
    aliases.length > 0 ? `**Aliases:** ${nameList(aliases)}` : undefined,
    bounds > 0 ? `**Bounded by** \`${db.types.nameOf(bounds)}\`` : undefined,
    db.permissive.has(value) ? "**Permissive domain:** denials are only logged." : undefined,
    labelledText(db, value),
    ruleCountsText(view, value),
    declaredAt(view, primary, ["type"]),
  ]);
}

function attributeText(view: View, name: string): string {
  const { db } = view.snapshot.compiled;
  const value = db.types.valueOf(name);
  const members = namesOf(db.types, db.attrTypeMap[value]).filter((member) => member !== name);
  return paragraphs([
    fenced(`attribute ${name}`),
    documentation(view, name, ["attribute"]),
    members.length > 0
      ? `**${counted(members.length, "type")}:** ${nameList(members, 30)}`
      : "No type has it.",
    ruleCountsText(view, value),
    declaredAt(view, name, ["attribute"]),
  ]);
}

/** Rules that name exactly this symbol. */
function ruleCountsText(view: View, value: number): string {
  const { asSource, asTarget } = ruleCounts(view.snapshot);
  return `**Allow rules** that name it: ${asSource[value] ?? 0} as source, ${asTarget[value] ?? 0} as target.`;
}

/** A class: what it is, its permissions. */
export function classText(view: View, name: string): string | undefined {
  const { db } = view.snapshot.compiled;
  const datum = db.classes.get(name);
  const doc = classDoc(name);
  if (datum === undefined && doc === undefined) return undefined;
  const permissions = datum === undefined ? [] : [...permissionsOf(datum).keys()];
  const inherits = datum?.common === undefined ? "" : ` inherits ${datum.common.name}`;
  return paragraphs([
    fenced(`class ${name}${inherits}`),
    doc?.summary ?? "A class of user space: the kernel does not check it.",
    lifetime(doc),
    permissions.length > 0
      ? `**${counted(permissions.length, "permission")}:** ${nameList(permissions, 40)}`
      : undefined,
    datum !== undefined && datum.constraints.length > 0
      ? `${counted(datum.constraints.length, "constraint")} apply.`
      : undefined,
    declaredAt(view, name, ["class"]),
  ]);
}

/** A permission on some classes: what it gates and which hooks check it. */
export function permissionText(view: View, name: string, classes: readonly string[]): string | undefined {
  const { db } = view.snapshot.compiled;
  const having = classes.filter((c) => {
    const datum = db.classes.get(c);
    return datum !== undefined && permissionsOf(datum).has(name);
  });
  if (having.length === 0) return undefined;
  const parts: string[] = [];
  const seen = new Set<string>();
  for (const className of having.slice(0, 6)) {
    const doc = permissionDoc(className, name);
    const text =
      doc === undefined ? "Checked by user space, or by no kernel since 5.9." : permissionFacts(doc);
    if (seen.has(text)) continue;
    seen.add(text);
    parts.push(having.length === 1 ? text : `\`${className}\`: ${text}`);
    const messages = nlmsgPermissionText(className, name);
    if (messages !== undefined) parts.push(messages);
  }
  const on = having.length > 6 ? `${having.slice(0, 6).join(" ")} …` : having.join(" ");
  return paragraphs([fenced(`permission ${name} on ${having.length === 1 ? on : `{ ${on} }`}`), ...parts]);
}

function permissionFacts(doc: NonNullable<ReturnType<typeof permissionDoc>>): string {
  return paragraphs([
    doc.summary,
    doc.neverChecked ? "**No kernel path checks it:** a rule has no effect." : undefined,
    doc.checkedBy.length > 0 ? `**Checked by:** ${nameList(doc.checkedBy, 10)}` : undefined,
    lifetime(doc),
    doc.notes.length > 0 ? `_${doc.notes.join("; ")}_` : undefined,
  ]);
}

function lifetime(
  doc: { readonly since: string | undefined; readonly removed: string | undefined } | undefined,
): string | undefined {
  if (doc === undefined) return undefined;
  const parts = [
    doc.since === undefined ? "" : `since Linux ${doc.since}`,
    doc.removed === undefined ? "" : `removed in Linux ${doc.removed}`,
  ].filter((part) => part !== "");
  return parts.length === 0 ? undefined : `_${parts.join(", ")}_`;
}

/** A role: its types, where it may go. */
export function roleText(view: View, name: string): string | undefined {
  const { db } = view.snapshot.compiled;
  const datum = db.roles.get(name);
  if (datum === undefined) return undefined;
  const types = namesOf(db.types, datum.types);
  const reachable = db.roleAllows
    .filter((rule) => rule.role === datum.value)
    .map((rule) => db.roles.nameOf(rule.newRole) ?? "?");
  const users = [...db.users].filter((user) => user.roles.has(datum.value - 1)).map((user) => user.name);
  return paragraphs([
    fenced(`${datum.isAttribute === true ? "attribute_role" : "role"} ${name}`),
    documentation(view, name, ["role", "attribute_role"]),
    name === "object_r"
      ? "The role of everything that is no process: every user may have it, with every type."
      : types.length > 0
        ? `**${counted(types.length, "type")}:** ${nameList(types, 20)}`
        : "No types.",
    users.length > 0 ? `**Users:** ${nameList(users)}` : undefined,
    reachable.length > 0 ? `**May change to:** ${nameList(reachable)}` : undefined,
    declaredAt(view, name, ["role", "attribute_role"]),
  ]);
}

/** A user: its roles. */
export function userText(view: View, name: string): string | undefined {
  const { db } = view.snapshot.compiled;
  const datum = db.users.get(name);
  if (datum === undefined) return undefined;
  return paragraphs([
    fenced(`user ${name}`),
    `**Roles:** ${nameList(namesOf(db.roles, datum.roles))}`,
    levelsOf(db, datum),
    declaredAt(view, name, ["user"]),
  ]);
}

/** The levels that a user begins with and may have. */
function levelsOf(db: PolicyDb, { range, defaultLevel }: UserDatum): string | undefined {
  if (!db.mls || range === undefined || defaultLevel === undefined) return undefined;
  return `**Level:** \`${printLevel(db, defaultLevel)}\`, within \`${printRange(db, range)}\``;
}

/** A boolean or tunable: its default and what hangs on it. */
export function booleanText(view: View, name: string): string | undefined {
  const { db } = view.snapshot.compiled;
  const datum = db.bools.get(name);
  if (datum === undefined) return undefined;
  const entries = conditionalEntries(view.snapshot);
  // Conditions without a rule may be left from earlier versions of the text.
  const conditions = db.conditionals
    .map((node, i) => ({ expr: node.expr, rules: entries.get(i) ?? [] }))
    .filter(({ expr, rules }) => rules.length > 0 && mentions(expr, datum.value));
  const under = conditions.flatMap(({ rules }) => rules);
  return paragraphs([
    fenced(`bool ${name} ${datum.state}`),
    documentation(view, name, ["bool", "tunable"]),
    `Default **${datum.state ? "on" : "off"}**. It decides ${counted(conditions.length, "condition")} with ${counted(under.length, "rule")}.`,
    conditionsText(db, conditions),
    rulesUnder(view, under),
    declaredAt(view, name, ["bool", "tunable"]),
  ]);
}

function mentions(expr: readonly CondExprNode[], bool: number): boolean {
  return expr.some((e) => e.op === COND_BOOL && e.bool === bool);
}

/** The expressions that a boolean stands in, when it does not stand alone. */
function conditionsText(
  db: PolicyDb,
  conditions: readonly { readonly expr: readonly CondExprNode[]; readonly rules: readonly number[] }[],
): string | undefined {
  if (conditions.every(({ expr }) => expr.length === 1)) return undefined;
  const lines = conditions
    .map(({ expr, rules }) => `- \`${conditionText(db, expr)}\`: ${counted(rules.length, "rule")}`)
    .sort()
    .slice(0, MOST_CONDITIONS);
  if (conditions.length > lines.length) lines.push(`- … ${conditions.length - lines.length} more`);
  return lines.join("\n");
}

const MOST_CONDITIONS = 10;

/** Rules shown of those that a boolean switches. */
const MOST_RULES = 12;

/** Access vector rules that stand under conditions, as text. */
function rulesUnder(view: View, entries: readonly number[]): string | undefined {
  const { db } = view.snapshot.compiled;
  const { avtab } = db;
  const lines: string[] = [];
  for (const entry of entries) {
    if (avtab.specified[entry] !== AVTAB_ALLOWED) continue;
    const datum = db.classes.at(avtab.tclass[entry] as number);
    if (datum === undefined) continue;
    const names = permissionNames(datum, avtab.data[entry] as number).join(" ");
    const sides = `${db.types.nameOf(avtab.source(entry))} ${db.types.nameOf(avtab.target(entry))}`;
    const branch = isTrueBranch(avtab.branch[entry] as number) ? "" : "  # while it does not hold";
    lines.push(`allow ${sides}:${datum.name} { ${names} };${branch}`);
  }
  if (lines.length === 0) return undefined;
  // The table's order is that of the edits.
  const shown = lines.sort().slice(0, MOST_RULES);
  if (lines.length > shown.length) shown.push("# …");
  return fenced(shown.join("\n"));
}

/** Any other declared name: its kind and where it is declared. */
export function otherText(view: View, declaration: Declaration): string {
  return paragraphs([
    fenced(`${declaration.kind.replace("_", " ")} ${declaration.name}`),
    documentation(view, declaration.name, [declaration.kind]),
    levelPartText(view.snapshot.compiled.db, declaration),
    `Declared at ${shortPlace(view, declaration)}.`,
  ]);
}

/** The comment above the declaration. */
function documentation(view: View, name: string, kinds: readonly string[]): string | undefined {
  const declaration = view.snapshot.compiled.declarations(name).find((d) => kinds.includes(d.kind));
  const file = declaration === undefined ? undefined : view.snapshot.file(declaration.file);
  return file === undefined || declaration === undefined
    ? undefined
    : commentAbove(file.text, declaration.declStart);
}

function declaredAt(view: View, name: string, kinds: readonly string[]): string | undefined {
  const declarations = view.snapshot.compiled.declarations(name).filter((d) => kinds.includes(d.kind));
  if (declarations.length === 0) return undefined;
  const active = declarations.filter((d) => d.active);
  const places = (active.length > 0 ? active : declarations).slice(0, 3).map((d) => {
    const via = d.via?.at(-1);
    return via === undefined
      ? shortPlace(view, d)
      : `${shortPlace(view, d)} (by the call at ${shortPlace(view, via)})`;
  });
  return `Declared at ${places.join(", ")}${active.length > 0 ? "" : "; the declaring block is not part of the policy"}.`;
}

function namesOf(
  symtab: Symtab<{ readonly name: string; readonly value: number }>,
  bits: Ebitmap | undefined,
): string[] {
  const names: string[] = [];
  bits?.forEach((bit) => {
    const name = symtab.nameOf(bit + 1);
    if (name !== undefined) names.push(name);
  });
  return names.sort();
}
