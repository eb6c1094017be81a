// Scopes in a policy tree: a name that only optional blocks declare may be used where it is declared or required around
// the use, whether the blocks are on or not; checkpolicy asks while it parses (is_id_in_scope). All other names stand at
// the front of policy.conf (globalNames.ts) and are known everywhere. A policy.conf is asked by confScopes.ts, modules by
// scopes.ts. Answers are kept by file; an edit asks again what it can have changed.

import { BLOCK_COND } from "./blocks.ts";
import {
  LEADS_ON,
  OP_ATTR,
  OP_AV,
  OP_CALL,
  OP_DECL,
  OP_GENREQUIRE,
  OP_LENGTH,
  OP_OPTIONAL,
  OP_REQUIRE,
  OP_STATEMENT,
  OP_TYPE,
  OP_XPERM,
  SYM_ALIAS,
} from "./code.ts";
import { GlobalNames, isScoped, NAMES } from "./globalNames.ts";
import { IntPool } from "./intPool.ts";
import { GROUP_ROLE, GROUP_TYPE, GROUPS, groupOf } from "./optionals.ts";
import { GoneRoots } from "./roots.ts";
import { usesAt, usesNames } from "./scopedUses.ts";
import { type FileScopes, type ScopeQuestions, scopesOfFile, staysRight, tellBlock } from "./scopeWalk.ts";
import type { CompilerState } from "./state.ts";
import { mayLeadTo } from "./walk.ts";

/** What is known of a block: it has to do with names that are not global, itself or by what it leads to, or it has not. */
const CLEAN = 1;
const MATTERS = 2;

const NO = 1;
const YES = 2;

/** The scopes of one policy, as of the last question. */
export class OptionalScopes implements ScopeQuestions {
  private readonly state: CompilerState;
  private readonly names = new GlobalNames();
  private readonly known = new IntPool(1024);
  /** by type set: YES or NO when that is known; names by word, lists by the complement of the value */
  private readonly foreignNames = new IntPool(1024);
  private readonly foreignLists = new IntPool(1024);
  /** names among them that are macros */
  private readonly macros = new Set<number>();
  private readonly files = new Map<number, FileScopes>();
  /** what optional blocks declare, in any file; undefined after one has changed */
  private declared: ReadonlySet<number> | undefined;
  private declaredBefore: ReadonlySet<number> = new Set();
  private pending: number[] = [];
  private readonly gone = new GoneRoots();
  private isStale = true;
  /** names have come or gone that nothing used yet: who uses them next must not be answered from what is kept */
  private isOwed = false;
  private knowsNothing = true;

  private readonly self: number;
  /** a role that nobody declares and everybody may name */
  private readonly objectRole: number;

  constructor(state: CompilerState) {
    this.state = state;
    this.self = state.resolver.selfWord;
    this.objectRole = state.words.intern("object_r");
  }

  /** Takes note of the blocks that an edit had evaluated; `all` when macros may mean something else everywhere. */
  note(evaluated: readonly number[], all: boolean): void {
    if (all) this.isStale = true;
    if (this.isStale) this.pending = [];
    else for (const block of evaluated) this.pending.push(block);
  }

  isGlobal(group: number, word: number): boolean {
    return (
      !isScoped(group) ||
      word <= 0 ||
      this.names.has(group, word) ||
      (group === GROUP_TYPE && word === this.self) ||
      (group === GROUP_ROLE && word === this.objectRole)
    );
  }

  isForeign(value: number): boolean {
    const pool = value >= 0 ? this.foreignNames : this.foreignLists;
    const index = value >= 0 ? value : ~value;
    const known = index < pool.length ? (pool.at[index] as number) : 0;
    if (known !== 0) return known === YES;
    const { items } = this.state.resolver.flat(value);
    const answer = items.some((item) => !this.isGlobal(GROUP_TYPE, item >> 2));
    pool.set(index, answer ? YES : NO);
    if (value > 0 && (items.length !== 1 || (items[0] as number) >> 2 !== value)) this.macros.add(value);
    return answer;
  }

  matters(block: number): boolean {
    return this.look(block, 0) === MATTERS;
  }

  /** The scopes of the files in which there are mistakes. */
  all(roots: readonly number[], isInStatements: (word: number) => boolean): readonly FileScopes[] {
    this.forgetChanged();
    const moved = this.names.update(this.state, roots);
    if (moved.length > 0) {
      if (this.areUsed(moved, isInStatements)) this.forgetAll();
      else this.isOwed = true;
    }
    if (this.knowsNothing) this.lookAtAll();
    this.knowsNothing = false;
    for (const root of this.gone.next(roots)) if (this.files.delete(root)) this.declared = undefined;
    const all: FileScopes[] = [];
    for (const root of roots) {
      let file = this.files.get(root);
      if (file === undefined) {
        file = scopesOfFile(this.state, root, this);
        this.files.set(root, file);
        this.declared = undefined;
      }
      if (file.mistakes.length > 0) all.push(file);
    }
    return all;
  }

  /** Names that some optional block declares, by `word * GROUPS + group`: the same set while they are the same. */
  declaredNames(): ReadonlySet<number> {
    if (this.declared === undefined) {
      const now = new Set<number>();
      for (const { declared } of this.files.values()) for (const one of declared) now.add(one);
      const before = this.declaredBefore;
      const isSame = now.size === before.size && [...now].every((one) => before.has(one));
      this.declared = isSame ? before : now;
      this.declaredBefore = this.declared;
    }
    return this.declared;
  }

  /** True when anything but their declarations speaks of these names. */
  private areUsed(keys: readonly number[], isInStatements: (word: number) => boolean): boolean {
    const { evaluator } = this.state;
    const words = new Set<number>();
    for (const key of keys) {
      const word = Math.floor(key / GROUPS);
      if (key % GROUPS !== GROUP_TYPE || evaluator.required.has(GROUP_TYPE, word)) return true;
      words.add(word);
    }
    return this.isInSets(words) || [...words].some(isInStatements);
  }

  /** True when a set that was judged, which is each one of a block that is known to be clean, names one of these words. */
  private isInSets(words: ReadonlySet<number>): boolean {
    const { foreignNames, foreignLists, macros } = this;
    const { resolver } = this.state;
    const names = (value: number): boolean => resolver.flat(value).items.some((item) => words.has(item >> 2));
    for (const word of words) if (word < foreignNames.length && foreignNames.at[word] !== 0) return true;
    for (let list = 0; list < foreignLists.length; list++)
      if (foreignLists.at[list] !== 0 && names(~list)) return true;
    return [...macros].some(names);
  }

  /** Forgets what the blocks that were evaluated again can have changed. */
  private forgetChanged(): void {
    const { known, pending } = this;
    this.pending = [];
    if (this.isStale) {
      this.isStale = false;
      this.names.forget();
      this.forgetAll();
      return;
    }
    const before = pending.map((block) => (block < known.length ? (known.at[block] as number) : 0));
    for (const [i, block] of pending.entries()) if (before[i] !== 0) known.set(block, 0);
    const matter: number[] = [];
    let isMoved = false;
    for (const [i, block] of pending.entries()) {
      const old = before[i] as number;
      if (old === 0) continue;
      const now = this.look(block, 0);
      this.names.forgetBlock(block, mayLeadTo(this.state.blocks, block, NAMES));
      // What leads to the block has to do with such names now, or may no longer have.
      if (old !== now) isMoved = true;
      else if (now === MATTERS) matter.push(block);
    }
    if (isMoved || (this.isOwed && matter.length > 0)) this.forgetAll();
    else if (matter.length > 0) this.forgetFiles(matter);
  }

  /** Forgets the files in which one of these blocks stands and may be a mistake now. */
  private forgetFiles(changed: readonly number[]): void {
    const told = changed.map((block) => [block, tellBlock(this.state, block, this)] as const);
    for (const [root, file] of this.files)
      if (told.some(([block, now]) => !staysRight(file, block, now))) {
        this.files.delete(root);
        this.declared = undefined;
      }
  }

  private forgetAll(): void {
    this.known.at.fill(0, 0, this.known.length);
    for (const pool of [this.foreignNames, this.foreignLists]) pool.at.fill(0, 0, pool.length);
    this.macros.clear();
    this.files.clear();
    this.declared = undefined;
    this.knowsNothing = true;
    this.isOwed = false;
  }

  /** Looks at all blocks at once: one by one, from callers to callees, it would take five times as long. */
  private lookAtAll(): void {
    const { blocks, code } = this.state;
    const { known } = this;
    if (blocks.count === 0) return;
    known.set(blocks.count - 1, 0);
    const found = known.at;
    for (let block = 0; block < blocks.count; block++)
      found[block] = this.concernsItself(block) ? MATTERS : CLEAN;
    // Most blocks were made by those that lead to them, so a few rounds from the back reach the files.
    const ops = code.at;
    for (let moved = true; moved; ) {
      moved = false;
      for (let block = blocks.count - 1; block >= 0; block--) {
        if (found[block] === MATTERS || ((blocks.contents.at[block] as number) & LEADS_ON) === 0) continue;
        const stop = blocks.codeEnd.at[block] as number;
        for (
          let at = blocks.codeStart.at[block] as number;
          at >= 0 && at < stop;
          at += OP_LENGTH[ops[at] as number] as number
        ) {
          const op = ops[at];
          if (op !== OP_CALL && op !== OP_OPTIONAL) continue;
          const otherwise = op === OP_OPTIONAL ? (ops[at + 2] as number) : -1;
          const led = found[ops[at + 1] as number] === MATTERS;
          if (!led && (otherwise < 0 || found[otherwise] !== MATTERS)) continue;
          found[block] = MATTERS;
          moved = true;
          break;
        }
      }
    }
  }

  /** Every operation of the policy passes here, so what most of them are is written out. */
  private concernsItself(block: number): boolean {
    const { blocks, code } = this.state;
    const ops = code.at;
    const kinds = blocks.kind.at;
    const stop = blocks.codeEnd.at[block] as number;
    for (let at = blocks.codeStart.at[block] as number; at >= 0 && at < stop; ) {
      const op = ops[at] as number;
      if (op === OP_AV) {
        if (this.isForeign(ops[at + 2] as number) || this.isForeign(ops[at + 3] as number)) return true;
      } else if (op === OP_CALL) {
        if (kinds[ops[at + 1] as number] === BLOCK_COND && this.concerns(block, at, op)) return true;
      } else if (op !== OP_OPTIONAL && this.concerns(block, at, op)) return true;
      at += OP_LENGTH[op] as number;
    }
    return false;
  }

  /** What there is to know of a block, which may be new. */
  private look(block: number, depth: number): number {
    const { blocks, code } = this.state;
    const { known } = this;
    if (known.length < blocks.count) known.set(blocks.count - 1, 0);
    const before = known.at[block] as number;
    if (before !== 0) return before;
    // Until its children are known, a block that leads to itself is clean.
    known.at[block] = CLEAN;
    let matters = depth > 1000 || this.concernsItself(block);
    const stop = blocks.codeEnd.at[block] as number;
    for (let at = blocks.codeStart.at[block] as number; at >= 0 && at < stop; ) {
      const op = code.at[at] as number;
      if (op === OP_CALL || op === OP_OPTIONAL)
        matters = this.look(code.at[at + 1] as number, depth + 1) === MATTERS || matters;
      if (op === OP_OPTIONAL && (code.at[at + 2] as number) >= 0)
        matters = this.look(code.at[at + 2] as number, depth + 1) === MATTERS || matters;
      at += OP_LENGTH[op] as number;
    }
    known.at[block] = matters ? MATTERS : CLEAN;
    return matters ? MATTERS : CLEAN;
  }

  /** True for an operation that names something that is not global. Every operation of the policy passes here. */
  private concerns(block: number, at: number, op: number): boolean {
    const { at: ops } = this.state.code;
    const first = ops[at + 1] as number;
    const second = ops[at + 2] as number;
    switch (op) {
      case OP_XPERM:
        return this.isForeign(second) || this.isForeign(ops[at + 3] as number);
      case OP_ATTR:
        return this.isForeign(first) || this.isForeign(second);
      case OP_DECL:
        if (!this.isGlobal(groupOf(first), second)) return true;
        if (first !== SYM_ALIAS) return false;
        break;
      case OP_REQUIRE:
      case OP_GENREQUIRE:
        return !this.isGlobal(groupOf(first), second);
      case OP_TYPE:
        return (
          this.isForeign(second) ||
          this.isForeign(ops[at + 3] as number) ||
          this.isForeign(ops[at + 5] as number)
        );
      case OP_STATEMENT:
        if (!usesNames(first)) return false;
    }
    let found = false;
    usesAt(
      this.state,
      block,
      at,
      (value) => this.isForeign(value),
      (group, word) => {
        found ||= !this.isGlobal(group, word);
      },
    );
    return found;
  }
}
