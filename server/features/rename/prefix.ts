// A word that macros make names of: `httpd` in `some_template(httpd)` is no symbol, but `httpd_t` is put together from it.
// Renaming it rewrites every call that passes it as a part of names, and every place that spells a name made of it. Names
// are followed through macros that call macros with pieces. Refused where a name is also made in another way, where the
// word is a symbol for one of the macros, or where a macro's own name is put together.

import type { SymbolKind } from "../../compiler/face.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { type SymbolUse, symbolOfToken } from "../symbolAt.ts";
import { tokensOf } from "../treeIndex.ts";
import type { View } from "../view.ts";
import { collision } from "./collisions.ts";
import { isMacroName, namingProblem } from "./naming.ts";
import { argumentUse } from "./parameterUse.ts";
import { compositions } from "./pieces.ts";
import { FIXED_KINDS, fixedText, type Refusal, site } from "./subject.ts";
import type { Rewrite } from "./workspaceEdit.ts";

/** A word that begins names, and what becomes of all names that are made of it. */
export interface PrefixEdit {
  readonly rewrites: readonly Rewrite[];
  /** old name → new name, the word itself left out */
  readonly names: ReadonlyMap<string, string>;
}

/** True for an argument that is a part of names and nothing else. */
export function isPrefix(snapshot: Snapshot, use: SymbolUse): boolean {
  if (use.slot.kinds.length > 0 || !/^[A-Za-z]\w*$/.test(use.name)) return false;
  const argument = argumentUse(snapshot, use);
  return argument?.composes === true && argument.kinds.size === 0 && !argument.unclear;
}

/** The rewrites that give a prefix another name. */
export function renamePrefix(view: View, prefix: string, newPrefix: string): PrefixEdit | Refusal {
  if (!/^[A-Za-z]\w*$/.test(newPrefix)) return { refused: `\`${newPrefix}\` cannot begin names` };
  const names = madeNames(view.snapshot, prefix, newPrefix);
  if ("refused" in names) return names;
  const rewrites: Rewrite[] = [];
  for (const [name, newName] of names) {
    const isWord = name === prefix;
    const problem = isWord
      ? namingProblem(view, newName, { name: prefix, kinds: new Set() })
      : nameProblem(view, name, newName);
    const places = problem === undefined ? placesOf(view, name, newName, isWord) : { refused: problem };
    if ("refused" in places) return places;
    rewrites.push(...places);
  }
  names.delete(prefix);
  return { rewrites, names };
}

/** Every name that is made of a prefix, with what it becomes. */
function madeNames(snapshot: Snapshot, prefix: string, newPrefix: string): Map<string, string> | Refusal {
  const made = new Map([[prefix, newPrefix]]);
  const all = compositions(snapshot).filter(({ text }) => /^[^$]*\$\d+[^$]*$/.test(text));
  const parts = all.map(({ text, meanings }) => {
    const [before = "", after = ""] = text.split(/\$\d+/);
    return { before, after, meanings };
  });
  for (let grown = -1; grown !== made.size; ) {
    grown = made.size;
    for (const { before, after, meanings } of parts)
      for (const [piece, newPiece] of [...made]) {
        const name = before + piece + after;
        // A name that nothing spells or makes is no word yet: most need not be asked about.
        if (made.has(name) || snapshot.compiled.words.find(name) <= 0) continue;
        if (meanings().has(name)) made.set(name, before + newPiece + after);
      }
  }
  const trouble = otherMaking(snapshot, made, prefix);
  return trouble === undefined ? made : { refused: trouble };
}

/** A name that is also made in a way that the new prefix does not change. */
function otherMaking(
  snapshot: Snapshot,
  made: ReadonlyMap<string, string>,
  prefix: string,
): string | undefined {
  for (const { text, shape, meanings } of compositions(snapshot))
    for (const [name, newName] of made) {
      if (name === prefix || !shape.test(name) || !meanings().has(name)) continue;
      const [before = "", after = "", ...more] = text.split(/\$(?:\d+|[*@#])/);
      const piece = made.get(name.slice(before.length, name.length - after.length));
      if (more.length === 0 && piece !== undefined && before + piece + after === newName) continue;
      return `\`${name}\` is made of \`${prefix}\`, and also put together as \`${text}\``;
    }
  return undefined;
}

/** Why a name that is made of the prefix cannot become another. */
function nameProblem(view: View, name: string, newName: string): string | undefined {
  const kinds = new Set<SymbolKind>();
  for (const { kind, file: id } of view.snapshot.compiled.declarations(name)) {
    kinds.add(kind);
    if (kind === "type") kinds.add("alias").add("attribute");
    const fixed = FIXED_KINDS.get(kind);
    if (fixed !== undefined) return `\`${name}\` is a ${kind}: ${fixed}`;
    const file = view.snapshot.file(id);
    if (file !== undefined && fixedText(file) !== undefined)
      return `\`${name}\` is declared in ${fixedText(file)}`;
  }
  if (isMacroName(kinds)) return `\`${name}\` is a macro, and its name is put together in a call`;
  return (
    namingProblem(view, newName, { name, kinds }) ??
    (kinds.size === 0 ? undefined : collision(view, newName, kinds))
  );
}

/** The places that spell a name; for the prefix itself, those that pass it on as a part of names. */
function placesOf(view: View, name: string, text: string, isWord: boolean): Rewrite[] | Refusal {
  const { snapshot } = view;
  const word = snapshot.compiled.words.find(name);
  const found: Rewrite[] = [];
  for (const file of word > 0 ? snapshot.files() : [])
    for (const token of tokensOf(file.tree, word)) {
      const use = symbolOfToken(file, token);
      if (use === undefined) continue;
      const where = site(view, file, use.start);
      if (isWord) {
        const argument = argumentUse(snapshot, use);
        if (use.slot.kinds.length > 0 || argument === undefined || !argument.composes) continue;
        if (!isPrefix(snapshot, use))
          return { refused: `\`${name}\` at ${where} is passed to a macro for which it is a name, too` };
      }
      const fixed = fixedText(file);
      if (fixed !== undefined) return { refused: `\`${name}\` is also named in ${fixed}` };
      if (use.name !== name) return { refused: `\`${name}\` at ${where} is part of \`${use.name}\`` };
      found.push({ file, start: use.start, end: use.end, text });
    }
  return found;
}
