/**
 * How fast the grammar is: the first parse of a whole policy tree in this process (cold), the same again (warm),
 * and a policy.conf. A program, not a test; bundle it with esbuild or run it with a Node that strips types:
 * `grammar.bench [TREE [POLICY.CONF]]`. Times are wall and CPU; on a busy machine the CPU time is the one to trust.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [tree = "", conf = ""] = process.argv.slice(2);

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

function show(what: string, units: number, { wall, cpu }: Timing): void {
  const speed = units / 1000 / wall;
  const figures = `${wall.toFixed(0)} ms wall, ${cpu.toFixed(0)} ms CPU, ${speed.toFixed(0)} MB/s`;
  process.stdout.write(`${what.padEnd(28)} ${figures}\n`);
}

const beforeImport = performance.now();
const { createWords, parsePolicy } = await import("../../grammar/parse.ts");
const { scan } = await import("../../grammar/text/scanner.ts");
process.stdout.write(
  `${"load and record the grammar".padEnd(28)} ${(performance.now() - beforeImport).toFixed(0)} ms\n`,
);

if (tree !== "" && existsSync(tree)) {
  const texts = readdirSync(join(tree, "policy"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(te|if|spt)$/.test(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
  const units = texts.reduce((sum, text) => sum + text.length, 0);
  const words = createWords();
  const all = (): void => {
    for (const text of texts) parsePolicy(text, words, "refpolicy");
  };
  show("tree, cold", units, timed(all));
  for (let i = 0; i < 5; i++) show("tree, warm", units, timed(all));
}

if (conf !== "" && existsSync(conf)) {
  const text = readFileSync(conf, "latin1");
  const words = createWords();
  for (let i = 0; i < 3; i++) {
    show(
      "policy.conf, tokens",
      text.length,
      timed(() => void scan(text, words, "kernel")),
    );
  }
  for (let i = 0; i < 3; i++) {
    show(
      "policy.conf, tree",
      text.length,
      timed(() => void parsePolicy(text, words, "kernel")),
    );
  }
  process.stdout.write(
    `${"resident memory".padEnd(28)} ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB\n`,
  );
}
