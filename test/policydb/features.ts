// Which features of a policy a database uses, by name: so that a test can tell whether generated policies use all.

import { conditionalOfBranch, UNCONDITIONAL } from "../../server/policydb/avtab.ts";
import type { PolicyDb } from "../../server/policydb/policydb.ts";

/** The names of all features in use. */
export function featuresOf(db: PolicyDb): Set<string> {
  const used = new Set<string>([db.mls ? "mls" : "no mls", `handle_unknown ${db.handleUnknown}`]);
  const note = (condition: boolean, name: string): void => void (condition && used.add(name));
  note(!db.permissive.isEmpty(), "permissive");
  note(!db.neveraudit.isEmpty(), "neveraudit");
  for (const { bounds } of db.types) {
    note(bounds !== 0, "type bounds");
    note((db.types.at(bounds)?.bounds ?? 0) !== 0, "type bounds in a chain");
  }
  for (const role of db.roles) {
    note(role.bounds !== 0, "role bounds");
    note(role.dominates.size() > 1, "role dominance");
  }
  for (const user of db.users) note(user.bounds !== 0, "user bounds");
  noteClasses(db, used);
  for (const { expr } of db.conditionals) for (const { op } of expr) used.add(`conditional operator ${op}`);
  const { avtab } = db;
  for (let e = 0; e < avtab.length; e++) {
    const where = avtab.branch[e] === UNCONDITIONAL ? "" : " in a conditional";
    note(
      where !== "" && db.conditionals[conditionalOfBranch(avtab.branch[e] as number)]?.state === 1,
      "if true",
    );
    used.add(`rule 0x${avtab.specified[e]?.toString(16)}/${(avtab.slice[e] as number) >>> 8}${where}`);
  }
  for (const { data } of db.filenameTransitions) used.add(`filename transition, ${data.length} alternatives`);
  note(db.roleTransitions.length > 0, "role_transition");
  note(db.roleAllows.length > 0, "role allow");
  note(db.rangeTransitions.length > 0, "range_transition");
  for (const [kind, list] of Object.entries(db.ocontexts)) note(list.length > 0, `ocontexts ${kind}`);
  for (const { entries } of db.genfs)
    for (const { tclass } of entries) used.add(tclass === 0 ? "genfscon" : "genfscon with a class");
  return used;
}

function noteClasses(db: PolicyDb, used: Set<string>): void {
  for (const datum of db.classes) {
    used.add(`default_user ${datum.defaultUser}`).add(`default_role ${datum.defaultRole}`);
    used.add(`default_type ${datum.defaultType}`).add(`default_range ${datum.defaultRange}`);
    if (datum.common !== undefined) used.add("common");
    for (const { expr } of datum.constraints)
      for (const { exprType, attr, op } of expr) used.add(`constraint ${exprType} ${attr} ${op}`);
    for (const { expr } of datum.validatetrans)
      for (const { exprType, attr, op } of expr) used.add(`validatetrans ${exprType} ${attr} ${op}`);
  }
}
