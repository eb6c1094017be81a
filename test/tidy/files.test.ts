/** What every source file owes its reader: a first paragraph, a size that fits a head, and no loose ends. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { PLACED } from "../support/order.ts";
import { isData, ROOT, readSources } from "./sources.ts";

const MAXIMUM = 500;
const MEDIAN = 150;
const P90 = 350;
/** Below this number of files the median says nothing. */
const ENOUGH = 40;

const product = readSources(["grammar", "server", "client"]);
const tests = readSources(["test"]);

it("no file is longer than the maximum", () => {
  const long = [...product, ...tests]
    .filter(({ path, lines }) => !isData(path) && lines > MAXIMUM)
    .map(({ path, lines }) => `${path}: ${lines} lines`);
  expect(long).toEqual([]);
});

it("most files are short", () => {
  const sizes = product
    .filter(({ path }) => !isData(path))
    .map(({ lines }) => lines)
    .sort((left, right) => left - right);
  const at = (share: number): number => sizes[Math.floor((sizes.length - 1) * share)] ?? 0;
  process.stderr.write(
    `tidy: ${sizes.length} files, median ${at(0.5)} lines, p90 ${at(0.9)}, longest ${at(1)}\n`,
  );
  if (sizes.length <= ENOUGH) return;
  expect(at(0.5)).toBeLessThanOrEqual(MEDIAN);
  expect(at(0.9)).toBeLessThanOrEqual(P90);
});

it("every file starts with a comment that says what it is", () => {
  const silent = [...product, ...tests]
    .filter(({ text }) => !/^(#!.*\n)?\s*(\/\*\*?|\/\/)/.test(text))
    .map(({ path }) => path);
  expect(silent).toEqual([]);
});

/** Patterns are put together, so that this file does not find itself. */
const LOOSE_ENDS: readonly (readonly [name: string, pattern: RegExp, where: RegExp])[] = [
  [
    "a note to oneself",
    new RegExp(`\\b(${["TO", "DO"].join("")}|${["FIX", "ME"].join("")}|${"X".repeat(3)})\\b`),
    /./,
  ],
  ["a silenced type checker", new RegExp(`@ts-(${["ignore", "nocheck"].join("|")})`), /./],
  ["any, silenced", new RegExp(`biome-ignore\\s.*${["noExplicit", "Any"].join("")}`), /./],
  ["console outside the command line", /\bconsole\.\w+\(/, /^(grammar|server\/(?!cli\/)|client\/)/],
];

it.each(LOOSE_ENDS)("no file has %s", (_name, pattern, where) => {
  const found = [...product, ...tests]
    .filter(({ path, text }) => where.test(path) && pattern.test(text))
    .map(({ path }) => path);
  expect(found).toEqual([]);
});

it("the order of the tests names files that are there", () => {
  expect(PLACED.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
