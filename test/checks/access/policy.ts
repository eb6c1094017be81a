/**
 * The small tree of SELint's tests with what checks of access need besides: execution and entry points, extended
 * permissions, sockets, constraints, and users to log in as.
 */

import { ACCESS_CHECKS } from "../../../server/checks/access/index.ts";
import type { Snapshot } from "../../../server/workspace/snapshot.ts";
import { type Found, type Options, runChecks } from "../selint/harness.ts";
import { loadTree } from "../selint/tree.ts";

const OVERLAY: Readonly<Record<string, string>> = {
  "/p/policy/flask/security_classes":
    "class process\nclass process2\nclass file\nclass fifo_file\nclass chr_file\nclass dbus\nclass sctp_socket\n" +
    "class netlink_route_socket\nclass capability\nclass security\nclass db_procedure\nclass dir\nclass tcp_socket\nclass filesystem\n",
  "/p/policy/flask/access_vectors":
    "common file { ioctl read write create getattr setattr lock append open relabelfrom relabelto audit_access execute map }\n" +
    "class process { fork transition sigchld signal execmem setcurrent dyntransition ptrace }\n" +
    "class process2 { nnp_transition }\n" +
    "class file inherits file { entrypoint execute_no_trans execmod }\n" +
    "class fifo_file inherits file\nclass chr_file inherits file\nclass dbus { send_msg acquire_svc }\n" +
    "class sctp_socket { ioctl create }\nclass netlink_route_socket { ioctl nlmsg nlmsg_read }\n" +
    "class capability { sys_module sys_ptrace chown }\nclass security { load_policy }\n" +
    "class db_procedure { execute entrypoint }\nclass dir inherits file { add_name search }\n" +
    "class tcp_socket { connect name_connect }\nclass filesystem { associate }\n",
  "/p/policy/modules/kernel/kernel.te":
    "policy_module(kernel, 1.0)\n\nattribute domain;\nattribute kernel_files;\nattribute can_setcurrent;\n" +
    "type kernel_t, domain;\ntype shadow_t;\ntype fs_t;\nallow shadow_t fs_t:filesystem associate;\n" +
    "role system_r;\nrole user_r;\nrole system_r types kernel_t;\nsid kernel system_u:system_r:kernel_t\n" +
    "attribute started;\nallow kernel_t started:process dyntransition;\nallow domain self:process fork;\nallow domain kernel_files:file getattr;\n",
  "/p/policy/constraints":
    "constrain process setcurrent (t1 == can_setcurrent);\nconstrain file create (u1 == u2 or t1 == can_setcurrent);\n" +
    "constrain dbus send_msg (t1 == can_setcurrent or t2 != kernel_t);\n",
  "/p/policy/modules/kernel/kernel.if":
    "interface(`kernel_domain',`\n\tgen_require(`\n\t\tattribute domain;\n\t')\n\ttypeattribute $1 domain;\n')\n" +
    "interface(`kernel_file',`\n\tgen_require(`\n\t\tattribute kernel_files;\n\t')\n\ttypeattribute $1 kernel_files;\n')\n" +
    "interface(`files_config_file',`\n\tgen_require(`\n\t\ttype fs_t;\n\t')\n\tallow $1 fs_t:filesystem associate;\n')\n" +
    "interface(`domain_entry_file',`\n\tallow $1 $2:file entrypoint;\n')\n" +
    "interface(`init_daemon_domain',`\n\tgen_require(`\n\t\ttype kernel_t;\n\t')\n\trole system_r types $1;\n\tallow $1 $2:file { entrypoint execute map read };\n\tallow kernel_t $1:process transition;\n')\n",
  "/p/policy/support/patterns.spt":
    "define(`run_pattern',`\n\tallow $1 $2:file { read execute };\n\tallow $1 $3:process transition;\n\ttype_transition $1 $2:process $3;\n')\n" +
    "define(`optional_policy',`optional {`'$1`'ifelse(`$2',`',`',`} else {`'$2')}')\n" +
    "define(`tunable_policy',`if (`$1') {`$2'} ifelse(`$3',`',`',`else {`$3'}')')\n",
};

export const HEAD =
  "policy_module(foo, 1.0)\n\ntype foo_t;\ntype foo_exec_t;\ntype bar_t;\ntype dev_t;\n" +
  "attribute foo_files;\ntype file_t, foo_files;\nkernel_domain(foo_t)\ntypeattribute foo_t started;\nrole system_r types foo_t;\n";

/** A tree with a module `foo` of this text behind the common head, and other files. */
export function load(text: string, others: Readonly<Record<string, string>> = {}): Snapshot {
  return loadTree({ ...OVERLAY, "foo.te": `${HEAD}${text}\n`, ...others });
}

/** What the checks of access find in `foo.te`. */
export function findingsIn(snapshot: Snapshot, options: Options = {}): readonly Found[] {
  const own = snapshot.fileAt("/p/policy/modules/services/foo.te");
  return runChecks(snapshot, options, ACCESS_CHECKS).filter(({ file }) => file === own?.id);
}
