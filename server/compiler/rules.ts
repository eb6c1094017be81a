// Rules of active blocks become contributions to the avtab (ruleTable.ts); a block's contributions are one contiguous run.
// Attributes stay symbolic except where libsepol's convert_and_expand_rule expands: `-`, `~`, `*`, self and type rules.

import {
  RULE_ALLOW,
  RULE_AUDITALLOW,
  RULE_AUDITDENY,
  RULE_DONTAUDIT,
  RULE_NEVERALLOW,
} from "../../grammar/syntax/kinds.ts";
import type { Words } from "../../grammar/text/words.ts";
import {
  AVTAB_ALLOWED,
  AVTAB_AUDITALLOW,
  AVTAB_AUDITDENY,
  AVTAB_CHANGE,
  AVTAB_MEMBER,
  AVTAB_TRANSITION,
  AVTAB_XPERMS_ALLOWED,
  AVTAB_XPERMS_AUDITALLOW,
  AVTAB_XPERMS_DONTAUDIT,
} from "../policydb/avtab.ts";
import type { PolicyDb } from "../policydb/policydb.ts";
import type { Blocks } from "./blocks.ts";
import { OP_AV, OP_LENGTH, OP_TYPE, OP_XPERM } from "./code.ts";
import type { IntPool } from "./intPool.ts";
import type { Resolver, TypeNames } from "./resolver.ts";
import { RuleTable } from "./ruleTable.ts";
import type { Tunables } from "./tunables.ts";
import { slicesOf, type XSets } from "./xsets.ts";

/** What is wrong with a rule: at code position `at`, operand 1 source … 4 permissions or result. */
export interface RuleError {
  readonly at: number;
  readonly operand: number;
  readonly code: string;
  readonly word: number;
  /** what the compilers accept with a warning */
  readonly severity?: "warning";
  /** class value for permission errors */
  readonly tclass: number;
}

const AV_KIND = [0, AVTAB_ALLOWED, AVTAB_AUDITALLOW, AVTAB_AUDITDENY, AVTAB_AUDITDENY];
const TYPE_KIND = [0, AVTAB_TRANSITION, AVTAB_MEMBER, AVTAB_CHANGE];
const XPERM_KIND = [0, AVTAB_XPERMS_ALLOWED, AVTAB_XPERMS_AUDITALLOW, AVTAB_XPERMS_DONTAUDIT];

/** Blocks without any of these add no rules. */
const RULES = (1 << OP_AV) | (1 << OP_TYPE) | (1 << OP_XPERM);

interface RuleParts {
  readonly db: PolicyDb;
  readonly words: Words;
  readonly blocks: Blocks;
  readonly code: IntPool;
  readonly resolver: Resolver;
  readonly xsets: XSets;
  readonly tunables: Tunables;
}

/**
 * Contributions that a policy may have: twenty times what the reference policy has. A few thousand rules for
 * `{ attribute -type }` would otherwise be a few hundred million; checkpolicy runs out of memory over them.
 */
const MOST_CONTRIBUTIONS = 1 << 22;

export class Rules extends RuleTable {
  private readonly parts: RuleParts;
  readonly errors = new Map<number, RuleError[]>();
  /** code positions of active neverallow rules by block */
  readonly assertions = new Map<number, number[]>();
  /** grows when an assertion comes or goes */
  assertionGeneration = 0;
  /** blocks in which names of a block around them may be missing (nestedElse.ts) */
  lenient: ReadonlySet<number> = new Set();
  /** how many contributions there were when a rule was last left out; 0: none was */
  private crowdedAt = 0;
  constructor(parts: RuleParts, expected: number) {
    super(parts.db, expected);
    this.parts = parts;
  }

  /** Rules were left out, and now there is much more room: all should be added anew. */
  get hasRoomAgain(): boolean {
    return this.crowdedAt > 0 && this.entry.length - this.lost < this.crowdedAt / 2;
  }

  /** True when a rule may have so many contributions; says so where it may not. */
  private hasRoom(block: number, at: number, more: number): boolean {
    const live = this.entry.length - this.lost;
    if (live + more <= MOST_CONTRIBUTIONS) return true;
    this.crowdedAt = Math.max(live, 1);
    this.error(block, at, 0, "rules-too-many", 0, 0);
    return false;
  }

  /** Adds the rules of a block that has become active. */
  add(block: number): void {
    const { blocks, code, tunables } = this.parts;
    if (((blocks.contents.at[block] as number) & RULES) === 0) return;
    const start = this.entry.length;
    const stop = blocks.codeEnd.at[block] as number;
    const branch = tunables.resolve(blocks.branch.at[block] as number);
    const ops = code.at;
    for (let at = blocks.codeStart.at[block] as number; at >= 0 && at < stop; ) {
      const op = ops[at] as number;
      if (op === OP_AV) this.addAv(block, at, branch);
      else if (op === OP_TYPE) this.addType(block, at, branch);
      else if (op === OP_XPERM) this.addXperm(block, at, branch);
      at += OP_LENGTH[op] as number;
    }
    this.start.set(block, start + 1);
    this.stop.set(block, this.entry.length + 1);
  }

  /** Takes the rules of a block out again. */
  remove(block: number): void {
    if (block >= this.start.length || this.start.at[block] === 0) return;
    const stop = (this.stop.at[block] as number) - 1;
    for (let c = (this.start.at[block] as number) - 1; c < stop; c++) this.unlink(c);
    this.lost += stop + 1 - (this.start.at[block] as number);
    this.start.at[block] = 0;
    this.stop.at[block] = 0;
    this.errors.delete(block);
    if (this.assertions.delete(block)) this.assertionGeneration++;
  }

  private addAv(block: number, at: number, branch: number): void {
    const { resolver } = this.parts;
    const code = this.parts.code.at;
    const kind = code[at + 1] as number;
    const sourceValue = code[at + 2] as number;
    const targetValue = code[at + 3] as number;
    const source = resolver.types(sourceValue);
    const target = resolver.types(targetValue);
    const classes = resolver.classes(code[at + 4] as number);
    const perms = code[at + 5] as number;
    if (!this.check(block, at, source, target, classes.unknown, kind === RULE_NEVERALLOW)) {
      for (const tclass of classes.values)
        for (const word of resolver.permissions(perms, tclass).unknown)
          this.error(block, at, 4, "perm-unknown", word, tclass);
      return;
    }
    if (kind === RULE_NEVERALLOW) {
      if (this.parts.blocks.branch.at[block] !== 0) this.error(block, at, 0, "cond-neverallow", 0, 0);
      for (const tclass of classes.values)
        for (const word of resolver.permissions(perms, tclass).unknown)
          this.error(block, at, 4, "perm-unknown", word, tclass);
      this.assert(block, at);
      return;
    }
    const expand = target.self || resolver.needsExpansion(source) || resolver.needsExpansion(target);
    const sources = this.typesOf(sourceValue, target.self);
    const targets = this.typesOf(targetValue, target.self);
    const specified = AV_KIND[kind] as number;
    if (!this.hasRoom(block, at, classes.values.length * sources.length * (targets.length + 1))) return;
    for (let i = 0; i < classes.values.length; i++) {
      const tclass = classes.values[i] as number;
      const resolved = resolver.permissions(perms, tclass);
      if (resolved.unknown.length > 0)
        for (const word of resolved.unknown) this.error(block, at, 4, "perm-unknown", word, tclass);
      let mask = resolved.mask;
      if (kind === RULE_AUDITDENY) mask = ~mask;
      if (kind === RULE_DONTAUDIT && resolved.tilde)
        this.error(block, at, 4, "av-dontaudit-tilde", 0, 0, "warning");
      if (mask === 0) {
        if (resolved.unknown.length === 0) this.error(block, at, 4, "av-empty-perms", 0, tclass, "warning");
        continue;
      }
      for (let j = 0; j < sources.length; j++) {
        const s = sources[j] as number;
        for (let k = 0; k < targets.length; k++)
          this.put(block, at, s, targets[k] as number, tclass, specified, branch, mask);
        if (target.self && !(expand && targets.includes(s)))
          this.put(block, at, s, s, tclass, specified, branch, mask);
      }
    }
  }

  private assert(block: number, at: number): void {
    this.assertionGeneration++;
    const list = this.assertions.get(block);
    if (list === undefined) this.assertions.set(block, [at]);
    else list.push(at);
  }

  private typesOf(value: number, always: boolean): readonly number[] | Uint16Array {
    const { resolver } = this.parts;
    return always ? resolver.expanded(value) : resolver.symbolic(value);
  }

  private addType(block: number, at: number, branch: number): void {
    const { code, resolver, db, words } = this.parts;
    const kind = code.at[at + 1] as number;
    const sourceValue = code.at[at + 2] as number;
    const targetValue = code.at[at + 3] as number;
    const source = resolver.types(sourceValue);
    const target = resolver.types(targetValue);
    const classes = resolver.classes(code.at[at + 4] as number);
    const resultWord = code.at[at + 5] as number;
    const result = resultWord > 0 ? db.types.valueOf(words.text(resultWord)) : 0;
    if (result === 0 && this.lenient.has(block)) return;
    if (resultWord === 0) this.error(block, at, 4, "empty-set", 0, 0);
    else if (result === 0 || db.types.at(result)?.isAttribute === true)
      this.error(
        block,
        at,
        4,
        result === 0 ? "ttrans-unknown-new" : "ttrans-attr-result",
        Math.max(0, resultWord),
        0,
      );
    if (!this.check(block, at, source, target, classes.unknown, false)) return;
    if (result === 0 || db.types.at(result)?.isAttribute === true) return;
    const sources = resolver.expanded(sourceValue);
    const targets = resolver.expanded(targetValue);
    if (!this.hasRoom(block, at, classes.values.length * sources.length * (targets.length + 1))) return;
    for (const tclass of classes.values)
      for (const s of sources) {
        for (const t of targets) this.put(block, at, s, t, tclass, TYPE_KIND[kind] as number, branch, result);
        if (target.self && !targets.includes(s))
          this.put(block, at, s, s, tclass, TYPE_KIND[kind] as number, branch, result);
      }
  }

  private addXperm(block: number, at: number, branch: number): void {
    const { code, resolver, xsets, words } = this.parts;
    const kind = code.at[at + 1] as number;
    const sourceValue = code.at[at + 2] as number;
    const targetValue = code.at[at + 3] as number;
    const source = resolver.types(sourceValue);
    const target = resolver.types(targetValue);
    const classes = resolver.classes(code.at[at + 4] as number);
    const perm = code.at[at + 5] as number;
    const xset = xsets.all[code.at[at + 6] as number];
    const permName = perm > 0 ? words.text(perm) : "";
    if (this.parts.blocks.branch.at[block] !== 0) this.error(block, at, 0, "xperm-cond", 0, 0);
    if (permName !== "ioctl" && permName !== "nlmsg")
      this.error(block, at, 4, "xperm-kind", Math.max(0, perm), 0);
    if (xset?.bad !== undefined)
      this.error(
        block,
        at,
        5,
        xset.badKind === "order"
          ? "xperm-range-order"
          : xset.badKind === "range"
            ? "xperm-value"
            : "parse-syntax",
        words.intern(xset.bad),
        0,
      );
    if (
      !this.check(block, at, source, target, classes.unknown, kind === RULE_NEVERALLOW) ||
      xset === undefined
    )
      return;
    for (const tclass of classes.values)
      for (const word of resolver.permissions(perm, tclass).unknown)
        this.error(block, at, 4, "xperm-perm-undef", word, tclass);
    if (kind === RULE_NEVERALLOW) {
      this.assert(block, at);
      return;
    }
    const sources = this.typesOf(sourceValue, target.self);
    const targets = this.typesOf(targetValue, target.self);
    const specified = XPERM_KIND[kind] as number;
    const slices = slicesOf(xset, permName === "nlmsg");
    const pairs = sources.length * (targets.length + 1);
    // Each has 32 bytes of its own besides.
    if (!this.hasRoom(block, at, 2 * slices.length * classes.values.length * pairs)) return;
    for (const slice of slices)
      for (const tclass of classes.values)
        for (let i = 0; i < sources.length; i++) {
          const s = sources[i] as number;
          const own: number[] = target.self ? [s] : [];
          for (const t of [...Array.from(targets).filter((type) => !own.includes(type)), ...own]) {
            const row = this.xbits.length >> 3;
            for (const word of slice.bits) this.xbits.push(word);
            this.put(block, at, s, t, tclass, specified, branch, row, (slice.kind << 8) | slice.driver);
          }
        }
  }

  /** Reports what cannot be used; true when the rule can be added. */
  private check(
    block: number,
    at: number,
    source: TypeNames,
    target: TypeNames,
    unknownClasses: readonly number[],
    assertion: boolean,
  ): boolean {
    const { at: code } = this.parts.code;
    if (
      source.isClean &&
      !source.self &&
      target.isClean &&
      unknownClasses.length === 0 &&
      code[at + 2] !== 0 &&
      code[at + 3] !== 0 &&
      code[at + 4] !== 0 &&
      code[at + 5] !== 0
    )
      return this.isUsable(block, at);
    for (let operand = 1; operand <= 4; operand++)
      if (this.parts.code.at[at + 1 + operand] === 0) this.error(block, at, operand, "empty-set", 0, 0);
    if (!this.lenient.has(block)) {
      for (const word of source.unknown) this.error(block, at, 1, "type-unknown", word, 0);
      for (const word of target.unknown) this.error(block, at, 2, "type-unknown", word, 0);
    }
    for (const word of unknownClasses) this.error(block, at, 3, "class-unknown", word, 0);
    if (source.self || source.minusSelf)
      this.error(block, at, 1, "av-self-source", this.parts.resolver.selfWord, 0);
    if (!assertion) {
      if (source.star) this.error(block, at, 1, "typeset-star", 0, 0);
      if (target.star) this.error(block, at, 2, "typeset-star", 0, 0);
      if (source.tilde) this.error(block, at, 1, "typeset-tilde", 0, 0);
      if (target.tilde) this.error(block, at, 2, "typeset-tilde", 0, 0);
      if (target.minusSelf) this.error(block, at, 2, "av-minus-self", this.parts.resolver.selfWord, 0);
    } else if (target.minusSelf) {
      if (target.self) this.error(block, at, 2, "av-self-and-minus", this.parts.resolver.selfWord, 0);
      if (target.tilde) this.error(block, at, 2, "av-minus-self-compl", this.parts.resolver.selfWord, 0);
    }
    return this.isUsable(block, at);
  }

  private isUsable(block: number, at: number): boolean {
    if (this.errors.size === 0) return true;
    return !this.errors.get(block)?.some((error) => error.at === at && error.operand <= 3);
  }

  private error(
    block: number,
    at: number,
    operand: number,
    code: string,
    word: number,
    tclass: number,
    severity?: "warning",
  ): void {
    const list = this.errors.get(block);
    const error: RuleError = {
      at,
      operand,
      code,
      word,
      tclass,
      ...(severity === undefined ? {} : { severity }),
    };
    if (list === undefined) this.errors.set(block, [error]);
    else if (list.length < 1000) list.push(error);
  }
}

/** Rule kinds whose permissions an access vector grants or audits; the others deny or assert. */
export function isGrant(kind: number): boolean {
  return kind === RULE_ALLOW || kind === RULE_AUDITALLOW || kind === RULE_DONTAUDIT;
}
