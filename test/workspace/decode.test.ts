// Bytes to text: encodings, byte order marks and the remarks about odd ones.

import { describe, expect, it } from "vitest";
import { decodeSource } from "../../server/workspace/decode.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);

describe("decodeSource", () => {
  it("reads UTF-8 without remark", () => {
    expect(decodeSource(new TextEncoder().encode("# é\n"))).toEqual({ text: "# é\n", remarks: [] });
  });

  it("strips a byte order mark and says so", () => {
    const decoded = decodeSource(bytes(0xef, 0xbb, 0xbf, 0x74));
    expect(decoded.text).toBe("t");
    expect(decoded.remarks.map((r) => r.code)).toEqual(["encoding-bom"]);
  });

  it("reads other bytes as Latin-1 and points at the first", () => {
    const decoded = decodeSource(bytes(0x23, 0xe9, 0x0a));
    expect(decoded.text).toBe("#é\n");
    expect(decoded.remarks).toMatchObject([
      { code: "encoding-not-utf8", severity: "warning", start: 1, end: 2 },
    ]);
    // A sequence cut off by the end of the file is found too.
    expect(decodeSource(bytes(0x61, 0xc3)).remarks).toMatchObject([{ start: 1 }]);
  });

  it("refuses binary files", () => {
    const decoded = decodeSource(bytes(0x8c, 0xff, 0x7c, 0xf9, 0, 0));
    expect(decoded.text).toBe("");
    expect(decoded.remarks).toMatchObject([{ code: "file-binary", severity: "error" }]);
  });
});
