// Which statements put what into the avtab, for checks: the rules that the statements of one file's own text make
// (bodies of macros and generated text are left out), the contributors of an entry, and which blocks a module's text
// leads to in every build: not through an optional block, and not under an `ifdef`. Answers are kept for one revision.
// It judges nothing.

import { N_IFDEF, N_IFELSE } from "../../grammar/syntax/kinds.ts";
import type { SyntaxTree } from "../../grammar/syntax/tree.ts";
import { BLOCK_MACRO, BLOCK_ROOT, isOptionalBlock } from "./blocks.ts";
import { OP_ATTR, OP_AV, OP_CALL, OP_LENGTH, OP_OPTIONAL } from "./code.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { Contribution, DirectRules, Reach } from "./face.ts";
import { originNode } from "./origin.ts";

/** A reach with its blocks. */
interface Reached extends Reach {
  reaches(block: number): boolean;
}

interface Known {
  readonly revision: number;
  readonly direct: Map<number, DirectRules>;
  readonly reaches: Map<string, Reached>;
}

const cache = new WeakMap<CompiledPolicy, Known>();

function knownOf(compiled: CompiledPolicy): Known {
  const known = cache.get(compiled);
  if (known !== undefined && known.revision === compiled.revision) return known;
  const made: Known = { revision: compiled.revision, direct: new Map(), reaches: new Map() };
  cache.set(compiled, made);
  return made;
}

/** The rules of a file's own statements, in the order of its blocks. */
export function directRulesOf(compiled: CompiledPolicy, file: number): DirectRules {
  return kept(knownOf(compiled).direct, file, () => gatherDirect(compiled, file));
}

function gatherDirect(compiled: CompiledPolicy, file: number): DirectRules {
  const { rules, blocks } = compiled.state;
  const root = compiled.rootBlock(file);
  const contributions: number[] = [];
  const nodes: number[] = [];
  for (const block of root === undefined ? [] : ownBlocks(compiled, root)) {
    if ((blocks.dynamic.at[block] as number) > 0) continue;
    const { start, stop } = rules.range(block);
    let node = -1;
    let at = -1;
    for (let c = start; c < stop; c++) {
      if (rules.at.at[c] !== at) {
        at = rules.at.at[c] as number;
        node = originNode(compiled, block, at).node;
      }
      contributions.push(c);
      nodes.push(node);
    }
  }
  const pick = (from: Int32Array): Int32Array => {
    const column = new Int32Array(contributions.length);
    for (let i = 0; i < column.length; i++) column[i] = from[contributions[i] as number] as number;
    return column;
  };
  return {
    count: contributions.length,
    contribution: Int32Array.from(contributions),
    node: Int32Array.from(nodes),
    entry: pick(rules.entry.at),
    mask: pick(rules.mask.at),
    block: pick(rules.block.at),
  };
}

/** A file's root, and the branches of conditionals and optionals in its text. */
function ownBlocks(compiled: CompiledPolicy, root: number): readonly number[] {
  const found = [root];
  for (let i = 0; i < found.length; i++)
    eachChild(compiled, found[i] as number, (child) => {
      if (compiled.state.blocks.kind.at[child] !== BLOCK_MACRO) found.push(child);
    });
  return found;
}

function eachChild(
  compiled: CompiledPolicy,
  block: number,
  visit: (child: number, at: number) => void,
): void {
  const { blocks, code } = compiled.state;
  const stop = blocks.codeEnd.at[block] as number;
  for (let at = blocks.codeStart.at[block] as number; at >= 0 && at < stop; ) {
    const op = code.at[at] as number;
    if (op === OP_CALL || op === OP_OPTIONAL) visit(code.at[at + 1] as number, at);
    if (op === OP_OPTIONAL && (code.at[at + 2] as number) >= 0) visit(code.at[at + 2] as number, at);
    at += OP_LENGTH[op] as number;
  }
}

/** Who puts permissions or a result into an entry. */
export function contributionsOfEntry(compiled: CompiledPolicy, entry: number): readonly Contribution[] {
  const { rules, resolver, code } = compiled.state;
  const found: Contribution[] = [];
  for (const c of rules.contributionsOf(entry)) {
    const at = rules.at.at[c] as number;
    found.push({
      contribution: c,
      block: rules.block.at[c] as number,
      at,
      mask: rules.mask.at[c] as number,
      sources: () =>
        code.at[at] === OP_AV ? resolver.types(code.at[at + 2] as number) : { plain: [], minus: [] },
    });
  }
  return found;
}

/**
 * What a file's text leads to in every build. With `block` (of a rule in that file) also what the optional blocks around
 * the rule lead to: where the rule is, that is too.
 */
export function reachOf(compiled: CompiledPolicy, file: number, block?: number): Reach {
  const root = compiled.rootBlock(file) ?? -1;
  const starts: number[] = [];
  const { blocks } = compiled.state;
  for (let up = block ?? -1; up >= 0 && blocks.kind.at[up] !== BLOCK_ROOT; up = blocks.maker.at[up] as number)
    if (isOptionalBlock(blocks.kind.at[up] as number)) starts.push(up);
  const { reaches } = knownOf(compiled);
  const always = kept(reaches, `${root}`, () => makeReach(compiled, [root]));
  return starts.length === 0
    ? always
    : kept(reaches, [root, ...starts].join(), () => makeReach(compiled, starts, always));
}

function kept<K, V>(store: Map<K, V>, key: K, make: () => V): V {
  const known = store.get(key);
  if (known !== undefined) return known;
  const made = make();
  store.set(key, made);
  return made;
}

/** What some blocks lead to, besides what is known already. */
function makeReach(compiled: CompiledPolicy, starts: readonly number[], besides?: Reached): Reached {
  const { blocks, code } = compiled.state;
  const reached = new Set<number>(starts.filter((start) => start >= 0 && besides?.reaches(start) !== true));
  for (const block of reached) {
    eachChild(compiled, block, (child, at) => {
      const op = code.at[at];
      if (op !== OP_CALL || reached.has(child) || (blocks.refs.at[child] as number) <= 0) return;
      if (besides?.reaches(child) !== true && !isUnderIfdef(compiled, block, at)) reached.add(child);
    });
  }
  let members: ReadonlySet<number> | undefined;
  const reaches = (block: number): boolean => reached.has(block) || besides?.reaches(block) === true;
  return {
    reaches,
    has: (block, at) => reaches(block) && !isUnderIfdef(compiled, block, at),
    isMember(type, attribute) {
      members ??= membersOf(compiled, reached);
      return members.has(type * 0x10000 + attribute) || besides?.isMember(type, attribute) === true;
    },
  };
}

/** Memberships that the blocks declare, as type × 65536 + attribute. */
function membersOf(compiled: CompiledPolicy, reached: ReadonlySet<number>): ReadonlySet<number> {
  const { blocks, code, resolver, types } = compiled.state;
  const found = new Set<number>();
  for (const block of reached) {
    if (((blocks.contents.at[block] as number) & (1 << OP_ATTR)) === 0) continue;
    const stop = blocks.codeEnd.at[block] as number;
    for (let at = blocks.codeStart.at[block] as number; at >= 0 && at < stop; ) {
      if (code.at[at] === OP_ATTR && !isUnderIfdef(compiled, block, at)) {
        const attribute = types.valueOf(code.at[at + 2] as number);
        for (const type of resolver.types(code.at[at + 1] as number).plain)
          found.add(type * 0x10000 + attribute);
      }
      at += OP_LENGTH[code.at[at] as number] as number;
    }
  }
  return found;
}

const ifdefs = new WeakMap<SyntaxTree, readonly number[]>();

/** Does the statement behind a code position stand in what m4 leaves out of some builds? */
function isUnderIfdef(compiled: CompiledPolicy, block: number, at: number): boolean {
  const { tree, node } = originNode(compiled, block, at);
  let places = ifdefs.get(tree);
  if (places === undefined) {
    const found: number[] = [];
    for (let i = 0; i < tree.count; ) {
      const isIfdef = tree.kind[i] === N_IFDEF || tree.kind[i] === N_IFELSE;
      if (isIfdef) found.push(i);
      i = isIfdef ? (tree.end[i] as number) : i + 1;
    }
    places = found;
    ifdefs.set(tree, places);
  }
  return places.some((place) => place <= node && node < (tree.end[place] as number));
}
