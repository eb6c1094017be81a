// The state of a compiled policy: every part that evaluation, activation, explanation and findings share, made once per
// workspace root. It holds no behaviour of its own beyond looking definitions up.

import type { Words } from "../../grammar/text/words.ts";
import { createPolicyDb } from "../policydb/create.ts";
import {
  HANDLE_UNKNOWN_ALLOW,
  HANDLE_UNKNOWN_DENY,
  HANDLE_UNKNOWN_REJECT,
  type PolicyDb,
} from "../policydb/policydb.ts";
import { Blocks } from "./blocks.ts";
import { Conditions } from "./conditions.ts";
import { confNamesOf } from "./confNames.ts";
import { Dynamic } from "./dynamic.ts";
import { EmptyCandidates } from "./emptyOptionals.ts";
import { Evaluator } from "./evaluator.ts";
import type { BuildOptions } from "./face.ts";
import { IntPool } from "./intPool.ts";
import { Resolver } from "./resolver.ts";
import { Rules } from "./rules.ts";
import { Substitution } from "./substitution.ts";
import { TypeSymbols } from "./symbols.ts";
import { Tunables } from "./tunables.ts";
import { type Unit, Units } from "./units.ts";
import { Values } from "./values.ts";
import { XSets } from "./xsets.ts";

export interface CompilerState {
  readonly words: Words;
  readonly options: BuildOptions;
  readonly db: PolicyDb;
  readonly units: Units;
  readonly values: Values;
  readonly blocks: Blocks;
  readonly code: IntPool;
  readonly conditions: Conditions;
  readonly substitution: Substitution;
  readonly dynamic: Dynamic;
  readonly xsets: XSets;
  readonly types: TypeSymbols;
  readonly resolver: Resolver;
  readonly rules: Rules;
  readonly tunables: Tunables;
  readonly evaluator: Evaluator;
  readonly emptyCandidates: EmptyCandidates;
  readonly definition: (word: number) => string | undefined;
  /** -D definition or macro: what m4's ifdef sees */
  readonly isDefined: (word: number) => boolean;
  /** files whose definitions a build reads (installed headers hidden by a local file are not) */
  readonly isBuilt: (file: number) => boolean;
  /** the SYM_* that a policy.conf requires a name as (confNames.ts) before anything declares it; else 0 */
  readonly requiredFirst: (unit: Unit, key: number) => number;
}

/** Makes an empty state. */
export function createState(
  options: BuildOptions,
  words: Words,
  expectedRules: number,
  rankOf: (file: number) => number,
  isConf: (file: number) => boolean,
): CompilerState {
  const db = createPolicyDb(expectedRules);
  db.mls = options.mls;
  db.handleUnknown =
    options.handleUnknown === "allow"
      ? HANDLE_UNKNOWN_ALLOW
      : options.handleUnknown === "reject"
        ? HANDLE_UNKNOWN_REJECT
        : HANDLE_UNKNOWN_DENY;
  const units = new Units(rankOf);
  const values = new Values(words);
  const blocks = new Blocks();
  // Sized for a reference policy by its text: 54 characters a block, 3 a word of code, 32 a contribution.
  blocks.reserve(((expectedRules * 2) / 3) | 0);
  const code = new IntPool(Math.max(65536, expectedRules * 11));
  const conditions = new Conditions(words);
  const definitions = new Map<number, string>();
  for (const [name, value] of options.defines) definitions.set(words.intern(name), value);
  const definition = (word: number): string | undefined => definitions.get(word);
  const isDefined = (word: number): boolean => definitions.has(word) || units.isMacro(word);
  const substitution = new Substitution(words, values, units, isDefined);
  const dynamic = new Dynamic({ words, values, units, defines: options.defines });
  const xsets = new XSets(words, values, units);
  const types = new TypeSymbols(db, words);
  const resolver = new Resolver({
    words,
    values,
    units,
    substitution,
    db,
    definition,
    typeOfWord: types.valueOf,
  });
  const requiredFirst = (unit: Unit, key: number): number => {
    if (!isConf(unit.file)) return 0;
    const names = confNamesOf(unit.tree, resolver.selfWord, (word) => words.text(word));
    const first = names.first.get(key);
    return first?.isRequired === true ? first.symbol : 0;
  };
  const tunables = new Tunables(conditions, words, blocks, options.mode === "modular");
  const rules = new Rules({ db, words, blocks, code, resolver, xsets, tunables }, expectedRules);
  const evaluator = new Evaluator({
    words,
    values,
    units,
    blocks,
    code,
    conditions,
    substitution,
    dynamic,
    xsets,
    definition,
    booleanOverride: (name) => options.booleans.get(name),
    modular: options.mode === "modular",
    isConf,
    requiredFirst,
  });
  return {
    words,
    options,
    db,
    units,
    values,
    blocks,
    code,
    conditions,
    substitution,
    dynamic,
    xsets,
    types,
    resolver,
    rules,
    tunables,
    evaluator,
    emptyCandidates: new EmptyCandidates(),
    definition,
    isDefined,
    isBuilt: () => true,
    requiredFirst,
  };
}
