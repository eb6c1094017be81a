// The parameters of the macro that is being written: its definition is the last one that begins above the cursor and has
// not ended. Half a statement in its body may leave no node for it, so the text is read.

import { signatureOf } from "../parameters.ts";
import type { Place, View } from "../view.ts";

const DEFINITION = /^(?:interface|template|define)\(`(\w+)'/gm;
const WINDOW = 40_000;

/** `$1` … with what the documentation calls them, and one more for a macro that has none yet. */
export function enclosingParameters(
  view: View,
  { file, offset }: Place,
): readonly { readonly label: string; readonly detail: string }[] {
  const above = file.text.slice(Math.max(0, offset - WINDOW), offset);
  const last = [...above.matchAll(DEFINITION)].at(-1);
  if (last === undefined || /^'\)/m.test(above.slice(last.index))) return [];
  const macro = view.snapshot.compiled.macro(last[1] as string);
  const parameters = macro === undefined ? [] : signatureOf(view, macro).parameters;
  if (parameters.length === 0) return [{ label: "$1", detail: "the first argument" }];
  return parameters.map(({ name, summary }, i) => ({
    label: `$${i + 1}`,
    detail:
      [name === `$${i + 1}` ? "" : name, summary].filter((part) => part !== "").join(": ") || "argument",
  }));
}
