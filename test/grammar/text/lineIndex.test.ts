/** Offsets and positions turn into each other, and an index after an edit equals one made anew. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { edited, lineIndex, offsetAt, positionAt } from "../../../grammar/text/lineIndex.ts";

const text = fc
  .array(fc.constantFrom("a", "bc", "\n", "\r\n", "\r", "é", "\u{1f600}", ""), { maxLength: 30 })
  .map((parts) => parts.join(""));

it("finds lines whatever ends them", () => {
  const index = lineIndex("a\nb\r\nc\rd");
  expect([...index.starts.subarray(0, index.count)]).toEqual([0, 2, 5, 7]);
  expect(positionAt(index, 6)).toEqual({ line: 2, character: 1 });
  expect(offsetAt(index, { line: 3, character: 99 })).toBe(8);
  expect(offsetAt(index, { line: 9, character: 0 })).toBe(8);
});

it("counts UTF-16 units", () => {
  expect(positionAt(lineIndex("\u{1f600}x"), 2)).toEqual({ line: 0, character: 2 });
});

it("comes back to the offset", () => {
  fc.assert(
    fc.property(text, (content) => {
      const index = lineIndex(content);
      for (let offset = 0; offset <= content.length; offset++) {
        expect(offsetAt(index, positionAt(index, offset))).toBe(offset);
      }
    }),
  );
});

it("follows edits", () => {
  fc.assert(
    fc.property(text, text, fc.nat(40), fc.nat(10), (before, inserted, at, removed) => {
      const start = Math.min(at, before.length);
      const end = Math.min(start + removed, before.length);
      const after = before.slice(0, start) + inserted + before.slice(end);
      const index = edited(lineIndex(before), start, end, inserted, after);
      const fresh = lineIndex(after);
      expect([...index.starts.subarray(0, index.count)]).toEqual([...fresh.starts.subarray(0, fresh.count)]);
      expect(index.length).toBe(after.length);
    }),
    { numRuns: 3000, seed: 3 },
  );
});
