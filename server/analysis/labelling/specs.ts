// The file contexts of a policy's sources: the entries that the build keeps (modules that are on, the ifdef branches of
// its options), in the order in which libselinux holds them, which is that of fc_sort: patterns before plain paths,
// shorter stems before longer ones, shorter texts before longer ones, entries without a file kind before those with
// one; equal ones stay as they are. The last entry that matches a path wins. Templates (HOME_DIR, HOME_ROOT, ROLE,
// USER) are kept apart: genhomedircon makes entries of them when the policy is installed.

import { N_CONTEXT, N_FCENTRY, N_GENCONTEXT, N_IFDEF, N_NAME } from "../../../grammar/syntax/kinds.ts";
import {
  endOf,
  firstChild,
  nextSibling,
  type SyntaxTree,
  startOf,
  textOf,
} from "../../../grammar/syntax/tree.ts";
import type { BuildOptions, Compiled, Site } from "../../compiler/face.ts";
import { compileMatcher, type Matcher } from "./matcher.ts";
import { type PathPattern, parsePattern } from "./pattern.ts";

/** One entry. The site covers the path pattern. */
export interface FileSpec extends Site {
  readonly node: number;
  readonly path: string;
  /** `-`, `d`, `l` …; empty: every kind */
  readonly kind: string;
  /** `user:role:type[:range]` as the build makes it; undefined for `<<none>>` */
  readonly context: string | undefined;
  readonly type: string | undefined;
  readonly pattern: PathPattern;
  /** undefined: what it matches is not known */
  readonly matcher: Matcher | undefined;
  readonly template: boolean;
}

/** Entries that libselinux looks at, weakest first. */
export interface FileSpecs {
  readonly specs: readonly FileSpec[];
  readonly templates: readonly FileSpec[];
}

const TEMPLATE = /HOME_DIR|HOME_ROOT|%\{USERNAME\}|%\{USERID\}|\b(?:ROLE|USER)\b/;

/** All entries of the policy. */
export function fileSpecs(compiled: Compiled): FileSpecs {
  const all: FileSpec[] = [];
  for (const source of compiled.sources())
    if (source.role === "fc" && source.enabled)
      all.push(...specsOf(source.tree, source.id, compiled.options));
  return {
    specs: sorted(all.filter((spec) => !spec.template)),
    templates: sorted(all.filter((spec) => spec.template)),
  };
}

/** fc_sort's order; Array.prototype.sort is stable. */
export function sorted(specs: readonly FileSpec[]): FileSpec[] {
  return [...specs].sort(compare);
}

function compare(a: FileSpec, b: FileSpec): number {
  if (a.pattern.hasMeta !== b.pattern.hasMeta) return a.pattern.hasMeta ? -1 : 1;
  return (
    a.pattern.stemLength - b.pattern.stemLength ||
    a.pattern.length - b.pattern.length ||
    (a.kind === "" ? 0 : 1) - (b.kind === "" ? 0 : 1)
  );
}

const remembered = new WeakMap<SyntaxTree, Map<string, readonly FileSpec[]>>();

const patterns = new WeakMap<SyntaxTree, Map<number, PathPattern>>();

/** What is kept with a tree; nothing at first. */
function keptOf<K, V>(store: WeakMap<SyntaxTree, Map<K, V>>, tree: SyntaxTree): Map<K, V> {
  const known = store.get(tree);
  if (known !== undefined) return known;
  const made = new Map<K, V>();
  store.set(tree, made);
  return made;
}

/** The pattern of an entry's path as m4 leaves it, read once for a tree; checks of patterns look at it too. */
export function patternAt(tree: SyntaxTree, path: number): PathPattern {
  const ofTree = keptOf(patterns, tree);
  let pattern = ofTree.get(path);
  if (pattern === undefined) {
    // m4 takes quotes away; authors write empty ones to keep words such as `index` from being macros.
    pattern = parsePattern(withoutQuotes(textOf(tree, path)));
    ofTree.set(path, pattern);
  }
  return pattern;
}

function withoutQuotes(text: string): string {
  return text.includes("`") || text.includes("'") ? text.replace(/[`']/g, "") : text;
}

/** The entries of one file under some build options, in their order in the text. */
export function specsOf(tree: SyntaxTree, file: number, options: BuildOptions): readonly FileSpec[] {
  const key = `${file} ${[...options.defines.keys()].filter((name) => !name.includes("num_")).join()}`;
  const byOptions = keptOf(remembered, tree);
  let specs = byOptions.get(key);
  if (specs === undefined) {
    const found: FileSpec[] = [];
    collect(tree, 0, file, options, found);
    specs = found;
    byOptions.set(key, specs);
  }
  return specs;
}

function collect(
  tree: SyntaxTree,
  parent: number,
  file: number,
  options: BuildOptions,
  into: FileSpec[],
): void {
  for (let child = firstChild(tree, parent); child >= 0; child = nextSibling(tree, parent, child)) {
    if (tree.kind[child] === N_FCENTRY) into.push(spec(tree, child, file, options));
    else if (tree.kind[child] === N_IFDEF) {
      const branch = activeBranch(tree, child, options);
      if (branch >= 0) collect(tree, branch, file, options, into);
    }
  }
}

function activeBranch(tree: SyntaxTree, node: number, options: BuildOptions): number {
  const name = firstChild(tree, node);
  if (name < 0) return -1;
  const holds = options.defines.has(textOf(tree, name)) !== (tree.data[node] === 1);
  const yes = nextSibling(tree, node, name);
  return holds || yes < 0 ? yes : nextSibling(tree, node, yes);
}

function spec(tree: SyntaxTree, node: number, file: number, options: BuildOptions): FileSpec {
  const path = firstChild(tree, node);
  const pattern = patternAt(tree, path);
  const { text } = pattern;
  const next = nextSibling(tree, node, path);
  const hasKind = next >= 0 && tree.kind[next] === N_NAME;
  const label = hasKind ? nextSibling(tree, node, next) : next;
  const context = label < 0 ? undefined : contextOf(tree, label, options);
  return new Spec({
    file,
    start: startOf(tree, path),
    end: endOf(tree, path),
    node,
    path: text,
    kind: hasKind ? textOf(tree, next).slice(1) : "",
    context,
    type: context?.split(":", 3)[2],
    pattern,
    template: TEMPLATE.test(text) || (context !== undefined && TEMPLATE.test(context)),
  });
}

/** An entry whose matcher is made when somebody tries it: most are told apart by their beginnings, and never are. */
class Spec implements FileSpec {
  readonly file: number;
  readonly start: number;
  readonly end: number;
  readonly node: number;
  readonly path: string;
  readonly kind: string;
  readonly context: string | undefined;
  readonly type: string | undefined;
  readonly pattern: PathPattern;
  readonly template: boolean;
  /** null: not made yet */
  private made: Matcher | undefined | null = null;

  constructor(said: Omit<FileSpec, "matcher">) {
    this.file = said.file;
    this.start = said.start;
    this.end = said.end;
    this.node = said.node;
    this.path = said.path;
    this.kind = said.kind;
    this.context = said.context;
    this.type = said.type;
    this.pattern = said.pattern;
    this.template = said.template;
  }

  get matcher(): Matcher | undefined {
    if (this.made === null) this.made = compileMatcher(this.pattern);
    return this.made;
  }
}

/** The context as gen_context makes it: a range where the build has levels, categories where it has only these. */
function contextOf(tree: SyntaxTree, label: number, options: BuildOptions): string {
  if (tree.kind[label] !== N_GENCONTEXT) return compact(textOf(tree, label));
  const parts: number[] = [];
  for (let child = firstChild(tree, label); child >= 0; child = nextSibling(tree, label, child))
    parts.push(child);
  const base = parts.find((part) => tree.kind[part] === N_CONTEXT);
  const text = base === undefined ? "" : compact(textOf(tree, base));
  const whole = textOf(tree, label);
  const given = whole
    .slice(whole.indexOf("(") + 1, whole.lastIndexOf(")"))
    .split(",")
    .map(compact);
  const range = options.defines.has("enable_mls") ? `:${given[1] ?? ""}` : "";
  const categories = given.slice(2).join();
  const mcs = options.defines.has("enable_mcs") ? `:s0${categories === "" ? "" : `:${categories}`}` : "";
  return `${text}${range}${mcs}`;
}

function compact(text: string): string {
  return /\s/.test(text) ? text.replace(/\s+/g, "") : text;
}
