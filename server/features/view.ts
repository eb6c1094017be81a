// What every feature is given: a snapshot, and how the client wants places spelled. Conversions between offsets and
// LSP positions happen here and nowhere else in the room.

import type { Location, Position, Range } from "vscode-languageserver-types";
import type { Site } from "../compiler/face.ts";
import { offsetAt, type PositionEncoding, positionAt } from "../workspace/lines.ts";
import type { Snapshot, SourceFile } from "../workspace/snapshot.ts";

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

/** The offset of a position in a file. */
export function offsetOf(view: View, file: SourceFile, position: Position): number {
  return offsetAt(file.lines, position, view.encoding);
}

/** Offsets of a file as an LSP range. */
export function toRange(view: View, file: SourceFile, start: number, end: number): Range {
  return {
    start: positionAt(file.lines, start, view.encoding),
    end: positionAt(file.lines, end, view.encoding),
  };
}

/** A site as an LSP location; undefined for text that lies in no file (generated sources). */
export function toLocation(view: View, site: Site): Location | undefined {
  const file = view.snapshot.file(site.file);
  if (file === undefined || file.generated) return undefined;
  return { uri: view.uriOf(file.path), range: toRange(view, file, site.start, site.end) };
}

/** `name.te:12`, for text that people read. */
export function shortPlace(view: View, site: Site): string {
  const file = view.snapshot.file(site.file);
  if (file === undefined) return "?";
  const name = file.path.slice(file.path.lastIndexOf("/") + 1);
  return `${name}:${positionAt(file.lines, site.start).line + 1}`;
}
