// Activation: keeps the policy database equal to what the active blocks say. A change of code becomes two lists of
// blocks, those that leave and those that enter; rules go out under the old membership, then declarations and
// membership change, then rules come in, then the rare statements are built anew where one of them changed. The lists
// come from reference counts where no declaration or requirement changed its outcome (the common edit), and from
// settling the optionals anew otherwise.

import { type AppliedCode, affectedBlocks } from "./affected.ts";
import {
  OP_ATTR,
  OP_CALL,
  OP_DECL,
  OP_GENREQUIRE,
  OP_LENGTH,
  OP_OPTIONAL,
  OP_REQUIRE,
  OP_STATEMENT,
} from "./code.ts";
import { cutCycles } from "./cycles.ts";
import { ExpandedAttributes } from "./expandedAttributes.ts";
import { buildGlobals, type Globals } from "./globals.ts";
import { IntPool } from "./intPool.ts";
import { isRole, lingeringKey, lingeringOf, offPositions, withRequiredRoles } from "./lingering.ts";
import { type MembershipError, Memberships } from "./memberships.ts";
import { SetMoves } from "./movedSets.ts";
import {
  chosen,
  type Declared,
  GROUPS,
  groupOf,
  isDeclared,
  isMet,
  type OptionalInput,
  STATE_KNOWN,
  STATE_OK,
  STATE_ON,
  settle,
  switchedOff,
} from "./optionals.ts";
import { describeRare } from "./rareText.ts";
import { type SkippedRule, SkippedTransitions } from "./skippedTransitions.ts";
import type { CompilerState } from "./state.ts";
import { tally } from "./tally.ts";
import { mayLeadTo } from "./walk.ts";

const COUNTED = (1 << OP_DECL) | (1 << OP_ATTR) | (1 << OP_STATEMENT);
const REQUIRES = (1 << OP_REQUIRE) | (1 << OP_GENREQUIRE);

/** The living policy. */
export class Activation {
  private readonly state: CompilerState;
  private readonly optionalInput: OptionalInput;
  readonly globals: Globals;
  readonly appliedStart = new IntPool(); // code that is in the policy, by block; -1: none is
  private readonly appliedStop = new IntPool();
  private declared: Declared | undefined;
  readonly dropped = new Map<number, number[]>(); // OP_OPTIONAL positions whose own branch is off
  private readonly otherDeclarations = new Map<number, number>();
  private roots: readonly number[] = [];
  /** the roots, and what is on without being called by anything that is (nestedElse.ts) */
  private withOrphans: readonly number[] = [];
  hasElse = false;
  flaskDirty = true;
  private readonly memberships: Memberships;
  private readonly skippedTransitions: SkippedTransitions;
  private readonly expandedAttributes: ExpandedAttributes;
  private readonly known = new Set<number>(); // words that ever were types or attributes
  editedUnits: ReadonlySet<number> = new Set(); // whose text the running update replaced
  hasIdleChanges = false; // the running update replaced code that is not in the policy
  private isTangled = false; // an optional block that entered is off, and declares something
  private stale = false;
  private areStatementsStale = false;
  private hasIdleRoles = false; // a block that is off declares a role
  private lingering = ""; // what blocks that are off do all the same
  private readonly setMoves: SetMoves;
  namesGeneration = 0; // grows when a declaration comes or goes, or all may mean something else
  repeatsGeneration = 0; // grows when a block that leads to declarations comes to be used more than once, or no longer
  private meaningGeneration = 0;

  constructor(state: CompilerState) {
    this.state = state;
    this.globals = buildGlobals(state);
    this.memberships = new Memberships(state);
    this.skippedTransitions = new SkippedTransitions(state);
    this.expandedAttributes = new ExpandedAttributes(state);
    this.setMoves = new SetMoves(state);
    this.optionalInput = {
      blocks: state.blocks,
      code: state.code,
      modular: state.options.mode === "modular",
      hasPermission: this.globals.hasPermission,
    };
  }

  isApplied(block: number): boolean {
    return block < this.appliedStart.length && (this.appliedStart.at[block] as number) >= 0;
  }

  /** Changes when neverallow rules come or go, or when what names mean changes. */
  assertionGeneration(): number {
    return this.meaningGeneration * 0x100000 + this.state.rules.assertionGeneration;
  }

  /** Changes when what names mean changes. */
  meaning(): number {
    return this.meaningGeneration;
  }

  membershipErrors(): readonly MembershipError[] {
    return this.memberships.errors;
  }

  skipped(): readonly SkippedRule[] {
    return this.skippedTransitions.skipped;
  }

  private appliedCode(): AppliedCode {
    return { start: this.appliedStart, stop: this.appliedStop };
  }

  *appliedBlocks(): Iterable<number> {
    for (let block = 0; block < this.appliedStart.length; block++) if (this.isApplied(block)) yield block;
  }

  /** True when the symbol that a require operation names is declared by an active block. */
  isDeclared(at: number): boolean {
    return this.declared === undefined || isDeclared(this.optionalInput, at, this.declared);
  }

  /** Words declared more than once as something other than a type. */
  declaredTwice(): readonly number[] {
    const found: number[] = [];
    this.otherDeclarations.forEach((count, word) => {
      if (count > 1) found.push(word);
    });
    return found;
  }

  /** Words declared as booleans or tunables. */
  *declaredBooleans(): Iterable<number> {
    for (const [word, count] of this.otherDeclarations) if (count > 0) yield word;
  }

  /** Brings the policy in line with these roots, whatever changed. */
  settleAll(roots: readonly number[]): void {
    const { blocks, words } = this.state;
    this.roots = roots;
    this.namesGeneration++;
    this.repeatsGeneration++;
    if (this.flaskDirty) this.globals.rebuildFlask(roots);
    let settled = settle(this.optionalInput, roots, words.size);
    if (settled.circular) {
      cutCycles(this.state, roots);
      settled = settle(this.optionalInput, roots, words.size);
    }
    this.declared = settled.declared;
    this.hasElse = settled.hasElse;
    const wasLenient = this.state.rules.lenient;
    this.state.rules.lenient = settled.lenient;
    this.withOrphans = [...roots, ...settled.orphans];
    const isSame = (block: number): boolean =>
      this.isApplied(block) &&
      this.appliedStart.at[block] === blocks.codeStart.at[block] &&
      wasLenient.has(block) === settled.lenient.has(block);
    const leaving: number[] = [];
    for (let block = 0; block < this.appliedStart.length; block++)
      if (this.isApplied(block) && (settled.active[block] === 0 || !isSame(block))) leaving.push(block);
    const entering = settled.order.filter((block) => !isSame(block));
    this.apply(entering, leaving);
    this.dropped.clear();
    for (const block of settled.dropping) if (this.isApplied(block)) this.noteDropped(block);
    this.finish();
  }

  /** Makes every block enter anew at the next settling: the meaning of sets changed everywhere. */
  reapplyAll(): void {
    this.flaskDirty = true;
    for (let block = 0; block < this.appliedStart.length; block++) this.state.rules.remove(block);
    this.stale = true;
  }

  /** Makes the rules that use these set macros enter anew with the running update. */
  reapply(names: ReadonlySet<number>): void {
    this.namesGeneration++;
    this.setMoves.takeOut(names, this.appliedCode());
  }

  /**
   * Brings the policy in line after an edit: `changed` are applied blocks with new code, `oldRoots` leave and
   * `newRoots` enter.
   */
  update(
    roots: readonly number[],
    changed: readonly number[],
    oldRoots: readonly number[],
    newRoots: readonly number[],
  ): void {
    if (
      this.declared === undefined ||
      this.flaskDirty ||
      this.hasElse ||
      this.hasIdleRoles ||
      (this.hasIdleChanges && this.isRevived()) ||
      !this.tryFast(roots, changed, oldRoots, newRoots)
    )
      this.settleAll(roots);
  }

  /**
   * True when an optional block that is off could be on: code that is not in the policy has changed, and with it what an
   * optional requires; or when one declares something, which can be a role (isDeclaredAnywhere). What was remembered of such code is forgotten.
   */
  private isRevived(): boolean {
    const { blocks, code } = this.state;
    const { state } = blocks;
    const declared = this.declared as Declared;
    for (let block = 0; block < blocks.count; block++)
      if (!this.isApplied(block)) state.at[block] = (state.at[block] as number) & STATE_ON;
    for (const positions of this.dropped.values())
      for (const at of positions)
        for (const branch of [code.at[at + 1] as number, code.at[at + 2] as number])
          if (
            branch >= 0 &&
            ((state.at[branch] as number) & STATE_ON) === 0 &&
            isMet(this.optionalInput, branch, declared)
          )
            return true;
    return false;
  }

  private tryFast(
    roots: readonly number[],
    changed: readonly number[],
    oldRoots: readonly number[],
    newRoots: readonly number[],
  ): boolean {
    const { blocks } = this.state;
    const declared = this.declared as Declared;
    for (const block of changed) {
      const before = blocks.state.at[block] as number;
      blocks.state.at[block] = before & STATE_ON;
      const met = isMet(this.optionalInput, block, declared);
      if ((before & STATE_KNOWN) === 0 || ((before & STATE_OK) !== 0) !== met) return false;
    }
    const entering: number[] = [...changed];
    const leaving: number[] = [...changed];
    this.isTangled = false;
    for (const block of changed) this.enterChildren(block, entering);
    for (const root of newRoots) this.enter(root, entering);
    if (this.isTangled) return false;
    for (const block of changed)
      this.forChildren(this.appliedStart.at[block] as number, this.appliedStop.at[block] as number, (child) =>
        this.leave(child, leaving),
      );
    for (const root of oldRoots) this.leave(root, leaving);
    // An edited block that nothing leads to any more must not enter.
    for (const block of changed) if ((blocks.refs.at[block] as number) <= 0) return false;
    if (!this.countDeclarations(entering, leaving)) return false;
    this.roots = roots;
    this.withOrphans = roots;
    // A block that left and came back within one update is only touched when its code is new.
    const left = new Set(leaving);
    const back = entering.filter(
      (block) => left.has(block) && this.appliedStart.at[block] === blocks.codeStart.at[block],
    );
    const same = new Set(back);
    this.apply(
      entering.filter((block) => !same.has(block)),
      leaving.filter((block) => !same.has(block)),
    );
    for (const block of entering) this.noteDropped(block);
    this.finish();
    return true;
  }

  private enter(block: number, entering: number[]): void {
    const { blocks } = this.state;
    const refs = (blocks.refs.at[block] as number) + 1;
    blocks.refs.at[block] = refs;
    if (refs === 2 && this.leadsToDeclaration(block)) this.repeatsGeneration++;
    if (refs > 1) return;
    entering.push(block);
    this.enterChildren(block, entering);
  }

  private enterChildren(block: number, entering: number[]): void {
    const { blocks, code } = this.state;
    const stop = blocks.codeEnd.at[block] as number;
    for (
      let at = blocks.codeStart.at[block] as number;
      at >= 0 && at < stop;
      at += OP_LENGTH[code.at[at] as number] as number
    ) {
      if (code.at[at] !== OP_OPTIONAL) continue;
      if ((code.at[at + 2] as number) >= 0) this.isTangled = true;
      for (const branch of [code.at[at + 1] as number, code.at[at + 2] as number]) {
        if (branch < 0) continue;
        const met = isMet(this.optionalInput, branch, this.declared as Declared);
        // What an optional declares can be what it, or another, requires: then all are to be weighed together.
        if (!met && this.leadsToDeclaration(branch)) this.isTangled = true;
        blocks.state.at[branch] = ((blocks.state.at[branch] as number) & ~STATE_ON) | (met ? STATE_ON : 0);
      }
    }
    this.forChildren(blocks.codeStart.at[block] as number, stop, (child) => this.enter(child, entering));
  }

  private leadsToDeclaration(block: number): boolean {
    return mayLeadTo(this.state.blocks, block, 1 << OP_DECL);
  }

  private leave(block: number, leaving: number[]): void {
    const { blocks } = this.state;
    const refs = (blocks.refs.at[block] as number) - 1;
    blocks.refs.at[block] = refs;
    if (refs === 1 && this.leadsToDeclaration(block)) this.repeatsGeneration++;
    if (refs > 0) return;
    leaving.push(block);
    if (this.isApplied(block))
      this.forChildren(this.appliedStart.at[block] as number, this.appliedStop.at[block] as number, (child) =>
        this.leave(child, leaving),
      );
  }

  private forChildren(start: number, stop: number, visit: (child: number) => void): void {
    const { blocks, code } = this.state;
    for (let at = start; at >= 0 && at < stop; at += OP_LENGTH[code.at[at] as number] as number) {
      const op = code.at[at];
      if (op === OP_CALL) visit(code.at[at + 1] as number);
      else if (op === OP_OPTIONAL) {
        const child = chosen(blocks, code, at);
        if (child >= 0) visit(child);
      }
    }
  }

  /**
   * Counts the declarations that leave and enter; false when a name comes or goes that some block requires: then the
   * optionals are to be settled anew. Counts nothing in that case.
   */
  private countDeclarations(entering: readonly number[], leaving: readonly number[]): boolean {
    const { blocks, code, evaluator } = this.state;
    const declared = this.declared as Declared;
    const modular = this.optionalInput.modular;
    /** word and namespace → how many declarations more */
    const net = new Map<number, number>();
    const count = (start: number, stop: number, delta: number): void => {
      for (let at = start; at >= 0 && at < stop; at += OP_LENGTH[code.at[at] as number] as number) {
        const op = code.at[at] as number;
        if (op !== OP_DECL && !(modular && (op === OP_REQUIRE || op === OP_GENREQUIRE))) continue;
        const key = (code.at[at + 2] as number) * GROUPS + groupOf(code.at[at + 1] as number);
        net.set(key, (net.get(key) ?? 0) + delta);
      }
    };
    for (const block of entering)
      count(blocks.codeStart.at[block] as number, blocks.codeEnd.at[block] as number, 1);
    for (const block of leaving)
      if (this.isApplied(block))
        count(this.appliedStart.at[block] as number, this.appliedStop.at[block] as number, -1);
    let moved = false;
    for (const [key, delta] of net) {
      if (delta === 0) continue;
      moved = true;
      const before = declared.count(key % GROUPS, Math.floor(key / GROUPS));
      if (before + delta > 0 === before > 0) continue;
      if (modular || evaluator.required.has(key % GROUPS, Math.floor(key / GROUPS))) return false;
    }
    if (moved) this.namesGeneration++;
    for (const [key, delta] of net) declared.change(key % GROUPS, Math.floor(key / GROUPS), delta);
    return true;
  }

  private apply(entering: readonly number[], leaving: readonly number[]): void {
    const { blocks, rules, resolver, types, db } = this.state;
    const words = new Set<number>();
    const pairs = new Map<number, number>();
    const into = { words, pairs, others: this.otherDeclarations };
    const first = this.appliedStart.length === 0;
    let statements = this.flaskDirty;
    const counted = this.optionalInput.modular ? COUNTED | REQUIRES : COUNTED;
    const before: string[] = [];
    const after: string[] = [];
    for (const block of leaving) {
      if (!this.isApplied(block)) continue;
      rules.remove(block);
      const start = this.appliedStart.at[block] as number;
      const stop = this.appliedStop.at[block] as number;
      this.skippedTransitions.note(start, stop);
      if (tally(this.state, start, stop, -1, into))
        statements = !describeRare(this.state, block, start, stop, before, this.editedUnits) || statements;
      this.appliedStart.at[block] = -1;
      this.dropped.delete(block);
    }
    for (let i = 0; i < entering.length; i++) {
      const block = entering[i] as number;
      const start = blocks.codeStart.at[block] as number;
      const stop = blocks.codeEnd.at[block] as number;
      this.skippedTransitions.note(start, stop);
      // Most blocks hold nothing but rules and calls.
      const isCounted = ((blocks.contents.at[block] as number) & counted) !== 0;
      const rare = isCounted && tally(this.state, start, stop, 1, into);
      if (rare && leaving.length > 0) describeRare(this.state, block, start, stop, after);
      else if (rare) statements = true;
      this.appliedStart.set(block, start, -1);
      this.appliedStop.set(block, stop, -1);
    }
    // The same rare statements in the same order: what they made of the policy stays.
    if (before.length !== after.length || before.some((text, i) => text !== after[i])) statements = true;
    if (this.globals.hasProblems() && before.length > 0) statements = true;
    const changedWords = words.size > 0 ? types.refresh(words) : words;
    if (changedWords.size > 0) resolver.forgetTypes();
    let changedAttributes = new Set<number>();
    let membershipMoved = this.memberships.names(changedWords);
    if (this.memberships.change(pairs) || this.stale) membershipMoved = true;
    if (membershipMoved) {
      changedAttributes = types.setMembership(this.memberships.pairs(this.appliedCode()));
      if (changedAttributes.size > 0) resolver.forgetMembership();
    } else {
      if (changedWords.size > 0) types.renewTypes();
      this.memberships.renewErrors(this.appliedCode());
    }
    const turned = this.expandedAttributes.refresh(this.roots);
    if (changedWords.size > 0 || changedAttributes.size > 0 || this.stale) this.meaningGeneration++;
    const moved = turned.size > 0 ? new Set([...changedWords, ...turned]) : changedWords;
    const affected =
      !first && (moved.size > 0 || changedAttributes.size > 0)
        ? affectedBlocks(this.state, this.appliedCode(), moved, changedAttributes, new Set(entering))
        : [];
    affected.push(...this.state.tunables.blocksMoved(this, new Set([...entering, ...affected])));
    for (const block of affected) rules.remove(block);
    this.globals.refreshConditionals();
    for (const block of affected) rules.add(block);
    if (this.stale) {
      for (let block = 0; block < this.appliedStart.length; block++)
        if (this.isApplied(block) && !rules.has(block)) rules.add(block);
      this.stale = false;
    } else for (let i = 0; i < entering.length; i++) rules.add(entering[i] as number);
    const sets = this.setMoves.putBack((block) => this.isApplied(block));
    if (sets.length > 0) this.meaningGeneration++;
    if (sets.some((name) => this.globals.hasProblems() || this.globals.mentions(name))) statements = true;
    if (changedWords.size > 0 || statements) this.namesGeneration++;
    this.skippedTransitions.settle(this.withOrphans);
    if (!this.skippedTransitions.isSuspending) rules.compact();
    if (!statements) statements = this.touchesGlobals(changedWords, changedAttributes);
    for (const word of changedWords) this.known.add(word);
    this.areStatementsStale = statements;
    this.flaskDirty = false;
    db.generation++;
  }

  /** Reads the rare statements anew where they changed, or where blocks that are off have another effect. */
  private finish(): void {
    const positions = offPositions(this.state, this.dropped, this.hasElse, this.appliedCode());
    const all = this.optionalInput.modular ? [] : lingeringOf(this.state, positions);
    this.hasIdleRoles = all.some(isRole);
    const effects = withRequiredRoles(this.state, all, this.appliedCode());
    const key = lingeringKey(this.state, effects);
    if (!this.areStatementsStale && key === this.lingering) return;
    this.lingering = key;
    this.globals.rebuild(this.withOrphans, effects);
  }

  /** True when rare statements depend on names that came or went, or on who is in these attributes. */
  private touchesGlobals(words: ReadonlySet<number>, attributes: ReadonlySet<number>): boolean {
    const { types, db, words: texts } = this.state;
    if (words.size > 0 && this.globals.hasProblems()) return true;
    // A name that appears out of nowhere, and that no statement complained about, is used by none of them.
    for (const word of words)
      if (
        (types.valueOf(word) === 0 || this.known.has(word)) &&
        (this.globals.mentions(word) || types.hasAlias(word))
      )
        return true;
    for (const attribute of attributes) {
      const name = db.types.nameOf(attribute);
      if (name === undefined || this.globals.mentions(texts.intern(name))) return true;
    }
    return false;
  }

  /** Notes which optionals of the applied blocks are off. */
  private noteDropped(block: number): void {
    const start = this.appliedStart.at[block] as number;
    const off = switchedOff(this.optionalInput, start, this.appliedStop.at[block] as number);
    if (off.length > 0) this.dropped.set(block, off);
    else this.dropped.delete(block);
  }
}
