// The workspace over a file system in memory: buffers before disk, changes of the list, several roots, lost files.
import { describe, expect, it } from "vitest";
import { rowOf } from "../../server/checks/catalogue/catalogue.ts";
import { createMemoryFileSystem } from "../../server/workspace/memoryFileSystem.ts";
import { runToEnd, Workspace } from "../../server/workspace/workspace.ts";
import { parseFixture, TINY_TREE } from "../support/fixture.ts";

const APP = "/p/policy/modules/apps/app.te";
const GOOD = "policy_module(app, 1.0)\ntype app_t;\n";
const BAD = `${GOOD}allow app_t nobody_t:file read;\n`;

function load(more: Record<string, string> = {}): { workspace: Workspace; files: Map<string, string> } {
  const files = new Map([...parseFixture(TINY_TREE).files, [APP, GOOD], ...Object.entries(more)]);
  const workspace = new Workspace(createMemoryFileSystem(files));
  runToEnd(workspace.addRoot("/"));
  return { workspace, files };
}

function codes(workspace: Workspace, path: string): string[] {
  const snapshot = workspace.snapshotOf(path);
  const file = snapshot?.fileAt(path);
  return file === undefined
    ? ["no such file"]
    : (snapshot?.findings(file.id) ?? [])
        .map((finding) => finding.code)
        // What the compiler says: other checks have their own tests.
        .filter((code) => rowOf(code)?.origin === "compiler");
}

describe("Workspace", () => {
  it("prefers an open buffer to the disk, and returns to the disk when it is closed", () => {
    const { workspace } = load();
    workspace.open(APP, `file://${APP}`, 1, BAD);
    expect(codes(workspace, APP)).toEqual(["type-unknown"]);
    workspace.change(APP, 2, [{ text: GOOD }], "utf-16");
    expect(codes(workspace, APP)).toEqual([]);
    workspace.change(APP, 3, [{ text: BAD }], "utf-16");
    workspace.close(APP);
    expect(codes(workspace, APP)).toEqual([]);
  });

  it("decides anew when the aliases of paths change", () => {
    const { workspace, files } = load();
    const [contexts, aliases] = ["/p/policy/modules/apps/app.fc", "/p/config/file_contexts.subs_dist"];
    files.set(contexts, "/var/run/app\t--\tgen_context(system_u:object_r:app_t,s0)\n");
    workspace.filesChanged([contexts]);
    const found = () => {
      const snapshot = workspace.snapshotOf(contexts);
      return snapshot?.findings(snapshot.fileAt(contexts)?.id ?? -1).map((finding) => finding.code);
    };
    expect(found()).not.toContain("fc-substituted");
    files.set(aliases, "/var/run /run\n");
    workspace.filesChanged([aliases]);
    expect(found()).toContain("fc-substituted");
    files.delete(aliases);
    workspace.filesChanged([aliases]);
    expect(found()).not.toContain("fc-substituted");
  });

  it("compiles anew what edits have made large: when nobody waits, or when many files change", () => {
    const rules = (n: number): string =>
      Array.from(
        { length: 8000 },
        (_, i) => `dontaudit app_t app_t:dir ${(i + n) % 2 ? "read" : "write"};\n`,
      ).join("");
    const others = Array.from({ length: 160 }, (_, i) => `/p/policy/modules/apps/x${i}.te`);
    const { workspace, files } = load({
      [APP]: `${BAD}${rules(0)}`,
      ...Object.fromEntries(others.map((path, i) => [path, `policy_module(x${i}, 1.0)\n`])),
    });
    let version = 0;
    const type = () => {
      workspace.open(APP, `file://${APP}`, ++version, `${BAD}${rules(version)}`);
      return workspace.snapshotOf(APP)?.compiled;
    };
    const switchBranch = () => {
      for (const path of others) files.set(path, `${files.get(path)}# another branch\n`);
      workspace.filesChanged(others);
      return workspace.snapshotOf(APP)?.compiled;
    };
    const first = type();
    // Objects of this size are compared by identity, and never printed.
    expect(workspace.tidy() || switchBranch() !== first).toBe(false);
    while (first?.isWasteful(1.5) === false) expect(type() === first).toBe(true);
    expect(workspace.tidy()).toBe(true);
    const second = workspace.snapshotOf(APP)?.compiled;
    expect(workspace.tidy() || second === first).toBe(false);
    expect(codes(workspace, APP)).toEqual(["type-unknown"]);
    while (second?.isWasteful(1.2) === false) expect(type() === second).toBe(true);
    expect(switchBranch() === second).toBe(false);
    expect(codes(workspace, APP)).toEqual(["type-unknown"]);
  });

  it("takes changes of a document that nobody opened", () => {
    const { workspace } = load();
    const start = { line: 2, character: 0 };
    workspace.change(APP, 7, [{ range: { start, end: start }, text: "type app_t;\n" }], "utf-16");
    expect(codes(workspace, APP)).toContain("type-dup");
  });

  it("follows new, changed and deleted files on disk", () => {
    const { workspace, files } = load();
    const other = "/p/policy/modules/apps/other.te";
    files.set(other, "policy_module(other, 1.0)\nallow app_t app_t:file read;\n");
    workspace.filesChanged([other]);
    expect(codes(workspace, other)).toEqual([]);
    files.delete(APP);
    workspace.filesChanged([APP]);
    expect(codes(workspace, other)).toEqual(["type-unknown", "type-unknown"]);
    files.set(APP, GOOD);
    workspace.filesChanged([APP]);
    expect(codes(workspace, other)).toEqual([]);
  });

  it("compiles anew when modules.conf or the settings change", () => {
    const { workspace, files } = load();
    const bools = () => workspace.snapshots()[0]?.compiled.db.types.valueOf("app_t") ?? 0;
    expect(bools()).toBeGreaterThan(0);
    files.set("/p/policy/modules.conf", "kernel = base\napp = off\n");
    workspace.filesChanged(["/p/policy/modules.conf"]);
    expect(bools()).toBe(0);
    files.delete("/p/policy/modules.conf");
    workspace.filesChanged(["/p/policy/modules.conf"]);
    expect(bools()).toBeGreaterThan(0);
    workspace.configure({ defines: ["TYPE=mcs"] });
    expect(workspace.snapshots()[0]?.project.options.mls).toBe(true);
  });

  it("keeps several roots apart, also with equal names", () => {
    const te = (type: string) => `module foo 1.0;\ntype ${type};\n`;
    const { workspace } = load({ "/m/a/foo.te": te("a_t"), "/m/b/foo.te": te("b_t") });
    const types = (path: string) =>
      [...(workspace.snapshotOf(path)?.compiled.db.types ?? [])].map((t) => t.name);
    expect(types("/m/a/foo.te")).toEqual(["a_t"]);
    expect(types("/m/b/foo.te")).toEqual(["b_t"]);
    expect(workspace.snapshots()).toHaveLength(3);
    workspace.removeRoot("/p");
    expect(workspace.snapshots()).toHaveLength(2);
  });

  it("lives through a tree that vanishes while it is read", () => {
    const files = new Map(parseFixture(TINY_TREE).files);
    const disk = createMemoryFileSystem(files);
    let reads = 0;
    const workspace = new Workspace({
      ...disk,
      readFile: (path) => {
        if (++reads === 6) files.clear();
        return disk.readFile(path);
      },
    });
    runToEnd(workspace.addRoot("/p"));
    for (const snapshot of workspace.snapshots())
      for (const file of snapshot.files()) expect(() => snapshot.findings(file.id)).not.toThrow();
    workspace.filesChanged([APP]);
    expect(() => workspace.snapshots()).not.toThrow();
  });
});
