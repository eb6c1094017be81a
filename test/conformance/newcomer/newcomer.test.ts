/**
 * The newcomer's repository: the modules check clean, and the product agrees with make, m4 and checkmodule on the
 * recorded mutations; a seeded handful is built again each time.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { mustNotSkip, POLICY_HEADERS, requireOracle } from "../../support/oracles.ts";
import { type Engine, engineConnected, openEngine } from "../engine.ts";
import { disagreement } from "../judge.ts";
import { applyMutation, seededRandom, shuffled } from "../mutations.ts";
import type { Verdict } from "../mutationVerdict.ts";
import {
  type NewcomerModule,
  newcomerModules,
  newcomerMutations,
  newcomerVerdict,
  shippedExample,
} from "./newcomer.ts";

const verdicts = new Map<string, Verdict>(
  Object.entries(JSON.parse(readFileSync(new URL("newcomer.verdicts.data.json", import.meta.url), "utf8"))),
);
const available = requireOracle("make", "m4", "checkmodule", POLICY_HEADERS);
const connected = engineConnected || mustNotSkip();
const scratch = mkdtempSync(join(tmpdir(), "sels-newcomer-test-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function errorsOf(engine: Engine): readonly string[] {
  return engine
    .findings()
    .filter(({ severity }) => severity === "error")
    .map(({ file, line, message }) => `${file}:${line}: ${message}`);
}

function openModule(module: NewcomerModule, headers = true): Promise<Engine> {
  const folder = join(scratch, headers ? module.name : `${module.name}-alone`);
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of module.texts) writeFileSync(join(folder, name), text);
  return openEngine(folder, { kind: "modules", headers });
}

describe.skipIf(!available)("the newcomer's modules, by the real tools", () => {
  it("have at least 100 recorded mutations", () => {
    const ids = newcomerModules().flatMap((module) =>
      newcomerMutations(module).map(({ id }) => `${module.name}/${id}`),
    );
    expect(ids.filter((id) => !verdicts.has(id))).toEqual([]);
    expect(ids.length).toBeGreaterThanOrEqual(100);
  });

  it.each(newcomerModules())("$name builds", (module) => {
    expect(newcomerVerdict(module)).toEqual({ ok: true, reached: true });
  });

  it("the example as shipped does not build", () => {
    const verdict = newcomerVerdict(shippedExample());
    expect([verdict.ok, verdict.at]).toEqual([false, "example.te:25"]);
    expect(verdict.message).toContain("ra_file_perms");
  });

  it.each(newcomerModules())("$name gets the same verdicts today", (module) => {
    for (const mutation of shuffled(newcomerMutations(module), seededRandom(3)).slice(0, 4))
      expect(newcomerVerdict(module, mutation)).toEqual(verdicts.get(`${module.name}/${mutation.id}`));
  });
});

describe.skipIf(!available || !connected)("the newcomer's modules, by the product", () => {
  it.each(newcomerModules())("$name checks clean", async (module) => {
    expect(errorsOf(await openModule(module))).toEqual([]);
    if (module.selfContained) expect(errorsOf(await openModule(module, false))).toEqual([]);
  });

  it.each(newcomerModules())("$name: its mutations are judged alike", async (module) => {
    const engine = await openModule(module);
    const wrong: string[] = [];
    for (const mutation of newcomerMutations(module)) {
      const original = module.texts.get(mutation.file) as string;
      engine.edit(mutation.file, applyMutation(original, mutation));
      const verdict = verdicts.get(`${module.name}/${mutation.id}`) as Verdict;
      const problem = disagreement(mutation, verdict, engine.findings(), (file) => module.texts.get(file));
      if (problem !== undefined) wrong.push(problem);
      engine.edit(mutation.file, original);
    }
    expect(wrong).toEqual([]);
  });

  it("the example as shipped has the error that checkmodule finds", async () => {
    const errors = errorsOf(await openModule(shippedExample()));
    expect(errors.some((error) => error.startsWith("example.te:25:"))).toBe(true);
  });
});
