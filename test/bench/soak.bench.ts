// Ten minutes of random realistic editing over stdio on a copy of the reference policy (test/support/soak.ts): the same
// state as a fresh start, no error in the log, memory within 1.3 times its start. SELS_SOAK_MINUTES and SELS_SOAK_SEED
// choose another length and another session. Runs with `node .ci/bench.mjs soak`.

import { cpSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { soak } from "../support/soak.ts";
import { policyTree, scratchFolder } from "./place.ts";
import { median, ms, percentile, printTable, skipped } from "./table.ts";

const MB = 1 << 20;
const root = policyTree();
if (root === undefined) skipped("soak", "there is no reference policy here");
else void bench(root);

async function bench(tree: string): Promise<void> {
  const scratch = scratchFolder();
  const copy = join(scratch, "policy");
  cpSync(tree, copy, { recursive: true });
  const modules = join(copy, "policy/modules");
  const files = readdirSync(modules, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.(te|if|fc)$/.test(path) && !path.includes("corenetwork"))
    .sort()
    .map((path) => join(modules, path));
  const minutes = Number(process.env.SELS_SOAK_MINUTES ?? 10);
  const result = await soak({
    root: copy,
    files,
    seed: Number(process.env.SELS_SOAK_SEED ?? 5),
    milliseconds: minutes * 60_000,
    steps: Number.MAX_SAFE_INTEGER,
    branchFiles: 400,
    scratch,
  });
  const { steps, keystrokes, requests, switches, latencies, log, differences } = result;
  const growth = result.memoryEnd / result.memoryStart;
  const mb = (bytes: number) => `${Math.round(bytes / MB)} MB`;
  printTable(
    `${minutes} minutes: ${steps} steps, ${keystrokes} edits, ${requests} requests, ${switches} switches`,
    [
      {
        what: "differences to a fresh start",
        figure: String(differences.length),
        goal: "0",
        reached: differences.length === 0,
      },
      { what: "errors in the log", figure: String(log.length), goal: "0", reached: log.length === 0 },
      {
        what: "memory in use after a collection",
        figure: `${mb(result.memoryStart)} → ${mb(result.memoryEnd)} (${growth.toFixed(2)}×), resident ${mb(result.rssEnd)}`,
        goal: "≤ 1.3×",
        reached: growth <= 1.3,
      },
      {
        what: "last keystroke of a burst → pulled diagnostics",
        figure: `p50 ${ms(median(latencies))}, p95 ${ms(percentile(latencies, 0.95))}`,
        goal: "",
        reached: true,
      },
    ],
  );
  for (const line of [...log.slice(0, 3), ...differences.slice(0, 5)])
    process.stdout.write(`${line.slice(0, 600)}\n`);
  process.exitCode = differences.length + log.length === 0 && growth <= 1.3 ? 0 : 1;
}
