// What package.json tells Visual Studio Code about semantic tokens: every modifier of ours that the protocol does not
// know is declared, and every type and modifier with colours is one that the server sends.

import { expect, it } from "vitest";
import { SemanticTokenModifiers, SemanticTokenTypes } from "vscode-languageserver-types";
import manifest from "../../package.json" with { type: "json" };
import { TOKEN_MODIFIERS, TOKEN_TYPES } from "../../server/features/semanticTokens/legend.ts";

it("declares what is not standard", () => {
  const standardTypes: readonly string[] = Object.values(SemanticTokenTypes);
  expect(TOKEN_TYPES.filter((type) => !standardTypes.includes(type))).toEqual([]);
  const standard: readonly string[] = Object.values(SemanticTokenModifiers);
  const own = TOKEN_MODIFIERS.filter((modifier) => !standard.includes(modifier));
  expect(manifest.contributes.semanticTokenModifiers.map(({ id }) => id)).toEqual(own);
});

it("has scopes for types and modifiers that are sent", () => {
  const sent = new Set<string>([...TOKEN_TYPES, ...TOKEN_MODIFIERS, "*"]);
  const selectors = manifest.contributes.semanticTokenScopes.flatMap(({ scopes }) => Object.keys(scopes));
  expect(selectors.flatMap((selector) => selector.split(".")).filter((part) => !sent.has(part))).toEqual([]);
  expect(selectors.length).toBeGreaterThan(8);
});
