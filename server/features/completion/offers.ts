// Offers and their order: how well a name matches what is typed comes first, how well it fits the place second, the
// alphabet last. Only the best are made into items, and the list says so when some were left out, because a policy has
// nine thousand interfaces and editors ask again with every letter.

import type { CompletionItem, CompletionItemKind, CompletionList, Range } from "vscode-languageserver-types";

/** Items in one answer. */
const MOST_ITEMS = 300;
/** Fit is less than this, so that a better match always wins. */
const MATCH = 4096;
const MOST_FIT = 4000;

/** What resolve needs to find an item again. */
export interface ItemData {
  readonly path: string;
  /** what the name is */
  readonly what: string;
  /** where the word begins */
  readonly at: number;
  /** classes of the rule, for permissions */
  readonly classes?: readonly string[];
}

/** A thing to offer; `more` is asked for only when it is shown. */
export interface Offer {
  readonly label: string;
  readonly lower?: string;
  readonly kind: CompletionItemKind;
  readonly what: string;
  readonly detail: string | ((label: string) => string);
  readonly fit?: number;
  more?(label: string): Partial<CompletionItem>;
}

interface Held {
  readonly offer: Offer;
  readonly score: number;
  readonly order: number;
}

/** Collects what matches. */
export class Offers {
  private readonly held: Held[] = [];
  private readonly seen = new Set<string>();
  private readonly typed: string;

  constructor(typed: string, without: readonly string[]) {
    this.typed = typed.toLowerCase();
    for (const name of without) this.seen.add(name);
  }

  /** How well a name in lower case matches; 0: it is not offered. */
  match(lower: string): number {
    return matchOf(this.typed, lower);
  }

  add(offer: Offer, match = this.match(offer.lower ?? offer.label.toLowerCase())): void {
    if (match === 0 || this.seen.has(offer.label)) return;
    this.seen.add(offer.label);
    const score = match * MATCH + Math.max(0, Math.min(MOST_FIT, Math.round(offer.fit ?? 0)));
    this.held.push({ offer, score, order: this.held.length });
  }

  /** The best, in order. `range` is given where the client's idea of a word may be another than ours. */
  list(path: string, at: number, range: Range, classes: readonly string[]): CompletionList {
    const best = bestOf(this.held);
    const items = best.map(({ offer }, i): CompletionItem => {
      const { label, kind, what, detail } = offer;
      const data: ItemData = { path, what, at, ...(what === "permission" ? { classes } : {}) };
      const item: CompletionItem = {
        label,
        kind,
        detail: typeof detail === "string" ? detail : detail(label),
        sortText: String(i).padStart(4, "0"),
        data,
        ...offer.more?.(label),
      };
      if (/^\w*$/.test(this.typed) && /^\w+$/.test(label)) return item;
      item.textEdit = { range, newText: item.insertText ?? label };
      delete item.insertText;
      return item;
    });
    return { isIncomplete: items.length < this.held.length, items };
  }
}

/** The best in order: by score, then as they came (names come sorted). */
function bestOf(held: Held[]): readonly Held[] {
  const byRank = (a: Held, b: Held): number => b.score - a.score || a.order - b.order;
  if (held.length <= MOST_ITEMS) return held.sort(byRank);
  const scores = new Float64Array(held.length);
  for (const [i, { score }] of held.entries()) scores[i] = score;
  scores.sort();
  const least = scores[scores.length - MOST_ITEMS] as number;
  return held
    .filter(({ score }) => score >= least)
    .sort(byRank)
    .slice(0, MOST_ITEMS);
}

/**
 * 5 the same, 4 begins with it, 3 a word of it does, 2 holds it, 1 has its letters at the beginnings of words (`kerf`
 * for kernel_read_files), 0 nothing of that. Both in lower case.
 */
export function matchOf(typed: string, name: string): number {
  if (typed === "") return 4;
  const at = name.indexOf(typed);
  if (at === 0) return typed.length === name.length ? 5 : 4;
  if (at > 0) return name[at - 1] === "_" || name.includes(`_${typed}`) ? 3 : 2;
  let from = 0;
  for (let i = 0; i < typed.length; i++) {
    if (i > 0 && name[from] === typed[i]) {
      from++;
      continue;
    }
    const next =
      i === 0 && name[0] === typed[0] ? 0 : name.indexOf(`_${typed[i]}`, Math.max(0, from - 1)) + 1;
    if (next === 0 && !(i === 0 && name[0] === typed[0])) return 0;
    from = next + 1;
  }
  return 1;
}
