// Declarations whose name cannot be: a type called self, a boolean with a period, an alias of what is no type. They are
// found in the counts that the policy keeps anyway; the code is searched only when there is one.

import { SYM_ATTRIBUTE, SYM_BOOL, SYM_TUNABLE, SYM_TYPE } from "../../grammar/syntax/kinds.ts";
import { relatedCallsOf } from "./callers.ts";
import { OP_DECL, SYM_ALIAS } from "./code.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { FindingSink } from "./findingSink.ts";
import { GROUP_TYPE, groupOf } from "./optionals.ts";
import { originNode } from "./origin.ts";
import { blame } from "./provenance.ts";
import { MAX_TYPES } from "./symbols.ts";

interface Odd {
  /** Activation.namesGeneration that they are for */
  readonly generation: number;
  readonly words: ReadonlySet<number>;
}

/** What was found while no name came or went. */
const known = new WeakMap<CompiledPolicy, Odd>();

/** Reports names that may not be declared. */
export function oddNameFindings(compiled: CompiledPolicy, sink: FindingSink): void {
  const generation = compiled.activation.namesGeneration;
  let odd = known.get(compiled);
  if (odd?.generation !== generation) {
    odd = { generation, words: oddWords(compiled) };
    known.set(compiled, odd);
  }
  if (odd.words.size > 0) report(compiled, sink, odd.words);
}

function oddWords(compiled: CompiledPolicy): ReadonlySet<number> {
  const { types, words, resolver } = compiled.state;
  const odd = new Set<number>(types.badAliases());
  if (types.valueOf(resolver.selfWord) !== 0) odd.add(resolver.selfWord);
  for (const word of types.tooMany) {
    // One says it for all.
    odd.add(word);
    break;
  }
  for (const word of compiled.activation.declaredBooleans())
    if (words.text(word).includes(".")) odd.add(word);
  return odd;
}

function report(compiled: CompiledPolicy, sink: FindingSink, odd: ReadonlySet<number>): void {
  const { types, words, resolver, db, code } = compiled.state;
  for (const block of compiled.activation.appliedBlocks())
    for (const at of compiled.operations(block)) {
      if (code.at[at] !== OP_DECL || !odd.has(code.at[at + 2] as number)) continue;
      const symbol = code.at[at + 1] as number;
      let word = code.at[at + 2] as number;
      let id = "";
      let message = "";
      if (symbol === SYM_BOOL || symbol === SYM_TUNABLE) {
        id = "bool-period";
        message = `the name of a boolean may not contain a period: ${words.text(word)}`;
      } else if (word === resolver.selfWord && groupOf(symbol) === GROUP_TYPE) {
        id = "type-self";
        message = "self is a reserved name; it cannot be declared";
      } else if (types.tooMany.has(word) && (symbol === SYM_TYPE || symbol === SYM_ATTRIBUTE)) {
        id = "types-too-many";
        message = `a policy holds ${MAX_TYPES} types and attributes at most; from ${words.text(word)} on there are ${types.tooMany.size} more`;
      } else if (symbol === SYM_ALIAS) {
        word = code.at[at + 3] as number;
        const type = types.valueOf(word);
        if (type !== 0 && db.types.at(type)?.isAttribute !== true) continue;
        id = "alias-unknown";
        message =
          type === 0
            ? `type ${words.text(word)} is not declared`
            : `${words.text(word)} is an attribute; only types have aliases`;
      } else continue;
      const { node } = originNode(compiled, block, at);
      for (const place of blame(compiled, block, node, word))
        sink.add(place, "error", id, message, relatedCallsOf(compiled, block));
    }
}
