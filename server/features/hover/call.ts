// Hover of a macro: its documentation, each parameter with the argument that the call gives it, and the rules that
// the call becomes. On a definition instead of a call: the documentation and how many arguments it takes.

import { type Docs, docsAbove } from "../../../grammar/syntax/docs.ts";
import { N_ARG, N_CALL } from "../../../grammar/syntax/kinds.ts";
import { startOf, textOf } from "../../../grammar/syntax/tree.ts";
import type { ExpandedRule, Macro } from "../../compiler/face.ts";
import type { SourceFile } from "../../workspace/snapshot.ts";
import { childrenOf } from "../children.ts";
import { counted, fenced, paragraphs } from "../markdown.ts";
import { shortPlace, type View } from "../view.ts";

/** Rules shown of what a call becomes. */
const MOST_RULES = 25;
/** Rules looked at to count them. */
const COUNT_LIMIT = 2000;

/** The hover of a call node, or of a bare macro name. */
export function callText(view: View, file: SourceFile, node: number): string | undefined {
  const { tree } = file;
  if (tree.kind[node] !== N_CALL) return undefined;
  const token = tree.first[node] as number;
  const name = file.text.slice(tree.tokens.start[token], tree.tokens.end[token]);
  const macro = view.snapshot.compiled.macro(name);
  if (macro === undefined) return undefined;
  const given = childrenOf(tree, node)
    .filter((child) => tree.kind[child] === N_ARG)
    .map((child) => textOf(tree, child).replace(/\s+/g, " "));
  const rules = view.snapshot.compiled.expand(file.id, startOf(tree, node), COUNT_LIMIT);
  return paragraphs([macroText(view, macro, given), rulesText(rules)]);
}

/** Documentation of a macro, with arguments filled in where given. */
export function macroText(view: View, macro: Macro, given?: readonly string[]): string {
  const doc = docOf(view, macro);
  const names = parameterNames(macro, doc);
  const head =
    given === undefined
      ? `${macro.kind} ${macro.name}(${names.join(", ")})`
      : `${macro.name}(${given.join(", ")})`;
  const parameters = names.map((name, i) =>
    parameterText(name, doc?.params[i]?.summary, given?.[i], given !== undefined),
  );
  return paragraphs([
    fenced(head),
    doc?.summary,
    doc?.desc,
    parameters.length > 0 ? parameters.join("\n") : undefined,
    macro.kind === "macro" && macro.body.length < 400 ? fenced(macro.body.trim()) : undefined,
    `Defined at ${shortPlace(view, { file: macro.file, start: macro.nameStart, end: macro.nameEnd })}.`,
  ]);
}

function parameterText(
  name: string,
  summary: string | undefined,
  argument: string | undefined,
  called: boolean,
): string {
  const value = argument === undefined ? (called ? " = _missing_" : "") : ` = \`${argument}\``;
  return `- \`${name}\`${value}${summary === undefined || summary === "" ? "" : ` – ${summary}`}`;
}

/** Documented names; `$n` for parameters that the documentation leaves out. */
export function parameterNames(macro: Macro, doc: Docs | undefined): string[] {
  const names: string[] = [];
  const count = Math.max(macro.arity, doc?.params.length ?? 0);
  for (let i = 0; i < count; i++) names.push(doc?.params[i]?.name || `$${i + 1}`);
  return names;
}

/** The documentation above a macro's definition. */
export function docOf(view: View, macro: Macro): Docs | undefined {
  const file = view.snapshot.file(macro.file);
  return file === undefined ? undefined : docsAbove(file.text, macro.start);
}

function rulesText(rules: readonly ExpandedRule[]): string {
  if (rules.length === 0) return "It becomes no rule in this policy.";
  const lines = rules.slice(0, MOST_RULES).map((rule) => {
    const notes = [rule.condition, rule.state === "on" ? undefined : rule.state].filter(
      (note) => note !== undefined,
    );
    return notes.length === 0 ? rule.text : `${rule.text}  # ${notes.join(", ")}`;
  });
  if (rules.length > MOST_RULES) lines.push(`# … ${rules.length - MOST_RULES} more`);
  const many = rules.length >= COUNT_LIMIT ? `more than ${COUNT_LIMIT} rules` : counted(rules.length, "rule");
  return paragraphs([`**It becomes** ${many}:`, fenced(lines.join("\n"))]);
}
