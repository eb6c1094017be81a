// Where a place of a source stands for whoever wants to look at it. That is the source itself, except for generated
// text, whose places are those of the .in file that it was made from. Nothing that is told to a user names a file that
// is not there, so places of sources go through here on their way out (and those of .in files through inputPlace.ts on
// their way in).

import type { Finding } from "../compiler/face.ts";
import { type OriginInput, spanInInput, type TextOrigin } from "../compiler/m4/textOrigin.ts";
import { type Lines, linesOf } from "./lines.ts";
import type { SourceFile } from "./snapshot.ts";

/** A span of a file that somebody can open. */
export interface SourcePlace {
  readonly path: string;
  readonly lines: Lines;
  readonly start: number;
  readonly end: number;
  /** made by a macro: other spans of the source have the same place */
  readonly isMade: boolean;
}

const linesOfInputs = new WeakMap<OriginInput, Lines>();

/** The place to show for a span of a source. */
export function sourcePlace(file: SourceFile, start: number, end: number): SourcePlace {
  const span = file.origin === undefined ? undefined : spanInInput(file.origin, file.text, start, end);
  if (span === undefined) return { path: file.path, lines: file.lines, start, end, isMade: false };
  const { input, isCopy } = span;
  return { path: input.path, lines: linesOfInput(input), start: span.start, end: span.end, isMade: !isCopy };
}

/** The lines of a text from which sources were generated. */
export function linesOfInput(input: OriginInput): Lines {
  let lines = linesOfInputs.get(input);
  if (lines === undefined) {
    lines = linesOf(input.text);
    linesOfInputs.set(input, lines);
  }
  return lines;
}

/** The files to show for a source. */
export function sourcePaths(file: SourceFile): readonly string[] {
  return file.origin?.inputs.map((input) => input.path) ?? [file.path];
}

/** The latest answers below, for as long as both the text and what is said of it are the same. */
const once = new WeakMap<
  TextOrigin,
  { readonly of: readonly Finding[]; readonly told: readonly Finding[] }
>();

/** Findings of a source, those of one kind that one call of a macro makes told once: it repeats a name in many. */
export function eachOnce(file: SourceFile, findings: readonly Finding[]): readonly Finding[] {
  if (file.origin === undefined) return findings;
  const known = once.get(file.origin);
  if (known?.of === findings) return known.told;
  const told = firstOfEach(file, findings);
  once.set(file.origin, { of: findings, told });
  return told;
}

function firstOfEach(file: SourceFile, findings: readonly Finding[]): readonly Finding[] {
  const told = new Set<string>();
  return findings.filter(({ start, end, code }) => {
    const place = sourcePlace(file, start, end);
    if (!place.isMade) return true;
    const key = [place.path, place.start, place.end, code].join("\n");
    if (told.has(key)) return false;
    told.add(key);
    return true;
  });
}
