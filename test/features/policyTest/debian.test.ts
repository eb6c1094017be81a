/** What everybody expects of Debian's policy, as a policy test; and a few things that it does not do. */
import { describe, expect, it } from "vitest";
import { createNodeFileSystem } from "../../../server/cli/nodeFileSystem.ts";
import { testPolicy } from "../../../server/features/policyTest/findings.ts";
import { runToEnd, Workspace } from "../../../server/workspace/workspace.ts";
import { POLICY_SOURCE, policySource, requireOracle } from "../../support/oracles.ts";

const HOLDS = `
test "passwords" {
  deny user_t shadow_t:file read;
  deny { user_t staff_t guest_t } shadow_t:file { read write append };
  allow passwd_t shadow_t:file manage_file_perms;
  label /etc/shadow -- system_u:object_r:shadow_t;
  label /etc/gshadow- shadow_t;
  label /bin/passwd passwd_exec_t;
  transition user_t passwd_exec_t -> passwd_t;
}
test "daemons" {
  transition { init_t initrc_t } sshd_exec_t -> sshd_t;
  allow sshd_t self:capability setuid;
  allow httpd_t http_port_t:tcp_socket name_connect with httpd_can_network_connect=true;
  deny httpd_t http_port_t:tcp_socket name_connect;
}
test "roles" {
  reach staff_r sysadm_t;
  noreach user_r sysadm_t;
}
label /home/alice/.ssh/id_rsa ssh_home_t;
label /lib/systemd/systemd init_exec_t;
label /proc/1 <<none>>;
allow domain self:process { fork sigchld };
`;

const FAILS = `
deny { domain -init_t } shadow_t:file read;
allow user_t shadow_t:file read;
transition user_t ssh_exec_t -> user_t;
label /etc/shadow etc_t;
reach user_r sysadm_t;
`;

describe.skipIf(!requireOracle(POLICY_SOURCE))("Debian's policy", () => {
  it("keeps and breaks promises, and says why", () => {
    const workspace = new Workspace(createNodeFileSystem(), { defines: ["SYSTEMD=y"] });
    runToEnd(workspace.addRoot(policySource() ?? ""));
    const snapshot = workspace.snapshots()[0];
    if (snapshot === undefined) throw new Error("no policy");
    const policy = { db: snapshot.compiled.db, snapshot };
    const held = testPolicy(policy, HOLDS);
    expect(held.findings).toEqual([]);
    expect(held.assertions).toHaveLength(17);
    const broken = testPolicy(policy, FAILS);
    expect(broken.assertions.map((one) => one.outcome)).toEqual(Array(5).fill("failed"));
    const places = broken.findings.map(({ related }) =>
      related.map((site) => snapshot.file(site.file)?.path.split("/").at(-1)),
    );
    expect(places[0]).toContain("accountsd.te");
    expect(broken.findings[0]?.related[0]?.message).toContain(
      "through auth_read_shadow → auth_tunable_read_shadow",
    );
    expect(places[2]).toEqual(["unprivuser.te"]);
    expect(places[3]).toEqual(["authlogin.fc", "files.fc"]);
  });
});
