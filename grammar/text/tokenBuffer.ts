// The tokens of one source as a struct of typed arrays: 4 + 4 + 4 + 1 bytes a token instead of an object each.
// Offsets are UTF-16 code units into `text`. Comments and white space are no tokens; who wants documentation
// comments looks at the text between tokens. Invariant: starts ascend and tokens never overlap.

/** Tokens of one source. Only the first `count` elements of the arrays count. */
export interface TokenBuffer {
  readonly text: string;
  readonly count: number;
  /** token type (grammar/text/tokens.ts) */
  readonly type: Uint8Array;
  readonly start: Uint32Array;
  readonly end: Uint32Array;
  /** id of the word for words, numbers, paths and strings (strings with their quotes); keyword's word id for keywords; 0 for punctuation */
  readonly word: Uint32Array;
}
