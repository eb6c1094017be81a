// Type rules that libsepol leaves out in silence (skippedTransitions.ts), at the class that is lost. The rule looks as if it
// said something that the kernel never hears of.

import { endOf, startOf } from "../../grammar/syntax/tree.ts";
import { relatedCallsOf } from "./callers.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { FindingSink } from "./findingSink.ts";
import { originNode, originSite } from "./origin.ts";

/** Reports each rule once for each class that is skipped, whatever the types that it stands for. */
export function skippedFindings(compiled: CompiledPolicy, sink: FindingSink): void {
  const { db } = compiled;
  const said = new Set<string>();
  for (const { block, at, source, target, tclass, because, other } of compiled.activation.skipped()) {
    const key = `${at} ${tclass}`;
    if (said.has(key)) continue;
    said.add(key);
    const { tree, node, file } = originNode(compiled, block, at);
    const lost = db.classes.nameOf(tclass);
    const known = db.classes.nameOf(because);
    const pair = `${db.types.nameOf(source)} ${db.types.nameOf(target)}`;
    const isPlain = (compiled.state.blocks.dynamic.at[block] as number) === 0;
    const classes = isPlain ? thirdChild(tree, node) : node;
    sink.add(
      { file, start: startOf(tree, classes), end: endOf(tree, classes) },
      "warning",
      "ttrans-skipped",
      `the policy compiler leaves ${lost} out (${pair}:${lost}): another rule gives the same for ${known}, and it then skips the classes that come after`,
      [
        { ...originSite(compiled, other.block, other.at), message: `${known} is given here` },
        ...relatedCallsOf(compiled, block),
      ],
    );
  }
}

/** The classes of a type rule; the rule itself where it has none. */
function thirdChild(tree: { readonly end: Uint32Array }, node: number): number {
  const stop = tree.end[node] as number;
  let child = node + 1;
  for (let n = 1; n < 3 && child < stop; n++) child = tree.end[child] as number;
  return child < stop ? child : node;
}
