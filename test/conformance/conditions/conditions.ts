/**
 * The conditions of the compilers, one fixture each: what is wrong, and the same put right. A fixture is a few lines
 * that go into the slots of a small base policy (base.txt), or modules beside it. Fixtures live in the `.txt` files of
 * this folder:
 *
 *     === ID 3.4 newest flags…     what checkpolicy 3.4 and the newest say: error, warning, notice, silent, abort
 *     @slot                        lines go to this slot of the base (`te` when nothing is said); `@slot=` replaces it
 *     @te m.te                     lines are this module
 *     type «bad_t»;                the marks are where we must say it, with the id as code
 *     ---                          what follows is the corrected twin
 *
 * Flags: `nomls` (no -M, a base without levels), `link` (modules are linked with the base and expanded),
 * `m4` (a matter of macros, which no compiler reads), `unknown-to-3.4` (a statement that 3.4 cannot read: the corrected twin fails there too), `extra=code` (a second
 * finding that is right as well).
 */
import { readdirSync, readFileSync } from "node:fs";
import { PolicyChecks } from "../../../server/checks/policyChecks.ts";
import type { FileRole, Finding, Source } from "../../../server/compiler/face.ts";
import { buildOptions } from "../../../server/workspace/buildOptions.ts";
import { compile, createWords, parseSource } from "../../../server/workspace/engine.ts";

export type Outcome = "error" | "warning" | "notice" | "silent" | "abort" | "-";

/** Texts of one twin, with the marks taken out. */
export interface Twin {
  /** base policy, then modules; names as on disk */
  readonly files: readonly {
    readonly name: string;
    readonly text: string;
    readonly marks: readonly Mark[];
  }[];
}

export interface Mark {
  readonly start: number;
  readonly end: number;
}

export interface Condition {
  readonly id: string;
  readonly section: string;
  readonly old: Outcome;
  readonly newest: Outcome;
  readonly mls: boolean;
  readonly link: boolean;
  readonly unknownToOld: boolean;
  /** macros: no compiler reads it, only m4 and what is built around it */
  readonly macros: boolean;
  readonly extra: readonly string[];
  readonly failing: Twin;
  readonly corrected: Twin;
}

const HERE = new URL(".", import.meta.url);
const MLS_SLOTS = new Set(["sensitivities", "dominance", "categories", "levels", "mls"]);

type Slots = Map<string, string[]>;

function readSlots(text: string): Slots {
  const slots: Slots = new Map();
  let slot = "te";
  for (const line of text.split("\n")) {
    const header = /^@(\S+)(?: (\S+))?$/.exec(line);
    if (header !== null) slot = header[2] ?? (header[1] as string);
    if (header !== null || line !== "") {
      const lines = slots.get(slot) ?? [];
      if (header === null) lines.push(line);
      slots.set(slot, lines);
    }
  }
  return slots;
}

const BASE = readSlots(readFileSync(new URL("base.txt", HERE), "utf8"));

function twinOf(text: string, mls: boolean): Twin {
  const slots = readSlots(text);
  const parts: string[] = [];
  for (const [slot, lines] of BASE) {
    if (!slots.has(`${slot}=`) && (mls || !MLS_SLOTS.has(slot)))
      parts.push(...lines.map((line) => line.replace(/\[([^\]]*)\]/g, mls ? "$1" : "")));
    parts.push(...(slots.get(`${slot}=`) ?? []), ...(slots.get(slot) ?? []));
  }
  const modules = [...slots].filter(([slot]) => /\.(te|if|fc)$/.test(slot));
  return {
    files: [["base.conf", parts] as const, ...modules].map(([name, lines]) =>
      unmarked(name, `${lines.join("\n")}\n`),
    ),
  };
}

function unmarked(name: string, marked: string): Twin["files"][number] {
  const marks: Mark[] = [];
  let text = "";
  for (const part of marked.split(/(«[^»]*»)/)) {
    const inner = part.startsWith("«") ? part.slice(1, -1) : part;
    if (inner !== part) marks.push({ start: text.length, end: text.length + inner.length });
    text += inner;
  }
  return { name, text, marks };
}

/** All conditions that have a fixture. */
export function readConditions(): readonly Condition[] {
  return readdirSync(HERE)
    .filter((name) => name.endsWith(".txt") && name !== "base.txt")
    .sort()
    .flatMap((name) =>
      readFileSync(new URL(name, HERE), "utf8")
        .split(/^=== /m)
        .slice(1)
        .map((block) => conditionOf(block, name.replace(".txt", ""))),
    );
}

function conditionOf(block: string, section: string): Condition {
  const newline = block.indexOf("\n");
  const [id = "", old = "", newest = "", ...flags] = block.slice(0, newline).trim().split(/\s+/);
  const [failing = "", corrected = ""] = block.slice(newline + 1).split(/^---$/m);
  const mls = !flags.includes("nomls");
  return {
    id,
    section,
    old: old as Outcome,
    newest: newest as Outcome,
    mls,
    link: flags.includes("link"),
    unknownToOld: flags.includes("unknown-to-3.4"),
    macros: flags.includes("m4"),
    extra: flags.filter((flag) => flag.startsWith("extra=")).map((flag) => flag.slice(6)),
    failing: twinOf(failing, mls),
    corrected: twinOf(corrected, mls),
  };
}

/** The files that a twin is judged by: modules alone, the base alone, or all together. */
export function judgedFiles(condition: Condition, twin: Twin): Twin["files"] {
  const modules = twin.files.slice(1);
  return condition.link || modules.length === 0 ? twin.files : modules;
}

export interface Found extends Finding {
  readonly name: string;
}

/** What we say about a twin. */
export function findingsOf(condition: Condition, twin: Twin): readonly Found[] {
  const words = createWords();
  const files = judgedFiles(condition, twin);
  const modular = files.length > 1 || files[0]?.name !== "base.conf";
  const variables = new Map(condition.mls && !condition.macros ? [["TYPE", "mls"]] : []);
  const options = buildOptions(variables, modular ? "modular" : "monolithic", new Map(), new Map());
  const sources = files.map(({ name, text }, id): Source => {
    const role = name === "base.conf" ? "conf" : (name.replace(/^.*\./, "") as FileRole);
    const tree = parseSource(text, role, words);
    return { id, path: `/p/${name}`, role, module: name.replace(/\.\w+$/, ""), enabled: true, tree };
  });
  const compiled = compile(sources, options, words);
  const lists = [...compiled.findings().values(), ...new PolicyChecks(compiled).findings().values()];
  return lists.flat().map((finding) => ({ ...finding, name: files[finding.file]?.name ?? "?" }));
}

/** What is wrong with our answers; empty when they are right. */
export function mistakesOf(condition: Condition): readonly string[] {
  const mistakes: string[] = [];
  const code = condition.id.toLowerCase();
  const outcome = condition.newest === "-" ? condition.old : condition.newest;
  const wanted = outcome === "error" || outcome === "warning" ? outcome : undefined;
  const left = new Set<string>();
  for (const file of judgedFiles(condition, condition.failing))
    for (const { start, end } of file.marks)
      left.add(`${file.name} ${start}-${end} ${text(file, start, end)}`);
  const marks = new Set(left);
  const files = new Map(condition.failing.files.map((file) => [file.name, file]));
  for (const found of findingsOf(condition, condition.failing)) {
    const file = files.get(found.name);
    const place = `${found.name} ${found.start}-${found.end} ${file === undefined ? "?" : text(file, found.start, found.end)}`;
    const said = `${found.severity} [${found.code}] ${found.message} at ${place}`;
    if (found.code === code && marks.has(place)) {
      left.delete(place);
      if (wanted !== undefined && found.severity !== wanted)
        mistakes.push(`severity is not ${wanted}: ${said}`);
      if (wanted === undefined && found.severity === "error") mistakes.push(`the tools accept it: ${said}`);
    } else if (found.severity === "error" || found.severity === "warning") {
      if (!condition.extra.includes(found.code)) mistakes.push(`said too: ${said}`);
    }
  }
  for (const place of left) mistakes.push(`not said: ${place}`);
  for (const found of findingsOf(condition, condition.corrected))
    if (found.severity === "error" || found.severity === "warning")
      mistakes.push(
        `corrected twin: ${found.severity} [${found.code}] ${found.message} at ${text(
          condition.corrected.files.find((file) => file.name === found.name),
          found.start,
          found.end,
        )}`,
      );
  return mistakes;
}

function text(file: Twin["files"][number] | undefined, start: number, end: number): string {
  return JSON.stringify(file?.text.slice(start, end) ?? "?");
}
