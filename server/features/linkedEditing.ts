// textDocument/linkedEditingRange: what must be spelled the same and stands close together. A name in a require and its
// uses in the block that requires it, and the two tags around a piece of documentation. Renaming across files is
// another request.

import type { LinkedEditingRanges } from "vscode-languageserver-protocol";
import { N_BLOCK, N_GENREQUIRE, N_REQUIRE } from "../../grammar/syntax/kinds.ts";
import { lineAt, lineSpan } from "../workspace/lines.ts";
import type { SourceFile } from "../workspace/snapshot.ts";
import { childrenOf } from "./children.ts";
import { isRequired, requiredAs } from "./declaration.ts";
import { type SymbolUse, symbolAt, symbolOfToken } from "./symbolAt.ts";
import { tokensOf } from "./treeIndex.ts";
import { type Place, toRange, type View } from "./view.ts";

/** Lines of documentation in which a closing tag is looked for. */
const MOST_LINES = 200;

/** The ranges that are edited together with the one at a place. */
export function linkedEditingRange(view: View, place: Place): LinkedEditingRanges | undefined {
  const tags = tagsAt(place.file, place.offset);
  if (tags !== undefined)
    return {
      ranges: tags.map((at) => toRange(view, place.file, at.start, at.end)),
      wordPattern: "[A-Za-z][A-Za-z0-9-]*",
    };
  const use = symbolAt(place.file, place.offset);
  if (use === undefined || use.name.includes("$")) return undefined;
  const block = requiringBlock(use);
  if (block < 0) return undefined;
  const { tree } = place.file;
  const ranges = tokensOf(tree, view.snapshot.compiled.words.find(use.name))
    .filter((token) => token >= (tree.first[block] as number) && token < (tree.last[block] as number))
    .flatMap((token) => {
      const other = symbolOfToken(place.file, token);
      return other === undefined || !sameFamily(use, other)
        ? []
        : [toRange(view, place.file, other.start, other.end)];
    });
  return ranges.length < 2 ? undefined : { ranges, wordPattern: "[A-Za-z_][\\w.-]*" };
}

function sameFamily(one: SymbolUse, other: SymbolUse): boolean {
  const kinds = other.slot.kinds;
  return (
    one.slot.kinds.length === 0 || kinds.length === 0 || kinds.some((kind) => one.slot.kinds.includes(kind))
  );
}

/** The innermost block around a use that requires its name; -1 for none. */
function requiringBlock(use: SymbolUse): number {
  const { tree } = use.file;
  if (!isRequired(use) && requiredAs(use) < 0) return -1;
  const require = use.path.findIndex(
    (node) => tree.kind[node] === N_REQUIRE || tree.kind[node] === N_GENREQUIRE,
  );
  if (require > 0) return use.path[require - 1] as number;
  return (
    use.path.findLast(
      (node) =>
        (tree.kind[node] === N_BLOCK || node === 0) &&
        childrenOf(tree, node).some(
          (child) => tree.kind[child] === N_REQUIRE || tree.kind[child] === N_GENREQUIRE,
        ),
    ) ?? -1
  );
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** The names of an opening and a closing tag of documentation, when the offset lies in one of them. */
function tagsAt(file: SourceFile, offset: number): readonly Span[] | undefined {
  const { lines } = file;
  const line = lineAt(lines, offset);
  if (!isDocumentation(file, line)) return undefined;
  let first = line;
  let last = line;
  while (first > 0 && line - first < MOST_LINES && isDocumentation(file, first - 1)) first--;
  while (last + 1 < lines.starts.length && last - line < MOST_LINES && isDocumentation(file, last + 1))
    last++;
  const from = lineSpan(lines, first).start;
  const text = file.text.slice(from, lineSpan(lines, last).end);
  const open: { readonly name: string; readonly span: Span }[] = [];
  for (const match of text.matchAll(/<(\/?)([A-Za-z][\w-]*)(?:\s[^<>]*?)?(\/?)>/g)) {
    const [, closing = "", name = "", alone = ""] = match;
    const start = from + match.index + 1 + closing.length;
    const span = { start, end: start + name.length };
    if (closing === "") {
      if (alone === "") open.push({ name, span });
      continue;
    }
    const partner = open.pop();
    if (partner === undefined || partner.name !== name) return undefined;
    if ([partner.span, span].some((one) => offset >= one.start && offset <= one.end))
      return [partner.span, span];
  }
  return undefined;
}

function isDocumentation(file: SourceFile, line: number): boolean {
  const { start, end } = lineSpan(file.lines, line);
  return /^\s*##(?!#)/.test(file.text.slice(start, Math.min(end, start + 80)));
}
