// Answers remembered by value (values.ts): words are small positive integers and lists small negative ones, so two
// plain arrays do what a hash table would, in the hottest look-ups of a load. It does not know what it remembers.

/** A table by value. */
export class Memo<T> {
  private readonly words: (T | undefined)[] = [];
  private readonly lists: (T | undefined)[] = [];

  get(value: number): T | undefined {
    return value >= 0 ? this.words[value] : this.lists[~value];
  }

  set(value: number, answer: T): void {
    const table = value >= 0 ? this.words : this.lists;
    const at = value >= 0 ? value : ~value;
    // Arrays without holes stay arrays.
    while (table.length <= at) table.push(undefined);
    table[at] = answer;
  }

  delete(value: number): void {
    const table = value >= 0 ? this.words : this.lists;
    const at = value >= 0 ? value : ~value;
    if (at < table.length) table[at] = undefined;
  }

  clear(): void {
    this.words.length = 0;
    this.lists.length = 0;
  }

  /** Every answer, words first. */
  forEach(visit: (answer: T) => void): void {
    for (const table of [this.words, this.lists])
      for (let at = 0; at < table.length; at++) {
        const answer = table[at];
        if (answer !== undefined) visit(answer);
      }
  }
}
