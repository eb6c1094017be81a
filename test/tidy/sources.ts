/**
 * Reads the product's own sources for the tidy tests: which files there are, what they import, how long they
 * are. It looks at text with regular expressions, not at a syntax tree: good enough for code that Biome formats.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** One source file. */
export interface Source {
  /** Path from the root, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  readonly imports: readonly Import[];
}

/** One import or re-export. */
export interface Import {
  /** As written: `./foo.ts`, `chevrotain`, `node:fs`. */
  readonly specifier: string;
  /** True for `import type` and `export type … from`. */
  readonly typeOnly: boolean;
  /** The file it means, from the root; undefined for packages. */
  readonly target: string | undefined;
}

/** All TypeScript files below the folders, sorted by path. */
export function readSources(folders: readonly string[]): readonly Source[] {
  return folders
    .flatMap((folder) => walk(folder))
    .filter((path) => /\.(ts|mts|cts)$/.test(path) && !path.endsWith(".d.ts"))
    .sort()
    .map((path) => {
      const text = readFileSync(join(ROOT, path), "utf8");
      return { path, text, lines: text.split("\n").length - 1, imports: importsOf(path, text) };
    });
}

/** True for files that are tables of data, which may be as long as the data is. */
export function isData(path: string): boolean {
  return /\.data\.ts$|\.json$/.test(path);
}

function walk(folder: string): readonly string[] {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === "node_modules" || entry.name === "dist" ? [] : walk(path);
    return [path];
  });
}

const STATEMENT = /^(?:import|export)\s+(type\s+)?(?:[\w$*{][^"';]*?\sfrom\s+)?["']([^"'\n]+)["']/gm;
const DYNAMIC = /\bimport\(\s*["']([^"'\n]+)["']/g;

/** The imports of a file's text, static and dynamic; exported for its own test. */
export function importsOf(path: string, text: string): readonly Import[] {
  const resolve = (specifier: string): string | undefined =>
    specifier.startsWith(".") ? posix.join(posix.dirname(path), specifier) : undefined;
  const found = [...text.matchAll(STATEMENT)].map(([, type, specifier = ""]) => ({
    specifier,
    typeOnly: type !== undefined,
    target: resolve(specifier),
  }));
  const later = [...text.matchAll(DYNAMIC)].map(([, specifier = ""]) => ({
    specifier,
    typeOnly: false,
    target: resolve(specifier),
  }));
  return [...found, ...later];
}
