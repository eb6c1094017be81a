/** Ranges against the plain way: look at all that were added. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { Covers } from "../../server/compiler/covers.ts";

const range = fc.tuple(fc.nat(60), fc.nat(60)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);

it("tells what a look at all ranges tells", () => {
  fc.assert(
    fc.property(fc.array(range, { maxLength: 80 }), (ranges) => {
      const covers = new Covers();
      const added: (readonly [number, number])[] = [];
      for (const [low, high] of ranges) {
        const isHeld = added.some((other) => other[0] <= low && other[1] >= high);
        expect(covers.holds(low, high)).toBe(isHeld);
        if (isHeld) continue;
        covers.add(low, high);
        added.push([low, high]);
      }
    }),
    { numRuns: 300 },
  );
});

it("takes nothing that is no range", () => {
  const covers = new Covers();
  covers.add(Number.NaN, 5);
  covers.add(9, 3);
  expect(covers.holds(3, 3)).toBe(false);
  covers.add(1, 4);
  expect(covers.holds(3, 3)).toBe(true);
});
