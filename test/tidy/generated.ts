/**
 * The documents that are generated from code: one line a file. `npm run generate` writes them and the tidy test
 * compares them, so a table in the documentation cannot disagree with the program. Generators live in server/,
 * beside the table that they print; they are pure and return the whole text.
 */

import { readFileSync } from "node:fs";
import { GRAMMARS, grammarText, SYNTAXES } from "../../client/vscode/grammars/index.ts";
import manifest from "../../package.json" with { type: "json" };
import { CATALOGUE } from "../../server/checks/catalogue/catalogue.ts";
import { checkPage, checksIndex, readmeChecks } from "../../server/checks/catalogue/pages.ts";
import { settingsSchema } from "../../server/checks/control/schema.ts";
import { configurationSchema } from "../../server/lsp/settings.ts";
import { settingsPage } from "../../server/lsp/settingsPage.ts";

/** A file of the repository and the function that says what it must contain. */
export interface GeneratedDocument {
  /** Path from the repository's root. */
  readonly file: string;
  readonly generate: () => string;
}

/** All of them. */
export const GENERATED: readonly GeneratedDocument[] = [
  { file: "package.json", generate: packageText },
  ...GRAMMARS.map(({ file, grammar }) => ({
    file: `${SYNTAXES}/${file}.tmLanguage.json`,
    generate: () => grammarText(grammar()),
  })),
  { file: "schema/sels.schema.json", generate: settingsSchema },
  { file: "docs/settings.md", generate: settingsPage },
  { file: "README.md", generate: readmeText },
  { file: "docs/checks/README.md", generate: checksIndex },
  ...CATALOGUE.map((row) => ({ file: `docs/checks/${row.id}.md`, generate: () => checkPage(row) })),
];

/** README.md as it is, but for the list between the marks. Commands run where the repository's root is. */
function readmeText(): string {
  const text = readFileSync("README.md", "utf8");
  const start = text.indexOf("\n", text.indexOf("<!-- checks:")) + 1;
  return text.slice(0, start) + readmeChecks() + text.slice(text.indexOf("<!-- /checks -->"));
}

/** package.json as it is, but for the settings. */
function packageText(): string {
  const contributes = { ...manifest.contributes, configuration: configurationSchema() };
  return `${JSON.stringify({ ...manifest, contributes }, null, 2)}\n`;
}
