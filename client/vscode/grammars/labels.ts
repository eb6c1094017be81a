// TextMate grammars of files that hold labels: file contexts (a regular expression, a file type, a context) and the
// other contexts files; and of the flask files, which define classes and permissions.

import * as tokens from "../../../grammar/text/tokens.ts";
import { type Grammar, include, NAME, type Rule, words } from "./textmate.ts";

const scoped = (name: string): string => `${name}.selinux`;
const spelling = (type: number): string => tokens.TOKEN_NAMES[type] as string;

const COMMENT: Rule = { name: scoped("comment.line.number-sign"), match: "#.*$" };

/** user:role:type[:range] */
const CONTEXT: Rule = {
  match: "([\\w.$-]+_u|[\\w.$-]+)(:)([\\w.$-]+)(:)([\\w.$-]+)((?::[\\w.,:$-]+)?)",
  captures: {
    1: { name: scoped("entity.name.tag.user") },
    2: { name: scoped("punctuation.separator") },
    3: { name: scoped("entity.name.tag.role") },
    4: { name: scoped("punctuation.separator") },
    5: { name: scoped("entity.name.type") },
    6: { name: scoped("constant.numeric.level") },
  },
};

/** role:type[:range], as in default_contexts */
const PARTIAL: Rule = {
  match: "(?<![\\w.:-])([\\w.-]+_r)(:)([\\w.-]+_t)((?::[\\w.,:-]+)?)",
  captures: {
    1: { name: scoped("entity.name.tag.role") },
    2: { name: scoped("punctuation.separator") },
    3: { name: scoped("entity.name.type") },
    4: { name: scoped("constant.numeric.level") },
  },
};

const NONE: Rule = { name: scoped("constant.language.none"), match: "<<none>>" };

/** Calls of macros in file contexts: gen_context, ifdef and their like. */
const MACROS: Rule = {
  patterns: [
    {
      name: scoped("keyword.other.macro"),
      match: `(?<![\\w$])(?:${[tokens.T_GEN_CONTEXT, tokens.T_IFDEF, tokens.T_IFNDEF, tokens.T_IFELSE].map(spelling).join("|")})(?=\\()`,
    },
    { name: scoped("comment.line.dnl"), match: words([spelling(tokens.T_DNL)]).concat(".*$") },
    { name: scoped("punctuation.definition.quote"), match: "[`']" },
    { name: scoped("punctuation.section"), match: "[(),]" },
  ],
};

/** What a path's regular expression may hold. */
const REGEXP: readonly Rule[] = [
  { name: scoped("constant.character.escape.regexp"), match: "\\\\." },
  { name: scoped("variable.parameter"), match: "HOME_(?:DIR|ROOT)|ROLE|USER|%\\{USER(?:ID|NAME)\\}" },
  { name: scoped("constant.other.character-class.regexp"), match: "\\[(?:\\\\.|[^\\]])*\\]" },
  { name: scoped("keyword.operator.quantifier.regexp"), match: "[*+?]|\\{\\d+(?:,\\d*)?\\}" },
  { name: scoped("keyword.operator.or.regexp"), match: "\\|" },
  { name: scoped("punctuation.definition.group.regexp"), match: "[()]" },
  { name: scoped("constant.other.any.regexp"), match: "\\." },
];

/** File contexts. */
export function fileContextsGrammar(): Grammar {
  return {
    name: "SELinux file contexts",
    scopeName: "source.selinux.fc",
    patterns: include("comment", "line", "none", "macros", "context"),
    repository: {
      comment: COMMENT,
      line: {
        begin: "^\\s*((?:/|HOME_(?:DIR|ROOT)|%\\{)\\S*)",
        beginCaptures: { 1: { name: scoped("string.regexp"), patterns: REGEXP } },
        end: "$",
        patterns: [
          { name: scoped("storage.modifier.filetype"), match: "(?<=\\s)-[-bcdpls](?=\\s)" },
          ...include("comment", "none", "macros", "context"),
        ],
      },
      none: NONE,
      macros: MACROS,
      context: CONTEXT,
    },
  };
}

/** default_contexts, seusers, x_contexts, property_contexts and the others. */
export function contextsGrammar(): Grammar {
  return {
    name: "SELinux contexts",
    scopeName: "source.selinux.contexts",
    patterns: [
      ...include("comment", "none", "partial", "context"),
      { name: scoped("string.regexp"), match: "(?<!\\S)/\\S*" },
      {
        match: `^\\s*(${NAME})(=)(?=\\S)`,
        captures: { 1: { name: scoped("keyword.other.key") }, 2: { name: scoped("keyword.operator") } },
      },
      { name: scoped("entity.name.type"), match: "(?<![\\w:])[\\w.-]+_t(?!\\w)" },
      { name: scoped("entity.name.tag.role"), match: "(?<![\\w:])[\\w.-]+_r(?!\\w)" },
      { name: scoped("constant.numeric.level"), match: "(?<![\\w:])s\\d+(?:[-:.,\\w]*)" },
    ],
    repository: { comment: COMMENT, none: NONE, partial: PARTIAL, context: CONTEXT },
  };
}

/** security_classes, access_vectors and initial_sids. */
export function flaskGrammar(): Grammar {
  const heads = [tokens.T_CLASS, tokens.T_COMMON, tokens.T_SID].map(spelling).join("|");
  return {
    name: "SELinux flask definitions",
    scopeName: "source.selinux.flask",
    patterns: [
      COMMENT,
      {
        match: `^\\s*(${heads})\\s+(${NAME})`,
        captures: { 1: { name: scoped("storage.type") }, 2: { name: scoped("support.class") } },
      },
      {
        match: `(${words([spelling(tokens.T_INHERITS)])})\\s+(${NAME})`,
        captures: {
          1: { name: scoped("storage.modifier") },
          2: { name: scoped("entity.other.inherited-class") },
        },
      },
      { name: scoped("punctuation.section"), match: "[{}]" },
      { name: scoped("variable.other.permission"), match: NAME },
    ],
    repository: {},
  };
}
