/**
 * What may lie on a disk instead of a policy: garbage, odd encodings and line ends, links in circles, FIFOs, unreadable
 * files, directories where files are expected, trees that vanish while they load. The command line and the engine answer
 * with findings or one clear line; they never wait, throw or lose what is good.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { createNodeFileSystem } from "../../server/cli/nodeFileSystem.ts";
import { createMemoryFileSystem } from "../../server/workspace/memoryFileSystem.ts";
import { runToEnd, Workspace } from "../../server/workspace/workspace.ts";

const CLI = join(import.meta.dirname, "../../dist/cli.cjs");
const scratch = mkdtempSync(join(tmpdir(), "sels fuzz ü "));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const GOOD = "module good 1.0;\nrequire { type a_t; class file read; }\nallow a_t a_t:file read;\n";

function check(...paths: string[]): { code: number | null; out: string; err: string } {
  const run = spawnSync(process.execPath, [CLI, "check", "--no-cache", "--format", "gcc", ...paths], {
    encoding: "utf8",
    timeout: 20_000,
  });
  return { code: run.status, out: run.stdout, err: run.stderr };
}

function directory(name: string, files: Record<string, string | Uint8Array>): string {
  const path = join(scratch, name);
  mkdirSync(path, { recursive: true });
  for (const [file, content] of Object.entries(files)) writeFileSync(join(path, file), content);
  return path;
}

describe("sels check on odd files", () => {
  const utf16 = Buffer.from(`\ufeff${GOOD}`, "utf16le");
  const cases: readonly (readonly [string, string | Uint8Array, number, RegExp | undefined])[] = [
    ["carriage returns and line feeds", GOOD.replaceAll("\n", "\r\n"), 0, undefined],
    ["tabs and no last line end", GOOD.replaceAll(" ", "\t").trimEnd(), 0, undefined],
    ["a byte order mark", `\ufeff${GOOD}`, 0, /encoding-bom/],
    ["Latin-1", Buffer.from(`# \xe9\n${GOOD}`, "latin1"), 0, /encoding-not-utf8/],
    ["UTF-16", utf16, 1, /file-binary/],
    ["a NUL", `${GOOD}\0`, 1, /file-binary/],
    ["nothing", "", 1, undefined],
    ["a library", Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919) & 255)), 1, /file-binary/],
  ];
  it.each(cases)("%s", (name, content, code, said) => {
    const path = directory(name, { "good.te": content });
    const found = check(path);
    expect(found.err).not.toMatch(/^\s+at /m);
    if (content.length > 0) expect(found.code).toBe(code);
    else expect([0, 1, 2]).toContain(found.code);
    if (said !== undefined) expect(found.out).toMatch(said);
  });

  it("links in circles, dangling links, FIFOs and directories in place of files", () => {
    const path = directory("nasty dir", { "good.te": GOOD });
    symlinkSync(path, join(path, "loop"));
    symlinkSync(join(path, "self.te"), join(path, "self.te"));
    symlinkSync("/nowhere/at/all.te", join(path, "dangling.te"));
    mkdirSync(join(path, "folder.te"));
    execFileSync("mkfifo", [join(path, "pipe.te"), join(path, "build.conf"), join(path, "policy.conf")]);
    writeFileSync(join(path, "secret.te"), GOOD.replaceAll("good", "secret"));
    chmodSync(join(path, "secret.te"), 0);
    const found = check(path);
    expect(found.err).not.toMatch(/^\s+at /m);
    expect([0, 1]).toContain(found.code);
  });

  it("says of a FIFO, a device and a path that is not there that they are no policy", () => {
    execFileSync("mkfifo", [join(scratch, "only.te")]);
    for (const path of [join(scratch, "only.te"), "/dev/zero", join(scratch, "nothing.te")]) {
      const found = check(path);
      expect(found.code).toBe(2);
      expect(found.err.trim().split("\n")).toHaveLength(1);
    }
  });

  it("a file of fifty megabytes", () => {
    const path = directory("large", { "good.te": GOOD + "allow a_t a_t:file read;\n".repeat(2_000_000) });
    expect(check(path).code).toBe(0);
    rmSync(path, { recursive: true });
  });

  it("three thousand modules", () => {
    const files: Record<string, string> = {};
    for (let i = 0; i < 3000; i++) files[`good${i}.te`] = GOOD.replaceAll("good", `good${i}`);
    expect(check(directory("many", files)).code).toBe(0);
  });
});

describe("the engine", () => {
  it("takes a tree that vanishes while it is read", () => {
    const path = directory("vanishing", { "a.te": GOOD, "b.te": GOOD.replaceAll("good", "b") });
    const workspace = new Workspace(createNodeFileSystem());
    const steps = workspace.addRoot(path);
    rmSync(path, { recursive: true });
    runToEnd(steps);
    expect(workspace.snapshots().flatMap((view) => view.files()).length).toBe(0);
  });

  const ROLES = [
    "m/a.te",
    "m/a.if",
    "m/a.fc",
    "p/policy.conf",
    "t/policy/support/x.spt",
    "t/policy/mls",
  ].concat(
    ["security_classes", "access_vectors", "initial_sids"].map((name) => `t/policy/flask/${name}`),
    ["users", "constraints", "global_tunables", "mcs", "policy_capabilities", "modules.conf"].map(
      (name) => `t/policy/${name}`,
    ),
    ["t/build.conf", "t/policy/modules/k/k.te", "t/policy/modules/k/k.if", "t/policy/modules/k/k.fc"],
  );
  const PIECES =
    "allow a_t self:file { read } ; ~ - * ( ) ` ' , $1 $* ifdef(` define(` interface(` optional_policy(` if else gen_context( type attribute class sid role user s0:c0.c1 mlsconstrain u1 == dom and not /etc(/.*)? -- \n \r \t # dnl".split(
      " ",
    );
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc
      .array(fc.constantFrom(...PIECES), { maxLength: 120 })
      .map((list) => new TextEncoder().encode(list.join(" "))),
  );

  it("takes any bytes in any role, and edits of them", () => {
    fc.assert(
      fc.property(fc.array(content, { minLength: ROLES.length, maxLength: ROLES.length }), (texts) => {
        const files = new Map(ROLES.map((role, i) => [`/${role}`, texts[i] as Uint8Array]));
        const workspace = new Workspace(createMemoryFileSystem(files));
        runToEnd(workspace.addRoot("/"));
        for (const path of files.keys()) {
          workspace.open(path, `file://${path}`, 1, new TextDecoder("latin1").decode(files.get(path)));
          const range = { start: { line: -1, character: 5 }, end: { line: 99, character: -7 } };
          workspace.change(path, 0, [{ range, text: "type x_t;\n" }], "utf-16");
        }
        for (const view of workspace.snapshots())
          for (const file of view.files())
            for (const { end } of view.findings(file.id)) expect(end).toBeLessThanOrEqual(file.text.length);
      }),
      { seed: 20261124, numRuns: 250 },
    );
  }, 60_000);
});
