/**
 * Modules as people write them outside of policy trees (wild.txt), built with make all at once and checked as
 * `sels check` does: what make refuses is an error at its line, warnings are where they are marked, and nothing else is
 * said. One directory holds them all, so each is also told apart from its neighbours.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { POLICY_HEADERS, requireOracle } from "../../support/oracles.ts";

interface WildFile {
  readonly name: string;
  readonly text: string;
  /** `line:column` of marked text, from 1 */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

const CLI = join(import.meta.dirname, "../../../dist/cli.cjs");
const files = readWild(readFileSync(join(import.meta.dirname, "wild.txt"), "utf8"));
const modules = files.filter(({ name }) => name.endsWith(".te"));

function readWild(text: string): readonly WildFile[] {
  return text
    .split(/^=== /m)
    .slice(1)
    .map((piece) => {
      const end = piece.indexOf("\n");
      const places: Record<string, string[]> = { "«": [], "‹": [] };
      let plain = "";
      for (const char of piece.slice(end + 1)) {
        if ("»›".includes(char)) continue;
        if (places[char] === undefined) plain += char;
        else {
          const before = plain.split("\n");
          places[char].push(`${before.length}:${(before.at(-1) as string).length + 1}`);
        }
      }
      return {
        name: piece.slice(0, end).trim(),
        text: plain,
        errors: places["«"] as string[],
        warnings: places["‹"] as string[],
      };
    });
}

describe.skipIf(!requireOracle("make", "m4", "checkmodule", POLICY_HEADERS))("modules in the wild", () => {
  const folder = mkdtempSync(join(tmpdir(), "sels-wild-"));
  let refused: ReadonlyMap<string, string>;
  let said: readonly { file: string; severity: string; place: string; message: string }[];

  beforeAll(() => {
    for (const { name, text } of files) writeFileSync(join(folder, name), text);
    said = check();
    refused = make();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** The first line that checkmodule refuses, by file; of modules that only fail otherwise, 0. */
  function make(): ReadonlyMap<string, string> {
    const built = spawnSync(
      "make",
      ["-k", "-f", "/usr/share/selinux/devel/Makefile", "NAME=default", "all"],
      {
        cwd: folder,
        env: { ...process.env, LC_ALL: "C" },
        encoding: "utf8",
      },
    );
    const lines = new Map<string, string>();
    for (const [, name = ""] of built.stderr.matchAll(/\[[^\]]*: tmp\/(\w+)\.mod\]/g))
      lines.set(`${name}.te`, "0");
    for (const [, file = "", line = ""] of built.stderr.matchAll(/^(\w+\.te):(\d+):ERROR/gm))
      if (lines.get(file) === "0") lines.set(file, line);
    return lines;
  }

  function check(): typeof said {
    const checked = spawnSync(process.execPath, [CLI, "check", "--json"], { cwd: folder, encoding: "utf8" });
    const {
      findings,
    }: {
      readonly findings: readonly {
        file: string;
        severity: string;
        message: string;
        range: { start: { line: number; character: number } };
      }[];
    } = JSON.parse(checked.stdout);
    return findings.map(({ file, severity, message, range: { start } }) => ({
      file,
      severity,
      message,
      place: `${start.line + 1}:${start.character + 1}`,
    }));
  }

  it.each(modules)("$name is refused where it is marked", ({ name, errors }) => {
    const line = refused.get(name);
    if (errors.length === 0) expect(line).toBeUndefined();
    else expect(errors.map((place) => place.split(":")[0])).toContain(line);
  });

  it.each(files)("$name: what is said is what is marked", ({ name, errors, warnings }) => {
    const of = (severity: string) => [
      ...new Set(
        said.filter((one) => one.file === name && one.severity === severity).map(({ place }) => place),
      ),
    ];
    const all = JSON.stringify(said.filter(({ file }) => file === name));
    expect(of("error"), all).toEqual(errors);
    expect(of("warning"), all).toEqual(warnings);
  });
});
