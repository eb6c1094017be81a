// Type rules that libsepol leaves out. When expand_terule_helper meets a key that an earlier rule of the same scope already
// gave the same result, it returns at once: the classes of the rule that it has not come to are skipped, whether they are
// new or not. Classes come in falling order of their values (define_compute_type puts each in front). So with
// `type_transition a b:dir c;` first, `type_transition a b:{ dir file } c;` adds nothing for file, and the kernel has no
// such transition. This file finds these keys: it orders the rules that share keys as libsepol does (the global part, then
// optional by optional in text order, see ranks.ts) and lets them pass. Cheap when no rule can be cut short, which is
// the rule.

import { LEADS_KNOWN, OP_CALL, OP_LENGTH, OP_OPTIONAL, OP_TYPE } from "./code.ts";
import { chosen } from "./optionals.ts";
import type { Suspended } from "./ruleTable.ts";
import type { CompilerState } from "./state.ts";
import { mayLeadTo } from "./walk.ts";

/** A key that a rule names and that libsepol leaves out. */
export interface SkippedRule {
  readonly block: number;
  /** code position of the rule */
  readonly at: number;
  readonly source: number;
  readonly target: number;
  readonly tclass: number;
  /** the class whose transition was there already, and the rule that gave it */
  readonly because: number;
  readonly other: { readonly block: number; readonly at: number };
}

/** A rule that shares a key with another: its entries by pair of types, those of greater classes first. */
interface Participant {
  readonly block: number;
  readonly at: number;
  readonly groups: readonly (readonly number[])[];
}

/** What a block must lead to for the walk to go there. */
const WALKED = 1 << OP_TYPE;

/** Comparisons after which the order is looked at without asking further whether that is needed. */
const MOST_WORK = 1_000_000;

const NOTHING = new Uint8Array(0);
const SEEN = 1;
const LEADS_THERE = 2;

/** Keeps the policy free of what libsepol skips. */
export class SkippedTransitions {
  private readonly state: CompilerState;
  private suspended: readonly Suspended[] = [];
  private generation = -1;
  /** with the type rules as they are, the order of the text decides */
  private isOrderNeeded = false;
  private isOrderStale = false;
  /** while the order is needed: the rules whose order matters, in that order */
  private ordered: readonly Participant[] = [];
  /** by block, while the order is needed: LEADS_THERE for those that lead to a rule that shares a key */
  private reach: Uint8Array = NOTHING;
  skipped: readonly SkippedRule[] = [];

  constructor(state: CompilerState) {
    this.state = state;
  }

  /**
   * Hears of code that enters or leaves the policy. Of all edits few can change the order in which the rules that matter
   * here are read: those of code that leads to one of them.
   */
  note(start: number, stop: number): void {
    if (!this.isOrderNeeded || this.isOrderStale) return;
    const { at: ops } = this.state.code;
    for (let at = start; at >= 0 && at < stop; at += OP_LENGTH[ops[at] as number] as number) {
      const op = ops[at];
      if (op !== OP_CALL && op !== OP_OPTIONAL) continue;
      const otherwise = op === OP_OPTIONAL ? (ops[at + 2] as number) : -1;
      if (this.reach[ops[at + 1] as number] !== LEADS_THERE && this.reach[otherwise] !== LEADS_THERE)
        continue;
      this.isOrderStale = true;
      return;
    }
  }

  /** True while contributions are remembered by their numbers. */
  get isSuspending(): boolean {
    return this.suspended.length > 0;
  }

  /** To be called when all rules are in. Modules are left as they are: theirs is not the order that counts. */
  settle(roots: readonly number[]): void {
    const { rules, options } = this.state;
    if (options.mode === "modular") return;
    if (rules.typeGeneration === this.generation && !this.isOrderStale) return;
    rules.resume(this.suspended);
    this.suspended = [];
    this.skipped = [];
    this.orderAnew(this.contested(this.participants()), roots);
    if (this.isOrderNeeded) this.skip(this.ordered);
    this.isOrderStale = false;
    this.generation = rules.typeGeneration;
  }

  /** Most edits of type rules are edits of others: while the same rules are contested and nothing moved, their order stays. */
  private orderAnew(contested: ReadonlyMap<number, Participant>, roots: readonly number[]): void {
    const isSame =
      !this.isOrderStale &&
      contested.size === this.ordered.length &&
      this.ordered.every(({ at, block }) => contested.get(at)?.block === block);
    this.isOrderNeeded = contested.size > 0;
    if (isSame) {
      this.ordered = this.ordered.map(({ at }) => contested.get(at) as Participant);
      return;
    }
    this.ordered = this.isOrderNeeded ? this.inOrder(contested, roots) : [];
    this.reach = this.isOrderNeeded ? this.leadingTo(contested, roots) : NOTHING;
  }

  /** The rules behind keys that several rules give, by code position. */
  private participants(): Map<number, Participant> {
    const { rules, db } = this.state;
    const { avtab } = db;
    const wanted = new Map<number, Set<number>>();
    for (const shared of rules.shared)
      for (const c of rules.contributionsOf(shared)) {
        const block = rules.block.at[c] as number;
        const ats = wanted.get(block);
        if (ats === undefined) wanted.set(block, new Set([rules.at.at[c] as number]));
        else ats.add(rules.at.at[c] as number);
      }
    const found = new Map<number, Participant>();
    const byClass = (a: number, b: number): number =>
      (avtab.tclass[b] as number) - (avtab.tclass[a] as number);
    for (const [block, ats] of wanted) {
      const { start, stop } = rules.range(block);
      const groups = new Map<number, Map<number, number[]>>();
      for (let c = start; c < stop; c++) {
        const at = rules.at.at[c] as number;
        if (!ats.has(at)) continue;
        const entry = rules.entry.at[c] as number;
        const pairs = groups.get(at) ?? new Map<number, number[]>();
        groups.set(at, pairs);
        const group = pairs.get(avtab.pair[entry] as number);
        if (group === undefined) pairs.set(avtab.pair[entry] as number, [entry]);
        else group.push(entry);
      }
      for (const [at, pairs] of groups)
        found.set(at, { block, at, groups: [...pairs.values()].map((group) => group.sort(byClass)) });
    }
    return found;
  }

  /**
   * The rules whose order matters. It does not for a key when whoever gives it first cannot be cut short before: when all
   * shared keys above it, in all rules that give it, are given by such rules only. For the others, everybody counts who
   * gives one of these keys or one above it.
   */
  private contested(participants: ReadonlyMap<number, Participant>): ReadonlyMap<number, Participant> {
    const givers = this.createGivers();
    const contested = new Map<number, Participant>();
    const open: Participant[] = [];
    const enter = (at: number): void => {
      const participant = participants.get(at);
      if (participant === undefined || contested.has(at)) return;
      contested.set(at, participant);
      open.push(participant);
    };
    let work = 0;
    for (const { at, groups } of participants.values())
      for (const group of groups) {
        const below = group.findIndex((entry) => this.state.rules.shared.has(entry)) + 1;
        if (below === 0) continue;
        for (const entry of group.slice(below)) {
          const own = givers(entry);
          for (const above of group) {
            if (above === entry) break;
            const others = givers(above);
            work += others.size;
            if (work < MOST_WORK && [...others].every((giver) => own.has(giver))) continue;
            enter(at);
            for (const giver of own) enter(giver);
            break;
          }
        }
      }
    for (let one = open.pop(); one !== undefined; one = open.pop())
      for (const group of one.groups)
        for (const entry of group)
          if (this.state.rules.shared.has(entry)) for (const giver of givers(entry)) enter(giver);
    return contested;
  }

  /** The rules that give a key, by code position; remembered. */
  private createGivers(): (entry: number) => ReadonlySet<number> {
    const { rules } = this.state;
    const known = new Map<number, ReadonlySet<number>>();
    return (entry) => {
      let givers = known.get(entry);
      if (givers === undefined) {
        givers = new Set([...rules.contributionsOf(entry)].map((c) => rules.at.at[c] as number));
        known.set(entry, givers);
      }
      return givers;
    };
  }

  /** Lets the rules pass as libsepol does; keys that nobody gave in the end leave the policy. */
  private skip(ordered: readonly Participant[]): void {
    const { rules, db } = this.state;
    const { avtab } = db;
    const given = new Map<number, Participant>();
    const cut = new Map<number, { rule: Participant; because: number; other: Participant }[]>();
    for (const rule of ordered)
      for (const group of rule.groups)
        for (const [index, entry] of group.entries()) {
          const other = given.get(entry);
          if (other === undefined) {
            given.set(entry, rule);
            continue;
          }
          for (const rest of group.slice(index + 1)) {
            const list = cut.get(rest) ?? [];
            list.push({ rule, because: avtab.tclass[entry] as number, other });
            cut.set(rest, list);
          }
          break;
        }
    const skipped: SkippedRule[] = [];
    const suspended: Suspended[] = [];
    for (const [entry, rules_] of cut) {
      if (given.has(entry)) continue;
      for (const { rule, because, other } of rules_)
        skipped.push({
          block: rule.block,
          at: rule.at,
          source: avtab.source(entry),
          target: avtab.target(entry),
          tclass: avtab.tclass[entry] as number,
          because,
          other: { block: other.block, at: other.at },
        });
      suspended.push(...rules.suspend(entry));
    }
    this.skipped = skipped;
    this.suspended = suspended;
  }

  /**
   * The participants in the order in which libsepol expands them: a walk through everything that leads to type rules.
   * Runs after every edit of a policy that has such rules, so it is written out by hand.
   */
  private inOrder(participants: ReadonlyMap<number, Participant>, roots: readonly number[]): Participant[] {
    const { blocks, code } = this.state;
    const ordered: Participant[] = [];
    let current: Participant[] = [];
    /** The end of a declaration. The parser puts conditional rules each in front of those before. */
    const finish = (): void => {
      const isPlain = ({ block }: Participant): boolean => blocks.branch.at[block] === 0;
      ordered.push(...current.filter(isPlain));
      ordered.push(...current.filter((one) => !isPlain(one)).reverse());
      current = [];
    };
    // 1: to be passed; 2: holds a participant besides.
    const open = new Uint8Array(blocks.count).fill(1);
    for (const { block } of participants.values()) open[block] = 2;
    const isKnown = blocks.leadsKnown;
    const leads = blocks.leads.at;
    const starts = blocks.codeStart.at;
    const ends = blocks.codeEnd.at;
    const ops = code.at;
    const stack: number[] = [];
    const positions: number[] = [];
    const pending: number[] = [];
    /** a block and its calls in place; the optionals in them come later */
    const pass = (first: number): void => {
      const later: number[] = [];
      let block = first;
      let at = starts[block] as number;
      let stop = ends[block] as number;
      let isHolder = open[block] === 2;
      const reach = isKnown ? (leads[block] as number) : -1;
      if (open[block] === 0 || ((reach & LEADS_KNOWN) !== 0 && (reach & WALKED) === 0)) return;
      open[block] = 0;
      for (;;) {
        if (at < 0 || at >= stop) {
          if (stack.length === 0) break;
          block = stack.pop() as number;
          at = positions.pop() as number;
          stop = ends[block] as number;
          // Its own rules may follow the call.
          isHolder = true;
          continue;
        }
        const op = ops[at] as number;
        const here = at;
        at += OP_LENGTH[op] as number;
        if (op === OP_TYPE) {
          const participant = isHolder ? participants.get(here) : undefined;
          if (participant !== undefined) current.push(participant);
        } else if (op === OP_OPTIONAL) {
          const child = chosen(blocks, code, here);
          if (child >= 0) later.push(child);
        } else if (op === OP_CALL) {
          const child = ops[here + 1] as number;
          if (open[child] === 0) continue;
          const known = isKnown ? (leads[child] as number) : -1;
          if ((known & LEADS_KNOWN) !== 0 && (known & WALKED) === 0) continue;
          stack.push(block);
          positions.push(at);
          block = child;
          at = starts[block] as number;
          stop = ends[block] as number;
          isHolder = open[block] === 2;
          open[block] = 0;
        }
      }
      // Optionals inside of this one come before those after it.
      for (let i = later.length - 1; i >= 0; i--) pending.push(later[i] as number);
    };
    const optionals: number[] = [];
    for (const root of roots) {
      pass(root);
      for (let child = pending.pop(); child !== undefined; child = pending.pop()) optionals.push(child);
    }
    finish();
    for (let i = optionals.length - 1; i >= 0; i--) pending.push(optionals[i] as number);
    for (let block = pending.pop(); block !== undefined; block = pending.pop()) {
      pass(block);
      finish();
    }
    return ordered;
  }

  /** Which blocks hold a participant, or lead to one that does. */
  private leadingTo(participants: ReadonlyMap<number, Participant>, roots: readonly number[]): Uint8Array {
    const { blocks, code } = this.state;
    const ops = code.at;
    const reach = new Uint8Array(blocks.count);
    const holders = new Set([...participants.values()].map(({ block }) => block));
    const visit = (block: number, depth: number): boolean => {
      if (reach[block] !== 0) return reach[block] === LEADS_THERE;
      reach[block] = SEEN;
      if (!mayLeadTo(blocks, block, WALKED)) return false;
      // So deep that nobody looks: better too much.
      let found = holders.has(block) || depth > 1000;
      const stop = blocks.codeEnd.at[block] as number;
      let at = blocks.codeStart.at[block] as number;
      while (at >= 0 && at < stop) {
        const op = ops[at] as number;
        if (op === OP_CALL || op === OP_OPTIONAL) found = visit(ops[at + 1] as number, depth + 1) || found;
        const otherwise = op === OP_OPTIONAL ? (ops[at + 2] as number) : -1;
        if (otherwise >= 0) found = visit(otherwise, depth + 1) || found;
        at += OP_LENGTH[op] as number;
      }
      if (found) reach[block] = LEADS_THERE;
      return found;
    };
    for (const root of roots) visit(root, 0);
    return reach;
  }
}
