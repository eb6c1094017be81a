// Which entry labels a path, as libselinux's selabel_lookup: substitutions first (file_contexts.subs), then the last
// entry in order that matches and whose kind fits. All entries that match are given too, so that a person sees who
// lost. The index is by literal beginnings: only entries whose beginning the path has are tried.

import { matches } from "./matcher.ts";
import { literalOf } from "./pattern.ts";
import type { FileSpec } from "./specs.ts";

export interface LabelIndex {
  readonly specs: readonly FileSpec[];
  /** places of entries by the directory of their literal beginning */
  readonly byStem: ReadonlyMap<string, readonly number[]>;
  /** places of entries for one path each, by that path */
  readonly byPath: ReadonlyMap<string, readonly number[]>;
}

/** An index over entries in libselinux's order, weakest first. */
export function labelIndex(specs: readonly FileSpec[]): LabelIndex {
  const byStem = new Map<string, number[]>();
  const byPath = new Map<string, number[]>();
  specs.forEach((spec, place) => {
    const literal = literalOf(spec.pattern);
    const table = literal === undefined ? byStem : byPath;
    const key = literal ?? stemOf(spec.pattern.prefix);
    const list = table.get(key);
    if (list === undefined) table.set(key, [place]);
    else list.push(place);
  });
  return { specs, byStem, byPath };
}

/** The directory of a literal beginning: `/usr/lib` of `/usr/lib/foo`, and of `/usr/lib/`. */
function stemOf(prefix: string): string {
  return prefix.slice(0, Math.max(0, prefix.lastIndexOf("/")));
}

export interface LabelAnswer {
  /** undefined: no entry matches, and libselinux says ENOENT */
  readonly winner: FileSpec | undefined;
  /** the others that match, the strongest first */
  readonly losers: readonly FileSpec[];
  /** the path that was looked up, after substitution */
  readonly path: string;
}

/** Looks a path up; `kind` is a file kind letter, or empty for any (as matchpathcon does without a mode). */
export function lookupLabel(
  index: LabelIndex,
  path: string,
  kind: string,
  substitutions: readonly (readonly [string, string])[] = [],
): LabelAnswer {
  const looked = substitute(normalized(path), substitutions);
  const found = matchingPlaces(index, looked, kind).map((place) => index.specs[place] as FileSpec);
  return { winner: found[0], losers: found.slice(1), path: looked };
}

/**
 * Places of all entries that match, the strongest first; of those behind `above` only. With `most`, of the entries that
 * begin with the same directory only so many are tried, the strongest.
 */
export function matchingPlaces(
  index: LabelIndex,
  path: string,
  kind: string,
  above = -1,
  most = Number.POSITIVE_INFINITY,
): number[] {
  const found = (index.byPath.get(path) ?? []).filter(
    (place) => place > above && fits(index.specs[place] as FileSpec, kind),
  );
  // A beginning of the path ends its directory at a slash of the path.
  for (let slash = 0; slash >= 0; slash = path.indexOf("/", slash + 1))
    addMatching(index, index.byStem.get(path.slice(0, slash)), { path, kind, above, most }, found);
  return found.sort((a, b) => b - a);
}

function fits(spec: FileSpec, kind: string): boolean {
  return kind === "" || spec.kind === "" || spec.kind === kind;
}

/** Looking at an entry's beginning is so much cheaper than trying it. */
const PASSED_BY = 10;

interface Wanted {
  readonly path: string;
  readonly kind: string;
  readonly above: number;
  readonly most: number;
}

/** Adds those of some places, which ascend, whose entries match. */
function addMatching(
  { specs }: LabelIndex,
  places: readonly number[] | undefined,
  { path, kind, above, most }: Wanted,
  found: number[],
): void {
  if (places === undefined) return;
  let tries = 0;
  let seen = 0;
  for (let i = places.length - 1; i >= 0 && (places[i] as number) > above; i--) {
    const spec = specs[places[i] as number] as FileSpec;
    if (++seen > most * PASSED_BY) return;
    if (!path.startsWith(spec.pattern.prefix) || !fits(spec, kind)) continue;
    if (++tries > most) return;
    if (spec.matcher !== undefined && matches(spec.matcher, path)) found.push(places[i] as number);
  }
}

/** Double slashes become one, and one at the end goes, as in label_file.c lookup_all. */
function normalized(path: string): string {
  const single = path.replace(/\/{2,}/g, "/");
  return single.length > 1 && single.endsWith("/") ? single.slice(0, -1) : single;
}

/** selabel_sub: the first alias that is the path's beginning, up to a whole component. */
export function substitute(path: string, substitutions: readonly (readonly [string, string])[]): string {
  for (const [alias, original] of substitutions)
    if (path.startsWith(alias) && (path.length === alias.length || path.charAt(alias.length) === "/"))
      return original === "/" ? path.slice(alias.length) || "/" : original + path.slice(alias.length);
  return path;
}

/** The lines of file_contexts.subs or subs_dist. Later lines come first, as libselinux puts each at the head. */
export function parseSubstitutions(text: string): readonly (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  for (const line of text.split("\n")) {
    const [alias, original] = line.trim().split(/\s+/);
    if (alias?.startsWith("/") === true && original !== undefined) pairs.unshift([alias, original]);
  }
  return pairs;
}
