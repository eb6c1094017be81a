// Permissions that the kernel never asks for alone. Who runs a program has to open and read it, who makes a directory
// entry has to write the directory, whoever connects asks its own socket first: a rule that grants one of them where no
// rule grants the other is of no use. `allow-without-open` is the weaker remark of the same kind: what cannot be opened
// can still come with a descriptor from somebody else; and `allow-without-map`: what is run without being mapped is a
// script. Looked at are statements of a module's own file about types, not attributes, whose members may have the rest
// from elsewhere.

import { textOf } from "../../../grammar/syntax/tree.ts";
import { policycapByName } from "../../kernel/policycaps.ts";
import { AVTAB_ALLOWED } from "../../policydb/avtab.ts";
import { permissionValue } from "../../policydb/policydb.ts";
import type { CheckContext, CheckFile, PolicyCheck } from "../check.ts";
import { COMPANIONS, type Companion } from "./companionTable.ts";
import { isWhole, rangeOf, type Statement, statementsOf } from "./direct.ts";
import { mayGrant } from "./grants.ts";
import { ownTypes } from "./ownTypes.ts";

/** A companion that nothing grants. */
export interface Lonely {
  readonly companion: Companion;
  readonly row: number;
  /** permissions that would have to be granted: all of them, or one where one is enough */
  readonly missing: readonly string[];
}

export const COMPANION_CHECK: PolicyCheck = {
  scope: "policy",
  ids: ["allow-incomplete", "allow-without-open", "allow-without-map"],
  roles: ["te"],
  run(context, file, report) {
    const rules = context.compiled.directRules(file.id);
    for (const statement of statementsOf(rules)) {
      const lonely = lonelyIn(context, file, statement);
      if (lonely === undefined) continue;
      report({
        ...rangeOf(file, statement.node),
        code: lonely.companion.id,
        message: messageOf(context, file, lonely),
      });
    }
  },
};

function messageOf({ compiled }: CheckContext, file: CheckFile, { companion, row, missing }: Lonely): string {
  const { avtab, types, classes } = compiled.db;
  const entry = compiled.directRules(file.id).entry[row] as number;
  const source = types.nameOf(avtab.source(entry)) ?? "?";
  const target = types.nameOf(avtab.target(entry)) ?? "?";
  const about = companion.self === true || source === target ? "self" : target;
  const words = missing.join(companion.any === true ? " or " : ", ");
  const rule = `${source} ${about}:${classes.nameOf(avtab.tclass[entry] as number)} ${words}`;
  return `${companion.permission} needs more: nothing allows ${rule}; ${companion.because}`;
}

/** The gravest companion that a statement lacks. */
export function lonelyIn(
  context: CheckContext,
  file: CheckFile,
  { node, from, to }: Statement,
): Lonely | undefined {
  const { avtab } = context.compiled.db;
  const rules = context.compiled.directRules(file.id);
  const demands = demandsOf(context);
  let found: Lonely | undefined;
  for (let row = from; row < to && found?.companion.id !== "allow-incomplete"; row++) {
    const entry = rules.entry[row] as number;
    const list = demands[avtab.tclass[entry] as number];
    if (list === undefined || avtab.specified[entry] !== AVTAB_ALLOWED) continue;
    const mask = rules.mask[row] as number;
    for (const demand of list) {
      const { companion } = demand;
      if ((mask & demand.bit) === 0 || (found !== undefined && companion.id !== "allow-incomplete")) continue;
      const missing = missingOf(context, file, demand, entry, mask);
      if (missing.length === 0) continue;
      if (companion.id === "allow-without-open" && isMeant(context, file, node, entry)) continue;
      found = { companion, row, missing };
    }
  }
  return found;
}

/** A companion in the terms of a class of this policy. */
interface Demand {
  readonly companion: Companion;
  readonly bit: number;
  readonly needs: readonly { readonly name: string; readonly bit: number }[];
}

/** By class: what is asked for together with its permissions under the policy's capabilities. */
function demandsOf(context: CheckContext): readonly (readonly Demand[] | undefined)[] {
  return context.shared("access.demands", () => {
    const { db } = context.compiled;
    // The base of a module is taken for one that declares the capability.
    const opens = !isWhole(context.compiled) || db.polcaps.has(policycapByName("open_perms")?.index ?? -1);
    const made: Demand[][] = [];
    for (const datum of db.classes) {
      const bitOf = (name: string): number => {
        const value = name === "open" && !opens ? 0 : permissionValue(datum, name);
        return value === 0 ? 0 : (1 << (value - 1)) >>> 0;
      };
      for (const companion of COMPANIONS) {
        if (!companion.classes.test(datum.name)) continue;
        const bit = bitOf(companion.permission);
        const needs = companion.needs
          .map((name) => ({ name, bit: bitOf(name) }))
          .filter((one) => one.bit !== 0);
        if (bit === 0 || needs.length === 0) continue;
        const list = made[datum.value];
        if (list === undefined) made[datum.value] = [{ companion, bit, needs }];
        else list.push({ companion, bit, needs });
      }
    }
    return made;
  });
}

/** What a rule lacks and nothing else grants. */
function missingOf(
  context: CheckContext,
  file: CheckFile,
  { companion, needs }: Demand,
  entry: number,
  mask: number,
): readonly string[] {
  const { db } = context.compiled;
  const source = db.avtab.source(entry);
  const about = db.avtab.target(entry);
  const isSelf = companion.self === true;
  // A process that may become what it is gains nothing.
  if (isSelf && about === source && companion.permission === "dyntransition") return [];
  const left = isSelf ? needs : needs.filter(({ bit }) => (mask & bit) === 0);
  if (left.length === 0 || (companion.any === true && left.length < needs.length)) return [];
  if (!isJudged(context, file, companion, entry)) return [];
  const target = isSelf ? source : about;
  const tclass = db.avtab.tclass[entry] as number;
  const missing = left.filter(({ bit }) => !mayGrant(db, source, target, tclass, bit));
  return companion.any === true && missing.length < needs.length ? [] : missing.map(({ name }) => name);
}

/** Is everything known that could grant the rest? */
function isJudged(context: CheckContext, file: CheckFile, { self }: Companion, entry: number): boolean {
  const { avtab, types, typeAttrMap } = context.compiled.db;
  const source = types.at(avtab.source(entry));
  const target = types.at(avtab.target(entry));
  if (source === undefined || target === undefined || source.isAttribute || target.isAttribute) return false;
  if (isWhole(context.compiled)) return true;
  // Of a module that is loaded into a base, rules about its own types are known, but for those that the base has about
  // everything, or about any process and itself.
  const own = ownTypes(context, file);
  if (self === true || source === target || !own.has(source.name) || !own.has(target.name)) return false;
  const attributes = typeAttrMap[source.value]?.toArray() ?? [];
  return !attributes.some((bit) => types.nameOf(bit + 1)?.includes("unconfined"));
}

/** Does the author say that the descriptor comes from elsewhere, or is it a pipe of its own? */
function isMeant({ compiled }: CheckContext, file: CheckFile, node: number, entry: number): boolean {
  const { avtab } = compiled.db;
  return avtab.source(entry) === avtab.target(entry) || textOf(file.tree, node).includes("inherited");
}
