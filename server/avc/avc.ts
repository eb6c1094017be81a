// The access vector cache (security/selinux/avc.c): decisions by (source SID, target SID, class) in 512 hash slots
// over typed arrays, with the kernel's threshold, its reclaim of 16 nodes round-robin over the slots, sequence
// numbers, and the grant which makes permissive mode log an access once per node only. Invariant (tested): a hit
// says what computing anew would say, except for such grants. It computes nothing itself (the source does).

import { AVD_PERMISSIVE, type AvDecision, createDecision } from "../services/computeAv.ts";
import type { XpermDecision, XpermDrivers } from "../services/xperms.ts";

export const AVC_CACHE_SLOTS = 512;
export const AVC_CACHE_RECLAIM = 16;
export const AVC_DEF_CACHE_THRESHOLD = 512;

/** Where decisions come from. */
export interface AvcSource {
  /** Number of the policy (and boolean) state that decisions are computed from. */
  seqno(): number;
  compute(ssid: number, tsid: number, tclass: number, decision: AvDecision): void;
  xpermDrivers(ssid: number, tsid: number, tclass: number): XpermDrivers;
  xperms(ssid: number, tsid: number, tclass: number, driver: number, kind: number): XpermDecision;
}

/** Counters as in selinuxfs avc/cache_stats; hits are lookups - misses. */
export interface AvcStats {
  lookups: number;
  misses: number;
  allocations: number;
  reclaims: number;
  frees: number;
}

/** Extended permissions of a node: flagged drivers and the decisions that were needed so far. */
export interface XpermNode {
  readonly drivers: XpermDrivers["drivers"];
  kinds: number;
  readonly decisions: XpermDecision[];
}

const NONE = -1;

/** The cache. One for each security server. */
export class Avc {
  enforcing = true;
  readonly stats: AvcStats = { lookups: 0, misses: 0, allocations: 0, reclaims: 0, frees: 0 };
  private readonly source: AvcSource;
  private readonly heads = new Int32Array(AVC_CACHE_SLOTS).fill(NONE);
  private next = new Int32Array(0);
  private ssids = new Int32Array(0);
  private tsids = new Int32Array(0);
  private classes = new Int32Array(0);
  private allowed = new Int32Array(0);
  private auditallow = new Int32Array(0);
  private auditdeny = new Int32Array(0);
  private flags = new Int32Array(0);
  private seqnos = new Int32Array(0);
  private xpermNodes: (XpermNode | undefined)[] = [];
  private free: number[] = [];
  private active = 0;
  private lruHint = 0;
  private latestNotif = 0;
  private limit = AVC_DEF_CACHE_THRESHOLD;
  private readonly fresh = createDecision();

  constructor(source: AvcSource) {
    this.source = source;
    this.latestNotif = source.seqno();
    this.makeRoom(this.limit + 2);
  }

  /** Active nodes above which new ones reclaim old ones (avc/cache_threshold). */
  get threshold(): number {
    return this.limit;
  }

  set threshold(nodes: number) {
    this.limit = nodes;
    this.makeRoom(nodes + 2);
  }

  /** avc_has_perm_noaudit: true when the access may go on. `strict` ignores permissive mode. */
  hasPerm(ssid: number, tsid: number, tclass: number, requested: number, strict = false): boolean {
    const node = this.lookUp(ssid, tsid, tclass);
    if (node === NONE) return this.missed(ssid, tsid, tclass, requested, strict);
    if ((requested & ~(this.allowed[node] as number)) === 0) return true;
    const lenient = !this.enforcing || ((this.flags[node] as number) & AVD_PERMISSIVE) !== 0;
    return !strict && lenient && this.grant(ssid, tsid, tclass, requested, this.seqnos[node] as number);
  }

  /** The decision as the cache has it now, computed (and kept) when it has none. */
  decide(ssid: number, tsid: number, tclass: number, decision: AvDecision): void {
    let node = this.lookUp(ssid, tsid, tclass);
    if (node === NONE) {
      const seqno = this.source.seqno();
      this.source.compute(ssid, tsid, tclass, decision);
      node = this.insert(ssid, tsid, tclass, decision, seqno);
      return;
    }
    decision.allowed = this.allowed[node] as number;
    decision.auditallow = this.auditallow[node] as number;
    decision.auditdeny = this.auditdeny[node] as number;
    decision.flags = this.flags[node] as number;
    decision.xperms = this.xpermNodes[node] !== undefined;
  }

  /**
   * avc_has_extended_perms: `decision.allowed` loses `requested` when the filter stops the value. `value` is
   * driver << 8 | function. Returns the sets that were consulted (auditing needs them).
   */
  hasExtendedPerm(
    ssid: number,
    tsid: number,
    tclass: number,
    requested: number,
    kind: number,
    value: number,
    decision: AvDecision,
  ): { readonly allowed: boolean; readonly consulted: XpermDecision | undefined } {
    this.decide(ssid, tsid, tclass, decision);
    const node = this.find(ssid, tsid, tclass);
    const uncached = node === NONE && decision.xperms ? this.makeXpermNode(ssid, tsid, tclass) : undefined;
    const xperms = node === NONE ? uncached : this.xpermNodes[node];
    const driver = (value >>> 8) & 0xff;
    let consulted: XpermDecision | undefined;
    if (xperms !== undefined) {
      if ((xperms.kinds & kind) !== 0 && xperms.drivers.has(driver))
        consulted = this.xpermDecision(xperms, ssid, tsid, tclass, driver, kind);
      if (consulted?.allowed.has(value & 0xff) !== true) decision.allowed &= ~requested;
    }
    if ((requested & ~decision.allowed) === 0) return { allowed: true, consulted };
    if (this.enforcing && (decision.flags & AVD_PERMISSIVE) === 0) return { allowed: false, consulted };
    if (node !== NONE) this.grant(ssid, tsid, tclass, requested, this.seqnos[node] as number);
    if (xperms !== undefined) {
      xperms.drivers.add(driver);
      xperms.kinds |= kind;
    }
    consulted?.allowed.add(value & 0xff);
    return { allowed: true, consulted };
  }

  /** avc_ss_reset: forgets everything; decisions of older sequence numbers are not kept from now on. */
  reset(seqno: number): void {
    for (let slot = 0; slot < AVC_CACHE_SLOTS; slot++)
      while (this.heads[slot] !== NONE) this.unlinkHead(slot);
    if (seqno > this.latestNotif) this.latestNotif = seqno;
  }

  /** Switches the mode; becoming enforcing forgets what permissive mode granted. */
  setEnforcing(enforcing: boolean): void {
    if (enforcing && !this.enforcing) this.reset(0);
    this.enforcing = enforcing;
  }

  /** As selinuxfs avc/hash_stats: nodes, slots in use, longest chain. */
  hashStats(): { readonly entries: number; readonly slotsUsed: number; readonly longestChain: number } {
    let slotsUsed = 0;
    let longestChain = 0;
    for (let slot = 0; slot < AVC_CACHE_SLOTS; slot++) {
      let length = 0;
      for (let node = this.heads[slot] as number; node !== NONE; node = this.next[node] as number) length++;
      if (length > 0) slotsUsed++;
      if (length > longestChain) longestChain = length;
    }
    return { entries: this.active, slotsUsed, longestChain };
  }

  private lookUp(ssid: number, tsid: number, tclass: number): number {
    this.stats.lookups++;
    const node = this.find(ssid, tsid, tclass);
    if (node === NONE) this.stats.misses++;
    return node;
  }

  private find(ssid: number, tsid: number, tclass: number): number {
    let node = this.heads[hash(ssid, tsid, tclass)] as number;
    while (
      node !== NONE &&
      !(this.ssids[node] === ssid && this.tsids[node] === tsid && this.classes[node] === tclass)
    )
      node = this.next[node] as number;
    return node;
  }

  private missed(ssid: number, tsid: number, tclass: number, requested: number, strict: boolean): boolean {
    const decision = this.fresh;
    const seqno = this.source.seqno();
    this.source.compute(ssid, tsid, tclass, decision);
    this.insert(ssid, tsid, tclass, decision, seqno);
    if ((requested & ~decision.allowed) === 0) return true;
    const lenient = !this.enforcing || (decision.flags & AVD_PERMISSIVE) !== 0;
    return !strict && lenient && this.grant(ssid, tsid, tclass, requested, seqno);
  }

  /** AVC_CALLBACK_GRANT: what permissive mode let through is allowed from now on. The access goes on anyway. */
  private grant(ssid: number, tsid: number, tclass: number, requested: number, seqno: number): true {
    // The kernel replaces the node by a copy: the copy counts, and making it may reclaim the original.
    this.countAllocation();
    const node = this.find(ssid, tsid, tclass);
    if (node !== NONE && this.seqnos[node] === seqno)
      this.allowed[node] = (this.allowed[node] as number) | requested;
    this.active--;
    this.stats.frees++;
    return true;
  }

  private insert(
    ssid: number,
    tsid: number,
    tclass: number,
    decision: Readonly<AvDecision>,
    seqno: number,
  ): number {
    if (seqno < this.latestNotif) return NONE;
    this.countAllocation();
    const node = this.free.pop() as number;
    const slot = hash(ssid, tsid, tclass);
    this.ssids[node] = ssid;
    this.tsids[node] = tsid;
    this.classes[node] = tclass;
    this.allowed[node] = decision.allowed;
    this.auditallow[node] = decision.auditallow;
    this.auditdeny[node] = decision.auditdeny;
    this.flags[node] = decision.flags;
    this.seqnos[node] = seqno;
    this.xpermNodes[node] = decision.xperms ? this.makeXpermNode(ssid, tsid, tclass) : undefined;
    this.next[node] = this.heads[slot] as number;
    this.heads[slot] = node;
    return node;
  }

  private makeXpermNode(ssid: number, tsid: number, tclass: number): XpermNode {
    return { ...this.source.xpermDrivers(ssid, tsid, tclass), decisions: [] };
  }

  private xpermDecision(
    node: XpermNode,
    ssid: number,
    tsid: number,
    tclass: number,
    driver: number,
    kind: number,
  ): XpermDecision {
    const known = node.decisions.find((decision) => decision.driver === driver && decision.kind === kind);
    if (known !== undefined) return known;
    const decision = this.source.xperms(ssid, tsid, tclass, driver, kind);
    node.decisions.push(decision);
    return decision;
  }

  private countAllocation(): void {
    this.stats.allocations++;
    if (++this.active > this.limit) this.reclaim();
  }

  private reclaim(): void {
    let reclaimed = 0;
    for (let tries = 0; tries < AVC_CACHE_SLOTS && reclaimed < AVC_CACHE_RECLAIM; tries++) {
      this.lruHint = (this.lruHint + 1) & (AVC_CACHE_SLOTS - 1);
      while (this.heads[this.lruHint] !== NONE && reclaimed < AVC_CACHE_RECLAIM) {
        this.unlinkHead(this.lruHint);
        this.stats.reclaims++;
        reclaimed++;
      }
    }
  }

  private unlinkHead(slot: number): void {
    const node = this.heads[slot] as number;
    this.heads[slot] = this.next[node] as number;
    this.xpermNodes[node] = undefined;
    this.free.push(node);
    this.active--;
    this.stats.frees++;
  }

  private makeRoom(capacity: number): void {
    const from = this.next.length;
    if (capacity <= from) return;
    const grown = (old: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => {
      const larger = new Int32Array(capacity);
      larger.set(old);
      return larger;
    };
    this.next = grown(this.next);
    this.ssids = grown(this.ssids);
    this.tsids = grown(this.tsids);
    this.classes = grown(this.classes);
    this.allowed = grown(this.allowed);
    this.auditallow = grown(this.auditallow);
    this.auditdeny = grown(this.auditdeny);
    this.flags = grown(this.flags);
    this.seqnos = grown(this.seqnos);
    for (let node = capacity - 1; node >= from; node--) this.free.push(node);
  }
}

function hash(ssid: number, tsid: number, tclass: number): number {
  return (ssid ^ (tsid << 2) ^ (tclass << 4)) & (AVC_CACHE_SLOTS - 1);
}
