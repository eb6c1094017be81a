/**
 * SELint's checks against SELint 1.4 on Debian's whole reference policy: the sets of (id, file, line) are equal apart
 * from the list of differences, each of which has its reason. Also what they may cost.
 */
import { execFileSync } from "node:child_process";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, it } from "vitest";
import { N_GENREQUIRE, N_REQUIRE } from "../../grammar/syntax/kinds.ts";
import { endOf, startOf } from "../../grammar/syntax/tree.ts";
import { type LineIndex, lineAt, lineIndex } from "../../grammar/text/lineIndex.ts";
import { type Disable, directivesOf } from "../../server/checks/control/inline.ts";
import { SELINT_CHECKS } from "../../server/checks/selint/index.ts";
import { outlineOf } from "../../server/checks/selint/outline.ts";
import { createNodeFileSystem } from "../../server/cli/nodeFileSystem.ts";
import { createWords, parseSource } from "../../server/workspace/engine.ts";
import type { Snapshot, SourceFile } from "../../server/workspace/snapshot.ts";
import { runToEnd, Workspace } from "../../server/workspace/workspace.ts";
import { type Found, type Options, runChecks } from "../checks/selint/harness.ts";
import { describeWithOracle, POLICY_SOURCE, policySource, sourceVersion } from "../support/oracles.ts";
import { DIFFERENCES, KNOWN_VERSION } from "./selint.differences.ts";

const CONF = fileURLToPath(new URL("selint.conf", import.meta.url));
const OPTIONS: Options = {
  "C-006": {
    ordering_requires: ["bool", "attribute", "attribute_role", "type", "class", "role"],
    ordering_requires_same_flavor: false,
  },
};

/** A finding as both name it; `number` tells several on one line apart. */
type Key = `${string} ${string}:${number}#${number}`;

function keysOf(found: readonly (readonly [id: string, path: string, line: number])[]): Set<Key> {
  const keys = new Set<Key>();
  for (const [id, path, line] of found) {
    let number = 1;
    while (keys.has(`${id} ${path}:${line}#${number}`)) number++;
    keys.add(`${id} ${path}:${line}#${number}`);
  }
  return keys;
}

function selintFindings(root: string): Set<Key> {
  const args = ["-r", "-s", "--full-path", "-c", CONF, "-e", "X-001", "-e", "X-002", "policy"];
  const output = execFileSync("selint", args, { cwd: root, encoding: "utf8", maxBuffer: 2 ** 27 });
  const found: [string, string, number][] = [];
  for (const line of output.split("\n")) {
    const match = /^(\S+?):\s*(\d+): \(\w\): .* \((\w-\d+)\)$/.exec(line);
    if (match !== null) found.push([match[3] as string, match[1] as string, Number(match[2])]);
  }
  return keysOf(found);
}

/** The line on which SELint reports: where the innermost statement begins; for C-006, where its block begins. */
function lineOf({ tree }: SourceFile, lines: LineIndex, { start, end, code }: Found): number {
  const outline = outlineOf(tree);
  let at = start;
  for (let entry = 0; entry < outline.count; entry++) {
    const node = outline.node[entry] as number;
    const kind = tree.kind[node];
    if (startOf(tree, node) > start || endOf(tree, node) < end) continue;
    if (code !== "C-006" || kind === N_REQUIRE || kind === N_GENREQUIRE) at = startOf(tree, node);
  }
  return lineAt(lines, at) + 1;
}

function ourFindings(snapshot: Snapshot, root: string): Set<Key> {
  const found: [string, string, number][] = [];
  // They come file by file, and a file has many.
  let current: { file: SourceFile; lines: LineIndex; directives: readonly Disable[] } | undefined;
  for (const one of runChecks(snapshot, OPTIONS)) {
    const file = snapshot.file(one.file);
    if (file === undefined || !/\.(?:te|if|fc)$/.test(file.path)) continue;
    if (current?.file !== file) {
      const directives = directivesOf(file.text, file.role, file.tree);
      current = { file, lines: lineIndex(file.text), directives };
    }
    const isOff = current.directives.some(
      ({ id, from, to }) => id === one.code && one.start >= from && one.start < to,
    );
    if (!isOff) found.push([one.code, relative(root, file.path), lineOf(file, current.lines, one)]);
  }
  return keysOf(found);
}

/** The rows of the list that explain a difference. */
function explains(snapshot: Snapshot, root: string, side: "ours" | "selint", key: Key): number {
  const [, id, path, line] = /^(\S+) (.+):(\d+)#\d+$/.exec(key) as unknown as [
    string,
    string,
    string,
    string,
  ];
  const text = snapshot.fileAt(join(root, path))?.text.split("\n")[Number(line) - 1] ?? "";
  return DIFFERENCES.findIndex(
    (row) => row.id === id && row.side === side && row.file.test(path) && row.line.test(text),
  );
}

describeWithOracle("SELint on the reference policy", ["selint", POLICY_SOURCE], () => {
  const root = policySource() as string;
  let snapshot: Snapshot;
  beforeAll(() => {
    const workspace = new Workspace(createNodeFileSystem());
    runToEnd(workspace.addRoot(root));
    snapshot = workspace.snapshots()[0] as Snapshot;
    snapshot.compiled.findings();
  }, 60_000);

  it("finds what we find, apart from the list", () => {
    const theirs = selintFindings(root);
    const ours = ourFindings(snapshot, root);
    expect(theirs.size).toBeGreaterThan(5000);
    const counts = DIFFERENCES.map(() => 0);
    const unexplained: string[] = [];
    const look = (side: "ours" | "selint", mine: ReadonlySet<Key>, others: ReadonlySet<Key>) => {
      for (const key of mine) {
        if (others.has(key)) continue;
        const row = explains(snapshot, root, side, key);
        if (row < 0) unexplained.push(`${side}: ${key}`);
        else counts[row] = (counts[row] as number) + 1;
      }
    };
    look("ours", ours, theirs);
    look("selint", theirs, ours);
    expect(unexplained).toEqual([]);
    if (sourceVersion() === KNOWN_VERSION) expect(counts).toEqual(DIFFERENCES.map(({ count }) => count));
  });

  // Times differ from machine to machine; reading the same texts is work that all of them do at the same pace.
  it.each([
    ["text", 1],
    ["policy", 2.5],
  ] as const)("%s checks cost at most %s times what parsing costs", (scope, most) => {
    const checks = SELINT_CHECKS.filter((check) => check.scope === scope);
    const parsing = leastTime(() => {
      const words = createWords();
      for (const file of snapshot.files()) parseSource(file.text, file.role, words);
    });
    const ratio = leastTime(() => runChecks(snapshot, OPTIONS, checks)) / parsing;
    process.stderr.write(`${scope} checks: ${ratio.toFixed(2)} times what parsing costs\n`);
    expect(ratio).toBeLessThan(most);
  });
});

/** Milliseconds of processor time, the least of three rounds. */
function leastTime(work: () => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round++) {
    const before = process.cpuUsage();
    work();
    best = Math.min(best, process.cpuUsage(before).user / 1000);
  }
  return best;
}
