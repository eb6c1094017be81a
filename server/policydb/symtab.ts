// Symbol table (security/selinux/ss/symtab.c): names ↔ values ↔ data of one kind of symbol. Values start at 1
// and are stable: a value that was given to a name stays with that name, also while nothing declares it (the
// incremental compiler re-declares it later), so the table may have holes. Binary policies fill it in file
// order. Several names may lead to one value: aliases; the datum's own name is the primary one.

/** A symbol's least common denominator. */
export interface SymbolDatum {
  readonly name: string;
  readonly value: number;
}

/** Names, values and data of one kind of symbol. */
export class Symtab<T extends SymbolDatum> {
  /** Data by value; index 0 is never used; `undefined` where nothing is declared. */
  readonly byValue: (T | undefined)[] = [undefined];
  private readonly values = new Map<string, number>();

  /** Highest value ever given (the kernel's nprim for a table without holes). */
  get nprim(): number {
    return this.byValue.length - 1;
  }

  /** The value of a declared name or alias; 0 when nothing declares it. */
  valueOf(name: string): number {
    return this.values.get(name) ?? 0;
  }

  get(name: string): T | undefined {
    const value = this.values.get(name);
    return value === undefined ? undefined : this.byValue[value];
  }

  at(value: number): T | undefined {
    return this.byValue[value];
  }

  nameOf(value: number): string | undefined {
    return this.byValue[value]?.name;
  }

  /** Enters a datum under its name and value. An earlier datum of that value is replaced. */
  set(datum: T): void {
    while (this.byValue.length <= datum.value) this.byValue.push(undefined);
    this.byValue[datum.value] = datum;
    this.values.set(datum.name, datum.value);
  }

  alias(name: string, value: number): void {
    this.values.set(name, value);
  }

  delete(datum: T): void {
    this.byValue[datum.value] = undefined;
    this.values.delete(datum.name);
  }

  deleteName(name: string): void {
    this.values.delete(name);
  }

  /** Every name with its value, aliases included. */
  names(): IterableIterator<[string, number]> {
    return this.values.entries();
  }

  /** The declared data in order of value. */
  *[Symbol.iterator](): Iterator<T> {
    for (const datum of this.byValue) if (datum !== undefined) yield datum;
  }

  /** How many data are declared. */
  get count(): number {
    let n = 0;
    for (const datum of this.byValue) if (datum !== undefined) n++;
    return n;
  }
}
