// What each kernel permission gates and which hooks check it. Summaries of classes that share permissions are
// stored once with the class's noun cut out. Invariant: every permission of every class in classes.ts has a
// documentation here. Permissions that only user-space object managers check are not covered.
// Follows security/selinux/hooks.c, selinuxfs.c, xfrm.c, netlabel.c and nlmsgtab.c.

import {
  allKernelClassNames,
  allKernelPermissions,
  classLifetime,
  commonOf,
  permissionLifetime,
} from "./classes.ts";
import { CLASS_NOTES } from "./classNotes.ts";
import data from "./permissions.data.json" with { type: "json" };

/** Which kernels' extra permissions are merged in. */
export type KernelProfile = "mainline" | "android";

/** The documentation of one permission of one class. */
export interface PermissionDoc {
  readonly class: string;
  readonly permission: string;
  /** What the permission gates, as one sentence. */
  readonly summary: string;
  /** Kernel functions that check it; empty when none does. */
  readonly checkedBy: readonly string[];
  readonly since: string | undefined;
  readonly removed: string | undefined;
  /** No kernel path asks for it on this class, so a rule has no effect. */
  readonly neverChecked: boolean;
  readonly notes: readonly string[];
}

/** The documentation of a class, for hovers. */
export interface ClassDoc {
  readonly class: string;
  readonly summary: string;
  readonly since: string | undefined;
  readonly removed: string | undefined;
}

type DocRow = readonly [text: number, hooks: number, flags?: string, why?: number];
type DocTable = Readonly<Record<string, Readonly<Record<string, DocRow>>>>;

const TEXTS: readonly string[] = data.texts;
const NOUNS: Readonly<Record<string, string>> = data.nouns;
const BASE = data.base as unknown as DocTable;
const DOCS = data.docs as unknown as DocTable;
const ANDROID = data.android as unknown as DocTable;

/** What the permission of the class gates; undefined when no kernel has it. */
export function permissionDoc(
  className: string,
  permission: string,
  profile: KernelProfile = "mainline",
): PermissionDoc | undefined {
  const android = profile === "android" ? ANDROID[className]?.[permission] : undefined;
  const row = android ?? DOCS[className]?.[permission] ?? baseRow(className, permission);
  if (row === undefined) return undefined;
  const [text, hooks, flags = "", why] = row;
  const life = permissionLifetime(className, permission);
  const checkedBy = TEXTS[hooks] ?? "";
  return {
    class: className,
    permission,
    summary: (TEXTS[text] ?? "").replace("{}", NOUNS[className] ?? className),
    checkedBy: checkedBy === "" ? [] : checkedBy.split(" "),
    since: life?.since,
    removed: life?.removed,
    neverChecked: flags.includes("n"),
    notes: notesOf(flags, why, android !== undefined),
  };
}

function baseRow(className: string, permission: string): DocRow | undefined {
  if (!allKernelPermissions(className).includes(permission)) return undefined;
  const common = commonOf(className);
  return common === undefined ? undefined : BASE[common]?.[permission];
}

function notesOf(flags: string, why: number | undefined, android: boolean): readonly string[] {
  const notes: string[] = [];
  if (why !== undefined) notes.push(TEXTS[why] ?? "");
  if (flags.includes("u")) notes.push("not confirmed from a kernel source");
  if (android) notes.push("Android kernels only");
  return notes;
}

/** Every documented permission of a class, in kernel order; Android's own at the end. */
export function permissionDocs(
  className: string,
  profile: KernelProfile = "mainline",
): readonly PermissionDoc[] {
  const names = [...allKernelPermissions(className)];
  if (profile === "android")
    names.push(...Object.keys(ANDROID[className] ?? {}).filter((p) => !names.includes(p)));
  return names.map((name) => permissionDoc(className, name, profile)).filter((doc) => doc !== undefined);
}

/** What objects a kernel class stands for; undefined for classes that no kernel since 5.9 has. */
export function classDoc(className: string): ClassDoc | undefined {
  const life = classLifetime(className);
  if (life === undefined) return undefined;
  const noun = NOUNS[className];
  const summary = CLASS_NOTES[className] ?? (noun === undefined ? className : `${capital(noun)}.`);
  return { class: className, summary, since: life.since, removed: life.removed };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Pairs (class, permission) that no kernel path ever checks. */
export function neverCheckedPermissions(): readonly PermissionDoc[] {
  return allKernelClassNames()
    .flatMap((name) => permissionDocs(name))
    .filter((doc) => doc.neverChecked);
}
