// Repairs of syntax: the sign that is missing, or the one too many. Where a finding knows the place, it is taken; where
// it only knows what was left open, a few places are tried (the end of the line, in front of what ends the statement)
// and the text is parsed again with each: the repair is the first that leaves the fewest mistakes, and none if that is
// not fewer than now. So a repair of syntax is proved before it is offered. It looks at one text only.

import {
  T_COLON,
  T_EOF,
  T_LBRACE,
  T_RBRACE,
  T_RPAREN,
  T_RQUOTE,
  T_SEMI,
} from "../../../grammar/text/tokens.ts";
import type { Finding } from "../../compiler/face.ts";
import type { CheckFile, Fixer } from "../check.ts";
import type { TextChange } from "../fix.ts";
import { changing, same } from "../selint/fixText.ts";
import { firstBest, MOST_TRIED } from "./proof.ts";
import { commaTooMany, conditionBare, namesApart } from "./syntaxLists.ts";
import { expandedWord, labelWord, openerFor, wordOrSign } from "./syntaxWords.ts";

/** Texts above this length are not parsed a dozen times while somebody waits. */
const LONGEST = 200_000;

const READS = "what follows is read as policy again";

export const SYNTAX_FIXER: Fixer = {
  ids: [
    "parse-semicolon",
    "parse-brace",
    "parse-paren",
    "parse-quote",
    "parse-unmatched",
    "parse-dash-ident",
    "parse-syntax",
    "fc-syntax",
  ],
  fixes(context, finding) {
    const file = context.file(finding.file);
    if (file === undefined || file.foreign || file.generated || file.text.length > LONGEST) return [];
    const inMacro = expandedWord(file, finding);
    if (inMacro !== undefined) return [changing(inMacro.title, READS, true, ...inMacro.changes)];
    for (const tries of finding.code === "parse-syntax"
      ? inStatement(file, finding)
      : [triesFor(file, finding)]) {
      const best = firstBest(file, tries.changes);
      if (best === undefined) continue;
      if (finding.code === "parse-semicolon") return [same(tries.title, best)];
      return [changing(tries.title, READS, tries.isUnsure !== true, best)];
    }
    return [];
  },
};

/** What may be meant where reading stopped within a statement, the likeliest first. */
function inStatement(file: CheckFile, finding: Finding): readonly Tries[] {
  return [
    commaTooMany(file, finding),
    conditionBare(file, finding),
    namesApart(file, finding),
    wordOrSign(file, finding),
  ].filter((tries) => tries !== undefined);
}

export interface Tries {
  readonly title: string;
  readonly changes: readonly TextChange[];
  /** it could as well be something else */
  readonly isUnsure?: boolean;
}

const NOTHING: Tries = { title: "", changes: [] };

function triesFor(file: CheckFile, finding: Finding): Tries {
  const { start, end, message } = finding;
  const put = (at: number, text: string): TextChange => ({ file: file.id, start: at, end: at, text });
  switch (finding.code) {
    case "parse-semicolon":
      return { title: "Write the missing `;`", changes: [put(end, ";")] };
    case "parse-unmatched":
      return openerFor(file, finding) ?? removal(file, start, end);
    case "parse-dash-ident": {
      const text = file.text.slice(start, end).replace("-", " - ");
      return { title: "Write the range with blanks", changes: [{ file: file.id, start, end, text }] };
    }
    case "parse-quote":
      if (message === "the opening quote is missing")
        return { title: "Write the missing opening quote", changes: [put(start, "`")] };
      if (message === "the opening quote is missing after this")
        return { title: "Write the missing opening quote", changes: [put(end, "`")] };
      if (message === "the closing quote is missing before this")
        return { title: "Write the missing closing quote", changes: [put(start, "'")] };
      return { title: "Close the quote", changes: closings(file, start, "'").flatMap(quotes(file, put)) };
    case "parse-brace":
      return { title: "Close the brace", changes: closings(file, start, "}").flatMap(braces(file, put)) };
    case "fc-syntax":
      if (!message.startsWith("the parenthesis of")) return labelWord(file, finding) ?? NOTHING;
      return { title: "Close the parenthesis", changes: [put(lineEnd(file.text, start), ")")] };
    case "parse-paren":
      return {
        title: "Close the parenthesis",
        changes: closings(file, start, ")").map((at) => put(at, ")")),
      };
    default:
      return NOTHING;
  }
}

/** A sign too many. On a line that opens nothing the opening one may be what is missing. */
function removal(file: CheckFile, start: number, end: number): Tries {
  const sign = file.text.slice(start, end);
  const line = file.text.slice(file.text.lastIndexOf("\n", start - 1) + 1, start);
  const isUnsure = line.trim() !== "" && !/[({`]/.test(line);
  return { title: `Remove \`${sign}\``, changes: [{ file: file.id, start, end, text: "" }], isUnsure };
}

type Put = (at: number, text: string) => TextChange;

/** A brace stands apart from the names of its set, and on a line of its own behind statements. */
function braces(file: CheckFile, put: Put): (at: number) => readonly TextChange[] {
  return (at) => {
    const before = file.text.slice(0, at).trimEnd().at(-1);
    if (before === ";" || before === ")" || before === "}") return [put(at, "\n}")];
    const blanks = /^[ \t]+(?=;)/.exec(file.text.slice(at))?.[0].length ?? 0;
    return [{ ...put(at, " }"), end: at + blanks }, put(at, " };")];
  };
}

/** A quote closes a name at once, and a body together with its parenthesis on a line of their own. */
function quotes(file: CheckFile, put: Put): (at: number) => readonly TextChange[] {
  return (at) => {
    const before = file.text[at - 1] ?? "";
    return /[\w$]/.test(before) ? [put(at, "'")] : [put(at, "\n')"), put(at, "\n'")];
  };
}

/** Where a sign that was left open at an offset may be closed, the likeliest first. */
function closings(file: CheckFile, offset: number, sign: string): readonly number[] {
  if (file.role === "fc") return [lineEnd(file.text, offset)];
  const { tokens } = file.tree;
  const found: number[] = [];
  let token = 0;
  while (token < tokens.count && (tokens.start[token] as number) <= offset) token++;
  const first = token;
  if (sign === "'" && token < tokens.count) found.push(tokens.end[token] as number);
  // A brace at the end of its line opens a block of statements: only what stands further out can end it.
  const isBlock = sign === "}" && lineEnd(file.text, offset) === offset + 1;
  for (; token < tokens.count && found.length < MOST_TRIED; token++) {
    const type = tokens.type[token] as number;
    const previous = tokens.end[token - 1] as number;
    const start = tokens.start[token] as number;
    const beginsLine = file.text.slice(previous, start).includes("\n");
    const isOuter = beginsLine && isHead(file, start) && token > first;
    const isInner =
      !isBlock && (isEnd(type, sign) || (beginsLine && (found.length === 0 || isHead(file, start))));
    if (isOuter || isInner || type === T_RQUOTE || type === T_EOF) found.push(previous);
    if (type === T_RQUOTE && sign === ")") found.push(tokens.end[token] as number);
  }
  if (found.length < MOST_TRIED) found.push(file.text.trimEnd().length);
  return [...new Set(found)];
}

/** A statement that begins in the first column: what was open before it has probably ended. */
function isHead(file: CheckFile, start: number): boolean {
  return start === 0 || file.text[start - 1] === "\n";
}

function isEnd(type: number, sign: string): boolean {
  if (type === T_SEMI || type === T_RQUOTE) return true;
  if (sign === "}") return type === T_COLON || type === T_RPAREN;
  return type === T_RPAREN || type === T_RBRACE || type === T_LBRACE;
}

/** The end of a line without its comment and blanks. */
function lineEnd(text: string, offset: number): number {
  const stop = text.indexOf("\n", offset);
  const line = text.slice(0, stop < 0 ? text.length : stop);
  const from = line.lastIndexOf("\n") + 1;
  return (
    from +
    line
      .slice(from)
      .replace(/\s*#.*$/, "")
      .trimEnd().length
  );
}
