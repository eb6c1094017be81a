/** The documents do not promise what is not there: commands exist, links lead somewhere, generated text is fresh. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { GENERATED } from "./generated.ts";
import { ROOT } from "./sources.ts";

const DOCUMENTS = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "examples/README.md"];
const BUILT_IN = ["ci", "cit", "install", "pack", "publish", "version"];

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const manifest = JSON.parse(read("package.json")) as Readonly<
  Record<string, Readonly<Record<string, string>>>
>;

it.each(DOCUMENTS)("%s names only npm commands that exist", (document) => {
  const named = [...read(document).matchAll(/\bnpm (?:run )?([a-z][\w:-]*)/g)].map(([, name = ""]) => name);
  const unknown = named.filter((name) => !BUILT_IN.includes(name) && manifest.scripts?.[name] === undefined);
  expect(unknown).toEqual([]);
});

it.each(DOCUMENTS)("%s links only to files that exist", (document) => {
  const links = [...read(document).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(
    ([, link = ""]) => link,
  );
  const dead = links.filter((link) => !existsSync(join(ROOT, dirname(document), link)));
  expect(dead).toEqual([]);
});

it.each(DOCUMENTS)("%s names only folders and files of ours that exist", (document) => {
  // A line may announce what is still “to come”.
  const present = read(document).replace(/^.*\(to come\).*$/gm, "");
  const named = [...present.matchAll(/`((?:grammar|server|client|test|\.ci|examples|policy)\/[\w./-]*)`/g)];
  const at = (path: string): boolean =>
    existsSync(join(ROOT, path)) || existsSync(join(ROOT, "examples", path));
  expect(named.map(([, path = ""]) => path).filter((path) => !at(path))).toEqual([]);
});

it("the programs that package.json promises are built from sources that exist", () => {
  const build = read(".ci/build.mjs");
  for (const path of Object.values(manifest.bin ?? {}))
    expect(build).toContain(`"${path.replace("./", "")}"`);
});

it("documents generated from code are fresh (else: npm run generate)", () => {
  const stale = GENERATED.filter(
    ({ file, generate }) => !existsSync(join(ROOT, file)) || read(file) !== generate(),
  );
  expect(stale.map(({ file }) => file)).toEqual([]);
});
