/** The reference policy without what make generates: everything that is declared there leads to files that are there. */
import { beforeAll, expect, it } from "vitest";
import { createNodeFileSystem } from "../../server/cli/nodeFileSystem.ts";
import type { SymbolKind } from "../../server/compiler/face.ts";
import { COPY, PIECE } from "../../server/compiler/m4/pieces.ts";
import { generatedDiagnostics } from "../../server/features/diagnostics.ts";
import { documentSymbol } from "../../server/features/documentSymbol.ts";
import { toLocation, type View } from "../../server/features/view.ts";
import type { FileSystem } from "../../server/workspace/fileSystem.ts";
import { inputFile } from "../../server/workspace/inputFile.ts";
import { NO_SETTINGS } from "../../server/workspace/project.ts";
import { sourcePlace } from "../../server/workspace/sourcePlace.ts";
import { runToEnd, Workspace } from "../../server/workspace/workspace.ts";
import { describeWithOracle, POLICY_SOURCE, policySource } from "../support/oracles.ts";

const KINDS: readonly SymbolKind[] = [
  "type",
  "attribute",
  "alias",
  "bool",
  "tunable",
  "interface",
  "template",
];

/** The disk without some files. */
function without(disk: FileSystem, hidden: ReadonlySet<string>): FileSystem {
  return {
    readFile: (path) => (hidden.has(path) ? undefined : disk.readFile(path)),
    stat: (path) => (hidden.has(path) ? undefined : disk.stat(path)),
    list: (path) => disk.list(path)?.filter(({ name }) => !hidden.has(`${path}/${name}`)),
  };
}

describeWithOracle("a fresh checkout", [POLICY_SOURCE], () => {
  const module = `${policySource()}/policy/modules/kernel/corenetwork`;
  const disk = createNodeFileSystem();
  let workspace: Workspace;
  const view = (): View => {
    const [snapshot] = workspace.snapshots();
    if (snapshot === undefined) throw new Error("no policy");
    return { snapshot, encoding: "utf-16", uriOf: (path) => path };
  };

  beforeAll(() => {
    workspace = new Workspace(without(disk, new Set([`${module}.te`, `${module}.if`])), NO_SETTINGS);
    runToEnd(workspace.addRoot(policySource() as string));
  }, 120_000);

  it("has each name that is generated in a line of the .in files, as the word that it is made of", () => {
    const { snapshot } = view();
    const found = snapshot.compiled
      .symbols(KINDS)
      .filter(({ file }) => snapshot.file(file)?.generated === true);
    expect(found.length).toBeGreaterThan(4000);
    const odd: string[] = [];
    for (const symbol of found) {
      const location = toLocation(view(), symbol);
      const file = snapshot.file(symbol.file);
      if (location === undefined || file === undefined) throw new Error(symbol.name);
      expect([`${module}.te.in`, `${module}.if.in`]).toContain(location.uri);
      const { lines, start, end } = sourcePlace(file, symbol.start, symbol.end);
      const text = lines.text.slice(start, end);
      if (text === "" || !symbol.name.includes(text)) odd.push(`${symbol.name}: ${text}`);
    }
    expect(odd).toEqual([]);
  });

  it("has in them what was copied, letter for letter", () => {
    for (const { text, origin } of view().snapshot.files()) {
      if (origin === undefined) continue;
      for (let at = 0; at < origin.pieces.length; at += PIECE) {
        if (origin.pieces[at + 3] !== COPY) continue;
        const [start = 0, input = 0, from = 0] = origin.pieces.subarray(at);
        const end: number = origin.pieces[at + PIECE] ?? text.length;
        if (origin.inputs[input]?.text.slice(from, from + end - start) !== text.slice(start, end))
          expect.fail(`${origin.inputs[input]?.path} ${from}: ${text.slice(start, end)}`);
      }
    }
  });

  it("is read as it stands in the .in files: no mistakes, all ports, interfaces and types in the outline", () => {
    const { snapshot } = view();
    const outline = ["te", "if"].flatMap((role) => {
      const file = inputFile(snapshot, `${module}.${role}.in`);
      if (file === undefined) throw new Error(role);
      expect(file.tree.errors).toEqual([]);
      return documentSymbol(view(), file).map(({ name }) => name);
    });
    expect(outline.length).toBeGreaterThan(400);
    expect(outline).toEqual(expect.arrayContaining(["http", "ssh", "port_t", "corenet_port"]));
  });

  it("has no errors, and tells those of an open .in file at its lines", () => {
    const errors = () =>
      [...generatedDiagnostics(view())].flatMap(([path, items]) =>
        items
          .filter(({ severity }) => severity === 1)
          .map(
            ({ code, range }) => `${path.slice(path.lastIndexOf("/") + 1)}:${range.start.line + 1} ${code}`,
          ),
      );
    expect(errors()).toEqual([]);
    const path = `${module}.te.in`;
    const text = workspace.readText(path) ?? "";
    const line = text.split("\n").findIndex((one) => one.startsWith("network_port(http,")) + 1;
    workspace.open(path, `file://${path}`, 1, text);
    workspace.change(
      path,
      2,
      [{ text: text.replace("network_port(http, tcp", "network_port(http, tpc") }],
      "utf-16",
    );
    expect(errors()).toEqual([`corenetwork.te.in:${line} port-proto`]);
    workspace.close(path);
    expect(errors()).toEqual([]);
  });
});
