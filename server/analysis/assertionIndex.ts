// The prepared form of a policy's neverallow rules. Every assertion is a column; every symbol (type or attribute)
// has a row of bits in two matrices that say whose sources, and whose targets, it has a type in common with. So a
// rule's candidates are the AND of two rows, cut to the assertions of its class. The words of the rows lie stripe by
// stripe, so that a class works in little memory. Sets that are equal are matched
// once. An index holds for one set of assertions and one attribute membership: when either changes, prepare anew
// (rules may come and go freely). It judges nothing: neverallow.ts does.

import { AVTAB_XPERMS_ALLOWED } from "../policydb/avtab.ts";
import { Ebitmap, type ReadonlyEbitmap } from "../policydb/ebitmap.ts";
import type { PolicyDb } from "../policydb/policydb.ts";

/** A neverallow or neverallowxperm rule with its sets worked out. */
export interface Assertion {
  /** the caller's number, given back in violations */
  readonly id: number;
  /** assertions with equal keys forbid the same, as long as names mean the same; for `renumberAssertions` */
  readonly key?: string;
  /** concrete types, value - 1 */
  readonly sources: Ebitmap;
  /** concrete types, value - 1; empty together with `minusSelf`: every type */
  readonly targets: Ebitmap;
  /** `self` is among the targets: each source with itself */
  readonly self: boolean;
  /** `-self` is among the targets: never a source with itself */
  readonly minusSelf: boolean;
  readonly classPerms: readonly ClassPermissions[];
  /** neverallowxperm: forbidden values, 16 bits for ioctl and nlmsg alike, ends included */
  readonly xperms?: AssertionXperms;
}

export interface ClassPermissions {
  readonly tclass: number;
  readonly mask: number;
}

export interface AssertionXperms {
  readonly kind: "ioctl" | "nlmsg";
  readonly ranges: readonly ValueRange[];
}

/** First and last value. */
export type ValueRange = readonly [number, number];

/** Made by `prepareAssertions`; opaque to callers. */
export interface AssertionIndex {
  /** by column */
  readonly assertions: readonly Assertion[];
  /** highest symbol value + 1: the length of a stripe */
  readonly symbols: number;
  /** in stripes, one for each 32 columns, by symbol value: columns whose sources the symbol meets */
  readonly sourceRows: Uint32Array;
  /** likewise: columns whose targets (for `self`: or sources) the symbol meets */
  readonly targetRows: Uint32Array;
  /** by class value: permissions that any assertion speaks of */
  readonly anyMask: Uint32Array;
  /** by class value: where its part of `wordAt` and `wordMask` starts; one more at the end */
  readonly classStart: Uint32Array;
  /** number of a stripe in which the class has columns, and those columns */
  readonly wordAt: Uint32Array;
  readonly wordMask: Uint32Array;
  /** by class value × columns: forbidden permissions */
  readonly masks: Uint32Array;
  /** by class value: 1 where a neverallowxperm speaks of it */
  readonly xpermClasses: Uint8Array;
  readonly hasXperms: boolean;
  /** by avtab entry: its class while it is an allowxperm that matters; a memory for `checkChanged` */
  xpermClassOf: Uint16Array;
}

/** Columns that share one set of types. */
interface SharedSet {
  readonly set: ReadonlyEbitmap;
  readonly columns: number[];
}

/** Works out, once per set of assertions and membership, which symbols can be involved in which assertion. */
export function prepareAssertions(db: PolicyDb, given: readonly Assertion[]): AssertionIndex {
  const assertions = byClass(given);
  const words = Math.max(1, (assertions.length + 31) >>> 5);
  const classes = db.classes.nprim + 1;
  const symbols = db.types.nprim + 1;
  const masks = new Uint32Array(classes * assertions.length);
  const anyMask = new Uint32Array(classes);
  const xpermClasses = new Uint8Array(classes);
  assertions.forEach((assertion, column) => {
    for (const { tclass, mask } of assertion.classPerms) {
      if (tclass <= 0 || tclass >= classes) continue;
      const at = tclass * assertions.length + column;
      masks[at] = (masks[at] as number) | mask;
      anyMask[tclass] = (anyMask[tclass] as number) | mask;
      if (assertion.xperms !== undefined) xpermClasses[tclass] = 1;
    }
  });
  const sourceRows = new Uint32Array(symbols * words);
  const targetRows = new Uint32Array(symbols * words);
  const attributes = attributesOf(db);
  fillRows(db, attributes, sourceRows, symbols, share(assertions, sourcesOf));
  fillRows(db, attributes, targetRows, symbols, share(assertions, targetsOf));
  const index: AssertionIndex = {
    assertions,
    symbols,
    sourceRows,
    targetRows,
    anyMask,
    ...classWords(masks, classes, assertions.length),
    masks,
    xpermClasses,
    hasXperms: xpermClasses.includes(1),
    xpermClassOf: new Uint16Array(0),
  };
  if (index.hasXperms) rememberXperms(db, index);
  return index;
}

/**
 * The same index for assertions that say the same under other numbers; undefined when one has come or gone. Only for as
 * long as names mean what they meant when the index was prepared.
 */
export function renumberAssertions(
  index: AssertionIndex,
  given: readonly Assertion[],
): AssertionIndex | undefined {
  if (given.length !== index.assertions.length) return undefined;
  const byKey = new Map<string, Assertion[]>();
  for (const assertion of byClass(given)) {
    if (assertion.key === undefined) return undefined;
    const alike = byKey.get(assertion.key);
    if (alike === undefined) byKey.set(assertion.key, [assertion]);
    else alike.push(assertion);
  }
  const assertions: Assertion[] = [];
  for (const { key } of index.assertions) {
    const same = key === undefined ? undefined : byKey.get(key)?.shift();
    if (same === undefined) return undefined;
    assertions.push(same);
  }
  return { ...index, assertions };
}

/** Columns of one class side by side, so that a rule's candidates are in few words. */
function byClass(assertions: readonly Assertion[]): readonly Assertion[] {
  const lowest = (assertion: Assertion): number =>
    assertion.classPerms.reduce((least, { tclass }) => Math.min(least, tclass), 0x10000);
  return assertions
    .map((assertion) => ({ assertion, tclass: lowest(assertion) }))
    .sort((left, right) => left.tclass - right.tclass)
    .map(({ assertion }) => assertion);
}

/** Notes which entries are allowxperm rules of a class that a neverallowxperm speaks of. */
export function rememberXperms(db: PolicyDb, index: AssertionIndex): void {
  const { avtab } = db;
  const memory = new Uint16Array(avtab.pair.length);
  for (let entry = 0; entry < avtab.length; entry++) {
    if (avtab.specified[entry] !== AVTAB_XPERMS_ALLOWED) continue;
    const tclass = avtab.tclass[entry] as number;
    if (index.xpermClasses[tclass] === 1) memory[entry] = tclass;
  }
  index.xpermClassOf = memory;
}

function sourcesOf(assertion: Assertion): readonly ReadonlyEbitmap[] {
  return [assertion.sources];
}

/** The sets that a rule's target may meet: more than what is forbidden where `self` and `-self` are in play. */
function targetsOf(assertion: Assertion): readonly (ReadonlyEbitmap | undefined)[] {
  if (assertion.minusSelf && assertion.targets.isEmpty()) return [undefined];
  return assertion.self ? [assertion.targets, assertion.sources] : [assertion.targets];
}

/** Brings columns with equal sets together. The set `undefined` (every type) has the key "". */
function share(
  assertions: readonly Assertion[],
  setsOf: (assertion: Assertion) => readonly (ReadonlyEbitmap | undefined)[],
): { readonly sets: readonly SharedSet[]; readonly everywhere: readonly number[] } {
  const byIdentity = new Map<ReadonlyEbitmap, SharedSet>();
  const byHash = new Map<number, SharedSet[]>();
  const sets: SharedSet[] = [];
  const everywhere: number[] = [];
  assertions.forEach((assertion, column) => {
    for (const set of setsOf(assertion)) {
      if (set === undefined) {
        everywhere.push(column);
        continue;
      }
      let shared = byIdentity.get(set);
      if (shared === undefined) {
        const hash = hashOf(set);
        const alike = byHash.get(hash) ?? [];
        shared = alike.find((other) => other.set.equals(set));
        if (shared === undefined) {
          shared = { set, columns: [] };
          alike.push(shared);
          byHash.set(hash, alike);
          sets.push(shared);
        }
        byIdentity.set(set, shared);
      }
      shared.columns.push(column);
    }
  });
  return { sets, everywhere };
}

function hashOf(set: ReadonlyEbitmap): number {
  const { words } = set;
  let hash = 0;
  for (let i = 0; i < words.length; i++)
    if (words[i] !== 0) hash = Math.imul(hash ^ (words[i] as number) ^ i, 0x01000193);
  return hash;
}

function attributesOf(db: PolicyDb): readonly number[] {
  const values: number[] = [];
  for (const datum of db.types) if (datum.isAttribute) values.push(datum.value);
  return values;
}

/** Sets a set's columns in the rows of its types, and of every attribute that has one of its types. */
function fillRows(
  db: PolicyDb,
  attributes: readonly number[],
  rows: Uint32Array,
  symbols: number,
  { sets, everywhere }: ReturnType<typeof share>,
): void {
  const known = new Ebitmap(symbols);
  for (const { set, columns } of sets) {
    const { at, bits } = sparse(columns);
    known.clear();
    meetingSymbols(db, attributes, set, known);
    known.forEach((bit) => {
      if (bit + 1 >= symbols) return;
      for (let i = 0; i < at.length; i++) {
        const word = (at[i] as number) * symbols + bit + 1;
        rows[word] = (rows[word] as number) | (bits[i] as number);
      }
    });
  }
  for (const column of everywhere)
    for (let value = 1; value < symbols; value++) {
      const word = (column >>> 5) * symbols + value;
      rows[word] = (rows[word] as number) | (1 << (column & 31));
    }
}

/** The types of a set and the attributes that have one of them: by type when it is small, else by attribute. */
function meetingSymbols(
  db: PolicyDb,
  attributes: readonly number[],
  set: ReadonlyEbitmap,
  result: Ebitmap,
): void {
  result.addAll(set);
  if (set.size() * 4 <= attributes.length) {
    set.forEach((bit) => {
      const own = db.typeAttrMap[bit + 1];
      if (own !== undefined) result.addAll(own);
    });
    return;
  }
  for (const value of attributes) if (db.attrTypeMap[value]?.intersects(set) === true) result.add(value - 1);
}

/** Columns as the words of a row that are not zero. */
function sparse(columns: readonly number[]): { readonly at: number[]; readonly bits: number[] } {
  const at: number[] = [];
  const bits: number[] = [];
  for (const column of columns) {
    const word = column >>> 5;
    if (at.length === 0 || at[at.length - 1] !== word) {
      at.push(word);
      bits.push(0);
    }
    bits[bits.length - 1] = (bits[bits.length - 1] as number) | (1 << (column & 31));
  }
  return { at, bits };
}

/** Per class, the words of a row in which it has columns at all. */
function classWords(
  masks: Uint32Array,
  classes: number,
  columns: number,
): Pick<AssertionIndex, "classStart" | "wordAt" | "wordMask"> {
  const classStart = new Uint32Array(classes + 1);
  const wordAt: number[] = [];
  const wordMask: number[] = [];
  for (let tclass = 0; tclass < classes; tclass++) {
    classStart[tclass] = wordAt.length;
    const own: number[] = [];
    for (let column = 0; column < columns; column++)
      if (masks[tclass * columns + column] !== 0) own.push(column);
    const { at, bits } = sparse(own);
    wordAt.push(...at);
    wordMask.push(...bits);
  }
  classStart[classes] = wordAt.length;
  return { classStart, wordAt: Uint32Array.from(wordAt), wordMask: Uint32Array.from(wordMask) };
}
