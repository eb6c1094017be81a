/**
 * The product against m4 and checkpolicy on broken and on harmlessly edited policy trees. The verdicts of the real
 * tools are recorded; a seeded handful is asked for again each time, so that the record cannot rot.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mustNotSkip, POLICY_SOURCE, policySource, requireOracle } from "../support/oracles.ts";
import { CONFIGS, configuredTree, type PolicyConfig } from "./configs.ts";
import { engineConnected, openEngine } from "./engine.ts";
import { disagreement } from "./judge.ts";
import { STANDARD_SEED, standardCount } from "./mutationSet.ts";
import { BENIGN_KINDS } from "./mutationSites.ts";
import {
  applyMutation,
  generateMutations,
  type Mutation,
  readTree,
  seededRandom,
  shuffled,
  type TreeTexts,
} from "./mutations.ts";
import { hashOfPolicyConf, liveVerdict, prepareScratchTree, type Verdict } from "./mutationVerdict.ts";

const verdicts = new Map<string, Verdict>(
  Object.entries(JSON.parse(readFileSync(new URL("mutations.verdicts.data.json", import.meta.url), "utf8"))),
);
const available = requireOracle("make", "m4", "checkpolicy", POLICY_SOURCE);
/** How many recorded verdicts are asked for again. */
const REVERIFIED = 3;

describe.skipIf(!available)("mutations of the reference policy", () => {
  const scratch = mkdtempSync(join(tmpdir(), "sels-mutations-"));
  let source: string;
  let texts: TreeTexts;
  let mutations: readonly Mutation[];

  beforeAll(() => {
    source = policySource() as string;
    texts = readTree(source);
    mutations = generateMutations(texts, STANDARD_SEED, standardCount);
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  /** Any file of the tree: findings may lie in files that are never mutated. */
  const textOf = (file: string): string | undefined => {
    const path = join(source, file);
    return texts.get(file) ?? (existsSync(path) ? readFileSync(path, "utf8") : undefined);
  };
  const judged = (): readonly Mutation[] => mutations.filter(({ id }) => verdicts.has(id));

  it("are the recorded ones, 300 of them fatal", () => {
    if (process.env.SELS_POLICY_SOURCE) return;
    const fatal = judged().filter(({ id }) => verdicts.get(id)?.ok === false);
    expect(judged().length).toBe(mutations.length);
    expect(fatal.length).toBeGreaterThanOrEqual(300);
    expect(fatal.filter(({ kind }) => BENIGN_KINDS.has(kind))).toEqual([]);
  });

  it("get the same verdict today", () => {
    const tree = prepareScratchTree(source, join(scratch, "tree"));
    const baseline = hashOfPolicyConf(tree);
    for (const mutation of shuffled(judged(), seededRandom(1)).slice(0, REVERIFIED))
      expect(liveVerdict(tree, mutation, baseline), mutation.id).toEqual(verdicts.get(mutation.id));
  }, 300_000);

  it.skipIf(!engineConnected && !mustNotSkip())(
    "are judged alike by the product",
    async () => {
      const root = configuredTree(source, CONFIGS[0] as PolicyConfig, join(scratch, "product"));
      const engine = await openEngine(root, { kind: "tree" });
      const wrong: string[] = [];
      for (const mutation of judged()) {
        const original = texts.get(mutation.file) as string;
        engine.edit(mutation.file, applyMutation(original, mutation));
        const verdict = verdicts.get(mutation.id) as Verdict;
        const problem = disagreement(mutation, verdict, engine.findings(), textOf);
        if (problem !== undefined) wrong.push(problem);
        engine.edit(mutation.file, original);
      }
      expect(wrong).toEqual([]);
      expect(engine.findings().filter(({ severity }) => severity === "error")).toEqual([]);
    },
    300_000,
  );
});
