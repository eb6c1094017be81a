// `selint.conf`, as SELint reads it with libconfuse: `key = value`, lists in braces, `#` comments. Its severity level,
// lists of checks and assumptions become decisions about our rows of SELint's checks; an unknown key is a mistake, as
// it is for SELint (which then stops). Its source mode is how we always work, so `enable_source` counts.

import { CATALOGUE } from "../catalogue/catalogue.ts";
import { nearestName } from "../didYouMean.ts";
import type { ControlLayer, Level } from "./control.ts";
import type { JsonProblem } from "./jsonText.ts";

export interface ParsedSelintConf {
  readonly layer: ControlLayer;
  readonly problems: readonly JsonProblem[];
}

const LISTS = [
  "disable",
  "enable_normal",
  "enable_source",
  "assume_users",
  "assume_roles",
  "custom_fc_macros",
  "custom_te_simple_macros",
  "ordering_requires",
];
const FLAGS = ["ordering_requires_same_flavor", "skip_checking_generated_fcs"];
const KEYS: readonly string[] = ["severity", "ordering_rules", ...LISTS, ...FLAGS];

/** SELint's levels, the least grave first, with the letters of its checks. */
const SEVERITIES: readonly (readonly [name: string, letter: string])[] = [
  ["convention", "C"],
  ["style", "S"],
  ["warning", "W"],
  ["error", "E"],
  ["fatal", "F"],
];

const ASSIGNMENT =
  /([A-Za-z_]\w*)\s*(\+?=)\s*(\{(?:[^}#]|#[^\n]*)*\}|"(?:[^"\\]|\\.)*"|'[^']*'|[^\s#{}"',;]+)?/y;

/** Reads a text. */
export function parseSelintConf(text: string): ParsedSelintConf {
  const problems: JsonProblem[] = [];
  const values = new Map<string, readonly string[]>();
  let at = 0;
  while (at < text.length) {
    const blank = /^(?:[\s;]+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/)/.exec(text.slice(at));
    if (blank !== null) {
      at += blank[0].length;
      continue;
    }
    ASSIGNMENT.lastIndex = at;
    const match = ASSIGNMENT.exec(text);
    const key = match?.[1];
    const raw = match?.[3];
    if (match === null || key === undefined || raw === undefined) {
      const end = text.indexOf("\n", at);
      problems.push({ start: at, end: end < 0 ? text.length : end, message: "‘key = value’ is expected" });
      at = end < 0 ? text.length : end;
      continue;
    }
    if (KEYS.includes(key)) values.set(key, wordsOf(raw));
    else {
      const near = nearestName(key, KEYS);
      const hint = near === undefined ? "" : ` (did you mean ${near}?)`;
      problems.push({ start: at, end: at + key.length, message: `SELint has no option ${key}${hint}` });
    }
    at += match[0].length;
  }
  return { layer: layerOf(values), problems };
}

function wordsOf(raw: string): readonly string[] {
  const body = raw.replace(/^\{|\}$/g, "").replace(/#[^\n]*/g, "");
  return [...body.matchAll(/"([^"]*)"|'([^']*)'|[^\s,"']+/g)].map(([all, one, two]) => one ?? two ?? all);
}

function layerOf(values: ReadonlyMap<string, readonly string[]>): ControlLayer {
  const levels = new Map<string, Level>();
  const least = SEVERITIES.findIndex(([name]) => name === values.get("severity")?.[0]);
  const letters = SEVERITIES.slice(0, Math.max(0, least)).map(([, letter]) => letter);
  for (const row of CATALOGUE) {
    if (row.origin !== "selint") continue;
    if (letters.some((letter) => row.id.startsWith(`${letter}-`))) levels.set(row.id, "off");
  }
  for (const id of values.get("disable") ?? []) levels.set(id, "off");
  for (const key of ["enable_normal", "enable_source"])
    for (const id of values.get(key) ?? []) {
      const row = CATALOGUE.find((one) => one.id === id);
      levels.set(id, row?.severity === "off" ? "warning" : "default");
    }
  const options = new Map<string, unknown>();
  for (const [key, words] of values) {
    if (FLAGS.includes(key)) options.set(key, /^(true|yes|on)$/i.test(words[0] ?? ""));
    else if (key === "ordering_rules") options.set(key, words[0] ?? "");
    else if (key.startsWith("assume_") || key.startsWith("custom_") || key === "ordering_requires")
      options.set(key, words);
  }
  return { levels, overrides: [], options: new Map([["*", options]]) };
}
