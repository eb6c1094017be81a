// The names of the whole policy as SELint's checks ask for them: which module declares a type, defines an interface,
// is in the base; which permission macros there are. Names that templates make are worked out from their calls. A
// name may be declared by several modules: all of them count, so that no answer depends on the order of files. Names
// that still hold `$1` are nobody's. Made once for a state of the policy and shared by the checks.

import { moduleDocs } from "../../../grammar/syntax/docs.ts";
import { N_DEFINE } from "../../../grammar/syntax/kinds.ts";
import { type SyntaxTree, textOf } from "../../../grammar/syntax/tree.ts";
import type { Words } from "../../../grammar/text/words.ts";
import type { Compiled } from "../../compiler/face.ts";
import type { CheckContext, CheckFile, Preparation } from "../check.ts";
import { inOne } from "../shared.ts";
import {
  argumentTexts,
  type DeclaredName,
  type FileFacts,
  type Flavor,
  factsOf,
  firstWord,
} from "./facts.ts";
import { childOf, outlineOf, tokenText, wordTokens } from "./outline.ts";

export interface Names {
  /** The text of a word's token, always the same string: look-ups need not hash it anew. */
  nameAt(tree: SyntaxTree, token: number): string;
  /** modules that declare a name; "" is the global files; undefined when none does */
  modulesOf(flavor: Flavor, name: string): readonly string[] | undefined;
  /** module that defines an interface or template */
  interfaceModule(name: string): string | undefined;
  isTemplate(name: string): boolean;
  /** names that a call of a template declares, with their flavors */
  declaredByCall(name: string, args: readonly string[]): readonly DeclaredName[];
  readonly modules: ReadonlySet<string>;
  /** modules of the base: they are always there */
  readonly base: ReadonlySet<string>;
  /** layer (name of the directory) of a module */
  layerOf(module: string): string | undefined;
  /** permission macros in the order of their files: name → what they stand for */
  readonly macros: ReadonlyMap<string, readonly string[]>;
  /** every call of a macro by name, from any file */
  readonly called: ReadonlySet<string>;
  /** What a word of a tree names, as bits: 1 << its place in FLAVORS for each flavor that a module declares. */
  flavorsOf(word: number): number;
}

/** The flavors in the order of their bits. */
export const FLAVORS: readonly Flavor[] = ["type", "attribute", "attribute_role", "role", "user", "bool"];

/** The bits of some flavors. */
export function flavorBits(flavors: readonly Flavor[]): number {
  return flavors.reduce((bits, flavor) => bits | (1 << FLAVORS.indexOf(flavor)), 0);
}

/** The index of the policy that a context looks at. */
export function namesOf(context: CheckContext): Names {
  return context.shared(KEY, () => inOne(makeNames(context)));
}

/** Makes the index in steps. */
export const prepareNames: Preparation = (context) => context.prepare(KEY, () => makeNames(context));

const KEY = "selint.names";
/** Files that are read in one step. */
const STEP = 32;

/** Does the compiled policy know a name of one of these kinds that no text spells out? */
export function isCompiled(compiled: Compiled, flavor: Flavor, name: string): boolean {
  // What is active is in the tables; only for the rest the code is searched.
  if (isActive(compiled, flavor, name)) return true;
  return compiled.declarations(name).some(({ kind }) => {
    if (flavor === "type") return kind === "type" || kind === "alias";
    if (flavor === "bool") return kind === "bool" || kind === "tunable";
    return kind === flavor;
  });
}

function isActive({ db }: Compiled, flavor: Flavor, name: string): boolean {
  switch (flavor) {
    case "type":
      return db.types.get(name)?.isAttribute === false;
    case "attribute":
      return db.types.get(name)?.isAttribute === true;
    case "role":
      return db.roles.get(name) !== undefined && db.roles.get(name)?.isAttribute !== true;
    case "attribute_role":
      return db.roles.get(name)?.isAttribute === true;
    case "user":
      return db.users.get(name) !== undefined;
    case "bool":
      return db.bools.get(name) !== undefined;
  }
}

interface Template {
  readonly declared: DeclaredName[];
  readonly calls: { readonly name: string; readonly args: readonly string[] }[];
}

function* makeNames(context: CheckContext): Generator<void, Names> {
  const files = context.files();
  const templates = templatesOf(files);
  const interfaces = new Map<string, string>();
  const layers = new Map<string, string>();
  const modules = new Set<string>();
  for (const [i, file] of files.entries()) {
    if (i % STEP === 0) yield;
    if (file.role === "te" || file.role === "if") {
      modules.add(file.module);
      const parts = file.path.split("/");
      if (!layers.has(file.module)) layers.set(file.module, parts.at(-2) ?? "");
    }
    if (file.role !== "if") continue;
    for (const { name } of factsOf(file.tree).defined)
      if (!interfaces.has(name)) interfaces.set(name, file.module);
  }
  const { words } = context.compiled;
  const declared = yield* declarations(files, templates, words);
  let called: ReadonlySet<string> | undefined;
  return {
    nameAt: (tree, token) => words.text(tree.tokens.word[token] as number),
    modulesOf: (flavor, name) => declared.get(flavor)?.get(name),
    interfaceModule: (name) => interfaces.get(name),
    isTemplate: (name) => templates.has(name),
    declaredByCall: (name, args) => expandTemplate(templates, name, args),
    modules,
    base: baseModules(context, files),
    layerOf: (module) => layers.get(module),
    macros: permissionMacros(files),
    get called() {
      called ??= calledNames(files);
      return called;
    },
    flavorsOf: flavorTable(declared, words),
  };
}

function flavorTable(declared: Declarations, words: Words): (word: number) => number {
  const table = new Uint8Array(words.size);
  FLAVORS.forEach((flavor, place) => {
    for (const name of declared.get(flavor)?.keys() ?? []) {
      const word = words.find(name);
      if (word >= 0) table[word] = (table[word] as number) | (1 << place);
    }
  });
  return (word) => {
    const known = table[word];
    if (known !== undefined) return known;
    const name = words.text(word);
    return flavorBits(FLAVORS.filter((flavor) => declared.get(flavor)?.has(name) === true));
  };
}

/** The names of all calls; few checks ask. */
function calledNames(files: readonly CheckFile[]): ReadonlySet<string> {
  const called = new Set<string>();
  for (const { tree, role } of files) {
    if (!DECLARING.has(role)) continue;
    const outline = outlineOf(tree);
    const facts = factsOf(tree);
    for (const entry of facts.called)
      called.add(tokenText(tree, tree.first[outline.node[entry] as number] as number));
    for (const { name } of facts.calledInTemplates) called.add(name);
  }
  return called;
}

function templatesOf(files: readonly CheckFile[]): ReadonlyMap<string, Template> {
  const templates = new Map<string, Template>();
  for (const file of files) {
    if (file.role !== "if") continue;
    const { tree } = file;
    const facts = factsOf(tree);
    for (const { name, template } of facts.defined)
      if (template && !templates.has(name)) templates.set(name, { declared: [], calls: [] });
    for (const name of facts.declared)
      if (name.template !== "") templates.get(name.template)?.declared.push(name);
    const outline = outlineOf(tree);
    for (const call of facts.calledInTemplates) {
      const args = argumentTexts(tree, outline.node[call.entry] as number);
      templates.get(call.template)?.calls.push({ name: call.name, args });
    }
  }
  return templates;
}

/** Templates that one call may lead to, directly and through others: more than any policy has, and soon done. */
const MOST_CALLS = 2000;

/** The names that a call of a template makes, those of the templates that it calls included. */
function expandTemplate(
  templates: ReadonlyMap<string, Template>,
  name: string,
  args: readonly string[],
): readonly DeclaredName[] {
  const found: DeclaredName[] = [];
  const calls: { readonly name: string; readonly args: readonly string[] }[] = [{ name, args }];
  // The list grows while it is read. A template may call itself; what a name becomes may be long.
  for (let at = 0; at < calls.length && at < MOST_CALLS; at++) {
    const call = calls[at] as (typeof calls)[number];
    const template = templates.get(call.name);
    if (template === undefined) continue;
    for (const made of template.declared)
      found.push({ flavor: made.flavor, name: substitute(made.name, call.args), template: "" });
    for (const inner of template.calls)
      if (calls.length < MOST_CALLS)
        calls.push({ name: inner.name, args: inner.args.map((arg) => substitute(arg, call.args)) });
  }
  return found;
}

/** A name that is longer is nobody's. */
const LONGEST_NAME = 1000;

function substitute(text: string, args: readonly string[]): string {
  if (!text.includes("$")) return text;
  return text.replace(/\$(\d)/g, (_, digit: string) => args[Number(digit) - 1] ?? "").slice(0, LONGEST_NAME);
}

type Declarations = ReadonlyMap<Flavor, Map<string, string[]>>;

function* declarations(
  files: readonly CheckFile[],
  templates: ReadonlyMap<string, Template>,
  words: Words,
): Generator<void, Declarations> {
  const templateWords = new Set<number>();
  for (const name of templates.keys()) templateWords.add(words.find(name));
  const table = new Map<Flavor, Map<string, string[]>>();
  const add = ({ flavor, name }: DeclaredName, module: string): void => {
    if (name.includes("$")) return;
    const ofFlavor = table.get(flavor) ?? new Map<string, string[]>();
    table.set(flavor, ofFlavor);
    const known = ofFlavor.get(name);
    if (known === undefined) ofFlavor.set(name, [module]);
    else if (!known.includes(module)) known.push(module);
  };
  for (const [i, file] of files.entries()) {
    if (i % STEP === 0) yield;
    if (!DECLARING.has(file.role)) continue;
    const facts: FileFacts = factsOf(file.tree);
    const module = file.role === "te" || file.role === "if" ? file.module : "";
    for (const name of facts.declared) if (name.template === "") add(name, module);
    const outline = outlineOf(file.tree);
    for (const entry of facts.called) {
      const node = outline.node[entry] as number;
      const word = file.tree.data[node] as number;
      if (!templateWords.has(word)) continue;
      const args = argumentTexts(file.tree, node);
      for (const made of expandTemplate(templates, words.text(word), args)) add(made, module);
    }
  }
  return table;
}

const DECLARING: ReadonlySet<string> = new Set([
  "te",
  "if",
  "global_booleans",
  "global_tunables",
  "users",
  "conf",
]);

/**
 * The base modules. modules.conf is not seen from here, so the settings may name them (`base` of W-005); otherwise
 * they are those that say `<required val="true">`, which is what `make conf` puts into the base.
 */
function baseModules(context: CheckContext, files: readonly CheckFile[]): ReadonlySet<string> {
  const named = context.option("W-005", "base");
  if (Array.isArray(named)) return new Set(named.map(String));
  const base = new Set<string>();
  for (const file of files)
    if (file.role === "if" && moduleDocs(file.text)?.required === true) base.add(file.module);
  return base;
}

function permissionMacros(files: readonly CheckFile[]): ReadonlyMap<string, readonly string[]> {
  const macros = new Map<string, readonly string[]>();
  for (const file of files) {
    if (file.role !== "support") continue;
    const { tree } = file;
    const outline = outlineOf(tree);
    for (let entry = 0; entry < outline.count; entry++) {
      const node = outline.node[entry] as number;
      if (tree.kind[node] !== N_DEFINE) continue;
      const name = firstWord(tree, node);
      const body = childOf(tree, node, 1);
      if (!name.endsWith("_perms") || body < 0 || macros.has(name)) continue;
      const tokens: number[] = [];
      wordTokens(tree, body, tokens);
      // A macro that warns when it is used is deprecated: nobody should be led to it.
      if (textOf(tree, node).includes("refpolicywarn")) continue;
      macros.set(
        name,
        tokens.map((token) => tokenText(tree, token)),
      );
    }
  }
  return macros;
}
