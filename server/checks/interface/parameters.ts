// What the parameters of all macros are, callees included: a parameter that is only passed on is what the callee makes
// of it. Made from the parts of each file, once for a state of the policy; what a macro's callees say is worked out
// when somebody asks. A name that is defined more than once is left out: which body counts is the compiler's business.

import type { CheckContext, Preparation } from "../check.ts";
import { inOne } from "../shared.ts";
import { type MacroUse, macrosIn, OTHER, type ParameterUse } from "./usage.ts";

/** A parameter with everything that callees do with it. */
export interface Parameter {
  /** bits of ./usage.ts; 0: not used */
  readonly kinds: number;
  readonly needed: boolean;
  readonly followed: boolean;
}

export interface Parameters {
  /** the macro of a word; undefined for none, and for several */
  macro(word: number): MacroUse | undefined;
  /** a parameter of a macro, from 0 */
  of(macro: MacroUse, index: number): Parameter;
  macros(): Iterable<MacroUse>;
}

const UNUSED: Parameter = { kinds: 0, needed: false, followed: false };
const UNKNOWN: Parameter = { kinds: OTHER, needed: false, followed: false };

/** The parameters of every macro of the policy. */
export function parametersOf(context: CheckContext): Parameters {
  return context.shared(KEY, () => inOne(makeParameters(context)));
}

/** Gathers the macros in steps. */
export const prepareParameters: Preparation = (context) =>
  context.prepare(KEY, () => makeParameters(context));

const KEY = "interface.parameters";
/** Files that are read in one step. */
const STEP = 32;

function* makeParameters(context: CheckContext): Generator<void, Parameters> {
  const macros = new Map<number, MacroUse>();
  const several = new Set<number>();
  for (const [i, file] of context.files().entries()) {
    if (i % STEP === 0) yield;
    if (file.role !== "if" && file.role !== "support") continue;
    for (const macro of context.perTree("interface.macros", file, macrosIn)) {
      if (macros.has(macro.word)) several.add(macro.word);
      macros.set(macro.word, macro);
    }
  }
  for (const word of several) macros.delete(word);
  const known = new Map<MacroUse, (Parameter | undefined)[]>();
  // Who asks about one parameter asks about the others next.
  let last: MacroUse | undefined;
  let lastList: (Parameter | undefined)[] = [];
  const listOf = (macro: MacroUse): (Parameter | undefined)[] => {
    if (macro === last) return lastList;
    let list = known.get(macro);
    if (list === undefined) {
      list = [];
      known.set(macro, list);
    }
    last = macro;
    lastList = list;
    return list;
  };
  const of = (macro: MacroUse, index: number): Parameter => {
    const list = listOf(macro);
    const done = list[index];
    if (done !== undefined) return done;
    const use = macro.parameters[index];
    // A macro that calls itself is what it is without that.
    list[index] = UNUSED;
    const made = use === undefined ? UNUSED : resolve(use);
    list[index] = made;
    return made;
  };
  const resolve = (use: ParameterUse): Parameter => {
    let { kinds, needed, followed } = use;
    for (const { callee, index, whole } of use.forwards) {
      const macro = macros.get(callee);
      const inner = macro === undefined || macro.opaque ? UNKNOWN : of(macro, index);
      kinds |= inner.kinds;
      if (whole && inner.needed) needed = true;
      if (inner.followed) followed = true;
    }
    return { kinds, needed, followed };
  };
  return { macro: (word) => macros.get(word), of, macros: () => macros.values() };
}
