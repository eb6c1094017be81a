// Order within a loadable module: checkmodule reads declarations and memberships in one pass, so a type must be declared
// or required before the statement that gives it an attribute. Whole policies are free of this, since their build moves
// declarations to the front.

import { relatedCallsOf } from "./callers.ts";
import { OP_ATTR, OP_DECL, OP_GENREQUIRE, OP_REQUIRE } from "./code.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { FindingSink } from "./findingSink.ts";
import { chosen, GROUP_TYPE, groupOf } from "./optionals.ts";
import { originNode } from "./origin.ts";
import { blame } from "./provenance.ts";
import { walkBlocks } from "./walk.ts";

/** Memberships of names that are made known only further down in their module. */
export function moduleOrderFindings(compiled: CompiledPolicy, sink: FindingSink): void {
  if (compiled.options.mode !== "modular") return;
  const { blocks, code, types, words } = compiled.state;
  for (const root of compiled.roots()) {
    const known = new Set<number>();
    const visit = (op: number, at: number, block: number): void => {
      if (op === OP_DECL || op === OP_REQUIRE || op === OP_GENREQUIRE) {
        if (groupOf(code.at[at + 1] as number) === GROUP_TYPE) known.add(code.at[at + 2] as number);
      } else if (op === OP_ATTR) {
        const word = code.at[at + 1] as number;
        if (word <= 0 || known.has(word) || types.valueOf(word) === 0) return;
        const { node } = originNode(compiled, block, at);
        const message = `type ${words.text(word)} is used before the module declares or requires it`;
        for (const site of blame(compiled, block, node, word))
          sink.add(site, "error", "typeattr-unknown", message, relatedCallsOf(compiled, block));
      }
    };
    walkBlocks([root], blocks, code, new Uint8Array(blocks.count), (at) => chosen(blocks, code, at), visit);
  }
}
