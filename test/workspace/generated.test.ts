/** Generated sources follow the buffers of their inputs, at the cost of an edit. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { FileSystem } from "../../server/workspace/fileSystem.ts";
import { createMemoryFileSystem } from "../../server/workspace/memoryFileSystem.ts";
import type { Snapshot } from "../../server/workspace/snapshot.ts";
import { sourcePlace } from "../../server/workspace/sourcePlace.ts";
import { runToEnd, Workspace } from "../../server/workspace/workspace.ts";
import { APP, CORENETWORK, CORENETWORK_TREE, IF_IN, INPUTS, TE_IN, USER } from "../support/corenetwork.ts";
import { parseFixture } from "../support/fixture.ts";

function load(more: Readonly<Record<string, string>> = {}, wrap = (files: FileSystem) => files) {
  const files = new Map([...parseFixture(CORENETWORK_TREE).files, ...Object.entries(more)]);
  const workspace = new Workspace(wrap(createMemoryFileSystem(files)));
  runToEnd(workspace.addRoot("/p"));
  return { files, workspace };
}

const snapshotOf = (workspace: Workspace): Snapshot => {
  const snapshot = workspace.snapshotOf(USER);
  if (snapshot === undefined) throw new Error("no project");
  return snapshot;
};

/** Errors of all files, with the places that are shown. */
function errors(workspace: Workspace): string[] {
  const snapshot = snapshotOf(workspace);
  return snapshot.files().flatMap((file) =>
    snapshot
      .shownFindings(file.id)
      .filter(({ severity }) => severity === "error")
      .map(({ start, end, code }) => {
        const place = sourcePlace(file, start, end);
        const line = place.lines.text.slice(0, place.start).split("\n").length;
        return `${place.path.slice(place.path.lastIndexOf("/") + 1)}:${line} ${code}`;
      }),
  );
}

it("an edit of a buffer changes the generated text, and nothing is compiled anew", () => {
  const { workspace } = load();
  const path = `${CORENETWORK}.te.in`;
  const { compiled } = snapshotOf(workspace);
  expect(errors(workspace)).toEqual([]);
  workspace.open(path, `file://${path}`, 1, TE_IN);
  workspace.change(path, 2, [{ text: TE_IN.replace("network_port(http,", "network_port(httpd,") }], "utf-16");
  expect(errors(workspace)).toEqual(["app.te:4 interface-unknown", "app.te:6 type-unknown"]);
  workspace.change(path, 3, [{ text: TE_IN.replace("read;", "raed;") }], "utf-16");
  expect(errors(workspace)).toEqual(["corenetwork.te.in:14 perm-unknown"]);
  workspace.change(path, 4, [{ text: `\n${TE_IN.replace("read;", "raed;")}` }], "utf-16");
  expect(errors(workspace)).toEqual(["corenetwork.te.in:15 perm-unknown"]);
  workspace.close(path);
  expect(errors(workspace)).toEqual([]);
  expect(snapshotOf(workspace).compiled).toBe(compiled);
});

it("places follow an edit that changes nothing of what is generated", () => {
  const { workspace } = load();
  const path = `${CORENETWORK}.te.in`;
  workspace.open(path, `file://${path}`, 1, TE_IN.replace("read;", "raed;"));
  expect(errors(workspace)).toEqual(["corenetwork.te.in:14 perm-unknown"]);
  workspace.change(path, 2, [{ text: `dnl m4 drops this\n${TE_IN.replace("read;", "raed;")}` }], "utf-16");
  expect(errors(workspace)).toEqual(["corenetwork.te.in:15 perm-unknown"]);
});

it.each([
  ["if.in", IF_IN.replace("$1 port_type", "$1 port_typ"), /^corenetwork\.if\.in:18 /],
  ["if.m4", (INPUTS["if.m4"] ?? "").replace("corenet_bind", "corenet_bnd"), /^app\.te:4 interface-unknown/],
  ["te.m4", (INPUTS["te.m4"] ?? "").replace("port_type;", "port_tipe;"), /^corenetwork\.te\.m4:7 /],
])("the buffer of corenetwork.%s counts too", (suffix, text, expected) => {
  const { workspace } = load();
  const path = `${CORENETWORK}.${suffix}`;
  workspace.open(path, `file://${path}`, 1, text);
  expect(errors(workspace)[0]).toMatch(expected);
  workspace.close(path);
  expect(errors(workspace)).toEqual([]);
});

it("what make wrote counts until a buffer says something else, and again when that is taken back", () => {
  const fresh = load();
  const written = Object.fromEntries(
    snapshotOf(fresh.workspace)
      .files()
      .filter(({ generated }) => generated)
      .map(({ path, text }) => [path, text] as const),
  );
  expect(Object.keys(written)).toHaveLength(2);
  const { workspace } = load(written);
  const generated = () =>
    snapshotOf(workspace)
      .files()
      .filter((file) => file.generated).length;
  const path = `${CORENETWORK}.te.in`;
  expect(generated()).toBe(0);
  workspace.open(path, `file://${path}`, 1, TE_IN);
  expect(generated()).toBe(0);
  expect(workspace.snapshotOf(path)?.project.root).toBe("/p");
  workspace.change(
    path,
    2,
    [{ text: TE_IN.replace("port_t port_type:file", "prt_t port_type:file") }],
    "utf-16",
  );
  expect(generated()).toBe(2);
  expect(errors(workspace)).toEqual(["corenetwork.te.in:14 type-unknown"]);
  workspace.change(path, 3, [{ text: TE_IN }], "utf-16");
  expect(generated()).toBe(0);
  expect(errors(workspace)).toEqual([]);
});

it("an open .in file belongs to its tree and makes no project of its own", () => {
  const { workspace } = load();
  for (const suffix of ["te.in", "if.in"]) {
    const path = `${CORENETWORK}.${suffix}`;
    workspace.open(path, `file://${path}`, 1, INPUTS[suffix] ?? "");
    expect(workspace.snapshotOf(path)?.project.root).toBe("/p");
  }
  expect(workspace.snapshots()).toHaveLength(1);
  expect(errors(workspace)).toEqual([]);
  // Nor when all is looked for anew.
  workspace.filesChanged(["/p/build.conf"]);
  expect(workspace.snapshots()).toHaveLength(1);
});

it("says after any edits what it says of the same texts at once", () => {
  const words = [
    "",
    "`",
    "'",
    "(",
    ")",
    "\n",
    "network_port(new, tcp,9,s0)\n",
    "port_type",
    "# ",
    "dnl ",
    "é",
  ];
  const edit = fc.record({
    suffix: fc.constantFrom(...Object.keys(INPUTS)),
    at: fc.nat(2000),
    length: fc.nat(12),
    text: fc.constantFrom(...words),
  });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      const { workspace } = load();
      const texts: Record<string, string> = { ...INPUTS };
      for (const { suffix, at, length, text } of edits) {
        const before = texts[suffix] ?? "";
        const start = at % (before.length + 1);
        texts[suffix] = before.slice(0, start) + text + before.slice(start + length);
        const path = `${CORENETWORK}.${suffix}`;
        if (workspace.document(path) === undefined) workspace.open(path, `file://${path}`, 1, before);
        workspace.change(path, 2, [{ text: texts[suffix] ?? "" }], "utf-16");
        errors(workspace);
      }
      const fresh = load(
        Object.fromEntries(Object.entries(texts).map(([suffix, text]) => [`${CORENETWORK}.${suffix}`, text])),
      );
      expect(errors(workspace)).toEqual(errors(fresh.workspace));
    }),
    { numRuns: 60 },
  );
}, 60_000);

it("a macro that a quote too many makes call itself without end is given up, and that is told", () => {
  const { workspace } = load();
  const path = `${CORENETWORK}.te.m4`;
  const before = INPUTS["te.m4"] ?? "";
  const start = 1995 % (before.length + 1);
  const text = `${before.slice(0, start)}'${before.slice(start + 8)}`;
  workspace.open(path, `file://${path}`, 1, before);
  workspace.change(path, 2, [{ text }], "utf-16");
  expect(errors(workspace).length).toBeGreaterThan(0);
  workspace.change(path, 3, [{ text: before }], "utf-16");
  expect(errors(workspace)).toEqual([]);
}, 60_000);

it("changes of what is generated say where in the .in file", () => {
  const { workspace } = load();
  workspace.open(USER, `file://${USER}`, 1, APP.replace("corenet_bind_http_port", "corenet_bind_ssh_port"));
  const { diff } = snapshotOf(workspace).unsaved();
  const places = diff.changes.flatMap((change) => change.places.map(({ path }) => path));
  expect(places.length).toBeGreaterThan(0);
  expect(places).toEqual(places.map(() => USER));
});
