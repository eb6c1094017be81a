// Documentation comments against the definition below them: parameters that the body uses and nobody documents, ones
// that are documented and do not exist, a name given twice, names in another order than the body's, a summary that is
// missing. A definition without any comment is C-004; one with a plain comment has chosen another style.

import { type Docs, docsAbove, type ParameterDocs } from "../../../grammar/syntax/docs.ts";
import { endOf, startOf } from "../../../grammar/syntax/tree.ts";
import type { CheckContext, CheckFile, Fixer, PolicyCheck, Report } from "../check.ts";
import { placeAt, same } from "../selint/fixText.ts";
import { IF } from "../selint/visit.ts";
import { type Parameters, parametersOf } from "./parameters.ts";
import { type MacroUse, macrosIn, ROLE, TYPE } from "./usage.ts";

const ID = "docs-parameters";

export const documentedParameters: PolicyCheck = {
  scope: "policy",
  ids: [ID, "docs-summary"],
  roles: IF,
  *run(context, file, report) {
    for (const [i, macro] of context.perTree("interface.macros", file, macrosIn).entries()) {
      if (i % STEP === STEP - 1) yield;
      // What is left of a removed interface warns and does nothing: its parameters are those of old.
      if (macro.isDefine || (macro.parameters.length === 0 && macro.calls.length === 0)) continue;
      const docs = docsAbove(file.text, startOf(file.tree, macro.node));
      if (docs !== undefined) compare(context, file, macro, docs, report);
    }
  },
};

/** Macros that are looked at in one step; a generated file has thousands. */
const STEP = 256;

function compare(context: CheckContext, file: CheckFile, macro: MacroUse, docs: Docs, report: Report): void {
  const at = macro.node + 1;
  const range = { start: startOf(file.tree, at), end: endOf(file.tree, at) };
  const name = context.compiled.words.text(macro.word);
  if (docs.summary === "")
    report({ ...range, code: "docs-summary", message: `the comment above ${name} has no <summary>` });
  const message = problemOf(context, macro, docs.params, name);
  if (message !== undefined) report({ ...range, code: ID, message });
}

function problemOf(
  context: CheckContext,
  macro: MacroUse,
  params: readonly ParameterDocs[],
  name: string,
): string | undefined {
  const used = macro.parameters.length;
  if (params.length < used && !macro.opaque)
    return `${name} uses ${numbers(params.length, used)}, which the comment above does not document`;
  const seen = new Set<string>();
  for (const { name: one } of params) {
    if (one !== "" && seen.has(one)) return `the comment above ${name} documents ${one} twice`;
    seen.add(one);
  }
  const surplus = params.slice(used).filter((one) => !one.unused && !one.optional);
  if (surplus.length > 0 && !macro.opaque)
    return `the comment above ${name} documents ${surplus.map((one) => one.name).join(", ")}, which the body does not use: say unused="true", or remove it`;
  return swapped(parametersOf(context), macro, params, name);
}

function numbers(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, i) => `$${from + i + 1}`).join(", ");
}

/** A `role` that the body takes as a type, beside a `domain` that it takes as a role. */
function swapped(
  parameters: Parameters,
  macro: MacroUse,
  params: readonly ParameterDocs[],
  name: string,
): string | undefined {
  const isOnly = (index: number, kind: number): boolean => parameters.of(macro, index).kinds === kind;
  const role = params.findIndex((one, index) => /(?:^|_)role$/.test(one.name) && isOnly(index, TYPE));
  const domain = params.findIndex((one, index) => /domain$/.test(one.name) && isOnly(index, ROLE));
  if (role < 0 || domain < 0) return undefined;
  return `the comment above ${name} has ${params[role]?.name} and ${params[domain]?.name} the wrong way round: $${role + 1} is a type, and $${domain + 1} a role`;
}

/** Adds what is missing at the end of the comment. */
export const completeDocs: Fixer = {
  ids: [ID],
  fixes(context, finding) {
    const file = context.file(finding.file);
    const place = file === undefined ? undefined : placeAt(file, finding.start, finding.end);
    if (file === undefined || place === undefined) return [];
    const macro = macrosIn(file).find((one) => startOf(file.tree, one.node + 1) === finding.start);
    const docs = macro === undefined ? undefined : docsAbove(file.text, startOf(file.tree, macro.node));
    if (macro === undefined || docs === undefined || docs.params.length >= macro.parameters.length) return [];
    const parameters = parametersOf(context);
    const lines: string[] = [];
    const taken = new Set(docs.params.map((one) => one.name));
    for (let index = docs.params.length; index < macro.parameters.length; index++) {
      const wanted = nameFor(parameters.of(macro, index).kinds);
      const name = wanted === "" || taken.has(wanted) ? `parameter${index + 1}` : wanted;
      taken.add(name);
      lines.push(
        `## <param name="${name}">`,
        "##\t<summary>",
        "##\tDescription.",
        "##\t</summary>",
        "## </param>",
      );
    }
    const line = file.text.slice(file.text.lastIndexOf("\n", docs.end - 1) + 1, docs.end);
    // Behind the last parameter; what describes information flow stands below it.
    const last = file.text.lastIndexOf("</param>", docs.end);
    const end =
      last > docs.start
        ? file.text.indexOf("\n", last)
        : docs.params.length === 0 && !/infoflow/.test(line)
          ? docs.end
          : -1;
    if (end < 0) return [];
    return [
      same("Document the parameters", { file: file.id, start: end, end, text: `\n${lines.join("\n")}` }),
    ];
  },
};

function nameFor(kinds: number): string {
  if (kinds === TYPE) return "domain";
  return kinds === ROLE ? "role" : "";
}
