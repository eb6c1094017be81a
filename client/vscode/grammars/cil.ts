// TextMate grammar of CIL, secilc's language of parentheses: the word after a parenthesis is the statement. The
// server does not read CIL; this is for people who do.

import type { Grammar } from "./textmate.ts";

const scoped = (name: string): string => `${name}.cil.selinux`;

const OPERATORS = ["and", "or", "xor", "not", "all", "eq", "neq", "dom", "domby", "incomp", "range"];
const BLOCKS = ["block", "blockabstract", "blockinherit", "in", "macro", "call", "optional", "booleanif"];
const BRANCHES = ["tunableif", "true", "false"];

/** The common intermediate language. */
export function cilGrammar(): Grammar {
  const head = (name: string, match: string) => ({
    match: `(\\()\\s*(${match})(?=[\\s()])`,
    captures: { 1: { name: scoped("punctuation.section") }, 2: { name: scoped(name) } },
  });
  return {
    name: "SELinux CIL",
    scopeName: "source.selinux.cil",
    patterns: [
      { name: scoped("comment.line.semicolon"), match: ";.*$" },
      { name: scoped("string.quoted.double"), match: '"[^"]*"' },
      head("keyword.operator.word", OPERATORS.join("|")),
      head("keyword.control", [...BLOCKS, ...BRANCHES].join("|")),
      head(
        "keyword.other.rule",
        "(?:allow|auditallow|dontaudit|neverallow|deny)x?|type(?:transition|change|member)",
      ),
      head(
        "storage.type",
        "(?:type|role|user|class|common|sensitivity|category|boolean|tunable|sid)(?:attribute|alias)?",
      ),
      head("keyword.other.statement", "[a-z]+"),
      { name: scoped("punctuation.section"), match: "[()]" },
      { name: scoped("variable.language.self"), match: "(?<![\\w.])self(?![\\w.])" },
      { name: scoped("entity.name.type"), match: "(?<![\\w.])[\\w.-]+_t(?![\\w.])" },
      { name: scoped("entity.name.tag.role"), match: "(?<![\\w.])[\\w.-]+_r(?![\\w.])" },
      { name: scoped("constant.numeric"), match: "(?<![\\w.])(?:0x[0-9a-fA-F]+|\\d+)(?![\\w.])" },
    ],
    repository: {},
  };
}
