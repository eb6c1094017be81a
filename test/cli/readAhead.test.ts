// Reading ahead: it gives out what the disk holds, once; whatever it leaves out is read in the ordinary way.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readAhead } from "../../server/cli/readAhead.ts";
import { ROOT } from "../tidy/sources.ts";

const reader = join(ROOT, "dist/reader.cjs");
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sels-ahead-"));
  mkdirSync(join(folder, "deep/er"), { recursive: true });
  mkdirSync(join(folder, ".git"));
  for (let i = 0; i < 50; i++) writeFileSync(join(folder, `deep/m${i}.te`), `type t${i};\n`.repeat(2000));
  writeFileSync(join(folder, "deep/er/empty.if"), "");
  writeFileSync(join(folder, ".git/x.te"), "type x;\n");
  writeFileSync(join(folder, "notes.txt"), "no policy\n");
  symlinkSync("loop.te", join(folder, "loop.te"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const text = (bytes: Uint8Array | undefined): string | undefined =>
  bytes === undefined ? undefined : Buffer.from(bytes).toString();

test("gives what the disk holds, in whatever order, and a second time what it holds then", async () => {
  const files = readAhead(["."], reader, folder);
  await new Promise((done) => setTimeout(done, 400));
  const changed = join(folder, "deep/m7.te");
  writeFileSync(changed, "type after;\n");
  // What was read before the change is given once; from then on the disk counts.
  expect([`type t7;\n`.repeat(2000), "type after;\n"]).toContain(text(files.readFile(changed)));
  expect(text(files.readFile(changed))).toBe("type after;\n");
  for (let i = 49; i >= 0; i--)
    if (i !== 7)
      expect(text(files.readFile(join(folder, `deep/m${i}.te`)))).toBe(`type t${i};\n`.repeat(2000));
  expect(text(files.readFile(join(folder, "deep/er/empty.if")))).toBe("");
  expect(text(files.readFile(join(folder, ".git/x.te")))).toBe("type x;\n");
  expect(text(files.readFile(join(folder, "notes.txt")))).toBe("no policy\n");
  expect(files.readFile(join(folder, "loop.te"))).toBeUndefined();
  expect(files.readFile(join(folder, "gone.te"))).toBeUndefined();
});

test("places that are no directories, and a thread that cannot start, leave an ordinary file system", async () => {
  for (const [place, script] of [
    ["nowhere", reader],
    [folder, join(folder, "no-reader.cjs")],
  ] as const) {
    const files = readAhead([place], script, folder);
    expect(text(files.readFile(join(folder, "deep/m3.te")))).toBe("type t3;\n".repeat(2000));
  }
  await new Promise((done) => setTimeout(done, 100));
});
