/** `sels check` tells what is wrong in generated text where somebody wrote it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { CORENETWORK, CORENETWORK_TREE, TE_IN } from "../support/corenetwork.ts";
import { parseFixture } from "../support/fixture.ts";
import { runSels } from "../support/terminal.ts";

const TE = `${CORENETWORK.slice(1)}.te.in`;
let root = "";

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "sels-generated-"));
  for (const [path, text] of parseFixture(CORENETWORK_TREE).files) write(path, text);
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const check = (...args: string[]) => runSels(root, ["check", ...args, "--level", "error"]);

it("with the line of the .in file, in every form", async () => {
  expect((await check("p")).out).toBe("");
  write(TE, TE_IN.replace("ssh, tcp,22", "http, tcp,22").replace("allow port_t", "allow prt_t"));
  const gcc = await check("p", "--format", "gcc");
  expect(gcc.code).toBe(1);
  expect(gcc.out.split("\n").filter((line) => line !== "")).toEqual([
    `${TE}:8:14: error: corenet_bind_http_port is defined twice [interface-dup]`,
    `${TE}:7:14: note: the other definition`,
    `${TE}:8:14: error: type http_port_t is declared twice [type-dup]`,
    `${TE}:7:14: note: the other declaration`,
    expect.stringMatching(`^${TE}:14:7: error: type or attribute prt_t is not declared.*\\[type-unknown\\]$`),
  ]);
  const { out } = await check("p");
  expect(out).toContain(
    [`  --> ${TE}:14:7`, "   |", "14 | allow prt_t port_type:file read;", "   |       ^^^^^", ""].join("\n"),
  );
  const json = JSON.parse((await check("p", "--format", "json")).out) as {
    findings: { file: string; related: { file: string }[] }[];
  };
  const files = json.findings.flatMap(({ file, related }) => [file, ...related.map((one) => one.file)]);
  expect(new Set(files)).toEqual(new Set([TE]));
  const sarif = (await check("p", "--format", "sarif")).out;
  expect(sarif).toContain(`"${TE}"`);
  expect(sarif).not.toMatch(/corenetwork\.(te|if)"/);
});

it("about the .in file alone, when that is asked for", async () => {
  write(TE, TE_IN.replace("allow port_t", "allow prt_t"));
  write(
    "p/policy/modules/apps/app.te",
    "policy_module(app, 1.0.0)\ntype app_t;\nallow app_t no_t:file read;\n",
  );
  const { out, err } = await check(TE, "--format", "gcc");
  expect(out).toContain(`${TE}:14:7: error`);
  expect(out).not.toContain("app.te");
  expect(err).toContain("1 error (1 file");
  expect(err).toContain("1 more elsewhere");
});

it("what m4 gives up at, which is no policy to compile either", async () => {
  write(TE, TE_IN.replace("(ssh", "(`ssh"));
  const said = "the quote that is opened here is never closed: m4 loses the rest of the file [parse-quote]";
  expect((await check("p", "--format", "gcc")).out).toBe(`${TE}:8:1: error: ${said}\n`);
  const { code, err } = await runSels(root, ["compile", "p", "-o", "policy.bin"]);
  expect(code).toBe(1);
  expect(err).toContain(`${TE}:8:1: error: ${said}`);
});

it("--fix leaves it alone", async () => {
  const text = TE_IN.replace("allow port_t port_type", "allow port_t port_typ");
  write(TE, text);
  await runSels(root, ["check", "p", "--fix"]);
  expect((await check("p", "--format", "gcc")).out).toContain(`${TE}:14:14: error`);
});
