// Everything of a policy that is no rule of the avtab, as lines: symbols and what belongs to them, transitions by file
// name, range and role, constraints, labels. Two sets of lines compare the policies, whatever numbers
// their symbols have. It costs a walk over all symbols, and nothing until somebody asks.

import type { Context } from "../../policydb/context.ts";
import type { Ebitmap } from "../../policydb/ebitmap.ts";
import { type PolicyDb, permissionNames, permissionsOf } from "../../policydb/policydb.ts";
import { printContext } from "../../services/context.ts";
import { levelText, rangeText } from "../otherRules.ts";
import { type Facts, MEMBER } from "./changes.ts";

type Lines = Map<string, string>;

/** All facts of a policy. */
export function factsOf(db: PolicyDb): Facts {
  const facts = new Map<string, Lines>();
  const lines = (category: string): Lines => {
    const known = facts.get(category) ?? new Map<string, string>();
    facts.set(category, known);
    return known;
  };
  typeFacts(db, lines);
  roleFacts(db, lines);
  transitionFacts(db, lines);
  classFacts(db, lines);
  labelFacts(db, lines);
  return facts;
}

type LinesOf = (category: string) => Lines;

function typeFacts(db: PolicyDb, lines: LinesOf): void {
  const [types, attributes, permissive] = [lines("type"), lines("attribute"), lines("permissive")];
  const aliases = lines("typealias");
  for (const [name, value] of db.types.names()) {
    const datum = db.types.at(value);
    if (datum === undefined) continue;
    if (datum.name !== name) {
      aliases.set(name, `of ${datum.name}`);
      continue;
    }
    // What an attribute's membership changes is said once, with the type; an attribute of no type is a name.
    if (datum.isAttribute) attributes.set(name, "");
    else {
      const names: string[] = [];
      db.typeAttrMap[value]?.forEach((bit) => {
        if (bit + 1 !== value) names.push(db.types.nameOf(bit + 1) ?? `#${bit + 1}`);
      });
      types.set(name, `${MEMBER}${names.sort().join(MEMBER)}`);
    }
    if (datum.bounds !== 0) lines("typebounds").set(name, `by ${db.types.nameOf(datum.bounds)}`);
    if (db.permissive.has(value)) permissive.set(name, "");
  }
  for (const { name, state } of db.bools) lines("boolean").set(name, String(state));
}

function roleFacts(db: PolicyDb, lines: LinesOf): void {
  for (const role of db.roles) {
    if (role.isAttribute === true) continue;
    lines("role").set(role.name, `${MEMBER}${namesOf(role.types, (value) => db.types.nameOf(value))}`);
    if (role.bounds !== 0) lines("rolebounds").set(role.name, `by ${db.roles.nameOf(role.bounds)}`);
  }
  for (const user of db.users) {
    const range = user.range === undefined ? "" : `${MEMBER}range ${rangeText(db, user.range)}`;
    const level = user.defaultLevel === undefined ? "" : `${MEMBER}level ${levelText(db, user.defaultLevel)}`;
    lines("user").set(
      user.name,
      `${MEMBER}${namesOf(user.roles, (value) => db.roles.nameOf(value))}${level}${range}`,
    );
  }
  for (const { role, newRole } of db.roleAllows)
    lines("role allow").set(`${db.roles.nameOf(role)} ${db.roles.nameOf(newRole)}`, "");
}

function transitionFacts(db: PolicyDb, lines: LinesOf): void {
  const type = (value: number) => db.types.nameOf(value) ?? `#${value}`;
  const tclass = (value: number) => db.classes.nameOf(value) ?? `#${value}`;
  for (const rule of db.roleTransitions)
    lines("role_transition").set(
      `${db.roles.nameOf(rule.role)} ${type(rule.type)}:${tclass(rule.tclass)}`,
      db.roles.nameOf(rule.newRole) ?? "?",
    );
  for (const rule of db.rangeTransitions)
    lines("range_transition").set(
      `${type(rule.source)} ${type(rule.target)}:${tclass(rule.tclass)}`,
      rangeText(db, rule.range),
    );
  const named = lines("type_transition");
  for (const { targetType, tclass: on, name, data } of db.filenameTransitions)
    for (const { sources, newType } of data)
      sources.forEach((bit) => {
        const key = `${type(bit + 1)} ${type(targetType)}:${tclass(on)} "${name}"`;
        if (!named.has(key)) named.set(key, type(newType));
      });
}

function classFacts(db: PolicyDb, lines: LinesOf): void {
  for (const datum of db.classes) {
    lines("class").set(datum.name, `${MEMBER}${[...permissionsOf(datum).keys()].sort().join(MEMBER)}`);
    const { defaultUser, defaultRole, defaultType, defaultRange } = datum;
    if ((defaultUser | defaultRole | defaultType | defaultRange) !== 0)
      lines("default").set(
        datum.name,
        `user ${defaultUser} role ${defaultRole} type ${defaultType} range ${defaultRange}`,
      );
    for (const [category, list] of [
      ["constrain", datum.constraints],
      ["validatetrans", datum.validatetrans],
    ] as const)
      for (const { permissions, expr } of list) {
        const terms = expr.map((node) =>
          [
            node.exprType,
            node.attr,
            node.op,
            node.names === undefined ? "" : symbolNames(db, node.attr, node.names),
          ].join(":"),
        );
        const names = permissionNames(datum, permissions).join(" ");
        lines(category).set(`${datum.name} { ${names} } ${terms.join(" ")}`, "");
      }
  }
  for (const { name, level } of db.sens) lines("sensitivity").set(name, levelText(db, level));
  for (const { name } of db.cats) lines("category").set(name, "");
  db.polcaps.forEach((bit) => {
    lines("policycap").set(`number ${bit}`, "");
  });
  lines("handle_unknown").set("", String(db.handleUnknown));
}

function labelFacts(db: PolicyDb, lines: LinesOf): void {
  const text = (context: Context) => printContext(db, context);
  const { ocontexts } = db;
  for (const { sid, name, context } of ocontexts.initialSids)
    lines("sid").set(name ?? String(sid), text(context));
  for (const { protocol, low, high, context } of ocontexts.ports)
    lines("portcon").set(`${protocol} ${low}-${high}`, text(context));
  for (const { name, contexts } of ocontexts.netifs)
    lines("netifcon").set(name, contexts.map(text).join(" "));
  for (const { address, mask, context } of [...ocontexts.nodes, ...ocontexts.nodes6])
    lines("nodecon").set(`${[...address].join(".")} ${[...mask].join(".")}`, text(context));
  for (const { behavior, fstype, context } of ocontexts.fsUses)
    lines("fs_use").set(`${fstype} ${behavior}`, text(context));
  for (const { name, contexts } of ocontexts.fs) lines("fscon").set(name, contexts.map(text).join(" "));
  for (const { subnetPrefix, low, high, context } of ocontexts.ibPkeys)
    lines("ibpkeycon").set(`${subnetPrefix} ${low}-${high}`, text(context));
  for (const { device, port, context } of ocontexts.ibEndPorts)
    lines("ibendportcon").set(`${device} ${port}`, text(context));
  for (const { fstype, entries } of db.genfs)
    for (const { path, tclass, context } of entries)
      lines("genfscon").set(
        `${fstype} ${path} ${tclass === 0 ? "" : db.classes.nameOf(tclass)}`,
        text(context),
      );
}

function namesOf(values: Ebitmap, nameOf: (value: number) => string | undefined): string {
  const names: string[] = [];
  values.forEach((bit) => void names.push(nameOf(bit + 1) ?? `#${bit + 1}`));
  return names.sort().join(MEMBER);
}

/** Names in a constraint: users, roles or types, by the bits that say which. */
function symbolNames(db: PolicyDb, attr: number, names: Ebitmap): string {
  const table = (attr & 1) !== 0 ? db.users : (attr & 2) !== 0 ? db.roles : db.types;
  return namesOf(names, (value) => table.nameOf(value)).replaceAll(MEMBER, ",");
}
