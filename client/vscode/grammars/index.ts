// The grammars and their files, for `npm run generate`, which writes them, and for package.json, which names them.

import { cilGrammar } from "./cil.ts";
import { contextsGrammar, fileContextsGrammar, flaskGrammar } from "./labels.ts";
import { kernelGrammar, refpolicyGrammar } from "./policy.ts";
import type { Grammar } from "./textmate.ts";

/** Where grammars lie, from the repository's root. */
export const SYNTAXES = "client/vscode/syntaxes";

/** Each grammar by the base name of its file. */
export const GRAMMARS: readonly { readonly file: string; readonly grammar: () => Grammar }[] = [
  { file: "selinux", grammar: refpolicyGrammar },
  { file: "conf", grammar: kernelGrammar },
  { file: "fc", grammar: fileContextsGrammar },
  { file: "contexts", grammar: contextsGrammar },
  { file: "flask", grammar: flaskGrammar },
  { file: "cil", grammar: cilGrammar },
];

/** The text of a grammar's file. */
export function grammarText(grammar: Grammar): string {
  return `${JSON.stringify(grammar, null, 2)}\n`;
}
