// Where a type was put into an attribute: the statements behind a membership, with the calls that lead to them. One scan of
// the applied code makes the index of a revision; it is asked for when an assertion is broken through an attribute.

import { callChain } from "./callers.ts";
import { OP_ATTR, OP_LENGTH } from "./code.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { Origin } from "./face.ts";
import { originSite } from "./origin.ts";
import { compareOrigins } from "./siteOrder.ts";

interface Index {
  readonly revision: number;
  /** block and code position in turn, by attribute value */
  readonly byAttribute: ReadonlyMap<number, readonly number[]>;
}

const indexes = new WeakMap<CompiledPolicy, Index>();

/** The statements that put a type (value) into an attribute (value). */
export function memberOrigins(compiled: CompiledPolicy, type: number, attribute: number): readonly Origin[] {
  const { code, resolver } = compiled.state;
  const places = indexOf(compiled).byAttribute.get(attribute) ?? [];
  const origins: Origin[] = [];
  for (let i = 0; i < places.length; i += 2) {
    const block = places[i] as number;
    const at = places[i + 1] as number;
    if (!resolver.types(code.at[at + 1] as number).plain.includes(type)) continue;
    origins.push({ ...originSite(compiled, block, at), calls: callChain(compiled, block) });
  }
  return origins.sort((a, b) => compareOrigins(compiled, a, b));
}

function indexOf(compiled: CompiledPolicy): Index {
  const known = indexes.get(compiled);
  if (known?.revision === compiled.revision) return known;
  const { blocks, code, types } = compiled.state;
  const byAttribute = new Map<number, number[]>();
  for (const block of compiled.activation.appliedBlocks()) {
    if (((blocks.contents.at[block] as number) & (1 << OP_ATTR)) === 0) continue;
    const stop = blocks.codeEnd.at[block] as number;
    for (let at = blocks.codeStart.at[block] as number; at >= 0 && at < stop; ) {
      const op = code.at[at] as number;
      if (op === OP_ATTR) {
        const attribute = types.valueOf(code.at[at + 2] as number);
        const list = byAttribute.get(attribute);
        if (list === undefined) byAttribute.set(attribute, [block, at]);
        else list.push(block, at);
      }
      at += OP_LENGTH[op] as number;
    }
  }
  const made = { revision: compiled.revision, byAttribute };
  indexes.set(compiled, made);
  return made;
}
