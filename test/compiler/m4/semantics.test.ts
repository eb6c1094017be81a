/*
 * m4's semantics, case by case: the answers in recorded.json were given by GNU m4 1.4.19.
 */
import { describe, expect, it } from "vitest";
import { createM4, runM4 } from "../../../server/compiler/m4/m4.ts";
import recorded from "./recorded.json" with { type: "json" };
import { ours } from "./support.ts";

describe("recorded answers of GNU m4", () => {
  it.each(recorded)("$input", ({ input, output, messages, exit }) => {
    const { limited: _, ...answer } = ours(input);
    expect(answer).toEqual({ output, messages, exit });
  });
});

describe("what is never carried out", () => {
  it.each([
    "include(`/etc/passwd')",
    "sinclude(`x')",
    "syscmd(`id')",
    "esyscmd(`id')",
    "maketemp(`/tmp/aXXXXXX')",
  ])("%s is refused", (input) => {
    const result = runM4([{ path: "a", text: `<${input}>` }]);
    expect(result.value).toBe("<>");
    expect(result.errors.map((e) => e.kind)).toEqual(["refused"]);
  });
});

describe("a processor", () => {
  it("keeps macros from file to file and says where things happen", () => {
    const m4 = createM4({ defines: { distro: "debian" } });
    expect(m4.expand("define(`f',`[$1 distro]')dnl\n", "one").value).toBe("");
    const second = m4.expand("\nf(x) __file__:__line__ errprint(`hm')\n", "two");
    expect(second.value).toBe("\n[x debian] two:2 \n");
    expect(second.errors).toEqual([{ kind: "errprint", message: "hm", file: "two", line: 2 }]);
    expect(m4.isDefined("f")).toBe(true);
    expect(m4.isDefined("g")).toBe(false);
  });

  it("stops at the first warning when asked to", () => {
    const result = runM4([{ path: "a", text: "x len(a,b) y" }], { fatalWarnings: true });
    expect(result).toMatchObject({ value: "x ", exitCode: 1 });
  });

  it("counts bytes of UTF-8", () => {
    expect(ours("len(`é') `é'").output).toBe("2 é");
  });

  it("tells for each output line the input line it comes from", () => {
    const text = "define(`f',`a\nb\n')dnl\none\nf\nlast f(\n)x\n";
    const result = runM4([{ path: "p", text }], { provenance: "input" });
    expect(result.value).toBe("one\na\nb\n\nlast a\nb\nx\n");
    const lines = [...(result.origin?.places ?? [])].filter((_, i) => i % 2 === 1);
    expect(lines).toEqual([4, 5, 5, 5, 6, 6, 7]);
  });

  it("tells for each output line the macro whose text it is", () => {
    const text = "define(`f',`a\nb')dnl\ndefine(`g',`f\nc')dnl\ng\n";
    const result = runM4([{ path: "p", text }], { provenance: "definition" });
    expect(result.value).toBe("a\nb\nc\n");
    expect([...(result.origin?.places ?? [])]).toEqual([0, 1, 0, 1, 0, 3]);
  });
});
