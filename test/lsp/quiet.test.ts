// Work that waits for a long pause.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Quiet } from "../../server/lsp/quiet.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it("is done once, after a pause without edits, and not at all when it is stopped", () => {
  let count = 0;
  const quiet = new Quiet(1000, () => count++);
  quiet.wait();
  vi.advanceTimersByTime(900);
  quiet.wait();
  vi.advanceTimersByTime(900);
  expect(count).toBe(0);
  vi.advanceTimersByTime(100);
  expect(count).toBe(1);
  vi.advanceTimersByTime(5000);
  expect(count).toBe(1);
  quiet.wait();
  quiet.stop();
  vi.advanceTimersByTime(5000);
  expect(count).toBe(1);
});
