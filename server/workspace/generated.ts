// Sources that a fresh checkout lacks because `make` generates them: corenetwork.te and corenetwork.if, made from
// `.in` and `.m4` files. Here the inputs are read; compiler/m4/corenetwork.ts makes the text. Whoever has the
// generated files on disk gets those instead, as make does.

import { generateCorenetwork as generate } from "../compiler/m4/corenetwork.ts";
import type { ReadText } from "./project.ts";

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
