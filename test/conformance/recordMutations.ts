/**
 * Program: records the verdicts of the real tools on the standard set of mutations. It goes on where an earlier
 * run stopped, so it can be killed at any time. Not part of the test suite (each verdict takes about 5 s); see
 * README.md for the command.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { STANDARD_SEED, standardCount } from "./mutationSet.ts";
import { generateMutations, readTree } from "./mutations.ts";
import { hashOfPolicyConf, liveVerdict, prepareScratchTree, type Verdict } from "./mutationVerdict.ts";

const [source, scratch, output] = process.argv.slice(2);
if (source === undefined || scratch === undefined || output === undefined) {
  process.stderr.write("usage: recordMutations PRISTINE_TREE SCRATCH_TREE OUTPUT.json\n");
  process.exit(2);
}
const tree = prepareScratchTree(source, scratch);
const baseline = hashOfPolicyConf(tree);
const verdicts: Record<string, Verdict> = existsSync(output) ? JSON.parse(readFileSync(output, "utf8")) : {};
const mutations = generateMutations(readTree(source), STANDARD_SEED, standardCount);
// One of each kind in turn, so that an interrupted run has all kinds.
const rank = new Map<string, number>();
const ordered = mutations
  .map((mutation) => {
    const place = rank.get(mutation.kind) ?? 0;
    rank.set(mutation.kind, place + 1);
    return { mutation, place };
  })
  .sort((a, b) => a.place - b.place);
for (const { mutation } of ordered) {
  if (verdicts[mutation.id] !== undefined) continue;
  const verdict = liveVerdict(tree, mutation, baseline);
  verdicts[mutation.id] = verdict;
  const lines = Object.entries(verdicts).map(([id, v]) => `  ${JSON.stringify(id)}: ${JSON.stringify(v)}`);
  writeFileSync(output, `{\n${lines.join(",\n")}\n}\n`);
  process.stdout.write(`${mutation.id} ${mutation.file}:${mutation.line} ${JSON.stringify(verdict)}\n`);
}
