// Optional blocks that are not part of the policy, with the first name that is missing, as information; and names in them
// that are neither declared nor required, which checkpolicy refuses even in a block that it then drops.

import type { SyntaxTree } from "../../grammar/syntax/tree.ts";
import { relatedCallsOf } from "./callers.ts";
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
import { FindingSink, type Told } from "./findingSink.ts";
import { originNode, originSite } from "./origin.ts";
import { blame, blameEmpty } from "./provenance.ts";
import { ruleMessage } from "./ruleMessages.ts";

/** What was found about one dropped optional, and all that it depends on besides the names that are declared. */
interface Known {
  readonly findings: readonly Told[];
  /** false when arguments may be to blame, which is a matter of all callers, and an edit elsewhere may change them */
  readonly isLasting: boolean;
  /** each block that was read, and where its code began */
  readonly blocks: readonly number[];
  readonly starts: readonly number[];
  /** files of the places, and their trees */
  readonly files: readonly number[];
  readonly trees: readonly (SyntaxTree | undefined)[];
  /** the revision in which this was last asked for */
  asked: number;
}

interface Memory {
  /** Activation.namesGeneration that the answers are for */
  generation: number;
  /** by code position of the optional */
  readonly known: Map<number, Known>;
}

const memories = new WeakMap<CompiledPolicy, Memory>();

/** Reports dropped optionals. Most are as they were before an edit, so what was said of them is kept. */
export function droppedFindings(compiled: CompiledPolicy, sink: FindingSink): void {
  const { namesGeneration, dropped } = compiled.activation;
  let memory = memories.get(compiled);
  if (memory === undefined || memory.generation !== namesGeneration) {
    memory = { generation: namesGeneration, known: new Map() };
    memories.set(compiled, memory);
  }
  const { known } = memory;
  const { revision } = compiled;
  let count = 0;
  for (const [block, positions] of dropped)
    for (const at of positions) {
      let one = known.get(at);
      if (one === undefined || !isCurrent(compiled, one)) {
        one = look(compiled, block, at);
        if (one.isLasting) known.set(at, one);
        else known.delete(at);
      }
      one.asked = revision;
      if (one.isLasting) count++;
      for (const { place, severity, code, message, related } of one.findings)
        sink.add(place, severity, code, message, related);
    }
  // What was said of blocks that are gone holds their trees.
  if (known.size > count)
    known.forEach((one, at) => {
      if (one.asked !== revision) known.delete(at);
    });
}

/** Loops without closures: this is asked of every dropped block after each edit. */
function isCurrent(compiled: CompiledPolicy, { blocks, starts, files, trees }: Known): boolean {
  const { codeStart } = compiled.state.blocks;
  for (let i = 0; i < blocks.length; i++) if (codeStart.at[blocks[i] as number] !== starts[i]) return false;
  for (let i = 0; i < files.length; i++)
    if (compiled.sourceOf(files[i] as number)?.tree !== trees[i]) return false;
  return true;
}

function look(compiled: CompiledPolicy, block: number, at: number): Known {
  const { blocks, units } = compiled.state;
  const read = new Set([block]);
  const sink = new FindingSink();
  describe(compiled, sink, block, at, read);
  const found = [...sink.byFile.values()].flat();
  // Callers come and go while the block stays as it is.
  const findings = found.map(({ related, ...finding }): Told => {
    const isDropped = finding.code === "optional-dropped";
    const { severity, code, message } = finding;
    return {
      place: finding,
      severity,
      code,
      message,
      related: isDropped ? () => [...related, ...relatedCallsOf(compiled, block)] : related,
    };
  });
  const files = new Set<number>();
  for (const one of read) {
    const unit = units.all[blocks.unit.at[one] as number];
    if (unit !== undefined) files.add(unit.file);
  }
  for (const { file, related } of found) {
    files.add(file);
    for (const site of related) files.add(site.file);
  }
  const list = [...read];
  return {
    findings,
    blocks: list,
    starts: list.map((one) => blocks.codeStart.at[one] as number),
    files: [...files],
    trees: [...files].map((file) => compiled.sourceOf(file)?.tree),
    isLasting: found.every(({ code }) => code === "optional-dropped"),
    asked: -1,
  };
}

/** Says what is to be said of one dropped optional; notes the blocks that this was read from. */
function describe(
  compiled: CompiledPolicy,
  sink: FindingSink,
  block: number,
  at: number,
  read: Set<number>,
): void {
  const { code, words } = compiled.state;
  const optional = code.at[at + 1] as number;
  const missing = missingOf(compiled, optional, 0, read);
  if (missing === undefined) return;
  const { tree, node, file } = originNode(compiled, block, at);
  const start = tree.tokens.start[tree.first[node] as number] as number;
  const end = tree.tokens.end[tree.first[node] as number] as number;
  sink.add(
    { file, start, end },
    "information",
    "optional-dropped",
    `this block is not part of the policy: ${words.text(missing.word)} is not declared`,
    [{ ...originSite(compiled, missing.block, missing.at), message: "required here" }],
  );
  // A policy.conf is asked as a whole (confScopes.ts).
  if (compiled.sourceOf(file)?.role !== "conf") undeclaredIn(compiled, optional, sink, read);
  permissionsIn(compiled, optional, sink, read);
}

/** Requirements of permissions that no class has: only a module may have them, for the policy that it is loaded into. */
function permissionsIn(
  compiled: CompiledPolicy,
  optional: number,
  sink: FindingSink,
  read: Set<number>,
): void {
  const { code, words } = compiled.state;
  const seen = new Set([optional]);
  for (const block of seen) {
    read.add(block);
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
}

interface Missing {
  readonly block: number;
  readonly at: number;
  readonly word: number;
}

/** The first requirement of a block, or of what it calls, that nothing declares. */
function missingOf(
  compiled: CompiledPolicy,
  block: number,
  depth: number,
  read: Set<number>,
): Missing | undefined {
  const { code } = compiled.state;
  if (depth > 300) return undefined;
  read.add(block);
  for (const at of compiled.operations(block)) {
    const op = code.at[at];
    if (op === OP_REQUIRE || op === OP_GENREQUIRE) {
      if (!compiled.activation.isDeclared(at)) return { block, at, word: code.at[at + 2] as number };
    } else if (op === OP_CALL) {
      const missing = missingOf(compiled, code.at[at + 1] as number, depth + 1, read);
      if (missing !== undefined) return missing;
    }
  }
  return undefined;
}

/** Rules of a dropped block (nested optionals aside) that use names which are neither declared nor required in it. */
function undeclaredIn(
  compiled: CompiledPolicy,
  optional: number,
  sink: FindingSink,
  read: Set<number>,
): void {
  const { code, resolver, words } = compiled.state;
  const required = new Set<number>();
  const blocks: number[] = [];
  const seen = new Set<number>();
  const gather = (block: number, depth: number): void => {
    if (seen.has(block) || depth > 300) return;
    seen.add(block);
    read.add(block);
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
      emptyIn(compiled, sink, block, at);
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
      const classes = resolver.classes(code.at[at + 4] as number);
      for (const word of classes.unknown) {
        if (required.has(word)) continue;
        const { tree, node } = originNode(compiled, block, at);
        const child = tree.end[tree.end[node + 1] as number] as number;
        for (const site of blame(compiled, block, child, word))
          sink.add(
            site,
            "error",
            "class-unknown",
            `class ${words.text(word)} is not declared`,
            relatedCallsOf(compiled, block),
          );
      }
      for (const tclass of classes.values)
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

/** Operands of a rule that came out empty, which is a mistake of syntax whether the block is on or not. */
function emptyIn(compiled: CompiledPolicy, sink: FindingSink, block: number, at: number): void {
  const { code, blocks } = compiled.state;
  if (blocks.dynamic.at[block] !== 0) return;
  for (let operand = 1; operand <= 4; operand++) {
    if (code.at[at + 1 + operand] !== 0) continue;
    const { tree, node } = originNode(compiled, block, at);
    let child = node + 1;
    for (let before = 1; before < operand; before++) child = tree.end[child] as number;
    const message = ruleMessage(compiled, { at, code: "empty-set", operand, word: 0, tclass: 0 });
    for (const site of blameEmpty(compiled, block, child))
      sink.add(site, "error", "empty-set", message, relatedCallsOf(compiled, block));
  }
}
