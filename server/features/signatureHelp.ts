// textDocument/signatureHelp: the parameters of the call that is being typed, with their documentation. Half a call is
// a syntax error, so the text before the cursor is read backwards to the parenthesis that is still open. Inside a
// quoted body that starts on an earlier line there is nothing to help with.

import type { ParameterInformation, SignatureHelp } from "vscode-languageserver-types";
import { BUILTINS } from "./builtins.ts";
import { counted, paragraphs } from "./markdown.ts";
import { type Parameter, signatureOf } from "./parameters.ts";
import type { Place, View } from "./view.ts";

/** How far back the parenthesis is looked for. */
const WINDOW = 4000;

export interface OpenCall {
  readonly name: string;
  readonly argument: number;
}

/** The call whose argument holds an offset. */
export function openCallAt(text: string, offset: number): OpenCall | undefined {
  const from = Math.max(0, offset - WINDOW);
  const before = text.slice(from, offset).replace(/#[^\n]*/g, (comment) => " ".repeat(comment.length));
  if (/#[^\n]*$/.test(text.slice(from, offset))) return undefined;
  let depth = 0;
  let quotes = 0;
  let commas = 0;
  for (let at = before.length - 1; at >= 0; at--) {
    const char = before[at];
    if (char === "'") quotes++;
    else if (char === "`") {
      if (quotes > 0) quotes--;
      else if (before.indexOf("\n", at) >= 0) return undefined;
    } else if (quotes > 0) continue;
    else if (char === ")") depth++;
    else if (char === ";" && depth === 0) return undefined;
    // Braces mean nothing to m4: a comma in a set ends the argument, too.
    else if (char === "," && depth === 0) commas++;
    else if (char === "(" && depth-- === 0) {
      const name = /[A-Za-z_]\w*$/.exec(before.slice(Math.max(0, at - 200), at))?.[0];
      return name === undefined ? undefined : { name, argument: commas };
    }
  }
  return undefined;
}

/** The signature of the call around a place. */
export function signatureHelp(view: View, place: Place): SignatureHelp | undefined {
  const call = openCallAt(place.file.text, place.offset);
  if (call === undefined) return undefined;
  const builtin = BUILTINS.get(call.name);
  if (builtin !== undefined) {
    const parameters = builtin.parameters.map(([name, summary]) => ({ name, summary, optional: false }));
    return helpOf(call, parameters, builtin.summary);
  }
  const macro = view.snapshot.compiled.macro(call.name);
  if (macro === undefined) return undefined;
  const { parameters, summary, desc } = signatureOf(view, macro);
  // m4 drops what no `$n` takes, in silence.
  const takesAny = /\$[*@]/.test(macro.body);
  const isSurplus = !takesAny && call.argument >= Math.max(1, parameters.length);
  const remark = isSurplus ? surplus(call.argument + 1, parameters.length) : "";
  return helpOf(call, parameters, paragraphs([remark, summary, desc]));
}

function surplus(given: number, taken: number): string {
  const most = taken === 0 ? "no arguments" : counted(taken, "argument");
  return `**Too many arguments:** it takes ${most}, and this is number ${given}; m4 drops it.`;
}

function helpOf(
  call: OpenCall,
  parameters: readonly Pick<Parameter, "name" | "summary" | "optional">[],
  documentation: string,
): SignatureHelp {
  let label = `${call.name}(`;
  const informations: ParameterInformation[] = parameters.map(({ name, summary, optional }, i) => {
    if (i > 0) label += ", ";
    const start = label.length;
    label += optional ? `[${name}]` : name;
    const value = `**${name}**${optional ? " (optional)" : ""}${summary === "" ? "" : ` – ${summary}`}`;
    return { label: [start, label.length], documentation: { kind: "markdown", value } };
  });
  label += ")";
  const activeParameter = Math.min(call.argument, Math.max(0, parameters.length - 1));
  return {
    signatures: [
      {
        label,
        parameters: informations,
        ...(documentation === "" ? {} : { documentation: { kind: "markdown", value: documentation } }),
      },
    ],
    activeSignature: 0,
    activeParameter,
  };
}
