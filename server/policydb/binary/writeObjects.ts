// Writes object contexts and genfs (ocontext_write_selinux, genfs_write of libsepol's write.c), in the order in
// which the policy has them, which is the order in which they are searched.

import type { NodeContext } from "../policydb.ts";
import { encodeName } from "./cursor.ts";
import { VERSION_INFINIBAND } from "./versions.ts";
import { dropped, type WriteState, writeContext } from "./writeSets.ts";

/** All kinds of object contexts that the version has. */
export function writeObjectContexts(s: WriteState): void {
  const { w } = s;
  const o = s.db.ocontexts;
  writeList(s, o.initialSids, ({ sid, context }) => {
    w.u32(sid);
    writeContext(s, context);
  });
  const writePair = ({ name, contexts }: (typeof o.fs)[number]): void => {
    w.lengthAndName(name);
    writeContext(s, contexts[0]);
    writeContext(s, contexts[1]);
  };
  writeList(s, o.fs, writePair);
  writeList(s, o.ports, ({ protocol, low, high, context }) => {
    w.u32(protocol);
    w.u32(low);
    w.u32(high);
    writeContext(s, context);
  });
  writeList(s, o.netifs, writePair);
  writeList(s, o.nodes, (node) => writeNode(s, node));
  writeList(s, o.fsUses, ({ behavior, fstype, context }) => {
    w.u32(behavior);
    w.lengthAndName(fstype);
    writeContext(s, context);
  });
  writeList(s, o.nodes6, (node) => writeNode(s, node));
  if (s.version >= VERSION_INFINIBAND) writeInfiniband(s);
  else if (o.ibPkeys.length + o.ibEndPorts.length > 0)
    dropped(s, "object contexts", "ibpkeycon and ibendportcon");
}

function writeList<T>(s: WriteState, list: readonly T[], write: (item: T) => void): void {
  s.w.u32(list.length);
  for (const item of list) write(item);
}

function writeNode(s: WriteState, { address, mask, context }: NodeContext): void {
  s.w.raw(address);
  s.w.raw(mask);
  writeContext(s, context);
}

function writeInfiniband(s: WriteState): void {
  const { w } = s;
  writeList(s, s.db.ocontexts.ibPkeys, ({ subnetPrefix, low, high, context }) => {
    for (let shift = 56n; shift >= 0n; shift -= 8n) w.u8(Number((subnetPrefix >> shift) & 0xffn));
    w.u32(low);
    w.u32(high);
    writeContext(s, context);
  });
  writeList(s, s.db.ocontexts.ibEndPorts, ({ device, port, context }) => {
    const bytes = encodeName(device);
    w.u32(bytes.length);
    w.u32(port);
    w.raw(bytes);
    writeContext(s, context);
  });
}

/** genfscon */
export function writeGenfs(s: WriteState): void {
  const { w } = s;
  writeList(s, s.db.genfs, (genfs) => {
    w.lengthAndName(genfs.fstype);
    writeList(s, s.layout?.genfsOrder.get(genfs) ?? genfs.entries, ({ path, tclass, context }) => {
      w.lengthAndName(path);
      w.u32(tclass);
      writeContext(s, context);
    });
  });
}
