/*
 * Which piece of the input each piece of an output comes from: text that was copied, or what a call became.
 *
 * A piece begins where the text before it does not simply go on in the input: where a quote or a comment was dropped,
 * a call begins or ends, another file follows. Text of a call counts as from the outermost call, as GNU m4's sync
 * lines do it; that call may have taken the arguments of others. Offsets are in bytes. Invariant: pieces are in order
 * of their start, and each is as long as to the start of the next.
 */

/** Numbers of one piece: start in the output, file, offset in it, kind. */
export const PIECE = 4;
/** Kinds: what a call at the offset became, text that stands there as it is, and (never m4's) text of nobody's. */
export const CALL = 0;
export const COPY = 1;
export const OWN = 2;

/** Pieces of one buffer. */
export interface Pieces {
  data: Int32Array;
  count: number;
}

/** No pieces. */
export function createPieces(): Pieces {
  return { data: new Int32Array(16), count: 0 };
}

/** Notes that the text written at `at` comes from an offset of a file, unless it goes on with the piece before. */
export function notePiece(pieces: Pieces, at: number, file: number, offset: number, kind: number): void {
  const { data } = pieces;
  const last = (pieces.count - 1) * PIECE;
  if (last >= 0 && data[last + 1] === file && data[last + 3] === kind) {
    const gone = kind === COPY ? at - (data[last] as number) : 0;
    if ((data[last + 2] as number) + gone === offset) return;
  }
  addPiece(pieces, at, file, offset, kind);
}

function addPiece(pieces: Pieces, at: number, file: number, offset: number, kind: number): void {
  const next = pieces.count * PIECE;
  if (next + PIECE > pieces.data.length) {
    const grown = new Int32Array(pieces.data.length * 2);
    grown.set(pieces.data);
    pieces.data = grown;
  }
  const { data } = pieces;
  data[next] = at;
  data[next + 1] = file;
  data[next + 2] = offset;
  data[next + 3] = kind;
  pieces.count++;
}

/** Adds the pieces of a text that is appended at `at`. */
export function appendPieces(to: Pieces, from: Pieces, at: number): void {
  const { data } = from;
  for (let i = 0; i < from.count * PIECE; i += PIECE)
    addPiece(
      to,
      at + (data[i] as number),
      data[i + 1] as number,
      data[i + 2] as number,
      data[i + 3] as number,
    );
}

/** Takes the pieces of a text of `length` bytes, which begins at `at` of all that was written. */
export function takePieces(pieces: Pieces, length: number, at: number): Int32Array {
  let { count } = pieces;
  // An unfinished string or comment is taken back.
  while (count > 0 && (pieces.data[(count - 1) * PIECE] as number) >= length) count--;
  const taken = pieces.data.slice(0, count * PIECE);
  for (let i = 0; i < taken.length; i += PIECE) taken[i] = (taken[i] as number) + at;
  pieces.count = 0;
  return taken;
}
