// Sensitivities, categories, levels and ranges of sources. Sensitivity values follow the dominance order, category
// values the order of declaration, as checkpolicy numbers them. Levels may be written through macros
// (mls_systemhigh); such text is expanded once and remembered.

import { N_CATEGORY, N_DOMINANCE, N_LEVELDECL, N_RANGE, N_SENSITIVITY } from "../../grammar/syntax/kinds.ts";
import { startOf } from "../../grammar/syntax/tree.ts";
import type { MlsLevel, MlsRange } from "../policydb/context.ts";
import { Ebitmap } from "../policydb/ebitmap.ts";
import {
  childrenOf,
  complain,
  complainOfAll,
  nameAt,
  type Statement,
  type StatementParts,
} from "./statements.ts";

/** What is wrong with a level, by the code that it has in a context. */
interface LevelProblem {
  readonly problem: "ctx-sens" | "ctx-cat" | "ctx-cat-unknown" | "level-cat-range" | "parse-dash-ident";
  readonly message: string;
}

/** The codes that problems of levels have in a statement; what is not there keeps the code of contexts. */
export type LevelCodes = Readonly<Partial<Record<LevelProblem["problem"] | "range-order", string>>>;

export const CONTEXT_LEVELS: LevelCodes = {};
export const USER_LEVELS: LevelCodes = {
  "ctx-sens": "user-level-unknown",
  "ctx-cat-unknown": "user-cat-unknown",
  "ctx-cat": "user-cat-level",
  "range-order": "user-range-order",
};
export const TRANSITION_LEVELS: LevelCodes = {
  "ctx-sens": "rangetrans-level",
  "ctx-cat-unknown": "rangetrans-level",
  "ctx-cat": "rangetrans-level",
  "range-order": "rangetrans-order",
};

/** Reads levels and ranges of one policy state. */
export class MlsReader {
  readonly parts: StatementParts;
  /** false: which level dominates which is for the linker to know */
  ordered = true;
  private readonly aliases = new Map<string, string>();
  private readonly texts = new Map<string, string>();
  private readonly levels = new Map<string, MlsLevel | LevelProblem>();

  constructor(parts: StatementParts) {
    this.parts = parts;
  }

  alias(name: string, of: string): void {
    this.aliases.set(name, of);
  }

  /** Macros in a level's text expanded: `mls_systemhigh` → `s15:c0.c1023`. */
  text(raw: string): string {
    let text = this.texts.get(raw);
    if (text === undefined) {
      text = raw;
      const { words, units, definition, dynamic } = this.parts;
      const hasMacro = raw.split(/[^A-Za-z0-9_]+/).some((part) => {
        const word = words.find(part);
        return word > 0 && (units.isMacro(word) || definition(word) !== undefined);
      });
      if (hasMacro) text = dynamic.expandPlain(raw).trim();
      this.texts.set(raw, text);
    }
    return text;
  }

  /** The level at an N_LEVEL (or name) node. */
  level(statement: Statement, node: number, codes: LevelCodes): MlsLevel | undefined {
    return this.parseLevel(statement, node, this.text(this.sourceText(statement, node)), codes);
  }

  sourceText(statement: Statement, node: number): string {
    return this.parts.dynamic.textOfNode(statement.tree, node, statement.args);
  }

  private parseLevel(
    statement: Statement,
    node: number,
    text: string,
    codes: LevelCodes,
  ): MlsLevel | undefined {
    const compact = text.replace(/\s+/g, "");
    let level = this.levels.get(compact);
    if (level === undefined) {
      level = this.makeLevel(compact);
      this.levels.set(compact, level);
    }
    if (!("problem" in level)) return level;
    complain(this.parts, statement, node, codes[level.problem] ?? level.problem, level.message);
    return undefined;
  }

  private makeLevel(text: string): MlsLevel | LevelProblem {
    const { db } = this.parts;
    if (text.includes("-"))
      return {
        problem: "parse-dash-ident",
        message: `${text} is one name; a range needs a blank before its dash`,
      };
    const colon = text.indexOf(":");
    const sensName = colon < 0 ? text : text.slice(0, colon);
    const sens = db.sens.get(sensName);
    if (sens === undefined)
      return { problem: "ctx-sens", message: `sensitivity ${sensName} is not declared` };
    const cats = new Ebitmap();
    for (const part of colon < 0 ? [] : text.slice(colon + 1).split(",")) {
      const problem = this.addCategories(part, cats);
      if (problem !== undefined) return problem;
    }
    if (!sens.level.cats.contains(cats))
      return {
        problem: "ctx-cat",
        message: `level ${sensName} does not have all of the categories ${text.slice(colon + 1)}`,
      };
    return { sens: sens.value, cats };
  }

  /** Adds `c1` or `c1.c5`; gives a problem instead when it cannot. */
  addCategories(part: string, into: Ebitmap): LevelProblem | undefined {
    const { db } = this.parts;
    const dot = part.indexOf(".");
    const first = dot < 0 ? part : part.slice(0, dot);
    const last = dot < 0 ? part : part.slice(dot + 1);
    const low = db.cats.valueOf(first);
    const high = db.cats.valueOf(last);
    if (low === 0 || high === 0)
      return {
        problem: "ctx-cat-unknown",
        message: `category ${low === 0 ? first : last} is not declared`,
      };
    if (low > high) return { problem: "level-cat-range", message: `category range ${part} runs backwards` };
    for (let cat = low; cat <= high; cat++) into.add(cat - 1);
    return undefined;
  }

  /** `s0 - s15:c0.c1023` as a range; the high level is the low one when it is left out. */
  parseRange(statement: Statement, node: number, text: string, codes: LevelCodes): MlsRange | undefined {
    const { tree } = statement;
    const [lowNode = node, highNode = node] = tree.kind[node] === N_RANGE ? childrenOf(tree, node) : [];
    const expanded = this.text(text);
    // A dash right behind a name belongs to the name.
    const dash = /\s-\s*/.exec(expanded);
    const lowText = dash === null ? expanded : expanded.slice(0, dash.index);
    const low = this.parseLevel(statement, lowNode, lowText, codes);
    if (low === undefined) return undefined;
    if (dash === null) return { low, high: low };
    const high = this.parseLevel(statement, highNode, expanded.slice(dash.index + dash[0].length), codes);
    if (high === undefined) return undefined;
    if (!this.ordered) return { low, high };
    if (high.sens < low.sens || !high.cats.contains(low.cats)) {
      const message = `the high level of ${expanded} does not dominate the low one`;
      complain(this.parts, statement, node, codes["range-order"] ?? "ctx-invalid", message);
      return undefined;
    }
    return { low, high };
  }
}

/** The range at an N_RANGE node. */
export function readRange(
  mls: MlsReader,
  statement: Statement,
  node: number,
  codes: LevelCodes,
): MlsRange | undefined {
  return mls.parseRange(statement, node, mls.sourceText(statement, node), codes);
}

/** Fills sensitivities, categories and levels. */
export function buildMls(
  parts: StatementParts,
  statements: readonly Statement[],
  required: { readonly sens: ReadonlySet<string>; readonly cats: ReadonlySet<string> },
): MlsReader {
  const { db } = parts;
  for (const datum of [...db.sens]) db.sens.delete(datum);
  for (const datum of [...db.cats]) db.cats.delete(datum);
  const reader = new MlsReader(parts);
  const sensitivities = new Map<string, Sensitivity>();
  const names = new Set<string>();
  let order: string[] | undefined;
  let dominanceStatement: Statement | undefined;
  let cats = 0;
  for (const statement of statements) {
    if (!MLS_KINDS.has(statement.kind)) continue;
    if (!db.mls) {
      const what = statement.tree.tokens.text.slice(
        startOf(statement.tree, statement.node),
        statement.tree.tokens.end[statement.tree.first[statement.node] as number],
      );
      complainOfAll(parts, statement, "mls-not-mls", `${what} in a policy that is compiled without MLS`);
      continue;
    }
    const children = childrenOf(statement.tree, statement.node);
    const nameNode = children[0];
    if (nameNode === undefined) continue;
    if (statement.kind === N_SENSITIVITY) sensitivity(parts, statement, children, names, sensitivities);
    else if (statement.kind === N_DOMINANCE) {
      order = dominance(parts, statement, children, sensitivities);
      dominanceStatement = statement;
    } else if (statement.kind === N_CATEGORY) {
      const name = nameAt(parts, statement, nameNode);
      if (db.cats.valueOf(name) !== 0) {
        complain(parts, statement, nameNode, "cat-dup", `category ${name} is declared twice`);
        continue;
      }
      db.cats.set({ name, value: ++cats });
      for (const node of aliasNodes(statement, children[1])) {
        const alias = nameAt(parts, statement, node);
        if (db.cats.valueOf(alias) !== 0)
          complain(parts, statement, node, "cat-alias-dup", `category ${alias} is declared already`);
        else db.cats.alias(alias, cats);
      }
    }
  }
  const left = [...sensitivities.keys()].filter((name) => order?.includes(name) === false);
  if (dominanceStatement !== undefined && left.length > 0)
    complainOfAll(
      parts,
      dominanceStatement,
      "dom-incomplete",
      `dominance leaves out ${left.join(", ")}: it has to order all sensitivities`,
    );
  const levels = readLevels(parts, reader, statements, sensitivities);
  const sorted = [...(order ?? []), ...(order === undefined ? sensitivities.keys() : left)];
  for (const { name, aliases, statement, node } of sensitivities.values()) {
    const value = sorted.indexOf(name) + 1;
    if (!levels.has(name))
      complain(parts, statement, node, "level-missing", `sensitivity ${name} has no level statement`);
    db.sens.set({ name, value, level: { sens: value, cats: levels.get(name) ?? new Ebitmap() } });
    for (const alias of aliases) db.sens.alias(alias, value);
  }
  if (sensitivities.size === 0) requireNames(parts, reader, required);
  return reader;
}

/** A module alone knows the names that it requires, and neither their order nor which go together. */
function requireNames(
  parts: StatementParts,
  reader: MlsReader,
  required: { readonly sens: ReadonlySet<string>; readonly cats: ReadonlySet<string> },
): void {
  const { db } = parts;
  const all = new Ebitmap();
  for (const name of required.cats) {
    db.cats.set({ name, value: all.size() + 1 });
    all.add(all.size());
  }
  let sens = 0;
  for (const name of required.sens) {
    sens++;
    db.sens.set({ name, value: sens, level: { sens, cats: all } });
  }
  reader.ordered = false;
}

const MLS_KINDS = new Set([N_SENSITIVITY, N_DOMINANCE, N_CATEGORY, N_LEVELDECL]);

interface Sensitivity {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly statement: Statement;
  readonly node: number;
}

/** Names of aliases share the space of sensitivities. */
function sensitivity(
  parts: StatementParts,
  statement: Statement,
  children: readonly number[],
  names: Set<string>,
  into: Map<string, Sensitivity>,
): void {
  const node = children[0] as number;
  const name = nameAt(parts, statement, node);
  if (names.has(name)) {
    complain(parts, statement, node, "sens-dup", `sensitivity ${name} is declared twice`);
    return;
  }
  names.add(name);
  const aliases: string[] = [];
  for (const aliasNode of aliasNodes(statement, children[1])) {
    const alias = nameAt(parts, statement, aliasNode);
    if (names.has(alias))
      complain(parts, statement, aliasNode, "sens-alias-dup", `sensitivity ${alias} is declared already`);
    else aliases.push(alias);
    names.add(alias);
  }
  into.set(name, { name, aliases, statement, node });
}

function aliasNodes(statement: Statement, node: number | undefined): readonly number[] {
  return node === undefined ? [] : childrenOf(statement.tree, node);
}

function dominance(
  parts: StatementParts,
  statement: Statement,
  children: readonly number[],
  known: ReadonlyMap<string, Sensitivity>,
): string[] {
  const order: string[] = [];
  const nameOf = new Map(
    [...known.values()].flatMap(({ name, aliases }) => aliases.map((alias) => [alias, name])),
  );
  for (const child of children) {
    const written = nameAt(parts, statement, child);
    const name = nameOf.get(written) ?? written;
    if (!known.has(name))
      complain(parts, statement, child, "dom-unknown", `sensitivity ${written} is not declared`);
    else if (order.includes(name))
      complain(parts, statement, child, "dom-multi", `sensitivity ${written} is listed twice`);
    else order.push(name);
  }
  return order;
}

function readLevels(
  parts: StatementParts,
  reader: MlsReader,
  statements: readonly Statement[],
  known: ReadonlyMap<string, Sensitivity>,
): Map<string, Ebitmap> {
  const levels = new Map<string, Ebitmap>();
  if (!parts.db.mls) return levels;
  const nameOf = new Map(
    [...known.values()].flatMap(({ name, aliases }) => aliases.map((alias) => [alias, name])),
  );
  for (const statement of statements) {
    if (statement.kind !== N_LEVELDECL) continue;
    const node = statement.node + 1;
    const text = reader.text(reader.sourceText(statement, node)).replace(/\s+/g, "");
    const colon = text.indexOf(":");
    const written = colon < 0 ? text : text.slice(0, colon);
    const name = nameOf.get(written) ?? written;
    if (!known.has(name)) {
      complain(parts, statement, node, "level-sens-unknown", `sensitivity ${written} is not declared`);
      continue;
    }
    const cats = new Ebitmap();
    for (const part of colon < 0 ? [] : text.slice(colon + 1).split(",")) {
      const bad = reader.addCategories(part, cats);
      if (bad === undefined) continue;
      const code = bad.problem === "ctx-cat-unknown" ? "level-cat-unknown" : bad.problem;
      complain(parts, statement, node, code, bad.message);
    }
    if (levels.has(name))
      complain(parts, statement, node, "level-multi", `sensitivity ${written} has its level already`);
    else levels.set(name, cats);
  }
  return levels;
}
