/** Places in generated text are told as those of the .in files, and requests in .in files are answered. */
import { describe, expect, it } from "vitest";
import { TextDocument } from "vscode-languageserver-textdocument";
import type {
  CallHierarchyIncomingCall,
  CallHierarchyItem,
  CallHierarchyOutgoingCall,
  CompletionList,
  DocumentHighlight,
  DocumentLink,
  DocumentSymbol,
  FoldingRange,
  Hover,
  Location,
  LocationLink,
  SelectionRange,
  SemanticTokens,
  SymbolInformation,
  TextEdit,
} from "vscode-languageserver-types";
import { diagnostics, generatedDiagnostics } from "../../server/features/diagnostics.ts";
import type { RuleSides } from "../../server/features/effective.ts";
import { ruleAtRequest } from "../../server/features/extensions/ruleAt.ts";
import { type ClientAbilities, FEATURES } from "../../server/features/index.ts";
import type { View } from "../../server/features/view.ts";
import { CORENETWORK, CORENETWORK_TREE, IF_IN, INPUTS, TE_IN, USER } from "../support/corenetwork.ts";
import { type Fixture, loadFixture } from "../support/fixture.ts";

const CLIENT: ClientAbilities = {
  snippets: false,
  locationLinks: true,
  hierarchicalSymbols: true,
  inlayHints: { parameterNames: true, ruleCounts: true } as unknown as ClientAbilities["inlayHints"],
};
const FIXTURE = loadFixture(CORENETWORK_TREE, "/p");

function viewOf({ workspace }: Fixture): View {
  const snapshot = workspace.snapshotOf(USER);
  if (snapshot === undefined) throw new Error("no project");
  return { snapshot, encoding: "utf-16", uriOf: (path) => `file://${path}` };
}

/** Asks at a word of a file, which `^` marks. */
function ask<T>(method: string, path: string, marked: string, more: object = {}, fixture = FIXTURE): T {
  const at = marked.indexOf("^");
  const text = fixture.files.get(path) ?? "";
  const offset = text.indexOf(marked.replace("^", "")) + at;
  expect(offset, marked).toBeGreaterThanOrEqual(at);
  const before = text.slice(0, offset).split("\n");
  const position = { line: before.length - 1, character: (before.at(-1) ?? "").length };
  const feature = FEATURES.find((one) => one.method === method);
  const params = { textDocument: { uri: `file://${path}` }, position, ...more };
  return feature?.answer(viewOf(fixture), path, params, CLIENT) as T;
}

/** `name:line text`, the text as it stands in a file that is there. */
function shown({ uri, range: { start, end } }: Location): string {
  const path = uri.replace("file://", "");
  const lines = FIXTURE.files.get(path)?.split("\n");
  if (lines === undefined) return `no file ${path}`;
  const text = lines.slice(start.line, end.line + 1).join("\n");
  const last = lines[end.line] ?? "";
  return `${path.slice(path.lastIndexOf("/") + 1)}:${start.line + 1} ${text.slice(start.character, text.length - last.length + end.character)}`;
}

const ofLinks = (links: readonly LocationLink[]) =>
  links.map(({ targetUri, targetSelectionRange }) => shown({ uri: targetUri, range: targetSelectionRange }));

describe("from a module to what is generated", () => {
  it.each([
    ["definition", "allow app_t http_^port_t", ["corenetwork.te.in:7 http"]],
    ["definition", "corenet_bind_^http_port(app_t)", ["corenetwork.te.in:7 http"]],
    ["definition", "corenet_^port(app_t)", ["corenetwork.if.in:13 corenet_port"]],
    ["definition", "app_t lo_^port_t", ["corenetwork.te.in:17 lo"]],
    ["declaration", "allow app_t http_^port_t", ["corenetwork.te.in:7 http"]],
  ])("%s of %s", (method, at, expected) => {
    expect(ofLinks(ask(`textDocument/${method}`, USER, at))).toEqual(expected);
  });

  it("references: one place a call, and each only once", () => {
    const found = ask<Location[]>("textDocument/references", USER, "app_t http_^port_t", {
      context: { includeDeclaration: true },
    });
    expect(found.map(shown)).toEqual(["app.te:6 http_port_t", "corenetwork.te.in:7 http"]);
  });

  it.each([
    ["allow app_t http_^port_t", "Declared at corenetwork.te.in:7."],
    ["corenet_^bind_http_port(", "Defined at corenetwork.te.in:7."],
    ["corenet_^port(", "Defined at corenetwork.if.in:13."],
  ])("hover at %s", (at, text) => {
    expect(JSON.stringify(ask<Hover>("textDocument/hover", USER, at))).toContain(text);
  });

  it("references of what the macros say themselves: once, in their file", () => {
    const found = ask<Location[]>("textDocument/references", `${CORENETWORK}.te.in`, "attribute port_^type", {
      context: { includeDeclaration: false },
    });
    expect(found.map(shown)).toEqual(
      ["if.in:15", "if.in:18", "te.in:5", "te.m4:7", "te.in:14"].map((at) => `corenetwork.${at} port_type`),
    );
  });

  it("workspace symbols", () => {
    const found = ask<SymbolInformation[]>("workspace/symbol", USER, "^", { query: "http" });
    expect(new Set(found.map(({ location }) => shown(location)))).toEqual(
      new Set(["corenetwork.te.in:7 http"]),
    );
    expect(found.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["http_port_t", "corenet_bind_http_port"]),
    );
  });

  it("call hierarchy", () => {
    const [item] = ask<CallHierarchyItem[]>("textDocument/prepareCallHierarchy", USER, "corenet_^port(");
    expect(item === undefined ? "" : shown({ ...item, range: item.selectionRange })).toBe(
      "corenetwork.if.in:13 corenet_port",
    );
    const calls = ask<CallHierarchyIncomingCall[]>("callHierarchy/incomingCalls", USER, "^", { item });
    expect(calls.map(({ from }) => from.detail)).toEqual(["app.te"]);
    const [read] = ask<CallHierarchyItem[]>(
      "textDocument/prepareCallHierarchy",
      `${CORENETWORK}.te.in`,
      "kernel_^read_files",
    );
    const [call] = ask<CallHierarchyIncomingCall[]>("callHierarchy/incomingCalls", USER, "^", { item: read });
    const from = call?.from;
    expect(from?.detail).toBe("corenetwork.te.in");
    expect(call?.fromRanges.map((range) => shown({ uri: from?.uri ?? "", range }))).toEqual([
      "corenetwork.te.in:11 kernel_read_files",
    ]);
    const down = ask<CallHierarchyOutgoingCall[]>("callHierarchy/outgoingCalls", USER, "^", { item: from });
    expect(down.map(({ to }) => to.name)).toContain("kernel_read_files");
  });
});

it("the module's other file leads to the .in files", () => {
  const path = `${CORENETWORK}.fc`;
  const contexts = "/dev/port\t-c\tgen_context(system_u:object_r:port_t,s0)\n";
  const fixture = loadFixture(`${CORENETWORK_TREE}//- ${path}\n${contexts}`, "/p");
  const links = ask<DocumentLink[]>("textDocument/documentLink", path, "^/dev", {}, fixture);
  expect(links.map(({ target }) => target)).toEqual(
    ["te.in", "if.in"].map((suffix) => `file://${CORENETWORK}.${suffix}`),
  );
});

describe("in an .in file", () => {
  const [TE, IF] = [`${CORENETWORK}.te.in`, `${CORENETWORK}.if.in`];

  it.each([
    [TE, "allow port_t port_^type", ["corenetwork.te.in:4 port_type"]],
    [TE, "kernel_^read_files", ["kernel.if:14 kernel_read_files"]],
    [TE, "network_port(ht^tp", ["corenetwork.te.in:7 http"]],
    [IF, "typeattribute $1 port_^type", ["corenetwork.te.in:4 port_type"]],
  ])("%s: definition of %s", (path, at, expected) => {
    expect(ofLinks(ask("textDocument/definition", path, at))).toEqual(expected);
  });

  it("hover says what a name is, with the range of what stands under the cursor", () => {
    const hover = ask<Hover>("textDocument/hover", TE, "network_port(s^sh");
    expect(JSON.stringify(hover.contents)).toContain("ssh_port_t");
    expect(hover.range === undefined ? "" : shown({ uri: `file://${TE}`, range: hover.range })).toBe(
      "corenetwork.te.in:8 ssh",
    );
  });

  it("highlights are those of the same file", () => {
    const rangesOf = (path: string, at: string) =>
      ask<DocumentHighlight[]>("textDocument/documentHighlight", path, at).map(({ range }) =>
        shown({ uri: `file://${path}`, range }),
      );
    expect(rangesOf(TE, "attribute port_^type")).toEqual(
      expect.arrayContaining(["corenetwork.te.in:4 port_type", "corenetwork.te.in:14 port_type"]),
    );
    expect(rangesOf(IF, "attribute port_^type")).toEqual([
      "corenetwork.if.in:15 port_type",
      "corenetwork.if.in:18 port_type",
    ]);
  });

  it("a rule is the one under the cursor", () => {
    const at = { line: 13, character: 2 };
    const { value } = ruleAtRequest(viewOf(FIXTURE), TE, { position: at }) as { value: RuleSides | null };
    expect(value).toMatchObject({ sources: ["port_t"], targets: ["port_type"] });
  });

  it("the outline has what is declared, and what the macros are called for", () => {
    const symbolsOf = (path: string) =>
      ask<DocumentSymbol[]>("textDocument/documentSymbol", path, "^policy_module", {}).map(
        ({ name, detail, range, selectionRange }) =>
          `${detail}: ${name} ${shown({ uri: `file://${path}`, range: selectionRange })}-${range.end.line + 1}`,
      );
    expect(symbolsOf(TE)).toEqual([
      "module: corenetwork corenetwork.te.in:1 corenetwork-1",
      "attribute: port_type corenetwork.te.in:4 port_type-4",
      "type: port_t corenetwork.te.in:5 port_t-5",
      "network_port: http corenetwork.te.in:7 http-7",
      "network_port: ssh corenetwork.te.in:8 ssh-8",
    ]);
  });

  it("names are completed, where they stand in the text", () => {
    const { items } = ask<CompletionList>("textDocument/completion", TE, "allow port_t port_^type:file");
    expect(items.map(({ label }) => label)).toEqual(
      expect.arrayContaining(["port_type", "port_t", "http_port_t"]),
    );
    const calls = ask<CompletionList>("textDocument/completion", TE, "\tkernel_^read_files");
    expect(calls.items.map(({ label }) => label)).toContain("kernel_read_files");
  });

  it("the name that is being declared is not offered", () => {
    const { items } = ask<CompletionList>("textDocument/completion", TE, "type port^_t,");
    expect(items.map(({ label }) => label)).not.toContain("port_t");
  });

  it("layout: what is wrong is mended in the file, and the policy's calls of macros are left as they are", () => {
    const fixture = loadFixture(CORENETWORK_TREE, "/p");
    const crooked = TE_IN.replace(
      "allow port_t port_type:file read;",
      "allow  port_t   port_type:file read ;",
    );
    fixture.files.set(TE, crooked);
    fixture.workspace.filesChanged([TE]);
    const edits = ask<TextEdit[]>(
      "textDocument/formatting",
      TE,
      "^policy_module",
      { options: { tabSize: 8, insertSpaces: false } },
      fixture,
    );
    expect(TextDocument.applyEdits(TextDocument.create("", "", 1, crooked), edits)).toBe(TE_IN);
  });

  it("tokens and folds are those of the text", () => {
    const { data } = ask<SemanticTokens>("textDocument/semanticTokens/full", TE, "^policy_module");
    const rows: number[] = [];
    for (let at = 0; at < data.length; at += 5) rows.push((rows.at(-1) ?? 0) + (data[at] as number));
    expect(rows).toEqual(expect.arrayContaining([3, 4, 6, 13]));
    const folds = ask<FoldingRange[]>("textDocument/foldingRange", TE, "^policy_module");
    expect(folds.map(({ startLine, endLine }) => [startLine, endLine])).toContainEqual([9, 10]);
    const [range] = ask<SelectionRange[]>("textDocument/selectionRange", TE, "^policy_module", {
      positions: [{ line: 13, character: 8 }],
    });
    expect(range === undefined ? "" : shown({ uri: `file://${TE}`, range: range.range })).toBe(
      "corenetwork.te.in:14 port_t",
    );
  });

  it("nothing is renamed or edited", () => {
    const refusal = ask<{ refused: string }>("textDocument/rename", TE, "type port^_t,", { newName: "x_t" });
    expect(refusal.refused).toContain("generated");
    expect(ask("textDocument/linkedEditingRange", IF, "corenet_^port'")).toBeUndefined();
  });
});

describe("in an .in file from which make has written what is there", () => {
  const written =
    FIXTURE.workspace
      .snapshots()[0]
      ?.files()
      .filter(({ generated }) => generated) ?? [];
  const texts = written.map(({ path, text }) => `//- ${path}\n${text}`).join("\n");
  const fixture = loadFixture(`${CORENETWORK_TREE}${texts}`, "/p");
  const linksAt = (path: string, at: string) =>
    ask<LocationLink[]>("textDocument/definition", path, at, {}, fixture).map((link) => [
      link.originSelectionRange?.start.line,
      link.targetUri.replace(/.*\//, ""),
    ]);

  it("a request is answered, and answers name what make has written", () => {
    expect(
      viewOf(fixture)
        .snapshot.files()
        .some(({ generated }) => generated),
    ).toBe(false);
    expect(linksAt(USER, "allow app_t http_^port_t")).toEqual([[5, "corenetwork.te"]]);
    expect(linksAt(`${CORENETWORK}.te.in`, "allow port_t port_^type")).toEqual([[13, "corenetwork.te"]]);
    expect(linksAt(`${CORENETWORK}.te.in`, "network_port(ht^tp")).toEqual([[6, "corenetwork.te"]]);
    expect(linksAt(`${CORENETWORK}.if.in`, "typeattribute $1 port_^type")).toEqual([[17, "corenetwork.te"]]);
  });

  it("unless they would be written otherwise by now", () => {
    const other = loadFixture(`${CORENETWORK_TREE}${texts}`, "/p");
    other.files.set(written[0]?.path ?? "", `# of another build\n${written[0]?.text}`);
    other.workspace.filesChanged([written[0]?.path ?? ""]);
    expect(written[0]?.path).toBe(`${CORENETWORK}.if`);
    expect(ask("textDocument/definition", `${CORENETWORK}.if.in`, "$1 port_^type", {}, other)).toEqual([]);
  });
});

describe("mistakes", () => {
  const said = (changes: Readonly<Record<string, string>>) => {
    const fixture = loadFixture(CORENETWORK_TREE, "/p");
    for (const [suffix, text] of Object.entries(changes)) {
      const path = `${CORENETWORK}.${suffix}`;
      fixture.files.set(path, text);
      fixture.workspace.filesChanged([path]);
    }
    const view = viewOf(fixture);
    const found = [...generatedDiagnostics(view)].flatMap(([path, items]) =>
      items.filter(({ severity }) => severity === 1).map((item) => ({ path, ...item })),
    );
    return found.map(({ path, code, range, relatedInformation = [] }) => {
      const { start, end } = range;
      const text = (fixture.files.get(path)?.split("\n")[start.line] ?? "").slice(
        start.character,
        start.line === end.line ? end.character : undefined,
      );
      const related = relatedInformation.map(({ location }) => ` ${location.uri.replace(/.*\//, "")}`);
      return `${path.slice(path.lastIndexOf("/") + 1)}:${start.line + 1} ${code} ${text}${related.join("")}`;
    });
  };

  it.each([
    ["none", {}, []],
    [
      "a name that nobody declares",
      { "te.in": TE_IN.replace("allow port_t", "allow prt_t") },
      ["corenetwork.te.in:14 type-unknown prt_t"],
    ],
    [
      "a declaration that is there twice: once for the types and once for the interfaces",
      { "te.in": TE_IN.replace("ssh, tcp,22", "http, tcp,81") },
      [
        "corenetwork.te.in:8 interface-dup http corenetwork.te.in",
        "corenetwork.te.in:8 type-dup http corenetwork.te.in",
      ],
    ],
    [
      "a protocol that is none",
      { "te.in": TE_IN.replace("ssh, tcp", "ssh, tpc") },
      ["corenetwork.te.in:8 port-proto tpc"],
    ],
    [
      "an interface, with its caller",
      { "if.in": IF_IN.replace("$1 port_type", "$1 port_tipe") },
      ["corenetwork.if.in:18 typeattr-undecl port_tipe app.te"],
    ],
    [
      "a macro: what it makes of an argument is told at the argument",
      { "if.m4": (INPUTS["if.m4"] ?? "").replace(/_port_t:(file|dir)/g, "_prt_t:$1") },
      ["corenetwork.te.in:7 type-unknown http app.te"],
    ],
    [
      "a macro: its own text is told once, however often it is called",
      { "te.m4": (INPUTS["te.m4"] ?? "").replace("port_type;", "port_tipe;") },
      ["corenetwork.te.m4:7 type-attr-undecl port_tipe"],
    ],
  ])("%s", (_what, changes, expected) => {
    expect(said(changes)).toEqual(expected);
  });

  it("of a quote that is never closed are told where it is opened, with what is missing for it", () => {
    expect(said({ "te.in": TE_IN.replace("(ssh", "(`ssh") })).toEqual([
      "corenetwork.te.in:8 parse-quote network_port(`ssh, tcp,22,s0) # é remote",
    ]);
  });

  it("lead from a module to the .in file", () => {
    // A module after corenetwork in the build's order.
    const later = "/p/policy/modules/apps/zap.te";
    const text = "policy_module(zap, 1.0.0)\n\ntype http_port_t;\n";
    const fixture = loadFixture(`${CORENETWORK_TREE}//- ${later}\n${text}`, "/p");
    const view = viewOf(fixture);
    const file = view.snapshot.fileAt(later);
    const found = file === undefined ? [] : diagnostics(view, file);
    const uris = found.flatMap(({ relatedInformation = [] }) =>
      relatedInformation.map((one) => one.location.uri),
    );
    expect(uris.map((uri) => uri.replace("file://", ""))).toContain(`${CORENETWORK}.te.in`);
    for (const uri of uris) expect(fixture.files.has(uri.replace("file://", ""))).toBe(true);
  });
});
