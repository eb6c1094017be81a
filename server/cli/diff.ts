// `sels diff`: what changes from one policy to another, each a revision of git, a policy tree, modules, a policy.conf
// or a kernel binary. Rules as they are written, with the lines that they come from; then symbols, transitions and
// labels. Exits like diff: 0 the same, 1 different.

import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";
import type { ChangePlace, PolicyDiff } from "../analysis/policyDiff/changes.ts";
import { comparePolicies, type Places } from "../analysis/policyDiff/compare.ts";
import type { Site } from "../compiler/face.ts";
import { diffText, summaryOf } from "../features/policyDiffText.ts";
import { positionAt } from "../workspace/lines.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { sourcePlace } from "../workspace/sourcePlace.ts";
import { type CheckedOut, checkOut } from "./gitTree.ts";
import type { SourceOptions } from "./load.ts";
import { openPolicy, type QueriedPolicy } from "./policy.ts";
import type { Terminal } from "./terminal.ts";

export interface DiffOptions extends SourceOptions {
  readonly json?: boolean;
  /** only the line that counts */
  readonly summary?: boolean;
}

/** Places named with a change. */
const MOST_PLACES = 3;

/** Runs the command; gives the exit code: 1 when the policies differ. */
export function runDiff(
  from: string,
  to: string | undefined,
  options: DiffOptions,
  terminal: Terminal,
): number {
  const trees: CheckedOut[] = [];
  try {
    const before = open(from, options, terminal, trees);
    const after = open(to ?? ".", options, terminal, trees);
    const diff = comparePolicies(before.db, after.db, placesOf(before.snapshot), placesOf(after.snapshot));
    const show = (path: string) => shown(path, trees, terminal.cwd);
    print(diff, show, options, terminal);
    return diff.changes.length === 0 ? 0 : 1;
  } finally {
    for (const tree of trees) tree.remove();
  }
}

function open(given: string, options: SourceOptions, terminal: Terminal, trees: CheckedOut[]): QueriedPolicy {
  if (existsSync(resolve(terminal.cwd, given))) return openPolicy({ ...options, policy: given }, terminal);
  const tree = checkOut(given, terminal.cwd);
  trees.push(tree);
  return openPolicy({ ...options, policy: tree.path }, terminal);
}

/** A path of a revision as the user knows it. */
function shown(path: string, trees: readonly CheckedOut[], cwd: string): string {
  const tree = trees.find(({ root }) => path.startsWith(`${root}/`));
  return relative(tree?.path ?? cwd, path);
}

function print(
  diff: PolicyDiff,
  show: (path: string) => string,
  { json, summary }: DiffOptions,
  terminal: Terminal,
): void {
  const { colors } = terminal;
  if (json === true) {
    const changes = diff.changes.map((change) => ({
      ...change,
      places: change.places.map(({ path, line }) => ({ file: show(path), line })),
    }));
    terminal.out(`${JSON.stringify({ ...diff, changes }, null, 2)}\n`);
    return;
  }
  if (summary !== true)
    for (const line of diffText(diff, show).split(/(?<=\n)/)) {
      if (line.startsWith("+")) terminal.out(colors.green(line));
      else if (line.startsWith("-")) terminal.out(colors.red(line));
      else if (line.startsWith("~")) terminal.out(colors.yellow(line));
      else terminal.out(line.startsWith("#") ? colors.dim(line) : line);
    }
  if (summary === true || diff.changes.length > 0) terminal.out(`${summaryOf(diff)}\n`);
}

/** Where the rules and symbols of a policy from sources stand. */
function placesOf(snapshot: Snapshot | undefined): Places | undefined {
  if (snapshot === undefined) return undefined;
  const { compiled } = snapshot;
  const place = (site: Site): ChangePlace[] => {
    const file = snapshot.file(site.file);
    if (file === undefined) return [];
    const { path, lines, start } = sourcePlace(file, site.start, site.end);
    return [{ path, line: positionAt(lines, start, "utf-16").line + 1 }];
  };
  const some = (sites: readonly Site[]): ChangePlace[] => {
    const found = new Map(sites.flatMap(place).map((one) => [`${one.path}:${one.line}`, one]));
    return [...found.values()].slice(0, MOST_PLACES);
  };
  return {
    ofEntry: (entry, mask) =>
      some(compiled.originsOf(entry, mask).map((origin) => origin.calls[0] ?? origin)),
    ofSymbol: (name) => some(compiled.declarations(name)),
  };
}
