// The tokens of policy test files. Keywords are words, too, so that a permission may be called `transition` and a type
// `label`; which of the two is meant is decided by the place. Comments run from `#` to the end of the line.

import { createToken, Lexer, type TokenType } from "chevrotain";

export const WORD = createToken({ name: "a name", pattern: /[A-Za-z0-9_]\w*(?:[.-]+\w+)*/ });

function keyword(name: string): TokenType {
  return createToken({
    name: `\`${name}\``,
    pattern: new RegExp(name),
    longer_alt: WORD,
    categories: [WORD],
  });
}

function sign(text: string): TokenType {
  return createToken({ name: `\`${text}\``, pattern: text });
}

export const ALLOW = keyword("allow");
export const DENY = keyword("deny");
export const LABEL = keyword("label");
export const TRANSITION = keyword("transition");
export const REACH = keyword("reach");
export const NOREACH = keyword("noreach");
export const TEST = keyword("test");
export const WITH = keyword("with");

export const NONE = sign("<<none>>");
export const ARROW = sign("->");
export const MINUS = sign("-");
export const TILDE = sign("~");
export const STAR = sign("*");
export const COLON = sign(":");
export const COMMA = sign(",");
export const SEMICOLON = sign(";");
export const EQUALS = sign("=");
export const LBRACE = sign("{");
export const RBRACE = sign("}");

export const TEXT = createToken({ name: "a text in quotes", pattern: /"[^"\n]*"/ });
/** Quoted paths may hold anything. */
export const PATH = createToken({ name: "a path", pattern: /\/[^\s;"{}#]*/ });

const BLANK = createToken({ name: "blank", pattern: /\s+/, group: Lexer.SKIPPED });
const COMMENT = createToken({ name: "comment", pattern: /#[^\n]*/, group: Lexer.SKIPPED });

/** Keywords that begin an assertion. */
export const ASSERTIONS: readonly TokenType[] = [ALLOW, DENY, LABEL, TRANSITION, REACH, NOREACH];
/** Keywords that begin a block. */
export const BLOCKS: readonly TokenType[] = [TEST, WITH];

/** In the order in which they are tried. */
export const TOKENS: readonly TokenType[] = [
  BLANK,
  COMMENT,
  ...ASSERTIONS,
  ...BLOCKS,
  WORD,
  NONE,
  ARROW,
  MINUS,
  TILDE,
  STAR,
  COLON,
  COMMA,
  SEMICOLON,
  EQUALS,
  LBRACE,
  RBRACE,
  TEXT,
  PATH,
];
