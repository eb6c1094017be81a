// Operations of block code as policy text, one statement each: `allow a_t b_t:file { getattr open read };`. Macros in
// sets are expanded, attributes stay names. Requires, calls and problems have no text: they are no rules.

import { SYM_ATTRIBUTE, SYM_BOOL, SYM_TUNABLE, SYM_TYPE } from "../../grammar/syntax/kinds.ts";
import type { SyntaxTree } from "../../grammar/syntax/tree.ts";
import { OP_ATTR, OP_AV, OP_DECL, OP_STATEMENT, OP_TYPE, OP_XPERM, SYM_ALIAS } from "./code.ts";
import type { CompiledPolicy } from "./compile.ts";
import { type Program, readable } from "./scratch.ts";
import type { XSet } from "./xsets.ts";

const AV_NAMES = ["", "allow", "auditallow", "dontaudit", "auditdeny", "neverallow"];
const TYPE_NAMES = ["", "type_transition", "type_member", "type_change"];
/** Longest text of a statement that is shown as written. */
const LONGEST = 2000;

/** The text of the operation at a code position; undefined when it is no rule. */
export function operationText(
  compiled: CompiledPolicy,
  program: Program,
  block: number,
  at: number,
): string | undefined {
  const text = rawText(compiled, program, block, at);
  return text === undefined ? undefined : readable(text);
}

function rawText(compiled: CompiledPolicy, program: Program, block: number, at: number): string | undefined {
  const { code } = program;
  const { words, xsets } = compiled.state;
  const value = (operand: number): number => code.at[at + operand] as number;
  const set = (operand: number): string => setText(compiled, value(operand));
  const key = (): string => `${set(2)} ${set(3)}:${set(4)}`;
  switch (code.at[at]) {
    case OP_AV:
      return `${AV_NAMES[value(1)] ?? "allow"} ${key()} ${permissionText(compiled, value(5))};`;
    case OP_TYPE:
      return `${TYPE_NAMES[value(1)] ?? "type_transition"} ${key()} ${set(5)};`;
    case OP_XPERM: {
      const name = `${AV_NAMES[value(1)] ?? "allow"}xperm`;
      return `${name} ${key()} ${set(5)} ${rangesText(xsets.all[value(6)])};`;
    }
    case OP_ATTR:
      return `typeattribute ${set(1)} ${words.text(value(2))};`;
    case OP_DECL:
      return declarationText(compiled, value(1), value(2), value(3));
    case OP_STATEMENT:
      return statementText(compiled, program, block, at);
    default:
      return undefined;
  }
}

function declarationText(
  compiled: CompiledPolicy,
  symbol: number,
  word: number,
  extra: number,
): string | undefined {
  const { words } = compiled;
  const name = words.text(word);
  if (symbol === SYM_TYPE) return `type ${name};`;
  if (symbol === SYM_ATTRIBUTE) return `attribute ${name};`;
  if (symbol === SYM_ALIAS) return `typealias ${setText(compiled, extra)} alias ${name};`;
  if (symbol === SYM_BOOL || symbol === SYM_TUNABLE) return `bool ${name} ${setText(compiled, extra)};`;
  // All others come with an OP_STATEMENT that says more.
  return undefined;
}

/** A rare statement as it is written, parameters filled in. */
function statementText(compiled: CompiledPolicy, program: Program, block: number, at: number): string {
  const { blocks, code } = program;
  const { units, dynamic } = compiled.state;
  const number = code.at[at + 3] as number;
  const unit = units.all[blocks.unit.at[block] as number];
  let tree: SyntaxTree;
  let node = code.at[at + 2] as number;
  if (number > 0 || unit === undefined) tree = dynamic.tree(number);
  else {
    tree = unit.tree;
    node += unit.node;
  }
  const args = number > 0 ? [] : blocks.argumentsOf(block);
  const text = dynamic
    .textOfNode(tree, node, args, unit?.name)
    .replace(/#[^\n]*/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  return text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text;
}

/** A set of names with its macros expanded. */
export function setText(compiled: CompiledPolicy, value: number): string {
  const flat = compiled.state.resolver.flat(value);
  if (flat.star) return "*";
  const names = new Set<string>();
  for (const item of flat.items) names.add(`${(item & 1) !== 0 ? "-" : ""}${compiled.words.text(item >> 2)}`);
  const list = [...names];
  const text = list.length === 1 ? (list[0] as string) : `{ ${list.join(" ")}${list.length > 0 ? " " : ""}}`;
  return flat.tilde ? `~${text}` : text;
}

/** Permissions stand in braces, one or many. */
function permissionText(compiled: CompiledPolicy, value: number): string {
  const text = setText(compiled, value);
  return /^[{*~]/.test(text) ? text : `{ ${text} }`;
}

function rangesText(xset: XSet | undefined): string {
  if (xset === undefined) return "{ }";
  const hex = (n: number): string => `0x${n.toString(16).padStart(4, "0")}`;
  const parts = xset.ranges.map(([low, high]) => (low === high ? hex(low) : `${hex(low)}-${hex(high)}`));
  return parts.length === 0 ? "{ }" : `{ ${parts.join(" ")} }`;
}
