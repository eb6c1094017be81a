// Evaluation for questions: text or a macro body is turned into blocks of its own, apart from those of the policy, and
// thrown away afterwards, so that a question never leaves a condition, a block or code in the policy. Parameters of a
// macro that nobody applies are stood in for by words that no policy uses and that `readable` turns back to `$n`.

import { parsePolicy } from "../../grammar/parse.ts";
import { BLOCK_ROOT, Blocks } from "./blocks.ts";
import type { CompiledPolicy } from "./compile.ts";
import { Conditions } from "./conditions.ts";
import { Evaluator } from "./evaluator.ts";
import { IntPool } from "./intPool.ts";
import { UNIT_FILE, type Unit } from "./units.ts";

/** Blocks with the code that they are in. */
export interface Program {
  readonly blocks: Blocks;
  readonly code: IntPool;
  readonly conditions: Conditions;
  /** the policy's own: activation knows which optionals are on */
  readonly isLive: boolean;
  readonly root: number;
}

const PLACEHOLDER = /sels_parameter_(\d+)_/g;

/** The unit that text of questions is put into, by policy. */
const textUnits = new WeakMap<CompiledPolicy, Unit>();
const latest = new WeakMap<
  CompiledPolicy,
  { readonly unit: Unit; readonly revision: number; program: Program }
>();

/** True when a name is made from a parameter that stands for anything. */
export function isPlaceholder(name: string): boolean {
  return name.includes("sels_parameter_");
}

/** Text with `$n` where parameters stand. */
export function readable(text: string): string {
  return text.includes("sels_parameter_") ? text.replace(PLACEHOLDER, "$$$1") : text;
}

/** A file's top level, or a macro's body under its own parameters; the last one is remembered. */
export function programOfUnit(compiled: CompiledPolicy, unit: Unit, arity: number): Program {
  const known = latest.get(compiled);
  if (known !== undefined && known.unit === unit && known.revision === compiled.revision)
    return known.program;
  const args: number[] = [];
  for (let n = 1; n <= arity; n++) args.push(compiled.words.intern(`sels_parameter_${n}_`));
  const program = evaluate(compiled, unit, args);
  latest.set(compiled, { unit, revision: compiled.revision, program });
  return program;
}

/** Policy text that stands in no file; sites in it have file -1. */
export function programOfText(compiled: CompiledPolicy, text: string): Program {
  const { units } = compiled.state;
  const tree = parsePolicy(text, compiled.words, "refpolicy");
  let unit = textUnits.get(compiled);
  if (unit === undefined) {
    unit = {
      id: units.all.length,
      kind: UNIT_FILE,
      name: 0,
      file: -1,
      tree,
      node: 0,
      body: 0,
      text: "",
      alive: false,
    };
    units.all.push(unit);
    textUnits.set(compiled, unit);
  }
  unit.tree = tree;
  return evaluate(compiled, unit, []);
}

function evaluate(compiled: CompiledPolicy, unit: Unit, args: readonly number[]): Program {
  const blocks = new Blocks();
  const code = new IntPool();
  const conditions = new Conditions(compiled.words);
  const evaluator = new Evaluator({ ...compiled.state.evaluator.parts, blocks, code, conditions });
  const root =
    unit.kind === UNIT_FILE
      ? blocks.make(BLOCK_ROOT, unit.id, 0, 0, 0, -1, 0, 0)
      : blocks.apply(unit.id, unit.body, 0, args, -1);
  blocks.codeStart.at[root] = -2;
  evaluator.enqueue(root);
  evaluator.run();
  return { blocks, code, conditions, isLive: false, root };
}
