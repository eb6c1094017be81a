// The editor's side of the languages: which they are, colours until the server's semantic tokens come, brackets, and
// two themes. Keywords come from the scanner's tables, brackets from the extension's language configuration.
/// <reference lib="dom" />

import { editor, languages } from "monaco-editor";
import { bothSpellings, LANGUAGE_GROUPS, MACRO_GROUPS, spellings } from "../vscode/grammars/keywords.ts";
import policy from "../vscode/languages/policy.json" with { type: "json" };

const BY_SUFFIX: readonly (readonly [suffix: RegExp, language: string])[] = [
  [/\.te$/, "selinux-te"],
  [/\.if$/, "selinux-if"],
  [/\.spt$/, "selinux-spt"],
  [/\.fc$/, "selinux-fc"],
  [/\/flask\/\w+$/, "selinux-flask"],
  [/\/(constraints|mls|mcs|users|global_\w+|policy_capabilities|context_defaults)$/, "selinux-conf"],
];

/** The language of a file, by its path. */
export function languageOf(path: string): string {
  return BY_SUFFIX.find(([suffix]) => suffix.test(path))?.[1] ?? "plaintext";
}

const COLOURS: readonly (readonly [tokens: string, dark: string, light: string])[] = [
  ["comment", "6a9955", "008000"],
  ["keyword", "569cd6", "0000ff"],
  ["string", "ce9178", "a31515"],
  ["number", "b5cea8", "098658"],
  ["parameter variable", "9cdcfe", "001080"],
  ["type", "4ec9b0", "267f99"],
  ["interface", "b8d7a3", "5a7d2b"],
  ["class", "d7ba7d", "7a5c00"],
  ["enumMember", "9cdcfe", "0451a5"],
  ["function", "dcdcaa", "795e26"],
  ["macro", "c586c0", "af00db"],
  ["namespace decorator struct enum", "d4a5e8", "6f42c1"],
  ["regexp", "d16969", "811f3f"],
];

/** Registers everything once. */
export function registerLanguages(): void {
  const keywords = LANGUAGE_GROUPS.flatMap(bothSpellings);
  const macros = MACRO_GROUPS.flatMap(spellings);
  for (const id of new Set(BY_SUFFIX.map(([, language]) => language))) {
    languages.register({ id });
    languages.setLanguageConfiguration(id, {
      comments: { lineComment: policy.comments.lineComment },
      brackets: policy.brackets as [string, string][],
      autoClosingPairs: policy.autoClosingPairs,
      wordPattern: new RegExp(policy.wordPattern),
    });
    const labels = id === "selinux-fc";
    languages.setMonarchTokensProvider(id, {
      keywords: labels ? [] : keywords,
      macros,
      tokenizer: {
        root: [
          [/#.*$/, "comment"],
          [/\bdnl\b.*$/, "comment"],
          [/"[^"]*"/, "string"],
          [/\$[\d*@]/, "parameter"],
          ...(labels ? ([[/^\/\S*/, "regexp"]] as [RegExp, string][]) : []),
          [/\b\d[\w.]*/, "number"],
          [
            /[A-Za-z_][\w.]*/,
            { cases: { "@keywords": "keyword", "@macros": "keyword", "@default": "identifier" } },
          ],
        ],
      },
    });
  }
  const rules = (shade: 1 | 2): editor.ITokenThemeRule[] =>
    COLOURS.flatMap((row) => row[0].split(" ").map((token) => ({ token, foreground: row[shade] })));
  editor.defineTheme("sels-dark", {
    base: "vs-dark",
    inherit: true,
    rules: rules(1),
    colors: { "editor.background": "#1f1f1f", "editorCodeLens.foreground": "#8b949e" },
  });
  editor.defineTheme("sels-light", { base: "vs", inherit: true, rules: rules(2), colors: {} });
}
