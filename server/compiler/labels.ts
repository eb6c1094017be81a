// Labelling statements: initial SID contexts, fs_use, genfscon, portcon, netifcon, nodecon, ibpkeycon, ibendportcon, fscon.
// Contexts are read from their source text (gen_context adds the range that the build wants) and checked as libsepol's
// policydb_context_isvalid does. Order follows checkpolicy: portcon, nodecon and netifcon as it sorts or keeps them.

import { N_SID, N_SIDCONTEXT } from "../../grammar/syntax/kinds.ts";
import type { GenfsEntry, NodeContext } from "../policydb/policydb.ts";
import { createLabels, type Labels, readLabel } from "./labelStatements.ts";
import type { MlsReader } from "./mls.ts";
import { complain, nameAt, type Statement, type StatementParts } from "./statements.ts";

/** Builds `db.ocontexts` and `db.genfs`. */
export function buildLabels(parts: StatementParts, statements: readonly Statement[], mls: MlsReader): void {
  const { db } = parts;
  const labels = createLabels();
  const { sidNumbers } = labels;
  for (const statement of statements) {
    if (statement.kind !== N_SID) continue;
    const name = nameAt(parts, statement, statement.node + 1);
    if (sidNumbers.has(name))
      complain(parts, statement, statement.node + 1, "sid-dup", `initial SID ${name} is declared twice`);
    else sidNumbers.set(name, sidNumbers.size + 1);
  }
  for (const statement of statements) readLabel(parts, statement, mls, labels);
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
    .map(([fstype, { entries }]) => ({ fstype, entries: sortedGenfs(entries) }));
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
