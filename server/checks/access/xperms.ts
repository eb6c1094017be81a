// Traps of extended permissions. An xperm rule of any kind for a pair of types and a class makes the kernel ask for the
// command as well, so one that only audits or silences denies every command (services_compute_xperms_decision); since
// 6.13 that holds for each base permission apart. And a rule about commands of a base permission that no rule grants
// does nothing. Pairs are concrete types, with what their attributes bring. Judged on whole policies only.

import { N_COMPLEMENT, N_NAME, N_SET, N_XPERMRULE, N_XRANGE } from "../../../grammar/syntax/kinds.ts";
import { endOf, startOf, textOf } from "../../../grammar/syntax/tree.ts";
import type { Compiled, Finding } from "../../compiler/face.ts";
import { policycapByName } from "../../kernel/policycaps.ts";
import { AVTAB_XPERMS, AVTAB_XPERMS_ALLOWED, XPERMS_NLMSG } from "../../policydb/avtab.ts";
import { permissionValue } from "../../policydb/policydb.ts";
import type { PolicyCheck, TextCheck } from "../check.ts";
import { childOf } from "../selint/outline.ts";
import { eachPlace } from "../selint/visit.ts";
import { isWhole } from "./direct.ts";
import { mayGrant } from "./grants.ts";

/** Pairs of a rule between attributes that are looked at. */
const MOST_PAIRS = 400;

const HAS_IOCTL = 1;
const HAS_NLMSG = 2;
const ALLOWS_IOCTL = 4;
const ALLOWS_NLMSG = 8;

type Found = Omit<Finding, "severity">;

export const XPERM_TRAPS: PolicyCheck = {
  scope: "policy",
  ids: ["xperm-audit-only", "xperm-other-kind", "xperm-without-base"],
  roles: ["te", "conf"],
  run(context, file, report) {
    if (!isWhole(context.compiled)) return;
    const byFile = context.shared("xperm-traps", () => findTraps(context.compiled));
    for (const found of byFile.get(file.id) ?? []) report(found);
  },
};

function findTraps(compiled: Compiled): ReadonlyMap<number, readonly Found[]> {
  const { avtab } = compiled.db;
  const byFile = new Map<number, Found[]>();
  for (let entry = 0; entry < avtab.length; entry++) {
    if (((avtab.specified[entry] as number) & AVTAB_XPERMS) === 0) continue;
    const trap = trapOf(compiled, entry);
    if (trap === undefined) continue;
    for (const origin of compiled.originsOf(entry)) {
      const place = origin.calls[0] ?? origin;
      const list = byFile.get(place.file) ?? [];
      byFile.set(place.file, list);
      if (list.some((other) => other.start === place.start && other.code === trap.code)) continue;
      const related =
        place === origin
          ? []
          : [{ file: origin.file, start: origin.start, end: origin.end, message: "the rule" }];
      list.push({ file: place.file, start: place.start, end: place.end, ...trap, related });
    }
  }
  return byFile;
}

/** What is wrong with an xperm entry. */
function trapOf(compiled: Compiled, entry: number): Pick<Found, "code" | "message"> | undefined {
  const { db } = compiled;
  const { avtab } = db;
  const tclass = avtab.tclass[entry] as number;
  const datum = db.classes.at(tclass);
  if (datum === undefined) return undefined;
  const isNlmsg = (avtab.slice[entry] as number) >> 8 === XPERMS_NLMSG;
  const bitOf = (name: string): number => {
    const value = permissionValue(datum, name);
    return value === 0 ? 0 : (1 << (value - 1)) >>> 0;
  };
  const base = isNlmsg ? "nlmsg" : "ioctl";
  const otherBase = isNlmsg ? "ioctl" : "nlmsg";
  const pairs = pairsOf(compiled, entry);
  const on = (source: number, target: number): string =>
    `${db.types.nameOf(source) ?? "?"} ${source === target ? "self" : (db.types.nameOf(target) ?? "?")}:${datum.name}`;
  // Without the capability the kernel asks for nlmsg_read and nlmsg_write, which have no commands.
  const checksMessages = db.polcaps.has(policycapByName("netlink_xperm")?.index ?? -1);
  let granted = false;
  for (const [source, target] of pairs) {
    const flags = flagsOf(compiled, source, target, tclass);
    const isGranted = mayGrant(db, source, target, tclass, bitOf(base));
    granted ||= isGranted;
    if (isGranted && (flags & (isNlmsg ? ALLOWS_NLMSG : ALLOWS_IOCTL)) === 0)
      return {
        code: "xperm-audit-only",
        message: `this rule denies every ${base} command of ${on(source, target)}: there are rules about commands, and no allowxperm among them`,
      };
    if (
      (isNlmsg || checksMessages) &&
      (flags & (isNlmsg ? HAS_IOCTL | ALLOWS_IOCTL : HAS_NLMSG | ALLOWS_NLMSG)) === 0 &&
      mayGrant(db, source, target, tclass, bitOf(otherBase))
    )
      return {
        code: "xperm-other-kind",
        message: `this rule denies every ${otherBase} command of ${on(source, target)}: once a class has rules about commands, ${otherBase} needs its own`,
      };
  }
  const [first] = pairs;
  if (
    granted ||
    first === undefined ||
    pairs.length >= MOST_PAIRS ||
    avtab.specified[entry] !== AVTAB_XPERMS_ALLOWED
  )
    return undefined;
  return {
    code: "xperm-without-base",
    message: `this rule grants nothing: no rule allows ${on(first[0], first[1])} ${base}`,
  };
}

function pairsOf({ db }: Compiled, entry: number): readonly (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  const targets = db.attrTypeMap[db.avtab.target(entry)];
  db.attrTypeMap[db.avtab.source(entry)]?.forEach((source) => {
    if (pairs.length < MOST_PAIRS)
      targets?.forEach((target) => {
        if (pairs.length < MOST_PAIRS) pairs.push([source + 1, target + 1]);
      });
  });
  return pairs;
}

/** Which kinds of rules about commands a pair has. */
function flagsOf({ db }: Compiled, source: number, target: number, tclass: number): number {
  const { avtab } = db;
  let flags = 0;
  db.typeAttrMap[source]?.forEach((s) => {
    db.typeAttrMap[target]?.forEach((t) => {
      for (let entry = avtab.first(s + 1, t + 1, tclass); entry >= 0; entry = avtab.nextOf(entry)) {
        const specified = avtab.specified[entry] as number;
        if ((specified & AVTAB_XPERMS) === 0) continue;
        const isNlmsg = (avtab.slice[entry] as number) >> 8 === XPERMS_NLMSG;
        flags |= isNlmsg ? HAS_NLMSG : HAS_IOCTL;
        if (specified === AVTAB_XPERMS_ALLOWED) flags |= isNlmsg ? ALLOWS_NLMSG : ALLOWS_IOCTL;
      }
    });
  });
  return flags;
}

/** Values of a set of commands that are in it already. */
export const XPERM_OVERLAP: TextCheck = {
  scope: "text",
  ids: ["xperm-overlap"],
  roles: ["te", "if", "conf"],
  run(file, _option, report) {
    eachPlace(file, [N_XPERMRULE], ({ tree, node }) => {
      const written = childOf(tree, node, 4);
      const set = written >= 0 && tree.kind[written] === N_COMPLEMENT ? written + 1 : written;
      if (set < 0 || tree.kind[set] !== N_SET) return;
      const ranges: { low: number; high: number; node: number }[] = [];
      for (let child = set + 1; child < (tree.end[set] as number); child = tree.end[child] as number) {
        const isRange = tree.kind[child] === N_XRANGE;
        if (!isRange && tree.kind[child] !== N_NAME) continue;
        const low = Number(textOf(tree, isRange ? child + 1 : child));
        const high = isRange ? Number(textOf(tree, tree.end[child + 1] as number)) : low;
        if (Number.isNaN(low) || Number.isNaN(high)) continue;
        const other = ranges.find((one) => one.low <= high && low <= one.high);
        if (other === undefined) {
          ranges.push({ low, high, node: child });
          continue;
        }
        const whole = other.low <= low && high <= other.high;
        const shown = textOf(tree, other.node);
        report({
          start: startOf(tree, child),
          end: endOf(tree, child),
          code: "xperm-overlap",
          message: whole ? `${shown} holds this already` : `this overlaps with ${shown}`,
        });
      }
    });
  },
};
