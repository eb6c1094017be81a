/** The command line as a function: arguments in, text and exit code out. Trees lie in a scratch folder. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseFixture, TINY_TREE } from "../support/fixture.ts";
import { runSels } from "../support/terminal.ts";

const BAD = `policy_module(bad, 1.0.0)

type bad_t;
allow bad_t	nobody_t:file read;
`;

let root = "";

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "sels-cli-"));
  for (const [path, text] of parseFixture(TINY_TREE).files) write(path, text);
  write("/bad/policy/flask/access_vectors", "class file { read }\n");
  write("/bad/policy/flask/security_classes", "class file\n");
  write("/bad/policy/modules/a/bad.te", BAD);
  write(
    "/mods/x.te",
    "module x 1.0;\nrequire { type a_t; class file { read }; }\nallow a_t a_t:file read;\n",
  );
  write(
    "/raw/latin.te",
    new Uint8Array([
      ...Buffer.from("module latin 1.0;\n# caf"),
      0xe9,
      ...Buffer.from("\nrequire {\n\tclass file read;\n}\n"),
    ]),
  );
  write("/raw/crlf.te", "module crlf 1.0;\r\nrequire {\r\n\ttype a_t;\r\n}\r\ntype b_t;\r\n");
  write("/raw/bin.te", new Uint8Array([0x8c, 0xff, 0x7c, 0xf9, 0, 0, 0, 1]));
  write("/loop/a.te", "module a 1.0;\nrequire {\n\tclass file read;\n}\ntype a_t;\n");
  symlinkSync(".", join(root, "loop/self"));
  symlinkSync("nowhere.te", join(root, "loop/dangling.te"));
  mkdirSync(join(root, "empty"));
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

const sels = (...args: string[]) => runSels(root, args);

describe("sels check", () => {
  it("is content with a clean tree", async () => {
    const { code, out, err } = await sels("check", "p");
    expect({ code, out }).toEqual({ code: 0, out: "" });
    expect(err).toMatch(/^no findings \(\d+ files, \d+ ms\)\n$/);
  });

  it("shows the source line with the bad name underlined, tabs as blanks", async () => {
    const { code, out } = await sels("check", "bad");
    expect(code).toBe(1);
    expect(out).toContain("error[type-unknown]: ");
    expect(out).toContain(
      [
        " --> bad/policy/modules/a/bad.te:4:13",
        "  |",
        "4 | allow bad_t    nobody_t:file read;",
        "  |                ^^^^^^^^",
      ].join("\n"),
    );
  });

  it("prints one line a finding for gcc", async () => {
    const { out } = await sels("check", "bad", "--format", "gcc");
    expect(out).toMatch(/^bad\/policy\/modules\/a\/bad\.te:4:13: error: .*nobody_t.* \[type-unknown\]$/m);
  });

  it("gives JSON with LSP ranges and a summary", async () => {
    const { code, out } = await sels("check", "bad", "--json");
    const report = JSON.parse(out) as { findings: { code: string }[]; summary: { errors: number } };
    expect(code).toBe(1);
    expect(report.findings.find((finding) => finding.code === "type-unknown")).toMatchObject({
      file: "bad/policy/modules/a/bad.te",
      range: { start: { line: 3, character: 12 }, end: { line: 3, character: 20 } },
      severity: "error",
      related: [],
    });
    expect(report.summary.errors).toBe(report.findings.length);
  });

  it("takes a file, and says what it left out", async () => {
    const { out, err } = await sels("check", "bad/policy/flask/access_vectors");
    expect(out).toBe("");
    expect(err).toMatch(/more elsewhere in the policy/);
  });

  it("checks modules that lie in a tree and are no part of it", async () => {
    write("/bad/extra/x.te", "module x 1.0;\nrequire { class file read; }\nallow gone_t gone_t:file read;\n");
    const { code, out, err } = await sels("check", "bad/extra", "--format", "gcc");
    expect(code).toBe(1);
    expect(out).toMatch(/^bad\/extra\/x\.te:3:7: error: /);
    expect(err).toMatch(/1 file,/);
    expect((await sels("check", "bad", "bad/extra", "--format", "gcc")).err).toMatch(/4 files,/);
  });

  it("checks plain modules without headers", async () => {
    expect(await sels("check", "mods")).toMatchObject({ code: 0, out: "" });
  });

  it("lives with odd bytes, CRLF and binary files", async () => {
    const { out } = await sels("check", "raw", "--format", "gcc");
    expect(out).toMatch(/latin\.te:2:6: warning: .*\[encoding-not-utf8\]/);
    expect(out).toMatch(/bin\.te:1:1: error: .*\[file-binary\]/);
    expect(out).not.toContain("crlf.te");
  });

  it("lives with symbolic links in circles and to nowhere", async () => {
    expect(await sels("check", "loop")).toMatchObject({ code: 0, out: "" });
  });

  it("refuses what is not there with one line and code 2", async () => {
    for (const [path, message] of [
      ["nowhere", "no such file"],
      ["empty", "no policy found"],
    ] as const) {
      const { code, out, err } = await sels("check", path);
      expect({ code, out }).toEqual({ code: 2, out: "" });
      expect(err).toMatch(new RegExp(`^sels: .*${message}.*\\n$`));
    }
  });

  it("refuses unknown options, formats, levels and commands with code 2", async () => {
    for (const args of [
      ["check", "--wrong"],
      ["check", "--format", "xml"],
      ["check", "--fail-level", "bad"],
      ["chekc"],
    ])
      expect((await sels(...args)).code).toBe(2);
  });

  it("fails at the level that is asked for", async () => {
    expect((await sels("check", "raw/latin.te", "--fail-level", "warning")).code).toBe(1);
    expect((await sels("check", "raw/latin.te")).code).toBe(0);
  });
});

describe("sels query", () => {
  it("finds rules with their places", async () => {
    const { code, out } = await sels("query", "rules", "--policy", "p", "-A", "-s", "kernel_t", "-c", "file");
    expect(code).toBe(0);
    expect(out).toContain(
      "allow kernel_t kernel_file_t:file write; [ kernel_may_write ]:True\n    p/policy/modules/kernel/kernel.te:",
    );
  });

  it("finds role allows and named transitions only when asked for fitting kinds", async () => {
    expect((await sels("query", "rules", "--policy", "p", "--role-allow")).out).toBe("");
    expect((await sels("query", "rules", "--policy", "p", "-T")).out).toBe("");
  });

  it("names what is unknown", async () => {
    expect(await sels("query", "rules", "--policy", "p", "-s", "gone_t")).toMatchObject({
      code: 2,
      err: "sels: no type or attribute ‘gone_t’\n",
    });
  });

  it("describes symbols", async () => {
    const { out } = await sels("query", "info", "--policy", "p", "type", "kernel_file_t");
    expect(out).toContain("aliases: old_file_t");
    expect(out).toContain("attributes: file_type");
    expect((await sels("query", "info", "--policy", "p", "type", "gone_t")).code).toBe(1);
    expect((await sels("query", "info", "--policy", "p")).out).toMatch(/^allow: 2$/m);
  });

  it("knows netlink messages without a policy", async () => {
    expect((await sels("query", "nlmsg", "RTM_GETROUTE")).out).toMatch(/26 +RTM_GETROUTE +nlmsg_read/);
    expect((await sels("query", "nlmsg", "route", "18")).out).toContain("RTM_GETLINK: nlmsg_read");
    expect((await sels("query", "nlmsg", "route", "9999")).out).toContain("unknown to the kernel");
    expect((await sels("query", "nlmsg", "nonsense")).code).toBe(2);
  });

  it("answers single questions", async () => {
    const context = "system_u:system_r:kernel_t";
    const { code, out } = await sels(
      "query",
      "--policy",
      "p",
      "av",
      context,
      "system_u:object_r:kernel_file_t",
      "dir",
    );
    expect(code).toBe(0);
    expect(out).toMatch(/^[0-9a-f]{8} [0-9a-f]{8} [0-9a-f]{8} 0\n$/);
    expect(await sels("query", "--policy", "p", "ctx", "nobody:r:t")).toMatchObject({
      code: 1,
      out: "err EINVAL\n",
    });
  });

  it("says why", async () => {
    const context = "system_u:system_r:kernel_t";
    const { code, out } = await sels(
      "query",
      "why",
      "--policy",
      "p",
      context,
      "system_u:object_r:kernel_file_t",
      "dir",
      "search",
    );
    expect(code).toBe(0);
    expect(out).toContain("allowed search\n    allow domain file_type:dir search;\n");
  });
});

describe("sels expand", () => {
  it("shows what a call becomes", async () => {
    const { code, out } = await sels("expand", "kernel_read_files(kernel_t)", "--policy", "p");
    expect(code).toBe(0);
    expect(out).toMatch(/^allow kernel_t kernel_file_t:file \{ .*read.* \};/m);
  });

  it("shows what a line becomes", async () => {
    const { out } = await sels("expand", "p/policy/modules/kernel/kernel.te:18");
    expect(out).toMatch(/^allow domain file_type:dir \{ search \};/);
  });
});

describe("sels", () => {
  it("explains codes", async () => {
    expect((await sels("explain", "type-unknown")).out).toContain("gen_require");
    expect((await sels("explain", "no-such-code")).code).toBe(2);
  });

  it("has help with examples for every command, and a version", async () => {
    for (const command of ["check", "expand", "query", "explain", "server"]) {
      const { code, out } = await sels(command, "--help");
      expect(code).toBe(0);
      expect(out).toContain("Examples:");
    }
    expect((await sels("version")).out).toMatch(/^sels \d+\.\d+\.\d+\n$/);
  });
});
