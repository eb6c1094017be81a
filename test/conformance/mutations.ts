/**
 * Seeded mutations of a reference policy tree: one small edit each, most of which break the build (a dropped
 * semicolon, a misspelt type, …) and some of which must not (a comment, a repeated allow). Invariant: the same
 * tree, seed and counts give the same mutations with the same ids, and an id names the edit itself (file, place,
 * text), so recorded verdicts survive changes to this generator. It judges nothing: what m4 and checkpolicy say
 * is recorded by recordMutations.ts and kept in mutations.verdicts.data.json.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { SITE_FINDERS, type Site } from "./mutationSites.ts";

/** One edit: at `offset` of `file`, `remove` is replaced by `insert`. */
export interface Mutation {
  readonly id: string;
  readonly kind: string;
  /** relative to the root, with slashes */
  readonly file: string;
  readonly offset: number;
  readonly remove: string;
  readonly insert: string;
  /** 1-based line of the edit, the same before and after */
  readonly line: number;
  /** the name whose uses are right places for the error too (a deleted declaration, a changed name) */
  readonly name?: string;
}

/** The texts of a tree by relative path. */
export type TreeTexts = ReadonlyMap<string, string>;

/** A small seeded generator of numbers in [0, 1) (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A shuffled copy. */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const copy = [...items];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [copy[i], copy[j]] = [copy[j] as T, copy[i] as T];
  }
  return copy;
}

/** Modules that modules.conf does not turn off. */
export function enabledModules(root: string): ReadonlySet<string> {
  const text = readFileSync(join(root, "policy/modules.conf"), "utf8");
  const enabled = new Set<string>();
  for (const match of text.matchAll(/^[ \t]*([A-Za-z][\w-]*)[ \t]*=[ \t]*(base|module)\b/gm))
    enabled.add(match[1] as string);
  return enabled;
}

/** Texts of the enabled modules' .te and .if files, without those that the build generates. */
export function readTree(root: string): TreeTexts {
  const enabled = enabledModules(root);
  const texts = new Map<string, string>();
  const modules = join(root, "policy/modules");
  for (const layer of readdirSync(modules).sort()) {
    if (!statSync(join(modules, layer)).isDirectory()) continue;
    const names = readdirSync(join(modules, layer)).sort();
    for (const name of names) {
      if (!/\.(te|if)$/.test(name) || names.includes(`${name}.in`)) continue;
      if (!enabled.has(name.replace(/\.\w+$/, ""))) continue;
      texts.set(`policy/modules/${layer}/${name}`, readFileSync(join(modules, layer, name), "utf8"));
    }
  }
  return texts;
}

/** Fewer than this many edits of one kind fall into one file while others have sites too. */
const PER_FILE = 2;

/** Up to `count(kind)` mutations of every kind, spread over the files. */
export function generateMutations(
  texts: TreeTexts,
  seed: number,
  count: (kind: string) => number,
): readonly Mutation[] {
  const words = allWords(texts);
  const called = wordsOfModules(texts);
  const mutations: Mutation[] = [];
  for (const [kind, find] of Object.entries(SITE_FINDERS)) {
    const random = seededRandom(seed ^ hashOf(kind));
    const wanted = count(kind);
    if (wanted === 0) continue;
    const sites: [string, Site][] = [];
    for (const [file, text] of texts)
      for (const site of find(text, file, words, random))
        if (file.endsWith(".te") || isCalled(text, site.offset, called)) sites.push([file, site]);
    const perFile = new Map<string, number>();
    const chosen: Mutation[] = [];
    const late: [string, Site][] = [];
    for (const entry of shuffled(sites, random)) {
      const used = perFile.get(entry[0]) ?? 0;
      if (used >= PER_FILE) late.push(entry);
      else {
        perFile.set(entry[0], used + 1);
        chosen.push(toMutation(kind, entry[0], entry[1], texts));
      }
      if (chosen.length === wanted) break;
    }
    for (const [file, site] of late) {
      if (chosen.length >= wanted) break;
      chosen.push(toMutation(kind, file, site, texts));
    }
    mutations.push(...chosen);
  }
  const seen = new Set<string>();
  return mutations.filter(({ id }) => !seen.has(id) && seen.add(id));
}

/** The text with the edit made. Fails when the text is not the one that the mutation was made for. */
export function applyMutation(text: string, mutation: Mutation): string {
  const { offset, remove, insert } = mutation;
  if (text.slice(offset, offset + remove.length) !== remove)
    throw new Error(`${mutation.id}: ${mutation.file} is not the text this mutation was made for`);
  return text.slice(0, offset) + insert + text.slice(offset + remove.length);
}

function toMutation(kind: string, file: string, site: Site, texts: TreeTexts): Mutation {
  const text = texts.get(file) as string;
  const line = text.slice(0, site.offset).split("\n").length;
  const { offset, remove, insert } = site;
  const key = JSON.stringify([file, offset, remove, insert, text.slice(offset - 40, offset + 40)]);
  const id = `${kind}-${createHash("sha256").update(key).digest("hex").slice(0, 10)}`;
  return {
    id,
    kind,
    file,
    offset,
    remove,
    insert,
    line,
    ...(site.name === undefined ? {} : { name: site.name }),
  };
}

function allWords(texts: TreeTexts): ReadonlySet<string> {
  const words = new Set<string>();
  for (const text of texts.values()) for (const [word] of text.matchAll(/[A-Za-z_][\w.-]*/g)) words.add(word);
  return words;
}

/** Every word of the .te files: who is not among them is called from no module directly. */
function wordsOfModules(texts: TreeTexts): ReadonlySet<string> {
  return allWords(new Map([...texts].filter(([file]) => file.endsWith(".te"))));
}

/** True when the interface or template around `offset` is called by some module. */
function isCalled(text: string, offset: number, called: ReadonlySet<string>): boolean {
  const head = text.slice(0, offset);
  const start = Math.max(head.lastIndexOf("\ninterface(`"), head.lastIndexOf("\ntemplate(`"));
  const name = /^\n\w+\(`(\w+)'/.exec(text.slice(start, start + 200))?.[1];
  return start >= 0 && name !== undefined && called.has(name);
}

function hashOf(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32LE(0);
}
