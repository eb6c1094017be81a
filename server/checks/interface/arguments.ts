// Calls against what the macro does with its parameters: arguments that are missing or too many, names of another kind
// than the body needs, and blanks that m4 keeps at the end of an argument. Silent where the compiler has spoken, where
// the body is not understood, and about arguments that are made from the caller's own.

import { docsAbove } from "../../../grammar/syntax/docs.ts";
import { N_ARG, N_CALL, N_NAME, N_SET } from "../../../grammar/syntax/kinds.ts";
import { endOf, type SyntaxTree, startOf, textOf } from "../../../grammar/syntax/tree.ts";
import { permissionsOf } from "../../policydb/policydb.ts";
import type { CheckContext, CheckFile, PolicyCheck, Report } from "../check.ts";
import type { Flavor } from "../selint/facts.ts";
import { type Names, namesOf } from "../selint/names.ts";
import { childCount, keywordRange, outlineOf } from "../selint/outline.ts";
import { isBareWord } from "../selint/statement.ts";
import { isReported, TE_IF } from "../selint/visit.ts";
import { definitionOf } from "./definition.ts";
import { type Parameters, parametersOf } from "./parameters.ts";
import { BOOL, CLASS, type MacroUse, OTHER, PERMISSION, PREFIX, ROLE, TYPE } from "./usage.ts";

const IDS = ["argument-missing", "argument-extra", "argument-kind", "argument-blank"] as const;

/** What a check of one file works with. */
interface Scene {
  readonly context: CheckContext;
  readonly file: CheckFile;
  readonly tree: SyntaxTree;
  readonly names: Names;
  readonly parameters: Parameters;
  /** by word: bits of kindsOf, or -1 */
  readonly kinds: Int16Array;
  readonly report: Report;
}

export const callArguments: PolicyCheck = {
  scope: "policy",
  ids: IDS,
  roles: TE_IF,
  run(context, file, report) {
    const { tree } = file;
    const outline = outlineOf(tree);
    const scene: Scene = {
      context,
      file,
      tree,
      names: namesOf(context),
      parameters: parametersOf(context),
      kinds: context.shared("interface.kindsOfWords", () =>
        new Int16Array(context.compiled.words.size).fill(-1),
      ),
      report,
    };
    for (let entry = 0; entry < outline.count; entry++) {
      const node = outline.node[entry] as number;
      if (tree.kind[node] !== N_CALL || isBareWord(tree, node)) continue;
      const macro = scene.parameters.macro(tree.data[node] as number);
      if (macro !== undefined) checkCall(scene, node, macro);
    }
  },
};

function checkCall(scene: Scene, node: number, macro: MacroUse): void {
  const { tree, parameters } = scene;
  let count = 0;
  for (let arg = node + 1; arg < (tree.end[node] as number); arg = tree.end[arg] as number) {
    if (tree.kind[arg] !== N_ARG) return;
    const data = tree.data[arg] as number;
    // `$*` and `$@` are any number of arguments.
    if (data & 2 && /\$[*@]/.test(textOf(tree, arg))) return;
    const parameter = macro.opaque ? undefined : parameters.of(macro, count);
    if (parameter !== undefined && arg + 1 < (tree.end[arg] as number)) {
      if (data & 4 && parameter.followed) tellBlank(scene, arg, macro, count);
      if (parameter.kinds !== 0 && (parameter.kinds & OTHER) === 0)
        checkKind(scene, arg, macro, count, parameter.kinds);
    }
    count++;
  }
  if (!macro.opaque) tellMissing(scene, node, macro, count);
  if (count > macro.parameters.length) tellExtra(scene, node, macro, count);
}

function tellBlank(
  { tree, file, context, report }: Scene,
  arg: number,
  macro: MacroUse,
  index: number,
): void {
  const start = endOf(tree, arg);
  let end = start;
  while (end < file.text.length && /\s/.test(file.text.charAt(end))) end++;
  if (isReported(context, file, { start: startOf(tree, arg), end })) return;
  const written = textOf(tree, arg);
  report({
    start: startOf(tree, arg),
    end: start,
    code: "argument-blank",
    message: `m4 keeps the blank behind ${written}, so the names that ${nameOf(context, macro)} makes of $${index + 1} fall apart: \`${written} _t\``,
  });
}

function tellMissing(scene: Scene, node: number, macro: MacroUse, count: number): void {
  const { tree, file, context, parameters, report } = scene;
  // A call without any argument is W-006.
  if (count === 0) return;
  const missing: number[] = [];
  for (let index = 0; index < macro.parameters.length; index++)
    if (parameters.of(macro, index).needed && (index >= count || isEmptyArgument(tree, node, index)))
      missing.push(index);
  if (missing.length === 0) return;
  const range = keywordRange(tree, node);
  if (isReported(context, file, { start: startOf(tree, node), end: endOf(tree, node) })) return;
  const docs = docsAbove(macro.file.text, startOf(macro.file.tree, macro.node));
  const left = missing.filter((index) => docs?.params[index]?.optional !== true);
  if (left.length === 0) return;
  const list = left.map((index) => {
    const name = docs?.params[index]?.name ?? "";
    return name === "" ? `$${index + 1}` : `$${index + 1} (${name})`;
  });
  report({
    ...range,
    code: "argument-missing",
    message: `${nameOf(context, macro)} needs ${list.join(" and ")}, and ${count === 1 ? "one argument is" : `${count} arguments are`} given`,
    related: [definitionOf(macro)],
  });
}

function isEmptyArgument(tree: SyntaxTree, node: number, index: number): boolean {
  let arg = node + 1;
  for (let i = 0; i < index; i++) arg = tree.end[arg] as number;
  return tree.last[arg] === tree.first[arg];
}

function tellExtra(scene: Scene, node: number, macro: MacroUse, count: number): void {
  const { tree, file, context, report } = scene;
  const name = nameOf(context, macro);
  if (macro.opaque || macro.isDefine) return;
  const known = context.compiled.macro(name);
  if (known === undefined || known.arity >= count || /\$[*@#{]/.test(known.body)) return;
  const docs = docsAbove(macro.file.text, startOf(macro.file.tree, macro.node));
  const takes = Math.max(known.arity, docs?.params.length ?? 0);
  if (takes >= count) return;
  let arg = node + 1;
  for (let index = 0; index < takes; index++) arg = tree.end[arg] as number;
  const range = { start: startOf(tree, arg), end: endOf(tree, node) - 1 };
  if (range.end <= range.start || isReported(context, file, range)) return;
  report({
    ...range,
    code: "argument-extra",
    message: `${name} takes ${takes === 0 ? "no argument" : takes === 1 ? "one argument" : `${takes} arguments`}: nothing reads this`,
    related: [definitionOf(macro)],
  });
}

function checkKind(scene: Scene, arg: number, macro: MacroUse, index: number, wanted: number): void {
  const { tree } = scene;
  const first = arg + 1;
  if (tree.kind[first] === N_NAME && childCount(tree, arg) === 1)
    checkName(scene, first, macro, index, wanted);
  else if (tree.kind[first] === N_SET && childCount(tree, arg) === 1 && wanted !== PREFIX)
    for (let inner = first + 1; inner < (tree.end[first] as number); inner = tree.end[inner] as number)
      if (tree.kind[inner] === N_NAME) checkName(scene, inner, macro, index, wanted);
}

function checkName(scene: Scene, leaf: number, macro: MacroUse, index: number, wanted: number): void {
  const { tree, file, context, names, report } = scene;
  const bit = wanted & -wanted;
  if (bit !== wanted) return;
  const token = (tree.last[leaf] as number) - 1;
  const name = names.nameAt(tree, token);
  const is = kindsOf(scene, tree.tokens.word[token] as number, name);
  if (bit === PREFIX) {
    // `foo_t` where `foo` is meant: the names become `foo_t_t`.
    if ((is & TYPE) === 0 || !name.endsWith("_t")) return;
  } else if (is === 0 || is & bit) return;
  const range = { start: startOf(tree, leaf), end: endOf(tree, leaf) };
  if (isReported(context, file, range)) return;
  report({
    ...range,
    code: "argument-kind",
    message: `${name} is a ${wordFor(is)}, and ${nameOf(context, macro)} needs a ${WANTED.get(bit) ?? "name"} for $${index + 1}`,
    related: [definitionOf(macro)],
  });
}

/** What a word is declared as; 0: not known, or a macro, which may be anything. */
function kindsOf({ context, names, kinds }: Scene, word: number, name: string): number {
  const { compiled } = context;
  const known = kinds[word] ?? -1;
  if (known >= 0) return known;
  let is = 0;
  if (!name.includes("$") && compiled.macro(name) === undefined) {
    const has = (flavor: Flavor): boolean => names.modulesOf(flavor, name) !== undefined;
    if (has("type") || has("attribute")) is |= TYPE;
    if (has("role") || has("attribute_role")) is |= ROLE;
    if (has("bool")) is |= BOOL;
    is |= activeKinds(context, name);
  }
  kinds[word] = is;
  return is;
}

/** What the compiled policy knows a name as: its tables, because the index of declarations is dear to make. */
function activeKinds({ compiled, shared }: CheckContext, name: string): number {
  const { db } = compiled;
  const permissions = shared(
    "interface.permissionNames",
    () => new Set([...db.classes].flatMap((datum) => [...permissionsOf(datum).keys()])),
  );
  return (
    (db.types.valueOf(name) !== 0 ? TYPE : 0) |
    (db.roles.valueOf(name) !== 0 ? ROLE : 0) |
    (db.bools.valueOf(name) !== 0 ? BOOL : 0) |
    (db.classes.valueOf(name) !== 0 ? CLASS : 0) |
    (permissions.has(name) ? PERMISSION : 0)
  );
}

const WANTED: ReadonlyMap<number, string> = new Map([
  [TYPE, "type"],
  [ROLE, "role"],
  [CLASS, "class"],
  [PERMISSION, "permission"],
  [BOOL, "boolean"],
  [PREFIX, "prefix, a part of names,"],
]);

function wordFor(is: number): string {
  for (const bit of [TYPE, ROLE, CLASS, BOOL, PERMISSION]) if (is & bit) return WANTED.get(bit) ?? "name";
  return "name";
}

function nameOf(context: CheckContext, macro: MacroUse): string {
  return context.compiled.words.text(macro.word);
}
