// Edits of every kind in the engine on the whole reference policy: the new text of one file to fresh whole-policy
// diagnostics (parse, compile, findings, neverallow, bounds), p50 and p95 of the lesser of wall and CPU time, because on a
// shared machine the wall counts others too. Also the load in a warm process, and the
// assertions alone, as a whole and after an edit.

import { checkAll, prepareAssertions } from "../../server/analysis/neverallow.ts";
import { PolicyChecks } from "../../server/checks/policyChecks.ts";
import { createNodeFileSystem } from "../../server/cli/nodeFileSystem.ts";
import type { Compiled, Source } from "../../server/compiler/face.ts";
import { decodeSource } from "../../server/workspace/decode.ts";
import { discover } from "../../server/workspace/discover.ts";
import { compile, createWords, parseEdited, parseSource } from "../../server/workspace/engine.ts";
import { NO_SETTINGS } from "../../server/workspace/project.ts";
import { randomSource } from "../analysis/generatedPolicy.ts";
import { policyTree } from "./place.ts";
import { median, ms, percentile, printTable, type Row, skipped, startClock } from "./table.ts";

/** sites of a row; each edit is done and undone, and both count */
const EDITS = 200;
const LOADS = 5;
/** a kind of edit is measured for so long at most, in ms, but by some edits at least */
const LONGEST_ROW = 10_000;
const FEWEST_EDITS = 5;

interface Opened {
  readonly sources: Map<number, Source>;
  readonly compiled: Compiled;
  readonly checks: PolicyChecks;
}

interface Site {
  readonly id: number;
  readonly text: string;
}

const random = randomSource(42);
const words = createWords();
const root = policyTree();
if (root === undefined) skipped("edits", "there is no reference policy here");
else bench(root);

function open(tree: string): Opened {
  const files = createNodeFileSystem();
  const [project] = discover(files, tree, NO_SETTINGS);
  if (project === undefined) throw new Error(`no policy at ${tree}`);
  const list = project.sources.map((entry, id): Source => {
    const bytes = entry.generated === undefined ? files.readFile(entry.path) : undefined;
    const text = entry.generated?.text ?? (bytes === undefined ? "" : decodeSource(bytes).text);
    const { path, role, module, enabled } = entry;
    return { id, path, role, module, enabled, tree: parseSource(text, role, words) };
  });
  const compiled = compile(list, project.options, words);
  const checks = new PolicyChecks(compiled);
  compiled.findings();
  checks.findings();
  return { sources: new Map(list.map((source) => [source.id, source])), compiled, checks };
}

function bench(tree: string): void {
  const loads: number[] = [];
  let opened: Opened | undefined;
  let growth = 0;
  for (let i = 0; i < LOADS; i++) {
    opened = undefined;
    globalThis.gc?.();
    const before = heap();
    const start = performance.now();
    opened = open(tree);
    loads.push(performance.now() - start);
    globalThis.gc?.();
    growth = heap() - before;
  }
  if (opened === undefined) return;
  const { compiled } = opened;
  const again: number[] = [];
  for (let i = 0; i < LOADS; i++) {
    const start = performance.now();
    const fresh = compile([...opened.sources.values()], compiled.options, words);
    fresh.findings();
    new PolicyChecks(fresh).findings();
    again.push(performance.now() - start);
  }
  printTable("load inside a running process", [
    { what: "read, parse, compile, check: first", figure: ms(loads[0] ?? 0) },
    { what: "the same again (hot), median", figure: ms(median(loads.slice(1))) },
    { what: "compile and check from trees (hot)", figure: ms(median(again)) },
    { what: "memory that the policy keeps", figure: `${growth.toFixed(0)} MB` },
  ]);
  // What the loads above left behind would be collected while edits are measured.
  globalThis.gc?.();
  printTable("edit of one file → fresh whole-policy diagnostics", editRows(opened));
  printTable("neverallow", neverallowRows(opened));
}

function heap(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1e6;
}

/** Replaces a file's text and asks for all findings; gives the time and how many errors there are now. */
function edit(opened: Opened, id: number, text: string): { readonly time: number; readonly errors: number } {
  const before = opened.sources.get(id) as Source;
  const clock = startClock();
  const source: Source = { ...before, tree: parseEdited(before.tree, text, before.role, words) };
  opened.sources.set(id, source);
  opened.compiled.update([{ id, source }]);
  const found = opened.compiled.findings();
  const checked = opened.checks.findings();
  const time = clock();
  let errors = 0;
  for (const map of [found, checked])
    for (const list of map.values()) for (const { severity } of list) if (severity === "error") errors++;
  return { time, errors };
}

function textOf(source: Source): string {
  return source.tree.tokens.text;
}

type Change = (source: Source) => string | undefined;

/** Times a change at sites in turn, each done and undone, in a policy with so many errors. */
function timeEdits(
  opened: Opened,
  candidates: readonly Source[],
  change: Change,
  known = 0,
): readonly number[] {
  const times: number[] = [];
  const sites: Site[] = [];
  for (let tries = 0; sites.length < EDITS && tries < 50 * EDITS; tries++) {
    const source = candidates[random(candidates.length)] as Source;
    const text = change(source);
    if (text !== undefined) sites.push({ id: source.id, text });
  }
  const began = performance.now();
  for (const { id, text } of sites) {
    if (times.length >= 2 * FEWEST_EDITS && performance.now() - began > LONGEST_ROW) break;
    const original = textOf(opened.sources.get(id) as Source);
    times.push(edit(opened, id, text).time);
    const undone = edit(opened, id, original);
    times.push(undone.time);
    if (undone.errors !== known)
      throw new Error(`${opened.sources.get(id)?.path}: errors are left after an undo`);
  }
  return times;
}

/** A random match of a pattern in a text. */
function pick(text: string, pattern: RegExp): RegExpMatchArray | undefined {
  const all = [...text.matchAll(pattern)];
  return all[random(Math.max(1, all.length))];
}

/** Inserts a line after the line in which a match ends. */
function insertAfter(text: string, match: RegExpMatchArray | undefined, line: string): string | undefined {
  if (match?.index === undefined) return undefined;
  const end = text.indexOf("\n", match.index + match[0].length - 1) + 1;
  return end === 0 ? undefined : text.slice(0, end) + line + text.slice(end);
}

const TYPE = /^type (\w+_t);\n/gm;
const RULE = /^allow \w+_t [^;]*;\n/gm;

function editRows(opened: Opened): readonly Row[] {
  const all = [...opened.sources.values()];
  const rules = all.filter(({ role, enabled }) => role === "te" && enabled);
  const interfaces = all.filter(({ role }) => role === "if");
  const callers = countCalls(all);
  const busy = new Set([...callers].filter(([, count]) => count >= 200).map(([name]) => name));
  const result: Row[] = [];
  let known = 0;
  const add = (what: string, candidates: readonly Source[], change: Change, goal?: number): void => {
    const times = timeEdits(opened, candidates, change, known);
    const p95 = percentile(times, 0.95);
    result.push({
      what: `${what} (${times.length} edits)`,
      figure: `p50 ${ms(median(times))}, p95 ${ms(p95)}, max ${ms(Math.max(...times))}`,
      ...(goal === undefined ? {} : { goal: `p95 ≤ ${goal} ms`, reached: p95 <= goal }),
    });
  };
  const removeRule: Change = (source) => {
    const rule = pick(textOf(source), RULE);
    return rule === undefined ? undefined : textOf(source).replace(rule[0], "");
  };
  const addRule: Change = (source) => {
    const type = pick(textOf(source), TYPE);
    return insertAfter(textOf(source), type, `allow ${type?.[1]} self:process signal;\n`);
  };
  // The process has loaded the policy some times and edited nothing: the code that edits need is not compiled yet.
  add("the first edits of a session: a rule goes", rules, removeRule);
  add("rule edit: a rule goes", rules, removeRule, 3);
  add("rule edit: a rule comes", rules, addRule, 3);
  const remark: Change = (source) => insertAfter(textOf(source), pick(textOf(source), RULE), "# remark\n");
  add("comment", rules, remark, 3);
  add("declaration: a new type", rules, (source) =>
    insertAfter(textOf(source), pick(textOf(source), TYPE), `type bench_${random(1e6)}_t;\n`),
  );
  add("new call of an interface", rules, (source) => {
    const type = pick(textOf(source), TYPE);
    return insertAfter(textOf(source), type, `files_search_spool(${type?.[1]})\n`);
  });
  const define = /^interface\(`(\w+)',`\n\tgen_require\(`[^']*'\)\n/gm;
  add(
    `an interface with ≥ 200 callers (${busy.size} such)`,
    interfaces.filter((source) =>
      [...textOf(source).matchAll(define)].some((match) => busy.has(match[1] ?? "")),
    ),
    (source) => {
      const match = pick(textOf(source), define);
      if (!busy.has(match?.[1] ?? "")) return undefined;
      return insertAfter(textOf(source), match, "\tallow $1 self:fifo_file getattr;\n");
    },
    15,
  );
  add(
    "a permission macro (obj_perm_sets.spt)",
    all.filter(({ path }) => path.endsWith("/obj_perm_sets.spt")),
    (source) => {
      const match = pick(textOf(source), /^define\(`\w+_file_perms',`\{ /gm);
      if (match?.index === undefined) return undefined;
      const at = match.index + match[0].length;
      return `${textOf(source).slice(0, at)}quotaon ${textOf(source).slice(at)}`;
    },
  );
  // Twenty thousand rules are wrong for as long as somebody writes at this call.
  const call = "userdom_admin_user_template(sysadm)";
  const admin = all.find((source) => source.role === "te" && textOf(source).includes(call));
  if (admin === undefined) return result;
  const whole = textOf(admin);
  known = edit(opened, admin.id, whole.replace(call, "userdom_admin_user_templat(sysadm)")).errors;
  const others = rules.filter(({ id }) => id !== admin.id);
  add(`comment, while a template's name is misspelt (${known} errors told)`, others, remark);
  edit(opened, admin.id, whole);
  return result;
}

/** How often each name is written as a call. */
function countCalls(sources: readonly Source[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const source of sources)
    for (const [, name = ""] of textOf(source).matchAll(/^\s*([a-z]\w+)\(/gm))
      counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function neverallowRows({ compiled }: Opened): readonly Row[] {
  const { rules } = compiled.assertions();
  const full: number[] = [];
  const prepare: number[] = [];
  for (let i = 0; i < 30; i++) {
    const start = performance.now();
    const index = prepareAssertions(compiled.db, rules);
    prepare.push(performance.now() - start);
    const middle = performance.now();
    checkAll(compiled.db, index);
    full.push(performance.now() - middle);
  }
  return [
    { what: `prepare the policy's ${rules.length} assertions`, figure: ms(median(prepare)) },
    {
      what: `check them all (${compiled.db.avtab.length} avtab entries)`,
      figure: `median ${ms(median(full))}`,
      against: "after an edit only the changed entries: in the rule edits above",
    },
  ];
}
