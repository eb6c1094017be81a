// Navigation and knowledge beyond hover and definition, on the tiny tree; `$0` is the cursor.
import { describe, expect, it } from "vitest";
import type { LocationLink } from "vscode-languageserver-types";
import { codeLens, resolveCodeLens } from "../../server/features/codeLens.ts";
import { declaration } from "../../server/features/declaration.ts";
import { documentLink } from "../../server/features/documentLink.ts";
import { foldingRange } from "../../server/features/foldingRange.ts";
import { incomingCalls, outgoingCalls, prepareCallHierarchy } from "../../server/features/hierarchy/calls.ts";
import { prepareTypeHierarchy, subtypes, supertypes } from "../../server/features/hierarchy/types.ts";
import { implementation } from "../../server/features/implementation.ts";
import { DEFAULT_INLAY_SETTINGS, inlayHint } from "../../server/features/inlayHint.ts";
import { linkedEditingRange } from "../../server/features/linkedEditing.ts";
import { documentHighlight, references } from "../../server/features/references.ts";
import { selectionRange } from "../../server/features/selectionRange.ts";
import { TOKEN_MODIFIERS, TOKEN_TYPES } from "../../server/features/semanticTokens/legend.ts";
import {
  semanticTokensDelta,
  semanticTokensFull,
  semanticTokensRange,
} from "../../server/features/semanticTokens/semanticTokens.ts";
import { signatureHelp } from "../../server/features/signatureHelp.ts";
import { typeDefinition } from "../../server/features/typeDefinition.ts";
import type { Place, View } from "../../server/features/view.ts";
import { scoreOf, workspaceSymbol } from "../../server/features/workspaceSymbol.ts";
import { atCursor, type Fixture, loadFixture, TINY_TREE } from "../support/fixture.ts";

const MODULE = `
//- /p/policy/modules/apps/app.if
## <summary>An application.</summary>
########################################
## <summary>Read the application's files.</summary>
## <param name="domain"><summary>Domain allowed access.</summary></param>
## <param name="log_type"><summary>Where it logs.</summary></param>
#
interface(\`app_read',\`
	gen_require(\`
		type app_file_t;
	')
	kernel_read_files($1)
	allow $1 app_file_t:file read_file_perms;
	allow $1 $2:file write;
')
//- /p/policy/modules/apps/app.fc
# labels of the application
/app	gen_context(system_u:object_r:app_file_t,s0)
//- /p/policy/modules/apps/app.te
policy_module(app, 1.0.0)

attribute app_domain;
type app_t, app_domain;
kernel_domain_template(helper)
type app_file_t, file_type;
typebounds app_t helper_t;
app_read(app_t, app_file_t)
`;

function load(text: string): Fixture {
  return loadFixture(`${TINY_TREE}${MODULE}${text}`, "/p");
}
function at(text: string): { view: View; place: Place; fixture: Fixture } {
  const fixture = load(text);
  return { ...atCursor(fixture), fixture };
}
/** `file: text of the line` of each target. */
function lines(fixture: Fixture, links: readonly LocationLink[]): string[] {
  return links.map(({ targetUri, targetSelectionRange }) =>
    lineOf(fixture, targetUri, targetSelectionRange.start.line),
  );
}
function lineOf(fixture: Fixture, uri: string, line: number): string {
  const path = uri.replace("file://", "");
  return `${path.slice(path.lastIndexOf("/") + 1)}: ${fixture.files.get(path)?.split("\n")[line]?.trim()}`;
}

const OPTIONAL =
  "optional_policy(`\n\tgen_require(`\n\t\ttype kernel_t;\n\t')\n\tallow app_t kernel$0_t:file read;\n')\n";

describe("declaration", () => {
  it("leads from a use to its require, and from the require to the declaration", () => {
    const use = at(OPTIONAL);
    expect(lines(use.fixture, declaration(use.view, use.place))).toEqual(["app.te: type kernel_t;"]);
    const required = at(OPTIONAL.replace("$0", "").replace("type kernel", "type ker$0nel"));
    expect(lines(required.fixture, declaration(required.view, required.place))).toEqual([
      "kernel.te: type kernel_t, domain;",
    ]);
  });
});

describe("typeDefinition and implementation", () => {
  it.each([
    ["allow ap$0p_t app_file_t:file read;", ["app.te: attribute app_domain;"]],
    [
      "allow app_t app_file_t:fi$0le read;",
      ["access_vectors: common file { ioctl read write create getattr open }"],
    ],
    ["allow app_t app_file_t:dir sea$0rch;", ["security_classes: class dir"]],
  ])("type of %s", (text, expected) => {
    const { fixture, view, place } = at(text);
    expect(lines(fixture, typeDefinition(view, place))).toEqual(expected);
  });

  it.each([
    ["allow app_dom$0ain app_file_t:file read;", "app.te: type app_t, app_domain;"],
    ["kernel_read$0_files(app_t)", "app.if: kernel_read_files($1)"],
    [
      "attribute_role app_ro$0les;\nrole app_r;\nroleattribute app_r app_roles;",
      "app.te: roleattribute app_r app_roles;",
    ],
    ["attribute_role app_ro$0les;\nrole app_r, app_roles;", "app.te: role app_r, app_roles;"],
    ["if (kernel_may$0_write) { allow app_t app_t:file read; }", "kernel.te: if (kernel_may_write) {"],
  ])("of %s", (text, expected) => {
    const { fixture, view, place } = at(text);
    expect(lines(fixture, implementation(view, place))).toContain(expected);
  });
});

describe("references and highlights", () => {
  it("of a type that a template makes include the argument that makes it", () => {
    const { fixture, view, place } = at("allow helper$0_t app_file_t:file read;");
    const found = references(view, place, true).map((one) => lineOf(fixture, one.uri, one.range.start.line));
    expect(found).toContain("app.te: kernel_domain_template(helper)");
  });

  it("of a parameter stay in its macro", () => {
    const { view } = at("$0");
    const file = view.snapshot.fileAt("/p/policy/modules/apps/app.if");
    const offset = file?.text.indexOf("$1") ?? -1;
    if (file === undefined) throw new Error("no app.if");
    expect(references(view, { file, offset }, true)).toHaveLength(3);
  });

  it("tell declarations from uses, arguments included", () => {
    const { view, place } = at("allow app$0_t self:process fork;");
    expect(documentHighlight(view, place).map((one) => one.kind)).toEqual([3, 2, 2, 2]);
  });
});

describe("call hierarchy", () => {
  it("goes both ways, across modules", () => {
    const { view, place } = at("kernel_read$0_files(app_t)");
    const [item] = prepareCallHierarchy(view, place);
    if (item === undefined) throw new Error("no item");
    expect(item.name).toBe("kernel_read_files");
    const callers = incomingCalls(view, item).map(({ from }) => from.name);
    expect(callers.sort()).toEqual(["app", "app_read"]);
    const reader = incomingCalls(view, item).find(({ from }) => from.name === "app_read")?.from;
    if (reader === undefined) throw new Error("no caller");
    expect(incomingCalls(view, reader).map(({ from }) => from.name)).toEqual(["app"]);
    expect(outgoingCalls(view, reader).map(({ to }) => to.name)).toEqual([
      "kernel_read_files",
      "read_file_perms",
    ]);
  });

  it("of a module lists what it calls, and nobody calls it", () => {
    const { view, place } = at("allow app$0_t app_t:file read;");
    const [item] = prepareCallHierarchy(view, place);
    if (item === undefined) throw new Error("no item");
    expect(incomingCalls(view, item)).toEqual([]);
    expect(outgoingCalls(view, item).map(({ to }) => to.name)).toEqual([
      "kernel_domain_template",
      "app_read",
    ]);
  });
});

describe("type hierarchy", () => {
  it("has attributes and bounds above, members and bounded types below", () => {
    const { view, place } = at("allow helper$0_t self:process fork;");
    const [item] = prepareTypeHierarchy(view, place);
    if (item === undefined) throw new Error("no item");
    expect(supertypes(view, item).map(({ name }) => name)).toEqual(["domain", "app_t"]);
    const [domain, parent] = supertypes(view, item);
    if (domain === undefined || parent === undefined) throw new Error("no supertypes");
    expect(
      subtypes(view, domain)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["helper_t", "kernel_t"]);
    expect(subtypes(view, parent).map(({ name }) => name)).toEqual(["helper_t"]);
  });

  it("has commons above classes", () => {
    const { view, place } = at("allow app_t app_t:fi$0le read;");
    const [item] = prepareTypeHierarchy(view, place);
    const [common] = item === undefined ? [] : supertypes(view, item);
    if (common === undefined) throw new Error("no common");
    expect(subtypes(view, common).map(({ name }) => name)).toEqual(["file", "dir"]);
  });
});

describe("workspace symbols", () => {
  it("rank exact before prefix before word before letters", () => {
    expect(workspaceSymbol(at("$0").view, "kernelread")[0]?.name).toBe("kernel_read_files");
    const scores = ["app", "app_t", "my_app", "axpxp"].map((name) => scoreOf("app", name));
    expect([...scores].sort((a, b) => b - a)).toEqual(scores);
    expect(scoreOf("app", "apx")).toBe(0);
  });
});

describe("links, folds, selections", () => {
  it("links the module's files and addresses in comments", () => {
    const { view, place } = at("# see https://example.org/a.b.\n$0");
    expect(documentLink(view, place.file).map(({ target }) => target)).toEqual([
      "file:///p/policy/modules/apps/app.if",
      "file:///p/policy/modules/apps/app.fc",
      "https://example.org/a.b",
    ]);
  });

  it("folds interfaces up to their closing line, and documentation", () => {
    const { view } = at("$0");
    const file = view.snapshot.fileAt("/p/policy/modules/apps/app.if");
    const ranges = file === undefined ? [] : foldingRange(file);
    expect(ranges).toContainEqual({ startLine: 6, endLine: 12 });
    expect(ranges).toContainEqual({ startLine: 0, endLine: 5, kind: "comment" });
  });

  it("selects word, set, statement, block, file", () => {
    const { view, place } = at("optional_policy(`\n\tallow app_t app_file_t:file { rea$0d write };\n')\n");
    const texts: string[] = [];
    for (
      let range = selectionRange(view, place.file, place.offset) as
        | ReturnType<typeof selectionRange>
        | undefined;
      range !== undefined;
      range = range.parent
    ) {
      const { start, end } = range.range;
      const all = place.file.text.split("\n");
      texts.push(
        start.line === end.line
          ? (all[start.line] ?? "").slice(start.character, end.character)
          : `${end.line - start.line + 1} lines`,
      );
    }
    expect(texts.slice(0, 4)).toEqual([
      "read",
      "read write",
      "{ read write }",
      "allow app_t app_file_t:file { read write };",
    ]);
    expect(texts).toContain("3 lines");
  });

  it("edits a required name and its uses together, and the tags of documentation", () => {
    const { view, place } = at(OPTIONAL);
    expect(linkedEditingRange(view, place)?.ranges).toHaveLength(2);
    const file = view.snapshot.fileAt("/p/policy/modules/apps/app.if");
    if (file === undefined) throw new Error("no app.if");
    expect(linkedEditingRange(view, { file, offset: file.text.indexOf("summary>") })?.ranges).toHaveLength(2);
  });
});

describe("signature help", () => {
  it.each([
    ["app_read(app_t, $0", "app_read(domain, log_type)", 1],
    ["app_read($0)", "app_read(domain, log_type)", 0],
    ["tunable_policy(`$0", "tunable_policy(condition, rules, otherwise)", 0],
    ["gen_tunable(x, $0", "gen_tunable(name, default)", 1],
    ["app_read({ app_t, $0", "app_read(domain, log_type)", 1],
    ["app_read({ a, b }, $0", "app_read(domain, log_type)", 1],
  ])("%s", (text, label, active) => {
    const { view, place } = at(text);
    const help = signatureHelp(view, place);
    expect(help?.signatures[0]?.label).toBe(label);
    expect(help?.activeParameter).toBe(active);
  });

  it.each([["x_pattern(app_t, $0", "x_pattern(source_domain, entry_point, file, file4)", "1"]])(
    "names parameters of support macros as their list does: %s",
    (text, label) => {
      const { view, place } = at(
        `${text}\n//- /p/policy/support/x.spt\n# Does x.\n#\n# Parameters:\n# 1. source domain\n# 2. entry point type\n# 3. file (or directory) type\n# 4. file type\ndefine(\`x_pattern',\`allow $1 { $2 $3 $4 }:file read;')\n`,
      );
      const [signature] = signatureHelp(view, place)?.signatures ?? [];
      expect(signature?.label).toBe(label);
      expect(signature?.documentation).toMatchObject({ value: "Does x." });
    },
  );

  it.each([
    ["app_read(app_t, app_t, $0", "it takes 2 arguments, and this is number 3"],
    ["app_none(app_t, $0", "it takes no arguments, and this is number 2"],
    ["app_all(app_t, app_t, $0", undefined],
    ["app_read(app_t, $0", undefined],
  ])("%s: says when it is too much", (text, said) => {
    const more = "\n//- /p/policy/support/z.spt\ndefine(`app_none',`')\ndefine(`app_all',`$*')\n";
    const { view, place } = at(text + more);
    const documentation = JSON.stringify(signatureHelp(view, place)?.signatures[0]?.documentation ?? "");
    if (said === undefined) expect(documentation).not.toContain("Too many");
    else expect(documentation).toContain(said);
  });

  it("is silent in bodies and after the call", () => {
    for (const text of ["optional_policy(`\n\t$0", "app_read(app_t, app_t);\n$0", "# app_read($0"]) {
      const { view, place } = at(text);
      expect(signatureHelp(view, place)).toBeUndefined();
    }
  });
});

describe("inlay hints", () => {
  const WHOLE = { start: { line: 0, character: 0 }, end: { line: 1000, character: 0 } };
  it("name parameters that the argument does not say, and show permission sets", () => {
    const { view, place } = at("allow app_t app_file_t:file read_file_perms;\n$0");
    const labels = inlayHint(view, place.file, WHOLE, DEFAULT_INLAY_SETTINGS).map(({ label }) => label);
    expect(labels).toEqual(["log_type:", "{ getattr open read }"]);
    const none = { parameterNames: "none", permissionSets: false, parameterRoles: false } as const;
    expect(inlayHint(view, place.file, WHOLE, none)).toEqual([]);
  });

  it("show permission sets within a set", () => {
    const { view, place } = at("allow app_t app_file_t:file { write read_file_perms };\n$0");
    const labels = inlayHint(view, place.file, WHOLE, DEFAULT_INLAY_SETTINGS).map(({ label }) => label);
    expect(labels).toEqual(["log_type:", "{ getattr open read }"]);
  });

  it("say what `$2` is at its first use", () => {
    const { view } = at("$0");
    const file = view.snapshot.fileAt("/p/policy/modules/apps/app.if");
    const labels = file === undefined ? [] : inlayHint(view, file, WHOLE, DEFAULT_INLAY_SETTINGS);
    expect(labels.map(({ label }) => label)).toEqual(
      [": domain", ": log_type", "{ getattr open read }"].sort(),
    );
  });
});

/** `text type modifiers` of each token. */
function tokens(text: string, data: readonly number[]): string[] {
  const rows: string[] = [];
  const all = text.split("\n");
  let line = 0;
  let character = 0;
  for (let i = 0; i < data.length; i += 5) {
    const [down = 0, right = 0, length = 0, type = 0, modifiers = 0] = data.slice(i, i + 5);
    line += down;
    character = down === 0 ? character + right : right;
    const names = TOKEN_MODIFIERS.filter((_, bit) => (modifiers & (1 << bit)) !== 0);
    const word = (all[line] ?? "").slice(character, character + length);
    rows.push([word, TOKEN_TYPES[type], ...names].join(" "));
  }
  return rows;
}

describe("semantic tokens", () => {
  it("tell types from attributes, and what does not count", () => {
    const { view, place } = at(
      "ifdef(`enable_nothing',`\nallow app_t self:process fork;\n')\noptional_policy(`\n\tgen_require(`\n\t\ttype gone_t;\n\t')\n\tallow gone_t app_domain:file read;\n')\n$0",
    );
    const found = tokens(place.file.text, semanticTokensFull(view, place.file).data);
    for (const wanted of [
      "app_domain interface declaration",
      "app_t type declaration",
      "app_read function",
      "fork enumMember inactive",
      "app_domain interface dropped",
      "process class inactive",
    ])
      expect(found).toContain(wanted);
  });

  it("leave plain keywords to a grammar of the client's that colours them", () => {
    const { view, place } = at("ifdef(`enable_nothing',`\nallow app_t self:process fork;\n')\n$0");
    const all = tokens(place.file.text, semanticTokensFull(view, place.file).data);
    const found = tokens(place.file.text, semanticTokensFull(view, place.file, true).data);
    expect(all).toContain("type keyword");
    expect(found).toEqual(all.filter((one) => !one.endsWith(" keyword")));
    expect(found).toContain("allow keyword inactive");
    const range = { start: { line: 0, character: 0 }, end: { line: 3, character: 24 } };
    const part = tokens(place.file.text, semanticTokensRange(view, place.file, range, true).data);
    expect(part.filter((one) => one.endsWith(" keyword"))).toEqual([]);
  });

  it("a delta applied to the old answer is the new answer", () => {
    const fixture = load("allow app_t app_t:file read;\n$0");
    const { view, place } = atCursor(fixture);
    const before = semanticTokensFull(view, place.file);
    const text = place.file.text.replace("type app_file_t", "# new\ntype app_file_t");
    fixture.workspace.open(place.file.path, `file://${place.file.path}`, 1, text);
    const next = atCursor(fixture);
    const delta = semanticTokensDelta(next.view, next.place.file, before.resultId ?? "");
    if (!("edits" in delta)) throw new Error("a full answer");
    const data = [...before.data];
    for (const edit of delta.edits) data.splice(edit.start, edit.deleteCount, ...(edit.data ?? []));
    expect(data).toEqual(semanticTokensFull(next.view, next.place.file).data);
    expect(delta.edits[0]?.data?.length ?? 0).toBeLessThan(20);
    const again = semanticTokensDelta(next.view, next.place.file, delta.resultId ?? "");
    expect(again).toEqual({ resultId: delta.resultId, edits: [] });
  });

  it("a range holds the tokens of its lines", () => {
    const { view, place } = at("$0");
    const range = { start: { line: 3, character: 0 }, end: { line: 3, character: 24 } };
    const found = tokens(place.file.text, semanticTokensRange(view, place.file, range).data);
    expect(found).toEqual(expect.arrayContaining(["app_t type declaration", "app_domain interface"]));
    expect(found.length).toBeLessThan(8);
  });
});

describe("code lenses", () => {
  it("count callers and rules", () => {
    const { view } = at("$0");
    const title = (path: string, word: string): string[] => {
      const file = view.snapshot.fileAt(path);
      if (file === undefined) return [];
      const all = codeLens(view, file).map((lens) => resolveCodeLens(view, lens).command?.title ?? "");
      return all.filter((one) => one.includes(word));
    };
    expect(title("/p/policy/modules/apps/app.if", "caller")).toEqual(["1 caller in 1 module"]);
    expect(title("/p/policy/modules/apps/app.te", "allow rules")[1]).toMatch(/^allow rules: \d+ as source/);
  });
});
