// Definition, references, outline and completion on the tiny tree; `$0` is the cursor.
import { describe, expect, it } from "vitest";
import type { DocumentSymbol } from "vscode-languageserver-types";
import { completion, resolveCompletion } from "../../server/features/completion.ts";
import { definition } from "../../server/features/definition.ts";
import { diagnostics } from "../../server/features/diagnostics.ts";
import { documentSymbol } from "../../server/features/documentSymbol.ts";
import { references } from "../../server/features/references.ts";
import { atCursor, type Fixture, loadFixture, TINY_TREE } from "../support/fixture.ts";

const MODULE = `
//- /p/policy/modules/apps/app.te
policy_module(app, 1.0.0)

attribute app_domain;
type app_t, app_domain;
kernel_domain_template(helper)
type app_file_t, file_type;
`;

function load(text: string): Fixture {
  return loadFixture(`${TINY_TREE}${MODULE}${text}`, "/p");
}

/** `file:line: text of the line`, for each target. */
function targets(text: string): string[] {
  const fixture = load(text);
  const { view, place } = atCursor(fixture);
  return definition(view, place).map((link) =>
    place1(fixture, link.targetUri, link.targetSelectionRange.start.line),
  );
}

function place1(fixture: Fixture, uri: string, line: number): string {
  const path = uri.replace("file://", "");
  const source = fixture.files.get(path)?.split("\n")[line] ?? "";
  return `${path.slice(path.lastIndexOf("/") + 1)}: ${source.trim()}`;
}

describe("definition", () => {
  it.each([
    ["allow app$0_t app_file_t:file read;", "app.te: type app_t, app_domain;"],
    ["allow app_domai$0n app_file_t:file read;", "app.te: attribute app_domain;"],
    ["allow app_t old$0_file_t:file read;", "kernel.te: typealias kernel_file_t alias old_file_t;"],
    ["allow app_t app_file_t:di$0r search;", "security_classes: class dir"],
    ["allow app_t app_file_t:dir sear$0ch;", "access_vectors: class dir inherits file { search add_name }"],
    [
      "allow app_t app_file_t:dir re$0ad;",
      "access_vectors: common file { ioctl read write create getattr open }",
    ],
    [
      "allow app_t app_file_t:file rw_file$0_perms;",
      "misc.spt: define(`rw_file_perms',`{ getattr open read write }')",
    ],
    ["kernel_read$0_files(app_t)", "kernel.if: interface(`kernel_read_files',`"],
    ["kernel_read_files(app$0_t)", "app.te: type app_t, app_domain;"],
    [
      "if (kernel_may$0_write) { allow app_t app_file_t:file write; }",
      "kernel.te: gen_bool(kernel_may_write,false)",
    ],
    ["role system$0_r types app_t;", "kernel.te: role system_r;"],
  ])("%s", (text, expected) => {
    expect(targets(text)).toContain(expected);
  });

  it("of a type that a template declared: the statement, and the call that made it", () => {
    const found = targets("allow helper$0_t app_file_t:file read;");
    expect(found).toContain("kernel.if: type $1_t, domain;");
    expect(found).toContain("app.te: kernel_domain_template(helper)");
  });

  it("of nothing is nothing", () => {
    expect(targets("allow nobody$0_t app_file_t:file read;")).toEqual([]);
    expect(targets("\n$0\n")).toEqual([]);
  });
});

describe("references", () => {
  const TEXT = `allow app_t app$0_file_t:file read;
kernel_read_files(app_file_t)
allow app_t { file_type -app_file_t }:dir search;
//- /p/policy/modules/apps/app.fc
/app	gen_context(system_u:object_r:app_file_t,s0)
//- /p/policy/modules/apps/other.te
policy_module(other, 1.0.0)
gen_require(\`
	type app_file_t;
')
`;
  it("are found in rules, exclusions, arguments, requires and file contexts", () => {
    const fixture = load(TEXT);
    const { view, place } = atCursor(fixture);
    const found = references(view, place, true).map((at) => place1(fixture, at.uri, at.range.start.line));
    expect(found.sort()).toEqual(
      [
        "app.fc: /app\tgen_context(system_u:object_r:app_file_t,s0)",
        "app.te: allow app_t app_file_t:file read;",
        "app.te: allow app_t { file_type -app_file_t }:dir search;",
        "app.te: kernel_read_files(app_file_t)",
        "app.te: type app_file_t, file_type;",
        "other.te: type app_file_t;",
      ].sort(),
    );
    expect(references(view, place, false)).toHaveLength(5);
  });

  it("of an exclusion cover the name without its minus", () => {
    const { view, place } = atCursor(load("allow app_t { file_type -app_fi$0le_t }:dir search;"));
    const [, use] = references(view, place, true);
    expect((use?.range.end.character ?? 0) - (use?.range.start.character ?? 0)).toBe("app_file_t".length);
  });
});

describe("documentSymbol", () => {
  const names = (symbols: readonly DocumentSymbol[]): unknown[] =>
    symbols.map((s) =>
      s.children === undefined || s.children.length === 0 ? s.name : [s.name, names(s.children)],
    );

  it("outlines declarations, and blocks that declare something", () => {
    const { view, place } = atCursor(
      load(
        "$0optional_policy(`\n\ttype inner_t;\n')\noptional_policy(`\n\tallow app_t app_t:file read;\n')\n",
      ),
    );
    expect(names(documentSymbol(view, place.file))).toEqual([
      "app",
      "app_domain",
      "app_t",
      "app_file_t",
      ["optional_policy", ["inner_t"]],
    ]);
  });

  it("outlines interfaces with their summaries", () => {
    const { view } = atCursor(load("$0"));
    const file = view.snapshot.fileAt("/p/policy/modules/kernel/kernel.if");
    const symbols = file === undefined ? [] : documentSymbol(view, file);
    expect(symbols.map((symbol) => symbol.name)).toEqual(["kernel_read_files", "kernel_domain_template"]);
    expect(symbols[0]?.detail).toBe("interface – Read kernel files.");
  });
});

describe("completion", () => {
  function labels(text: string): string[] {
    const { view, place } = atCursor(load(text));
    return completion(view, place, true).items.map((item) => item.label);
  }

  it("of types and attributes in a rule", () => {
    const found = labels("allow app$0");
    expect(found).toContain("app_t");
    expect(found).toContain("app_domain");
    expect(found).not.toContain("kernel_t");
    expect(labels("allow $0")).toContain("helper_t");
  });

  it("of the permissions that all classes have, and of fitting sets", () => {
    const found = labels("allow app_t app_file_t:file { $0");
    expect(found).toEqual(expect.arrayContaining(["read", "execute", "read_file_perms"]));
    expect(found).not.toContain("search");
    expect(labels("allow app_t app_file_t:{ file dir } { $0")).not.toContain("execute");
    expect(labels("allow app_t app_file_t:file_class_set { $0")).toContain("open");
  });

  it("of classes, booleans and roles at their places", () => {
    expect(labels("allow app_t app_t:$0")).toEqual(expect.arrayContaining(["file", "file_class_set"]));
    expect(labels("tunable_policy(`$0")).toEqual(["kernel_may_write"]);
    expect(labels("role $0")).toContain("system_r");
  });

  it("of interfaces at the start of a statement, with parameters and documentation", () => {
    const { view, place } = atCursor(load("kernel_re$0"));
    const item = completion(view, place, true).items.find((i) => i.label === "kernel_read_files");
    expect(item).toMatchObject({
      detail: "Read kernel files.",
      insertText: "kernel_read_files(${1:domain})",
    });
    const resolved = item === undefined ? undefined : resolveCompletion(view, item);
    expect((resolved?.documentation as { value: string } | undefined)?.value).toContain(
      "Domain allowed access.",
    );
  });
});

describe("diagnostics", () => {
  it("cover the bad name, with code and source", () => {
    const { view, place } = atCursor(load("$0allow app_t nobody_t:file read;"));
    const line = place.file.text.split("\n").findIndex((text) => text.startsWith("allow"));
    expect(diagnostics(view, place.file)).toMatchObject([
      {
        code: "type-unknown",
        source: "selinux",
        severity: 1,
        range: { start: { line, character: 12 }, end: { line, character: 20 } },
      },
    ]);
  });
});
