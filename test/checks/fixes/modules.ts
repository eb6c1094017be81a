/**
 * A module directory in memory with the few policy headers that the tests of repairs need, and the two steps of every
 * test: the findings of a file, and a text with a repair put in.
 */

import { changeText } from "../../../server/checks/applyFixes.ts";
import type { Fix } from "../../../server/checks/fix.ts";
import type { Finding } from "../../../server/compiler/face.ts";
import type { Snapshot } from "../../../server/workspace/snapshot.ts";
import type { Workspace } from "../../../server/workspace/workspace.ts";
import { loadFixture } from "../../support/fixture.ts";

const HEADERS = "/usr/share/selinux/devel/include";

const INCLUDE: Readonly<Record<string, string>> = {
  "build.conf": "TYPE = standard\n",
  "global_booleans.xml": "",
  "support/all_perms.spt": [
    "define(`all_kernel_class_perms',`",
    "class process { fork signal transition };",
    "class file { append create getattr open read write };",
    "class dir { add_name getattr search write };",
    "class tcp_socket { connect create };",
    "')",
    "",
  ].join("\n"),
  "kernel/files.if": [
    "## <summary>Files.</summary>",
    "## <summary>Make a type a file.</summary>",
    "interface(`files_type',`",
    "\tgen_require(`",
    "\t\tattribute file_type;",
    "\t')",
    "\ttypeattribute $1 file_type;",
    "')",
    "## <summary>Make a type a configuration file.</summary>",
    "interface(`files_config_file',`",
    "\tfiles_type($1)",
    "')",
    "## <summary>Read.</summary>",
    "interface(`files_read_etc_files',`",
    "\tgen_require(`",
    "\t\ttype etc_t;",
    "\t')",
    "\tallow $1 etc_t:file { getattr open read };",
    "')",
    "## <summary>Read and write.</summary>",
    "interface(`files_rw_etc_files',`",
    "\tgen_require(`",
    "\t\ttype etc_t;",
    "\t')",
    "\tallow $1 etc_t:file { getattr open read write };",
    "')",
    "## <summary>Does more than allow.</summary>",
    "interface(`files_etc_filetrans',`",
    "\tgen_require(`",
    "\t\ttype etc_t;",
    "\t')",
    "\tallow $1 etc_t:file { open read };",
    "\ttype_transition $1 etc_t:file etc_t;",
    "')",
    "",
  ].join("\n"),
};

/** A workspace with these files in `/m`, built as a module against the headers. */
export function openModules(files: Readonly<Record<string, string>>): Workspace {
  const text = [
    ...Object.entries(INCLUDE).map(([name, content]) => `//- ${HEADERS}/${name}\n${content}`),
    ...Object.entries(files).map(([name, content]) => `//- /m/${name}\n${content}`),
  ].join("\n");
  return loadFixture(text, "/m").workspace;
}

/** The snapshot of such a workspace. */
export function loadModules(files: Readonly<Record<string, string>>): Snapshot {
  const snapshot = openModules(files).snapshotOf(`/m/${Object.keys(files)[0]}`);
  if (snapshot === undefined) throw new Error("no module");
  return snapshot;
}

/** The findings of a code in a file. */
export function findingsOf(snapshot: Snapshot, path: string, code: string): readonly Finding[] {
  const file = snapshot.fileAt(path);
  return file === undefined ? [] : snapshot.findings(file.id).filter((one) => one.code === code);
}

/** The texts of all files by path, with a repair put in. */
export function repaired(snapshot: Snapshot, fix: Fix): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const { id, path, text } of snapshot.files()) {
    const own = fix.changes.filter((change) => change.file === id);
    if (own.length > 0) texts[path] = changeText(text, own);
  }
  return texts;
}
