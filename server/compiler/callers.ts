// Who leads to a block. What edits came before decides the numbers of blocks and where their code lies, so nothing here
// is told in such an order: callers come in the order of the build, those in modules before those in macros, and of two
// calls at one place in a macro that is applied twice, the one whose arguments come first in the alphabet.

import { byCodeUnit } from "../../grammar/text/order.ts";
import { type Edge, eachEdgeTo, edgesTo } from "./blockGraph.ts";
import { BLOCK_MACRO, BLOCK_ROOT, isOptionalBlock } from "./blocks.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { RelatedSite, Site } from "./face.ts";
import { applicationOf, originSite } from "./origin.ts";
import { compareSites } from "./siteOrder.ts";
import type { Unit } from "./units.ts";

/** What was asked about a block; it holds until what leads to the block is another (ancestry.ts). */
interface Upwards {
  readonly moment: number;
  isReached?: boolean;
  callers?: readonly Edge[];
  /** null: there is none */
  first?: Edge | null;
  /** of an application */
  chain?: readonly RelatedSite[];
  /** of an application, by parameter and what it was given */
  argumentSites?: Map<string, readonly Site[]>;
}

/** Blocks that are remembered, several times those that a broken template makes; what edits leave behind is among them. */
const MOST_REMEMBERED = 30_000;

interface Placed extends Site {
  readonly edge: Edge;
  /** 0 in a file's own text, 1 in a macro's */
  readonly depth: number;
}

const cache = new WeakMap<CompiledPolicy, Map<number, Upwards>>();
/** Calls of a chain that are told. */
const MAX_DEPTH = 64;
const NO_CALLS: readonly RelatedSite[] = [];
/** Ways from the roots to a block that are looked at; a shared block can have very many. */
const MOST_STEPS = 5000;

/** What is remembered of a block, for whoever asks upwards. */
export function upwardsOf(compiled: CompiledPolicy, block: number): Upwards {
  let all = cache.get(compiled);
  if (all === undefined || all.size > MOST_REMEMBERED) {
    all = new Map();
    cache.set(compiled, all);
  }
  let known = all.get(block);
  if (known === undefined || !compiled.ancestry.isSince(block, known.moment)) {
    known = { moment: compiled.ancestry.now };
    all.set(block, known);
  }
  return known;
}

/** True when the policy's text leads to this block, on or not. */
export function isReached(compiled: CompiledPolicy, block: number): boolean {
  if (compiled.activation.isApplied(block)) return true;
  const known = upwardsOf(compiled, block);
  known.isReached ??= findWayUp(compiled, block);
  return known.isReached;
}

function findWayUp(compiled: CompiledPolicy, block: number): boolean {
  if (isRootOf(compiled, block)) return true;
  const around = new Set([block]);
  for (const at of around) {
    if (at !== block && isSurelyReached(compiled, at)) return true;
    eachEdgeTo(compiled, at, (caller) => around.add(caller));
  }
  for (const at of around) upwardsOf(compiled, at).isReached = false;
  return false;
}

function isSurelyReached(compiled: CompiledPolicy, block: number): boolean {
  return (
    compiled.activation.isApplied(block) ||
    upwardsOf(compiled, block).isReached === true ||
    isRootOf(compiled, block)
  );
}

function isRootOf(compiled: CompiledPolicy, block: number): boolean {
  return compiled.state.blocks.kind.at[block] === BLOCK_ROOT && compiled.isRoot(block);
}

/** The uses of a block that the policy's text reaches, dropped optionals included, in the order of the build. */
export function callersOf(compiled: CompiledPolicy, block: number): readonly Edge[] {
  const known = upwardsOf(compiled, block);
  known.callers ??= edgesTo(compiled, block)
    .filter((edge) => isReached(compiled, edge.block))
    .map((edge) => placed(compiled, edge))
    .sort((a, b) => compare(compiled, a, b))
    .map(({ edge }) => edge);
  return known.callers;
}

/** The first of the uses of a block, without putting the others in order; asked for every dropped block after each edit. */
export function firstCallerOf(compiled: CompiledPolicy, block: number): Edge | undefined {
  const known = upwardsOf(compiled, block);
  if (known.callers !== undefined) return known.callers[0];
  if (known.first === undefined) known.first = leastCaller(compiled, block) ?? null;
  return known.first ?? undefined;
}

/** The first reached edge to a block; places are looked up only of those in the same file as the first so far. */
function leastCaller(compiled: CompiledPolicy, block: number): Edge | undefined {
  const { blocks, units } = compiled.state;
  let depth = 2;
  let rank = 0;
  let least: Edge | undefined;
  eachEdgeTo(compiled, block, (caller, at) => {
    const itsDepth = depthOf(compiled, caller);
    const itsRank = compiled.rankOf((units.all[blocks.unit.at[caller] as number] as Unit).file);
    let order = itsDepth - depth || itsRank - rank;
    if (order > 0) return;
    const edge = { block: caller, at };
    if (order === 0 && least !== undefined)
      order = compare(compiled, placed(compiled, edge), placed(compiled, least));
    if (order >= 0 || !isReached(compiled, caller)) return;
    depth = itsDepth;
    rank = itsRank;
    least = edge;
  });
  return least;
}

/** 0 for a block of a file's own text, 1 for one of a macro's. */
function depthOf(compiled: CompiledPolicy, block: number): number {
  return compiled.state.blocks.kind.at[applicationOf(compiled, block)] === BLOCK_MACRO ? 1 : 0;
}

function placed(compiled: CompiledPolicy, edge: Edge): Placed {
  const { file, start, end } = originSite(compiled, edge.block, edge.at);
  return { file, start, end, edge, depth: depthOf(compiled, edge.block) };
}

function compare(compiled: CompiledPolicy, a: Placed, b: Placed): number {
  const order = a.depth - b.depth || compareSites(compiled, a, b);
  if (order !== 0 || a.edge.block === b.edge.block) return order || a.edge.at - b.edge.at;
  return byCodeUnit(argumentsText(compiled, a.edge.block), argumentsText(compiled, b.edge.block));
}

/** The arguments of the application that a block belongs to, as they are written. */
export function argumentsText(compiled: CompiledPolicy, block: number): string {
  const { blocks, values } = compiled.state;
  return blocks
    .argumentsOf(applicationOf(compiled, block))
    .map((value) => values.text(value))
    .join();
}

/** True when some way in the policy's text leads to this block through an optional block, or it is one. */
export function isInOptional(compiled: CompiledPolicy, block: number): boolean {
  const { kind } = compiled.state.blocks;
  const around = new Set([block]);
  for (const at of around) {
    if (isOptionalBlock(kind.at[at] as number)) return true;
    for (const edge of edgesTo(compiled, at)) if (isReached(compiled, edge.block)) around.add(edge.block);
  }
  return false;
}

/** Applications of a unit: those that count first, then those in optionals that are off. */
export function applicationsOf(compiled: CompiledPolicy, unit: Unit): readonly number[] {
  const all = compiled.state.blocks.applicationsOf(unit.id);
  const applied = all.filter((block) => compiled.activation.isApplied(block));
  return applied.length > 0 ? applied : all.filter((block) => isReached(compiled, block));
}

/** The ways from a file's root to a block, at most `limit`: edges from the root downwards, the first calls first. */
export function pathsTo(compiled: CompiledPolicy, block: number, limit: number): Edge[][] {
  const { blocks } = compiled.state;
  const paths: Edge[][] = [];
  const below: Edge[] = [];
  const onPath = new Set<number>();
  let steps = 0;
  const climb = (child: number): void => {
    if (paths.length >= limit || steps++ > MOST_STEPS || onPath.has(child)) return;
    if (blocks.kind.at[child] === BLOCK_ROOT) {
      if (compiled.isRoot(child)) paths.push([...below].reverse());
      return;
    }
    onPath.add(child);
    for (const edge of callersOf(compiled, child)) {
      below.push(edge);
      climb(edge.block);
      below.pop();
    }
    onPath.delete(child);
  };
  climb(block);
  return paths;
}

/** The calls that lead to a block, outermost first; where there are several ways, the first at each step. */
export function callChain(compiled: CompiledPolicy, block: number): readonly Site[] {
  return relatedCallsOf(compiled, block).map(({ file, start, end }) => ({ file, start, end }));
}

/** What is said of the calls that lead to a finding. */
export const CALLED_FROM = "called from here";

/** The same calls, as related places of a finding; the innermost of very many. */
export function relatedCallsOf(compiled: CompiledPolicy, block: number): readonly RelatedSite[] {
  return chainOf(compiled, applicationOf(compiled, block));
}

/** Remembered: a broken macro makes ten thousand findings ask for the same chains. */
function chainOf(compiled: CompiledPolicy, application: number): readonly RelatedSite[] {
  const inner: { readonly known: Upwards; readonly call: RelatedSite }[] = [];
  let at = application;
  let chain = NO_CALLS;
  while (compiled.state.blocks.kind.at[at] === BLOCK_MACRO) {
    const known = upwardsOf(compiled, at);
    if (known.chain !== undefined) {
      chain = known.chain;
      break;
    }
    // An application that led to itself would have no more to say.
    known.chain = NO_CALLS;
    const caller = firstCallerOf(compiled, at);
    if (caller === undefined) break;
    const { file, start, end } = originSite(compiled, caller.block, caller.at);
    inner.push({ known, call: { file, start, end, message: CALLED_FROM } });
    at = applicationOf(compiled, caller.block);
  }
  for (let one = inner.pop(); one !== undefined; one = inner.pop()) {
    chain = [...chain, one.call].slice(-MAX_DEPTH);
    one.known.chain = chain;
  }
  return chain;
}
