// Which checks each operation of user space performs: the hooks of security/selinux/hooks.c, selinuxfs.c, xfrm.c
// and netlabel.c with their (source, target, class, permissions, condition). Invariant: every concrete pair
// exists in the class map. Classes in angle brackets stand for a family of classes (expandClass).
// Recipes that span several hooks are in operations.ts.

import { allKernelClassNames, allKernelPermissions, isSocketClass } from "./classes.ts";
import data from "./hooks.data.json" with { type: "json" };

/** One permission check that a hook makes. */
export interface HookCheck {
  readonly source: string;
  readonly target: string;
  /** A class name, or a placeholder such as `<inode class>`. */
  readonly class: string;
  /** Requested together; with a condition, those of them that apply. `<capability>` is any capability. */
  readonly permissions: readonly string[];
  readonly when: string;
}

/** One hook of the kernel. */
export interface Hook {
  readonly group: string;
  readonly hook: string;
  readonly function: string;
  /** What user space does to reach it. */
  readonly operations: readonly string[];
  readonly checks: readonly HookCheck[];
  readonly notes: string | undefined;
  readonly since: string | undefined;
  readonly removed: string | undefined;
  /** Audit fields that its records carry. */
  readonly audit: string | undefined;
  readonly uncertain: boolean;
}

/** A check together with its hook. */
export interface CheckSite {
  readonly hook: Hook;
  readonly check: HookCheck;
}

interface HookExtra {
  readonly notes?: string;
  readonly since?: string;
  readonly removed?: string;
  readonly audit?: string;
  readonly uncertain?: boolean;
}
type CheckRow = readonly [source: number, target: number, cls: string, permissions: string, when: number];
type HookRow = readonly [
  group: string,
  hook: string,
  fn: string,
  operations: readonly string[],
  checks: readonly CheckRow[],
  extra?: HookExtra,
];

const WORDS: readonly string[] = data.words;

export const HOOKS: readonly Hook[] = (data.hooks as unknown as readonly HookRow[]).map(fromRow);

/** Hooks that only label, copy, free or convert: reason → hook names. */
export const HOOKS_WITHOUT_CHECKS: Readonly<Record<string, readonly string[]>> = data.withoutChecks;

function fromRow([group, hook, fn, operations, checks, extra = {}]: HookRow): Hook {
  return {
    group,
    hook,
    function: fn,
    operations,
    checks: checks.map(([source, target, cls, permissions, when]) => ({
      source: WORDS[source] ?? "",
      target: WORDS[target] ?? "",
      class: cls,
      permissions: permissions.split(" "),
      when: WORDS[when] ?? "",
    })),
    notes: extra.notes,
    since: extra.since?.split(" ")[0],
    removed: extra.removed,
    audit: extra.audit,
    uncertain: extra.uncertain ?? false,
  };
}

const FILE_CLASSES: readonly string[] = [
  "file",
  "dir",
  "lnk_file",
  "chr_file",
  "blk_file",
  "sock_file",
  "fifo_file",
];

/** The classes that a placeholder stands for; a concrete class stands for itself. */
export function expandClass(cls: string): readonly string[] {
  switch (cls) {
    case "<inode class>":
      return [...FILE_CLASSES, "anon_inode", "memfd_file", ...socketClasses()];
    case "<non-dir class>":
      return [...FILE_CLASSES.filter((c) => c !== "dir"), "anon_inode", "memfd_file", ...socketClasses()];
    case "<class from mode>":
      return FILE_CLASSES;
    case "<socket class>":
      return socketClasses();
    case "<sem|shm|msgq>":
      return ["sem", "shm", "msgq"];
    default:
      return [cls];
  }
}

function socketClasses(): readonly string[] {
  return allKernelClassNames().filter((name) => isSocketClass(name) && name !== "tun_socket");
}

function permissionsOf(check: HookCheck, className: string): readonly string[] {
  return check.permissions.flatMap((p) => (p === "<capability>" ? allKernelPermissions(className) : [p]));
}

/** The hooks that check a permission of a class, with the check itself. */
export function hooksFor(className: string, permission: string): readonly CheckSite[] {
  return HOOKS.flatMap((hook) =>
    hook.checks
      .filter(
        (check) =>
          expandClass(check.class).includes(className) &&
          permissionsOf(check, className).includes(permission),
      )
      .map((check) => ({ hook, check })),
  );
}

/** A hook by its LSM name or by the kernel function's name. */
export function hookByName(name: string): Hook | undefined {
  return HOOKS.find(
    (h) => h.hook.split(" / ").includes(name) || h.function.split(/ (?:\/|->) /).includes(name),
  );
}

const STOP_WORDS = new Set(["a", "an", "the", "on", "of", "for", "to", "in", "with", "and", "or", "by", "2"]);

// What people call an operation that the kernel knows by the name of its system call.
const SAME_WORD: Readonly<Record<string, string>> = {
  insmod: "init_module",
  modprobe: "finit_module",
  pkill: "kill",
  signal: "kill",
  setsebool: "setbool",
  pthread_create: "fork",
};

/** The words of a query or of an operation that count in a search. */
export function searchWords(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/[^a-z0-9_]+/)
    .filter((word) => word !== "" && !STOP_WORDS.has(word))
    .map((word) => SAME_WORD[word] ?? word);
}

/** Hooks whose operations match all or most words of the query, best first; empty when no word matches. */
export function searchHooks(query: string): readonly Hook[] {
  const wanted = searchWords(query);
  const scored = HOOKS.map((hook) => ({ hook, score: score(hook, wanted) })).filter((s) => s.score > 0);
  const best = scored.reduce((max, s) => Math.max(max, s.score), 0);
  return scored
    .filter((s) => s.score >= best / 2)
    .sort((a, b) => b.score - a.score)
    .map((s) => s.hook);
}

function score(hook: Hook, wanted: readonly string[]): number {
  const operations = new Set(searchWords(hook.operations.join(" ")));
  const names = new Set(searchWords(`${hook.hook} ${hook.function}`));
  const parts = new Set([...names].flatMap((name) => name.split("_")));
  const permissions = new Set(hook.checks.flatMap((check) => check.permissions));
  let sum = 0;
  for (const word of wanted) {
    if (operations.has(word)) sum += 4;
    else if (names.has(word)) sum += 3;
    else if (permissions.has(word)) sum += 2;
    else if (parts.has(word)) sum += 1;
  }
  return sum;
}
