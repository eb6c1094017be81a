// Whether a name is free: nothing of the same name space is declared, required, used or put together under it, for a
// require that nothing met yet would be met by the renamed symbol. A macro's name must stand nowhere at all, because
// m4 expands it wherever it stands, in paths and quotes too. Comments don't count.

import { tokenAt } from "../../../grammar/syntax/find.ts";
import type { SymbolKind } from "../../compiler/face.ts";
import type { SourceFile } from "../../workspace/snapshot.ts";
import { symbolOfToken } from "../symbolAt.ts";
import { tokensOf } from "../treeIndex.ts";
import type { View } from "../view.ts";
import { isMacroName } from "./naming.ts";
import { pieceMaking } from "./pieces.ts";
import { site } from "./subject.ts";

/** Who has a name already, as a sentence; undefined when it is free. */
export function collision(view: View, name: string, kinds: ReadonlySet<SymbolKind>): string | undefined {
  const { compiled } = view.snapshot;
  for (const { kind, file, start } of compiled.declarations(name)) {
    if (!kinds.has(kind)) continue;
    const source = view.snapshot.file(file);
    const where = source === undefined ? "" : ` at ${site(view, source, start)}`;
    return `there is a ${kind} \`${name}\` already${where}`;
  }
  const isMacro = isMacroName(kinds);
  const word = compiled.words.find(name);
  if (word > 0)
    for (const file of view.snapshot.files())
      for (const token of tokensOf(file.tree, word)) {
        const use = symbolOfToken(file, token);
        if (use === undefined) continue;
        const slot = use.slot.kinds;
        if (!isMacro && slot.length > 0 && !slot.some((kind) => kinds.has(kind))) continue;
        return `\`${name}\` is used at ${site(view, file, use.start)} already: it would mean this then`;
      }
  if (isMacro) {
    const text = textUse(view, name);
    if (text !== undefined) return text;
  }
  const piece = pieceMaking(view.snapshot, name);
  return piece === undefined
    ? undefined
    : `\`${name}\` is what \`${piece.text}\` at ${site(view, piece.file, piece.start)} becomes`;
}

/** Where a word that is to be a macro stands in a path or in quotes. */
function textUse(view: View, name: string): string | undefined {
  for (const file of view.snapshot.files())
    for (const at of mentions(file.text, name))
      if (!isInComment(file, at))
        return `\`${name}\` stands at ${site(view, file, at)}, where m4 would expand it`;
  return undefined;
}

/** Where a text has a name as a whole word. */
export function* mentions(text: string, name: string): Generator<number> {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
    const before = text.slice(Math.max(0, at - 2), at);
    const after = text.slice(at + name.length, at + name.length + 2);
    if (/[\w$]$|[\w$][.-]$/.test(before) || /^\w|^[.-]\w/.test(after)) continue;
    yield at;
  }
}

/** True for text behind a `#` that no token holds. */
export function isInComment(file: SourceFile, at: number): boolean {
  const { tokens } = file.tree;
  const token = tokenAt(tokens, at);
  if (token >= 0 && (tokens.end[token] as number) > at) return false;
  const line = file.text.lastIndexOf("\n", at - 1) + 1;
  return file.text.slice(line, at).includes("#");
}
