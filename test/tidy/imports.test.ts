/**
 * The arrows between rooms. Each room may import only what stands to its right in ARCHITECTURE.md; packages and
 * Node's own modules belong to the rooms at the edge. This test is that document, executable.
 */
import { describe, expect, it } from "vitest";
import { type Import, importsOf, readSources, type Source } from "./sources.ts";

/** Height of each room above the ground. A file may import its own room and what is strictly lower. */
const HEIGHT: Readonly<Record<string, number>> = {
  client: 9,
  "server/lsp": 8,
  "server/cli": 8,
  "server/features": 7,
  "server/workspace": 6,
  "server/checks": 5,
  "server/analysis": 4,
  "server/compiler": 3,
  "server/avc": 3,
  "server/services": 2,
  "server/policydb": 1,
  grammar: 1,
  "server/netlink": 0,
  "server/kernel": 0,
};

/** Rooms that know no syntax, although they stand above it. */
const NO_SYNTAX = ["server/services", "server/avc"];

/** Programs: they put rooms together, so they may import all of them. */
const ENTRY_POINTS = ["server/main.ts", "server/worker.ts"];

const MAY_USE_NODE = ["server/lsp", "server/cli", "client"];
const MAY_USE_LSP = ["server/lsp", "client"];

function roomOf(path: string): string | undefined {
  const [first = "", second = ""] = path.split("/");
  return first === "server" ? `server/${second}` : first;
}

/** What is wrong with one import, or undefined. */
function faultOf(
  { path }: Pick<Source, "path">,
  { specifier, target, typeOnly }: Import,
): string | undefined {
  if (ENTRY_POINTS.includes(path)) return undefined;
  const room = roomOf(path) ?? "";
  if (target === undefined) return packageFault(room, specifier, typeOnly);
  const height = HEIGHT[room];
  if (height === undefined) return `the room ${room} is not in the table`;
  if (target === "package.json") return height >= 7 ? undefined : "package.json is for the rooms at the edge";
  const other = roomOf(target) ?? "";
  if (other === room) return undefined;
  if (NO_SYNTAX.includes(room) && other === "grammar") return `${room} knows no syntax`;
  const otherHeight = HEIGHT[other];
  if (otherHeight === undefined) return `${other} is not a room of the product`;
  return otherHeight < height ? undefined : `${room} must not import ${other}`;
}

/** The same for a package or one of Node's modules. */
function packageFault(room: string, specifier: string, typeOnly: boolean): string | undefined {
  if (specifier.startsWith("node:"))
    return MAY_USE_NODE.includes(room) ? undefined : "node: below lsp and cli";
  if (specifier === "vscode") return room === "client" ? undefined : "the editor's API outside client/";
  if (specifier.startsWith("vscode-")) {
    if (MAY_USE_LSP.includes(room)) return undefined;
    const isData = typeOnly || specifier === "vscode-languageserver-types";
    return room === "server/features" && isData ? undefined : "the protocol below features";
  }
  if (specifier === "chevrotain")
    return room === "grammar" ? undefined : "the parser toolkit outside grammar/";
  if (specifier === "commander") return room === "server/cli" ? undefined : "commander outside server/cli";
  return undefined;
}

describe("the arrows between rooms", () => {
  const sources = readSources(["grammar", "server", "client"]);

  it("has sources to look at", () => {
    expect(sources.length).toBeGreaterThan(10);
    expect(sources.flatMap((source) => source.imports).length).toBeGreaterThan(20);
  });

  it("point only rightwards", () => {
    const faults = sources.flatMap((source) =>
      source.imports.flatMap((found) => {
        const fault = faultOf(source, found);
        return fault === undefined ? [] : [`${source.path} imports ${found.specifier}: ${fault}`];
      }),
    );
    expect(faults).toEqual([]);
  });

  it("name files with their extension, so that Node could run them unbundled", () => {
    const bare = sources.flatMap((source) =>
      source.imports
        .filter(({ target }) => target !== undefined && !/\.(ts|json)$/.test(target))
        .map(({ specifier }) => `${source.path} imports ${specifier}`),
    );
    expect(bare).toEqual([]);
  });

  it("are seen by this test", () => {
    const fault = (path: string, text: string): string | undefined => {
      const [found] = importsOf(path, text);
      return found && faultOf({ path }, found);
    };
    expect(fault("grammar/a.ts", 'import { x } from "../server/policydb/b.ts";')).toMatch(/must not/);
    expect(fault("server/policydb/a.ts", 'import type { X } from "../../grammar/b.ts";')).toMatch(/must not/);
    expect(fault("server/services/a.ts", 'import { x } from "../../grammar/b.ts";')).toMatch(/no syntax/);
    expect(
      fault("server/compiler/a.ts", 'import {\n  x,\n  y,\n} from "../../grammar/b.ts";'),
    ).toBeUndefined();
    expect(fault("server/compiler/a.ts", 'export { x } from "node:fs";')).toMatch(/node:/);
    expect(
      fault("server/features/a.ts", 'import type { Hover } from "vscode-languageserver";'),
    ).toBeUndefined();
    expect(fault("server/features/a.ts", 'import { Hover } from "vscode-languageserver";')).toMatch(
      /protocol/,
    );
    expect(fault("server/cli/a.ts", 'const x = await import("../lsp/b.ts");')).toMatch(/must not/);
    expect(fault("server/cli/a.ts", 'import { x } from "../lsp/b.ts";')).toMatch(/must not/);
    expect(fault("server/checks/a.ts", 'const x = await import("../lsp/b.ts");')).toMatch(/must not/);
  });
});
