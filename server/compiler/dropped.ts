// Optional blocks that are not part of the policy, with the first name that is missing, as information; and names in them
// that are neither declared nor required, which checkpolicy refuses even in a block that it then drops.

import {
  OP_AV,
  OP_CALL,
  OP_DECL,
  OP_GENREQUIRE,
  OP_OPTIONAL,
  OP_REQUIRE,
  OP_TYPE,
  SYM_PERMISSION,
} from "./code.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { FindingSink } from "./findings.ts";
import { blame, originNode, originSite, relatedCallsOf } from "./provenance.ts";

/** Reports dropped optionals. */
export function droppedFindings(compiled: CompiledPolicy, sink: FindingSink): void {
  const { code, words } = compiled.state;
  for (const [block, positions] of compiled.activation.dropped)
    for (const at of positions) {
      const optional = code.at[at + 1] as number;
      const missing = missingOf(compiled, optional, 0);
      if (missing === undefined) continue;
      const { tree, node, file } = originNode(compiled, block, at);
      const start = tree.tokens.start[tree.first[node] as number] as number;
      const end = tree.tokens.end[tree.first[node] as number] as number;
      sink.add(
        { file, start, end },
        "information",
        "optional-dropped",
        `this block is not part of the policy: ${words.text(missing.word)} is not declared`,
        [
          { ...originSite(compiled, missing.block, missing.at), message: "required here" },
          ...relatedCallsOf(compiled, block),
        ],
      );
      undeclaredIn(compiled, optional, sink);
      permissionsIn(compiled, optional, sink);
    }
}

/** Requirements of permissions that no class has: only a module may have them, for the policy that it is loaded into. */
function permissionsIn(compiled: CompiledPolicy, optional: number, sink: FindingSink): void {
  const { code, words } = compiled.state;
  const seen = new Set([optional]);
  for (const block of seen)
    for (const at of compiled.operations(block)) {
      const op = code.at[at];
      if (op === OP_CALL || op === OP_OPTIONAL) seen.add(code.at[at + 1] as number);
      if ((op !== OP_REQUIRE && op !== OP_GENREQUIRE) || code.at[at + 1] !== SYM_PERMISSION) continue;
      if (compiled.activation.isDeclared(at)) continue;
      const word = code.at[at + 2] as number;
      const tclass = words.text(code.at[at + 3] as number);
      for (const site of blame(compiled, block, originNode(compiled, block, at).node, word))
        sink.add(
          site,
          "error",
          "req-perm-undeclared",
          `class ${tclass} has no permission ${words.text(word)}, and a whole policy cannot require it`,
          relatedCallsOf(compiled, block),
        );
    }
}

interface Missing {
  readonly block: number;
  readonly at: number;
  readonly word: number;
}

/** The first requirement of a block, or of what it calls, that nothing declares. */
export function missingOf(compiled: CompiledPolicy, block: number, depth: number): Missing | undefined {
  const { code } = compiled.state;
  if (depth > 300) return undefined;
  for (const at of compiled.operations(block)) {
    const op = code.at[at];
    if (op === OP_REQUIRE || op === OP_GENREQUIRE) {
      if (!compiled.activation.isDeclared(at)) return { block, at, word: code.at[at + 2] as number };
    } else if (op === OP_CALL) {
      const missing = missingOf(compiled, code.at[at + 1] as number, depth + 1);
      if (missing !== undefined) return missing;
    }
  }
  return undefined;
}

/** Rules of a dropped block (nested optionals aside) that use names which are neither declared nor required in it. */
function undeclaredIn(compiled: CompiledPolicy, optional: number, sink: FindingSink): void {
  const { code, resolver, words } = compiled.state;
  const required = new Set<number>();
  const blocks: number[] = [];
  const seen = new Set<number>();
  const gather = (block: number, depth: number): void => {
    if (seen.has(block) || depth > 300) return;
    seen.add(block);
    blocks.push(block);
    for (const at of compiled.operations(block)) {
      const op = code.at[at];
      if (op === OP_REQUIRE || op === OP_GENREQUIRE) {
        if (code.at[at + 1] !== SYM_PERMISSION) required.add(code.at[at + 2] as number);
      } else if (op === OP_CALL) gather(code.at[at + 1] as number, depth + 1);
      else if (op === OP_OPTIONAL) gather(code.at[at + 1] as number, depth + 1);
      else if (op === OP_DECL) required.add(code.at[at + 2] as number);
    }
  };
  gather(optional, 0);
  for (const block of blocks) {
    for (const at of compiled.operations(block)) {
      const op = code.at[at];
      if (op !== OP_AV && op !== OP_TYPE) continue;
      for (let operand = 1; operand <= 2; operand++)
        for (const word of resolver.types(code.at[at + 1 + operand] as number).unknown) {
          if (required.has(word)) continue;
          const { tree, node } = originNode(compiled, block, at);
          const child = operand === 1 ? node + 1 : (tree.end[node + 1] as number);
          for (const site of blame(compiled, block, child, word))
            sink.add(
              site,
              "error",
              "type-unknown",
              `type or attribute ${words.text(word)} is not declared`,
              relatedCallsOf(compiled, block),
            );
        }
      for (const tclass of resolver.classes(code.at[at + 4] as number).values)
        if (op === OP_AV)
          for (const word of resolver.permissions(code.at[at + 5] as number, tclass).unknown) {
            const { node } = originNode(compiled, block, at);
            for (const site of blame(compiled, block, node, word))
              sink.add(
                site,
                "error",
                "perm-unknown",
                `class ${compiled.db.classes.nameOf(tclass)} has no permission ${words.text(word)}`,
                relatedCallsOf(compiled, block),
              );
          }
    }
  }
}
