// Which names any block ever required, by namespace. A declaration that comes or goes can turn an optional block on or
// off only if its name is among them, so most declaration edits need not settle the optionals anew. Never forgets: a
// name that nobody requires any more costs a settling, no more.

/** One byte a word, one bit a namespace (GROUP_* of optionals.ts). */
export class RequiredNames {
  private groups = new Uint8Array(4096);

  note(group: number, word: number): void {
    if (word < 0) return;
    if (word >= this.groups.length) {
      const larger = new Uint8Array(Math.max(word + 1, this.groups.length * 2));
      larger.set(this.groups);
      this.groups = larger;
    }
    this.groups[word] = (this.groups[word] as number) | (1 << group);
  }

  has(group: number, word: number): boolean {
    return ((this.groups[word] ?? 0) & (1 << group)) !== 0;
  }
}
