// Sensitivities, categories, levels and ranges of sources. Sensitivity values follow the dominance order, category
// values the order of declaration, as checkpolicy numbers them. Levels may be written through macros
// (mls_systemhigh); such text is expanded once and remembered.

import { N_CATEGORY, N_DOMINANCE, N_LEVELDECL, N_SENSITIVITY } from "../../grammar/syntax/kinds.ts";
import type { MlsLevel, MlsRange } from "../policydb/context.ts";
import { Ebitmap } from "../policydb/ebitmap.ts";
import { childrenOf, complain, nameAt, type Statement, type StatementParts } from "./statements.ts";

/** Reads levels and ranges of one policy state. */
export class MlsReader {
  readonly parts: StatementParts;
  private readonly aliases = new Map<string, string>();
  private readonly texts = new Map<string, string>();
  private readonly levels = new Map<string, MlsLevel | string>();

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
  level(statement: Statement, node: number): MlsLevel | undefined {
    const text = this.text(this.sourceText(statement, node));
    return this.parseLevel(statement, node, text);
  }

  sourceText(statement: Statement, node: number): string {
    return this.parts.dynamic.textOfNode(statement.tree, node, statement.args);
  }

  parseLevel(statement: Statement, node: number, text: string): MlsLevel | undefined {
    const compact = text.replace(/\s+/g, "");
    let level = this.levels.get(compact);
    if (level === undefined) {
      level = this.makeLevel(compact);
      this.levels.set(compact, level);
    }
    if (typeof level !== "string") return level;
    const [code, message] = level.split("|") as [string, string];
    complain(this.parts, statement, node, code, message);
    return undefined;
  }

  private makeLevel(text: string): MlsLevel | string {
    const { db } = this.parts;
    const colon = text.indexOf(":");
    const sensName = colon < 0 ? text : text.slice(0, colon);
    const sens = db.sens.get(sensName);
    if (sens === undefined) return `ctx-sens|sensitivity ${sensName} is not declared`;
    const cats = new Ebitmap();
    for (const part of colon < 0 ? [] : text.slice(colon + 1).split(",")) {
      const problem = this.addCategories(part, cats);
      if (problem !== undefined) return problem;
    }
    if (!sens.level.cats.contains(cats))
      return `ctx-cat|level ${sensName} does not have all of the categories ${text.slice(colon + 1)}`;
    return { sens: sens.value, cats };
  }

  /** Adds `c1` or `c1.c5`; gives a problem instead when it cannot. */
  addCategories(part: string, into: Ebitmap): string | undefined {
    const { db } = this.parts;
    const dot = part.indexOf(".");
    const first = dot < 0 ? part : part.slice(0, dot);
    const last = dot < 0 ? part : part.slice(dot + 1);
    const low = db.cats.valueOf(first);
    const high = db.cats.valueOf(last);
    if (low === 0 || high === 0)
      return `ctx-cat-unknown|category ${low === 0 ? first : last} is not declared`;
    if (low > high) return `level-cat-range|category range ${part} runs backwards`;
    for (let cat = low; cat <= high; cat++) into.add(cat - 1);
    return undefined;
  }

  /** `s0 - s15:c0.c1023` as a range; the high level is the low one when it is left out. */
  parseRange(statement: Statement, node: number, text: string): MlsRange | undefined {
    const expanded = this.text(text);
    const dash = /\s*-\s*/.exec(expanded);
    const lowText = dash === null ? expanded : expanded.slice(0, dash.index);
    const low = this.parseLevel(statement, node, lowText);
    if (low === undefined) return undefined;
    if (dash === null) return { low, high: low };
    const high = this.parseLevel(statement, node, expanded.slice(dash.index + dash[0].length));
    if (high === undefined) return undefined;
    if (high.sens < low.sens || !high.cats.contains(low.cats)) {
      complain(
        this.parts,
        statement,
        node,
        "rangetrans-order",
        `the high level of ${expanded} does not dominate the low one`,
      );
      return undefined;
    }
    return { low, high };
  }
}

/** The range at an N_RANGE node. */
export function readRange(mls: MlsReader, statement: Statement, node: number): MlsRange | undefined {
  return mls.parseRange(statement, node, mls.sourceText(statement, node));
}

/** Fills sensitivities, categories and levels. */
export function buildMls(parts: StatementParts, statements: readonly Statement[]): MlsReader {
  const { db } = parts;
  for (const datum of [...db.sens]) db.sens.delete(datum);
  for (const datum of [...db.cats]) db.cats.delete(datum);
  const reader = new MlsReader(parts);
  const sensitivities: { name: string; aliases: string[] }[] = [];
  let order: string[] = [];
  const known = new Set<string>();
  let cats = 0;
  for (const statement of statements) {
    const children = childrenOf(statement.tree, statement.node);
    const nameNode = children[0];
    if (nameNode === undefined) continue;
    if (statement.kind === N_SENSITIVITY) {
      const name = nameAt(parts, statement, nameNode);
      if (known.has(name))
        complain(parts, statement, nameNode, "sens-dup", `sensitivity ${name} is declared twice`);
      known.add(name);
      sensitivities.push({ name, aliases: aliasesOf(parts, statement, children[1]) });
    } else if (statement.kind === N_DOMINANCE) order = dominance(parts, statement, children);
    else if (statement.kind === N_CATEGORY) {
      const name = nameAt(parts, statement, nameNode);
      if (db.cats.valueOf(name) !== 0) {
        complain(parts, statement, nameNode, "cat-dup", `category ${name} is declared twice`);
        continue;
      }
      db.cats.set({ name, value: ++cats });
      for (const alias of aliasesOf(parts, statement, children[1])) db.cats.alias(alias, cats);
    }
  }
  const levels = readLevels(parts, reader, statements);
  const sorted = order.length > 0 ? order : sensitivities.map((s) => s.name);
  for (const { name, aliases } of sensitivities) {
    const value = sorted.indexOf(name) + 1;
    if (value === 0 || db.sens.get(name) !== undefined) continue;
    db.sens.set({ name, value, level: { sens: value, cats: levels.get(name) ?? new Ebitmap() } });
    for (const alias of aliases) db.sens.alias(alias, value);
  }
  return reader;
}

function aliasesOf(parts: StatementParts, statement: Statement, node: number | undefined): string[] {
  return node === undefined
    ? []
    : childrenOf(statement.tree, node).map((child) => nameAt(parts, statement, child));
}

function dominance(parts: StatementParts, statement: Statement, children: readonly number[]): string[] {
  const order: string[] = [];
  for (const child of children) {
    const name = nameAt(parts, statement, child);
    if (order.includes(name))
      complain(parts, statement, child, "dom-multi", `sensitivity ${name} is listed twice`);
    else order.push(name);
  }
  return order;
}

function readLevels(
  parts: StatementParts,
  reader: MlsReader,
  statements: readonly Statement[],
): Map<string, Ebitmap> {
  const levels = new Map<string, Ebitmap>();
  for (const statement of statements) {
    if (statement.kind !== N_LEVELDECL) continue;
    const node = statement.node + 1;
    const text = reader.text(reader.sourceText(statement, node)).replace(/\s+/g, "");
    const colon = text.indexOf(":");
    const name = colon < 0 ? text : text.slice(0, colon);
    const cats = new Ebitmap();
    for (const part of colon < 0 ? [] : text.slice(colon + 1).split(",")) {
      const problem = reader.addCategories(part, cats);
      if (problem === undefined) continue;
      const [code, message] = problem.split("|") as [string, string];
      complain(parts, statement, node, code === "ctx-cat-unknown" ? "level-cat-unknown" : code, message);
    }
    if (levels.has(name))
      complain(parts, statement, node, "level-multi", `sensitivity ${name} has its level already`);
    levels.set(name, cats);
  }
  return levels;
}
