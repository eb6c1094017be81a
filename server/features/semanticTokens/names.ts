// What a word is at a place of the syntax, as a token type: where a place allows several kinds, the policy decides.
// Answers are kept by word and place for one state of the policy. Invariant: 0 is unknown, 255 is no token, anything
// else is a token type + 1 in the low 5 bits and modifiers above.

import type { Compiled, SymbolKind } from "../../compiler/face.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import type { Slot } from "../slots.ts";
import {
  MOD_DEPRECATED,
  TK_ATTRIBUTE,
  TK_BOOLEAN,
  TK_CLASS,
  TK_INTERFACE,
  TK_LEVEL,
  TK_MACRO,
  TK_MODULE,
  TK_PARAMETER,
  TK_PERMISSION,
  TK_ROLE,
  TK_TYPE,
  TK_USER,
} from "./legend.ts";

export const NO_TOKEN = 255;
const BITS = 5;

const OF_KIND: Readonly<Partial<Record<SymbolKind, number>>> = {
  type: TK_TYPE,
  alias: TK_TYPE,
  attribute: TK_ATTRIBUTE,
  class: TK_CLASS,
  common: TK_CLASS,
  permission: TK_PERMISSION,
  role: TK_ROLE,
  attribute_role: TK_ROLE,
  user: TK_USER,
  bool: TK_BOOLEAN,
  tunable: TK_BOOLEAN,
  sensitivity: TK_LEVEL,
  category: TK_LEVEL,
  sid: TK_LEVEL,
  interface: TK_INTERFACE,
  template: TK_INTERFACE,
  macro: TK_MACRO,
  module: TK_MODULE,
};

interface Known {
  readonly generation: number;
  readonly bySlot: Map<Slot, Map<number, number>>;
}

const caches = new WeakMap<Compiled, Known>();

/** The answers of the present state for one kind of place. */
export function answersFor({ compiled, generation }: Snapshot, slot: Slot): Map<number, number> {
  let known = caches.get(compiled);
  if (known === undefined || known.generation !== generation) {
    known = { generation, bySlot: new Map() };
    caches.set(compiled, known);
  }
  let answers = known.bySlot.get(slot);
  if (answers === undefined) {
    answers = new Map();
    known.bySlot.set(slot, answers);
  }
  return answers;
}

/** What a word is at a place. */
export function classify(compiled: Compiled, word: number, slot: Slot): number {
  const text = compiled.words.text(word);
  if (text.charCodeAt(0) === 36 && /^\$[\d*@]+$/.test(text)) return TK_PARAMETER + 1;
  const { kinds } = slot;
  if (slot.declares) return kinds[0] === undefined ? NO_TOKEN : (OF_KIND[kinds[0]] ?? 0) + 1;
  if (kinds.length === 0) return anything(compiled, text);
  if (kinds.includes("type") && kinds.includes("attribute")) return typeOrSet(compiled, text);
  if (kinds.includes("interface")) return macroToken(compiled, text) ?? TK_MACRO + 1;
  if (kinds.includes("macro")) {
    const macro = compiled.macro(text) === undefined ? undefined : TK_MACRO;
    const other = kinds.find((kind) => kind !== "macro");
    return (macro ?? (other === undefined ? TK_MACRO : (OF_KIND[other] ?? TK_MACRO))) + 1;
  }
  return (OF_KIND[kinds[0] as SymbolKind] ?? 0) + 1;
}

function typeOrSet(compiled: Compiled, text: string): number {
  const datum = compiled.db.types.get(text);
  if (datum !== undefined) return (datum.isAttribute ? TK_ATTRIBUTE : TK_TYPE) + 1;
  return (compiled.macro(text) === undefined ? TK_TYPE : TK_MACRO) + 1;
}

/** A word in an argument: whatever has that name, types first. */
function anything(compiled: Compiled, text: string): number {
  const { db } = compiled;
  const datum = db.types.get(text);
  if (datum !== undefined) return (datum.isAttribute ? TK_ATTRIBUTE : TK_TYPE) + 1;
  if (text.includes("$")) return TK_TYPE + 1;
  if (db.roles.get(text) !== undefined) return TK_ROLE + 1;
  if (db.classes.get(text) !== undefined) return TK_CLASS + 1;
  if (db.bools.get(text) !== undefined) return TK_BOOLEAN + 1;
  if (db.users.get(text) !== undefined) return TK_USER + 1;
  return macroToken(compiled, text) ?? NO_TOKEN;
}

/** Interfaces and templates apart from other macros, and those that say that they are deprecated. */
function macroToken(compiled: Compiled, text: string): number | undefined {
  const macro = compiled.macro(text);
  if (macro === undefined) return undefined;
  const type = macro.kind === "macro" ? TK_MACRO : TK_INTERFACE;
  const deprecated = macro.body.includes("refpolicywarn") && /deprecat/i.test(macro.body);
  return (type + 1) | (deprecated ? MOD_DEPRECATED << BITS : 0);
}

/** Type and modifiers of an answer. */
export function typeOf(answer: number): number {
  return (answer & ((1 << BITS) - 1)) - 1;
}
export function modifiersOf(answer: number): number {
  return answer >> BITS;
}
