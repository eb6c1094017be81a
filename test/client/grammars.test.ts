/**
 * The TextMate grammars, run by VS Code's own engine: what colour words of real statements get. And the table behind
 * them: every keyword of the scanner is in exactly one group, and package.json names each grammar's file.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import oniguruma from "vscode-oniguruma";
import textmate from "vscode-textmate";
import { GRAMMARS, grammarText, SYNTAXES } from "../../client/vscode/grammars/index.ts";
import { COMMENT_TYPE, LANGUAGE_GROUPS, MACRO_GROUPS } from "../../client/vscode/grammars/keywords.ts";
import { KEYWORDS } from "../../grammar/text/tokens.ts";
import manifest from "../../package.json" with { type: "json" };
import { ROOT } from "../tidy/sources.ts";

const wasm = createRequire(import.meta.url).resolve("vscode-oniguruma/release/onig.wasm");

function createRegistry(): textmate.Registry {
  const onigLib = oniguruma.loadWASM(readFileSync(wasm)).then(() => ({
    createOnigScanner: (patterns: string[]) => new oniguruma.OnigScanner(patterns),
    createOnigString: (text: string) => new oniguruma.OnigString(text),
  }));
  return new textmate.Registry({
    onigLib,
    loadGrammar: async (scope) => {
      const found = GRAMMARS.map(({ grammar }) => grammar()).find((one) => one.scopeName === scope);
      return found === undefined ? null : textmate.parseRawGrammar(grammarText(found), "grammar.json");
    },
  });
}

const registry = createRegistry();

/** The innermost scope of each piece of text that is not blank, without its suffix. */
async function scopesOf(scope: string, text: string): Promise<Record<string, string>> {
  const grammar = await registry.loadGrammar(scope);
  const found: Record<string, string> = {};
  let state = textmate.INITIAL;
  for (const line of text.split("\n")) {
    const { tokens, ruleStack } = grammar?.tokenizeLine(line, state) ?? { tokens: [], ruleStack: state };
    for (const { startIndex, endIndex, scopes } of tokens) {
      const word = line.slice(startIndex, endIndex).trim();
      if (word !== "") found[word] = (scopes.at(-1) ?? "").replace(/(\.cil)?\.selinux$/, "");
    }
    state = ruleStack;
  }
  return found;
}

describe("the keyword groups", () => {
  it("hold every keyword of the scanner exactly once", () => {
    const grouped = [...LANGUAGE_GROUPS, ...MACRO_GROUPS].flatMap(({ types }) => types);
    const all = [...grouped, COMMENT_TYPE].sort((a, b) => a - b);
    expect(all).toEqual(Array.from({ length: KEYWORDS }, (_, index) => index + 1));
  });

  it("are the whole of what package.json contributes", () => {
    const named = manifest.contributes.grammars.map(({ path, scopeName }) => `${path} ${scopeName}`);
    const made = GRAMMARS.map(
      ({ file, grammar }) => `./${SYNTAXES}/${file}.tmLanguage.json ${grammar().scopeName}`,
    );
    expect([...new Set(named)].sort()).toEqual(made.sort());
  });
});

describe("tokens of the reference policy", () => {
  it("of a rule over two lines", async () => {
    const seen = await scopesOf(
      "source.selinux",
      "allow httpd_t self:process {\n\tsignal # why\n};\nfoo(bar_t)",
    );
    expect(seen).toMatchObject({
      allow: "keyword.other.rule",
      httpd_t: "entity.name.type",
      self: "variable.language.self",
      process: "support.class",
      signal: "variable.other",
      "# why": "comment.line.number-sign",
      ";": "punctuation.terminator",
      foo: "entity.name.function.call",
    });
  });

  it("of an interface", async () => {
    const seen = await scopesOf(
      "source.selinux",
      "## <param name=\"domain\">\ninterface(`apache_read',`\n\tgen_require(`\n\t\ttype httpd_t;\n\t')\n\tallow $1 { a b }:{ dir file } x;\n')",
    );
    expect(seen).toMatchObject({
      interface: "storage.type.function",
      apache_read: "entity.name.function",
      gen_require: "keyword.control",
      type: "storage.type",
      $1: "variable.parameter",
      dir: "support.class",
      file: "support.class",
      '"domain"': "string.quoted.double",
    });
  });

  it("does not take a macro's name for a keyword, nor a rule without end for the rest of the file", async () => {
    const seen = await scopesOf(
      "source.selinux",
      "allow a b:c d\npolicy_module(x, 1.0)\ntype_transition_x;\ndnl rest",
    );
    expect(seen.policy_module).toBe("keyword.other.macro");
    expect(seen.type_transition_x).toBe("variable.other");
    expect(seen["dnl rest"]).toBe("comment.line.dnl");
    expect(seen["1.0"]).toBe("constant.numeric");
    const next = await scopesOf("source.selinux", "allow a b:c d\n\tdontaudit e f:g h\ntype i;\n");
    expect(next).toMatchObject({ dontaudit: "keyword.other.rule", g: "support.class", type: "storage.type" });
  });

  it("of constraints, in small letters and capitals", async () => {
    const seen = await scopesOf(
      "source.selinux.conf",
      "constrain process transition ( u1 == u2 AND t1 eq x );",
    );
    expect(seen).toMatchObject({
      constrain: "keyword.other.statement",
      u1: "variable.language",
      AND: "keyword.operator.word",
    });
  });
});

describe("tokens of the other files", () => {
  it("of file contexts", async () => {
    const seen = await scopesOf(
      "source.selinux.fc",
      "/usr/lib(64)?/x\\.so\t--\tgen_context(system_u:object_r:lib_t,s0)\n/proc/.*\t<<none>>",
    );
    expect(seen).toMatchObject({
      "/usr/lib": "string.regexp",
      "\\.": "constant.character.escape.regexp",
      "--": "storage.modifier.filetype",
      gen_context: "keyword.other.macro",
      lib_t: "entity.name.type",
      "<<none>>": "constant.language.none",
    });
  });

  it("of flask files, contexts and CIL", async () => {
    const flask = await scopesOf("source.selinux.flask", "class dir\ninherits file\n{\n\tadd_name\n}");
    expect(flask).toMatchObject({
      class: "storage.type",
      dir: "support.class",
      inherits: "storage.modifier",
      file: "entity.other.inherited-class",
      add_name: "variable.other.permission",
    });
    const contexts = await scopesOf("source.selinux.contexts", "system_r:sshd_t:s0\tuser_r:user_t:s0");
    expect(contexts.sshd_t ?? contexts.user_t).toBe("entity.name.type");
    const cil = await scopesOf("source.selinux.cil", "(allow a_t self (file (read)))");
    expect(cil).toMatchObject({ allow: "keyword.other.rule", a_t: "entity.name.type" });
  });
});

it("every file that package.json contributes is there", () => {
  const { languages, grammars, snippets } = manifest.contributes;
  const paths = [
    ...languages.flatMap(({ icon, configuration }) => [icon.light, icon.dark, configuration ?? icon.dark]),
    ...grammars.map(({ path }) => path),
    ...snippets.map(({ path }) => path),
  ];
  expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
