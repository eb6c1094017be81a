// Discovery on trees in memory, and once against make itself on the real policy tree.
import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { createNodeFileSystem } from "../../server/cli/nodeFileSystem.ts";
import { discover } from "../../server/workspace/discover.ts";
import type { FileSystem } from "../../server/workspace/fileSystem.ts";
import { createMemoryFileSystem } from "../../server/workspace/memoryFileSystem.ts";
import { baseName } from "../../server/workspace/paths.ts";
import { NO_SETTINGS, type Project } from "../../server/workspace/project.ts";
import { describeWithOracle, POLICY_SOURCE, policySource } from "../support/oracles.ts";

function projectsOf(files: Record<string, string>, path: string, headers?: string): Project[] {
  const settings = headers === undefined ? NO_SETTINGS : { ...NO_SETTINGS, headers };
  return discover(createMemoryFileSystem(new Map(Object.entries(files))), path, settings);
}

const TREE = {
  "/p/policy/flask/access_vectors": "",
  "/p/policy/flask/security_classes": "",
  "/p/policy/support/b.spt": "",
  "/p/policy/support/a.spt": "",
  "/p/policy/users": "",
  "/p/policy/constraints": "",
  "/p/policy/mls": "",
  "/p/policy/modules/kernel/kernel.te": "",
  "/p/policy/modules/kernel/kernel.if": '## <required val="true">',
  "/p/policy/modules/apps/zed.te": "",
  "/p/policy/modules/apps/zed.if": "",
  "/p/policy/modules/apps/zed.fc": "",
  "/p/policy/modules/admin/apt.te": "",
  "/p/policy/modules/admin/apt.if": "",
};

const shape = (project: Project) =>
  project.sources.map((s) => `${s.role} ${baseName(s.path)}${s.enabled ? "" : " off"}`);

describe("a policy tree", () => {
  it("lists sources as Rules.monolithic reads them", () => {
    const conf = { "/p/policy/modules.conf": "zed = module\nkernel = base\napt = module\n" };
    const [project] = projectsOf({ ...TREE, ...conf }, "/p");
    expect(shape(project as Project)).toEqual([
      "security_classes security_classes",
      "access_vectors access_vectors",
      "support a.spt",
      "support b.spt",
      "mls mls",
      "if kernel.if",
      "if apt.if",
      "if zed.if",
      "te kernel.te",
      "te apt.te",
      "te zed.te",
      "fc zed.fc",
      "users users",
      "constraints constraints",
    ]);
  });

  it("keeps the interfaces of modules that are off, mentioned or not", () => {
    const [project] = projectsOf({ ...TREE, "/p/policy/modules.conf": "zed = off\nkernel = base\n" }, "/p");
    expect(
      shape(project as Project).filter((line) => line.startsWith("if") || line.startsWith("te")),
    ).toEqual([
      "if kernel.if",
      "if zed.if off",
      "if apt.if off",
      "te kernel.te",
      "te zed.te off",
      "te apt.te off",
    ]);
  });

  it("turns every module on in a fresh checkout, required ones first", () => {
    const [project] = projectsOf(TREE, "/p");
    const rules = (project as Project).sources.filter((s) => s.role === "te");
    expect(rules.map((s) => s.module)).toEqual(["kernel", "apt", "zed"]);
    expect(rules.every((s) => s.enabled)).toBe(true);
  });

  it("is found from below and from one of its files", () => {
    for (const path of ["/p/policy/modules/apps", "/p/policy/modules/apps/zed.te", "/p/policy/users"])
      expect(projectsOf(TREE, path).map((project) => project.root)).toEqual(["/p"]);
  });

  it("is not meant by a directory in it that holds other modules", () => {
    const files = { ...TREE, "/p/doc/example.te": "", "/p/doc/example.if": "", "/p/config/users": "" };
    const [project, ...others] = projectsOf(files, "/p/doc");
    expect(others).toEqual([]);
    expect(project).toMatchObject({ kind: "modules", root: "/p/doc" });
    expect(projectsOf(files, "/p/config").map(({ root }) => root)).toEqual(["/p"]);
    expect(projectsOf(files, "/p/policy").map(({ root }) => root)).toEqual(["/p"]);
  });

  it("says which module of modules.conf is missing", () => {
    const [project] = projectsOf({ ...TREE, "/p/policy/modules.conf": "gone = module\n" }, "/p");
    expect((project as Project).notices).toMatchObject([{ code: "module-missing" }]);
  });
});

const HEADERS = {
  "/h/build.conf": "TYPE ?= mls\nDISTRO ?= debian\noverride UBAC := y\n",
  "/h/support/misc.spt": "",
  "/h/apps/foo.if": "",
  "/h/apps/other.if": "",
};

describe("module directories", () => {
  it("build against headers; a local interface file replaces the header's", () => {
    const files = { ...HEADERS, "/m/foo.te": "policy_module(foo, 1.0)", "/m/foo.if": "", "/m/foo.fc": "" };
    const [project] = projectsOf(files, "/m", "/h");
    expect(project?.kind).toBe("modules");
    expect(project?.sources.map((s) => [s.path, s.enabled, s.foreign])).toEqual([
      ["/h/support/misc.spt", false, true],
      ["/h/apps/other.if", false, true],
      ["/m/foo.if", true, false],
      ["/m/foo.te", true, false],
      ["/m/foo.fc", true, false],
    ]);
    expect(project?.options.mode).toBe("modular");
    expect(project?.options.mls).toBe(true);
  });

  it("of plain module language take no headers", () => {
    const te =
      "module x 1.0;\n# a (comment)\nrequire { type a_t; class file { read }; }\nallow a_t a_t:file read;\n";
    const [project] = projectsOf({ ...HEADERS, "/m/x.te": te }, "/m", "/h");
    expect(project?.sources.map((s) => s.path)).toEqual(["/m/x.te"]);
  });

  it("are one project each where module names repeat", () => {
    const files = { "/m/f35/foo.te": "", "/m/f35/foo.if": "", "/m/el9/foo.te": "", "/m/bar.te": "" };
    expect(projectsOf(files, "/m").map((project) => project.root)).toEqual(["/m", "/m/el9", "/m/f35"]);
    expect(projectsOf({ "/m/a/foo.te": "", "/m/b/bar.te": "" }, "/m").map((p) => p.root)).toEqual(["/m"]);
  });

  it("are linked to a base.conf beside them, and have levels when it has", () => {
    const files = { "/m/m.te": "module m 1.0;", "/m/base.conf": "class file\n" };
    const [project] = projectsOf(files, "/m");
    expect(shape(project as Project)).toEqual(["conf base.conf", "te m.te"]);
    expect(project?.options.mls).toBe(false);
    const levels = { ...files, "/m/base.conf": "class file\nsensitivity s0;\n" };
    expect(projectsOf(levels, "/m")[0]?.options.mls).toBe(true);
    expect(projectsOf(files, "/m/m.te")[0]?.sources.map((s) => s.path)).toContain("/m/base.conf");
  });

  it("bring their neighbours along when one file is named", () => {
    const [project] = projectsOf({ "/m/foo.te": "", "/m/bar.te": "", "/m/sub/baz.te": "" }, "/m/foo.te");
    expect(project?.sources.map((s) => s.path)).toEqual(["/m/bar.te", "/m/foo.te"]);
  });
});

describe("other places", () => {
  it("several roots in one workspace", () => {
    const files = { ...TREE, "/w/policy.conf": "", "/w/mods/a.te": "" };
    const moved = Object.fromEntries(Object.entries(files).map(([path, text]) => [`/ws${path}`, text]));
    expect(projectsOf(moved, "/ws").map((project) => [project.kind, project.root])).toEqual([
      ["refpolicy", "/ws/p"],
      ["policy.conf", "/ws/w/policy.conf"],
      ["modules", "/ws"],
    ]);
  });

  it("nothing, a missing path and an unknown file give no project", () => {
    expect(projectsOf({ "/x/readme": "" }, "/x")).toEqual([]);
    expect(projectsOf({}, "/nowhere")).toEqual([]);
    expect(projectsOf({ "/x/readme": "" }, "/x/readme")).toEqual([]);
  });
});

describeWithOracle("the real tree, against make", [POLICY_SOURCE, "make"], () => {
  it("has the same modules in the same order and the same definitions", () => {
    const root = policySource() as string;
    const database = make(root);
    const [project] = discover(createNodeFileSystem(), root, NO_SETTINGS) as [Project];
    const enabled = project.sources.filter((s) => s.role === "te" && s.enabled).map((s) => baseName(s.path));
    expect(enabled).toEqual(variable(database, "base_mods").concat(variable(database, "mod_mods")));
    // make leaves the -D list in a variable with appends: compare the names.
    const expected = variable(database, "M4PARAM").filter((word) => word !== "-D");
    const ours = [...project.options.defines].map(([key, value]) => (value === "" ? key : `${key}=${value}`));
    expect(ours.sort()).toEqual(expansionOf(expected, project).sort());
  });
});

/** make's own data base of variables, for the tree in `root`; it exits non-zero because nothing is built. */
function make(root: string): string {
  try {
    return execFileSync("make", ["-C", root, "-npq", "MONOLITHIC=y"], {
      encoding: "utf8",
      stdio: "pipe",
      maxBuffer: 1 << 28,
    });
  } catch (error) {
    return String((error as { stdout?: string }).stdout ?? "");
  }
}

function variable(database: string, name: string): string[] {
  const line = database.split("\n").find((candidate) => new RegExp(`^${name} :?= `).test(candidate));
  return (line ?? "")
    .replace(/^[^=]*= ?/, "")
    .replace(/\$\(filter-out.*$/, "")
    .split(/\s+/)
    .filter((word) => word !== "");
}

function expansionOf(words: readonly string[], project: Project): string[] {
  const value: Record<string, string> = {
    "$(MLS_SENS)": project.options.defines.get("mls_num_sens") ?? "",
    "$(MLS_CATS)": project.options.defines.get("mls_num_cats") ?? "",
    "$(MCS_CATS)": project.options.defines.get("mcs_num_cats") ?? "",
    "$(DISTRO)": "debian",
  };
  return words.map((word) => word.replace(/\$\([A-Z_]+\)/g, (name) => value[name] ?? name));
}

describeWithOracle("a fresh checkout", [POLICY_SOURCE], () => {
  it("gets a corenetwork module made from its inputs, equal to what make made", () => {
    const root = policySource() as string;
    const disk = createNodeFileSystem();
    const module = `${root}/policy/modules/kernel/corenetwork`;
    const hidden = new Set([`${module}.te`, `${module}.if`]);
    const fresh: FileSystem = {
      readFile: (path) => (hidden.has(path) ? undefined : disk.readFile(path)),
      stat: (path) => (hidden.has(path) ? undefined : disk.stat(path)),
      list: (path) => disk.list(path)?.filter((entry) => !hidden.has(`${path}/${entry.name}`)),
    };
    const [before] = discover(disk, root, NO_SETTINGS) as [Project];
    const [after] = discover(fresh, root, NO_SETTINGS) as [Project];
    expect(after.sources.map((s) => s.path)).toEqual(before.sources.map((s) => s.path));
    const read = (path: string) => new TextDecoder().decode(disk.readFile(path));
    for (const suffix of ["te", "if"]) {
      const made = after.sources.find((s) => s.path === `${module}.${suffix}`)?.generated?.text ?? "";
      expect(rulesOf(made)).toEqual(rulesOf(read(`${module}.${suffix}`)));
    }
  });
});

describe("a module that is generated", () => {
  const module = "/p/policy/modules/kernel/corenetwork";
  const files = {
    ...TREE,
    [`${module}.te`]: "type old_t;\n",
    [`${module}.if`]: "# old\n",
    [`${module}.te.in`]: "type new_t;\n",
    [`${module}.te.m4`]: "",
    [`${module}.if.in`]: "# new\n",
    [`${module}.if.m4`]: "",
  };
  /** The text that the module's rules are made of, with one file changed at a later time; undefined: that on disk. */
  const rulesWith = (changed: string): string | undefined => {
    const memory = createMemoryFileSystem(new Map(Object.entries(files)));
    const system: FileSystem = {
      ...memory,
      stat: (path) => {
        const stat = memory.stat(path);
        return stat !== undefined && path === changed ? { ...stat, modified: 1 } : stat;
      },
    };
    const [project] = discover(system, "/p", NO_SETTINGS) as [Project];
    return project.sources.find((s) => s.path === `${module}.te`)?.generated?.text;
  };

  it("is what lies on the disk, until one of its inputs is newer: make would write it anew", () => {
    expect(rulesWith("")).toBeUndefined();
    expect(rulesWith(`${module}.te`)).toBeUndefined();
    for (const suffix of ["te.in", "te.m4", "if.in", "if.m4"])
      expect(rulesWith(`${module}.${suffix}`), suffix).toContain("type new_t;");
  });
});

/** Lines that say something: make's shell and ours may differ in blank lines. */
function rulesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}
