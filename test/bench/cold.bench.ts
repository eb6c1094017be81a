// The programs against the tools that people use today: `sels check` of the whole reference policy, cold and warm,
// against m4 and checkpolicy in the same run, as processes and by wall time, in turns so that a busy machine hits both.

import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { buildPolicyConf, compilePolicyConf } from "../support/m4build.ts";
import { hasProgram, peakMemory, policyTree, scratchFolder, wallTime } from "./place.ts";
import { median, ms, printTable, type Row, ratio, skipped } from "./table.ts";

const ROUNDS = 3;
const OURS_A_ROUND = 4;

const tree = policyTree();
if (tree === undefined) skipped("cold and warm start", "there is no reference policy here");
else if (!hasProgram("m4") || !hasProgram("checkpolicy"))
  skipped("cold and warm start", "m4 or checkpolicy is missing");
else measure(tree);

function measure(source: string): void {
  const folder = scratchFolder();
  const copy = join(folder, "tree");
  cpSync(source, copy, { recursive: true });
  const cache = join(folder, "cache");
  const env = { ...process.env, SELS_CACHE_DIR: cache };
  const cold = [process.execPath, "dist/cli.cjs", "check", copy, "--no-cache"];
  const warm = cold.slice(0, -1);
  const make = ["make", "-s", "-C", copy, "MONOLITHIC=y", "policy.conf"];
  const hasMake = hasProgram("make");
  const times = {
    m4: [] as number[],
    make: [] as number[],
    checkpolicy: [] as number[],
    first: [] as number[],
  };
  const ours = { cold: [] as number[], warm: [] as number[], node: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    const conf = buildPolicyConf(copy, {}, join(folder, "build"));
    times.m4.push(performance.now() - start);
    rmSync(join(copy, "policy.conf"), { force: true });
    rmSync(join(copy, "tmp"), { recursive: true, force: true });
    if (hasMake) times.make.push(wallTime(make));
    const middle = performance.now();
    compilePolicyConf(conf, join(folder, "policy"), { mls: true });
    times.checkpolicy.push(performance.now() - middle);
    rmSync(cache, { recursive: true, force: true });
    times.first.push(wallTime(cold, env));
    wallTime(warm, env);
    for (let i = 0; i < OURS_A_ROUND; i++) {
      ours.cold.push(wallTime(cold, env));
      ours.warm.push(wallTime(warm, env));
      ours.node.push(wallTime([process.execPath, "-e", "0"], env));
    }
  }
  const theirs = median(times.m4) + median(times.checkpolicy);
  const tools = `m4 ${ms(median(times.m4))} + checkpolicy ${ms(median(times.checkpolicy))}`;
  const makeTime = hasMake ? median(times.make) : undefined;
  const memory = peakMemory(folder, cold.slice(1), env);
  const warmMemory = peakMemory(folder, warm.slice(1), env);
  // `make` does what m4 does and its own work besides (lists, documentation): what a user waits for.
  const pipelines: [string, number][] = [[tools, theirs]];
  if (makeTime !== undefined)
    pipelines.push([
      `make policy.conf ${ms(makeTime)} + checkpolicy ${ms(median(times.checkpolicy))}`,
      makeTime + median(times.checkpolicy),
    ]);
  const against = (what: string, value: number, goal: number): Row[] =>
    pipelines.map(([name, time]) => ({
      what,
      figure: `${ms(value)} = ${ratio(value, time)}`,
      against: name,
      goal: `≤ 1/${goal}`,
      reached: value <= time / goal,
    }));
  printTable("whole reference policy, all diagnostics (wall, medians)", [
    ...against("cold: check --no-cache", median(ours.cold), 8),
    ...against("cold, first run of this version ever", median(times.first), 8),
    ...against("warm: check, nothing changed", median(ours.warm), 40),
    { what: "of which Node alone", figure: ms(median(ours.node)) },
    { what: "cold, best of all", figure: `${ms(Math.min(...ours.cold))}` },
    {
      what: "peak memory, cold",
      figure: `${memory.toFixed(0)} MB`,
      goal: "≤ 250 MB",
      reached: memory <= 250,
    },
    {
      what: "peak memory, warm",
      figure: `${warmMemory.toFixed(0)} MB`,
      goal: "≤ 250 MB",
      reached: warmMemory <= 250,
    },
  ]);
}
