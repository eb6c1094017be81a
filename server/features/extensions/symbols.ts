// selinux/symbols: what a policy consists of, for an explorer: the symbols of a kind, or the members of one symbol.
// Long lists come in groups by first letter first, so that a client never has to hold four thousand types at once.
// Names and counts come from the policy database, places from the declarations.

import type { Location } from "vscode-languageserver-types";
import type { SymbolKind } from "../../compiler/face.ts";
import type { Ebitmap } from "../../policydb/ebitmap.ts";
import { type PolicyDb, permissionsOf } from "../../policydb/policydb.ts";
import { counted } from "../markdown.ts";
import { toLocation, type View } from "../view.ts";
import { type Answer, invalid, numberParam, type Params, stringParam } from "./params.ts";

/** What may be listed. */
export const LISTED_KINDS = ["module", "type", "attribute", "class", "boolean", "role", "user"] as const;
export type ListedKind = (typeof LISTED_KINDS)[number];

export interface ListedSymbol {
  readonly name: string;
  readonly kind: ListedKind | "permission" | "interface" | "template";
  /** a few words for people: "12 types" */
  readonly detail: string;
  /** how many members a request with `name` gives; 0: it has none to list */
  readonly members: number;
  /** booleans: the running value */
  readonly state?: boolean;
  readonly location: Location | null;
}

export interface SymbolList {
  readonly total: number;
  /** instead of items, when there are too many */
  readonly groups?: readonly { readonly prefix: string; readonly count: number }[];
  readonly items: readonly ListedSymbol[];
}

/** Items without their places; these are looked up for the ones that are sent. */
type Entry = Omit<ListedSymbol, "location"> & { readonly declared: readonly SymbolKind[] };

const DEFAULT_LIMIT = 200;

/** Answers selinux/symbols. */
export function symbolsRequest(view: View, params: Params): Answer<SymbolList> {
  const kind = LISTED_KINDS.find((one) => one === stringParam(params, "kind"));
  if (kind === undefined) return invalid(`selinux/symbols takes a \`kind\`: ${LISTED_KINDS.join(", ")}`);
  const name = stringParam(params, "name");
  const all = name === undefined ? listOf(view, kind) : membersOf(view, kind, name);
  if (all === undefined) return invalid(`no ${kind} ‘${name ?? ""}’`);
  const filter = (stringParam(params, "filter") ?? "").toLowerCase();
  const prefix = stringParam(params, "prefix");
  const limit = Math.max(1, Math.trunc(numberParam(params, "limit") ?? DEFAULT_LIMIT));
  const found = all
    .filter((one) => one.name.toLowerCase().includes(filter))
    .filter((one) => prefix === undefined || groupOf(one.name) === prefix)
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  if (found.length > limit && prefix === undefined && name === undefined && filter === "")
    return { value: { total: found.length, groups: groupsOf(found), items: [] } };
  return { value: { total: found.length, items: found.slice(0, limit).map((one) => placed(view, one)) } };
}

function groupOf(name: string): string {
  return name.charAt(0).toLowerCase();
}

function groupsOf(entries: readonly Entry[]): NonNullable<SymbolList["groups"]> {
  const counts = new Map<string, number>();
  for (const { name } of entries) counts.set(groupOf(name), (counts.get(groupOf(name)) ?? 0) + 1);
  return [...counts].sort().map(([prefix, count]) => ({ prefix, count }));
}

function placed(view: View, { declared, ...item }: Entry): ListedSymbol {
  if (item.kind === "module") return { ...item, location: moduleLocation(view, item.name) };
  const { compiled } = view.snapshot;
  const macro = item.kind === "interface" || item.kind === "template" ? compiled.macro(item.name) : undefined;
  if (macro !== undefined) {
    const site = { file: macro.file, start: macro.nameStart, end: macro.nameEnd };
    return { ...item, location: toLocation(view, site) ?? null };
  }
  const found = compiled.declarations(item.name).filter((one) => declared.includes(one.kind));
  const site = found.find((one) => one.active) ?? found[0];
  return { ...item, location: site === undefined ? null : (toLocation(view, site) ?? null) };
}

function moduleLocation(view: View, name: string): Location | null {
  const files = view.snapshot.files().filter((file) => file.module === name);
  const file = files.find((one) => one.role === "te") ?? files[0];
  return file === undefined ? null : (toLocation(view, { file: file.id, start: 0, end: 0 }) ?? null);
}

function listOf(view: View, kind: ListedKind): Entry[] {
  const { db } = view.snapshot.compiled;
  switch (kind) {
    case "module":
      return modules(view);
    case "type":
      return [...db.types].filter((one) => !one.isAttribute).map((one) => typeEntry(db, one.value));
    case "attribute":
      return [...db.types].filter((one) => one.isAttribute).map((one) => typeEntry(db, one.value));
    case "class":
      return [...db.classes].map(({ name, nperms, common }) => ({
        name,
        kind,
        detail: `${counted(nperms, "permission")}${common === undefined ? "" : `, inherits ${common.name}`}`,
        members: nperms,
        declared: ["class"],
      }));
    case "boolean":
      return [...db.bools].map(({ name, value, state }) => ({
        name,
        kind,
        detail: conditionalsOf(db, value),
        members: 0,
        state,
        declared: ["bool", "tunable"],
      }));
    case "role":
      return [...db.roles].map(({ name, types }) => {
        const members = countOf(types);
        return {
          name,
          kind,
          detail: counted(members, "type"),
          members,
          declared: ["role", "attribute_role"],
        };
      });
    default:
      return [...db.users].map(({ name, roles }) => {
        const members = countOf(roles);
        return { name, kind: "user", detail: counted(members, "role"), members, declared: ["user"] };
      });
  }
}

function typeEntry(db: PolicyDb, value: number): Entry {
  const datum = db.types.at(value);
  const name = datum?.name ?? "?";
  if (datum?.isAttribute === true) {
    const members = countOf(db.attrTypeMap[value]);
    return { name, kind: "attribute", detail: counted(members, "type"), members, declared: ["attribute"] };
  }
  const members = Math.max(0, countOf(db.typeAttrMap[value]) - 1);
  const permissive = db.permissive.has(value) ? ", permissive" : "";
  const detail = `${counted(members, "attribute")}${permissive}`;
  return { name, kind: "type", detail, members, declared: ["type"] };
}

function conditionalsOf(db: PolicyDb, bool: number): string {
  const used = db.conditionals.filter((one) => one?.expr.some((node) => node.bool === bool)).length;
  return counted(used, "conditional");
}

function modules(view: View): Entry[] {
  const counts = new Map<string, number>();
  for (const file of view.snapshot.files())
    if (!file.foreign && (file.role === "te" || file.role === "if"))
      counts.set(file.module, counts.get(file.module) ?? 0);
  for (const one of moduleMembers(view)) {
    const before = counts.get(one.module);
    if (before !== undefined) counts.set(one.module, before + 1);
  }
  return [...counts].map(([name, members]) => ({
    name,
    kind: "module" as const,
    detail: counted(members, "symbol"),
    members,
    declared: [],
  }));
}

/** Types, attributes, booleans, interfaces and templates with the module that declares them. */
function moduleMembers(view: View): (Entry & { readonly module: string })[] {
  const { compiled } = view.snapshot;
  const moduleOf = (file: number) => view.snapshot.file(file)?.module ?? "";
  const declared = compiled
    .symbols(["type", "attribute", "bool", "tunable"])
    .filter((one) => one.active && one.via === undefined)
    .map((one) => ({ ...symbolEntry(compiled.db, one.kind, one.name), module: moduleOf(one.file) }));
  const macros = compiled.macros().flatMap(({ name, kind, file, arity }) =>
    kind === "macro"
      ? []
      : [
          {
            name,
            kind,
            detail: `${kind}, ${counted(arity, "parameter")}`,
            members: 0,
            declared: [],
            module: moduleOf(file),
          },
        ],
  );
  return [...declared, ...macros];
}

function symbolEntry(db: PolicyDb, kind: SymbolKind, name: string): Entry {
  if (kind === "bool" || kind === "tunable") {
    const state = db.bools.get(name)?.state ?? false;
    return { name, kind: "boolean", detail: "boolean", members: 0, state, declared: [kind] };
  }
  return typeEntry(db, db.types.valueOf(name));
}

function membersOf(view: View, kind: ListedKind, name: string): Entry[] | undefined {
  const { db } = view.snapshot.compiled;
  if (kind === "module") {
    const found = moduleMembers(view).filter((one) => one.module === name);
    return found.map(({ module: _, ...entry }) => entry);
  }
  if (kind === "type" || kind === "attribute") {
    const value = db.types.valueOf(name);
    if (value === 0) return undefined;
    const map = kind === "type" ? db.typeAttrMap[value] : db.attrTypeMap[value];
    return valuesOf(map).flatMap((one) => (one === value ? [] : [typeEntry(db, one)]));
  }
  if (kind === "class") return permissionEntries(db, name);
  if (kind === "role") {
    const role = db.roles.get(name);
    return role === undefined ? undefined : valuesOf(role.types).map((one) => typeEntry(db, one));
  }
  if (kind === "user") {
    const user = db.users.get(name);
    const roles = listOf(view, "role");
    const names = valuesOf(user?.roles).map((one) => db.roles.nameOf(one));
    return user === undefined ? undefined : roles.filter((role) => names.includes(role.name));
  }
  return db.bools.get(name) === undefined ? undefined : [];
}

function permissionEntries(db: PolicyDb, name: string): Entry[] | undefined {
  const datum = db.classes.get(name);
  if (datum === undefined) return undefined;
  return [...permissionsOf(datum).keys()].map((permission) => ({
    name: permission,
    kind: "permission" as const,
    detail: datum.common?.perms.has(permission) === true ? `of common ${datum.common.name}` : "",
    members: 0,
    declared: ["permission"],
  }));
}

function countOf(bits: Ebitmap | undefined): number {
  return bits?.size() ?? 0;
}

/** The values in a bitmap of value - 1. */
function valuesOf(bits: Ebitmap | undefined): number[] {
  return bits === undefined ? [] : [...bits].map((bit) => bit + 1);
}
