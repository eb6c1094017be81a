/** Open buffers: after any series of edits, in any encoding, text and lines are those of the whole text read anew. */
import { describe, expect, it } from "vitest";
import { changeDocument, openDocument } from "../../server/workspace/documents.ts";
import { linesOf, type PositionEncoding, positionAt } from "../../server/workspace/lines.ts";
import { createRandom } from "../compiler/incrementalEdits.ts";

const PIECES = [
  "",
  "a",
  "\n",
  "\r",
  "\r\n",
  "\n\r",
  "é😀",
  "allow a_t b_t:file read;\n",
  "x\ry\nz",
  "\r\r\n\n",
];

describe("lines follow edits", () => {
  it.each(["utf-8", "utf-16", "utf-32"] as PositionEncoding[])("%s", (encoding) => {
    const random = createRandom(5);
    let document = openDocument("/a.te", "file:///a.te", 1, "type a_t;\r\nallow 😀;\rlast\n");
    for (let version = 2; version < 1500; version++) {
      const { text, lines } = document;
      const a = random(text.length + 1);
      const b = Math.min(text.length, a + random(text.length > 200 ? 60 : 6));
      const range = { start: positionAt(lines, a, encoding), end: positionAt(lines, b, encoding) };
      const piece = PIECES[random(PIECES.length)] as string;
      const change = random(4) === 0 ? { range: { start: range.end, end: range.start } } : { range };
      document = changeDocument(document, version, [{ ...change, text: piece }], encoding);
      const fresh = linesOf(document.text);
      expect([...document.lines.starts]).toEqual([...fresh.starts]);
      expect(document.lines.text).toBe(document.text);
    }
  });

  it("a change without a range replaces everything", () => {
    const document = openDocument("/a.te", "file:///a.te", 1, "one\ntwo");
    const { text, lines, version } = changeDocument(document, 9, [{ text: "a\rb" }], "utf-16");
    expect([text, version, [...lines.starts]]).toEqual(["a\rb", 9, [0, 2]]);
  });
});
