// Named type transitions (`type_transition s t:c new "name"`): keyed by target type, class and name, each with the
// source types that get a result (libsepol's filename_trans_add_comp). Attributes are expanded. A source type that
// already has a result for the key is a duplicate (checkpolicy refuses it) or a conflict.

import { Ebitmap } from "../policydb/ebitmap.ts";
import type { FilenameTransition } from "../policydb/policydb.ts";
import {
  childrenOf,
  complain,
  complainOfPair,
  nameAt,
  type Statement,
  type StatementParts,
  valueAt,
} from "./statements.ts";

/** Collects named transitions in statement order. */
export class NamedTransitions {
  private readonly parts: StatementParts;
  private readonly keys = new Map<
    string,
    { transition: FilenameTransition; data: { sources: Ebitmap; newType: number; statement: Statement }[] }
  >();

  constructor(parts: StatementParts) {
    this.parts = parts;
  }

  add(statement: Statement): void {
    const { parts } = this;
    const children = childrenOf(statement.tree, statement.node);
    const nameNode = children[4];
    const resultNode = children[3];
    if (nameNode === undefined || resultNode === undefined) return;
    const name = nameAt(parts, statement, nameNode).replace(/^"|"$/g, "");
    const newType = parts.db.types.get(nameAt(parts, statement, resultNode));
    if (newType === undefined || newType.isAttribute) {
      complain(
        parts,
        statement,
        resultNode,
        "ftrans-unknown",
        `type ${nameAt(parts, statement, resultNode)} is not declared`,
      );
      return;
    }
    const sources = valueAt(parts, statement, children[0] as number);
    const targets = valueAt(parts, statement, children[1] as number);
    let known = true;
    for (const [node, value] of [
      [children[0], sources],
      [children[1], targets],
    ] as const)
      for (const word of parts.resolver.types(value).unknown) {
        const message = `type or attribute ${parts.words.text(word)} is not declared`;
        complain(parts, statement, node as number, "type-unknown", message, "error", word);
        known = false;
      }
    const classes = parts.resolver.classes(valueAt(parts, statement, children[2] as number));
    for (const word of classes.unknown)
      complain(
        parts,
        statement,
        children[2] as number,
        "class-unknown",
        `class ${parts.words.text(word)} is not declared`,
        "error",
        word,
      );
    if (!known && parts.isLenient?.(statement) !== true) return;
    const sourceTypes = parts.resolver.expanded(sources);
    const self = parts.resolver.types(targets).self;
    for (const tclass of classes.values) {
      for (const target of parts.resolver.expanded(targets))
        this.put(statement, nameNode, target, tclass, name, sourceTypes, newType.value);
      if (self)
        for (const source of sourceTypes)
          this.put(statement, nameNode, source, tclass, name, Uint16Array.of(source), newType.value);
    }
  }

  private put(
    statement: Statement,
    node: number,
    targetType: number,
    tclass: number,
    name: string,
    sources: Uint16Array,
    newType: number,
  ): void {
    const key = `${targetType} ${tclass} ${name}`;
    let entry = this.keys.get(key);
    if (entry === undefined) {
      const data: { sources: Ebitmap; newType: number; statement: Statement }[] = [];
      entry = { transition: { targetType, tclass, name, data }, data };
      this.keys.set(key, entry);
    }
    for (const source of sources) {
      const before = entry.data.find((datum) => datum.sources.has(source - 1));
      if (before !== undefined) {
        const same = before.newType === newType;
        const code = same ? "ftrans-dup" : "ftrans-conflict";
        const problem = { statement, node, code, message: "", severity: "error" } as const;
        complainOfPair(this.parts, problem, before.statement, "named transition", same);
        continue;
      }
      let datum = entry.data.find((candidate) => candidate.newType === newType);
      if (datum === undefined) {
        datum = { sources: new Ebitmap(), newType, statement };
        entry.data.push(datum);
      }
      datum.sources.add(source - 1);
    }
  }

  finish(): FilenameTransition[] {
    return [...this.keys.values()].filter((entry) => entry.data.length > 0).map((entry) => entry.transition);
  }
}
