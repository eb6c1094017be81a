// What an argument is expected to be: the kinds of names that the macro uses its parameter as, through the calls that it
// makes, and which types its documentation means (a domain, a program, a file). Unknown stays unknown: then every kind
// of name is offered.

import type { SymbolKind } from "../../compiler/face.ts";
import { signatureOf } from "../parameters.ts";
import { parameterUse } from "../rename/parameterUse.ts";
import type { View } from "../view.ts";

export interface Expected {
  readonly kinds: ReadonlySet<SymbolKind>;
  /** the argument becomes part of names */
  readonly composes: boolean;
  /** the attribute that its types likely have */
  readonly attribute: string | undefined;
  readonly isLevel: boolean;
}

const UNKNOWN: readonly SymbolKind[] = ["type", "attribute", "class", "role"];

/** Words of documentation and the attributes that the reference policy gives to such types. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/entry ?_?point|entry_file|executable|\bprogram/i, "exec_type"],
  [/\bdomain\b|_domain$|^source|\bprocess/i, "domain"],
  [/\bport\b|port_type/i, "port_type"],
  [/file ?_?system/i, "filesystem_type"],
  [/device ?_?node/i, "device_node"],
  [/file|director|object ?_?type|private|link|socket/i, "file_type"],
];

/** What the nth argument of a call, from 0, should be; undefined when nobody knows the macro. */
export function expectedArgument(view: View, call: string, n: number): Expected | undefined {
  const { snapshot } = view;
  const macro = snapshot.compiled.macro(call);
  if (macro === undefined) return undefined;
  const use = parameterUse(snapshot, call, n + 1);
  const parameter = signatureOf(view, macro).parameters[n];
  const about = `${parameter?.name ?? ""} ${parameter?.summary ?? ""}`;
  const attribute = MEANINGS.find(([words]) => words.test(about))?.[1];
  const kinds = new Set(use.kinds);
  if (use.unclear || (kinds.size === 0 && !use.composes)) for (const kind of UNKNOWN) kinds.add(kind);
  const isLevel = /\b(?:level|range)\b/i.test(about);
  return { kinds, composes: use.composes, attribute, isLevel };
}
