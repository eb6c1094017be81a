// Sources that a fresh checkout lacks because `make` generates them: corenetwork.te and corenetwork.if, made from
// `.in` and `.m4` files. Here the inputs are read; compiler/m4/corenetwork.ts makes the text. Whoever has the
// generated files on disk gets those instead, unless an input is newer: then make would write them anew.

import { generateCorenetwork as generate } from "../compiler/m4/corenetwork.ts";
import type { FileSystem } from "./fileSystem.ts";
import type { ReadText } from "./project.ts";

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
  readonly rules: string;
  readonly interfaces: string;
}

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
  const made = generate({ teIn, teM4, ifIn, ifM4 }, Object.fromEntries(defines));
  return { rules: made.te, interfaces: made.if };
}
