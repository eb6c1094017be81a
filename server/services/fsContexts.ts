// Labels of filesystems and their files (security_fs_use and security_genfs_sid in security/selinux/ss/services.c).
// fs_use names a filesystem type exactly; without one, a genfscon for its root decides. A genfscon path is a
// prefix of bytes, not of path components, and the longest wins; entries are kept sorted for that.

import type { Context } from "../policydb/context.ts";
import type { GenfsEntry, PolicyDb } from "../policydb/policydb.ts";
import { initialSidContext, SECINITSID_UNLABELED } from "./sidtab.ts";
import { matchesWildcard } from "./wildcard.ts";

export const FS_USE_GENFS = 4;
export const FS_USE_NONE = 5;
/** Number of the policy capability genfs_seclabel_wildcard. */
export const POLCAP_GENFS_WILDCARD = 11;

/** How a filesystem type is labelled. */
export interface FsLabelling {
  /** FS_USE_*: xattr 1, trans 2, task 3, genfs 4, none 5, native 7 */
  readonly behavior: number;
  /** Label of the superblock; undefined when no rule gives one. */
  readonly context: Context | undefined;
  /** Index of the fs_use statement, -1 when there is none. */
  readonly index: number;
}

/** Label of a file by genfscon. */
export interface GenfsLabel {
  readonly context: Context | undefined;
  /** The entry that won; undefined when the label is the unlabeled one. */
  readonly entry: GenfsEntry | undefined;
}

export function fsLabelling(policy: PolicyDb, fstype: string): FsLabelling {
  const { fsUses } = policy.ocontexts;
  const index = fsUses.findIndex((entry) => entry.fstype === fstype);
  const use = fsUses[index];
  if (use !== undefined) return { behavior: use.behavior, context: use.context, index };
  const root = genfsLabel(policy, fstype, "/", policy.classes.valueOf("dir"));
  if (root.entry === undefined) return { behavior: FS_USE_NONE, context: undefined, index };
  return { behavior: FS_USE_GENFS, context: root.context, index };
}

/** The label of a path within a filesystem; class 0 asks for entries without a class only. */
export function genfsLabel(policy: PolicyDb, fstype: string, path: string, tclass: number): GenfsLabel {
  const clean = path.replace(/^\/+(?=\/)/, "");
  const wildcards = policy.polcaps.has(POLCAP_GENFS_WILDCARD);
  const entry = policy.genfs
    .find((genfs) => genfs.fstype === fstype)
    ?.entries.find(
      (candidate) =>
        (candidate.tclass === 0 || candidate.tclass === tclass) &&
        (wildcards ? matchesWildcard(candidate.path, clean) : clean.startsWith(candidate.path)),
    );
  return { context: entry?.context ?? initialSidContext(policy, SECINITSID_UNLABELED), entry };
}
