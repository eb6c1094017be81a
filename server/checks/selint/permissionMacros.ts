// S-009: a permission macro for another class than the rule's, judged by its name: `rw_file_perms` belongs to `file`.
// Sets of classes are left alone; a `_socket_perms` macro serves every socket, a netlink one those of netlink.

import { N_AVRULE } from "../../../grammar/syntax/kinds.ts";
import type { SyntaxTree } from "../../../grammar/syntax/tree.ts";
import { childOf, tokenRange, tokenText, wordTokens } from "./outline.ts";
import { TE_IF, textCheck } from "./visit.ts";

const FILE_KINDS = ["lnk_file", "chr_file", "blk_file", "sock_file", "fifo_file"];
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["chr_file", "term"],
  ["process", "signal"],
]);

export const macroClass = textCheck("S-009", TE_IF, [N_AVRULE], ({ tree, node }, say) => {
  const classes = wordsOf(tree, childOf(tree, node, 2));
  const first = classes[0];
  if (first === undefined || first.endsWith("_class_set")) return;
  const tokens: number[] = [];
  wordTokens(tree, childOf(tree, node, 3), tokens);
  for (const token of tokens) {
    const macro = tokenText(tree, token);
    if (!macro.endsWith("_perms") || fits(macro, classes)) continue;
    const what = classes.length > 1 ? "the classes of this rule" : `class ${first}`;
    say(tokenRange(tree, token), `${macro} is not made for ${what}`);
    return;
  }
});

/** The words of a node. */
export function wordsOf(tree: SyntaxTree, node: number): readonly string[] {
  if (node < 0) return [];
  const tokens: number[] = [];
  wordTokens(tree, node, tokens);
  return tokens.map((token) => tokenText(tree, token));
}

function fits(macro: string, classes: readonly string[]): boolean {
  if (classes.every((name) => serves(macro, name)))
    return !classes.includes("file") || !FILE_KINDS.some((kind) => macro.endsWith(`${kind}_perms`));
  if (!macro.endsWith("_socket_perms")) return false;
  if (classes.every((name) => name.startsWith("netlink_"))) return true;
  return classes.every((name) => name.endsWith("_socket")) && !macro.endsWith("netlink_socket_perms");
}

function serves(macro: string, name: string): boolean {
  if (macro.endsWith(`${name}_perms`)) return true;
  const alias = ALIASES.get(name);
  return alias !== undefined && macro.endsWith(`${alias}_perms`);
}
