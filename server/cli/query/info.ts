// `sels query info`: what the policy has. Without a word the counts (as seinfo prints them), with a kind all
// symbols of that kind, with a name everything about it.

import { levelText, rangeText } from "../../analysis/otherRules.ts";
import { ruleKeyword } from "../../analysis/ruleText.ts";
import {
  AVTAB_ALLOWED,
  AVTAB_AUDITALLOW,
  AVTAB_AUDITDENY,
  AVTAB_CHANGE,
  AVTAB_MEMBER,
  AVTAB_TRANSITION,
  AVTAB_XPERMS_ALLOWED,
  AVTAB_XPERMS_AUDITALLOW,
  AVTAB_XPERMS_DONTAUDIT,
} from "../../policydb/avtab.ts";
import { type PolicyDb, permissionsOf } from "../../policydb/policydb.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import type { QueriedPolicy } from "../policy.ts";
import { placeOf } from "../report/report.ts";
import { reportSite } from "../report/site.ts";
import { type Terminal, UsageError } from "../terminal.ts";

export interface InfoOptions {
  readonly json?: boolean;
}

type Details = Record<string, string | number | boolean | readonly string[]>;

interface Kind {
  readonly title: string;
  names(db: PolicyDb): string[];
  details(db: PolicyDb, name: string): Details | undefined;
}

const sorted = (names: Iterable<string>): string[] => [...names].sort();

const KINDS: Readonly<Record<string, Kind>> = {
  type: {
    title: "Types",
    names: (db) => sorted([...db.types].filter((t) => !t.isAttribute).map((t) => t.name)),
    details: typeDetails,
  },
  attribute: {
    title: "Type attributes",
    names: (db) => sorted([...db.types].filter((t) => t.isAttribute).map((t) => t.name)),
    details: attributeDetails,
  },
  class: {
    title: "Classes",
    names: (db) => sorted([...db.classes].map((c) => c.name)),
    details: classDetails,
  },
  common: {
    title: "Commons",
    names: (db) => sorted([...db.commons].map((c) => c.name)),
    details: (db, name) => {
      const common = db.commons.get(name);
      return common && { permissions: [...common.perms.keys()] };
    },
  },
  role: { title: "Roles", names: (db) => sorted([...db.roles].map((r) => r.name)), details: roleDetails },
  user: { title: "Users", names: (db) => sorted([...db.users].map((u) => u.name)), details: userDetails },
  bool: {
    title: "Booleans",
    names: (db) => sorted([...db.bools].map((b) => b.name)),
    details: (db, name) => {
      const bool = db.bools.get(name);
      return bool && { default: bool.state };
    },
  },
  sensitivity: {
    title: "Sensitivities",
    names: (db) => [...db.sens].map((s) => s.name),
    details: (db, name) => {
      const sens = db.sens.get(name);
      return sens && { level: levelText(db, sens.level) };
    },
  },
  category: {
    title: "Categories",
    names: (db) => [...db.cats].map((c) => c.name),
    details: (db, name) => {
      const category = db.cats.get(name);
      return category && { value: category.value };
    },
  },
};

/** Runs the query; gives the exit code: 1 when the policy has nothing of that name. */
export function runInfo(
  policy: QueriedPolicy,
  words: readonly string[],
  options: InfoOptions,
  terminal: Terminal,
): number {
  const [first, second] = words;
  const { db } = policy;
  const print = (value: unknown, text: string) =>
    terminal.out(options.json === true ? `${JSON.stringify(value, null, 2)}\n` : text);
  if (first === undefined) {
    const counts = countsOf(db);
    print(
      counts,
      Object.entries(counts)
        .map(([name, count]) => `${name}: ${count}\n`)
        .join(""),
    );
    return 0;
  }
  const kind = KINDS[first];
  if (kind !== undefined && second === undefined) {
    const names = kind.names(db);
    print(names, names.map((name) => `${name}\n`).join(""));
    return 0;
  }
  const found = kind === undefined ? everyKind(policy, first) : oneKind(policy, first, second as string);
  if (found.length === 0) {
    if (kind === undefined && second !== undefined)
      throw new UsageError(`unknown kind ‘${first}’; known: ${Object.keys(KINDS).join(", ")}`);
    terminal.err(`the policy has no ${kind === undefined ? "symbol" : first} ‘${second ?? first}’\n`);
    return 1;
  }
  print(found, found.map(detailsText).join(""));
  return 0;
}

interface Described {
  readonly kind: string;
  readonly name: string;
  readonly declared: readonly string[];
  readonly details: Details;
  readonly cwd?: string;
}

function everyKind(policy: QueriedPolicy, name: string): Described[] {
  return Object.keys(KINDS).flatMap((kind) => oneKind(policy, kind, name));
}

function oneKind({ db, snapshot }: QueriedPolicy, kind: string, name: string): Described[] {
  const details = KINDS[kind]?.details(db, name);
  if (details === undefined) return [];
  const declared = declaredAt(snapshot, kind, name);
  return [{ kind, name, declared, details }];
}

function declaredAt(snapshot: Snapshot | undefined, kind: string, name: string): string[] {
  if (snapshot === undefined) return [];
  return snapshot.compiled
    .declarations(name)
    .filter((declaration) => declaration.active && sameKind(declaration.kind, kind))
    .map((declaration) => placeOf(reportSite(snapshot, declaration, process.cwd())));
}

function sameKind(declared: string, kind: string): boolean {
  if (kind === "type") return declared === "type" || declared === "alias";
  if (kind === "bool") return declared === "bool" || declared === "tunable";
  if (kind === "role") return declared === "role" || declared === "attribute_role";
  return declared === kind;
}

function detailsText({ kind, name, declared, details }: Described): string {
  let text = `${kind} ${name}\n`;
  for (const place of declared) text += `  declared: ${place}\n`;
  for (const [key, value] of Object.entries(details)) {
    if (!Array.isArray(value)) text += `  ${key}: ${value}\n`;
    else if (value.length <= 8) text += `  ${key}: ${value.length === 0 ? "none" : value.join(" ")}\n`;
    else text += `  ${key} (${value.length}):\n${value.map((item) => `    ${item}\n`).join("")}`;
  }
  return text;
}

function typeDetails(db: PolicyDb, name: string): Details | undefined {
  const datum = db.types.get(name);
  if (datum === undefined || datum.isAttribute) return undefined;
  const attributes: string[] = [];
  db.typeAttrMap[datum.value]?.forEach((bit) => {
    const other = db.types.at(bit + 1);
    if (other?.isAttribute === true) attributes.push(other.name);
  });
  const aliases = [...db.types.names()]
    .filter(([n, v]) => v === datum.value && n !== datum.name)
    .map(([n]) => n);
  return {
    ...(datum.name === name ? {} : { "alias of": datum.name }),
    attributes: attributes.sort(),
    aliases: aliases.sort(),
    permissive: db.permissive.has(datum.value),
    ...(datum.bounds === 0 ? {} : { "bounded by": db.types.nameOf(datum.bounds) ?? "?" }),
  };
}

function attributeDetails(db: PolicyDb, name: string): Details | undefined {
  const datum = db.types.get(name);
  if (datum === undefined || !datum.isAttribute) return undefined;
  const members: string[] = [];
  db.attrTypeMap[datum.value]?.forEach((bit) => void members.push(db.types.nameOf(bit + 1) ?? `#${bit + 1}`));
  return { types: members.sort() };
}

function classDetails(db: PolicyDb, name: string): Details | undefined {
  const datum = db.classes.get(name);
  if (datum === undefined) return undefined;
  return {
    ...(datum.common === undefined ? {} : { inherits: datum.common.name }),
    permissions: [...permissionsOf(datum).keys()],
    constraints: datum.constraints.length,
  };
}

function roleDetails(db: PolicyDb, name: string): Details | undefined {
  const datum = db.roles.get(name);
  if (datum === undefined) return undefined;
  const types: string[] = [];
  datum.types.forEach((bit) => void types.push(db.types.nameOf(bit + 1) ?? `#${bit + 1}`));
  return { types: types.sort() };
}

function userDetails(db: PolicyDb, name: string): Details | undefined {
  const datum = db.users.get(name);
  if (datum === undefined) return undefined;
  const roles: string[] = [];
  datum.roles.forEach((bit) => void roles.push(db.roles.nameOf(bit + 1) ?? `#${bit + 1}`));
  return {
    roles: roles.sort(),
    ...(datum.defaultLevel === undefined ? {} : { level: levelText(db, datum.defaultLevel) }),
    ...(datum.range === undefined ? {} : { range: rangeText(db, datum.range) }),
  };
}

function countsOf(db: PolicyDb): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of Object.values(KINDS)) counts[kind.title] = kind.names(db).length;
  const { avtab } = db;
  const kinds = [
    AVTAB_ALLOWED,
    AVTAB_AUDITALLOW,
    AVTAB_AUDITDENY,
    AVTAB_TRANSITION,
    AVTAB_MEMBER,
    AVTAB_CHANGE,
    AVTAB_XPERMS_ALLOWED,
    AVTAB_XPERMS_AUDITALLOW,
    AVTAB_XPERMS_DONTAUDIT,
  ];
  const byKind = new Map<number, number>();
  for (let entry = 0; entry < avtab.length; entry++) {
    const kind = avtab.specified[entry] as number;
    byKind.set(kind, (byKind.get(kind) ?? 0) + 1);
  }
  for (const kind of kinds) counts[ruleKeyword(kind)] = byKind.get(kind) ?? 0;
  let named = 0;
  for (const transition of db.filenameTransitions)
    for (const { sources } of transition.data) named += sources.size();
  counts["type_transition (named)"] = named;
  counts.role_allow = db.roleAllows.length;
  counts.role_transition = db.roleTransitions.length;
  counts.range_transition = db.rangeTransitions.length;
  counts.Conditionals = db.conditionals.length;
  counts.Constraints = [...db.classes].reduce((sum, c) => sum + c.constraints.length, 0);
  counts["Initial SIDs"] = db.ocontexts.initialSids.length;
  counts.fs_use = db.ocontexts.fsUses.length;
  counts.genfscon = db.genfs.reduce((sum, fs) => sum + fs.entries.length, 0);
  counts.portcon = db.ocontexts.ports.length;
  counts.netifcon = db.ocontexts.netifs.length;
  counts.nodecon = db.ocontexts.nodes.length + db.ocontexts.nodes6.length;
  counts["Policy capabilities"] = db.polcaps.size();
  counts["Permissive types"] = db.permissive.size();
  return counts;
}
