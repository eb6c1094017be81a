// Which blocks an edit touches from afar: rules that name a word whose declaration changed, or that expand an attribute
// whose members changed. They are taken out under the old meaning and put back under the new one.

import { OP_AV, OP_LENGTH, OP_TYPE, OP_XPERM } from "./code.ts";
import type { IntPool } from "./intPool.ts";
import type { CompilerState } from "./state.ts";

/** The code under which a block is in the policy: start and stop by block, start -1 for one that is not. */
export interface AppliedCode {
  readonly start: IntPool;
  readonly stop: IntPool;
}

const RULES = (1 << OP_AV) | (1 << OP_TYPE) | (1 << OP_XPERM);

/** What is known of a set (by value): it was looked at, it names `self`, it changes its meaning as it stands, expanded. */
const SEEN = 1;
const SELF = 2;
const CHANGED = 4;
const CHANGED_EXPANDED = 8;

/** Applied blocks, except some, whose rules mean something else now. */
export function affectedBlocks(
  state: CompilerState,
  applied: AppliedCode,
  words: ReadonlySet<number>,
  attributes: ReadonlySet<number>,
  except: ReadonlySet<number>,
): number[] {
  const { code, resolver, blocks } = state;
  const result: number[] = [];
  if (!resolver.mentions(words, attributes)) return result;
  const verdicts = new Verdicts(state, words, attributes);
  const ops = code.at;
  for (let block = 0; block < applied.start.length; block++) {
    const start = applied.start.at[block] as number;
    if (start < 0 || ((blocks.contents.at[block] as number) & RULES) === 0 || except.has(block)) continue;
    const stop = applied.stop.at[block] as number;
    for (let at = start; at < stop; at += OP_LENGTH[ops[at] as number] as number) {
      const op = ops[at] as number;
      if (((1 << op) & RULES) === 0) continue;
      const source = verdicts.of(ops[at + 2] as number);
      const target = verdicts.of(ops[at + 3] as number);
      const wanted = op === OP_TYPE || (target & SELF) !== 0 ? CHANGED | CHANGED_EXPANDED : CHANGED;
      if (((source | target) & wanted) === 0 && !(op === OP_TYPE && words.has(ops[at + 5] as number)))
        continue;
      result.push(block);
      break;
    }
  }
  return result;
}

/** What a change of words and attributes does to sets. Every rule of the policy asks, so answers lie in byte arrays. */
class Verdicts {
  private readonly state: CompilerState;
  private readonly words: ReadonlySet<number>;
  private readonly attributes: ReadonlySet<number>;
  /** by value: names */
  private readonly single: Uint8Array;
  /** by complement of the value: sets */
  private readonly several: Uint8Array;

  constructor(state: CompilerState, words: ReadonlySet<number>, attributes: ReadonlySet<number>) {
    this.state = state;
    this.words = words;
    this.attributes = attributes;
    this.single = new Uint8Array(state.words.size);
    this.several = new Uint8Array(state.values.lists);
  }

  of(value: number): number {
    const known = (value >= 0 ? this.single[value] : this.several[~value]) ?? 0;
    if (known !== 0) return known;
    const found = this.judge(value);
    if (value >= 0) this.single[value] = found;
    else this.several[~value] = found;
    return found;
  }

  private judge(value: number): number {
    const { resolver } = this.state;
    const names = resolver.types(value);
    const found = SEEN | (names.self ? SELF : 0);
    for (const item of resolver.flat(value).items)
      if (this.words.has(item >> 2)) return found | CHANGED | CHANGED_EXPANDED;
    if (this.attributes.size === 0) return found;
    const { plain, minus, star, tilde } = names;
    const moved =
      star ||
      tilde ||
      plain.some((type) => this.attributes.has(type)) ||
      minus.some((type) => this.attributes.has(type));
    if (!moved) return found;
    return (
      found |
      CHANGED_EXPANDED |
      (resolver.needsExpansion(names) || resolver.isPartlyExpanded(names) ? CHANGED : 0)
    );
  }
}
