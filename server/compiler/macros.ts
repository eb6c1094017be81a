// The callable macros of a policy: interfaces, templates and defines as data for completion, hover and signature
// help. The list is made once a revision; what depends on a definition's text alone (arity, body) is kept with the
// unit for as long as its text stays, so an edit reads one definition anew. It knows no documentation comments.

import { endOf, startOf, textOf } from "../../grammar/syntax/tree.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { Macro } from "./face.ts";
import { UNIT_INTERFACE, UNIT_TEMPLATE, type Unit } from "./units.ts";

/** What a definition's text alone says. */
interface Definition {
  readonly text: string;
  readonly body: string;
  readonly arity: number;
}

interface MacroList {
  readonly revision: number;
  readonly byUnit: Map<Unit, Macro>;
  all: readonly Macro[] | undefined;
}

const lists = new WeakMap<CompiledPolicy, MacroList>();
const definitions = new WeakMap<Unit, Definition>();

/** The macro that a call of this name runs: the last definition, as in m4. */
export function macroOf(compiled: CompiledPolicy, name: string): Macro | undefined {
  const word = compiled.words.find(name);
  return word > 0 ? macroOfWord(compiled, word) : undefined;
}

/** The same for a word, by its number. */
export function macroOfWord(compiled: CompiledPolicy, word: number): Macro | undefined {
  const unit = compiled.state.units.macro(word);
  return unit === undefined ? undefined : macroOfUnit(compiled, unit);
}

/** Every macro that can be called. */
export function macrosOf(compiled: CompiledPolicy): readonly Macro[] {
  const list = listOf(compiled);
  if (list.all === undefined) {
    const all: Macro[] = [];
    for (const unit of compiled.state.units.macros()) all.push(macroOfUnit(compiled, unit));
    list.all = all;
  }
  return list.all;
}

/** What kind of macro a unit is. */
export function macroKind(unit: Unit): Macro["kind"] {
  return unit.kind === UNIT_INTERFACE ? "interface" : unit.kind === UNIT_TEMPLATE ? "template" : "macro";
}

function listOf(compiled: CompiledPolicy): MacroList {
  let list = lists.get(compiled);
  if (list === undefined || list.revision !== compiled.revision) {
    list = { revision: compiled.revision, byUnit: new Map(), all: undefined };
    lists.set(compiled, list);
  }
  return list;
}

/** The macro that a unit defines, hidden by a later one or not. */
export function macroOfUnit(compiled: CompiledPolicy, unit: Unit): Macro {
  const list = listOf(compiled);
  let macro = list.byUnit.get(unit);
  if (macro === undefined) {
    const { tree, node } = unit;
    const { body, arity } = definitionOf(unit);
    macro = {
      name: compiled.words.text(unit.name),
      kind: macroKind(unit),
      file: unit.file,
      start: startOf(tree, node),
      end: endOf(tree, node),
      nameStart: startOf(tree, node + 1),
      nameEnd: endOf(tree, node + 1),
      arity,
      body,
    };
    list.byUnit.set(unit, macro);
  }
  return macro;
}

function definitionOf(unit: Unit): Definition {
  const known = definitions.get(unit);
  if (known !== undefined && known.text === unit.text) return known;
  const body = unit.body < 0 ? "" : unquoted(textOf(unit.tree, unit.node + unit.body));
  const made: Definition = { text: unit.text, body, arity: arityOf(body) };
  definitions.set(unit, made);
  return made;
}

function unquoted(text: string): string {
  return text.startsWith("`") && text.endsWith("'") ? text.slice(1, -1) : text;
}

/** The highest `$n` outside comments. */
function arityOf(body: string): number {
  if (!body.includes("$")) return 0;
  let arity = 0;
  for (const match of body.matchAll(/(?:#|\bdnl\b)[^\n]*|\$(\d{1,4})/g))
    if (match[1] !== undefined) arity = Math.max(arity, Number(match[1]));
  return arity;
}
