// Offers at the start of a statement: keywords with the shape of what follows, whole files while nothing stands above, and
// the policy's interfaces and templates with their parameters to fill in.

import { type CompletionItem, CompletionItemKind, InsertTextFormat } from "vscode-languageserver-types";
import { signatureOf } from "../parameters.ts";
import { fitAt, fitOf } from "./fit.ts";
import { FILE_CONTEXT_LINES, type KeywordCompletion, keywordsFor } from "./keywords.ts";
import { macroNames } from "./names.ts";
import { enclosingParameters } from "./ownParameters.ts";
import type { Request } from "./symbols.ts";

/** Points of what an empty file wants. */
const FIT_FILE = 2000;

/** Keywords, skeletons and interfaces. */
export function statementOffers(request: Request): void {
  const { place } = request;
  const { text, role, module } = place.file;
  const above = text.slice(0, place.offset - request.context.prefix.length);
  keywordOffers(request, keywordsFor(role, module, !/^\s*[^#\s]/m.test(above)));
  // Between interfaces nothing is called: what stands there is a definition.
  if (role !== "if" || enclosingParameters(request.view, place).length > 0) interfaces(request);
}

/** Whole lines of file contexts. */
export function lineOffers(request: Request): void {
  const { module } = request.place.file;
  const rows = FILE_CONTEXT_LINES.map((row) => ({
    ...row,
    snippet: row.snippet.replaceAll("MODULE", module),
  }));
  keywordOffers(request, rows);
}

/** Words, or the snippets that they stand for. */
export function keywordOffers({ offers, snippets }: Request, rows: readonly KeywordCompletion[]): void {
  for (const { label, snippet, detail } of rows) {
    if (!snippets && label.includes(" ")) continue;
    if (!snippets && /^(?:file|directory)$/.test(label)) continue;
    offers.add({
      label,
      kind: label.includes(" ") ? CompletionItemKind.Snippet : CompletionItemKind.Keyword,
      what: "keyword",
      detail,
      fit: label.includes(" ") ? FIT_FILE : 150,
      more: () =>
        snippets && snippet !== label
          ? { insertText: snippet, insertTextFormat: InsertTextFormat.Snippet }
          : {},
    });
  }
}

/** Interfaces and templates, with their summaries and the parameters to fill in. */
function interfaces({ view, place, offers, snippets }: Request): void {
  const { compiled } = view.snapshot;
  const fit = fitAt(view, place);
  const isCalled = /^\w*\s*\(/.test(place.file.text.slice(place.offset, place.offset + 100));
  const detail = (label: string): string => {
    const macro = compiled.macro(label);
    return macro === undefined ? "" : signatureOf(view, macro).summary || macro.kind;
  };
  const more = (label: string): Partial<CompletionItem> => {
    const macro = compiled.macro(label);
    const names = macro === undefined ? [] : signatureOf(view, macro).parameters.map((one) => one.name);
    const labelDetails = { detail: `(${names.join(", ")})` };
    if (!snippets || isCalled) return { labelDetails };
    const holes = names.map((one, i) => `\${${i + 1}:${one.replace(/[$}\\]/g, "")}}`).join(", ");
    return {
      labelDetails,
      insertText: `${label}(${holes})`,
      insertTextFormat: InsertTextFormat.Snippet,
    };
  };
  for (const name of macroNames(view)) {
    if (name.kind === "macro" && !/_(?:pattern|perms)$/.test(name.name)) continue;
    const match = offers.match(name.lower);
    if (match === 0) continue;
    const offer = {
      label: name.name,
      lower: name.lower,
      kind: name.kind === "macro" ? CompletionItemKind.Constant : CompletionItemKind.Function,
      what: name.kind,
      detail,
      fit: fitOf(view, place, fit, name),
      more,
    };
    offers.add(offer, match);
  }
}
