// TextMate grammars of policy source: the reference policy's language with its macros, and what checkpolicy reads.
// Colours only; what a name means is the server's business. Rules are regions from their keyword to `;`, in which
// the name after a colon is a class.

import { bothSpellings, LANGUAGE_GROUPS, MACRO_GROUPS, spellings } from "./keywords.ts";
import { type Grammar, include, NAME, type Rule, words } from "./textmate.ts";

const scoped = (name: string): string => `${name}.selinux`;

const COMMENTS: Rule = {
  patterns: [
    {
      name: scoped("comment.block.documentation"),
      begin: "^##",
      end: "$",
      patterns: [
        { match: "</?[\\w-]+|/?>", name: scoped("entity.name.tag") },
        {
          match: '\\b([\\w-]+)(=)("[^"]*")',
          captures: {
            1: { name: scoped("entity.other.attribute-name") },
            3: { name: scoped("string.quoted.double") },
          },
        },
      ],
    },
    { name: scoped("comment.line.number-sign"), match: "#.*$" },
  ],
};

const DNL: Rule = { name: scoped("comment.line.dnl"), match: "(?<![\\w$.-])dnl(?![\\w$]).*$" };

const LITERALS: Rule = {
  patterns: [
    { name: scoped("string.quoted.double"), match: '"[^"\\n`\']*"' },
    { name: scoped("constant.other.path"), match: "(?<![\\w$./-])/[^\\s`',()]*" },
    {
      name: scoped("constant.numeric"),
      match: "(?<![\\w$.-])(?:0[xX][0-9a-fA-F]+|\\d+(?:\\.\\d+)*(?:/\\d+)?)(?![\\w.])",
    },
    {
      name: scoped("constant.other.address"),
      match: "(?<![\\w:])(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}(?:/\\d+)?",
    },
  ],
};

/** By convention: types end with _t, roles with _r, users with _u. Attributes have no mark of their own. */
const NAMES: Rule = {
  patterns: [
    { name: scoped("variable.language.self"), match: "(?<![\\w$.-])self(?![\\w$])" },
    { name: scoped("variable.parameter"), match: "\\$(?:\\d+|[*@#])(?![\\w$])" },
    { name: scoped("entity.name.type"), match: "(?<![\\w$.])[A-Za-z_$][\\w$.-]*_t(?![\\w$])" },
    { name: scoped("entity.name.tag.role"), match: "(?<![\\w$.])[A-Za-z_$][\\w$.-]*_r(?![\\w$])" },
    { name: scoped("entity.name.tag.user"), match: "(?<![\\w$.])[A-Za-z_$][\\w$.-]*_u(?![\\w$])" },
    { name: scoped("variable.other"), match: `(?<![\\w$.-])${NAME}` },
  ],
};

const OPERATORS: Rule = {
  patterns: [
    { name: scoped("keyword.operator"), match: "==|!=|&&|\\|\\||[!~*-]" },
    { name: scoped("punctuation.separator"), match: "[:,.]" },
    { name: scoped("punctuation.terminator"), match: ";" },
    { name: scoped("punctuation.section"), match: "[{}()\\[\\]]" },
  ],
};

/** m4's quotes; they nest, so no region could end at the right one. */
const QUOTES: Rule = { name: scoped("punctuation.definition.quote"), match: "[`']" };

const CALLS: Rule = {
  name: scoped("entity.name.function.call"),
  match: "(?<![\\w$.-])[A-Za-z_$][\\w$]*(?=\\()",
};

const DEFINITIONS: Rule = {
  match: `(?<![\\w$])(${(MACRO_GROUPS[0] === undefined ? [] : spellings(MACRO_GROUPS[0])).join("|")})(\\()\\s*(\`)([\\w.$-]+)(')`,
  captures: {
    1: { name: scoped("storage.type.function") },
    2: { name: scoped("punctuation.section") },
    3: { name: scoped("punctuation.definition.quote") },
    4: { name: scoped("entity.name.function") },
    5: { name: scoped("punctuation.definition.quote") },
  },
};

/** `source target : class permissions ;`, also over several lines. */
function ruleRegion(m4: boolean): Rule {
  const [rules] = LANGUAGE_GROUPS;
  const keywords = rules === undefined ? [] : bothSpellings(rules);
  return {
    begin: `(${words(keywords)})(?!\\()`,
    beginCaptures: { 1: { name: scoped("keyword.other.rule") } },
    // A rule that nobody ended must not colour the rest of the file: the next rule, declaration or call ends it.
    end: `(;)|(?=^\\s*\\w+\\()|(?=^\\s*${words([...keywords, "type", "attribute", "bool", "if"])})|(?=['\`]\\s*[,)])`,
    endCaptures: { 1: { name: scoped("punctuation.terminator") } },
    patterns: [
      ...include("comments", ...(m4 ? ["dnl"] : [])),
      {
        match: `(:)\\s*(${NAME})`,
        captures: {
          1: { name: scoped("punctuation.separator") },
          2: { name: scoped("support.class") },
        },
      },
      {
        begin: "(:)\\s*(\\{)",
        beginCaptures: {
          1: { name: scoped("punctuation.separator") },
          2: { name: scoped("punctuation.section") },
        },
        end: "\\}|(?=;)",
        endCaptures: { 0: { name: scoped("punctuation.section") } },
        patterns: [
          { name: scoped("variable.parameter"), match: "\\$\\d" },
          { name: scoped("support.class"), match: NAME },
        ],
      },
      ...include("literals", "names", "operators", "quotes"),
    ],
  };
}

function keywordRules(): Rule[] {
  return LANGUAGE_GROUPS.map((group) => ({ name: scoped(group.scope), match: words(bothSpellings(group)) }));
}

function macroRules(): Rule[] {
  return MACRO_GROUPS.map((group) => ({
    name: scoped(group.scope),
    match: `(?<![\\w$.-])(?:${spellings(group).join("|")})(?=\\()`,
  }));
}

/** Modules, interfaces and support macros of the reference policy. */
export function refpolicyGrammar(): Grammar {
  return {
    name: "SELinux policy",
    scopeName: "source.selinux",
    patterns: include(
      "comments",
      "dnl",
      "definitions",
      "macros",
      "rule",
      "keywords",
      "calls",
      "literals",
      "names",
      "operators",
      "quotes",
    ),
    repository: {
      comments: COMMENTS,
      dnl: DNL,
      definitions: DEFINITIONS,
      macros: { patterns: macroRules() },
      rule: ruleRegion(true),
      keywords: { patterns: keywordRules() },
      calls: CALLS,
      literals: LITERALS,
      names: NAMES,
      operators: OPERATORS,
      quotes: QUOTES,
    },
  };
}

/** policy.conf, and the files of a policy tree that have no macros of their own. */
export function kernelGrammar(): Grammar {
  const grammar = refpolicyGrammar();
  return { ...grammar, name: "SELinux policy.conf", scopeName: "source.selinux.conf" };
}
