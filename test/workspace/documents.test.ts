// Open buffers: incremental changes in every position encoding.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changeDocument, openDocument } from "../../server/workspace/documents.ts";
import { linesOf, type PositionEncoding, positionAt } from "../../server/workspace/lines.ts";

describe("open documents", () => {
  it("takes several changes in order, each on the result of the one before", () => {
    const opened = openDocument("/a.te", "file:///a.te", 1, "type a;\ntype b;\n");
    const changed = changeDocument(
      opened,
      2,
      [
        { range: { start: { line: 0, character: 5 }, end: { line: 0, character: 6 } }, text: "aa\nx" },
        { range: { start: { line: 1, character: 0 }, end: { line: 1, character: 1 } }, text: "" },
      ],
      "utf-16",
    );
    expect(changed.text).toBe("type aa\n;\ntype b;\n");
    expect(changed.version).toBe(2);
  });

  it("equals a splice of the text, in every encoding", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "\n", "\r\n", "é", "😀", ";") });
    const encoding = fc.constantFrom<PositionEncoding>("utf-8", "utf-16", "utf-32");
    fc.assert(
      fc.property(text, text, encoding, fc.nat(), fc.nat(), (before, inserted, unit, a, b) => {
        // Offsets between whole characters that have a position of their own: not inside a pair or a \r\n.
        const places = [...before.matchAll(/\r\n|[\s\S]/gu)].map((match) => match.index);
        places.push(before.length);
        const [from, to] = [places[a % places.length] as number, places[b % places.length] as number].sort(
          (x, y) => x - y,
        ) as [number, number];
        const lines = linesOf(before);
        const range = { start: positionAt(lines, from, unit), end: positionAt(lines, to, unit) };
        const changed = changeDocument(
          openDocument("/x", "x", 1, before),
          2,
          [{ range, text: inserted }],
          unit,
        );
        expect(changed.text).toBe(before.slice(0, from) + inserted + before.slice(to));
      }),
    );
  });
});
