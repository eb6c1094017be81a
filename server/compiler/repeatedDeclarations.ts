// Declarations of a macro that is called twice with the same arguments. Its block is applied once whatever leads to it, so
// the second call adds nothing here; m4 writes it out twice, and checkpolicy refuses the second declaration (declare_symbol of
// module_compiler.c). Roles may be declared again. Told at every call but the first.

import { callersOf, relatedCallsOf } from "./callers.ts";
import { OP_CALL, OP_DECL, OP_OPTIONAL } from "./code.ts";
import type { CompiledPolicy } from "./compile.ts";
import { type Declared, ONCE_ONLY } from "./duplicates.ts";
import type { Site } from "./face.ts";
import type { FindingSink } from "./findingSink.ts";
import { originSite } from "./origin.ts";
import { mayLeadTo } from "./walk.ts";

/** Reports what a repeated call declares again. */
export function repeatedDeclarationFindings(compiled: CompiledPolicy, sink: FindingSink): void {
  const declaredBelow = declarationsBelow(compiled);
  for (const block of applicationsLeadingToDeclarations(compiled)) {
    const declared = declaredBelow(block);
    if (declared === undefined) continue;
    const calls = callsOf(compiled, block);
    const first = calls[0];
    if (first === undefined) continue;
    for (const { site, caller } of calls.slice(1)) {
      const apart = compiled.options.mode === "modular" && site.file !== first.site.file;
      sink.add(
        site,
        "error",
        apart ? "link-dup-type" : declared.id,
        `this declares ${declared.kind} ${declared.name} again${declared.alone ? "" : ", and more"}: the same call stands elsewhere`,
        () => [{ ...first.site, message: "the other call" }, ...relatedCallsOf(compiled, caller)],
      );
    }
  }
}

interface Repeated {
  /** Activation.namesGeneration, Activation.repeatsGeneration and Blocks.leadsGeneration */
  readonly state: string;
  readonly found: readonly number[];
}

const memory = new WeakMap<CompiledPolicy, Repeated>();

/** Blocks to which the policy leads more than once, and which lead to declarations or may do so. */
function applicationsLeadingToDeclarations(compiled: CompiledPolicy): readonly number[] {
  const { hasElse, namesGeneration, repeatsGeneration } = compiled.activation;
  if (hasElse) return [...callCounts(compiled)].flatMap(([block, n]) => (n > 1 ? [block] : []));
  const state = `${namesGeneration} ${repeatsGeneration} ${compiled.state.blocks.leadsGeneration}`;
  const known = memory.get(compiled);
  if (known?.state === state) return known.found;
  const found = repeatedBlocks(compiled);
  memory.set(compiled, { state, found });
  return found;
}

function repeatedBlocks(compiled: CompiledPolicy): readonly number[] {
  const { blocks } = compiled.state;
  const refs = blocks.refs.at;
  const found: number[] = [];
  for (let block = 0; block < blocks.count; block++)
    if ((refs[block] as number) > 1 && mayLeadTo(blocks, block, 1 << OP_DECL)) found.push(block);
  return found;
}

/** Where optionals have else branches, uses are not counted in `Blocks.refs`. */
function callCounts(compiled: CompiledPolicy): ReadonlyMap<number, number> {
  const { code } = compiled.state;
  const counts = new Map<number, number>();
  for (const block of compiled.activation.appliedBlocks())
    for (const at of compiled.operations(block))
      if (code.at[at] === OP_CALL) {
        const callee = code.at[at + 1] as number;
        counts.set(callee, (counts.get(callee) ?? 0) + 1);
      }
  return counts;
}

/** The first declaration below a block, and whether it is the only one; roles do not count. */
interface Below extends Declared {
  readonly name: string;
  readonly alone: boolean;
}

/** Tells what blocks and the active blocks below them declare; each is looked at once, however many lead to it. */
function declarationsBelow(compiled: CompiledPolicy): (block: number) => Below | undefined {
  const { blocks, code, words } = compiled.state;
  const known = new Map<number, Below | undefined>();
  const look = (block: number): Below | undefined => {
    if (known.has(block)) return known.get(block);
    known.set(block, undefined);
    let found: Below | undefined;
    const add = (below: Below | undefined): void => {
      if (below !== undefined) found = found === undefined ? below : { ...found, alone: false };
    };
    for (const at of compiled.operations(block)) {
      const op = code.at[at];
      if (op === OP_DECL) {
        const declares = ONCE_ONLY.get(code.at[at + 1] as number);
        if (declares !== undefined)
          add({ ...declares, name: words.text(code.at[at + 2] as number), alone: true });
      } else if (op === OP_CALL || op === OP_OPTIONAL)
        for (const child of [
          code.at[at + 1] as number,
          op === OP_OPTIONAL ? (code.at[at + 2] as number) : -1,
        ])
          if (child >= 0 && (blocks.refs.at[child] as number) > 0) add(look(child));
    }
    known.set(block, found);
    return found;
  };
  return look;
}

/** The calls of a block in active code, in the order of the build. */
function callsOf(
  compiled: CompiledPolicy,
  block: number,
): { readonly site: Site; readonly caller: number }[] {
  const { blocks } = compiled.state;
  return callersOf(compiled, block)
    .filter((caller) => (blocks.refs.at[caller.block] as number) > 0)
    .map((caller) => ({ site: originSite(compiled, caller.block, caller.at), caller: caller.block }));
}
