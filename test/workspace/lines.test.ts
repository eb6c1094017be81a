// Offsets to positions and back.

import { describe, expect, it } from "vitest";
import { lineSpan, linesOf, offsetAt, positionAt } from "../../server/workspace/lines.ts";

describe("lines", () => {
  it("ends lines at \\n, \\r\\n and a lone \\r", () => {
    expect([...linesOf("a\nb\r\nc\rd").starts]).toEqual([0, 2, 5, 7]);
    expect(lineSpan(linesOf("a\nbc\r\nd"), 1)).toEqual({ start: 2, end: 4 });
  });

  it("counts columns in each encoding", () => {
    const lines = linesOf("x\né€😀t");
    const end = lines.text.length - 1;
    expect(positionAt(lines, end, "utf-16")).toEqual({ line: 1, character: 4 });
    expect(positionAt(lines, end, "utf-8")).toEqual({ line: 1, character: 9 });
    expect(positionAt(lines, end, "utf-32")).toEqual({ line: 1, character: 3 });
    for (const encoding of ["utf-8", "utf-16", "utf-32"] as const)
      for (const offset of [0, 2, 3, 4, 6, 7])
        expect(offsetAt(lines, positionAt(lines, offset, encoding), encoding)).toBe(offset);
  });

  it("clamps what lies outside", () => {
    const lines = linesOf("ab\ncd");
    expect(offsetAt(lines, { line: 0, character: 99 })).toBe(2);
    expect(offsetAt(lines, { line: 9, character: 0 })).toBe(5);
    expect(positionAt(lines, 99)).toEqual({ line: 1, character: 2 });
  });
});
