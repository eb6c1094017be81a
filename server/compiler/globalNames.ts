// The names of the global part of a policy tree: what its files declare, or require in plain require blocks, outside of
// every optional block. The build moves these declarations to the front of policy.conf (comment_move_decl.sed and
// get_type_attr_decl.sed of the reference policy), so each of them is in scope everywhere. Kept by file, so that an edit
// counts one file again.

import { OP_CALL, OP_DECL, OP_LENGTH, OP_REQUIRE } from "./code.ts";
import { GROUP_BOOL, GROUP_ROLE, GROUP_TYPE, GROUPS, groupOf } from "./optionals.ts";
import { GoneRoots } from "./roots.ts";
import type { CompilerState } from "./state.ts";
import { mayLeadTo } from "./walk.ts";

/** What brings a name into the global scope: gen_require is nothing there in a monolithic build. */
export const NAMES = (1 << OP_DECL) | (1 << OP_REQUIRE);

/** True for the namespaces that are asked for scopes. */
export function isScoped(group: number): boolean {
  return group === GROUP_TYPE || group === GROUP_ROLE || group === GROUP_BOOL;
}

/** What the text of a file gives, and the blocks that it comes from. */
interface FileNames {
  readonly keys: ReadonlySet<number>;
  readonly blocks: ReadonlySet<number>;
}

export class GlobalNames {
  /** by word, one bit a namespace */
  private bits = new Uint8Array(4096);
  private readonly counts = new Map<number, number>();
  /** keys whose count has changed since the last update */
  private touched = new Set<number>();
  private readonly byRoot = new Map<number, FileNames>();
  private readonly gone = new GoneRoots();
  /** files by block: the roots that it is part of */
  private readonly rootsOf = new Map<number, Set<number>>();

  has(group: number, word: number): boolean {
    return ((this.bits[word] ?? 0) & (1 << group)) !== 0;
  }

  /** Counts every file anew with the next update. */
  forget(): void {
    for (const root of this.byRoot.keys()) this.touch(root);
  }

  private touch(root: number): void {
    for (const key of this.leave(root)) this.touched.add(key);
  }

  /**
   * A block has been evaluated again: the files that it is part of are counted anew. All of them, when it leads to names and
   * did not before; then the blocks that lead to it do as well, and nobody has noted them.
   */
  forgetBlock(block: number, leadsToNames: boolean): void {
    let isKnown = false;
    for (const root of this.rootsOf.get(block) ?? []) {
      isKnown = true;
      this.touch(root);
    }
    if (leadsToNames && !isKnown) this.forget();
  }

  /** Counts the files of the build; gives the names that came or went, as `word * GROUPS + group`. */
  update(state: CompilerState, roots: readonly number[]): readonly number[] {
    for (const root of this.gone.next(roots)) this.touch(root);
    for (const root of roots) {
      if (this.byRoot.has(root)) continue;
      const names = namesOf(state, root);
      this.byRoot.set(root, names);
      for (const block of names.blocks) {
        const known = this.rootsOf.get(block);
        if (known === undefined) this.rootsOf.set(block, new Set([root]));
        else known.add(root);
      }
      for (const key of names.keys) {
        this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
        this.touched.add(key);
      }
    }
    const { touched } = this;
    this.touched = new Set();
    return [...touched].filter((key) => this.setBit(key, (this.counts.get(key) ?? 0) > 0));
  }

  private leave(root: number): Iterable<number> {
    const { keys = [], blocks = [] } = this.byRoot.get(root) ?? {};
    for (const block of blocks) this.rootsOf.get(block)?.delete(root);
    for (const key of keys) this.counts.set(key, (this.counts.get(key) ?? 0) - 1);
    this.byRoot.delete(root);
    return keys;
  }

  /** True when that is new. */
  private setBit(key: number, isGlobal: boolean): boolean {
    const group = key % GROUPS;
    const word = (key - group) / GROUPS;
    if (word >= this.bits.length) {
      const larger = new Uint8Array(Math.max(word + 1, this.bits.length * 2));
      larger.set(this.bits);
      this.bits = larger;
    }
    const before = this.bits[word] as number;
    const after = isGlobal ? before | (1 << group) : before & ~(1 << group);
    this.bits[word] = after;
    return before !== after;
  }
}

/** Names that the text of a file, with all macros that it calls outside of optional blocks, brings into the global scope. */
function namesOf({ blocks, code }: CompilerState, root: number): FileNames {
  const keys = new Set<number>();
  const seen = new Set([root]);
  for (const block of seen) {
    const stop = blocks.codeEnd.at[block] as number;
    for (
      let at = blocks.codeStart.at[block] as number;
      at >= 0 && at < stop;
      at += OP_LENGTH[code.at[at] as number] as number
    ) {
      const op = code.at[at];
      if (op === OP_CALL) {
        const child = code.at[at + 1] as number;
        if (mayLeadTo(blocks, child, NAMES)) seen.add(child);
      } else if (op === OP_DECL || op === OP_REQUIRE) {
        const group = groupOf(code.at[at + 1] as number);
        if (isScoped(group)) keys.add((code.at[at + 2] as number) * GROUPS + group);
      }
    }
  }
  return { keys, blocks: seen };
}
