// Calls of interfaces that say they are deprecated: by a `refpolicywarn` that stands in their body without a condition,
// or in their documentation. The compiler reports the former where the call counts; this check adds the other calls.
// The repair writes what the message names in place of the call, and says whether that grants the same.

import { docsAbove } from "../../../grammar/syntax/docs.ts";
import { N_ARG, N_BLOCK, N_CALL, N_MESSAGE } from "../../../grammar/syntax/kinds.ts";
import { startOf, textOf } from "../../../grammar/syntax/tree.ts";
import type { Compiled } from "../../compiler/face.ts";
import type { CheckContext, CheckFile, Fixer } from "../check.ts";
import { changing, fixer, indentAt, removeLines, replaceNode, same } from "../selint/fixText.ts";
import { keywordRange } from "../selint/outline.ts";
import { isReported, policyCheck, TE_IF } from "../selint/visit.ts";
import { parametersOf } from "./parameters.ts";
import type { MacroUse } from "./usage.ts";

/** Why a macro is deprecated, in its own words; undefined when it is not. */
function reasonOf(context: CheckContext, macro: MacroUse): string | undefined {
  const reasons = context.shared("interface.deprecated", () => new Map<MacroUse, string | undefined>());
  if (reasons.has(macro)) return reasons.get(macro);
  const isNear = context.perTree("interface.hasDeprecated", macro.file, hasDeprecated);
  const reason = !isNear ? undefined : readReason(macro, context.compiled.words.text(macro.word));
  reasons.set(macro, reason);
  return reason;
}

/** Most files have none: looking for the words in a whole file is faster than at each interface. */
function hasDeprecated({ text }: CheckFile): boolean {
  return text.includes("refpolicywarn") || text.includes("eprecated");
}

function readReason(macro: MacroUse, name: string): string | undefined {
  const { tree, text } = macro.file;
  const body = tree.end[macro.node + 1] as number;
  if (tree.kind[body] === N_BLOCK)
    for (let child = body + 1; child < (tree.end[body] as number); child = tree.end[child] as number)
      if (tree.kind[child] === N_MESSAGE && tree.data[child] !== 1)
        return /`([^']*)'/
          .exec(textOf(tree, child))?.[1]
          ?.replace(/\$0(?:\((?:\$\*)?\))?/g, name)
          .replace(/\s+/g, " ");
  if (macro.isDefine) return undefined;
  const start = startOf(tree, macro.node);
  // Reading documentation costs; most of it does not hold the word.
  const above = text.slice(text.lastIndexOf("')\n", start) + 1, start);
  if (!/deprecated/i.test(above)) return undefined;
  const docs = docsAbove(text, start);
  if (docs === undefined) return undefined;
  const said = [docs.desc, docs.summary].find((one) =>
    /\(deprecated\)|(?:has been|is) deprecated/i.test(one),
  );
  return said?.replace(/\s+/g, " ");
}

export const deprecatedCall = policyCheck(
  "interface-deprecated",
  TE_IF,
  [N_CALL],
  ({ tree, node, file }, say, _names, context) => {
    const macro = parametersOf(context).macro(tree.data[node] as number);
    const reason = macro === undefined ? undefined : reasonOf(context, macro);
    if (macro === undefined || reason === undefined) return;
    const range = keywordRange(tree, node);
    if (isReported(context, file, range)) return;
    say(range, `${context.compiled.words.text(macro.word)} is deprecated: ${reason}`);
  },
);

/** The calls that a reason names, `$n` and all: “use foo() instead”. */
function replacementsIn(reason: string): readonly (readonly [name: string, args: string])[] {
  const use = /\buse\s+(.*?)\s+instead\b/i.exec(reason)?.[1] ?? "";
  return [...use.matchAll(/([A-Za-z]\w*)\(([^()]*)\)/g)].map((match) => [
    match[1] as string,
    (match[2] as string).trim(),
  ]);
}

export const replaceDeprecated: Fixer = fixer(["interface-deprecated"], (place, _finding, context) => {
  const { tree, node, file } = place;
  if (tree.kind[node] !== N_CALL) return undefined;
  const macro = parametersOf(context).macro(tree.data[node] as number);
  const reason = macro === undefined ? undefined : reasonOf(context, macro);
  if (macro === undefined || reason === undefined) return undefined;
  const args: string[] = [];
  for (let arg = node + 1; arg < (tree.end[node] as number); arg = tree.end[arg] as number)
    if (tree.kind[arg] === N_ARG) args.push(textOf(tree, arg));
  const { compiled } = context;
  const replacements = replacementsIn(reason);
  const indent = indentAt(file.text, startOf(tree, node));
  if (replacements.length === 0) {
    if (!/\bplease remove\.?$/.test(reason) || rulesOf(compiled, textOf(tree, node)).length > 0)
      return undefined;
    return same(
      "Remove the call",
      removeLines(file, startOf(tree, node), startOf(tree, node) + textOf(tree, node).length),
    );
  }
  const calls: string[] = [];
  for (const [name, given] of replacements) {
    const known = compiled.macro(name);
    const list =
      given === "" || given === "$*"
        ? args.join(", ")
        : given.replace(/\$(\d)/g, (_, n: string) => args[Number(n) - 1] ?? "");
    if (known === undefined || (given === "" && known.arity > args.length)) return undefined;
    calls.push(`${name}(${list})`);
  }
  const title = `Call ${replacements.map(([name]) => name).join(" and ")} instead`;
  const change = replaceNode(file, tree, node, calls.join(`\n${indent}`));
  const before = rulesOf(compiled, textOf(tree, node));
  const after = rulesOf(compiled, calls.join("\n"));
  if (before.length > 0 && before.join("\n") === after.join("\n")) return same(title, change);
  return changing(title, "the rules of the new interface in place of the old one's", false, change);
});

/** The rules that calls become, sorted; those of optional blocks that are off included. */
function rulesOf(compiled: Compiled, call: string): readonly string[] {
  return [
    ...new Set(compiled.expandText(call, 2000).map((rule) => `${rule.condition ?? ""} ${rule.text}`)),
  ].sort();
}
