// Which blocks an edit touches from afar: rules that name a word whose declaration changed, or that expand an attribute
// whose members changed. They are taken out under the old meaning and put back under the new one.

import { OP_AV, OP_LENGTH, OP_TYPE, OP_XPERM } from "./code.ts";
import type { CompilerState } from "./state.ts";

/** The code under which a block is in the policy. */
export interface AppliedCode {
  readonly block: number;
  readonly start: number;
  readonly stop: number;
}

/** Applied blocks, except some, whose rules mean something else now. */
export function affectedBlocks(
  state: CompilerState,
  applied: Iterable<AppliedCode>,
  words: ReadonlySet<number>,
  attributes: ReadonlySet<number>,
  except: ReadonlySet<number>,
): number[] {
  const { code, resolver } = state;
  const result: number[] = [];
  if (!resolver.mentions(words, attributes)) return result;
  const verdicts = new Map<number, boolean>();
  const touches = (value: number, expands: boolean): boolean => {
    const key = value * 2 + (expands ? 1 : 0);
    let verdict = verdicts.get(key);
    if (verdict === undefined) {
      verdict = resolver.flat(value).items.some((item) => words.has(item >> 2));
      if (!verdict && attributes.size > 0) {
        const names = resolver.types(value);
        verdict =
          (expands || resolver.needsExpansion(names)) &&
          (names.star ||
            names.tilde ||
            [...names.plain, ...names.minus].some((type) => attributes.has(type)));
      }
      verdicts.set(key, verdict);
    }
    return verdict;
  };
  for (const { block, start, stop } of applied) {
    if (except.has(block)) continue;
    for (let at = start; at < stop; at += OP_LENGTH[code.at[at] as number] as number) {
      const op = code.at[at];
      if (op !== OP_AV && op !== OP_TYPE && op !== OP_XPERM) continue;
      const target = code.at[at + 3] as number;
      const expands = op === OP_TYPE || resolver.types(target).self;
      const isAffected =
        touches(code.at[at + 2] as number, expands) ||
        touches(target, expands) ||
        (op === OP_TYPE && words.has(code.at[at + 5] as number));
      if (!isAffected) continue;
      result.push(block);
      break;
    }
  }
  return result;
}
