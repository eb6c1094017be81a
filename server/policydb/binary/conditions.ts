// What can be wrong with a binary policy, grouped as the messages of libsepol's reader and validation are
// (policydb_read, policydb_validate): the checks give each group a code. Where a call of the reader names no
// condition, the section of the file decides.

/** A kind of mistake. */
export type BinaryCondition =
  | "magic"
  | "string"
  | "version"
  | "tables"
  | "trunc"
  | "trailing"
  | "avtab-order"
  | "avtab-xperm"
  | "ctx"
  | "role-object"
  | "genfs-dup"
  | "validate-sym"
  | "validate-av"
  | "validate-constr"
  | "validate-cond"
  | "validate-ocon"
  | "validate-maps";

const BY_SECTION: Readonly<Record<string, BinaryCondition>> = {
  header: "tables",
  commons: "validate-sym",
  classes: "validate-sym",
  roles: "validate-sym",
  types: "validate-sym",
  users: "validate-sym",
  booleans: "validate-sym",
  levels: "validate-sym",
  categories: "validate-sym",
  bounds: "validate-sym",
  constraints: "validate-constr",
  avtab: "avtab-order",
  conditionals: "validate-cond",
};

const OBJECTS = /contexts$|^initial SIDs$|^fs_use rules$|^genfs$/;

/** The condition of a mistake in a section, where nothing more precise is known. */
export function conditionOf(section: string): BinaryCondition {
  return BY_SECTION[section] ?? (OBJECTS.test(section) ? "validate-ocon" : "validate-maps");
}
