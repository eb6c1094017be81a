// Sources that a fresh checkout lacks because `make` generates them: corenetwork.te and corenetwork.if, made from
// `.in` and `.m4` files. Here the inputs are read; compiler/m4/corenetwork.ts makes the text. Whoever has the
// generated files on disk gets those instead, unless an input is newer: then make would write them anew. What is open
// and changed counts as newer than all that was written.

import { type GeneratedText, generateCorenetwork as generate } from "../compiler/m4/corenetwork.ts";
import type { FileSystem } from "./fileSystem.ts";
import type { Project, ReadText } from "./project.ts";

/** The inputs of each file that is generated, by their suffixes, as the Makefile's two rules name them. */
const INPUTS: readonly (readonly [output: string, inputs: readonly string[]])[] = [
  ["te", ["te.m4", "te.in"]],
  ["if", ["if.m4", "if.in"]],
];

/** True when make would write one of the files of the module at `path` anew: an input is newer than it is. */
export function isOutdated(files: FileSystem, path: string): boolean {
  return INPUTS.some(([output, inputs]) => {
    const made = files.stat(`${path}.${output}`)?.modified;
    return (
      made === undefined || inputs.some((input) => (files.stat(`${path}.${input}`)?.modified ?? made) > made)
    );
  });
}

export interface GeneratedModule {
  readonly rules: GeneratedText;
  readonly interfaces: GeneratedText;
}

/** The files from which the module at `path` is generated. */
export function generationInputs(path: string): readonly string[] {
  return INPUTS.flatMap(([, inputs]) => inputs.map((input) => `${path}.${input}`));
}

/** True when a source of the project was generated from the text at `path`, here or by make. */
export function isMadeFrom(project: Project, path: string): boolean {
  return project.sources.some(
    (source) =>
      source.generated?.origin.inputs.some((input) => input.path === path) === true ||
      (source.generator !== undefined && `${source.path}.in` === path),
  );
}

/** What was generated last at a path, and from which texts: discovery asks whenever any file comes or goes. */
const latest = new Map<string, { readonly key: readonly string[]; readonly made: GeneratedModule }>();
/** Trees of which that is remembered. */
const MOST_REMEMBERED = 8;

/**
 * Some twenty times what the reference policy's corenetwork takes: a quote too many in a macro can make it call itself with
 * ever more arguments, which a whole policy's bounds let go on for minutes.
 */
const LIMITS = { maxWork: 50_000_000, maxExpansions: 1_000_000, maxOutput: 1 << 25 } as const;

/** Generates the module at `path` (without suffix); undefined when its inputs are not all there. */
export function generateCorenetwork(
  readText: ReadText,
  path: string,
  defines: ReadonlyMap<string, string>,
): GeneratedModule | undefined {
  const teIn = readText(`${path}.te.in`);
  const teM4 = readText(`${path}.te.m4`);
  const ifIn = readText(`${path}.if.in`);
  const ifM4 = readText(`${path}.if.m4`);
  if (teIn === undefined || teM4 === undefined || ifIn === undefined || ifM4 === undefined) return undefined;
  const key = [teIn, teM4, ifIn, ifM4, JSON.stringify([...defines])];
  const known = latest.get(path);
  if (known?.key.every((text, i) => text === key[i]) === true) return known.made;
  const sources = { teIn, teM4, ifIn, ifM4 };
  const { te, if: interfaces } = generate(sources, Object.fromEntries(defines), LIMITS, path);
  const made = { rules: te, interfaces };
  if (latest.size >= MOST_REMEMBERED) latest.clear();
  latest.set(path, { key, made });
  return made;
}
