// One labelling statement at a time: its names, its contexts, and what is wrong with it against those before it, in
// checkpolicy's order and words. What came before is kept under keys, so that a hundred thousand statements are read in
// a hundred thousand steps. The order in which the policy lists them is labels.ts's.

import {
  N_FSCON,
  N_FSUSE,
  N_GENFSCON,
  N_IBENDPORTCON,
  N_IBPKEYCON,
  N_NETIFCON,
  N_NODECON,
  N_PORTCON,
  N_SIDCONTEXT,
  N_XENCON,
} from "../../grammar/syntax/kinds.ts";
import type { Context } from "../policydb/context.ts";
import type {
  FsContext,
  FsUse,
  GenfsEntry,
  IbEndPortContext,
  IbPkeyContext,
  InitialSidContext,
  NetifContext,
  NodeContext,
  PortContext,
} from "../policydb/policydb.ts";
import { parseAddress } from "./addresses.ts";
import { readContext } from "./contexts.ts";
import { Covers } from "./covers.ts";
import type { MlsReader } from "./mls.ts";
import {
  childrenOf,
  complain,
  complainOfAll,
  nameAt,
  type Statement,
  type StatementParts,
} from "./statements.ts";

const PROTOCOLS: Record<string, number> = { tcp: 6, udp: 17, dccp: 33, sctp: 132 };
const GENFS_CLASSES: Record<string, string> = {
  "-b": "blk_file",
  "-c": "chr_file",
  "-d": "dir",
  "-p": "fifo_file",
  "-l": "lnk_file",
  "-s": "sock_file",
  "--": "file",
};

/** The genfscon statements of a filesystem. */
interface Genfs {
  readonly entries: GenfsEntry[];
  /** classes of the entries, by path */
  readonly classes: Map<string, number[]>;
}

/** What has been read. Lists are in the order of the source. */
export interface Labels {
  readonly sidNumbers: Map<string, number>;
  readonly sids: Map<string, InitialSidContext>;
  readonly fs: FsContext[];
  readonly ports: PortContext[];
  readonly netifs: NetifContext[];
  readonly nodes: NodeContext[];
  readonly nodes6: NodeContext[];
  readonly fsUses: FsUse[];
  readonly ibPkeys: IbPkeyContext[];
  readonly ibEndPorts: IbEndPortContext[];
  readonly genfs: Map<string, Genfs>;
  /** statement kinds with the names of those that have been read */
  readonly known: Set<string>;
  /** ranges of ports by protocol, and of partition keys by subnet */
  readonly ranges: Map<string, Covers>;
}

/** Nothing read yet. */
export function createLabels(): Labels {
  return {
    sidNumbers: new Map(),
    sids: new Map(),
    fs: [],
    ports: [],
    netifs: [],
    nodes: [],
    nodes6: [],
    fsUses: [],
    ibPkeys: [],
    ibEndPorts: [],
    genfs: new Map(),
    known: new Set(),
    ranges: new Map(),
  };
}

/** A statement as its reader sees it: parts by their number. */
interface Parts {
  readonly parts: StatementParts;
  readonly statement: Statement;
  readonly count: number;
  /** the text of a name, its macros expanded and without double quotes; empty when it is missing */
  name(index: number): string;
  /** a context, if it is valid in this policy; from the end for negative numbers */
  context(index: number): Context | undefined;
  complain(index: number, code: string, message: string, severity?: "error" | "warning"): void;
}

type Reader = (of: Parts, labels: Labels) => void;

/** Reads one labelling statement; others are passed over. */
export function readLabel(parts: StatementParts, statement: Statement, mls: MlsReader, labels: Labels): void {
  const reader = READERS[statement.kind];
  if (reader === undefined) return;
  const children = childrenOf(statement.tree, statement.node);
  const name = (index: number): string => {
    const child = children[index];
    return child === undefined ? "" : nameAt(parts, statement, child).replace(/^"|"$/g, "");
  };
  const context = (index: number): Context | undefined => {
    const child = children.at(index);
    return child === undefined ? undefined : readContext(parts, statement, child, mls);
  };
  const of: Parts = {
    parts,
    statement,
    count: children.length,
    name,
    context,
    complain: (index, code, message, severity = "error") =>
      complain(parts, statement, children[index] as number, code, message, severity),
  };
  reader(of, labels);
}

/** The low and the high end of a range, which may be one number. */
function rangeOf({ name, count }: Parts): readonly [low: number, high: number] {
  const low = Number(name(1));
  return [low, count > 3 ? Number(name(2)) : low];
}

function rangesOf(labels: Labels, key: string): Covers {
  const known = labels.ranges.get(key);
  if (known !== undefined) return known;
  const made = new Covers();
  labels.ranges.set(key, made);
  return made;
}

const initialSid: Reader = ({ name, context, complain }, { sids, sidNumbers }) => {
  const found = context(-1);
  const sid = sidNumbers.get(name(0));
  if (sid === undefined) complain(0, "sidctx-undef", `initial SID ${name(0)} is not declared`);
  else if (sids.has(name(0))) complain(0, "sidctx-dup", `initial SID ${name(0)} has its context already`);
  else if (found !== undefined) sids.set(name(0), { sid, name: name(0), context: found });
};

const fsUse: Reader = ({ statement, name, context, complain }, { fsUses, known }) => {
  const found = context(-1);
  const key = `fs_use ${name(0)}`;
  if (known.has(key)) complain(0, "fsuse-dup", `filesystem ${name(0)} has its fs_use already`);
  else if (found !== undefined) {
    known.add(key);
    const behavior = statement.tree.data[statement.node] as number;
    fsUses.push({ behavior, fstype: name(0), context: found });
  }
};

const genfs: Reader = ({ parts, count, name, context, complain }, labels) => {
  const found = context(-1);
  const fstype = name(0);
  const path = name(1);
  let tclass = 0;
  if (count > 3) {
    const kind = name(2);
    const className = GENFS_CLASSES[kind] ?? kind;
    tclass = parts.db.classes.valueOf(className);
    if (GENFS_CLASSES[kind] === undefined && kind.startsWith("-"))
      complain(2, "genfs-type", `${kind} is no file kind`);
    else if (tclass === 0) complain(2, "genfs-class", `class ${className} is not declared`);
  }
  const { entries, classes }: Genfs = labels.genfs.get(fstype) ?? { entries: [], classes: new Map() };
  labels.genfs.set(fstype, { entries, classes });
  const others = classes.get(path);
  if (others?.some((other) => other === 0 || tclass === 0 || other === tclass))
    complain(1, "genfs-dup", `${fstype} ${path} has its context already`);
  else if (found !== undefined) {
    if (others === undefined) classes.set(path, [tclass]);
    else others.push(tclass);
    entries.push({ path, tclass, context: found });
  }
};

const port: Reader = (of, labels) => {
  const { name, context, complain } = of;
  const { ports } = labels;
  const found = context(-1);
  const protocol = PROTOCOLS[name(0)];
  if (protocol === undefined) {
    complain(0, "port-proto", `${name(0)} is no protocol that ports can be labelled for`);
    return;
  }
  const [low, high] = rangeOf(of);
  if (low > high) {
    complain(1, "port-order", `low port ${low} exceeds high port ${high}`);
    return;
  }
  const ranges = rangesOf(labels, name(0));
  if (ranges.holds(low, high)) {
    const other = ports.find(
      (one) => one.protocol === protocol && one.low <= low && one.high >= high,
    ) as PortContext;
    if (other.low === low && other.high === high)
      complain(1, "port-dup", `${name(0)} ${low}-${high} has its context already`);
    else complain(1, "port-hidden", `hidden by the earlier, wider entry ${other.low}-${other.high}`);
  } else if (found !== undefined) {
    ranges.add(low, high);
    ports.push({ protocol, low, high, context: found });
  }
};

const netif: Reader = ({ name, context, complain }, { netifs, known }) => {
  const first = context(-2);
  const second = context(-1);
  const key = `netifcon ${name(0)}`;
  if (known.has(key)) complain(0, "netif-dup", `interface ${name(0)} has its context already`);
  else if (first !== undefined && second !== undefined) {
    known.add(key);
    netifs.push({ name: name(0), contexts: [first, second] });
  }
};

const node: Reader = ({ count, name, context, complain }, { nodes, nodes6, known }) => {
  const found = context(-1);
  const parsed = parseAddress(name(0), count > 2 ? name(1) : undefined);
  if (typeof parsed === "string") {
    const isLength = /is no valid prefix length$/.test(parsed);
    complain(0, isLength ? "node-cidr-mask" : "parse-syntax", parsed);
    return;
  }
  const { address, mask, warnings } = parsed;
  for (const { code, message } of warnings)
    complain(code.endsWith("-mask") && count > 2 ? 1 : 0, code, message, "warning");
  const key = `nodecon ${address.join(".")} ${mask.join(".")}`;
  if (known.has(key)) complain(0, "node-dup", `${name(0)} has its context already`);
  else if (found !== undefined) {
    known.add(key);
    (address.length === 4 ? nodes : nodes6).push({ address, mask, context: found });
  }
};

const partitionKey: Reader = (of, labels) => {
  const { name, context, complain } = of;
  const found = context(-1);
  const parsed = parseAddress(name(0), "ffff::");
  const [low, high] = rangeOf(of);
  if (typeof parsed === "string") {
    complain(0, "parse-syntax", parsed);
    return;
  }
  const subnet = parsed.address.subarray(0, 8);
  if (parsed.address.length !== 16 || parsed.address.subarray(8).some((byte) => byte !== 0)) {
    complain(0, "ibpkey-prefix", "a subnet prefix is an IPv6 address whose low 64 bits are 0");
    return;
  }
  if (low > high) {
    complain(1, "ibpkey-range", `low key ${low} exceeds high key ${high}`);
    return;
  }
  const ranges = rangesOf(labels, `subnet ${subnet.join(".")}`);
  if (ranges.holds(low, high)) complain(1, "ibpkey-hidden", "hidden by an earlier entry");
  else if (found !== undefined) {
    ranges.add(low, high);
    let subnetPrefix = 0n;
    for (const byte of subnet) subnetPrefix = (subnetPrefix << 8n) | BigInt(byte);
    labels.ibPkeys.push({ subnetPrefix, low, high, context: found });
  }
};

const infinibandPort: Reader = ({ name, context, complain }, { ibEndPorts, known }) => {
  const found = context(-1);
  const number = Number(name(1));
  const key = `ibendportcon ${number} ${name(0)}`;
  if (!(number >= 1 && number <= 255)) complain(1, "ibend-port", "an InfiniBand port is 1 to 255");
  else if (known.has(key)) complain(0, "ibend-dup", `${name(0)} port ${number} has its context already`);
  else if (found !== undefined) {
    known.add(key);
    ibEndPorts.push({ device: name(0), port: number, context: found });
  }
};

const filesystem: Reader = ({ name, context }, { fs }) => {
  const first = context(-2);
  const second = context(-1);
  const hex = (text: string): string => Number(text).toString(16).padStart(2, "0");
  if (first !== undefined && second !== undefined)
    fs.push({ name: `${hex(name(0))}:${hex(name(1))}`, contexts: [first, second] });
};

const xen: Reader = ({ parts, statement }) => {
  const message = "statements for Xen do not belong in a policy for Linux";
  complainOfAll(parts, statement, "xen-on-selinux", message);
};

const READERS: Readonly<Record<number, Reader>> = {
  [N_SIDCONTEXT]: initialSid,
  [N_FSUSE]: fsUse,
  [N_GENFSCON]: genfs,
  [N_PORTCON]: port,
  [N_NETIFCON]: netif,
  [N_NODECON]: node,
  [N_IBPKEYCON]: partitionKey,
  [N_IBENDPORTCON]: infinibandPort,
  [N_FSCON]: filesystem,
  [N_XENCON]: xen,
};
