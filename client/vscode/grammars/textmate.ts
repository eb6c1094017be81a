// The shape of a TextMate grammar, and how regular expressions are put together for it. VS Code tokenizes with
// Oniguruma line by line, so no pattern here looks beyond its line; regions carry state from line to line.

/** A rule of a grammar. */
export interface Rule {
  readonly name?: string;
  readonly contentName?: string;
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly include?: string;
  readonly captures?: Captures;
  readonly beginCaptures?: Captures;
  readonly endCaptures?: Captures;
  readonly patterns?: readonly Rule[];
}

export type Captures = Readonly<
  Record<string, { readonly name?: string; readonly patterns?: readonly Rule[] }>
>;

/** A whole grammar, as its JSON file holds it. */
export interface Grammar {
  readonly name: string;
  readonly scopeName: string;
  readonly patterns: readonly Rule[];
  readonly repository: Readonly<Record<string, Rule>>;
}

/** Characters of names: letters, digits, `_`, and the parameters of macros. */
export const NAME = "[A-Za-z_$][\\w$.]*";

/** What may not follow or precede a word for it to stand alone. */
const BEFORE = "(?<![\\w$.-])";
const AFTER = "(?![\\w$]|[.-]\\w)";

/** Matches any of some whole words; longer ones first, so that none hides another. */
export function words(all: readonly string[]): string {
  const sorted = [...all].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  return `${BEFORE}(?:${sorted.map(escaped).join("|")})${AFTER}`;
}

function escaped(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** References into the repository. */
export function include(...names: readonly string[]): Rule[] {
  return names.map((name) => ({ include: `#${name}` }));
}
