// A name and a summary for a new interface, after the first rule that goes into it: `ntp_read_conf_files`, "Read conf
// files of ntp". A proposal only: what an interface is for, its author knows; rename does the rest.

import type { View } from "./selection.ts";

/** What a rule is about. */
export interface Subject {
  readonly target: string;
  readonly tclass: string;
  readonly permissions: readonly string[];
  readonly isDontaudit: boolean;
}

/** Permissions by what they show: the first that is there names the whole. */
const VERBS: readonly (readonly [readonly string[], string])[] = [
  [["transition"], "domtrans"],
  [["connectto"], "stream_connect"],
  [["create", "unlink", "rename", "link"], "manage"],
  [["execute", "execute_no_trans"], "exec"],
  [["relabelto", "relabelfrom"], "relabel"],
  [["mounton"], "mounton"],
  [["write", "read"], "rw"],
  [["append", "read"], "rw"],
];
const SINGLE = [
  "write",
  "append",
  "read",
  "signal",
  "signull",
  "sigkill",
  "sigchld",
  "use",
  "send_msg",
  "search",
  "getattr",
];
/** Verbs that need all of their permissions. */
const WHOLE = new Set(["rw"]);

const NOUNS: Readonly<Record<string, string>> = {
  file: "files",
  dir: "dirs",
  lnk_file: "symlinks",
  sock_file: "sockets",
  fifo_file: "pipes",
  chr_file: "chr_files",
  blk_file: "blk_files",
  fd: "fds",
  process: "",
  unix_stream_socket: "",
};

/** A free name for an interface of a module, and its summary. */
export function proposeName(
  view: View,
  module: string,
  subject: Subject,
): { readonly name: string; readonly summary: string } {
  const { tclass, permissions, isDontaudit } = subject;
  const verb = verbOf(permissions);
  const noun = NOUNS[tclass] ?? tclass;
  const object = objectOf(module, subject.target);
  const parts = [isDontaudit ? "dontaudit" : "", verb, `${object}s` === noun ? "" : object, noun].filter(
    (one) => one !== "",
  );
  const base = [module, ...parts].join("_");
  const { compiled } = view.snapshot;
  let name = base;
  for (let i = 2; compiled.macro(name) !== undefined || compiled.declarations(name).length > 0; i++)
    name = `${base}_${i}`;
  const words = parts
    .slice(isDontaudit ? 1 : 0)
    .join(" ")
    .replaceAll("_", " ");
  const said = isDontaudit
    ? `Do not audit attempts to ${words}`
    : words.charAt(0).toUpperCase() + words.slice(1);
  return { name, summary: `${said} of ${module}.` };
}

function verbOf(permissions: readonly string[]): string {
  const has = (name: string): boolean => permissions.includes(name);
  const known = VERBS.find(([names, verb]) => (WHOLE.has(verb) ? names.every(has) : names.some(has)));
  return known?.[1] ?? SINGLE.find(has) ?? permissions[0] ?? "use";
}

/** `ntp_conf_t` of ntp is `conf`. */
function objectOf(module: string, target: string): string {
  const bare = target.replace(/_t$/, "");
  if (bare === module || bare === "self") return "";
  return bare.startsWith(`${module}_`) ? bare.slice(module.length + 1) : bare;
}
