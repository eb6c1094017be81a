// What words and sets in a source mean: `$1_t` in a template is one name for each application, a set is the plain names
// that its macros, operators and, where it subtracts or complements, its attributes come to. Attributes that a set
// merely names stay names, as they do in rules. Bounded: a busy macro has thousands of applications.

import { pathTo, tokenAt } from "../../grammar/syntax/find.ts";
import {
  N_ARG,
  N_AVRULE,
  N_CALL,
  N_COMPLEMENT,
  N_CONSTRAIN,
  N_DEFAULT,
  N_IFDEF,
  N_MINUS,
  N_NAME,
  N_RANGETRANSITION,
  N_REQUIREITEM,
  N_ROLETRANSITION,
  N_ROLETYPES,
  N_SET,
  N_STAR,
  N_TYPERULE,
  N_VALIDATETRANS,
  N_WORDS,
  N_XPERMRULE,
  SYM_CLASS,
} from "../../grammar/syntax/kinds.ts";
import { endOf, type SyntaxTree, startOf } from "../../grammar/syntax/tree.ts";
import { byCodeUnit } from "../../grammar/text/order.ts";
import { permissionsOf } from "../policydb/policydb.ts";
import { applicationsOf, argumentsText } from "./callers.ts";
import type { CompiledPolicy } from "./compile.ts";
import { childrenOf } from "./statements.ts";
import type { Unit } from "./units.ts";

/** Applications looked at for one set. */
const MOST_APPLICATIONS = 2000;
/** Names that one set may come to. */
const MOST_MEMBERS = 5000;

const SET_KINDS = new Set([N_ARG, N_CALL, N_COMPLEMENT, N_IFDEF, N_MINUS, N_NAME, N_SET, N_STAR, N_WORDS]);

/** For statements with sets: which children name types, classes (one place) and permissions (one place). */
interface Slots {
  readonly types: readonly number[];
  readonly classes: number;
  readonly permissions: number;
}

const SLOTS: ReadonlyMap<number, Slots> = new Map([
  [N_AVRULE, { types: [0, 1], classes: 2, permissions: 3 }],
  [N_XPERMRULE, { types: [0, 1], classes: 2, permissions: -1 }],
  [N_TYPERULE, { types: [0, 1, 3], classes: 2, permissions: -1 }],
  [N_RANGETRANSITION, { types: [0, 1], classes: 2, permissions: -1 }],
  [N_ROLETRANSITION, { types: [1], classes: 2, permissions: -1 }],
  [N_ROLETYPES, { types: [1], classes: -1, permissions: -1 }],
  [N_CONSTRAIN, { types: [], classes: 0, permissions: 1 }],
  [N_VALIDATETRANS, { types: [], classes: 0, permissions: -1 }],
  [N_DEFAULT, { types: [], classes: 0, permissions: -1 }],
]);
const REQUIRE_CLASS: Slots = { types: [], classes: 0, permissions: 1 };

/**
 * The names that the word at an offset stands for, over the applications of the macro around it, in the order of the
 * alphabet: that of the applications would tell of earlier edits.
 */
export function meaningsOf(
  compiled: CompiledPolicy,
  file: number,
  offset: number,
  limit: number,
): readonly string[] {
  const tree = compiled.sourceOf(file)?.tree;
  if (tree === undefined) return [];
  const token = wordAt(tree, offset);
  if (token < 0) return [];
  const { words } = compiled;
  const { substitution, resolver } = compiled.state;
  const word = tree.tokens.word[token] as number;
  if (!substitution.isTemplate(word)) return [words.text(word)];
  const unit = compiled.state.units
    .macrosIn(file)
    .find((u) => token >= (tree.first[u.node] as number) && token < (tree.last[u.node] as number));
  const names = new Set<string>();
  const values = new Set<number>();
  if (unit !== undefined)
    for (const args of applied(compiled, unit)) {
      const value = substitution.word(word, args);
      if (value === 0 || values.has(value)) continue;
      values.add(value);
      for (const item of resolver.flat(value).items) names.add(words.text(item >> 2));
    }
  return inOrder(names, limit);
}

/** The first names of the alphabet. */
function inOrder(names: ReadonlySet<string>, limit: number): readonly string[] {
  return [...names].sort(byCodeUnit).slice(0, limit);
}

/** The arguments of a macro's applications; of very many, the first of the alphabet. */
function applied(compiled: CompiledPolicy, unit: Unit): readonly (readonly number[])[] {
  const all = applicationsOf(compiled, unit);
  const first =
    all.length <= MOST_APPLICATIONS
      ? all
      : all
          .map((block) => ({ block, text: argumentsText(compiled, block) }))
          .sort((a, b) => byCodeUnit(a.text, b.text))
          .slice(0, MOST_APPLICATIONS)
          .map(({ block }) => block);
  return first.map((block) => compiled.state.blocks.argumentsOf(block));
}

/** The word token that holds an offset or ends there; -1 for none. */
function wordAt(tree: SyntaxTree, offset: number): number {
  const { tokens } = tree;
  const token = tokenAt(tokens, offset);
  if (token < 0) return -1;
  if ((tokens.word[token] as number) > 0) return token;
  const before = token - 1;
  return before >= 0 && tokens.end[before] === offset && (tokens.word[before] as number) > 0 ? before : -1;
}

/** The plain names that the set between two offsets comes to. */
export function setMembers(
  compiled: CompiledPolicy,
  file: number,
  start: number,
  end: number,
): readonly string[] {
  const tree = compiled.sourceOf(file)?.tree;
  if (tree === undefined) return [];
  const path = pathTo(tree, start);
  const at = path.findIndex(
    (n) => n > 0 && startOf(tree, n) === start && endOf(tree, n) === end && isSet(tree, n),
  );
  const depth = at >= 0 ? at : path.findLastIndex((n) => startOf(tree, n) <= start && endOf(tree, n) >= end);
  const node = path[depth] as number;
  if (node === undefined || !isSet(tree, node)) return [];
  const unit = compiled.state.units
    .macrosIn(file)
    .find((u) => node >= u.node && node < (tree.end[u.node] as number));
  const names = new Set<string>();
  const slot = slotOf(tree, path.slice(0, depth + 1));
  const seen = new Set<string>();
  const readings = argumentsFor(compiled, tree, node, unit);
  for (const args of readings) {
    const value = compiled.state.substitution.set(tree, node, args);
    const classes = slot.classes < 0 ? 0 : compiled.state.substitution.set(tree, slot.classes, args);
    const key = `${value} ${slot.kind === "permissions" ? classes : 0}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if (slot.kind === "types") addTypes(compiled, value, names);
    else if (slot.kind === "permissions") addPermissions(compiled, value, classes, names);
    else
      for (const item of compiled.state.resolver.flat(value).items) names.add(compiled.words.text(item >> 2));
  }
  // One reading is told as it is written, unless its members' numbers decide.
  if (readings.length > 1 || slot.kind === "types") return inOrder(names, MOST_MEMBERS);
  return [...names].slice(0, MOST_MEMBERS);
}

function isSet(tree: SyntaxTree, node: number): boolean {
  return SET_KINDS.has(tree.kind[node] as number);
}

/** The arguments under which a node is to be read: those of every application when it depends on them. */
function argumentsFor(
  compiled: CompiledPolicy,
  tree: SyntaxTree,
  node: number,
  unit: Unit | undefined,
): readonly (readonly number[])[] {
  if (unit === undefined || !/\$[\d*@]/.test(tree.tokens.text.slice(startOf(tree, node), endOf(tree, node))))
    return [[]];
  return applied(compiled, unit);
}

/** What the set at the end of a path is for, looking through sets around it. */
function slotOf(
  tree: SyntaxTree,
  path: readonly number[],
): { readonly kind: "types" | "classes" | "permissions" | "names"; readonly classes: number } {
  let at = path.length - 1;
  while (at > 0 && isSet(tree, path[at - 1] as number)) at--;
  const parent = path[at - 1];
  if (parent === undefined) return { kind: "names", classes: -1 };
  const slots =
    tree.kind[parent] === N_REQUIREITEM
      ? tree.data[parent] === SYM_CLASS
        ? REQUIRE_CLASS
        : undefined
      : SLOTS.get(tree.kind[parent] as number);
  if (slots === undefined) return { kind: "names", classes: -1 };
  const children = childrenOf(tree, parent);
  const index = children.indexOf(path[at] as number);
  if (slots.types.includes(index)) return { kind: "types", classes: -1 };
  if (index !== slots.permissions) return { kind: "classes", classes: -1 };
  return { kind: "permissions", classes: children[slots.classes] ?? -1 };
}

function addTypes(compiled: CompiledPolicy, value: number, names: Set<string>): void {
  const { resolver, db, words } = compiled.state;
  const types = resolver.types(value);
  const values = resolver.needsExpansion(types) ? resolver.expanded(value) : types.plain;
  for (const type of values) names.add(db.types.nameOf(type) ?? `#${type}`);
  if (types.self) names.add("self");
  for (const word of types.unknown) names.add(words.text(word));
}

function addPermissions(compiled: CompiledPolicy, value: number, classes: number, names: Set<string>): void {
  const { resolver, db, words } = compiled.state;
  const flat = resolver.flat(value);
  const listed = flat.items.map((item) => words.text(item >> 2));
  if (!flat.star && !flat.tilde) {
    for (const name of listed) names.add(name);
    return;
  }
  for (const tclass of resolver.classes(classes).values) {
    const datum = db.classes.at(tclass);
    if (datum === undefined) continue;
    for (const name of permissionsOf(datum).keys()) if (flat.star || !listed.includes(name)) names.add(name);
  }
}
