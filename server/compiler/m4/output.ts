/*
 * Where the text of an m4 run goes: diversion 0 is the output, negative ones discard, others wait in memory.
 *
 * With provenance on, each buffer also notes for every line it starts the place the line came from, or for every piece
 * of text (pieces.ts). Invariant: `marks` holds one (file, line) pair per line start of `bytes`. Follows output.c of
 * GNU m4 1.4.
 */

import { copyBytes, withCapacity } from "./bytes.ts";
import { appendPieces, createPieces, type Pieces, takePieces } from "./pieces.ts";

/** One diversion: its text, and (file, line) of each of its lines when provenance is on. */
export interface Diversion {
  bytes: Uint8Array;
  length: number;
  marks: Int32Array;
  markCount: number;
  atLineStart: boolean;
  readonly pieces: Pieces;
}

/** All diversions of a run. */
export interface Diversions {
  readonly waiting: Map<number, Diversion>;
  readonly output: Diversion;
  readonly traced: boolean;
  /** With `traced`: which place is noted for a line. */
  readonly place: "input" | "definition";
  /** pieces are noted, instead of lines */
  readonly pieced: boolean;
  readonly maxTotal: number;
  /** Where text goes now; undefined discards. */
  current: Diversion | undefined;
  number: number;
  total: number;
  /** bytes of the output that were taken */
  taken: number;
}

function createDiversion(): Diversion {
  return {
    bytes: new Uint8Array(256),
    length: 0,
    marks: new Int32Array(32),
    markCount: 0,
    atLineStart: true,
    pieces: createPieces(),
  };
}

/** No diversion, output empty. */
export function createDiversions(
  provenance: "none" | "input" | "definition" | "pieces",
  maxTotal: number,
): Diversions {
  const output = createDiversion();
  return {
    waiting: new Map(),
    output,
    traced: provenance === "input" || provenance === "definition",
    place: provenance === "definition" ? provenance : "input",
    pieced: provenance === "pieces",
    maxTotal,
    current: output,
    number: 0,
    total: 0,
    taken: 0,
  };
}

/** Makes diversion `number` the current one. */
export function divertTo(d: Diversions, number: number): void {
  d.number = number;
  if (number < 0) d.current = undefined;
  else if (number === 0) d.current = d.output;
  else {
    let buffer = d.waiting.get(number);
    if (buffer === undefined) {
      buffer = createDiversion();
      d.waiting.set(number, buffer);
    }
    d.current = buffer;
  }
}

/** Appends bytes; false when the output would become too large. */
export function write(d: Diversions, buffer: Diversion, src: Uint8Array, from: number, to: number): boolean {
  d.total += to - from;
  if (d.total > d.maxTotal) return false;
  const need = buffer.length + to - from;
  if (need > buffer.bytes.length) buffer.bytes = withCapacity(buffer.bytes, need);
  copyBytes(buffer.bytes, buffer.length, src, from, to);
  buffer.length = need;
  return true;
}

/** Notes the place of a line that starts here. */
export function mark(buffer: Diversion, file: number, line: number): void {
  const at = buffer.markCount * 2;
  if (at + 2 > buffer.marks.length) {
    const grown = new Int32Array(buffer.marks.length * 2);
    grown.set(buffer.marks);
    buffer.marks = grown;
  }
  buffer.marks[at] = file;
  buffer.marks[at + 1] = line;
  buffer.markCount++;
}

/** Moves a waiting diversion to the current one and empties it; unknown, current and 0 are ignored. */
export function undivert(d: Diversions, number: number): void {
  const from = d.waiting.get(number);
  if (from === undefined || number === d.number) return;
  d.waiting.delete(number);
  d.total -= from.length;
  const to = d.current;
  if (to === undefined) return;
  if (d.pieced) appendPieces(to.pieces, from.pieces, to.length);
  write(d, to, from.bytes, 0, from.length);
  if (!d.traced || from.length === 0) return;
  for (let i = to.atLineStart ? 0 : 1; i < from.markCount; i++) {
    mark(to, from.marks[i * 2] as number, from.marks[i * 2 + 1] as number);
  }
  to.atLineStart = from.atLineStart;
}

/** Moves all waiting diversions, in the order of their numbers. */
export function undivertAll(d: Diversions): void {
  for (const number of [...d.waiting.keys()].sort((a, b) => a - b)) undivert(d, number);
}

/** Takes what the output holds and leaves it empty; the bytes are a view, valid until the next write. */
export function takeOutput(d: Diversions): {
  readonly bytes: Uint8Array;
  readonly marks: Int32Array;
  readonly pieces: Int32Array;
} {
  const { output } = d;
  const bytes = output.bytes.subarray(0, output.length);
  const marks = output.marks.slice(0, output.markCount * 2);
  const pieces = takePieces(output.pieces, output.length, d.taken);
  d.total -= output.length;
  d.taken += output.length;
  output.length = 0;
  output.markCount = 0;
  return { bytes, marks, pieces };
}
