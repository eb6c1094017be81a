/**
 * Every condition of the compilers: our answer to its failing and its corrected twin, and the real tools' where they are
 * installed. Also that the catalogue, the fixtures and the codes in the sources are the same set.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { PART_A_ROWS } from "../../../server/checks/catalogue/partA.data.ts";
import { describeWithOracle } from "../../support/oracles.ts";
import { type Condition, findingsOf, mistakesOf, readConditions } from "./conditions.ts";
import { toolVerdict } from "./tools.ts";

const conditions = readConditions();
const sections = [...new Set(conditions.map(({ section }) => section))];
const of = (section: string): readonly Condition[] => conditions.filter((one) => one.section === section);

describe("our answer", () => {
  it.each(sections)("%s", (section) => {
    expect(of(section).flatMap((one) => mistakesOf(one).map((mistake) => `${one.id}: ${mistake}`))).toEqual(
      [],
    );
  });

  it("names all mistakes of one file at once", () => {
    const types = of("types").filter(
      ({ newest, id }) => newest === "error" && !/^(TYPE|ATTR|ALIAS)-/.test(id),
    );
    const rules = types.map(({ failing }) => failing.files[0]?.text.split("\n") ?? []);
    const base =
      of("types")
        .find(({ id }) => id === "PERMISSIVE-ATTR")
        ?.corrected.files[0]?.text.split("\n") ?? [];
    const added = rules.flatMap((lines) =>
      lines.filter((line) => !base.includes(line) && !/^policycap/.test(line)),
    );
    const at = base.findIndex((line) => line.startsWith("user "));
    const text = [...base.slice(0, at), ...added, ...base.slice(at)].join("\n");
    const whole = { files: [{ name: "base.conf", text, marks: [] }] };
    const said = new Set(findingsOf(conditions[0] as Condition, whole).map(({ code }) => code));
    const wanted = types.map(({ id }) => id.toLowerCase()).filter((id) => id !== "polcap-unknown");
    expect(wanted.length).toBeGreaterThan(10);
    expect(wanted.filter((id) => !said.has(id))).toEqual([]);
  });
});

describe("the catalogue", () => {
  const ids = new Set(PART_A_ROWS.map(({ id }) => id));

  it("has each id once, and only what a fixture shows", () => {
    expect(ids.size).toBe(PART_A_ROWS.length);
    const shown = new Set(conditions.map(({ id }) => id.toLowerCase()));
    expect([...ids].filter((id) => !shown.has(id) && !BEYOND_FIXTURES.has(id))).toEqual([]);
  });

  it("gives the severity that the newest tools give", () => {
    const severities = new Map(PART_A_ROWS.map(({ id, severity }) => [id, severity]));
    const wrong = conditions.filter(({ id, old, newest }) => {
      const severity = severities.get(id.toLowerCase());
      const outcome = newest === "-" ? old : newest;
      if (severity === undefined) return outcome !== "silent";
      return severity !== (outcome === "notice" ? "information" : outcome);
    });
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });

  it("knows every code that the parser and the compiler can give", () => {
    const codes = new Set<string>();
    for (const path of sourcesOf("grammar").concat(
      sourcesOf("server/compiler"),
      ["server/checks/bounds.ts"],
      ["server/checks/neverallow.ts"],
    ))
      for (const match of readFileSync(join(ROOT, path), "utf8").matchAll(
        /"([a-z][a-z0-9]*(?:-[a-z0-9]+)+)"/g,
      ))
        codes.add(match[1] as string);
    expect(codes.size).toBeGreaterThan(150);
    expect([...codes].filter((code) => !ids.has(code) && !NO_CODES.has(code))).toEqual([]);
  });
});

const ROOT = join(import.meta.dirname, "../../..");
/** Words with dashes that are no codes: `default_range` values, keys of tables, an encoding. */
const NO_CODES = new Set(["low-high", "range-order", "utf-8"]);
/** What is about size: hundreds of findings, of nested blocks, are no fixture of a few lines. */
const BEYOND_FIXTURES = new Set([
  "too-many",
  "types-too-many",
  "rules-too-many",
  "parse-depth",
  "optional-dropped",
]);

function sourcesOf(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `${folder}/${name}`);
}

describeWithOracle(
  "the tools' answer",
  ["checkpolicy", "checkmodule", "semodule_package", "semodule_link", "semodule_expand"],
  () => {
    const scratch = mkdtempSync(join(tmpdir(), "sels-conditions-"));
    afterAll(() => rmSync(scratch, { recursive: true, force: true }));

    it.each(sections)("%s", (section) => {
      const wrong: string[] = [];
      for (const one of of(section)) {
        if (one.macros) continue;
        const failing = toolVerdict(one, one.failing, join(scratch, one.id, "failing"));
        const corrected = toolVerdict(one, one.corrected, join(scratch, one.id, "corrected"));
        if (failing.outcome !== one.old) wrong.push(`${one.id}: ${failing.outcome}: ${failing.message}`);
        if (corrected.outcome !== (one.unknownToOld ? "error" : "silent"))
          wrong.push(`${one.id}, corrected: ${corrected.outcome}: ${corrected.message}`);
      }
      expect(wrong).toEqual([]);
    });
  },
);
