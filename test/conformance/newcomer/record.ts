/** Program: records what the real tools say about the newcomer's mutations. See ../README.md for the command. */
import { writeFileSync } from "node:fs";
import type { Verdict } from "../mutationVerdict.ts";
import { newcomerModules, newcomerMutations, newcomerVerdict } from "./newcomer.ts";

const output = process.argv[2];
if (output === undefined) {
  process.stderr.write("usage: record OUTPUT.json\n");
  process.exit(2);
}
const verdicts = new Map<string, Verdict>();
for (const module of newcomerModules()) {
  const clean = newcomerVerdict(module);
  if (!clean.ok) throw new Error(`${module.name} does not build: ${clean.message}`);
  for (const mutation of newcomerMutations(module)) {
    const verdict = newcomerVerdict(module, mutation);
    verdicts.set(`${module.name}/${mutation.id}`, verdict);
    process.stdout.write(`${module.name} ${mutation.id} ${mutation.line} ${JSON.stringify(verdict)}\n`);
  }
}
const lines = [...verdicts].map(([id, verdict]) => `  ${JSON.stringify(id)}: ${JSON.stringify(verdict)}`);
writeFileSync(output, `{\n${lines.join(",\n")}\n}\n`);
