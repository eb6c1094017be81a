// Opening places that the server names, and positions as the protocol spells them.

import { Range, Uri, type ViewColumn, window } from "vscode";
import type { Place } from "./protocol.ts";

/** Shows a place in an editor, selected. */
export async function openPlace(place: Place, viewColumn?: ViewColumn): Promise<void> {
  const { start, end } = place.range;
  const selection = new Range(start.line, start.character, end.line, end.character);
  const options = viewColumn === undefined ? { selection } : { selection, viewColumn };
  await window.showTextDocument(Uri.parse(place.uri), options);
}
