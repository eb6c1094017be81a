// Sequence numbers of policies: each time a policy has become another (its first load, a re-discovery, an edit) its
// number grows and the client is told with selinux/policyLoad, as the kernel tells user space over netlink
// (selnl_notify_policyload in security/selinux/netlink.c).

import type { Connection } from "vscode-languageserver";
import type { PolicyLoads } from "../features/extensions/status.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { uriOfPath } from "./uris.ts";

interface Known extends PolicyLoads {
  readonly project: Snapshot["project"];
  readonly generation: number;
}

export class PolicyLoadLog {
  private readonly connection: Connection;
  private readonly known = new Map<string, Known>();

  constructor(connection: Connection) {
    this.connection = connection;
  }

  /** Notes the state of a policy; a new state gets the next number and a notification. */
  note(snapshot: Snapshot, milliseconds: number): PolicyLoads {
    const { project, generation } = snapshot;
    const key = `${project.kind}:${project.root}`;
    const before = this.known.get(key);
    if (before !== undefined && before.generation === generation && before.project === project) return before;
    const loads = {
      project,
      generation,
      seqno: (before?.seqno ?? 0) + 1,
      milliseconds: Math.round(milliseconds * 10) / 10,
      at: new Date().toISOString(),
    };
    this.known.set(key, loads);
    void this.connection.sendNotification("selinux/policyLoad", {
      seqno: loads.seqno,
      root: uriOfPath(project.root),
      kind: project.kind,
      files: project.sources.length,
      milliseconds: loads.milliseconds,
    });
    return loads;
  }
}
