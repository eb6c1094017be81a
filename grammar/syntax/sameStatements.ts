// What two versions of a text have in common: statements of the file's top level, from its start and from its end,
// whose tokens and nodes are the same but for their numbers. White space and comments between tokens may differ.
// Invariant: the two runs of statements do not overlap in either version.

import type { SameStatements, SyntaxTree } from "./tree.ts";

/** Compares two versions; not, when one was made of the other (reparse.ts). */
export function sameStatements(old: SyntaxTree, now: SyntaxTree): SameStatements {
  if (now.reparsed?.old.deref() === old) return now.reparsed;
  const oldStop = old.tokens.count;
  const stop = now.tokens.count;
  const tokens = sameTokens(old, now);
  const nodes = Math.min(old.count, now.count);
  let node = 1;
  while (node < nodes && isSame(old, node, now, node, 0)) node++;
  let head = 0;
  let child = 1;
  for (; child < node && isWithin(now, child, node, tokens); child = now.end[child] as number)
    head = now.last[child] as number;
  const tail = sameTail(old, now, child, head);
  return tail < 0 ? { head, tail: stop, oldTail: oldStop } : { head, tail, oldTail: tail - stop + oldStop };
}

/** The first token of the statements that are the same from the end, all after the node `least`; -1 for none. */
function sameTail(old: SyntaxTree, now: SyntaxTree, least: number, head: number): number {
  const nodeShift = now.count - old.count;
  const shift = now.tokens.count - old.tokens.count;
  let token = now.tokens.count - 1;
  const leastToken = head + Math.max(0, shift);
  while (token >= leastToken && isSameToken(old, token - shift, now, token)) token--;
  let node = now.count - 1;
  const leastNode = least + Math.max(0, nodeShift);
  while (node >= leastNode && isSame(old, node - nodeShift, now, node, shift)) node--;
  let other = 1;
  for (let child = 1; child < now.count; child = now.end[child] as number) {
    while (other < child - nodeShift) other = old.end[other] as number;
    if (child > node && (now.first[child] as number) > token && other === child - nodeShift)
      return now.first[child] as number;
  }
  return -1;
}

function isWithin(tree: SyntaxTree, child: number, nodes: number, tokens: number): boolean {
  return (tree.end[child] as number) <= nodes && (tree.last[child] as number) <= tokens;
}

function sameTokens(old: SyntaxTree, now: SyntaxTree): number {
  const most = Math.min(old.tokens.count, now.tokens.count);
  let token = 0;
  while (token < most && isSameToken(old, token, now, token)) token++;
  return token;
}

function isSameToken(old: SyntaxTree, before: number, now: SyntaxTree, token: number): boolean {
  return (
    old.tokens.type[before] === now.tokens.type[token] && old.tokens.word[before] === now.tokens.word[token]
  );
}

/** Nodes with the same meaning, `shift` tokens apart. */
function isSame(old: SyntaxTree, before: number, now: SyntaxTree, node: number, shift: number): boolean {
  return (
    old.kind[before] === now.kind[node] &&
    old.data[before] === now.data[node] &&
    (old.end[before] as number) - before === (now.end[node] as number) - node &&
    (old.first[before] as number) + shift === now.first[node] &&
    (old.last[before] as number) + shift === now.last[node]
  );
}
