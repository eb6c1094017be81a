// Neverallow on the reference policy: 2,000 random assertions of the usual shapes, prepared, checked as a whole, and
// checked after an edit of a few hundred rules. Then the policy.conf that m4 builds with as many of them as hold, against
// checkpolicy's share: its CPU time with the assertions less that without any. A plain program
// (`npm run bench -- neverallow [POLICY]`), not a test.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import {
  type Assertion,
  checkAll,
  checkChanged,
  prepareAssertions,
} from "../../server/analysis/neverallow.ts";
import { createNodeFileSystem } from "../../server/cli/nodeFileSystem.ts";
import type { Compiled } from "../../server/compiler/face.ts";
import { AVTAB_ALLOWED } from "../../server/policydb/avtab.ts";
import { readPolicy } from "../../server/policydb/binary/read.ts";
import { Ebitmap } from "../../server/policydb/ebitmap.ts";
import { type PolicyDb, permissionsOf, type TypeDatum } from "../../server/policydb/policydb.ts";
import { discover } from "../../server/workspace/discover.ts";
import { compile, createWords, parseSource } from "../../server/workspace/engine.ts";
import { NO_SETTINGS } from "../../server/workspace/project.ts";
import { randomSource } from "../analysis/generatedPolicy.ts";
import { buildPolicyConf } from "../support/m4build.ts";
import { hasProgram, policyTree, scratchFolder } from "./place.ts";
import { ms, printTable, ratio, skipped, startClock } from "./table.ts";

const ASSERTIONS = 2000;
const TOUCHED = 300;
const ROUNDS = 15;

const given = process.argv[2];
const file =
  given !== undefined && existsSync(given)
    ? readFileSync(given)
    : brotliDecompressSync(readFileSync("test/policydb/fixtures/cp33.policy.br"));
const db = readPolicy(file).policy;
if (db === undefined) throw new Error("not a kernel policy");

const random = randomSource(1);
const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T;
const assertions = randomAssertions(db, ASSERTIONS).map(({ assertion }) => assertion);

function measure(label: string, round: () => number): void {
  const times: number[] = [];
  let result = 0;
  for (let i = 0; i < ROUNDS; i++) {
    const start = performance.now();
    result = round();
    times.push(performance.now() - start);
  }
  times.sort((left, right) => left - right);
  const median = times[times.length >> 1] ?? 0;
  console.log(
    `${label.padEnd(24)} median ${median.toFixed(3)} ms, best ${times[0]?.toFixed(3)} ms (${result})`,
  );
}

let index = prepareAssertions(db, assertions);
const allowed: number[] = [];
for (let entry = 0; entry < db.avtab.length; entry++)
  if (db.avtab.specified[entry] === AVTAB_ALLOWED) allowed.push(entry);
const touched = Array.from({ length: TOUCHED }, () => pick(allowed));
console.log(`${allowed.length} allow rules, ${ASSERTIONS} assertions`);
measure("prepare", () => {
  index = prepareAssertions(db, assertions);
  return index.assertions.length;
});
measure("whole policy", () => checkAll(db, index).length);
measure(`${TOUCHED} changed rules`, () => checkChanged(db, index, touched).violations.length);

const tree = policyTree();
if (tree === undefined || !hasProgram("checkpolicy") || !hasProgram("m4"))
  skipped("neverallow against checkpolicy", "the reference policy, m4 or checkpolicy is missing");
else againstCheckpolicy(tree);

/** A set of types as bits and as text: one type, an attribute, all but an attribute, an attribute and a type. */
function randomSet({ attrTypeMap }: PolicyDb, named: readonly TypeDatum[]): readonly [Ebitmap, string] {
  const types = named.filter(({ isAttribute }) => !isAttribute);
  const attribute = pick(named.filter(({ isAttribute }) => isAttribute));
  const type = pick(types);
  const members = attrTypeMap[attribute.value]?.clone() ?? new Ebitmap();
  const shape = random(4);
  if (shape === 0) return [Ebitmap.of([type.value - 1]), type.name];
  if (shape === 1) return [members, attribute.name];
  if (shape === 2)
    return [Ebitmap.of(types.map(({ value }) => value - 1)).deleteAll(members), `~${attribute.name}`];
  return [members.addAll(Ebitmap.of([type.value - 1])), `{ ${attribute.name} ${type.name} }`];
}

/** Assertions of the usual shapes, as the engine and as checkpolicy read them, about the names that may be spelled. */
function randomAssertions(
  policy: PolicyDb,
  count: number,
  isNamed: (name: string) => boolean = () => true,
): readonly { readonly assertion: Assertion; readonly text: string }[] {
  const named = [...policy.types].filter(({ name }) => isNamed(name));
  const types = named.filter(({ isAttribute }) => !isAttribute);
  const classes = [...policy.classes];
  return Array.from({ length: count }, (_, id) => {
    const [sources, sourceText] = randomSet(policy, named);
    const target = pick(types);
    const classPerms: { tclass: number; mask: number }[] = [];
    let text = "";
    for (let i = random(3); i >= 0; i--) {
      const datum = pick(classes);
      const [name, value] = pick([...permissionsOf(datum)]);
      classPerms.push({ tclass: datum.value, mask: (1 << (value - 1)) >>> 0 });
      text += `neverallow ${sourceText} ${target.name}:${datum.name} ${name};\n`;
    }
    const targets = Ebitmap.of([target.value - 1]);
    return { assertion: { id, sources, targets, self: false, minusSelf: false, classPerms }, text };
  });
}

/** Types and attributes that a policy.conf declares outside of optional blocks: what is declared in one is in scope there. */
function globalNames(text: string): ReadonlySet<string> {
  const found = new Set<string>();
  let depth = 0;
  for (const [sign, , name] of text
    .replace(/^[ \t]*#.*$/gm, "")
    .matchAll(/[{}]|\b(type|attribute)\s+([\w.-]+)/g))
    if (sign === "{") depth++;
    else if (sign === "}") depth--;
    else if (depth === 0 && name !== undefined) found.add(name);
  return found;
}

/** Compiles a policy.conf. */
function open(path: string): Compiled {
  const files = createNodeFileSystem();
  const [project] = discover(files, path, NO_SETTINGS);
  if (project === undefined) throw new Error(`no policy at ${path}`);
  const words = createWords();
  const sources = project.sources.map((entry, id) => {
    const text = readFileSync(entry.path, "utf8");
    const { role, module, enabled } = entry;
    return { id, path: entry.path, role, module, enabled, tree: parseSource(text, role, words) };
  });
  return compile(sources, { ...project.options, mls: true }, words);
}

/** CPU time of a run of checkpolicy, the best of some. */
function checkpolicyTime(conf: string, output: string): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 3; i++) {
    const command = `checkpolicy -M -o ${output} ${conf} >/dev/null && times`;
    const { status, stdout, stderr } = spawnSync("sh", ["-c", command], { encoding: "utf8" });
    if (status !== 0) throw new Error(`checkpolicy: ${stderr}`);
    const [user = "", system = ""] = stdout.trim().split("\n").at(-1)?.split(/\s+/) ?? [];
    best = Math.min(best, secondsOf(user) + secondsOf(system));
  }
  return best * 1000;
}

/** `1m2.5s` */
function secondsOf(text: string): number {
  const [minutes = 0, seconds = 0] = text.split(/[ms]/).map(Number);
  return minutes * 60 + seconds;
}

function againstCheckpolicy(source: string): void {
  const folder = scratchFolder();
  const conf = buildPolicyConf(source, {}, join(folder, "build"));
  const text = readFileSync(conf, "utf8");
  const { db: policy } = open(conf);
  const names = globalNames(text);
  const holding = randomAssertions(policy, ASSERTIONS, (name) => names.has(name)).filter(
    ({ assertion }) => checkAll(policy, prepareAssertions(policy, [assertion])).length === 0,
  );
  const first = text.search(/^[ \t]*neverallow /m);
  const many = join(folder, "many.conf");
  writeFileSync(many, text.slice(0, first) + holding.map((one) => one.text).join("") + text.slice(first));
  const none = join(folder, "none.conf");
  writeFileSync(none, text.replace(/^[ \t]*neverallow [^;]*;/gm, ""));
  const output = join(folder, "policy");
  const theirs = checkpolicyTime(many, output) - checkpolicyTime(none, output);
  const compiled = open(many);
  const { rules } = compiled.assertions();
  const { avtab } = compiled.db;
  const changed = Array.from({ length: TOUCHED }, () => random(avtab.length)).filter(
    (entry) => avtab.specified[entry] === AVTAB_ALLOWED,
  );
  let prepared = prepareAssertions(compiled.db, rules);
  const best = (run: () => unknown): number =>
    Math.min(
      ...Array.from({ length: ROUNDS }, () => {
        const clock = startClock();
        run();
        return clock();
      }),
    );
  const full = best(() => {
    prepared = prepareAssertions(compiled.db, rules);
    checkAll(compiled.db, prepared);
  });
  const incremental = best(() => checkChanged(compiled.db, prepared, changed));
  const against = (ours: number): string => `checkpolicy's share ${ms(theirs)}: ${ratio(ours, theirs)}`;
  printTable(`${rules.length} assertions in a policy.conf`, [
    {
      what: "prepared and checked, all",
      figure: ms(full),
      against: against(full),
      goal: "≤ 1/10",
      reached: full <= theirs / 10,
    },
    {
      what: `after an edit of ${changed.length} rules`,
      figure: ms(incremental),
      against: against(incremental),
      goal: "≤ 1/100",
      reached: incremental <= theirs / 100,
    },
  ]);
}
