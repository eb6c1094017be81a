// Words of a path that m4 takes for macros: file contexts go through m4 together with the support macros and the
// build's definitions, so `/usr/lib/index(/.*)?` calls the builtin `index`, and a directory called like a build option
// vanishes. m4's words are letters, digits and underscores that begin with none of the digits; quotes and comments
// protect.

import { N_FCENTRY, N_IFDEF } from "../../../grammar/syntax/kinds.ts";
import { firstChild, startOf, textOf } from "../../../grammar/syntax/tree.ts";
import type { CheckContext, Fixer, PolicyCheck } from "../check.ts";

/** GNU m4's builtins that are seen without a parenthesis. */
const BARE = new Set(
  (
    "dnl divert divnum changequote changecom dumpdef traceon traceoff m4exit undivert sysval debugmode debugfile " +
    "__file__ __line__ __program__ __gnu__ __unix__"
  ).split(" "),
);
/** Those that are seen only in front of one. */
const CALLED = new Set(
  (
    "index shift len format define include sinclude eval incr decr translit substr regexp patsubst undefine popdef " +
    "pushdef errprint m4wrap maketemp mkstemp syscmd esyscmd builtin indir ifdef ifelse defn"
  ).split(" "),
);

/** Does m4 put something else in place of a word? */
export function isM4Word(context: CheckContext, word: string, called: boolean): boolean {
  if (BARE.has(word) || (called && CALLED.has(word))) return true;
  return context.compiled.options.defines.has(word);
}

export const M4_WORDS: PolicyCheck = {
  scope: "policy",
  ids: ["fc-m4-word"],
  roles: ["fc"],
  run(context, { tree }, report) {
    for (let node = 1; node < tree.count; node++) {
      const kind = tree.kind[node];
      if (kind !== N_FCENTRY || tree.kind[node] === N_IFDEF) continue;
      const path = firstChild(tree, node);
      const text = textOf(tree, path);
      if (/[`']/.test(text)) continue;
      for (let from = 0; from < text.length; from++) {
        if (!beginsWord(text.charCodeAt(from))) continue;
        const at = from;
        while (from < text.length && continuesWord(text.charCodeAt(from))) from++;
        const word = text.slice(at, from);
        const called = text.charCodeAt(from) === 40;
        if (!isM4Word(context, word, called) && !isSupportMacro(context, word)) continue;
        const start = startOf(tree, path) + at;
        report({
          start,
          end: start + word.length,
          code: "fc-m4-word",
          message: `m4 knows ${word}${called ? "(" : ""} as a macro and puts something else here: quote it, \`${word}'`,
        });
      }
    }
  },
};

function beginsWord(unit: number): boolean {
  return (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90) || unit === 95;
}

function continuesWord(unit: number): boolean {
  return beginsWord(unit) || (unit >= 48 && unit <= 57);
}

/** Macros of `policy/support` that mean something without arguments too. */
function isSupportMacro(context: CheckContext, word: string): boolean {
  const macro = context.compiled.macro(word);
  return macro !== undefined && macro.kind === "macro";
}

/** Puts m4's quotes around the word. */
export const QUOTE_WORD: Fixer = {
  ids: ["fc-m4-word"],
  fixes(context, finding) {
    const word = context.file(finding.file)?.text.slice(finding.start, finding.end) ?? "";
    return [
      {
        title: `Quote ${word}`,
        changes: [{ file: finding.file, start: finding.start, end: finding.end, text: `\`${word}'` }],
        policy: { changes: "the path is what is written" },
        preferred: true,
      },
    ];
  },
};
