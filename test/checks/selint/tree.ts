/**
 * A small policy tree for the tests of SELint's checks: a base module `kernel`, and a module `own` with an interface
 * and a template. A test adds the files that it is about; `/p` is the root.
 */

import type { Snapshot } from "../../../server/workspace/snapshot.ts";
import { loadFixture } from "../../support/fixture.ts";

const TREE: Readonly<Record<string, string>> = {
  "/p/policy/flask/security_classes":
    "class process\nclass file\nclass fifo_file\nclass chr_file\nclass dbus\n",
  "/p/policy/flask/initial_sids": "sid kernel\n",
  "/p/policy/flask/access_vectors":
    "common file { ioctl read write create getattr setattr lock append open relabelfrom relabelto audit_access }\n" +
    "class process { fork transition sigchld signal }\nclass file inherits file { execute }\n" +
    "class fifo_file inherits file\nclass chr_file inherits file\nclass dbus { send_msg acquire_svc }\n",
  "/p/policy/support/sets.spt": [
    "define(`read_file_perms',`{ getattr open read lock ioctl }')",
    "define(`read_fifo_file_perms',`{ getattr open read lock ioctl }')",
    "define(`rw_file_perms',`{ getattr open read write append lock ioctl }')",
    "define(`relabel_file_perms',`{ getattr relabelfrom relabelto }')",
    "define(`relabelling_file_perms',`{ relabelfrom relabelto }')",
    "define(`optional_policy',`optional {`'$1`'ifelse(`$2',`',`',`} else {`'$2')}')",
    "define(`tunable_policy',`ifdef(`$1',`$2',`$3')')",
    "",
  ].join("\n"),
  "/p/policy/global_booleans": "gen_bool(global_bool,false)\n",
  "/p/policy/users": "user system_u roles { system_r };\n",
  "/p/policy/modules/kernel/kernel.if":
    '## <summary>The kernel.</summary>\n## <required val="true">Always there.</required>\n\n' +
    "## <summary>Read.</summary>\ninterface(`kernel_read',`\n\tgen_require(`\n\t\ttype kernel_t;\n\t')\n\n" +
    "\tallow $1 kernel_t:file read;\n')\n",
  "/p/policy/modules/kernel/kernel.te":
    "policy_module(kernel, 1.0)\n\nattribute domain;\ntype kernel_t, domain;\nrole system_r;\n" +
    "role system_r types kernel_t;\nsid kernel system_u:system_r:kernel_t\n",
  "/p/policy/modules/services/own.if":
    "## <summary>Own.</summary>\n\n## <summary>Read.</summary>\ninterface(`own_read',`\n\tgen_require(`\n\t\ttype own_t;\n\t')\n\n" +
    "\tallow $1 own_t:file read;\n')\n\n## <summary>Make.</summary>\ntemplate(`own_template',`\n\ttype $1_made_t;\n')\n",
  "/p/policy/modules/services/own.te":
    "policy_module(own, 1.0)\n\ntype own_t;\nattribute own_attr;\nrole own_r;\ngen_bool(own_bool,false)\n",
};

/** Loads the tree with some files more; a name alone is a file of `policy/modules/services`. */
export function loadTree(files: Readonly<Record<string, string>>): Snapshot {
  const all: Record<string, string> = { ...TREE };
  for (const [name, text] of Object.entries(files))
    all[name.startsWith("/") ? name : `/p/policy/modules/services/${name}`] = text;
  const text = Object.entries(all)
    .map(([path, content]) => `//- ${path}\n${content}`)
    .join("\n");
  const snapshot = loadFixture(text, "/p").workspace.snapshots()[0];
  if (snapshot === undefined) throw new Error("the tree is no project");
  return snapshot;
}

/** The path of a file of the tree. */
export function pathOf(name: string): string {
  return name.startsWith("/") ? name : `/p/policy/modules/services/${name}`;
}
