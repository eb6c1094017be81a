// Repairs of require blocks: sort, complete, prune, quote, remove.

import {
  N_BLOCK,
  N_GENREQUIRE,
  N_INTERFACE,
  N_REQUIRE,
  N_REQUIREITEM,
} from "../../../grammar/syntax/kinds.ts";
import { endOf, startOf, textOf } from "../../../grammar/syntax/tree.ts";
import { T_COMMA } from "../../../grammar/text/tokens.ts";
import type { Finding } from "../../compiler/face.ts";
import type { CheckContext, Fixer } from "../check.ts";
import type { Fix } from "../fix.ts";
import type { Flavor } from "./facts.ts";
import { fixer, indentAt, placeAt, removeLines, replaceNode, same } from "./fixText.ts";
import { namesOf } from "./names.ts";
import { childOf, enclosing, wordTokens } from "./outline.ts";
import { requireComparison, requiredNames } from "./requireOrder.ts";
import type { Place } from "./visit.ts";

/** The require block that holds a range. */
function blockAround(place: Place): Place | undefined {
  const { tree, outline, node } = place;
  const kind = tree.kind[node];
  if (kind === N_REQUIRE || kind === N_GENREQUIRE) return place;
  const entry = enclosing(tree, outline, place.entry, N_REQUIRE, N_GENREQUIRE);
  return entry < 0 ? undefined : { ...place, entry, node: outline.node[entry] as number };
}

/** The items of a block, when it holds nothing else and no comment. */
function plainItems({ tree, node }: Place): readonly number[] | undefined {
  if (textOf(tree, node).includes("#")) return undefined;
  const items: number[] = [];
  for (let child = node + 1; child < (tree.end[node] as number); child = tree.end[child] as number) {
    if (tree.kind[child] !== N_REQUIREITEM) return undefined;
    items.push(child);
  }
  return items;
}

const sortRequires = fixer(["C-006"], (found, _finding, context) => {
  const place = blockAround(found);
  const items = place === undefined ? undefined : plainItems(place);
  if (place === undefined || items === undefined || items.length < 2) return undefined;
  const { file, tree } = place;
  const compare = requireComparison((id, key) => context.option(id, key));
  const first = (item: number) => requiredNames(tree, item)[0];
  const sorted = [...items].sort((a, b) => {
    const left = first(a);
    const right = first(b);
    return left === undefined || right === undefined
      ? 0
      : Math.max(0, compare(left, right)) - Math.max(0, compare(right, left));
  });
  const changes = items.flatMap((item, index) =>
    sorted[index] === item ? [] : [replaceNode(file, tree, item, textOf(tree, sorted[index] as number))],
  );
  return changes.length === 0 ? undefined : same("Sort the require block", ...changes);
});

const KEYWORDS: readonly (readonly [Flavor, string])[] = [
  ["type", "type"],
  ["attribute", "attribute"],
  ["attribute_role", "attribute_role"],
  ["role", "role"],
];

const addRequire = fixer(["W-002"], (place, finding, context) => {
  const { file, tree, outline, entry } = place;
  const name = file.text.slice(finding.start, finding.end);
  const keyword = keywordOf(context, name);
  const owner = enclosing(tree, outline, entry, N_INTERFACE);
  const body = owner < 0 ? -1 : childOf(tree, outline.node[owner] as number, 1);
  if (keyword === undefined || body < 0 || tree.kind[body] !== N_BLOCK) return undefined;
  const title = `Require ${keyword} ${name}`;
  const last = lastRequired(place, body);
  if (last >= 0) {
    const at = endOf(tree, last);
    const indent = indentAt(file.text, startOf(tree, last));
    return same(title, { file: file.id, start: at, end: at, text: `\n${indent}${keyword} ${name};` });
  }
  const at = startOf(tree, body) + 1;
  const text = `\n\tgen_require(\`\n\t\t${keyword} ${name};\n\t')\n`;
  return same(title, { file: file.id, start: at, end: at, text });
});

function keywordOf(context: CheckContext, name: string): string | undefined {
  const names = namesOf(context);
  return KEYWORDS.find(([flavor]) => names.modulesOf(flavor, name) !== undefined)?.[1];
}

/** The last statement of the first require block directly in an interface's body, in front of the statement. */
function lastRequired({ tree, node }: Place, body: number): number {
  for (let child = body + 1; child < node; child = tree.end[child] as number) {
    if (tree.kind[child] !== N_GENREQUIRE && tree.kind[child] !== N_REQUIRE) continue;
    let last = -1;
    for (let item = child + 1; item < (tree.end[child] as number); item = tree.end[item] as number)
      if (tree.kind[item] === N_REQUIREITEM) last = item;
    if (last >= 0) return last;
  }
  return -1;
}

const removeRequire = fixer(["W-003"], (place, finding) => {
  const { file, tree, node } = place;
  if (tree.kind[node] !== N_REQUIREITEM) return undefined;
  const name = file.text.slice(finding.start, finding.end);
  const title = `Do not require ${name}`;
  const tokens: number[] = [];
  wordTokens(tree, node, tokens);
  if (tokens.length > 1) return same(title, { file: file.id, text: "", ...inList(place, finding) });
  const block = blockAround(place);
  const items = block === undefined ? undefined : plainItems(block);
  if (block !== undefined && items?.length === 1)
    return same(title, removeLines(file, startOf(tree, block.node), endOf(tree, block.node)));
  return same(title, removeLines(file, startOf(tree, node), endOf(tree, node)));
});

/** A name of a list together with its comma. */
function inList({ tree, node, file }: Place, finding: Finding): { start: number; end: number } {
  const { type, start, end } = tree.tokens;
  for (let token = tree.first[node] as number; token < (tree.last[node] as number); token++) {
    if (start[token] !== finding.start) continue;
    if (type[token + 1] === T_COMMA)
      return { start: finding.start, end: start[token + 2] ?? file.text.length };
    return { start: end[token - 2] ?? finding.start, end: finding.end };
  }
  return { start: finding.start, end: finding.end };
}

const quoteRequire = fixer(["S-008"], ({ file, tree, node }) => {
  const { type, start, end } = tree.tokens;
  const open = (tree.first[node] as number) + 1;
  const close = (tree.last[node] as number) - 1;
  for (let token = open; token < close; token++) if (type[token] === T_COMMA) return undefined;
  return same(
    "Quote the argument",
    { file: file.id, start: end[open] as number, end: end[open] as number, text: "`" },
    { file: file.id, start: start[close] as number, end: start[close] as number, text: "'" },
  );
});

/** Removes a block that holds nothing: no comment may be lost. */
const removeEmpty: Fixer = {
  ids: ["E-009"],
  fixes(context, finding): readonly Fix[] {
    const file = context.file(finding.file);
    const place = file === undefined ? undefined : placeAt(file, finding.start, finding.end);
    if (file === undefined || place === undefined) return [];
    const { tree, node } = place;
    const blocks = tree.kind[node] === N_REQUIRE || tree.kind[node] === N_GENREQUIRE ? 0 : 1;
    const text = textOf(tree, node);
    if (text.includes("#") || childOf(tree, node, blocks) >= 0) return [];
    return [same("Remove the empty block", removeLines(file, startOf(tree, node), endOf(tree, node)))];
  },
};

export const REQUIRE_FIXERS: readonly Fixer[] = [
  sortRequires,
  addRequire,
  removeRequire,
  quoteRequire,
  removeEmpty,
];
