// `.sels.json`: from its text to decisions, every mistake with its place. Unknown keys, ids and levels are mistakes, so
// that a slip of the hand does not switch a check off in silence; what is right beside them counts. The editor's
// settings have the same shape and go through the same function. The published schema is made in ./schema.ts.

import { versionRank } from "../../kernel/version.ts";
import { isGrantPattern } from "../access/grantPattern.ts";
import { CATALOGUE, CATEGORIES, rowOf } from "../catalogue/catalogue.ts";
import { nearestName } from "../didYouMean.ts";
import type { ControlLayer, Level, Levels } from "./control.ts";
import { type Glob, parseGlob } from "./glob.ts";
import { type JsonMember, type JsonNode, type JsonProblem, parseJsonText, plainValue } from "./jsonText.ts";

/** A settings text, read. */
export interface ParsedSettings {
  readonly layer: ControlLayer;
  /** paths of files whose settings come first, as written */
  readonly extends: readonly string[];
  /** KEY=VALUE, as with --define */
  readonly build: readonly string[];
  readonly headers: string | undefined;
  readonly problems: readonly JsonProblem[];
}

export const LEVELS: readonly Level[] = ["error", "warning", "information", "hint", "off", "default"];

/** Top-level keys, and what the schema says about them. */
export const SETTINGS_KEYS: Readonly<Record<string, string>> = {
  $schema: "Where this file's schema lies.",
  extends: "A settings file, or several, whose settings come before these; paths are relative to this file.",
  checks: "Levels by check id, by category, or for everything (`*`). An id wins over its category.",
  options: "Options of checks, by id.",
  overrides: "Levels for some files only; later ones win.",
  kernel: "The kernel release that the policy is for, as 6.1; rules that it does not know are reported.",
  build: "Build options that win over build.conf, as --define has them: TYPE=mls, DISTRO=debian, an m4 name.",
  headers: "Directory of policy headers for modules that are built on their own; relative to this file.",
  riskyGrants:
    "Rules whose grant is reported, as allow rules without `allow`: `* shadow_t:file { read write }`.",
};

/** Reads settings; globs and paths are relative to `directory`. */
export function parseSettings(text: string, directory: string): ParsedSettings {
  const { root, problems } = parseJsonText(text);
  const reading: Reading = { directory, problems: [...problems] };
  const members = root === undefined ? [] : membersOf(reading, root, "the settings");
  const options = new Map<string, Map<string, unknown>>();
  const overrides: ControlLayer["overrides"][number][] = [];
  let levels: Levels = new Map();
  let parents: readonly string[] = [];
  let build: readonly string[] = [];
  let headers: string | undefined;
  for (const member of members) {
    const { key, node } = member;
    if (key === "checks") levels = readLevels(reading, node);
    else if (key === "options") readOptions(reading, node, options);
    else if (key === "overrides")
      for (const item of itemsOf(reading, node, "overrides")) overrides.push(readOverride(reading, item));
    else if (key === "extends") parents = readTexts(reading, node, key);
    else if (key === "build") build = readBuild(reading, node);
    else if (key === "headers") headers = readText(reading, node, key);
    else if (key === "kernel") readKernel(reading, node, options);
    else if (key === "riskyGrants") globals(options).set(key, readGrants(reading, node));
    else if (key !== "$schema") unknownKey(reading, member, Object.keys(SETTINGS_KEYS));
  }
  return {
    layer: { levels, overrides, options },
    extends: parents,
    build,
    headers,
    problems: reading.problems,
  };
}

interface Reading {
  readonly directory: string;
  readonly problems: JsonProblem[];
}

function complain(reading: Reading, place: { start: number; end: number }, message: string): void {
  reading.problems.push({ start: place.start, end: place.end, message });
}

/** Options that every check sees are kept under `*`. */
function globals(options: Map<string, Map<string, unknown>>): Map<string, unknown> {
  const known = options.get("*") ?? new Map<string, unknown>();
  options.set("*", known);
  return known;
}

function unknownKey(reading: Reading, member: JsonMember, known: readonly string[]): void {
  const near = nearestName(member.key, known);
  const hint = near === undefined ? "" : ` (did you mean ${near}?)`;
  complain(
    reading,
    { start: member.keyStart, end: member.keyEnd },
    `‘${member.key}’ is not known here${hint}`,
  );
}

function membersOf(reading: Reading, node: JsonNode, what: string): readonly JsonMember[] {
  if (node.members === undefined) complain(reading, node, `${what} must be an object`);
  const seen = new Set<string>();
  for (const { key, keyStart, keyEnd } of node.members ?? []) {
    if (seen.has(key)) complain(reading, { start: keyStart, end: keyEnd }, `‘${key}’ stands here twice`);
    seen.add(key);
  }
  return node.members ?? [];
}

function itemsOf(reading: Reading, node: JsonNode, what: string): readonly JsonNode[] {
  if (node.items === undefined) complain(reading, node, `${what} must be a list`);
  return node.items ?? [];
}

function readText(reading: Reading, node: JsonNode, what: string): string | undefined {
  if (typeof node.value === "string") return node.value;
  complain(reading, node, `${what} must be a string`);
  return undefined;
}

/** A string, or a list of strings. */
function readTexts(reading: Reading, node: JsonNode, what: string): readonly string[] {
  const nodes = node.items ?? [node];
  return nodes.map((item) => readText(reading, item, what)).filter((text) => text !== undefined);
}

function readGrants(reading: Reading, node: JsonNode): readonly string[] {
  for (const item of node.items ?? [node])
    if (typeof item.value === "string" && !isGrantPattern(item.value))
      complain(
        reading,
        item,
        "a grant is written as an allow rule without allow: * shadow_t:file { read write }",
      );
  return readTexts(reading, node, "riskyGrants");
}

/** `["TYPE=mls"]` or `{ "TYPE": "mls" }`. */
function readBuild(reading: Reading, node: JsonNode): readonly string[] {
  if (node.members === undefined) return readTexts(reading, node, "build");
  return node.members.flatMap(({ key, node: { value, start, end } }) => {
    if (value !== undefined && value !== null) return [`${key}=${String(value)}`];
    complain(reading, { start, end }, "a build option is a string, a number or a boolean");
    return [];
  });
}

function readKernel(reading: Reading, node: JsonNode, options: Map<string, Map<string, unknown>>): void {
  const text = readText(reading, node, "kernel");
  if (text === undefined) return;
  if (versionRank(text) === 0) complain(reading, node, `‘${text}’ is no kernel release (6.1)`);
  else globals(options).set("kernel", text);
}

function readLevels(reading: Reading, node: JsonNode): Levels {
  const levels = new Map<string, Level>();
  for (const member of membersOf(reading, node, "checks")) {
    const id = resolveId(member.key);
    if (id === undefined) {
      unknownKey(reading, member, [...CATALOGUE.map((row) => row.id), ...CATEGORIES]);
      continue;
    }
    const level = LEVELS.find((name) => name === member.node.value);
    if (level === undefined) complain(reading, member.node, `a level is one of ${LEVELS.join(", ")}`);
    else levels.set(id, level);
  }
  return levels;
}

/** A check id, a category or `*`, as the table spells it. */
export function resolveId(name: string): string | undefined {
  if (name === "*" || CATEGORIES.some((category) => category === name)) return name;
  return (rowOf(name) ?? rowOf(name.toLowerCase()) ?? rowOf(name.toUpperCase()))?.id;
}

function readOptions(reading: Reading, node: JsonNode, options: Map<string, Map<string, unknown>>): void {
  for (const member of membersOf(reading, node, "options")) {
    const row = rowOf(member.key);
    if (row === undefined) {
      unknownKey(
        reading,
        member,
        CATALOGUE.filter((one) => one.options !== undefined).map((one) => one.id),
      );
      continue;
    }
    const values = options.get(row.id) ?? new Map<string, unknown>();
    options.set(row.id, values);
    const known = row.options ?? [];
    for (const option of membersOf(reading, member.node, `options of ${row.id}`)) {
      const declared = known.find(({ key }) => key === option.key);
      if (declared === undefined)
        unknownKey(
          reading,
          option,
          known.map(({ key }) => key),
        );
      else if (!fits(option.node, declared.type))
        complain(reading, option.node, `${option.key} must be a ${WORDS[declared.type]}`);
      else values.set(option.key, plainValue(option.node));
    }
  }
}

const WORDS = { boolean: "boolean", number: "number", string: "string", strings: "list of strings" } as const;

function fits(node: JsonNode, type: keyof typeof WORDS): boolean {
  if (type === "strings") return node.items?.every((item) => typeof item.value === "string") ?? false;
  return typeof node.value === type;
}

function readOverride(reading: Reading, node: JsonNode): ControlLayer["overrides"][number] {
  const files: Glob[] = [];
  let levels: Levels = new Map();
  for (const member of membersOf(reading, node, "an override")) {
    if (member.key === "checks") levels = readLevels(reading, member.node);
    else if (member.key === "files")
      for (const item of member.node.items ?? [member.node]) {
        const text = readText(reading, item, "files");
        const glob = text === undefined ? undefined : parseGlob(text, reading.directory);
        if (glob !== undefined) files.push(glob);
        else if (text !== undefined)
          complain(reading, item, "a bracket or brace of this pattern does not close");
      }
    else unknownKey(reading, member, ["files", "checks"]);
  }
  if (files.length === 0 && node.members !== undefined)
    complain(reading, { start: node.start, end: node.start + 1 }, "an override needs files");
  return { files, levels };
}
