/** `sels check` of kernel binaries: places are bytes, in every form; contexts of lists are held against the policy. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import picocolors from "picocolors";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runProgram } from "../../server/cli/program.ts";
import { binary, withWord } from "../checks/binary/policy.ts";
import { schemaMistakes } from "../support/jsonSchema.ts";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sels-check-binary-"));
  const sound = binary();
  writeFileSync(join(folder, "policy.33"), sound);
  writeFileSync(join(folder, "bad.policy"), withWord(sound, 24, 9));
  writeFileSync(join(folder, "empty.policy"), "");
  writeFileSync(join(folder, "blob"), new Uint8Array([1, 0, 0, 0]));
  writeFileSync(join(folder, "m.te"), "module m 1.0;\nallow a_t a_t:file read;\n");
  writeFileSync(join(folder, "file_contexts"), "/a\tu:object_r:f_t\n/b\tu:object_r:none_t\n");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function check(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: "", err: "" };
  const code = await runProgram(["check", ...args], {
    colors: picocolors.createColors(false),
    width: 100,
    cwd: folder,
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    progress: () => undefined,
    endProgress: () => undefined,
  });
  return { code, ...said };
}

const TABLES = "header: 9 symbol tables, expected 8 in version 33";

describe("sels check of a kernel binary", () => {
  it("is content with a sound one", async () => {
    const { code, out, err } = await check("policy.33", "--level", "hint");
    expect([code, out]).toEqual([0, ""]);
    expect(err).toMatch(/^no findings \(1 file, /);
  });

  it("tells the byte in every form", async () => {
    expect(await check("bad.policy", "--format", "gcc")).toMatchObject({
      code: 1,
      out: `bad.policy+0x18: error: ${TABLES} [bin-tables]\n`,
    });
    expect((await check("bad.policy")).out).toBe(`error[bin-tables]: ${TABLES}\n  --> bad.policy+0x18\n\n`);
    expect((await check("bad.policy", "--format", "github")).out).toBe(
      `::error file=bad.policy,title=bin-tables::byte 24: ${TABLES}\n`,
    );
    expect((await check("bad.policy", "--format", "junit")).out).toContain("bad.policy+0x18");
    const json = JSON.parse((await check("bad.policy", "--json")).out);
    expect(json.findings).toMatchObject([{ file: "bad.policy", offset: 24, code: "bin-tables" }]);
    expect(json.summary).toMatchObject({ files: 1, errors: 1 });
    const sarif = JSON.parse((await check("bad.policy", "--format", "sarif")).out);
    const [{ physicalLocation }] = sarif.runs[0].results[0].locations;
    expect(physicalLocation).toEqual({
      artifactLocation: { uri: "bad.policy" },
      region: { byteOffset: 24, byteLength: 0 },
    });
    const schema = readFileSync(join(import.meta.dirname, "fixtures/sarif-2.1.0.schema.data.json"), "utf8");
    expect(schemaMistakes(JSON.parse(schema), sarif)).toEqual([]);
  });

  it("knows a binary by its name or content, whatever it holds", async () => {
    expect((await check("empty.policy", "--format", "gcc")).out).toMatch(
      /^empty\.policy\+0x0: error: .*\[bin-trunc\]/,
    );
    expect((await check("blob", "--format", "gcc")).out).toMatch(/^blob\+0x0: error: .*\[bin-magic\]/);
  });

  it("goes along with sources, and obeys levels", async () => {
    const { out, err } = await check("bad.policy", "m.te", "--format", "gcc");
    expect(new Set(out.split("\n").map((line) => line.split(/[:+]/)[0]))).toEqual(
      new Set(["bad.policy", "m.te", ""]),
    );
    expect(err).toMatch(/^\d+ errors \(2 files, /);
    expect((await check("bad.policy", "--ignore", "bin-tables")).code).toBe(0);
    writeFileSync(join(folder, ".sels.json"), '{ "checks": { "bin-tables": "warning" } }');
    expect((await check("bad.policy", "--format", "gcc")).out).toContain("warning: ");
    rmSync(join(folder, ".sels.json"));
  });

  it("holds lists of contexts against it", async () => {
    const { code, out } = await check("policy.33", "--contexts", "file_contexts", "--format", "gcc");
    expect([code, out]).toEqual([
      1,
      "file_contexts:2:4: error: the policy does not accept the context u:object_r:none_t [kern-invalid-ctx]\n",
    ]);
    expect((await check("policy.33", "--contexts", "none")).err).toContain("none: cannot be read");
    expect((await check("m.te", "--contexts", "file_contexts")).err).toContain("needs one kernel binary");
  });

  it("asks for a kernel that exists", async () => {
    expect((await check("policy.33", "--kernel", "2.4")).err).toContain("2.4: not a kernel release");
    const { out } = await check("policy.33", "--kernel", "6.1", "--level", "hint", "--format", "gcc");
    expect(out).toMatch(/^policy\.33\+0x\w+: info: the policy does not define .* \[kern-undef-class\]\n$/);
  });
});
