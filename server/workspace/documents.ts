// Open buffers. While a document is open its buffer is the truth and the disk is not looked at. Incremental changes
// are applied here, on offsets, in the encoding agreed with the client. Invariant: a document is never lost: a
// change for a version we don't know is applied to what we have, and one without a range replaces everything.

import { decodeSource } from "./decode.ts";
import type { FileSystem } from "./fileSystem.ts";
import {
  type Lines,
  linesAfter,
  linesOf,
  offsetAt,
  type PositionEncoding,
  type TextPosition,
} from "./lines.ts";

export interface OpenDocument {
  readonly path: string;
  /** as the client spells it; answers use the same spelling */
  readonly uri: string;
  readonly version: number;
  readonly text: string;
  readonly lines: Lines;
}

/** As in LSP's TextDocumentContentChangeEvent. */
export interface TextChange {
  readonly range?: { readonly start: TextPosition; readonly end: TextPosition } | undefined;
  readonly text: string;
}

/** A new document. */
export function openDocument(path: string, uri: string, version: number, text: string): OpenDocument {
  return { path, uri, version, text, lines: linesOf(text) };
}

/** The document after some changes, in order. */
export function changeDocument(
  document: OpenDocument,
  version: number,
  changes: readonly TextChange[],
  encoding: PositionEncoding,
): OpenDocument {
  let { text, lines } = document;
  for (const change of changes) {
    if (change.range === undefined) {
      text = change.text;
      lines = linesOf(text);
      continue;
    }
    const a = offsetAt(lines, change.range.start, encoding);
    const b = offsetAt(lines, change.range.end, encoding);
    const [from, to] = a < b ? [a, b] : [b, a];
    text = text.slice(0, from) + change.text + text.slice(to);
    lines = linesAfter(lines, from, to, change.text, text);
  }
  return { path: document.path, uri: document.uri, version, text, lines };
}

/** A file system in which open documents hide what is on disk. */
export function overlayDocuments(
  files: FileSystem,
  documents: ReadonlyMap<string, OpenDocument>,
): FileSystem {
  const encoder = new TextEncoder();
  return {
    readFile(path) {
      const document = documents.get(path);
      return document === undefined ? files.readFile(path) : encoder.encode(document.text);
    },
    stat(path) {
      const stat = files.stat(path);
      const document = documents.get(path);
      if (document === undefined) return stat;
      if (stat === undefined)
        return { kind: "file", size: document.text.length, modified: 0, realPath: path };
      // Of a later time than all that was written, once it is another text.
      return {
        ...stat,
        get modified() {
          return isSaved(document.text, files.readFile(path)) ? stat.modified : Number.POSITIVE_INFINITY;
        },
      };
    },
    list: (path) => files.list(path),
    ...(files.today === undefined ? {} : { today: files.today }),
  };
}

/** True when the bytes on disk are the buffer's text. */
function isSaved(text: string, bytes: Uint8Array | undefined): boolean {
  return bytes !== undefined && decodeSource(bytes).text === text;
}
