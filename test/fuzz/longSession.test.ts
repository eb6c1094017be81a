/**
 * A very long session: twenty thousand edits, each with names never seen before, taken up ten at a time. The pools of the compiler stay within
 * a bound, no type is lost to the kernel's 65,535 numbers, and the answers are those of the first minute.
 */
import { expect, it } from "vitest";
import { CompiledPolicy } from "../../server/compiler/compile.ts";
import { startCpuTime } from "../support/cpuTime.ts";
import { loadFixture, TINY_TREE } from "../support/fixture.ts";

const EDITS = 20_000;

it("keeps the pools within a bound over twenty thousand edits", () => {
  const path = "/p/policy/modules/kernel/kernel.te";
  const { workspace, files } = loadFixture(TINY_TREE, "/p");
  const text = files.get(path) as string;
  workspace.open(path, `file://${path}`, 1, text);
  const cpuTime = startCpuTime();
  let code = 0;
  let types = 0;
  for (let edit = 0; edit < EDITS; edit++) {
    const more = Array.from({ length: 40 }, (_, i) => `type word${edit}_${i}_t;\n`).join("");
    const rules = `${more}type new${edit}_t, domain;\nkernel_read_files(new${edit}_t)\n`;
    workspace.change(path, edit + 2, [{ text: text + rules }], "utf-16");
    if (edit % 10 !== 0) continue;
    const compiled = workspace.snapshots()[0]?.compiled;
    if (!(compiled instanceof CompiledPolicy)) throw new Error("there is no policy");
    code = Math.max(code, compiled.state.code.length);
    types = Math.max(types, compiled.state.types.valuesGiven);
    expect(compiled.db.types.valueOf(`word${edit}_39_t`)).toBeGreaterThan(0);
  }
  expect(code).toBeLessThan(3 << 20);
  expect(types).toBeLessThan(20_000);
  expect(cpuTime()).toBeLessThan(40_000);
}, 120_000);
