// Grants that a reviewer wants to see: families known to be dangerous, as far as a file's own statements give them, and
// – with `riskyGrants` in the settings – whatever rules people list there, wherever they come from. The families are
// hints at most by default: base policy needs all of them somewhere. Only allow rules and `permissive` count.

import { N_PERMISSIVE } from "../../../grammar/syntax/kinds.ts";
import { endOf, startOf } from "../../../grammar/syntax/tree.ts";
import type { Compiled, Finding } from "../../compiler/face.ts";
import { AVTAB_ALLOWED } from "../../policydb/avtab.ts";
import { type ClassDatum, type PolicyDb, permissionNames, permissionValue } from "../../policydb/policydb.ts";
import type { CheckContext, PolicyCheck, TextCheck } from "../check.ts";
import { eachPlace } from "../selint/visit.ts";
import { rangeOf, statementsOf } from "./direct.ts";
import { type GrantPattern, parseGrant } from "./grantPattern.ts";
import { mayGrant } from "./grants.ts";

/** What a family looks for: permissions by class. */
interface Family {
  readonly id: string;
  readonly grants: Readonly<Record<string, readonly string[]>>;
  readonly because: string;
  /** further conditions on a rule's key */
  readonly when?: (db: PolicyDb, source: number, target: number, tclass: number) => boolean;
}

const CAPABILITIES = ["sys_module", "sys_rawio"];

const FAMILIES: readonly Family[] = [
  {
    id: "risky-memory",
    grants: { process: ["execmem", "execheap", "execstack"], file: ["execmod"] },
    because: "code can be written into memory and run, so no file's label guards it",
  },
  {
    id: "risky-kernel",
    grants: {
      security: ["load_policy", "setenforce", "setbool", "setsecparam"],
      capability: CAPABILITIES,
      cap_userns: CAPABILITIES,
      capability2: ["mac_admin", "mac_override"],
      cap2_userns: ["mac_admin", "mac_override"],
      system: ["module_load"],
    },
    because: "whoever has it can change the kernel or the policy itself",
  },
  {
    id: "risky-write-execute",
    grants: { file: ["write", "append"] },
    because: "the domain may also run these files: what it writes becomes its code",
    when: (db, source, target, tclass) =>
      isConcrete(db, source, target) && canRun(db, source, target, tclass),
  },
  {
    id: "risky-relabel",
    grants: { file: ["relabelto"], dir: ["relabelto"] },
    because: "labels of a whole class of files are at its mercy",
    when: (db, _source, target) => (db.attrTypeMap[target]?.size() ?? 0) >= MANY_TYPES,
  },
  {
    id: "risky-ptrace",
    grants: { process: ["ptrace"], capability: ["sys_ptrace"], cap_userns: ["sys_ptrace"] },
    because: "another process's memory can be read and changed",
    when: (db, source, target, tclass) => source !== target || db.classes.nameOf(tclass) !== "process",
  },
  {
    id: "risky-transition",
    grants: { process: ["dyntransition"] },
    because: "the process keeps its memory and open files when its domain changes",
    when: (_db, source, target) => source !== target,
  },
  {
    id: "risky-secrets",
    grants: { file: ["read", "write", "append", "relabelfrom", "relabelto", "unlink", "rename"] },
    because: "passwords and keys lie there",
    when: (db, _source, target) => isSecret(db, target),
  },
];

/** An attribute with so many types stands for a class of files, not for a few of a module. */
const MANY_TYPES = 100;

const SECRETS = ["shadow_t", "security_file_type"];

function isSecret(db: PolicyDb, target: number): boolean {
  return SECRETS.includes(db.types.nameOf(target) ?? "");
}

function isConcrete({ types }: PolicyDb, source: number, target: number): boolean {
  return types.at(source)?.isAttribute !== true && types.at(target)?.isAttribute !== true;
}

/** May a domain run a file in itself, or enter a domain through it? */
function canRun(db: PolicyDb, source: number, target: number, tclass: number): boolean {
  const datum = db.classes.at(tclass);
  if (datum === undefined) return false;
  const has = (name: string): boolean => {
    const mask = maskOf(datum, [name]);
    return mask !== 0 && mayGrant(db, source, target, tclass, mask);
  };
  return has("execute") && (has("execute_no_trans") || has("entrypoint"));
}

function maskOf(datum: ClassDatum, names: readonly string[]): number {
  let mask = 0;
  for (const name of names) {
    const value = permissionValue(datum, name);
    if (value !== 0) mask |= 1 << (value - 1);
  }
  return mask;
}

/** A check for each family, so that those which nobody asks for cost nothing. */
const FAMILY_CHECKS: readonly PolicyCheck[] = FAMILIES.map((family) => ({
  scope: "policy",
  ids: [family.id],
  roles: ["te", "conf"],
  run({ compiled }, file, report) {
    const { db } = compiled;
    const { avtab } = db;
    const rules = compiled.directRules(file.id);
    const masks: number[] = [];
    for (const [name, permissions] of Object.entries(family.grants)) {
      const datum = db.classes.get(name);
      if (datum !== undefined) masks[datum.value] = maskOf(datum, permissions);
    }
    for (const { node, from, to } of statementsOf(rules)) {
      const found = new Set<string>();
      for (let row = from; row < to; row++) {
        const entry = rules.entry[row] as number;
        const tclass = avtab.tclass[entry] as number;
        const mask = (masks[tclass] ?? 0) & (rules.mask[row] as number);
        if (mask === 0 || avtab.specified[entry] !== AVTAB_ALLOWED) continue;
        const isMeant = family.when?.(db, avtab.source(entry), avtab.target(entry), tclass) ?? true;
        const datum = db.classes.at(tclass);
        if (isMeant && datum !== undefined)
          for (const name of permissionNames(datum, mask)) found.add(`${datum.name} ${name}`);
      }
      if (found.size > 0)
        report({
          ...rangeOf(file, node),
          code: family.id,
          message: `${[...found].join(", ")}: ${family.because}`,
        });
    }
  },
}));

const RISKY_PERMISSIVE: TextCheck = {
  scope: "text",
  ids: ["risky-permissive"],
  roles: ["te", "conf"],
  run(file, _option, report) {
    eachPlace(file, [N_PERMISSIVE], ({ tree, node }) =>
      report({
        start: startOf(tree, node),
        end: endOf(tree, node),
        code: "risky-permissive",
        message: "nothing is denied to a permissive domain",
      }),
    );
  },
};

/** What people listed themselves. */
const RISKY_GRANT: PolicyCheck = {
  scope: "policy",
  ids: ["risky-grant"],
  roles: ["te", "conf"],
  run(context, file, report) {
    const listed = context.option("risky-grant", "riskyGrants");
    if (!Array.isArray(listed) || listed.length === 0) return;
    const byFile = context.shared("risky-grants", () => findGrants(context, listed.map(String)));
    for (const found of byFile.get(file.id) ?? []) report(found);
  },
};

type Found = Omit<Finding, "severity">;

function findGrants(
  { compiled }: CheckContext,
  listed: readonly string[],
): ReadonlyMap<number, readonly Found[]> {
  const { db } = compiled;
  const { avtab } = db;
  const byFile = new Map<number, Found[]>();
  const patterns = listed.map((text) => parseGrant(db, text)).filter((one) => one !== undefined);
  for (let entry = 0; entry < avtab.length; entry++) {
    if (avtab.specified[entry] !== AVTAB_ALLOWED) continue;
    for (const pattern of patterns) {
      const mask = matchOf(db, pattern, entry);
      if (mask !== 0) addOrigins(compiled, pattern, entry, mask, byFile);
    }
  }
  return byFile;
}

/** Permissions of an entry that a pattern is about. */
function matchOf(db: PolicyDb, { sources, targets, self, masks }: GrantPattern, entry: number): number {
  const { avtab } = db;
  const mask = (masks.get(avtab.tclass[entry] as number) ?? 0) & (avtab.data[entry] as number);
  if (mask === 0) return 0;
  const source = avtab.source(entry);
  const target = avtab.target(entry);
  if (db.attrTypeMap[source]?.intersects(sources) !== true) return 0;
  const isMeant = (self && source === target) || db.attrTypeMap[target]?.intersects(targets) === true;
  return isMeant ? mask : 0;
}

function addOrigins(
  compiled: Compiled,
  pattern: GrantPattern,
  entry: number,
  mask: number,
  byFile: Map<number, Found[]>,
): void {
  const { db } = compiled;
  const datum = db.classes.at(db.avtab.tclass[entry] as number);
  if (datum === undefined) return;
  for (const origin of compiled.originsOf(entry, mask)) {
    const place = origin.calls[0] ?? origin;
    const list = byFile.get(place.file) ?? [];
    byFile.set(place.file, list);
    const what = `${permissionNames(datum, mask).join(", ")} of ${db.types.nameOf(db.avtab.source(entry)) ?? "?"} on ${db.types.nameOf(db.avtab.target(entry)) ?? "?"}:${datum.name}`;
    const message = `this grants ${what} (listed as risky: ${pattern.text})`;
    if (list.some((other) => other.start === place.start && other.message === message)) continue;
    const related =
      place === origin
        ? []
        : [{ file: origin.file, start: origin.start, end: origin.end, message: "the rule" }];
    const { file, start, end } = place;
    list.push({ file, start, end, code: "risky-grant", message, related });
  }
}

export const RISKY_CHECKS: readonly (PolicyCheck | TextCheck)[] = [
  ...FAMILY_CHECKS,
  RISKY_PERMISSIVE,
  RISKY_GRANT,
];
