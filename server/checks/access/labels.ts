// Labels of ports, interfaces and virtual files that get in each other's way without an error: port ranges that overlap
// in part (the first wins for what they share), interfaces behind a pattern that matches them, and genfscon entries that
// say what a shorter path says already. The order is that of the statements in a file; what the compilers refuse
// – the same entry twice, a range hidden by a wider one – is theirs to report.

import { N_GENFSCON, N_NAME, N_NETIFCON, N_PORTCON } from "../../../grammar/syntax/kinds.ts";
import { endOf, type SyntaxTree, startOf, textOf } from "../../../grammar/syntax/tree.ts";
import { policycapByName } from "../../kernel/policycaps.ts";
import { matchesWildcard } from "../../services/wildcard.ts";
import type { CheckContext, CheckFile, PolicyCheck, Report } from "../check.ts";
import { childOf } from "../selint/outline.ts";
import { eachPlace } from "../selint/visit.ts";

export const LABEL_OVERLAPS: PolicyCheck = {
  scope: "policy",
  ids: ["portcon-overlap", "netifcon-shadowed", "genfscon-redundant"],
  roles: ["te", "conf"],
  run(context, file, report) {
    const { tree } = file;
    const ports: Port[] = [];
    const interfaces: Named[] = [];
    const paths: Named[] = [];
    eachPlace(file, [N_PORTCON, N_NETIFCON, N_GENFSCON], ({ node }) => {
      if (tree.kind[node] === N_PORTCON) collectPort(tree, node, ports);
      else if (tree.kind[node] === N_NETIFCON) collectNamed(tree, node, 0, interfaces);
      else collectNamed(tree, node, 1, paths);
    });
    reportPorts(file, ports, report);
    reportInterfaces(context, file, interfaces, report);
    reportPaths(context, file, paths, report);
  },
};

interface Port {
  readonly node: number;
  readonly protocol: string;
  readonly low: number;
  readonly high: number;
  readonly context: string;
}

interface Named {
  readonly node: number;
  readonly name: string;
}

function collectPort(tree: SyntaxTree, node: number, into: Port[]): void {
  const words: string[] = [];
  let child = node + 1;
  for (; child < (tree.end[node] as number) && tree.kind[child] === N_NAME; child = tree.end[child] as number)
    words.push(textOf(tree, child));
  const [protocol = "", from = "", to = from] = words;
  const [low, high] = [Number(from), Number(to)];
  const hasContext = child < (tree.end[node] as number);
  if (from === "" || Number.isNaN(low) || Number.isNaN(high) || !hasContext) return;
  into.push({ node, protocol, low, high, context: textOf(tree, child) });
}

function collectNamed(tree: SyntaxTree, node: number, index: number, into: Named[]): void {
  const child = childOf(tree, node, index);
  if (child >= 0 && tree.kind[child] === N_NAME)
    into.push({ node, name: textOf(tree, child).replace(/^"(.*)"$/, "$1") });
}

/** Ranges of a file that are compared with each other; a real policy has a few dozen. */
const MOST_RANGES = 2000;

/** A wider range behind a narrower one is how defaults are written; ranges that cross are not. */
function reportPorts({ id, tree }: CheckFile, ports: readonly Port[], report: Report): void {
  // A single port crosses nothing.
  const ranges = ports.filter(({ low, high }) => low < high).slice(0, MOST_RANGES);
  for (const [place, port] of ranges.entries()) {
    const crossing = ranges.find((other, i) => {
      if (i >= place || other.protocol !== port.protocol || other.context === port.context) return false;
      const isApart = other.high < port.low || port.high < other.low;
      const holds = port.low <= other.low && other.high <= port.high;
      const isHeld = other.low <= port.low && port.high <= other.high;
      return !isApart && !holds && !isHeld;
    });
    if (crossing === undefined) continue;
    const low = Math.max(port.low, crossing.low);
    const high = Math.min(port.high, crossing.high);
    report({
      start: startOf(tree, port.node),
      end: endOf(tree, port.node),
      code: "portcon-overlap",
      message: `${port.protocol} ${low === high ? `port ${low}` : `ports ${low}-${high}`} get the label of the earlier entry for ${crossing.low}-${crossing.high}`,
      related: [
        { file: id, start: startOf(tree, crossing.node), end: endOf(tree, crossing.node), message: "wins" },
      ],
    });
  }
}

function reportInterfaces(
  { compiled }: CheckContext,
  { id, tree }: CheckFile,
  interfaces: readonly Named[],
  report: Report,
): void {
  if (interfaces.length === 0) return;
  const wildcard = policycapByName("netif_wildcard");
  if (wildcard === undefined || !compiled.db.polcaps.has(wildcard.index)) return;
  const patterns: Named[] = [];
  for (const one of interfaces) {
    const { node, name } = one;
    if (/[*?]/.test(name)) {
      if (patterns.length < MOST_RANGES) patterns.push(one);
      continue;
    }
    const other = patterns.find((pattern) => matchesWildcard(pattern.name, name));
    if (other === undefined) continue;
    report({
      start: startOf(tree, node),
      end: endOf(tree, node),
      code: "netifcon-shadowed",
      message: `this entry never counts: ${other.name} comes first and matches ${name}`,
      related: [
        { file: id, start: startOf(tree, other.node), end: endOf(tree, other.node), message: "wins" },
      ],
    });
  }
}

/** The kernel takes the longest entry that a path begins with; one that a shorter one agrees with changes nothing. */
function reportPaths(
  { compiled }: CheckContext,
  { tree }: CheckFile,
  paths: readonly Named[],
  report: Report,
): void {
  if (paths.length === 0) return;
  const wildcard = policycapByName("genfs_seclabel_wildcard");
  if (wildcard !== undefined && compiled.db.polcaps.has(wildcard.index)) return;
  const filesystems = new Map<string, ReadonlyMap<string, readonly Entry[]>>();
  for (const { fstype, entries } of compiled.db.genfs) filesystems.set(fstype, byPath(entries));
  for (const { node, name } of paths) {
    const entries = filesystems.get(textOf(tree, childOf(tree, node, 0)));
    const [own, another] = entries?.get(name) ?? [];
    if (entries === undefined || own === undefined || another !== undefined) continue;
    const next = longestBefore(entries, name);
    // Entries between the two for one class only would come into play.
    if (next === undefined || next.tclass !== 0 || !sameContext(own.context, next.context)) continue;
    report({
      start: startOf(tree, node),
      end: endOf(tree, node),
      code: "genfscon-redundant",
      message: `the entry for ${next.path} gives ${name} this context already`,
    });
  }
}

type Entry = CheckContext["compiled"]["db"]["genfs"][number]["entries"][number];
type Context = Entry["context"];

function byPath(entries: readonly Entry[]): ReadonlyMap<string, readonly Entry[]> {
  const found = new Map<string, Entry[]>();
  for (const entry of entries) {
    const same = found.get(entry.path);
    if (same === undefined) found.set(entry.path, [entry]);
    else same.push(entry);
  }
  return found;
}

/** Longer than any path that the kernel knows (PATH_MAX). */
const LONGEST_PATH = 4096;

/** The entry for the longest path, shorter than `name`, that it begins with. */
function longestBefore(entries: ReadonlyMap<string, readonly Entry[]>, name: string): Entry | undefined {
  for (let length = Math.min(name.length, LONGEST_PATH) - 1; length >= 0; length--) {
    const found = entries.get(name.slice(0, length));
    if (found !== undefined) return found[0];
  }
  return undefined;
}

function sameContext(a: Context, b: Context): boolean {
  if (a.user !== b.user || a.role !== b.role || a.type !== b.type) return false;
  if (a.range === undefined || b.range === undefined) return a.range === b.range;
  return (
    a.range.low.sens === b.range.low.sens &&
    a.range.high.sens === b.range.high.sens &&
    a.range.low.cats.equals(b.range.low.cats) &&
    a.range.high.cats.equals(b.range.high.cats)
  );
}
