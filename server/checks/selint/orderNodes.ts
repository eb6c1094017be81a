// The statements of a module as C-001 orders them: each with its section (the first type that it is about), and the
// part of a section that it belongs to (its own rules, calls into the kernel, optional blocks …). Follows SELint's
// reading of the reference policy's style guide, with the order of its tree: a block comes before what it holds.

import {
  N_ATTRIBUTE,
  N_ATTRIBUTEROLE,
  N_AVRULE,
  N_BLOCK,
  N_BOOL,
  N_CALL,
  N_CLASS,
  N_DEFINE,
  N_EMPTY,
  N_GENBOOL,
  N_GENREQUIRE,
  N_IF,
  N_IFDEF,
  N_IFELSE,
  N_MODULE,
  N_OPTIONAL,
  N_OPTIONALPOLICY,
  N_PERMISSIVE,
  N_POLICYMODULE,
  N_RANGETRANSITION,
  N_REQUIRE,
  N_REQUIREITEM,
  N_ROLE,
  N_ROLEALLOW,
  N_ROLEATTRIBUTE,
  N_ROLETRANSITION,
  N_ROLETYPES,
  N_TUNABLEPOLICY,
  N_TYPE,
  N_TYPEALIAS,
  N_TYPEATTRIBUTE,
  N_TYPERULE,
  N_XPERMRULE,
  RULE_AUDITALLOW,
  RULE_NEVERALLOW,
  SYM_CLASS,
} from "../../../grammar/syntax/kinds.ts";
import { type SyntaxTree, startOf } from "../../../grammar/syntax/tree.ts";
import { type LineIndex, lineAt, lineIndex } from "../../../grammar/text/lineIndex.ts";
import type { CheckFile } from "../check.ts";
import { argumentTexts } from "./facts.ts";
import type { InterfaceKinds } from "./interfaceKinds.ts";
import type { Names } from "./names.ts";
import { calleeOf, childOf, outlineOf } from "./outline.ts";
import { wordsOf } from "./permissionMacros.ts";
import { aliasesIn, isBareWord } from "./statement.ts";

export const NOT_ORDERED = "_non_ordered";
export const DECLARATION = "_declaration";

// parts of a section
export const PART_UNKNOWN = 0;
export const PART_SELF = 1;
export const PART_OWN = 2;
export const PART_RELATED = 3;
export const PART_KERNEL_MODULE = 4;
export const PART_KERNEL = 5;
export const PART_SYSTEM = 6;
export const PART_OTHER = 7;
export const PART_BUILD_OPTION = 8;
export const PART_CONDITIONAL = 9;
export const PART_TUNABLE = 10;
export const PART_OPTIONAL = 11;

// what an entry of the order is; START stands for the beginning of a block, ARGUMENT for a branch of a macro
const START = -1;
const ARGUMENT = -2;
const ALIAS = -3;
const COMMENT = -4;

/** One entry of the order. */
export interface OrderNode {
  /** node of the tree */
  readonly node: number;
  /** N_…, or one of the marks above */
  readonly kind: number;
  readonly line: number;
  readonly up: number;
  section: string;
  part: number;
  /** module of the interface that is called; "" for everything else */
  readonly module: string;
  /** the entry that follows the beginning of this block, -1 */
  readonly inner: number;
  readonly isFirst: boolean;
}

/** True when an entry counts for the longest run: beginnings of blocks have a section but no place. */
export function hasPlace({ kind }: OrderNode): boolean {
  return kind !== START;
}

interface Builder {
  readonly tree: SyntaxTree;
  readonly lines: LineIndex;
  readonly names: Names;
  readonly nodes: {
    node: number;
    kind: number;
    line: number;
    up: number;
    section: string;
    part: number;
    module: string;
    inner: number;
    isFirst: boolean;
  }[];
  readonly skipped: (line: number) => boolean;
}

/** The entries of a module in SELint's order. `kinds` says which interfaces declare or transform. */
export function orderNodesOf(file: CheckFile, names: Names, kinds: InterfaceKinds): readonly OrderNode[] {
  const { tree } = file;
  const lines = lineIndex(file.text);
  const builder: Builder = {
    tree,
    lines,
    names,
    nodes: [],
    skipped: (line) => isDisabled(file, lines, line),
  };
  const outline = outlineOf(tree);
  const entries = new Int32Array(outline.count).fill(-1);
  let firstIn = -1;
  addLeadingComments(builder, file.text);
  for (let entry = 0; entry < outline.count; entry++) {
    const node = outline.node[entry] as number;
    const outer = outline.up[entry] as number;
    const up = outer < 0 ? -1 : (entries[outer] as number);
    if (outer >= 0 && up < 0) continue;
    const before = builder.nodes.length;
    const added = addEntry(builder, node, outer < 0 ? -1 : (outline.node[outer] as number), up);
    entries[entry] = added;
    if (added >= 0 && firstIn === before - 1 && builder.nodes[firstIn]?.kind === START)
      (builder.nodes[added] as { isFirst: boolean }).isFirst = true;
    firstIn = builder.nodes.length - 1;
  }
  settle(builder, file, kinds);
  return builder.nodes;
}

/** Comments in front of the module's head are entries too, which shifts where its search looks. */
function addLeadingComments(builder: Builder, text: string): void {
  const head = builder.tree.count > 1 ? startOf(builder.tree, 1) : text.length;
  const lines = text.slice(0, head).split("\n");
  lines.forEach((line, index) => {
    if (line.startsWith("#")) push(builder, 0, COMMENT, index, -1);
  });
}

/** Does `#selint-disable:…C-001` stand at the end of the line? */
function isDisabled(file: CheckFile, lines: LineIndex, line: number): boolean {
  const start = lines.starts[line] as number;
  const end = line + 1 < lines.count ? (lines.starts[line + 1] as number) : file.text.length;
  return /#selint-disable:\s*(?:[CSWEF]-\d+,\s*)*C-001/.test(file.text.slice(start, end));
}

const BLOCKS: ReadonlySet<number> = new Set([
  N_IF,
  N_IFDEF,
  N_IFELSE,
  N_OPTIONAL,
  N_OPTIONALPOLICY,
  N_TUNABLEPOLICY,
  N_GENREQUIRE,
  N_REQUIRE,
]);

/** Adds what a node of the tree is in SELint's tree; gives the entry that its statements stand in, or -1. */
function addEntry(builder: Builder, node: number, outerNode: number, up: number): number {
  const { tree } = builder;
  const kind = tree.kind[node] as number;
  if (kind === N_BLOCK) return addBranch(builder, node, outerNode, up);
  if (kind === N_DEFINE || !ORDERED.has(kind)) return -1;
  const line = lineAt(builder.lines, startOf(tree, node));
  if (builder.skipped(line) && !BLOCKS.has(kind)) return -1;
  if (kind === N_REQUIREITEM) {
    // SELint's tree has one entry for each name.
    const count = tree.data[node] === SYM_CLASS ? 1 : wordsOf(tree, node).length;
    for (let i = 0; i < count; i++) push(builder, node, kind, line, up);
    return -1;
  }
  const entry = push(builder, node, kind, line, up);
  if (BLOCKS.has(kind)) push(builder, node, START, line, entry);
  for (const _ of kind === N_TYPE || kind === N_TYPEALIAS ? aliasesIn(tree, node) : [])
    push(builder, node, ALIAS, line, entry);
  return entry;
}

/** A branch: that of an optional or `if` holds its statements itself; macros have arguments in between. */
function addBranch(builder: Builder, node: number, outerNode: number, up: number): number {
  const { tree } = builder;
  const outer = tree.kind[outerNode];
  const line = lineAt(builder.lines, startOf(tree, node));
  const isElse = outerNode >= 0 && childOf(tree, outerNode, 0) !== node;
  if (outer === N_OPTIONAL || outer === N_OPTIONALPOLICY) {
    if (!isElse) return up;
    const entry = push(builder, node, N_OPTIONAL, line, builder.nodes[up]?.up ?? -1);
    push(builder, node, START, line, entry);
    return entry;
  }
  if (outer === N_IF) return up;
  const entry = push(builder, node, ARGUMENT, line, up);
  push(builder, node, START, line, entry);
  return entry;
}

function push({ tree, nodes, names }: Builder, node: number, kind: number, line: number, up: number): number {
  const module = kind === N_CALL ? (names.interfaceModule(calleeOf(tree, node)) ?? "") : "";
  nodes.push({
    node,
    kind,
    line,
    up,
    section: NOT_ORDERED,
    part: PART_UNKNOWN,
    module,
    inner: -1,
    isFirst: false,
  });
  return nodes.length - 1;
}

const ORDERED: ReadonlySet<number> = new Set([
  ...BLOCKS,
  N_POLICYMODULE,
  N_MODULE,
  N_AVRULE,
  N_XPERMRULE,
  N_TYPERULE,
  N_RANGETRANSITION,
  N_ROLETRANSITION,
  N_ROLEALLOW,
  N_ROLETYPES,
  N_TYPE,
  N_ATTRIBUTE,
  N_ATTRIBUTEROLE,
  N_ROLE,
  N_BOOL,
  N_GENBOOL,
  N_CLASS,
  N_TYPEALIAS,
  N_TYPEATTRIBUTE,
  N_ROLEATTRIBUTE,
  N_PERMISSIVE,
  N_CALL,
  N_EMPTY,
  N_REQUIREITEM,
]);

/** Sections and parts, when all entries are there: a block has the section of what it begins with. */
function settle(builder: Builder, file: CheckFile, kinds: InterfaceKinds): void {
  const { nodes } = builder;
  for (let at = nodes.length - 1; at >= 0; at--) {
    const entry = nodes[at] as (typeof nodes)[number];
    const next = nodes[at + 1];
    if (entry.kind === START) {
      entry.section = next !== undefined && next.up === entry.up ? next.section : NOT_ORDERED;
      const owner = nodes[entry.up] as (typeof nodes)[number];
      owner.inner = next !== undefined && next.up === entry.up ? at + 1 : -1;
    } else if (
      BLOCKS.has(entry.kind) &&
      entry.kind !== N_REQUIRE &&
      entry.kind !== N_GENREQUIRE &&
      entry.kind !== N_IFELSE
    )
      entry.section = next?.section ?? NOT_ORDERED;
    else entry.section = sectionOf(builder, at, kinds);
  }
  for (let at = 0; at < nodes.length; at++)
    (nodes[at] as { part: number }).part = partOf(builder, at, file.module);
}

function sectionOf(builder: Builder, at: number, kinds: InterfaceKinds): string {
  const { tree, nodes } = builder;
  const { node, kind } = nodes[at] as OrderNode;
  switch (kind) {
    case N_AVRULE:
    case N_XPERMRULE: {
      const rule = tree.data[node];
      if (rule === RULE_NEVERALLOW || rule === RULE_AUDITALLOW) return NOT_ORDERED;
      const permissions = kind === N_AVRULE ? wordsOf(tree, childOf(tree, node, 3)) : [];
      if (permissions.includes("associate") || permissions.includes("mounton")) return NOT_ORDERED;
      return wordsOf(tree, childOf(tree, node, 0))[0] ?? NOT_ORDERED;
    }
    case N_TYPERULE:
    case N_RANGETRANSITION:
      return wordsOf(tree, childOf(tree, node, 0))[0] ?? NOT_ORDERED;
    case N_TYPE:
    case N_ATTRIBUTE:
    case N_ATTRIBUTEROLE:
    case N_ROLE:
    case N_BOOL:
    case N_GENBOOL:
    case N_CLASS:
    case N_TYPEALIAS:
    case N_TYPEATTRIBUTE:
    case N_ROLEATTRIBUTE:
    case ALIAS:
      return DECLARATION;
    case N_CALL:
      return sectionOfCall(builder, at, kinds);
    default:
      return NOT_ORDERED;
  }
}

function sectionOfCall({ tree, nodes, names }: Builder, at: number, kinds: InterfaceKinds): string {
  const { node } = nodes[at] as OrderNode;
  if (isBareWord(tree, node)) return NOT_ORDERED;
  const name = calleeOf(tree, node);
  if (kinds.fileTransition.has(name)) return NOT_ORDERED;
  const declares = names.isTemplate(name) || kinds.transform.has(name) || kinds.role.has(name);
  if (declares && outermost(nodes, at) === 0) return DECLARATION;
  return argumentTexts(tree, node)[0]?.split(" ")[0] || NOT_ORDERED;
}

/** Kind of the outermost block around an entry, 0 at the top. */
function outermost(nodes: readonly OrderNode[], at: number): number {
  let kind = 0;
  for (let up = at; up >= 0; up = (nodes[up] as OrderNode).up) {
    const own = (nodes[up] as OrderNode).kind;
    if (own === N_OPTIONAL || own === N_OPTIONALPOLICY) kind = N_OPTIONAL;
    else if (own === N_IF || own === N_TUNABLEPOLICY || own === N_IFDEF) kind = own;
  }
  return kind;
}

function partOf({ tree, nodes, names }: Builder, at: number, module: string): number {
  const entry = nodes[at] as OrderNode;
  switch (outermost(nodes, at)) {
    case N_IFDEF:
      return PART_BUILD_OPTION;
    case N_OPTIONAL:
      return PART_OPTIONAL;
    case N_IF:
      return PART_CONDITIONAL;
    case N_TUNABLEPOLICY:
      return PART_TUNABLE;
    default:
  }
  const { node, kind } = entry;
  const isRule = kind === N_AVRULE || kind === N_XPERMRULE;
  if (isRule) {
    const targets = wordsOf(tree, childOf(tree, node, 1));
    if (targets[0] === "self") return PART_SELF;
    return areOwn([...wordsOf(tree, childOf(tree, node, 0)), ...targets], names, module)
      ? PART_OWN
      : PART_UNKNOWN;
  }
  if (kind !== N_CALL || isBareWord(tree, node)) return PART_UNKNOWN;
  if (entry.module === "")
    return areOwn(
      argumentTexts(tree, node).flatMap((arg) => arg.split(" ")),
      names,
      module,
    )
      ? PART_OWN
      : PART_OTHER;
  return entry.module === module ? PART_OWN : partOfModule(entry.module, names);
}

function partOfModule(module: string, names: Names): number {
  if (module === "kernel") return PART_KERNEL_MODULE;
  const layer = names.layerOf(module);
  return layer === "kernel" ? PART_KERNEL : layer === "system" ? PART_SYSTEM : PART_OTHER;
}

/** Does no name belong to a type or attribute of another module? */
function areOwn(words: readonly string[], names: Names, module: string): boolean {
  return words.every((word) => {
    const modules = names.modulesOf("type", word) ?? names.modulesOf("attribute", word);
    return modules === undefined || modules.includes(module);
  });
}

/** Is an interface of a module with the same prefix? `apache` and `apache_cgi`. */
export function isRelated(module: string, other: string): boolean {
  return other !== "" && prefix(module) === prefix(other);
}

function prefix(module: string): string {
  const at = module.indexOf("_");
  return at < 0 ? module : module.slice(0, at);
}
