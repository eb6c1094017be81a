/** Every code that the engine's sources mention in a finding is explained, once. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { EXPLANATIONS, explanationOf } from "../../server/features/explanations.ts";

const ROOT = join(import.meta.dirname, "../..");

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? sources(path) : path.endsWith(".ts") ? [path] : [];
  });
}

/** Codes stand in calls of functions that report, or after `code:`. */
const MENTION =
  /(?:code: |(?:error|warn|warning|report|fault|finding|add|note)\w*\((?:[^"()]*,\s*)?)"([a-z0-9]+(?:-[a-z0-9]+)+)"/gi;

it("explains every code", () => {
  const mentioned = new Set<string>();
  for (const folder of ["grammar", "server/compiler", "server/checks", "server/workspace", "server/analysis"])
    for (const path of sources(join(ROOT, folder)))
      for (const match of readFileSync(path, "utf8").matchAll(MENTION)) mentioned.add(match[1] as string);
  expect(mentioned.size).toBeGreaterThan(20);
  expect([...mentioned].filter((code) => explanationOf(code) === undefined)).toEqual([]);
});

it("explains each once, with something to do", () => {
  const codes = EXPLANATIONS.map((row) => row.code);
  expect(new Set(codes).size).toBe(codes.length);
  for (const { title, text } of EXPLANATIONS) {
    expect(title).not.toMatch(/[.]$/);
    expect(text).toMatch(/[.]$/);
  }
});
