// Hover of a macro: its documentation, each parameter with the argument that the call gives it, and the rules that
// the call becomes. On a definition instead of a call: the documentation and how many arguments it takes.

import { N_ARG, N_CALL } from "../../../grammar/syntax/kinds.ts";
import { startOf, textOf } from "../../../grammar/syntax/tree.ts";
import type { Compiled, ExpandedRule, Macro } from "../../compiler/face.ts";
import type { SourceFile } from "../../workspace/snapshot.ts";
import { childrenOf } from "../children.ts";
import { membersOf } from "../completion/permissionSets.ts";
import { counted, fenced, nameList, paragraphs } from "../markdown.ts";
import { type Parameter, signatureOf } from "../parameters.ts";
import { shortPlace, type View } from "../view.ts";
import { levelMacroText } from "./level.ts";

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
  const { compiled } = view.snapshot;
  const { parameters, summary, desc } = signatureOf(view, macro);
  const names = parameters.map(({ name }) => name).join(", ");
  const isSet = macro.kind === "macro" && macro.arity === 0 && given === undefined;
  const head =
    given === undefined
      ? `${macro.kind} ${macro.name}${isSet ? "" : `(${names})`}`
      : `${macro.name}(${given.join(", ")})`;
  const lines = parameters.map((one, i) => parameterText(one, given?.[i], given !== undefined));
  return paragraphs([
    fenced(head),
    summary,
    desc,
    lines.length > 0 ? lines.join("\n") : undefined,
    macro.kind === "macro" && macro.body.length < 400 ? fenced(macro.body.trim()) : undefined,
    isSet ? (levelMacroText(compiled.db, macro) ?? membersText(compiled, macro)) : undefined,
    `Defined at ${shortPlace(view, { file: macro.file, start: macro.nameStart, end: macro.nameEnd })}.`,
  ]);
}

/** What a set of names comes to when sets in it are opened; nothing where its body says so itself. */
function membersText(compiled: Compiled, macro: Macro): string | undefined {
  if (!/^\s*\{[\w\s{}-]*\}\s*$/.test(macro.body)) return undefined;
  const words = macro.body.match(/[A-Za-z_]\w*/g) ?? [];
  if (!words.some((word) => compiled.macro(word) !== undefined)) return undefined;
  const members = membersOf(compiled, macro.name, 8);
  return `**${members.length} in all:** ${nameList(members, 60)}`;
}

function parameterText(
  { name, summary, optional }: Parameter,
  argument: string | undefined,
  called: boolean,
): string {
  const missing = called ? (optional ? " = _left out_" : " = _missing_") : "";
  const value = argument === undefined ? missing : ` = \`${argument}\``;
  return `- \`${name}\`${value}${summary === "" ? "" : ` – ${summary}`}`;
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
