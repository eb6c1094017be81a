// Values that checks share: indices made once for a state of the policy, and their parts made once for a tree. While a
// limit is set (an edit waits for its findings), a value that would take longer to make than the limit is not made:
// the check that asked is interrupted and runs again in idle time. Making costs are learned.

import type { SyntaxTree } from "../../grammar/syntax/tree.ts";
import type { CheckFile } from "./check.ts";

/** Thrown through a check that asks for a value which there is no time to make; only the runner catches it. */
export const DEFERRED: unique symbol = Symbol("deferred");

export interface SharedValues {
  /** milliseconds that making a value may take */
  limit: number;
  get<T>(key: string, make: () => T): T;
  /** Makes a value in steps, unless it is there; one that is given up half-way is nobody's. */
  prepare<T>(key: string, steps: () => Generator<void, T>): Generator<void, void>;
  ofTree<T>(key: string, file: CheckFile, make: (file: CheckFile) => T): T;
  /** Forgets what belongs to a state of the policy; what belongs to trees stays. */
  forget(): void;
}

/** An empty store. */
export function createSharedValues(): SharedValues {
  const values = new Map<string, unknown>();
  const costs = new Map<string, number>();
  const trees = new WeakMap<SyntaxTree, Map<string, unknown>>();
  return {
    limit: Number.POSITIVE_INFINITY,
    get<T>(key: string, make: () => T): T {
      const known = values.get(key);
      if (known !== undefined || values.has(key)) return known as T;
      if (this.limit < (costs.get(key) ?? Number.POSITIVE_INFINITY)) throw DEFERRED;
      const started = performance.now();
      const value = make();
      costs.set(key, performance.now() - started);
      values.set(key, value);
      return value;
    },
    *prepare<T>(key: string, steps: () => Generator<void, T>): Generator<void, void> {
      if (values.has(key)) return;
      const value = yield* steps();
      if (!values.has(key)) values.set(key, value);
    },
    ofTree<T>(key: string, file: CheckFile, make: (file: CheckFile) => T): T {
      let known = trees.get(file.tree);
      if (known === undefined) {
        known = new Map();
        trees.set(file.tree, known);
      }
      if (known.has(key)) return known.get(key) as T;
      const value = make(file);
      known.set(key, value);
      return value;
    },
    forget: () => values.clear(),
  };
}

/** Takes all steps at once. */
export function inOne<T>(steps: Generator<void, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
