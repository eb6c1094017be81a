// What a word is at a place of the syntax, as a token type: where a place allows several kinds, the policy decides.
// Who asks keeps the answers (classify.ts). Invariant: 255 is no token, anything else is a token type + 1 in the low 5
// bits and modifiers above.

import type { Compiled, SymbolKind } from "../../compiler/face.ts";
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

/** How words at a place are told apart; where a place allows one kind only, `fixed` is it, whatever the policy says. */
export interface Classifier {
  readonly fixed: number | undefined;
  readonly ask: (compiled: Compiled, text: string, word: number, bodies: Bodies) => number;
}

/** What was read in macros' bodies; a body stays the same string while nobody edits it. */
export type Bodies = Map<number, { readonly body: string; readonly isDeprecated: boolean }>;

/** How words are told apart at a place. */
export function classifierOf(slot: Slot): Classifier {
  const { kinds } = slot;
  const first = kinds[0];
  if (first === undefined && slot.declares) return fixedAs(NO_TOKEN);
  if (first === undefined) return { fixed: undefined, ask: anything };
  const plain = (OF_KIND[first] ?? 0) + 1;
  if (slot.declares) return fixedAs(plain);
  if (kinds.includes("type") && kinds.includes("attribute")) return { fixed: undefined, ask: typeOrSet };
  if (kinds.includes("interface"))
    return {
      fixed: undefined,
      ask: (compiled, _, word, bodies) => macroToken(compiled, word, bodies) ?? TK_MACRO + 1,
    };
  if (!kinds.includes("macro")) return fixedAs(plain);
  const other = kinds.find((kind) => kind !== "macro");
  const otherwise = (other === undefined ? TK_MACRO : (OF_KIND[other] ?? TK_MACRO)) + 1;
  const ask = (compiled: Compiled, _: string, word: number): number =>
    compiled.macroOfWord(word) === undefined ? otherwise : TK_MACRO + 1;
  return { fixed: undefined, ask };
}

function fixedAs(answer: number): Classifier {
  return { fixed: answer, ask: () => answer };
}

/** What a word is at a place. */
export function classify(
  compiled: Compiled,
  word: number,
  { fixed, ask }: Classifier,
  bodies: Bodies,
): number {
  const text = compiled.words.text(word);
  if (text.charCodeAt(0) === 36 && /^\$[\d*@]+$/.test(text)) return TK_PARAMETER + 1;
  return fixed ?? ask(compiled, text, word, bodies);
}

function typeOrSet(compiled: Compiled, text: string, word: number): number {
  const datum = compiled.db.types.get(text);
  if (datum !== undefined) return (datum.isAttribute ? TK_ATTRIBUTE : TK_TYPE) + 1;
  return (compiled.macroOfWord(word) === undefined ? TK_TYPE : TK_MACRO) + 1;
}

/** A word in an argument: whatever has that name, types first. */
function anything(compiled: Compiled, text: string, word: number, bodies: Bodies): number {
  const { db } = compiled;
  const datum = db.types.get(text);
  if (datum !== undefined) return (datum.isAttribute ? TK_ATTRIBUTE : TK_TYPE) + 1;
  if (text.includes("$")) return TK_TYPE + 1;
  if (db.roles.get(text) !== undefined) return TK_ROLE + 1;
  if (db.classes.get(text) !== undefined) return TK_CLASS + 1;
  if (db.bools.get(text) !== undefined) return TK_BOOLEAN + 1;
  if (db.users.get(text) !== undefined) return TK_USER + 1;
  return macroToken(compiled, word, bodies) ?? NO_TOKEN;
}

/** Interfaces and templates apart from other macros, and those that say that they are deprecated. */
function macroToken(compiled: Compiled, word: number, bodies: Bodies): number | undefined {
  const macro = compiled.macroOfWord(word);
  if (macro === undefined) return undefined;
  const { kind, body } = macro;
  let known = bodies.get(word);
  if (known?.body !== body) {
    known = { body, isDeprecated: body.includes("refpolicywarn") && /deprecat/i.test(body) };
    bodies.set(word, known);
  }
  const type = kind === "macro" ? TK_MACRO : TK_INTERFACE;
  return (type + 1) | (known.isDeprecated ? MOD_DEPRECATED << BITS : 0);
}

/** Type and modifiers of an answer. */
export function typeOf(answer: number): number {
  return (answer & ((1 << BITS) - 1)) - 1;
}
export function modifiersOf(answer: number): number {
  return answer >> BITS;
}
