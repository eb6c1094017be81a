// What a macro does with an argument, through the calls that it makes: which kinds of names the parameter is used as,
// and whether it becomes part of other names (`$1_t`). Tells whether `foo(x)` names the type x, the role x, or begins
// names with x. Where the body cannot be read the answer says so. Kept with the snapshot.

import { N_ARG, N_CALL } from "../../../grammar/syntax/kinds.ts";
import type { SymbolKind } from "../../compiler/face.ts";
import type { Snapshot, SourceFile } from "../../workspace/snapshot.ts";
import { childrenOf } from "../children.ts";
import { MACRO_SLOT, type SymbolUse, symbolOfToken } from "../symbolAt.ts";
import { definitionAround, leafOf } from "../treeIndex.ts";

/** The uses of a parameter. */
export interface ParameterUse {
  readonly kinds: Set<SymbolKind>;
  /** it is a part of names */
  composes: boolean;
  /** it stands where nothing says what it is */
  unclear: boolean;
}

const known = new WeakMap<Snapshot, Map<string, ParameterUse>>();

/** What becomes of an argument in which a use stands; undefined when it stands in none. */
export function argumentUse(snapshot: Snapshot, use: SymbolUse): ParameterUse | undefined {
  const { tree } = use.file;
  const at = use.path.findLastIndex((node) => tree.kind[node] === N_ARG);
  const argument = use.path[at];
  const call = use.path[at - 1];
  if (at < 1 || argument === undefined || call === undefined || tree.kind[call] !== N_CALL) return undefined;
  const n = childrenOf(tree, call)
    .filter((child) => tree.kind[child] === N_ARG)
    .indexOf(argument);
  const token = tree.first[call] as number;
  return parameterUse(
    snapshot,
    tree.tokens.text.slice(tree.tokens.start[token], tree.tokens.end[token]),
    n + 1,
  );
}

/** What a macro does with its nth argument. */
export function parameterUse(snapshot: Snapshot, macro: string, n: number): ParameterUse {
  let memo = known.get(snapshot);
  if (memo === undefined) {
    memo = new Map();
    known.set(snapshot, memo);
  }
  const key = `${macro} ${n}`;
  const found = memo.get(key);
  if (found !== undefined) return found;
  const result: ParameterUse = { kinds: new Set(), composes: false, unclear: false };
  memo.set(key, result); // a macro that calls itself adds nothing
  const definition = snapshot.compiled.macro(macro);
  const file = definition === undefined ? undefined : snapshot.file(definition.file);
  if (definition === undefined || file === undefined) result.unclear = true;
  else collect(snapshot, file, definition.nameStart, n, result);
  return result;
}

/** Adds what the definition that holds an offset does with `$n`. */
function collect(
  snapshot: Snapshot,
  file: SourceFile,
  offset: number,
  n: number,
  result: ParameterUse,
): void {
  const { tree } = file;
  const { tokens } = tree;
  const first = firstTokenAt(file, offset);
  const leaf = leafOf(tree, first);
  const definition = leaf < 0 ? -1 : definitionAround(tree, leaf);
  if (definition < 0) {
    result.unclear = true;
    return;
  }
  const parameter = `$${n}`;
  const last = tree.last[definition] as number;
  for (let token = first; token < last; token++) {
    const start = tokens.start[token] as number;
    const text = tokens.text.slice(start, tokens.end[token]);
    if (text === "$*" || text === "$@") result.unclear = true;
    const at = text.indexOf(parameter);
    if (at < 0 || /\d/.test(text[at + parameter.length] ?? "")) continue;
    if (text !== parameter && text !== `-${parameter}`) {
      result.composes = true;
      continue;
    }
    addUse(snapshot, symbolOfToken(file, token), result);
  }
}

function addUse(snapshot: Snapshot, use: SymbolUse | undefined, result: ParameterUse): void {
  if (use === undefined) {
    result.unclear = true;
    return;
  }
  if (use.slot.kinds.length > 0) {
    if (use.slot !== MACRO_SLOT) for (const kind of use.slot.kinds) result.kinds.add(kind);
    return;
  }
  const inner = argumentUse(snapshot, use);
  if (inner === undefined) {
    result.unclear = true;
    return;
  }
  for (const kind of inner.kinds) result.kinds.add(kind);
  result.composes ||= inner.composes;
  result.unclear ||= inner.unclear;
}

function firstTokenAt(file: SourceFile, offset: number): number {
  const { start, count } = file.tree.tokens;
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((start[middle] as number) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
