// Where a declared name stands in the sources. The name of `type $1_t;` stands nowhere: the argument of the outermost
// call that gives it its text is its place, and the calls below it down to the statement are how it got there. A name
// that a macro spells out itself is placed at the macro's statement.

import { N_ALIAS, N_ARG, N_CALL, N_MINUS, N_NAME } from "../../grammar/syntax/kinds.ts";
import { endOf, type SyntaxTree, startOf } from "../../grammar/syntax/tree.ts";
import { type Edge, isMacroCall, originNode, siteOfNode, unitOf } from "./blockGraph.ts";
import { BLOCK_ROOT } from "./blocks.ts";
import { pathsTo } from "./callers.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { Declaration, Site, SymbolKind } from "./face.ts";
import { UNIT_FILE, type Unit } from "./units.ts";

/** Ways to one declaring statement that become declarations of their own. */
const MOST_WAYS = 16;

/** Names made by expanding text (`decl_cats(0,c)`) come from no argument in particular. */
const ANYTHING = -1;

/** A name that an operation declares; `node` is its leaf in the unit's tree, -1 when it must be looked for. */
export interface NamedOperation {
  readonly kind: SymbolKind;
  readonly word: number;
  readonly block: number;
  readonly at: number;
  readonly node: number;
}

/** Every place of a name that an operation declares: one for each way that leads to it. */
export function placesOf(compiled: CompiledPolicy, named: NamedOperation): Declaration[] {
  const { blocks } = compiled.state;
  if (blocks.kind.at[named.block] === BLOCK_ROOT)
    return compiled.isRoot(named.block) ? [placeOn(compiled, named, [])] : [];
  const found: Declaration[] = [];
  for (const path of pathsTo(compiled, named.block, MOST_WAYS)) {
    const place = placeOn(compiled, named, path);
    const same = found.findIndex((other) => other.file === place.file && other.start === place.start);
    if (same < 0) found.push(place);
    else if (place.active) found[same] = place;
  }
  return found;
}

function placeOn(compiled: CompiledPolicy, named: NamedOperation, path: readonly Edge[]): Declaration {
  const { code, blocks } = compiled.state;
  const unit = unitOf(compiled, named.block);
  const statement = originNode(unit, code, named.at);
  const leaf = named.node >= 0 ? named.node : leafOf(compiled, unit.tree, statement, named);
  const inner: Site[] = [leafSite(unit, leaf < 0 ? statement : leaf)];
  let place: Site = inner[0] as Site;
  let whole: Site = siteOfNode(unit, statement);
  let parameter = unit.kind === UNIT_FILE ? 0 : leaf < 0 ? ANYTHING : parameterOf(compiled, unit.tree, leaf);
  for (let i = path.length - 1; i >= 0 && parameter !== 0; i--) {
    const edge = path[i] as Edge;
    if (!isMacroCall(blocks, code, edge.at)) continue;
    const caller = unitOf(compiled, edge.block);
    const call = originNode(caller, code, edge.at);
    const argument = argumentNode(caller.tree, call, parameter);
    const name = argument < 0 ? -1 : firstName(caller.tree, argument);
    place = leafSite(caller, name >= 0 ? name : argument >= 0 ? argument : call);
    whole = siteOfNode(caller, call);
    inner.push(whole);
    parameter =
      caller.kind === UNIT_FILE ? 0 : name < 0 ? ANYTHING : parameterOf(compiled, caller.tree, name);
  }
  const { activation, words } = compiled;
  let active = activation.isApplied(named.block);
  for (const edge of path) active = active && activation.isApplied(edge.block);
  // Written out: spreading makes this the slowest part of completion.
  const declaration = {
    file: place.file,
    start: place.start,
    end: place.end,
    kind: named.kind,
    name: words.text(named.word),
    declStart: whole.start,
    declEnd: whole.end,
    active,
  };
  if (inner.length === 1) return declaration;
  // The outermost call is the place itself; what is left are the ways from it down to the statement.
  return { ...declaration, via: inner.slice(0, -1).reverse() };
}

/** The leaf below a statement that becomes the declared word. */
function leafOf(
  compiled: CompiledPolicy,
  tree: SyntaxTree,
  statement: number,
  named: NamedOperation,
): number {
  const { substitution, blocks } = compiled.state;
  const args = blocks.argumentsOf(named.block);
  let first = -1;
  let inAliases = -1;
  for (let node = statement; node < (tree.end[statement] as number); node++) {
    if (tree.kind[node] === N_ALIAS) inAliases = tree.end[node] as number;
    if (tree.kind[node] !== N_NAME) continue;
    if (substitution.word(tree.data[node] as number, args) !== named.word) continue;
    // `typealias x alias x_old`: the alias is declared behind the word `alias`.
    if (named.kind !== "alias" || node < inAliases) return node;
    if (first < 0) first = node;
  }
  return first;
}

/** The place of a node; a minus before a name does not belong to the name. */
function leafSite(unit: Unit, node: number): Site {
  const { tree } = unit;
  if (tree.kind[node] === N_CALL) {
    const token = tree.first[node] as number;
    return {
      file: unit.file,
      start: tree.tokens.start[token] as number,
      end: tree.tokens.end[token] as number,
    };
  }
  return { file: unit.file, start: startOf(tree, node), end: endOf(tree, node) };
}

/** The number of the first parameter in a leaf's word; 0 when it has none. */
function parameterOf(compiled: CompiledPolicy, tree: SyntaxTree, leaf: number): number {
  const match = /\$(\d+)/.exec(compiled.words.text(tree.data[leaf] as number));
  return match === null ? 0 : Number(match[1]);
}

/** The n-th argument of a call. */
function argumentNode(tree: SyntaxTree, call: number, n: number): number {
  if (tree.kind[call] !== N_CALL) return -1;
  let left = n;
  for (let child = call + 1; child < (tree.end[call] as number); child = tree.end[child] as number)
    if (tree.kind[child] === N_ARG && --left === 0) return child;
  return -1;
}

function firstName(tree: SyntaxTree, argument: number): number {
  for (let node = argument + 1; node < (tree.end[argument] as number); node++)
    if (tree.kind[node] === N_NAME || tree.kind[node] === N_MINUS) return node;
  return -1;
}
