/**
 * Fixtures: small policies written down in a test. `//- /path` starts a file, `$0` marks the cursor (`$1`…`$9` are
 * arguments of macros and stay). Without a `//-` line the text is one file, /m/test.te. Everything lies in memory;
 * the headers of this machine are not seen.
 */
import type { Place, View } from "../../server/features/view.ts";
import { createMemoryFileSystem } from "../../server/workspace/memoryFileSystem.ts";
import { NO_SETTINGS, type ProjectSettings } from "../../server/workspace/project.ts";
import { runToEnd, Workspace } from "../../server/workspace/workspace.ts";

export interface Fixture {
  readonly workspace: Workspace;
  readonly files: Map<string, string>;
  readonly path: string;
  readonly offset: number;
}

/** Files and cursor of a fixture's text. */
export function parseFixture(text: string): { files: Map<string, string>; path: string; offset: number } {
  const files = new Map<string, string>();
  let path = "/m/test.te";
  let lines: string[] = [];
  let cursor = { path, offset: 0 };
  const finish = () => {
    let content = lines.join("\n");
    const at = content.indexOf("$0");
    if (at >= 0) {
      content = content.slice(0, at) + content.slice(at + 2);
      cursor = { path, offset: at };
    }
    if (content.trim() !== "" || files.size > 0) files.set(path, content);
    lines = [];
  };
  for (const line of text.replace(/^\n/, "").split("\n")) {
    const header = /^\/\/- (\S+)/.exec(line);
    if (header === null) {
      lines.push(line);
      continue;
    }
    if (lines.some((l) => l.trim() !== "")) finish();
    lines = [];
    path = header[1] as string;
  }
  finish();
  return { files, ...cursor };
}

/** A loaded workspace over a fixture; its root is the directory that all files share, or `root`. */
export function loadFixture(text: string, root = "/", settings: ProjectSettings = NO_SETTINGS): Fixture {
  const { files, path, offset } = parseFixture(text);
  const workspace = new Workspace(createMemoryFileSystem(files), settings);
  runToEnd(workspace.addRoot(root));
  return { workspace, files, path, offset };
}

/** The view and place of a fixture's cursor. */
export function atCursor(fixture: Fixture): { view: View; place: Place } {
  const snapshot = fixture.workspace.snapshotOf(fixture.path);
  const file = snapshot?.fileAt(fixture.path);
  if (snapshot === undefined || file === undefined) throw new Error(`no project holds ${fixture.path}`);
  const view: View = { snapshot, encoding: "utf-16", uriOf: (path) => `file://${path}` };
  return { view, place: { file, offset: fixture.offset } };
}

/** A small but whole kernel policy (flask definitions, one user, one role) to put before what a test is about. */
export const TINY_TREE = `
//- /p/policy/flask/security_classes
class process
class file
class dir
class netlink_route_socket
//- /p/policy/flask/initial_sids
sid kernel
//- /p/policy/flask/access_vectors
common file { ioctl read write create getattr open }
class process { fork transition sigchld }
class file inherits file { execute entrypoint }
class dir inherits file { search add_name }
class netlink_route_socket { create nlmsg_read nlmsg_write nlmsg }
//- /p/policy/support/misc.spt
define(\`read_file_perms',\`{ getattr open read }')
define(\`rw_file_perms',\`{ getattr open read write }')
define(\`file_class_set',\`{ file dir }')
//- /p/policy/users
user system_u roles { system_r };
//- /p/policy/modules/kernel/kernel.if
## <summary>The kernel.</summary>
## <required val="true">Everything needs it.</required>

########################################
## <summary>
##	Read kernel files.
## </summary>
## <param name="domain">
##	<summary>
##	Domain allowed access.
##	</summary>
## </param>
#
interface(\`kernel_read_files',\`
	gen_require(\`
		type kernel_file_t;
	')

	allow $1 kernel_file_t:file read_file_perms;
')

########################################
## <summary>
##	Create a domain.
## </summary>
## <param name="prefix">
##	<summary>
##	Prefix of the new type.
##	</summary>
## </param>
#
template(\`kernel_domain_template',\`
	gen_require(\`
		attribute domain;
	')

	type $1_t, domain;
')
//- /p/policy/modules/kernel/kernel.te
policy_module(kernel, 1.0.0)

# Every process.
attribute domain;
attribute file_type;

# The kernel itself.
type kernel_t, domain;
role system_r types kernel_t;
role system_r;
sid kernel gen_context(system_u:system_r:kernel_t,s0)

type kernel_file_t, file_type;
typealias kernel_file_t alias old_file_t;

gen_bool(kernel_may_write,false)

allow domain file_type:dir search;
if (kernel_may_write) {
	allow kernel_t kernel_file_t:file write;
}
auditallow kernel_t kernel_file_t:file open;
dontaudit domain kernel_file_t:file execute;
`;
