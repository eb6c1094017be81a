// An .in file as a text of its own, for whoever asks about nothing but the text: what its outline is, how it is laid out,
// what could be typed. To the policy it is no source; who asks what the policy makes of a place in it is led to the source
// that was generated from it (inputPlace.ts).

import type { OriginInput } from "../compiler/m4/textOrigin.ts";
import { parseSource } from "./engine.ts";
import { inputAt } from "./inputPlace.ts";
import type { Snapshot, SourceFile } from "./snapshot.ts";
import { linesOfInput } from "./sourcePlace.ts";

/** No file of the policy has this number, so nothing that it knows of places is taken for one in this text. */
const NO_SOURCE = -1;

const known = new WeakMap<OriginInput, SourceFile>();

/** The .in file at a path, parsed as it stands; undefined when no source is made from it. Its `id` names no source. */
export function inputFile(snapshot: Snapshot, path: string): SourceFile | undefined {
  const role = /\.(te|if)\.in$/.exec(path)?.[1] as "te" | "if" | undefined;
  if (role === undefined) return undefined;
  const found = inputAt(snapshot, path);
  if (found === undefined) return undefined;
  const { input, module } = found;
  let file = known.get(input);
  if (file === undefined) {
    file = {
      id: NO_SOURCE,
      path,
      role,
      module,
      foreign: false,
      generated: false,
      text: input.text,
      tree: parseSource(input.text, role, snapshot.compiled.words),
      lines: linesOfInput(input),
    };
    known.set(input, file);
  }
  return file;
}

/** True for what `inputFile` gives. */
export function isInputText(file: SourceFile): boolean {
  return file.id === NO_SOURCE;
}
