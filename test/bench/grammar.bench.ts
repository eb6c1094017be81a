// How fast the grammar is: the first parse of the whole reference policy in this process (cold), the same again
// (warm), and its policy.conf, against m4, which must read the same text before anything else can. A program, not a
// test. Wall and CPU: on a busy machine the CPU time is the one to trust.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { scan } from "../../grammar/text/scanner.ts";
import { buildPolicyConf } from "../support/m4build.ts";
import { hasProgram, policyTree, scratchFolder } from "./place.ts";
import { median, ms, printTable, type Row, ratio, skipped } from "./table.ts";

const WARM = 5;
const CONF_ROUNDS = 3;

interface Timing {
  readonly wall: number;
  readonly cpu: number;
}

function timed(run: () => void): Timing {
  const cpu = process.cpuUsage();
  const start = performance.now();
  run();
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { wall, cpu: (user + system) / 1000 };
}

/** The least of several, by wall. */
function best(rounds: number, run: () => void): Timing {
  return Array.from({ length: rounds }, () => timed(run)).reduce((a, b) => (b.wall < a.wall ? b : a));
}

function row(what: string, units: number, { wall, cpu }: Timing, against?: number): Row {
  const speed = units / 1000 / wall;
  return {
    what,
    figure: `${ms(wall)}, ${ms(cpu)} CPU, ${speed.toFixed(0)} MB/s`,
    ...(against === undefined ? {} : { against: `m4 ${ms(against)}: ${ratio(wall, against)}` }),
  };
}

async function bench(tree: string): Promise<void> {
  const beforeImport = performance.now();
  const { createWords, parsePolicy } = await import("../../grammar/parse.ts");
  const rows: Row[] = [{ what: "load and record the grammar", figure: ms(performance.now() - beforeImport) }];
  const texts = readdirSync(join(tree, "policy"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(te|if|spt)$/.test(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
  const units = texts.reduce((sum, text) => sum + text.length, 0);
  const words = createWords();
  const all = (): void => {
    for (const text of texts) parsePolicy(text, words, "refpolicy");
  };
  const cold = timed(all);
  const warm = best(WARM, all);
  let m4: number | undefined;
  let conf: string | undefined;
  if (hasProgram("m4")) {
    const folder = scratchFolder();
    let path = "";
    m4 = median(
      [1, 2].map((round) => timed(() => (path = buildPolicyConf(tree, {}, `${folder}/${round}`))).wall),
    );
    conf = readFileSync(path, "latin1");
  } else skipped("policy.conf", "m4 is missing");
  rows.push(row(`the tree's ${texts.length} files, cold`, units, cold, m4));
  rows.push(row("the same, warm (best)", units, warm, m4));
  if (conf !== undefined) {
    const text = conf;
    const other = createWords();
    rows.push(
      row(
        "policy.conf, tokens",
        text.length,
        best(CONF_ROUNDS, () => void scan(text, other, "kernel")),
      ),
      row(
        "policy.conf, tree",
        text.length,
        best(CONF_ROUNDS, () => void parsePolicy(text, other, "kernel")),
      ),
    );
  }
  rows.push({ what: "resident memory", figure: `${(process.memoryUsage().rss / 1e6).toFixed(0)} MB` });
  printTable("grammar", rows);
}

const root = policyTree();
if (root === undefined) skipped("grammar", "there is no reference policy here");
else
  bench(root).catch((error: unknown) => {
    process.stderr.write(`grammar.bench: ${error instanceof Error ? error.stack : error}\n`);
    process.exitCode = 1;
  });
