// Object contexts and genfs of a binary policy (ocontext_read, genfs_read of security/selinux/ss/policydb.c). Order
// matters where the first match wins and is kept. IPv4 and IPv6 addresses and subnet prefixes stand in network
// order, everything else little endian. Every context must be valid.

import type {
  FsContext,
  FsUse,
  Genfs,
  GenfsEntry,
  IbEndPortContext,
  IbPkeyContext,
  InitialSidContext,
  NetifContext,
  NodeContext,
  PortContext,
} from "../policydb.ts";
import { INITIAL_SID_NAMES } from "./initialSids.ts";
import { readContext } from "./readSets.ts";
import { type ReadState, requireValue, SYM_CLASSES } from "./state.ts";
import { VERSION_INFINIBAND, VERSION_IPV6, VERSION_MLS } from "./versions.ts";

const FS_USE_MOUNTPOINT = 6;
const FS_USE_MAX = 7;

/** A counted list of entries of at least `bytes` bytes and a number of contexts. */
function readList<T>(
  s: ReadState,
  what: string,
  bytes: number,
  contexts: number,
  read: (at: number) => T,
): T[] {
  const c = s.c;
  if (!c.ok) return [];
  c.enter(what);
  const each = bytes + contexts * (s.version >= VERSION_MLS ? 32 : 12);
  const count = c.count(what, each);
  const list: T[] = [];
  for (let i = 0; i < count && c.ok; i++) list.push(read(c.pos));
  return list;
}

/** All kinds of object contexts that the version has. */
export function readObjectContexts(s: ReadState): void {
  const initialSids = readInitialSids(s);
  const fs = readPairs(s, "filesystem contexts");
  const ports = readPorts(s);
  const netifs = readPairs(s, "network interface contexts");
  const nodes = readNodes(s, "IPv4 node contexts", 4);
  const fsUses = readFsUses(s);
  const nodes6 = s.version >= VERSION_IPV6 ? readNodes(s, "IPv6 node contexts", 16) : [];
  const infiniband = s.version >= VERSION_INFINIBAND;
  const ibPkeys = infiniband ? readIbPkeys(s) : [];
  const ibEndPorts = infiniband ? readIbEndPorts(s) : [];
  s.db.ocontexts = { initialSids, fs, ports, netifs, nodes, fsUses, nodes6, ibPkeys, ibEndPorts };
}

function readInitialSids(s: ReadState): InitialSidContext[] {
  const seen = new Set<number>();
  return readList(s, "initial SIDs", 4, 1, (at) => {
    const sid = s.c.u32("an initial SID");
    const name = INITIAL_SID_NAMES[sid];
    const context = readContext(s, `initial SID ${name ?? sid}`);
    if (s.c.ok && sid === 0) s.c.fail("initial SID 0 has a context", at);
    else if (s.c.ok && seen.has(sid))
      s.c.warn(`initial SID ${sid} has two contexts; the last one counts`, at);
    else if (s.c.ok && name === undefined)
      s.c.doubt(`initial SID ${sid} is unknown; kernels leave it out`, at);
    seen.add(sid);
    return { sid, name, context };
  });
}

function readPairs(s: ReadState, what: string): (FsContext & NetifContext)[] {
  return readList(s, what, 5, 2, () => {
    const name = s.c.lengthAndName(`name in ${what}`);
    return { name, contexts: [readContext(s, name), readContext(s, name)] as const };
  });
}

function readPorts(s: ReadState): PortContext[] {
  return readList(s, "port contexts", 12, 1, (at) => {
    const c = s.c;
    const protocol = c.u32("a port context");
    const low = c.u32("a port context");
    const high = c.u32("a port context");
    if (c.ok && (low > high || low === 0 || high > 0xffff))
      c.fail(`port context for ports ${low} to ${high}, expected a range within 1 to 65535`, at + 4);
    else if (c.ok && protocol > 0xff)
      c.warn(`port context for protocol ${protocol}, expected at most 255`, at);
    return { protocol, low, high, context: readContext(s, `port ${low}`) };
  });
}

function readNodes(s: ReadState, what: string, size: number): NodeContext[] {
  return readList(s, what, size * 2, 1, () => {
    const address = s.c.take(size, "a node address");
    const mask = s.c.take(size, "a node mask");
    return { address, mask, context: readContext(s, "a node") };
  });
}

function readFsUses(s: ReadState): FsUse[] {
  return readList(s, "fs_use rules", 9, 1, (at) => {
    const c = s.c;
    const behavior = c.u32("a fs_use rule");
    const fstype = c.lengthAndName("filesystem of a fs_use rule");
    if (c.ok && (behavior === 0 || behavior === FS_USE_MOUNTPOINT || behavior > FS_USE_MAX))
      c.fail(`fs_use of ${fstype} has behaviour ${behavior}, which a policy cannot choose`, at);
    return { behavior, fstype, context: readContext(s, `fs_use ${fstype}`) };
  });
}

function readIbPkeys(s: ReadState): IbPkeyContext[] {
  return readList(s, "InfiniBand partition contexts", 16, 1, (at) => {
    const c = s.c;
    let subnetPrefix = 0n;
    for (const byte of c.take(8, "a subnet prefix")) subnetPrefix = (subnetPrefix << 8n) | BigInt(byte);
    const low = c.u32("an InfiniBand partition context");
    const high = c.u32("an InfiniBand partition context");
    if (c.ok && (low > high || high > 0xffff))
      c.fail(`partition keys ${low} to ${high}, expected a range within 0 to 65535`, at + 8);
    return { subnetPrefix, low, high, context: readContext(s, "an InfiniBand partition") };
  });
}

function readIbEndPorts(s: ReadState): IbEndPortContext[] {
  return readList(s, "InfiniBand port contexts", 9, 1, (at) => {
    const c = s.c;
    const length = c.u32("an InfiniBand port context");
    const port = c.u32("an InfiniBand port context");
    if (c.ok && (port === 0 || port > 0xff)) c.fail(`InfiniBand port ${port}, expected 1 to 255`, at + 4);
    const device = c.name(length, "InfiniBand device", at);
    return { device, port, context: readContext(s, `InfiniBand device ${device}`) };
  });
}

/** genfscon */
export function readGenfs(s: ReadState): void {
  const c = s.c;
  c.enter("genfs");
  const count = c.count("genfs filesystems", 9);
  const list: Genfs[] = [];
  const seen = new Set<string>();
  for (let i = 0; i < count && c.ok; i++) {
    const at = c.pos;
    const fstype = c.lengthAndName("genfs filesystem");
    if (seen.has(fstype)) c.fail(`genfs filesystem ${fstype} stands twice`, at, "genfs-dup");
    seen.add(fstype);
    list.push(readGenfsEntries(s, fstype));
  }
  s.db.genfs = list;
}

function readGenfsEntries(s: ReadState, fstype: string): Genfs {
  const c = s.c;
  const count = c.count(`genfs entries of ${fstype}`, 9 + (s.version >= VERSION_MLS ? 32 : 12));
  const entries: GenfsEntry[] = [];
  const lengths: number[] = [];
  const classesOf = new Map<string, Set<number>>();
  let sorted = true;
  for (let i = 0; i < count && c.ok; i++) {
    const at = c.pos;
    const length = c.u32("a genfs entry");
    const path = c.name(length, "path of a genfs entry", at);
    const classAt = c.pos;
    const tclass = c.u32("a genfs entry");
    if (tclass !== 0) requireValue(s, SYM_CLASSES, tclass, `genfs entry ${path}`, classAt);
    const context = readContext(s, `genfs ${fstype} ${path}`);
    const classes = classesOf.get(path) ?? new Set<number>();
    if (classes.size > 0 && (tclass === 0 || classes.has(0) || classes.has(tclass)))
      c.fail(`genfs entry ${path} of ${fstype} stands twice`, at, "genfs-dup");
    classes.add(tclass);
    classesOf.set(path, classes);
    if (i > 0 && length > (lengths[i - 1] as number)) sorted = false;
    lengths.push(length);
    entries.push({ path, tclass, context });
  }
  if (sorted) return { fstype, entries };
  const order = entries.map((_, i) => i).sort((a, b) => (lengths[b] as number) - (lengths[a] as number));
  const genfs: Genfs = { fstype, entries: order.map((i) => entries[i] as GenfsEntry) };
  s.layout.genfsOrder.set(genfs, entries);
  return genfs;
}
