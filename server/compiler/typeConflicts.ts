// Type rules that disagree: two results for one key, directly or through an attribute, and keys of conditional blocks that
// exist elsewhere. Follows libsepol's expand_terule_helper: outside of conditionals equal rules are merged; a conditional
// rule may meet its key in the other branch of its own conditional only, whatever the result is.

import { endOf, startOf } from "../../grammar/syntax/tree.ts";
import { AVTAB_CHANGE, AVTAB_MEMBER, AVTAB_TYPE } from "../policydb/avtab.ts";
import { callChain, relatedCallsOf } from "./callers.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { Severity, Site } from "./face.ts";
import type { FindingSink } from "./findingSink.ts";
import { hasBase, moduleOf } from "./modules.ts";
import { originNode, originSite } from "./origin.ts";
import { blame } from "./provenance.ts";

/** Conflicts among type rules. */
export function typeConflictFindings(compiled: CompiledPolicy, sink: FindingSink): void {
  const { rules } = compiled.state;
  for (const entry of rules.conflicts) {
    const list = [...rules.contributionsOf(entry)].reverse();
    const differs = (c: number): number | undefined =>
      list.find((other) => rules.mask.at[other] !== rules.mask.at[c]);
    const across = list.some((c) => moduleOfRule(compiled, c) !== moduleOfRule(compiled, list[0] as number));
    const code = conflictCode(compiled, entry, list, across);
    for (const c of list) {
      const other = differs(c);
      if (other !== undefined) report(compiled, sink, entry, c, other, code, severityOf(compiled, across));
    }
  }
  conditionalFindings(compiled, sink);
}

/** A module alone is accepted with it; what links it with the base refuses it. */
function severityOf(compiled: CompiledPolicy, across: boolean): Severity {
  if (compiled.options.mode !== "modular") return "error";
  return across && hasBase(compiled) ? "error" : "warning";
}

function moduleOfRule(compiled: CompiledPolicy, c: number): number {
  if (compiled.options.mode !== "modular") return 0;
  const { rules } = compiled.state;
  return moduleOf(compiled, rules.block.at[c] as number, rules.at.at[c] as number);
}

function conflictCode(
  compiled: CompiledPolicy,
  entry: number,
  contributions: readonly number[],
  across: boolean,
): string {
  if (across) return "expand-ttrans";
  const kind = (compiled.db.avtab.specified[entry] as number) & AVTAB_TYPE;
  if (kind === AVTAB_CHANGE) return "tchange-conflict";
  if (kind === AVTAB_MEMBER) return "tmember-conflict";
  return contributions.some((c) => throughAttribute(compiled, entry, c))
    ? "ttrans-conflict-attr"
    : "ttrans-conflict";
}

/** True when a rule does not name both types of its key. */
function throughAttribute(compiled: CompiledPolicy, entry: number, c: number): boolean {
  const { rules, resolver, code, db } = compiled.state;
  const at = rules.at.at[c] as number;
  const source = resolver.types(code.at[at + 2] as number).plain.includes(db.avtab.source(entry));
  const target = resolver.types(code.at[at + 3] as number);
  return !source || !(target.self || target.plain.includes(db.avtab.target(entry)));
}

interface Meetings {
  /** RuleTable.typeGeneration that they are for */
  readonly generation: number;
  readonly pairs: readonly (readonly [number, number])[];
}

/** Most edits touch no type rule: then the entries that meet are those of before. */
const meetings = new WeakMap<CompiledPolicy, Meetings>();

/** Keys of conditional type rules that exist outside of conditionals, or in another conditional. */
function conditionalFindings(compiled: CompiledPolicy, sink: FindingSink): void {
  const { rules, db } = compiled.state;
  const generation = rules.typeGeneration;
  let known = meetings.get(compiled);
  if (known?.generation !== generation) {
    known = { generation, pairs: [...meetingEntries(compiled)] };
    meetings.set(compiled, known);
  }
  for (const [entry, other] of known.pairs) {
    const code = db.avtab.branch[other] === 0 ? "ttrans-cond-dup" : "ttrans-cond-conflict";
    const severity = severityOf(compiled, false);
    for (const c of rules.contributionsOf(entry))
      for (const d of rules.contributionsOf(other)) {
        report(compiled, sink, entry, c, d, code, severity);
        report(compiled, sink, entry, d, c, code, severity);
      }
  }
}

/** Entries of conditional type rules with others of their key that they may not meet. */
function* meetingEntries(compiled: CompiledPolicy): Iterable<readonly [number, number]> {
  const { rules, db } = compiled.state;
  const { avtab } = db;
  for (const entry of rules.conditionalTypes) {
    const [source, target] = [avtab.source(entry), avtab.target(entry)];
    const tclass = avtab.tclass[entry] as number;
    for (let other = avtab.first(source, target, tclass); other >= 0; other = avtab.nextOf(other)) {
      if (other === entry || avtab.specified[other] !== avtab.specified[entry]) continue;
      const branch = avtab.branch[other] as number;
      if (branch !== 0 && (branch - 1) >> 1 === ((avtab.branch[entry] as number) - 1) >> 1) continue;
      yield [entry, other];
    }
  }
}

function report(
  compiled: CompiledPolicy,
  sink: FindingSink,
  entry: number,
  c: number,
  other: number,
  code: string,
  severity: Severity,
): void {
  const { rules, db } = compiled.state;
  const { avtab } = db;
  const key = `${db.types.nameOf(avtab.source(entry))} ${db.types.nameOf(avtab.target(entry))}:${db.classes.nameOf(avtab.tclass[entry] as number)}`;
  const named = (which: number): string => db.types.nameOf(rules.mask.at[which] as number) ?? "?";
  const message =
    code === "ttrans-cond-dup"
      ? `a type rule for ${key} exists in and outside of a conditional block: ${named(c)} here, ${named(other)} there`
      : code === "ttrans-cond-conflict"
        ? `two conditional blocks have a type rule for ${key}: ${named(c)} here, ${named(other)} in the other`
        : `conflicting type rules for ${key}: ${named(c)} here, ${named(other)} elsewhere`;
  sink.add(placeOf(compiled, c), severity, code, message, [
    { ...placeOf(compiled, other), message: `${named(other)} here` },
    ...relatedCallsOf(compiled, rules.block.at[c] as number),
  ]);
}

/** The result of a rule; a rule whose names come from arguments is the outermost caller's doing. */
function placeOf(compiled: CompiledPolicy, c: number): Site {
  const { rules, code, blocks } = compiled.state;
  const block = rules.block.at[c] as number;
  const at = rules.at.at[c] as number;
  const outer = callChain(compiled, block)[0];
  if (outer !== undefined) return outer;
  if ((blocks.dynamic.at[block] as number) > 0) return originSite(compiled, block, at);
  const { tree, node, file } = originNode(compiled, block, at);
  let result = node + 1;
  for (let n = 1; n < 4; n++) result = tree.end[result] as number;
  if (result >= (tree.end[node] as number)) return originSite(compiled, block, at);
  return (
    blame(compiled, block, result, code.at[at + 5] as number)[0] ?? {
      file,
      start: startOf(tree, result),
      end: endOf(tree, result),
    }
  );
}
