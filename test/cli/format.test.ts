/** `sels format` in a scratch folder, and the bytes of what is written: by it, and by `sels check --fix`. */
import { execFileSync } from "node:child_process";
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runFormat } from "../../server/cli/format.ts";
import { unifiedDiff } from "../../server/cli/unifiedDiff.ts";
import { encodeLike } from "../../server/workspace/decode.ts";
import { requireOracle } from "../support/oracles.ts";
import { keepingTerminal, runSels } from "../support/terminal.ts";

const BAD = "policy_module(a,1.0)\n\ntype  a_t ;\n";
const GOOD = "policy_module(a, 1.0)\n\ntype a_t;\n";

let root = "";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "sels-format-"));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

const read = (path: string): string => readFileSync(join(root, path), "latin1");

const sels = (...args: string[]) => runSels(root, args);

describe("sels format", () => {
  it("prints one file, and changes nothing", async () => {
    write("a.te", BAD);
    expect(await sels("format", "a.te")).toEqual({ code: 0, out: GOOD, err: "" });
    expect(read("a.te")).toBe(BAD);
  });

  it("lists what is not formatted, with exit code 1", async () => {
    write("m/a.te", BAD);
    write("m/b.te", GOOD);
    write("m/a.fc", "/a gen_context(system_u:object_r:a_t,s0)\n");
    const { code, out, err } = await sels("format", "--check", "m");
    expect({ code, out, err }).toEqual({
      code: 1,
      out: "m/a.fc\nm/a.te\n",
      err: "2 files of 3 to be formatted\n",
    });
    expect((await sels("format", "--check", "m/b.te")).code).toBe(0);
  });

  it("writes, and is content then", async () => {
    write("m/a.te", BAD);
    expect(await sels("format", "--write")).toMatchObject({ code: 0, err: "1 file of 1 formatted\n" });
    expect(read("m/a.te")).toBe(GOOD);
    expect(await sels("format", "--check", "--json")).toMatchObject({ code: 0 });
  });

  it("leaves out what is excluded, generated, hidden or of another kind", async () => {
    write(".sels.json", JSON.stringify({ overrides: [{ files: ["old/**"], checks: { "*": "off" } }] }));
    for (const path of [
      "old/a.te",
      "g/corenetwork.te",
      "g/corenetwork.te.in",
      ".x/a.te",
      "node_modules/a.te",
      "a.cil",
      "policy.conf",
    ])
      write(path, path.endsWith(".in") ? GOOD : BAD);
    expect(await sels("format", "--check")).toMatchObject({
      code: 0,
      out: "",
      err: "0 files of 1 to be formatted\n",
    });
  });

  it("says which statements it leaves", async () => {
    write("a.te", "type  a_t;\nallow  a b:c;\n");
    const { out, err } = await sels("format", "a.te");
    expect(out).toBe("type a_t;\nallow  a b:c;\n");
    expect(err).toBe("a.te: 1 syntax error; the statements with them stay as they are\n");
  });

  it("refuses what it cannot do with code 2", async () => {
    write("a.te", BAD);
    write("b.te", BAD);
    write("x.cil", "(type a)");
    write("bin.te", new Uint8Array([0, 1, 2]));
    for (const args of [
      ["nowhere.te"],
      ["a.te", "b.te"],
      ["x.cil"],
      ["bin.te"],
      ["-", "--write"],
      ["-", "a.te"],
    ])
      expect((await sels("format", ...args)).code, args.join(" ")).toBe(2);
  });

  it("formats standard input", () => {
    const said = { out: "", err: "" };
    const input = (text: string) => () => new TextEncoder().encode(text);
    expect(runFormat(["-"], { stdinName: "a.te" }, keepingTerminal(root, said), input(BAD))).toBe(0);
    expect(said.out).toBe(GOOD);
    const entry = "/a <<none>>\n";
    expect(
      runFormat(["-"], { stdinName: "a.fc", check: true }, keepingTerminal(root, said), input(entry)),
    ).toBe(1);
  });

  it("makes diffs that patch understands", async () => {
    if (!requireOracle("patch")) return;
    const long = Array.from({ length: 40 }, (_, i) => `type t${i}_t;`).join("\n");
    write("a.te", `\n\n${BAD}${long}\ntype x_t; type y_t;\n\n\n\n\n\ntype  z_t;`);
    write("b.fc", "/a <<none>>\n/b <<none>>\n");
    const { out } = await sels("format", "--diff");
    const wanted = [(await sels("format", "a.te")).out, (await sels("format", "b.fc")).out];
    execFileSync("patch", ["-s", "-p1"], { cwd: root, input: out });
    expect([read("a.te"), read("b.fc")]).toEqual(wanted);
  });

  it("shows no diff of nothing", () => expect(unifiedDiff("a", "a\n", [])).toBe(""));
});

describe("bytes", () => {
  const latin = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));
  const cases: readonly (readonly [name: string, before: string, after: string])[] = [
    ["Latin-1", "# caf\xe9 \x80\x81\x9f\xff\ntype  a_t;\n", "# caf\xe9 \x80\x81\x9f\xff\ntype a_t;\n"],
    ["a byte order mark", "\xef\xbb\xbftype  a_t;\n", "\xef\xbb\xbftype a_t;\n"],
    ["both", "\xef\xbb\xbf# \xe9\ntype  a_t;\n", "\xef\xbb\xbf# \xe9\ntype a_t;\n"],
    ["UTF-8", "# caf\xc3\xa9\ntype  a_t;\n", "# caf\xc3\xa9\ntype a_t;\n"],
    ["Windows' line ends", "type  a_t;\r\n\r\ntype b_t;\r\n", "type a_t;\r\n\r\ntype b_t;\r\n"],
    ["mixed line ends", "type  a_t;\r\ntype b_t;\n", "type a_t;\r\ntype b_t;\n"],
  ];

  it.each(cases)("format keeps %s", async (_name, before, after) => {
    write("a.te", latin(before));
    expect((await sels("format", "--write", "a.te")).code).toBe(0);
    expect(read("a.te")).toBe(after);
  });

  it.each([
    ["Latin-1", "# caf\xe9 \x80\xff", "\n", ""],
    ["a byte order mark", "#", "\n", "\xef\xbb\xbf"],
    ["Windows' line ends", "#", "\r\n", ""],
  ])("check --fix keeps %s", async (_name, comment, end, mark) => {
    const lines = ["module a 1.0;", comment, "require {", "\tclass file { read write };", "}", "type a_t;"];
    const text = (rule: string) => mark + [...lines, rule, ""].join(end);
    write("a.te", latin(text("allow a_t self:file { write read };")));
    const { err } = await sels("check", "--fix", "--select", "C-005", "a.te");
    expect(err).toContain("applied in a.te");
    expect(read("a.te")).toBe(text("allow a_t self:file { read write };"));
  });

  it("writes through a symbolic link", async () => {
    write("real/a.te", BAD);
    symlinkSync("real/a.te", join(root, "a.te"));
    expect((await sels("format", "--write", "a.te")).code).toBe(0);
    expect(lstatSync(join(root, "a.te")).isSymbolicLink()).toBe(true);
    expect(read("real/a.te")).toBe(GOOD);
  });

  it("are refused for what an encoding does not have", () => {
    expect(encodeLike(latin("# \xe9\n"), "# \u4e2d\n")).toBeUndefined();
    expect(encodeLike(latin("a\r\nb\r\n"), "a\nb\r\nc\n")).toEqual(latin("a\r\nb\r\nc\r\n"));
  });
});
