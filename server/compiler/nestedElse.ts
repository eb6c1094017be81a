// Optional blocks with else branches, as libsepol's linker takes them (enable_avrules and copy_requirements): a block is on
// when its own requirements and those of all optional blocks around it are met, whether or not these are on; an else
// branch is on when its block is not, wherever it stands. So an else branch inside a block that is off is on, and so is an
// optional block inside an else branch that is not. Used only while a policy has else branches; optionals.ts does the rest.

import { OP_CALL, OP_DECL, OP_LENGTH, OP_OPTIONAL } from "./code.ts";
import {
  chosen,
  Declared,
  groupOf,
  isDeclaredAnywhere,
  isMet,
  type OptionalInput,
  STATE_ON,
} from "./optionals.ts";

/** What is known of a block: it is on; at some use of it all requirements around are met; at some use they are not. */
const ON = 1;
const WHOLE = 2;
const BROKEN = 4;

const MAX_ROUNDS = 64;

/** Blocks that are on in spite of what they stand in, and what is on altogether. */
export interface NestedSettled {
  readonly order: readonly number[];
  readonly declared: Declared;
  readonly dropping: ReadonlySet<number>;
  /** on, and no block that is on leads to them */
  readonly orphans: readonly number[];
  /** on although a block around them is off: names of that block are not in the policy, and nobody minds */
  readonly lenient: ReadonlySet<number>;
}

/** Settles all blocks reachable from the roots; leaves `refs` and `state` of the blocks as optionals.ts does. */
export function settleNested(
  input: OptionalInput,
  roots: readonly number[],
  wordCount: number,
): NestedSettled {
  const { blocks } = input;
  let bits = new Uint8Array(blocks.count);
  let order: number[] = [];
  let declared: Declared | undefined;
  for (let round = 0; round <= MAX_ROUNDS; round++) {
    for (const block of order) blocks.state.at[block] = (blocks.state.at[block] as number) & STATE_ON;
    const before = bits;
    bits = new Uint8Array(blocks.count);
    order = spread(input, roots, bits, declared);
    if (round > 0 && before.every((value, block) => value === bits[block])) break;
    declared = declarationsOf(input, order, bits, wordCount);
  }
  const known = declared ?? new Declared(wordCount);
  const kept = order.filter((block) => ((bits[block] as number) & ON) !== 0);
  for (let block = 0; block < blocks.count; block++) {
    const isOn = ((bits[block] as number) & ON) !== 0;
    blocks.refs.at[block] = isOn ? 1 : 0;
    blocks.state.at[block] = isOn ? STATE_ON : 0;
  }
  for (const block of kept) isMet(input, block, known);
  const lenient = new Set(kept.filter((block) => ((bits[block] as number) & BROKEN) !== 0));
  return { order: kept, declared: known, lenient, ...reached(input, roots, kept) };
}

/** Tells every block what it is, from the roots on; gives the blocks in the order in which they were met. */
function spread(
  input: OptionalInput,
  roots: readonly number[],
  bits: Uint8Array,
  declared: Declared | undefined,
): number[] {
  const { blocks, code } = input;
  const order: number[] = [];
  const queue: number[] = [];
  const tell = (block: number, more: number): void => {
    const known = bits[block] as number;
    if ((known | more) === known) return;
    if (known === 0) order.push(block);
    bits[block] = known | more;
    queue.push(block);
  };
  for (const root of roots) tell(root, ON | WHOLE);
  for (let block = queue.pop(); block !== undefined; block = queue.pop()) {
    const what = bits[block] as number;
    const stop = blocks.codeEnd.at[block] as number;
    for (let at = blocks.codeStart.at[block] as number; at >= 0 && at < stop; ) {
      const op = code.at[at] as number;
      if (op === OP_CALL) tell(code.at[at + 1] as number, what);
      else if (op === OP_OPTIONAL) {
        const main = code.at[at + 1] as number;
        const met = declared === undefined || isMet(input, main, declared);
        const isWhole = (what & WHOLE) !== 0;
        const isBroken = (what & BROKEN) !== 0;
        const off = isBroken || (isWhole && !met);
        tell(main, (isWhole && met ? ON | WHOLE : 0) | (off ? BROKEN : 0));
        const otherwise = code.at[at + 2] as number;
        if (otherwise >= 0) tell(otherwise, (off ? ON : 0) | (what & (WHOLE | BROKEN)));
      }
      at += OP_LENGTH[op] as number;
    }
  }
  return order;
}

function declarationsOf(
  { blocks, code }: OptionalInput,
  order: readonly number[],
  bits: Uint8Array,
  wordCount: number,
): Declared {
  const declared = new Declared(wordCount);
  for (const block of order) {
    const isOn = ((bits[block] as number) & ON) !== 0;
    const stop = blocks.codeEnd.at[block] as number;
    for (
      let at = blocks.codeStart.at[block] as number;
      at >= 0 && at < stop;
      at += OP_LENGTH[code.at[at] as number] as number
    ) {
      if (code.at[at] !== OP_DECL) continue;
      const group = groupOf(code.at[at + 1] as number);
      if (isOn || isDeclaredAnywhere(group)) declared.add(group, code.at[at + 2] as number);
    }
  }
  return declared;
}

/** Which blocks that are on no walk over chosen branches meets, and which have an optional that is off. */
function reached(
  { blocks, code }: OptionalInput,
  roots: readonly number[],
  order: readonly number[],
): Pick<NestedSettled, "orphans" | "dropping"> {
  const seen = new Uint8Array(blocks.count);
  const dropping = new Set<number>();
  const walk = (from: number): void => {
    const stack = [from];
    for (let block = stack.pop(); block !== undefined; block = stack.pop()) {
      if (seen[block] === 1) continue;
      seen[block] = 1;
      const stop = blocks.codeEnd.at[block] as number;
      for (let at = blocks.codeStart.at[block] as number; at >= 0 && at < stop; ) {
        const op = code.at[at] as number;
        if (op === OP_CALL) stack.push(code.at[at + 1] as number);
        else if (op === OP_OPTIONAL) {
          const child = chosen(blocks, code, at);
          if (child !== code.at[at + 1]) dropping.add(block);
          if (child >= 0) stack.push(child);
        }
        at += OP_LENGTH[op] as number;
      }
    }
  };
  for (const root of roots) walk(root);
  const orphans: number[] = [];
  for (const block of order) {
    if (seen[block] === 1) continue;
    orphans.push(block);
    walk(block);
  }
  return { orphans, dropping };
}
