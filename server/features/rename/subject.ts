// What a rename is about: the symbol at a place, every place that spells it, and whether all of it can be rewritten.
// Refused is what is not ours to rename (the kernel's classes, installed headers, generated text), what no source
// spells whole (`$1_t`), and what cannot be told apart from another symbol of the same name.

import { RESERVED } from "../../../grammar/text/tokens.ts";
import type { Declaration, SymbolKind } from "../../compiler/face.ts";
import type { Snapshot, SourceFile } from "../../workspace/snapshot.ts";
import { familyOf, type Occurrence } from "../references.ts";
import { ANY } from "../slots.ts";
import { declarationsOf, type SymbolUse, symbolAt, symbolOfToken } from "../symbolAt.ts";
import { tokensOf } from "../treeIndex.ts";
import { type Place, shortPlace, type View } from "../view.ts";
import { isMacroName } from "./naming.ts";
import { argumentUse } from "./parameterUse.ts";
import { pieceMaking } from "./pieces.ts";

/** A symbol that can be renamed. */
export interface Subject {
  readonly use: SymbolUse;
  readonly name: string;
  readonly kinds: ReadonlySet<SymbolKind>;
  /** what users call it */
  readonly kind: SymbolKind;
  readonly places: readonly Occurrence[];
}

/** Why something cannot be done, as a sentence. */
export interface Refusal {
  readonly refused: string;
}

/** Kinds that programs outside of the policy look up by name. */
export const FIXED_KINDS: ReadonlyMap<SymbolKind, string> = new Map([
  ["class", "the kernel and programs look classes up by name"],
  ["common", "macros of all classes are named after it"],
  ["permission", "the kernel and programs look permissions up by name"],
  ["sid", "the kernel looks initial SIDs up by name"],
  ["sensitivity", "levels are also spelled by `gen_sens`, ranges and the installed configuration"],
  ["category", "categories are also spelled by `gen_cats`, ranges and the installed configuration"],
  ["module", "a module goes by the name of its file: rename the file"],
]);

/** The symbol at a place, refused when it cannot be renamed; undefined where there is none. */
export function subjectAt(view: View, place: Place): Subject | Refusal | undefined {
  const use = symbolAt(place.file, place.offset);
  if (use === undefined) return undefined;
  const { snapshot } = view;
  const { name } = use;
  if (name.includes("$")) return { refused: parameterText(name) };
  if (name === "object_r") return { refused: "`object_r` is built into every policy" };
  const word = snapshot.compiled.words.find(name);
  if (word > 0 && word <= RESERVED) return { refused: `\`${name}\` is a word of the policy language` };
  const prefixed = beginsNames(snapshot, use);
  if (prefixed !== undefined) return { refused: prefixed };
  const declarations = pick(snapshot, use, declarationsOf(snapshot, use));
  const [first] = declarations;
  if (first === undefined) return isNumberLike(name) ? undefined : { refused: undeclared(snapshot, name) };
  const fixed = FIXED_KINDS.get(first.kind);
  if (fixed !== undefined) return { refused: `\`${name}\` is a ${first.kind}: ${fixed}` };
  const kinds = familyOf(use, declarations);
  const trouble = declarationTrouble(view, name, declarations);
  if (trouble !== undefined) return { refused: trouble };
  const piece = pieceMaking(snapshot, name);
  if (piece !== undefined)
    return {
      refused: `\`${name}\` is also put together from pieces: \`${piece.text}\` at ${site(view, piece.file, piece.start)}`,
    };
  const found = placesOf(view, name, kinds);
  if ("refused" in found) return found;
  if (!found.some((one) => one.file.id === use.file.id && one.start === use.start))
    return { refused: `\`${name}\` means something else here` };
  return { use, name, kinds, kind: first.kind, places: found };
}

/** An argument that is nothing but a part of other names is no symbol; undefined for all else. */
function beginsNames(snapshot: Snapshot, use: SymbolUse): string | undefined {
  if (use.slot.kinds.length > 0) return undefined;
  const argument = argumentUse(snapshot, use);
  if (argument === undefined || !argument.composes || argument.kinds.size > 0) return undefined;
  return `\`${use.name}\` is no symbol here: the macro makes other names of it`;
}

/** The declarations that an argument means, when those of several kinds have the name. */
function pick(
  snapshot: Snapshot,
  use: SymbolUse,
  declarations: readonly Declaration[],
): readonly Declaration[] {
  if (use.slot.kinds.length > 0) return declarations;
  const kinds = argumentUse(snapshot, use)?.kinds;
  if (kinds === undefined || kinds.size === 0) return declarations;
  return declarations.filter(({ kind }) => kinds.has(kind) || (kind === "alias" && kinds.has("type")));
}

function parameterText(name: string): string {
  return /^\$[\d*@#]+$/.test(name)
    ? `\`${name}\` is a parameter: macros know theirs by position`
    : `\`${name}\` is put together from arguments: it is another name in each call`;
}

function isNumberLike(name: string): boolean {
  return !/^[A-Za-z_]/.test(name);
}

function undeclared(snapshot: Snapshot, name: string): string {
  if (snapshot.compiled.options.defines.has(name)) return `\`${name}\` is defined by the build`;
  return `nothing in this policy declares \`${name}\``;
}

/** What is wrong with where a symbol is declared. */
function declarationTrouble(
  view: View,
  name: string,
  declarations: readonly Declaration[],
): string | undefined {
  for (const { file: id, start, end, via } of declarations) {
    const file = view.snapshot.file(id);
    if (file === undefined) return `\`${name}\` is declared by no file`;
    const fixed = fixedText(file);
    if (fixed !== undefined) return `\`${name}\` is declared in ${fixed}`;
    if (file.text.slice(start, end) === name) {
      const set = view.snapshot.compiled.options.booleans.get(name);
      const [, plain] = /^[\s,]*(true|false)/.exec(file.text.slice(end, end + 40)) ?? [];
      if (set === undefined || plain === undefined || set === plain) continue;
      return `booleans.conf sets \`${name}\` to ${set}, which a new name would not inherit`;
    }
    const where = site(view, file, start);
    const inner = via?.at(-1);
    const made = inner === undefined ? "" : ` (${shortPlace(view, inner)})`;
    return `\`${name}\` is made by a macro${made} out of \`${file.text.slice(start, end)}\` at ${where}`;
  }
  return undefined;
}

/** What text is not the user's to change; undefined when it is. */
export function fixedText(file: SourceFile): string | undefined {
  const name = file.path.slice(file.path.lastIndexOf("/") + 1);
  if (file.generated || /^corenetwork\.(te|if)$/.test(name))
    return `${name}, which is generated (from corenetwork.${name.endsWith("if") ? "if" : "te"}.in)`;
  return file.foreign ? `${file.path}, which is installed and not part of the workspace` : undefined;
}

/** Every place that spells the symbol. */
function placesOf(view: View, name: string, kinds: ReadonlySet<SymbolKind>): readonly Occurrence[] | Refusal {
  const { snapshot } = view;
  const isMacro = isMacroName(kinds);
  const others = snapshot.compiled.declarations(name).filter(({ kind }) => !kinds.has(kind));
  const found: Occurrence[] = [];
  const word = snapshot.compiled.words.find(name);
  for (const file of word > 0 ? snapshot.files() : [])
    for (const token of tokensOf(file.tree, word)) {
      const use = symbolOfToken(file, token);
      if (use === undefined) continue;
      const answer = isMacro ? true : isOurs(snapshot, use, kinds, others);
      if (answer === false) continue;
      const where = site(view, file, use.start);
      if (typeof answer === "string") return { refused: `\`${name}\` at ${where} ${answer}` };
      const fixed = fixedText(file);
      if (fixed !== undefined) return { refused: `\`${name}\` is also named in ${fixed}` };
      if (use.name !== name) return { refused: `\`${name}\` at ${where} is part of \`${use.name}\`` };
      found.push({ file, start: use.start, end: use.end, declares: use.slot.declares });
    }
  return found.some((one) => one.declares) || isMacro || isDeclaredByMacro(snapshot, name, kinds)
    ? found
    : { refused: `\`${name}\` is only required here: it is declared in a policy that is not at hand` };
}

/** A macro declares `foo_t` of `some_macro(foo_t)`: the place is an argument and says nothing. */
function isDeclaredByMacro(snapshot: Snapshot, name: string, kinds: ReadonlySet<SymbolKind>): boolean {
  return snapshot.compiled
    .declarations(name)
    .some(
      ({ kind, via, file, start }) =>
        kinds.has(kind) && (via !== undefined || isDefining(snapshot, file, start)),
    );
}

/** gen_user( and its like declare with an argument. */
function isDefining(snapshot: Snapshot, id: number, start: number): boolean {
  const file = snapshot.file(id);
  const use = file === undefined ? undefined : symbolAt(file, start);
  return use !== undefined && use.slot.kinds.length === 0;
}

/** Whether a use means a symbol of these kinds; a text says why that cannot be told or done. */
function isOurs(
  snapshot: Snapshot,
  use: SymbolUse,
  kinds: ReadonlySet<SymbolKind>,
  others: readonly Declaration[],
): boolean | string {
  const slot = use.slot.kinds;
  if (slot.some((kind) => kinds.has(kind))) return true;
  // A name of another kind, if there is such a symbol; else its place is not understood, and nothing is risked.
  if (slot.length > 0)
    return others.some(({ kind }) => slot.includes(kind)) ? false : "is in a place for another kind of name";
  if (use.slot !== ANY) return false; // file systems and other words of no name space
  const argument = argumentUse(snapshot, use);
  if (argument !== undefined) {
    const fits = [...argument.kinds].some((kind) => kinds.has(kind));
    if (fits && argument.composes) return "is passed to a macro that also makes other names of it";
    if (fits) return true;
    if (!argument.unclear && (argument.kinds.size > 0 || argument.composes)) return false;
  }
  if (others.length > 0) return `may be the ${others[0]?.kind} of the same name`;
  return argument?.composes === true ? "may be a part of other names" : true;
}

/** `name.te:12`. */
export function site(view: View, file: SourceFile, start: number): string {
  return shortPlace(view, { file: file.id, start, end: start });
}
