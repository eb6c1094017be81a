/**
 * Repairs on the whole reference policy: whatever says that it leaves the policy as it is, does. For every check, all
 * such repairs of all its findings are made at once and the tree is compiled again; rules and labels must be the same,
 * and the repaired findings gone. Then everything that `sels check --fix` would do with every check on is done together,
 * and m4 and checkpolicy build the tree before and after.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { labelIndex, lookupLabel } from "../../server/analysis/labelling/lookup.ts";
import { example } from "../../server/analysis/labelling/matcher.ts";
import { type FileSpec, type FileSpecs, fileSpecs } from "../../server/analysis/labelling/specs.ts";
import { applyFixes } from "../../server/checks/applyFixes.ts";
import type { Fix } from "../../server/checks/fix.ts";
import { FIXERS } from "../../server/checks/registry.ts";
import { createNodeFileSystem } from "../../server/cli/nodeFileSystem.ts";
import { canonicalPolicy } from "../../server/compiler/canonical.ts";
import type { Finding } from "../../server/compiler/face.ts";
import { readPolicy } from "../../server/policydb/binary/read.ts";
import { writePolicy } from "../../server/policydb/binary/write.ts";
import type { Snapshot } from "../../server/workspace/snapshot.ts";
import { runToEnd, Workspace } from "../../server/workspace/workspace.ts";
import { dumpPolicyDb } from "../support/dump/policydbDump.ts";
import { buildPolicyConf, compilePolicyConf } from "../support/m4build.ts";
import { describeWithOracle, POLICY_SOURCE, policySource } from "../support/oracles.ts";
import { buildOracle, CONFIGS, configuredTree, type PolicyConfig } from "./configs.ts";

const IDS = [...new Set(FIXERS.flatMap(({ ids }) => ids))];
const DEFAULT = CONFIGS[0] as PolicyConfig;
/** Rounds until nothing is left to repair. */
const MOST_ROUNDS = 20;

interface Repair {
  readonly finding: Finding;
  readonly fix: Fix;
}

describeWithOracle("repairs of the reference policy", [POLICY_SOURCE, "m4", "checkpolicy"], () => {
  const scratch = mkdtempSync(join(tmpdir(), "sels-fixes-"));
  const tree = join(scratch, "tree");
  const workspace = new Workspace(createNodeFileSystem(), { defines: [], select: IDS });
  let policy: Uint8Array = new Uint8Array();
  let lines: readonly string[] = [];
  let labels = "";
  let specs: FileSpecs = { specs: [], templates: [] };
  const byId = new Map<string, Repair[]>();

  let errors = 0;

  const snapshot = (): Snapshot => workspace.snapshots()[0] as Snapshot;

  beforeAll(() => {
    configuredTree(policySource() ?? "", DEFAULT, tree);
    runToEnd(workspace.addRoot(tree));
    policy = bytesOf(snapshot());
    lines = dumpPolicyDb(snapshot().compiled.db);
    labels = labelsOf(snapshot());
    errors = errorsOf(snapshot());
    specs = fileSpecs(snapshot().compiled);
    for (const { finding, fix } of repairsOf(snapshot())) {
      const list = byId.get(finding.code);
      if (list === undefined) byId.set(finding.code, [{ finding, fix }]);
      else list.push({ finding, fix });
    }
  }, 300_000);

  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  /** What differs in the policy and its labels now; empty when nothing does. */
  const changes = (): readonly string[] => {
    const now = snapshot();
    const more = errorsOf(now) - errors;
    if (more !== 0) return [`${more} errors more`];
    const relabelled = labelsOf(now) === labels ? [] : relabelledPaths(specs, fileSpecs(now.compiled));
    if (Buffer.compare(bytesOf(now), policy) === 0) return relabelled;
    const dump = dumpPolicyDb(now.compiled.db);
    return [...relabelled, ...difference(lines, dump, "-"), ...difference(dump, lines, "+")].slice(0, 10);
  };

  /** Opens texts; gives what closes them. */
  const open = (texts: ReadonlyMap<number, string>): (() => void) => {
    const now = snapshot();
    const paths = [...texts].map(([id, text]) => {
      const path = now.file(id)?.path ?? "";
      workspace.open(path, `file://${path}`, 1, text);
      return path;
    });
    return () => {
      for (const path of paths) workspace.close(path);
    };
  };

  it("has repairs of many kinds", () => {
    expect(byId.size).toBeGreaterThan(10);
  });

  it.each(IDS)(
    "%s",
    (id) => {
      const repairs = byId.get(id) ?? [];
      if (repairs.length === 0) return;
      const wrong: string[] = [];
      // Of several repairs of a finding each is tried: the first ones together, then the second ones.
      for (let rank = 0; rank < 4; rank++) {
        const ranked = repairs.filter(({ finding }, i) => rankOf(repairs, finding, i) === rank);
        if (ranked.length === 0) break;
        const now = snapshot();
        const { texts, applied } = applyFixes(
          ranked.map(({ fix }) => fix),
          (file) => now.file(file)?.text,
        );
        expect(applied.length).toBeGreaterThan(0);
        const close = open(texts);
        wrong.push(...changes());
        close();
      }
      expect(wrong).toEqual([]);
      expect(changes()).toEqual([]);
    },
    120_000,
  );

  it("leave what checkpolicy makes of the tree the same, all together", { timeout: 600_000 }, async () => {
    // Numbers follow the order of statements, so lines are compared and not bytes.
    const said = (binary: string): readonly string[] => {
      const { policy: built } = readPolicy(readFileSync(binary));
      return built === undefined ? [] : dumpPolicyDb(built);
    };
    // The tree as it was is one that other tests ask about as well.
    const before = said((await buildOracle(policySource() ?? "", DEFAULT)).binary);
    let total = 0;
    for (let round = 1; round <= MOST_ROUNDS; round++) {
      const now = snapshot();
      const fixes = repairsOf(now)
        .filter(({ fix }) => fix.preferred)
        .map(({ fix }) => fix);
      const { texts, applied } = applyFixes(fixes, (file) => now.file(file)?.text);
      if (applied.length === 0) break;
      total += applied.length;
      for (const [id, text] of texts) {
        const path = now.file(id)?.path ?? "";
        writeFileSync(path, text);
        workspace.open(path, `file://${path}`, round, text);
      }
    }
    expect(total).toBeGreaterThan(500);
    expect(changes()).toEqual([]);
    const binary = join(scratch, "policy.33");
    compilePolicyConf(buildPolicyConf(tree, {}, join(scratch, "out")), binary, { mls: true });
    const after = said(binary);
    expect(before.length).toBeGreaterThan(100_000);
    expect([...difference(before, after, "-"), ...difference(after, before, "+")]).toEqual([]);
  });
});

function rankOf(repairs: readonly Repair[], finding: Finding, index: number): number {
  let rank = 0;
  while (index - rank > 0 && repairs[index - rank - 1]?.finding === finding) rank++;
  return rank;
}

function repairsOf(snapshot: Snapshot): readonly Repair[] {
  return snapshot.files().flatMap((file) => {
    if (file.foreign || file.generated) return [];
    return snapshot
      .findings(file.id)
      .flatMap((finding) =>
        snapshot.fixes(finding).flatMap((fix) => (fix.policy === "same" ? [{ finding, fix }] : [])),
      );
  });
}

function bytesOf({ compiled }: Snapshot): Uint8Array {
  return writePolicy(canonicalPolicy(compiled), { version: 33 }).bytes;
}

function errorsOf(snapshot: Snapshot): number {
  return snapshot
    .files()
    .flatMap(({ id }) => snapshot.findings(id, "error"))
    .filter(({ severity }) => severity === "error").length;
}

/** All entries in their order, as one text. */
function labelsOf({ compiled }: Snapshot): string {
  const { specs, templates } = fileSpecs(compiled);
  return [...specs, ...templates].map(entryOf).join("\n");
}

function entryOf({ pattern, kind, context }: FileSpec): string {
  return `${pattern.text} ${kind} ${context}`;
}

/** Paths, one for each entry of before, that get another context now; and what became of templates. */
function relabelledPaths(before: FileSpecs, after: FileSpecs): readonly string[] {
  const [old, now] = [labelIndex(before.specs), labelIndex(after.specs)];
  const moved = before.specs.flatMap(({ pattern, kind }) => {
    if (pattern.root === undefined && pattern.hasMeta) return [];
    const path = pattern.root === undefined ? pattern.text.replaceAll("\\", "") : example(pattern.root);
    const kinds = kind === "" ? ["-", "d"] : [kind];
    return kinds.flatMap((one) => {
      const was = lookupLabel(old, path, one).winner?.context;
      const is = lookupLabel(now, path, one).winner?.context;
      return was === is ? [] : [`${path} ${one}: ${was}, now ${is}`];
    });
  });
  const templates = [before, after].map((all) => all.templates.map(entryOf));
  return [...moved, ...difference(templates[0] ?? [], templates[1] ?? [], "-")];
}

function difference(from: readonly string[], to: readonly string[], sign: string): readonly string[] {
  const known = new Set(to);
  return from.filter((line) => !known.has(line)).map((line) => `${sign} ${line}`);
}
