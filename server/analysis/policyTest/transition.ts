// `transition SOURCE EXECUTABLE -> TARGET`: does executing the file bring a process of the source into the target by
// itself? As the kernel's selinux_bprm_creds_for_exec: the type_transition rule (or default_type) names the target, and
// `execute`, `transition` and `entrypoint` are granted by rules; a process that stays needs `execute_no_trans`. Some
// role may have both types, with role_transition and role allow where the role changes. Constraints and nosuid are not
// looked at.

import type { TransitionAssertion } from "../../../grammar/policyTest/syntax.ts";
import { AVTAB_TRANSITION } from "../../policydb/avtab.ts";
import { OBJECT_R_VAL, type PolicyDb } from "../../policydb/policydb.ts";
import { isEntryEnabled, permissionBit } from "../../services/computeAv.ts";
import { traceSid } from "../../services/computeSid.ts";
import { findRoleTransition } from "../../services/transitions.ts";
import { gapBetween } from "./access.ts";
import type { MissingStep, TransitionFailure } from "./facts.ts";

/** What is wrong with the transition of a pair; undefined when it happens as asserted. */
export function transitionFailure(
  db: PolicyDb,
  assertion: TransitionAssertion,
  source: number,
  executable: number,
  target: number,
  isPartial: boolean,
): TransitionFailure | undefined {
  const { result, entry } = resultOf(db, source, executable);
  const missing = missingSteps(db, source, executable, target);
  const lacksRole = source !== target && !hasRole(db, source, executable, target, isPartial);
  if (result === target && missing.length === 0 && !lacksRole) return undefined;
  const off = offRules(db, source, executable);
  return { kind: "transition", assertion, source, executable, result, entry, off, missing, lacksRole };
}

/** The type of a process after it executed the file. */
function resultOf(
  db: PolicyDb,
  source: number,
  executable: number,
): { readonly result: number; readonly entry: number | undefined } {
  const tclass = db.classes.valueOf("process");
  // Only the types decide about the type.
  const context = (type: number) => ({ user: 0, role: 0, type });
  const question = {
    kind: AVTAB_TRANSITION,
    source: context(source),
    target: context(executable),
    tclass,
  } as const;
  const traced = traceSid(db, question);
  if (!traced.ok) return { result: source, entry: undefined };
  const { context: made, type } = traced.value;
  return { result: made.type, entry: type.step === "type-rule" ? type.entry : undefined };
}

function offRules(db: PolicyDb, source: number, executable: number): number[] {
  const { avtab } = db;
  const found: number[] = [];
  const tclass = db.classes.valueOf("process");
  for (let entry = avtab.first(source, executable, tclass); entry >= 0; entry = avtab.nextOf(entry))
    if (avtab.specified[entry] === AVTAB_TRANSITION && !isEntryEnabled(db, entry)) found.push(entry);
  return found;
}

function missingSteps(db: PolicyDb, source: number, executable: number, target: number): MissingStep[] {
  const steps: readonly (readonly [MissingStep["step"], number, number, string])[] =
    source === target
      ? [
          ["execute", source, executable, "file"],
          ["execute_no_trans", source, executable, "file"],
        ]
      : [
          ["execute", source, executable, "file"],
          ["transition", source, target, "process"],
          ["entrypoint", target, executable, "file"],
        ];
  return steps.flatMap(([step, from, to, className]) => {
    const datum = db.classes.get(className);
    const mask = datum === undefined ? 0 : permissionBit(datum, step);
    if (datum === undefined || mask === 0) return [];
    const grant = gapBetween(db, from, to, { datum, mask });
    return grant === undefined ? [] : [{ step, grant }];
  });
}

/** May some role that has the source go on with the target? */
function hasRole(
  db: PolicyDb,
  source: number,
  executable: number,
  target: number,
  isPartial: boolean,
): boolean {
  const tclass = db.classes.valueOf("process");
  const holders = [...db.roles].filter(
    (role) => role.value !== OBJECT_R_VAL && role.isAttribute !== true && role.types.has(source - 1),
  );
  // A module's own sources need not say which roles the types of others have.
  if (holders.length === 0 && isPartial) return true;
  return holders.some(({ value }) => {
    const rule = db.roleTransitions[findRoleTransition(db, value, executable, tclass)];
    const next = rule?.newRole ?? value;
    const mayChange =
      next === value || db.roleAllows.some(({ role, newRole }) => role === value && newRole === next);
    return mayChange && db.roles.at(next)?.types.has(target - 1) === true;
  });
}
