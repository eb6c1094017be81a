// Rules of a module become an interface and a call of it. The source of the rules becomes `$1`; the interface requires
// every name that is left and is written at the end of its module's `.if`, which is made where there is none. Rules that
// cannot stand in an interface, names that nobody declares and remarks that m4 would trip over are left where they are.

import { moduleDocs } from "../../../grammar/syntax/docs.ts";
import {
  N_AVRULE,
  N_CALL,
  N_IF,
  N_NAME,
  N_OPTIONAL,
  N_OPTIONALPOLICY,
  N_TUNABLEPOLICY,
  N_TYPERULE,
  N_XPERMRULE,
  RULE_DONTAUDIT,
  RULE_NEVERALLOW,
} from "../../../grammar/syntax/kinds.ts";
import { endOf, startOf, textOf } from "../../../grammar/syntax/tree.ts";
import { T_WORD } from "../../../grammar/text/tokens.ts";
import { isKernelClass } from "../../kernel/classes.ts";
import { directoryOf, joinPath } from "../../workspace/paths.ts";
import { childrenOf } from "../children.ts";
import { fixedText } from "../rename/subject.ts";
import { definitionAround, pathOf } from "../treeIndex.ts";
import { itemLines } from "./inlineCall.ts";
import { proposeName, type Subject } from "./interfaceName.ts";
import { dedented, type RequiredItem } from "./macroBody.ts";
import { type Owned, ownerOf } from "./ownership.ts";
import { type Draft, rewrite } from "./refactoring.ts";
import { indentAt, type SourceFile, type View } from "./selection.ts";

/** Statements of a module that can go into an interface. */
export interface Movable {
  readonly file: SourceFile;
  readonly nodes: readonly number[];
  /** what becomes `$1` */
  readonly source: string;
  /** every other name */
  readonly names: readonly Owned[];
  readonly classes: readonly RequiredItem[];
  readonly subject: Subject;
}

/** What statements are as the body of an interface; undefined when they cannot be one. */
export function movable(view: View, file: SourceFile, nodes: readonly number[]): Movable | undefined {
  const [first] = nodes;
  const { tree } = file;
  if (first === undefined || file.role !== "te" || definitionAround(tree, first) >= 0) return undefined;
  const rule = nodes.find((node) => tree.kind[node] === N_AVRULE);
  const source = rule === undefined ? undefined : sourceOf(file, rule);
  if (rule === undefined || source === undefined || ownerOf(view, source)?.keyword !== "type")
    return undefined;
  const names = new Map<string, Owned>();
  const classes = new Map<string, RequiredItem>();
  for (const node of nodes) {
    const kind = tree.kind[node] as number;
    if (!MOVABLE.has(kind) || (kind !== N_CALL && sourceOf(file, node) !== source)) return undefined;
    if (kind !== N_TYPERULE && kind !== N_CALL && tree.data[node] === RULE_NEVERALLOW) return undefined;
    if (!addNames(view, file, node, source, names) || isOtherwiseUsed(file, node, source)) return undefined;
    addClasses(view, file, node, classes);
  }
  const subject = subjectOf(view, file, rule);
  return { file, nodes, source, names: [...names.values()], classes: [...classes.values()], subject };
}

const MOVABLE = new Set<number>([N_AVRULE, N_XPERMRULE, N_TYPERULE, N_CALL]);

/** True when the source is also what a class or a permission of the rule is called: `$1` would take its place there. */
function isOtherwiseUsed({ tree }: SourceFile, node: number, source: string): boolean {
  if (tree.kind[node] === N_CALL) return false;
  return childrenOf(tree, node)
    .slice(2)
    .some(
      (child, i) =>
        (tree.kind[node] !== N_TYPERULE || i !== 1) && // its result is a type
        new RegExp(`(?<![\\w.-])${source}(?![\\w.-])`).test(textOf(tree, child)),
    );
}

/** The one source of a rule. */
export function sourceOf({ tree }: SourceFile, rule: number): string | undefined {
  const source = childrenOf(tree, rule)[0];
  if (source === undefined || tree.kind[source] !== N_NAME) return undefined;
  const name = textOf(tree, source);
  return /^[A-Za-z_]\w*$/.test(name) ? name : undefined;
}

/** Adds the types, attributes and roles of a statement; false when one of them is not known. */
function addNames(
  view: View,
  { tree }: SourceFile,
  node: number,
  source: string,
  names: Map<string, Owned>,
): boolean {
  const isCall = tree.kind[node] === N_CALL;
  const children = childrenOf(tree, node);
  const typed = isCall ? children : tree.kind[node] === N_TYPERULE ? [0, 1, 3] : [0, 1];
  let mentions = false;
  for (const at of typed) {
    const child = isCall ? at : (children[at] as number);
    for (let token = tree.first[child] as number; token < (tree.last[child] as number); token++) {
      if (tree.tokens.type[token] !== T_WORD) continue;
      const word = tree.tokens.text.slice(tree.tokens.start[token], tree.tokens.end[token]);
      mentions ||= word === source;
      if (word === source || word === "self" || names.has(word)) continue;
      const owner = ownerOf(view, word);
      if (owner !== undefined) names.set(word, owner);
      else if (!isCall || view.snapshot.compiled.declarations(word).some(({ kind }) => IN_DOUBT.has(kind)))
        return false;
    }
  }
  return mentions;
}

/** Names that must be required but are nobody's. */
const IN_DOUBT = new Set<string>(["type", "alias", "attribute", "role", "attribute_role", "bool", "tunable"]);

/** Classes of user space are required with their permissions; those of the kernel always are. */
function addClasses(view: View, file: SourceFile, node: number, classes: Map<string, RequiredItem>): void {
  const { tree } = file;
  if (tree.kind[node] !== N_AVRULE) return;
  const { compiled } = view.snapshot;
  const [, , tclass, permissions] = childrenOf(tree, node) as [number, number, number, number];
  for (const name of compiled.expandSet(file.id, startOf(tree, tclass), endOf(tree, tclass))) {
    if (isKernelClass(name)) continue;
    const names = compiled.expandSet(file.id, startOf(tree, permissions), endOf(tree, permissions));
    const known = classes.get(name)?.text.match(/\w+/g)?.slice(1) ?? [];
    const all = [...new Set([...known, ...names])];
    classes.set(name, { keyword: "class", text: `${name} { ${all.join(" ")} }` });
  }
}

function subjectOf(view: View, file: SourceFile, rule: number): Subject {
  const { tree } = file;
  const [, target, tclass, permissions] = childrenOf(tree, rule) as [number, number, number, number];
  const { compiled } = view.snapshot;
  const list = (node: number): readonly string[] =>
    compiled.expandSet(file.id, startOf(tree, node), endOf(tree, node));
  return {
    target: /\w+/.exec(textOf(tree, target))?.[0] ?? "",
    tclass: list(tclass)[0] ?? "",
    permissions: list(permissions),
    isDontaudit: tree.data[rule] === RULE_DONTAUDIT,
  };
}

/** Where an interface goes. */
export interface Destination {
  readonly module: string;
  /** the module's rules */
  readonly home: SourceFile;
  readonly path: string;
  /** undefined: to be made */
  readonly file: SourceFile | undefined;
}

/** The `.if` of a module; undefined when nobody may write there. */
export function interfacesOf(view: View, home: SourceFile): Destination | undefined {
  if (fixedText(home) !== undefined) return undefined;
  const path = joinPath(directoryOf(home.path), `${home.module}.if`);
  const file = view.snapshot.fileAt(path);
  if (file !== undefined && (fixedText(file) !== undefined || file.tree.errors.length > 0)) return undefined;
  return { module: home.module, home, path, file };
}

/** Stretches of text that go into an interface. */
export interface Piece {
  readonly start: number;
  readonly end: number;
}

/** True when text can stand between m4's quotes: no remark opens or closes one, and all others are in pairs. */
export function isQuotable(text: string): boolean {
  if (/#.*[`']/.test(text)) return false;
  let depth = 0;
  for (const [quote] of text.matchAll(/[`']/g)) {
    depth += quote === "`" ? 1 : -1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

/** Writes the interface, and calls it where the first piece was. */
export function extract(
  view: View,
  { file, names, classes, source, subject }: Movable,
  pieces: readonly Piece[],
  destination: Destination,
  removals: readonly Piece[],
  anchor: Piece,
): Draft {
  const { name, summary } = proposeName(view, destination.module, subject);
  const required = [...names.map(({ keyword, name: text }) => ({ keyword, text })), ...classes];
  const body = dedented(
    pieces
      .map(({ start, end }) => indentAt(file.text, start) + parameterised(file, start, end, source))
      .join("\n"),
  );
  const text = interfaceText(name, summary, required, body);
  const rewrites = removals.map(({ start, end }) => rewrite(file, start, end, ""));
  rewrites.push(
    rewrite(
      file,
      anchor.start,
      anchor.end,
      callText(view, file, anchor.start, destination.home, `${name}(${source})`),
    ),
  );
  const { file: target } = destination;
  if (target === undefined) {
    const head = `## <summary>${destination.module.charAt(0).toUpperCase()}${destination.module.slice(1)}.</summary>\n`;
    return { rewrites, newFiles: [{ path: destination.path, text: `${head}\n${text}` }] };
  }
  const end = target.text.length;
  const gap = target.text === "" ? "" : target.text.endsWith("\n") ? "\n" : "\n\n";
  return { rewrites: [...rewrites, rewrite(target, end, end, gap + text)] };
}

/** Text with a type as `$1`; remarks stay as they are. */
function parameterised({ tree }: SourceFile, start: number, end: number, source: string): string {
  const { tokens } = tree;
  let text = "";
  let at = start;
  for (let token = 0; token < tokens.count; token++) {
    const from = tokens.start[token] as number;
    if (from < start) continue;
    if (from >= end) break;
    if (tokens.text.slice(from, tokens.end[token]) !== source) continue;
    text += `${tokens.text.slice(at, from)}$1`;
    at = tokens.end[token] as number;
  }
  return text + tokens.text.slice(at, end);
}

function interfaceText(
  name: string,
  summary: string,
  required: readonly RequiredItem[],
  body: readonly string[],
): string {
  const lines = [
    "########################################",
    "## <summary>",
    `##\t${summary}`,
    "## </summary>",
    '## <param name="domain">',
    "##\t<summary>",
    "##\tDomain allowed access.",
    "##\t</summary>",
    "## </param>",
    "#",
    `interface(\`${name}',\``,
  ];
  if (required.length > 0)
    lines.push("\tgen_require(`", ...itemLines(required).map((line) => `\t\t${line}`), "\t')", "");
  lines.push(...body.map((line) => (line === "" ? "" : `\t${line}`)), "')", "");
  return lines.join("\n");
}

/** A call in place of a statement; in an optional block when it is another module's that may not be there. */
export function callText(view: View, file: SourceFile, at: number, home: SourceFile, call: string): string {
  const { tree } = file;
  const isInside = pathOf(tree, nodeAtStart(file, at)).some((one) => INSIDE.has(tree.kind[one] as number));
  if (home.module === file.module || isInside || isInBase(view, home)) return call;
  const indent = indentAt(file.text, at);
  return `optional_policy(\`\n${indent}\t${call}\n${indent}')`;
}

/** True for modules that are in every policy. */
function isInBase(view: View, { path, module }: SourceFile): boolean {
  const interfaces = view.snapshot.fileAt(joinPath(directoryOf(path), `${module}.if`));
  return interfaces !== undefined && moduleDocs(interfaces.text)?.required === true;
}

const INSIDE = new Set<number>([N_OPTIONAL, N_OPTIONALPOLICY, N_IF, N_TUNABLEPOLICY]);

function nodeAtStart({ tree }: SourceFile, offset: number): number {
  for (let node = 1; node < tree.count; node++)
    if (startOf(tree, node) === offset && MOVABLE.has(tree.kind[node] as number)) return node;
  return 0;
}
