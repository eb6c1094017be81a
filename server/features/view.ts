// What every feature is given: a snapshot, and how the client wants places spelled. Conversions between offsets and
// LSP positions happen here and nowhere else in the room. Places of generated text are those of the .in files.

import type { Location, Position, Range } from "vscode-languageserver-types";
import type { Site } from "../compiler/face.ts";
import { inputFile } from "../workspace/inputFile.ts";
import { generatedPlace, inputLines } from "../workspace/inputPlace.ts";
import { type Lines, offsetAt, type PositionEncoding, positionAt } from "../workspace/lines.ts";
import type { Snapshot, SourceFile } from "../workspace/snapshot.ts";
import { sourcePlace } from "../workspace/sourcePlace.ts";

export interface View {
  readonly snapshot: Snapshot;
  readonly encoding: PositionEncoding;
  uriOf(path: string): string;
  /** the version of an open document */
  versionOf?(path: string): number | undefined;
  /** URI of the folder with a page for each check, `ID.md`; absent where the pages are not at hand */
  readonly checkPages?: string | undefined;
}

/** A place in a file about which a feature is asked. */
export interface Place {
  readonly file: SourceFile;
  readonly offset: number;
}

/** The file and offset of a request; undefined when the file is no source of the project. */
export function placeAt(view: View, path: string, position: Position): Place | undefined {
  const file = view.snapshot.fileAt(path);
  return file === undefined ? undefined : { file, offset: offsetAt(file.lines, position, view.encoding) };
}

/** The file at a path for requests that look at its text alone: a source, or an .in file that one is made from. */
export function textAt(view: View, path: string): SourceFile | undefined {
  return view.snapshot.fileAt(path) ?? inputFile(view.snapshot, path);
}

/** A place in such a file. */
export function textPlaceAt(view: View, path: string, position: Position): Place | undefined {
  const file = textAt(view, path);
  return file === undefined ? undefined : { file, offset: offsetAt(file.lines, position, view.encoding) };
}

/** The same for requests that change nothing: a place of an .in file is that of the text that was made from it. */
export function readPlaceAt(view: View, path: string, position: Position): Place | undefined {
  const place = placeAt(view, path, position);
  if (place !== undefined) return place;
  const lines = inputLines(view.snapshot, path);
  if (lines === undefined) return undefined;
  return generatedPlace(view.snapshot, path, offsetAt(lines, position, view.encoding));
}

/** The offset of a position in a file. */
export function offsetOf(view: View, file: SourceFile, position: Position): number {
  return offsetAt(file.lines, position, view.encoding);
}

/** Offsets of a file as an LSP range. */
export function toRange(view: View, file: SourceFile, start: number, end: number): Range {
  const place = sourcePlace(file, start, end);
  return rangeIn(place.lines, place.start, place.end, view);
}

/** Offsets of a text as an LSP range. */
export function rangeIn(lines: Lines, start: number, end: number, { encoding }: View): Range {
  return { start: positionAt(lines, start, encoding), end: positionAt(lines, end, encoding) };
}

/** Offsets of a file as an LSP location. */
export function locationIn(view: View, file: SourceFile, start: number, end: number): Location {
  const place = sourcePlace(file, start, end);
  return { uri: view.uriOf(place.path), range: rangeIn(place.lines, place.start, place.end, view) };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** What is declared, and the name in it, as one LSP location: of what macros made, both may not stand in one text. */
export function namedLocation(
  view: View,
  file: SourceFile,
  whole: Span,
  name: Span,
): Location & { readonly selectionRange: Range } {
  const around = locationIn(view, file, whole.start, whole.end);
  const { uri, range } = locationIn(view, file, name.start, name.end);
  return {
    uri,
    range: uri === around.uri && holds(around.range, range) ? around.range : range,
    selectionRange: range,
  };
}

function holds(outer: Range, inner: Range): boolean {
  const isBefore = (a: Position, b: Position) =>
    a.line < b.line || (a.line === b.line && a.character <= b.character);
  return isBefore(outer.start, inner.start) && isBefore(inner.end, outer.end);
}

/** A site as an LSP location; undefined for text that lies in no file. */
export function toLocation(view: View, site: Site): Location | undefined {
  const file = view.snapshot.file(site.file);
  return file === undefined ? undefined : locationIn(view, file, site.start, site.end);
}

/** `name.te:12`, for text that people read. */
export function shortPlace(view: View, site: Site): string {
  const file = view.snapshot.file(site.file);
  if (file === undefined) return "?";
  const { path, lines, start } = sourcePlace(file, site.start, site.end);
  return `${path.slice(path.lastIndexOf("/") + 1)}:${positionAt(lines, start).line + 1}`;
}
