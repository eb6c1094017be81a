// Types that cannot be what their module makes of them. A domain needs a program that enters it, a role that has it and
// a domain that may change into it; a type for files has to be allowed on a filesystem. Said at the declaration. What
// an interface of the module mentions may be completed by its callers, and a domain that type_transitions lead to is
// judged there (transitions.ts). Without the base of a policy only what the base has no rules for is known: a domain's
// program and roles, and types for files that no attribute speaks for.

import { specsOf } from "../../analysis/labelling/specs.ts";
import type { FileRole, RelatedSite } from "../../compiler/face.ts";
import type { Context } from "../../policydb/context.ts";
import { OBJECT_R_VAL, type PolicyDb, type TypeDatum } from "../../policydb/policydb.ts";
import type { CheckContext, CheckFile, PolicyCheck, Report } from "../check.ts";
import type { Range } from "../selint/outline.ts";
import { isWhole } from "./direct.ts";
import { ownTypes } from "./ownTypes.ts";
import {
  ACTS,
  ASSOCIATED,
  ENTERED,
  ENTERED_OTHERWISE,
  NAMED_BY_TRANSITION,
  REACHED,
  STORED,
  type TypeUses,
  typeUses,
} from "./typeUses.ts";
import { isArgumentOfUnknown } from "./unknownCalls.ts";

/** What a domain lacks. */
export const NO_PROGRAM = 1;
export const NO_ROLE = 2;
export const NO_WAY = 4;

export const INCOMPLETE_TYPES: PolicyCheck = {
  scope: "policy",
  ids: ["domain-incomplete", "file-type-incomplete"],
  roles: ["te"],
  run(context, file, report) {
    const { types } = context.compiled.db;
    for (const [name, range] of ownTypes(context, file)) {
      const datum = types.get(name);
      if (datum === undefined || datum.isAttribute || datum.name !== name) continue;
      if (isDomain(context, datum)) reportDomain(context, file, datum, range, report);
      else reportFileType(context, file, datum, range, report);
    }
  },
};

/** Is a type a domain, or does it act as one? */
export function isDomain(context: CheckContext, { value }: TypeDatum): boolean {
  const { types, attrTypeMap } = context.compiled.db;
  const domain = types.get("domain");
  if (domain?.isAttribute === true && attrTypeMap[domain.value]?.has(value - 1) === true) return true;
  return (typeUses(context).own(value) & (ENTERED | ACTS)) !== 0;
}

function reportDomain(
  context: CheckContext,
  file: CheckFile,
  datum: TypeDatum,
  range: Range,
  report: Report,
): void {
  const missing = missingOfDomain(context, file, datum);
  if (missing === 0 || isArgumentOfUnknown(context, file, datum.name)) return;
  const pieces: string[] = [];
  if ((missing & NO_PROGRAM) !== 0) pieces.push("no program is its entry point");
  if ((missing & NO_ROLE) !== 0) pieces.push("no role has it");
  if ((missing & NO_WAY) !== 0) pieces.push("no domain may change into it");
  report({
    ...range,
    code: "domain-incomplete",
    message: `no process ever runs as ${datum.name}: ${pieces.join(", ")}`,
  });
}

/** What a domain lacks; 0 when nothing is known to be missing. */
export function missingOfDomain(context: CheckContext, file: CheckFile, { value, name }: TypeDatum): number {
  const { compiled } = context;
  const uses = typeUses(context).all(value);
  if ((uses & (ENTERED_OTHERWISE | NAMED_BY_TRANSITION)) !== 0) return 0;
  let missing = 0;
  if ((uses & ENTERED) === 0) missing |= NO_PROGRAM;
  if (!hasRole(context, value)) missing |= NO_ROLE;
  if ((uses & REACHED) === 0 && (isWhole(compiled) || missing !== 0)) missing |= NO_WAY;
  if (missing === 0 || isInitial(compiled.db, value) || isOffered(context, file, name)) return 0;
  return !isWhole(compiled) && attributesOf(compiled.db, value).some((one) => one.includes("unconfined"))
    ? 0
    : missing;
}

function hasRole(context: CheckContext, type: number): boolean {
  const roles = context.shared("access.typesWithRole", () => {
    const found = new Set<number>();
    for (const { types, isAttribute, value } of context.compiled.db.roles)
      if (isAttribute !== true && value !== OBJECT_R_VAL) for (const bit of types) found.add(bit + 1);
    return found;
  });
  return roles.has(type);
}

function isInitial({ ocontexts }: PolicyDb, type: number): boolean {
  return ocontexts.initialSids.some(({ context }) => context.type === type);
}

function attributesOf({ types, typeAttrMap }: PolicyDb, type: number): readonly string[] {
  return (typeAttrMap[type]?.toArray() ?? [])
    .filter((bit) => bit !== type - 1)
    .map((bit) => types.nameOf(bit + 1) ?? "");
}

/** Does the module's interface speak of a type? Then its callers may give what is missing. */
function isOffered(context: CheckContext, file: CheckFile, name: string): boolean {
  const word = new RegExp(`\\b${name}\\b`);
  return siblingsOf(context, file, "if").some(({ text }) => text.includes(name) && word.test(text));
}

/** The files of one role in a module's folder. */
function siblingsOf(context: CheckContext, file: CheckFile, role: FileRole): readonly CheckFile[] {
  const keyOf = (one: CheckFile, itsRole: FileRole): string =>
    `${itsRole} ${one.module} ${one.path.slice(0, one.path.lastIndexOf("/"))}`;
  const byModule = context.shared("access.siblings", () => {
    const made = new Map<string, CheckFile[]>();
    for (const one of context.files()) {
      if (one.role !== "if" && one.role !== "fc") continue;
      const key = keyOf(one, one.role);
      const list = made.get(key);
      if (list === undefined) made.set(key, [one]);
      else list.push(one);
    }
    return made;
  });
  return byModule.get(keyOf(file, role)) ?? [];
}

function reportFileType(
  context: CheckContext,
  file: CheckFile,
  datum: TypeDatum,
  range: Range,
  report: Report,
): void {
  const { compiled } = context;
  const { db } = compiled;
  const uses = typeUses(context);
  if ((uses.all(datum.value) & ASSOCIATED) !== 0 || !isKnown(context, uses, datum)) return;
  const label = labelOf(context, file, datum.name);
  if (label === undefined && (uses.own(datum.value) & STORED) === 0) return;
  if (ofKernel(context).has(datum.value) || isInitial(db, datum.value)) return;
  if (isArgumentOfUnknown(context, file, datum.name)) return;
  report({
    ...range,
    code: "file-type-incomplete",
    message: `no file can have the type ${datum.name}: nothing allows it on a filesystem (files_type() does, or an interface for its kind of file)`,
    related: label === undefined ? [] : [label],
  });
}

/** Would a rule that allows the type on a filesystem be seen? */
function isKnown(context: CheckContext, uses: TypeUses, { value }: TypeDatum): boolean {
  const { db } = context.compiled;
  if (!isWhole(context.compiled)) return attributesOf(db, value).length === 0;
  // A policy that allows nothing on any filesystem does without.
  return context.shared("access.associates", () =>
    [...db.types].some((type) => (uses.own(type.value) & ASSOCIATED) !== 0),
  );
}

/** The first entry of the module's own file contexts that gives a type. */
function labelOf(context: CheckContext, file: CheckFile, type: string): RelatedSite | undefined {
  const labels = context.shared("access.labels", () => new Map<number, ReadonlyMap<string, RelatedSite>>());
  let ofFile = labels.get(file.id);
  if (ofFile === undefined) {
    const made = new Map<string, RelatedSite>();
    for (const { id, tree } of siblingsOf(context, file, "fc"))
      for (const { type: given, start, end } of specsOf(tree, id, context.compiled.options))
        if (given !== undefined && !made.has(given))
          made.set(given, { file: id, start, end, message: "files get this label" });
    ofFile = made;
    labels.set(file.id, ofFile);
  }
  return ofFile.get(type);
}

/** Types that the kernel gives by itself: to what is in `/proc` and the like. */
function ofKernel(context: CheckContext): ReadonlySet<number> {
  return context.shared("access.typesOfKernel", () => {
    const { genfs, ocontexts } = context.compiled.db;
    const contexts: Context[] = ocontexts.fsUses.map((one) => one.context);
    for (const { entries } of genfs) for (const one of entries) contexts.push(one.context);
    return new Set(contexts.map(({ type }) => type));
  });
}
