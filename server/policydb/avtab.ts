// The access vector table (security/selinux/ss/avtab.c): rules keyed by (source, target, class, kind), here with
// the conditional branch and the extended-permission slice as further parts of the key, so that unconditional
// rules, both branches of every conditional and all xperm slices live in one table. Entries have stable numbers
// (struct of arrays, a free list for removed ones); the hash chains only by (source, target, class), so one
// chain walk answers everything about a triple. The table does not know who contributed a rule; the compiler
// keeps that beside it, by entry number.

export const AVTAB_ALLOWED = 0x0001;
export const AVTAB_AUDITALLOW = 0x0002;
/** As in the kernel: the *complement* of the dontaudit permissions within the class. */
export const AVTAB_AUDITDENY = 0x0004;
export const AVTAB_AV = 0x0007;
export const AVTAB_TRANSITION = 0x0010;
export const AVTAB_MEMBER = 0x0020;
export const AVTAB_CHANGE = 0x0040;
export const AVTAB_TYPE = 0x0070;
export const AVTAB_XPERMS_ALLOWED = 0x0100;
export const AVTAB_XPERMS_AUDITALLOW = 0x0200;
export const AVTAB_XPERMS_DONTAUDIT = 0x0400;
export const AVTAB_XPERMS = 0x0700;

export const XPERMS_IOCTLFUNCTION = 1;
export const XPERMS_IOCTLDRIVER = 2;
export const XPERMS_NLMSG = 3;

/** Branch number of unconditional rules. */
export const UNCONDITIONAL = 0;

/** Branch number of one list of the conditional with this index in `PolicyDb.conditionals`. */
export function branchOf(conditional: number, inTrueList: boolean): number {
  return conditional * 2 + (inTrueList ? 1 : 2);
}
export function conditionalOfBranch(branch: number): number {
  return (branch - 1) >> 1;
}
export function isTrueBranch(branch: number): boolean {
  return (branch & 1) === 1;
}

/** Hash of a (source, target, class) triple; 32 bits, well mixed. */
function hashTriple(source: number, target: number, tclass: number): number {
  let h = Math.imul((source << 16) | target, 0x9e3779b1) ^ Math.imul(tclass, 0x85ebca6b);
  h ^= h >>> 15;
  h = Math.imul(h, 0x2c1b3c6d);
  return (h ^ (h >>> 13)) >>> 0;
}

/** Rules as integers. Entry numbers run from 0 to `length - 1`; dead ones have `specified` 0. */
export class Avtab {
  /** source value << 16 | target value */
  pair: Uint32Array;
  tclass: Uint16Array;
  /** AVTAB_* kind; 0 for a removed entry */
  specified: Uint16Array;
  /** UNCONDITIONAL or `branchOf(...)` */
  branch: Uint32Array;
  /** xperm slices: XPERMS_* << 8 | driver; 0 for all other kinds */
  slice: Uint16Array;
  /** access vector, or result type value, or row number in `xperms` (8 words a row) */
  data: Uint32Array;
  xperms: Uint32Array = new Uint32Array(0);
  xpermRows = 0;
  length = 0;
  /** living entries */
  count = 0;
  private next: Int32Array;
  private buckets: Int32Array;
  private free: number[] = [];
  private freeRows: number[] = [];

  constructor(expected = 1024) {
    const capacity = Math.max(16, expected);
    this.pair = new Uint32Array(capacity);
    this.tclass = new Uint16Array(capacity);
    this.specified = new Uint16Array(capacity);
    this.branch = new Uint32Array(capacity);
    this.slice = new Uint16Array(capacity);
    this.data = new Uint32Array(capacity);
    this.next = new Int32Array(capacity);
    let buckets = 16;
    while (buckets < capacity) buckets *= 2;
    this.buckets = new Int32Array(buckets).fill(-1);
  }

  source(entry: number): number {
    return (this.pair[entry] as number) >>> 16;
  }

  target(entry: number): number {
    return (this.pair[entry] as number) & 0xffff;
  }

  /** First entry of the chain of a triple, -1 when none; continue with `nextOf`. All kinds and branches. */
  first(source: number, target: number, tclass: number): number {
    const pair = ((source << 16) | target) >>> 0;
    let entry = this.buckets[hashTriple(source, target, tclass) & (this.buckets.length - 1)] as number;
    while (entry >= 0 && !(this.pair[entry] === pair && this.tclass[entry] === tclass))
      entry = this.next[entry] as number;
    return entry;
  }

  nextOf(entry: number): number {
    const pair = this.pair[entry];
    const tclass = this.tclass[entry];
    let e = this.next[entry] as number;
    while (e >= 0 && !(this.pair[e] === pair && this.tclass[e] === tclass)) e = this.next[e] as number;
    return e;
  }

  /** The entry with exactly this key, or -1. */
  find(source: number, target: number, tclass: number, specified: number, branch = 0, slice = 0): number {
    let entry = this.first(source, target, tclass);
    while (
      entry >= 0 &&
      !(this.specified[entry] === specified && this.branch[entry] === branch && this.slice[entry] === slice)
    )
      entry = this.nextOf(entry);
    return entry;
  }

  /** The entry with this key; made with zero data (an all-zero row for xperms) when it does not exist. */
  ensure(source: number, target: number, tclass: number, specified: number, branch = 0, slice = 0): number {
    // As `find`, in one loop: every rule of a policy passes here.
    const pair = ((source << 16) | target) >>> 0;
    let entry = this.buckets[hashTriple(source, target, tclass) & (this.buckets.length - 1)] as number;
    while (
      entry >= 0 &&
      !(
        this.pair[entry] === pair &&
        this.tclass[entry] === tclass &&
        this.specified[entry] === specified &&
        this.branch[entry] === branch &&
        this.slice[entry] === slice
      )
    )
      entry = this.next[entry] as number;
    return entry >= 0 ? entry : this.append(source, target, tclass, specified, branch, slice);
  }

  /** Makes a new entry even when the key exists (legal for xperms of old policies only). */
  append(source: number, target: number, tclass: number, specified: number, branch = 0, slice = 0): number {
    let entry = this.free.pop();
    if (entry === undefined) {
      if (this.length === this.pair.length) this.grow();
      entry = this.length++;
    }
    this.pair[entry] = (source << 16) | target;
    this.tclass[entry] = tclass;
    this.specified[entry] = specified;
    this.branch[entry] = branch;
    this.slice[entry] = slice;
    this.data[entry] = (specified & AVTAB_XPERMS) !== 0 ? this.newRow() : 0;
    const bucket = hashTriple(source, target, tclass) & (this.buckets.length - 1);
    this.next[entry] = this.buckets[bucket] as number;
    this.buckets[bucket] = entry;
    this.count++;
    return entry;
  }

  remove(entry: number): void {
    const bucket =
      hashTriple(this.source(entry), this.target(entry), this.tclass[entry] as number) &
      (this.buckets.length - 1);
    let at = this.buckets[bucket] as number;
    if (at === entry) this.buckets[bucket] = this.next[entry] as number;
    else {
      while (this.next[at] !== entry) at = this.next[at] as number;
      this.next[at] = this.next[entry] as number;
    }
    if (((this.specified[entry] as number) & AVTAB_XPERMS) !== 0)
      this.freeRows.push(this.data[entry] as number);
    this.specified[entry] = 0;
    this.data[entry] = 0;
    this.free.push(entry);
    this.count--;
  }

  /** True when an extended permission value (0…255) is in the row of an xperm entry. */
  xpermHas(entry: number, value: number): boolean {
    const row = (this.data[entry] as number) * 8;
    return ((this.xperms[row + (value >>> 5)] as number) & (1 << (value & 31))) !== 0;
  }

  xpermAdd(entry: number, value: number): void {
    const at = (this.data[entry] as number) * 8 + (value >>> 5);
    this.xperms[at] = (this.xperms[at] as number) | (1 << (value & 31));
  }

  private newRow(): number {
    const reused = this.freeRows.pop();
    const row = reused ?? this.xpermRows++;
    if ((row + 1) * 8 > this.xperms.length) {
      const larger = new Uint32Array(Math.max(64, this.xperms.length * 2));
      larger.set(this.xperms);
      this.xperms = larger;
    }
    this.xperms.fill(0, row * 8, row * 8 + 8);
    return row;
  }

  private grow(): void {
    const capacity = this.pair.length * 2;
    this.pair = grown(this.pair, new Uint32Array(capacity));
    this.tclass = grown(this.tclass, new Uint16Array(capacity));
    this.specified = grown(this.specified, new Uint16Array(capacity));
    this.branch = grown(this.branch, new Uint32Array(capacity));
    this.slice = grown(this.slice, new Uint16Array(capacity));
    this.data = grown(this.data, new Uint32Array(capacity));
    this.next = grown(this.next, new Int32Array(capacity));
    this.buckets = new Int32Array(this.buckets.length * 2).fill(-1);
    const mask = this.buckets.length - 1;
    for (let entry = 0; entry < this.length; entry++) {
      if (this.specified[entry] === 0) continue;
      const bucket = hashTriple(this.source(entry), this.target(entry), this.tclass[entry] as number) & mask;
      this.next[entry] = this.buckets[bucket] as number;
      this.buckets[bucket] = entry;
    }
  }
}

function grown<T extends Uint16Array | Uint32Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
