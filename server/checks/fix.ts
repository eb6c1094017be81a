// What a repair is: a title and edits of texts. It is data, so that the editor's code actions and `sels check --fix`
// use the same ones. Edits of one fix never overlap; offsets are those of the texts that the finding was made from.

/** Replaces the text between two offsets of a file; `start` = `end` inserts. */
export interface TextChange {
  readonly file: number;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface Fix {
  /** imperative: "Require type foo_t" */
  readonly title: string;
  readonly changes: readonly TextChange[];
  /** the compiled policy stays the same (tested), or what it does to it: "grants foo_t file:read on bar_t" */
  readonly policy: "same" | { readonly changes: string };
  /** the one that a person most likely wants; `--fix` and "fix all" take preferred ones only */
  readonly preferred: boolean;
}
