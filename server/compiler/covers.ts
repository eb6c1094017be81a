// Ranges of numbers, asked again and again whether one of them holds another: what a portcon or an ibpkeycon needs to know
// of all before it. Policies of a million such statements must not take a million times a million steps.

/** Ranges of which none lies within another: the larger its low end, the larger its high end. */
export class Covers {
  private readonly lows: number[] = [];
  private readonly highs: number[] = [];

  /** Does a range that was added hold all of [low, high]? */
  holds(low: number, high: number): boolean {
    const at = this.after(low) - 1;
    return at >= 0 && (this.highs[at] as number) >= high;
  }

  /** Adds a range that none of the others holds; those that lie within it are of no use any more. */
  add(low: number, high: number): void {
    if (!(low <= high)) return; // no range, or no number
    const after = this.after(low);
    const from = this.lows[after - 1] === low ? after - 1 : after;
    let to = from;
    while (to < this.lows.length && (this.highs[to] as number) <= high) to++;
    this.lows.splice(from, to - from, low);
    this.highs.splice(from, to - from, high);
  }

  /** How many ranges begin at or before `low`. */
  private after(low: number): number {
    let from = 0;
    let to = this.lows.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.lows[middle] as number) <= low) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
