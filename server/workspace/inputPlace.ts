// Where a place of an .in file went: the source that was generated from it, and the offset there, so that what somebody
// asks about the one can be answered by the other. Where what `make` wrote is up to date, that is the source, and where its
// text comes from is found out when somebody asks. Requests that edit have no business here.

import { type OriginInput, offsetInOutput } from "../compiler/m4/textOrigin.ts";
import type { Lines } from "./lines.ts";
import type { Snapshot, SourceFile } from "./snapshot.ts";
import { linesOfInput } from "./sourcePlace.ts";

/** How the names of such files end (generated.ts); of others it is known at each keystroke without a look at all sources. */
const INPUT = /\.(in|m4)$/;

/** True when sources were generated from the file at a path: what is wrong with them is told there. */
export function isInput(snapshot: Snapshot, path: string): boolean {
  return INPUT.test(path) && snapshot.files().some((file) => hasInput(file, path));
}

/** The text at a path from which a source was made, and that source's module; undefined when none was. */
export function inputAt(
  snapshot: Snapshot,
  path: string,
): { readonly input: OriginInput; readonly module: string } | undefined {
  for (const { origin, module } of madeFrom(snapshot, path)) {
    const input = origin?.inputs.find((one) => one.path === path);
    if (input !== undefined) return { input, module };
  }
  return undefined;
}

/** The lines of the text from which a source was made; undefined when none was made from the path. */
export function inputLines(snapshot: Snapshot, path: string): Lines | undefined {
  const found = inputAt(snapshot, path);
  return found === undefined ? undefined : linesOfInput(found.input);
}

/** The source that a place of an .in file went to, as generated, and the offset in it. */
export function generatedPlace(
  snapshot: Snapshot,
  path: string,
  offset: number,
): { readonly file: SourceFile; readonly offset: number } | undefined {
  for (const file of madeFrom(snapshot, path)) {
    const there = file.origin && offsetInOutput(file.origin, file.text, path, offset);
    if (there !== undefined) return { file, offset: there };
  }
  return undefined;
}

/** Sources that were made from a file: rules before interfaces, since a declaration means types more than these. */
function madeFrom(snapshot: Snapshot, path: string): SourceFile[] {
  if (!INPUT.test(path)) return [];
  const files = snapshot.files();
  const generated = files.filter((file) => hasInput(file, path));
  if (generated.length > 0)
    return generated.sort((a, b) => (a.origin?.inputs.length ?? 0) - (b.origin?.inputs.length ?? 0));
  return files.flatMap((file) => (`${file.path}.in` === path ? asGenerated(file) : []));
}

function hasInput({ origin }: SourceFile, path: string): boolean {
  return origin?.inputs.some((input) => input.path === path) === true;
}

/** A file that `make` wrote, with where its text comes from; nothing where it would write something else by now. */
function asGenerated(file: SourceFile): SourceFile[] {
  const made = file.generator?.();
  return made?.text === file.text ? [{ ...file, generated: true, origin: made.origin }] : [];
}
