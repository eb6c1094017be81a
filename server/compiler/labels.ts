// Labelling statements: initial SID contexts, fs_use, genfscon, portcon, netifcon, nodecon, ibpkeycon, ibendportcon, fscon.
// Contexts are read from their source text (gen_context adds the range that the build wants) and checked as libsepol's
// policydb_context_isvalid does. Order follows checkpolicy: portcon, nodecon and netifcon as it sorts or keeps them.

import {
  N_FSCON,
  N_FSUSE,
  N_GENFSCON,
  N_IBENDPORTCON,
  N_IBPKEYCON,
  N_NETIFCON,
  N_NODECON,
  N_PORTCON,
  N_SID,
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
/** fs_use order of libsepol's list is the order of the source. */
interface Labels {
  readonly sids: Map<string, InitialSidContext>;
  readonly fs: FsContext[];
  readonly ports: PortContext[];
  readonly netifs: NetifContext[];
  readonly nodes: NodeContext[];
  readonly nodes6: NodeContext[];
  readonly fsUses: FsUse[];
  readonly ibPkeys: IbPkeyContext[];
  readonly ibEndPorts: IbEndPortContext[];
  readonly genfs: Map<string, GenfsEntry[]>;
}

/** Builds `db.ocontexts` and `db.genfs`. */
export function buildLabels(parts: StatementParts, statements: readonly Statement[], mls: MlsReader): void {
  const { db } = parts;
  const sidNumbers = new Map<string, number>();
  const labels: Labels = {
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
  };
  for (const statement of statements) {
    if (statement.kind !== N_SID) continue;
    const name = nameAt(parts, statement, statement.node + 1);
    if (sidNumbers.has(name))
      complain(parts, statement, statement.node + 1, "sid-dup", `initial SID ${name} is declared twice`);
    else sidNumbers.set(name, sidNumbers.size + 1);
  }
  for (const statement of statements) label(parts, statement, mls, labels, sidNumbers);
  contextsMissing(parts, statements, labels);
  db.ocontexts = {
    initialSids: [...labels.sids.values()].sort((a, b) => a.sid - b.sid),
    fs: labels.fs,
    ports: labels.ports,
    netifs: labels.netifs,
    nodes: sortedNodes(labels.nodes),
    fsUses: labels.fsUses,
    nodes6: sortedNodes(labels.nodes6),
    ibPkeys: labels.ibPkeys,
    ibEndPorts: labels.ibEndPorts,
  };
  db.genfs = [...labels.genfs]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([fstype, entries]) => ({ fstype, entries: sortedGenfs(entries) }));
}

/** The tools leave an initial SID without a context out of the policy, and say so. */
function contextsMissing(parts: StatementParts, statements: readonly Statement[], labels: Labels): void {
  const given = new Set(labels.sids.keys());
  for (const statement of statements)
    if (statement.kind === N_SIDCONTEXT) given.add(nameAt(parts, statement, statement.node + 1));
  for (const statement of statements) {
    if (statement.kind !== N_SID) continue;
    const name = nameAt(parts, statement, statement.node + 1);
    if (given.has(name)) continue;
    const message = `initial SID ${name} has no context and is left out of the policy`;
    complain(parts, statement, statement.node + 1, "sidctx-missing", message, "information");
  }
}

/** Longer paths first; equal lengths keep their order (define_genfs_context_helper inserts behind longer or equal). */
function sortedGenfs(entries: readonly GenfsEntry[]): GenfsEntry[] {
  return entries
    .map((entry, index) => ({ entry, index }))
    .sort((a, b) => b.entry.path.length - a.entry.path.length || a.index - b.index)
    .map(({ entry }) => entry);
}

/** More specific masks first, as insert_ipv4_node and insert_ipv6_node do; equal masks keep their order. */
function sortedNodes(nodes: readonly NodeContext[]): NodeContext[] {
  const bits = (mask: Uint8Array): number => mask.reduce((sum, byte) => sum * 256 + byte, 0);
  return nodes
    .map((node, index) => ({ node, index, mask: bits(node.mask) }))
    .sort((a, b) => b.mask - a.mask || a.index - b.index)
    .map(({ node }) => node);
}

function label(
  parts: StatementParts,
  statement: Statement,
  mls: MlsReader,
  labels: Labels,
  sidNumbers: ReadonlyMap<string, number>,
): void {
  const children = childrenOf(statement.tree, statement.node);
  const name = (index: number): string =>
    children[index] === undefined ? "" : unquoted(nameAt(parts, statement, children[index]));
  const context = (index: number): Context | undefined =>
    children[index] === undefined ? undefined : readContext(parts, statement, children[index], mls);
  const last = children.length - 1;
  switch (statement.kind) {
    case N_SIDCONTEXT: {
      const ctx = context(last);
      const sid = sidNumbers.get(name(0));
      if (sid === undefined)
        complain(
          parts,
          statement,
          children[0] as number,
          "sidctx-undef",
          `initial SID ${name(0)} is not declared`,
        );
      else if (labels.sids.has(name(0)))
        complain(
          parts,
          statement,
          children[0] as number,
          "sidctx-dup",
          `initial SID ${name(0)} has its context already`,
        );
      else if (ctx !== undefined) labels.sids.set(name(0), { sid, name: name(0), context: ctx });
      return;
    }
    case N_FSUSE: {
      const ctx = context(last);
      if (labels.fsUses.some((use) => use.fstype === name(0)))
        complain(
          parts,
          statement,
          children[0] as number,
          "fsuse-dup",
          `filesystem ${name(0)} has its fs_use already`,
        );
      else if (ctx !== undefined)
        labels.fsUses.push({
          behavior: statement.tree.data[statement.node] as number,
          fstype: name(0),
          context: ctx,
        });
      return;
    }
    case N_GENFSCON:
      genfs(parts, statement, children, context(last), labels);
      return;
    case N_PORTCON:
      port(parts, statement, children, context(last), labels);
      return;
    case N_NETIFCON: {
      const first = context(last - 1);
      const second = context(last);
      if (labels.netifs.some((netif) => netif.name === name(0)))
        complain(
          parts,
          statement,
          children[0] as number,
          "netif-dup",
          `interface ${name(0)} has its context already`,
        );
      else if (first !== undefined && second !== undefined)
        labels.netifs.push({ name: name(0), contexts: [first, second] });
      return;
    }
    case N_NODECON:
      node(parts, statement, children, context(last), labels);
      return;
    case N_IBPKEYCON:
      pkey(parts, statement, children, context(last), labels);
      return;
    case N_IBENDPORTCON: {
      const ctx = context(last);
      const number = Number(name(1));
      if (!(number >= 1 && number <= 255))
        complain(parts, statement, children[1] as number, "ibend-port", "an InfiniBand port is 1 to 255");
      else if (labels.ibEndPorts.some((end) => end.device === name(0) && end.port === number))
        complain(
          parts,
          statement,
          children[0] as number,
          "ibend-dup",
          `${name(0)} port ${number} has its context already`,
        );
      else if (ctx !== undefined) labels.ibEndPorts.push({ device: name(0), port: number, context: ctx });
      return;
    }
    case N_FSCON: {
      const first = context(last - 1);
      const second = context(last);
      if (first !== undefined && second !== undefined)
        labels.fs.push({
          name: `${Number(name(0)).toString(16).padStart(2, "0")}:${Number(name(1)).toString(16).padStart(2, "0")}`,
          contexts: [first, second],
        });
      return;
    }
    case N_XENCON:
      complainOfAll(
        parts,
        statement,
        "xen-on-selinux",
        "statements for Xen do not belong in a policy for Linux",
      );
      return;
    default:
      return;
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function unquoted(text: string): string {
  return text.replace(/^"|"$/g, "");
}

function genfs(
  parts: StatementParts,
  statement: Statement,
  children: readonly number[],
  context: Context | undefined,
  labels: Labels,
): void {
  const fstype = nameAt(parts, statement, children[0] as number);
  const path = unquoted(nameAt(parts, statement, children[1] as number));
  let tclass = 0;
  if (children.length > 3) {
    const kind = nameAt(parts, statement, children[2] as number);
    const className = GENFS_CLASSES[kind] ?? kind;
    tclass = parts.db.classes.valueOf(className);
    if (GENFS_CLASSES[kind] === undefined && kind.startsWith("-"))
      complain(parts, statement, children[2] as number, "genfs-type", `${kind} is no file kind`);
    else if (tclass === 0)
      complain(parts, statement, children[2] as number, "genfs-class", `class ${className} is not declared`);
  }
  let entries = labels.genfs.get(fstype);
  if (entries === undefined) {
    entries = [];
    labels.genfs.set(fstype, entries);
  }
  if (
    entries.some(
      (entry) => entry.path === path && (entry.tclass === 0 || tclass === 0 || entry.tclass === tclass),
    )
  )
    complain(
      parts,
      statement,
      children[1] as number,
      "genfs-dup",
      `${fstype} ${path} has its context already`,
    );
  else if (context !== undefined) entries.push({ path, tclass, context });
}

function port(
  parts: StatementParts,
  statement: Statement,
  children: readonly number[],
  context: Context | undefined,
  labels: Labels,
): void {
  const protocolName = nameAt(parts, statement, children[0] as number);
  const protocol = PROTOCOLS[protocolName];
  if (protocol === undefined) {
    complain(
      parts,
      statement,
      children[0] as number,
      "port-proto",
      `${protocolName} is no protocol that ports can be labelled for`,
    );
    return;
  }
  const low = Number(nameAt(parts, statement, children[1] as number));
  const high = children.length > 3 ? Number(nameAt(parts, statement, children[2] as number)) : low;
  if (low > high) {
    complain(
      parts,
      statement,
      children[1] as number,
      "port-order",
      `low port ${low} exceeds high port ${high}`,
    );
    return;
  }
  // Each port is compared with all before it: by index, since an iterator makes an object a step.
  for (let i = 0; i < labels.ports.length; i++) {
    const other = labels.ports[i] as (typeof labels.ports)[number];
    if (other.protocol !== protocol) continue;
    if (other.low === low && other.high === high) {
      complain(
        parts,
        statement,
        children[1] as number,
        "port-dup",
        `${protocolName} ${low}-${high} has its context already`,
      );
      return;
    }
    if (other.low <= low && other.high >= high) {
      complain(
        parts,
        statement,
        children[1] as number,
        "port-hidden",
        `hidden by the earlier, wider entry ${other.low}-${other.high}`,
      );
      return;
    }
  }
  if (context !== undefined) labels.ports.push({ protocol, low, high, context });
}

function node(
  parts: StatementParts,
  statement: Statement,
  children: readonly number[],
  context: Context | undefined,
  labels: Labels,
): void {
  const text = nameAt(parts, statement, children[0] as number);
  const maskText = children.length > 2 ? nameAt(parts, statement, children[1] as number) : undefined;
  const parsed = parseAddress(text, maskText);
  if (typeof parsed === "string") {
    const isLength = /is no valid prefix length$/.test(parsed);
    complain(parts, statement, children[0] as number, isLength ? "node-cidr-mask" : "parse-syntax", parsed);
    return;
  }
  const { address, mask, warnings } = parsed;
  for (const { code, message } of warnings) {
    const at = code.endsWith("-mask") && children.length > 2 ? 1 : 0;
    complain(parts, statement, children[at] as number, code, message, "warning");
  }
  const list = address.length === 4 ? labels.nodes : labels.nodes6;
  if (list.some((other) => isSame(other.address, address) && isSame(other.mask, mask))) {
    complain(parts, statement, children[0] as number, "node-dup", `${text} has its context already`);
    return;
  }
  if (context !== undefined) list.push({ address, mask, context });
}

function pkey(
  parts: StatementParts,
  statement: Statement,
  children: readonly number[],
  context: Context | undefined,
  labels: Labels,
): void {
  const parsed = parseAddress(nameAt(parts, statement, children[0] as number), "ffff::");
  const low = Number(nameAt(parts, statement, children[1] as number));
  const high = children.length > 3 ? Number(nameAt(parts, statement, children[2] as number)) : low;
  if (typeof parsed === "string") {
    complain(parts, statement, children[0] as number, "parse-syntax", parsed);
    return;
  }
  if (parsed.address.length !== 16 || parsed.address.subarray(8).some((byte) => byte !== 0)) {
    complain(
      parts,
      statement,
      children[0] as number,
      "ibpkey-prefix",
      "a subnet prefix is an IPv6 address whose low 64 bits are 0",
    );
    return;
  }
  if (low > high) {
    complain(
      parts,
      statement,
      children[1] as number,
      "ibpkey-range",
      `low key ${low} exceeds high key ${high}`,
    );
    return;
  }
  let prefix = 0n;
  for (const byte of parsed.address.subarray(0, 8)) prefix = (prefix << 8n) | BigInt(byte);
  if (labels.ibPkeys.some((key) => key.subnetPrefix === prefix && key.low <= low && key.high >= high)) {
    complain(parts, statement, children[1] as number, "ibpkey-hidden", "hidden by an earlier entry");
    return;
  }
  if (context !== undefined) labels.ibPkeys.push({ subnetPrefix: prefix, low, high, context });
}
