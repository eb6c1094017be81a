// Loadable modules as checkmodule reads them: the module statement and its version, the name that the file promises, the
// require section that every block outside of a base policy must have, and statements that only a base policy may hold.
// What needs scopes of names is in scopes.ts, what needs several modules in linking.ts.

import {
  N_ACCESSVECTOR,
  N_AVRULE,
  N_CATEGORY,
  N_CLASS,
  N_COMMON,
  N_CONSTRAIN,
  N_DEFAULT,
  N_DOMINANCE,
  N_EMPTY,
  N_FSUSE,
  N_GENFSCON,
  N_LEVELDECL,
  N_MODULE,
  N_NETIFCON,
  N_NODECON,
  N_OPTIONAL,
  N_POLICYCAP,
  N_POLICYMODULE,
  N_PORTCON,
  N_REQUIRE,
  N_SENSITIVITY,
  N_SID,
  N_SIDCONTEXT,
  N_TYPE,
  N_VALIDATETRANS,
  SYM_USER,
} from "../../grammar/syntax/kinds.ts";
import { startOf, textOf } from "../../grammar/syntax/tree.ts";
import { callChain, relatedCallsOf } from "./callers.ts";
import { OP_CALL, OP_GENREQUIRE, OP_OPTIONAL, OP_REQUIRE, OP_STATEMENT } from "./code.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { Site, Source } from "./face.ts";
import { topLevel } from "./fileFacts.ts";
import type { FindingSink } from "./findingSink.ts";
import { moduleHeadFindings } from "./moduleHeads.ts";
import { originNode, originSite } from "./origin.ts";

/** The file whose compilation brings a block's code in. */
export function moduleOf(compiled: CompiledPolicy, block: number, at: number): number {
  return (callChain(compiled, block)[0] ?? originSite(compiled, block, at)).file;
}

/** True when the base policy is at hand, so that modules can be linked with it. */
export function hasBase(compiled: CompiledPolicy): boolean {
  return compiled.options.mode === "modular" && compiled.fileFacts.confs.size > 0;
}

const BASE_ONLY = new Map([
  [N_CLASS, "mod-class-decl"],
  [N_COMMON, "mod-class-decl"],
  [N_ACCESSVECTOR, "mod-class-decl"],
]);
for (const kind of [
  N_SID,
  N_SIDCONTEXT,
  N_DEFAULT,
  N_SENSITIVITY,
  N_CATEGORY,
  N_LEVELDECL,
  N_DOMINANCE,
  N_CONSTRAIN,
  N_VALIDATETRANS,
  N_POLICYCAP,
  N_FSUSE,
  N_GENFSCON,
  N_PORTCON,
  N_NETIFCON,
  N_NODECON,
])
  BASE_ONLY.set(kind, "parse-syntax");

/** What is wrong with modules one by one. */
export function moduleFindings(compiled: CompiledPolicy, sink: FindingSink): void {
  const modular = compiled.options.mode === "modular";
  const { fileFacts } = compiled;
  for (const source of compiled.inOrder(fileFacts.modules.keys()))
    if (source.enabled && (!modular || source.role === "conf"))
      inBase(source, fileFacts.modules.get(source.id) ?? [], sink);
  if (!modular) return;
  for (const source of compiled.sources())
    if (source.enabled && source.role === "te")
      moduleStatement(source, sink, (name) => compiled.macro(name) !== undefined);
  for (const root of compiled.roots()) {
    const unit = compiled.state.units.all[compiled.state.blocks.unit.at[root] as number];
    const source = unit === undefined ? undefined : compiled.sourceOf(unit.file);
    if (source?.role === "te") blocksOf(compiled, root, source, sink);
  }
}

function keyword(source: Source, node: number): Site {
  const { tree } = source;
  const first = tree.first[node] as number;
  return { file: source.id, start: startOf(tree, node), end: tree.tokens.end[first] ?? startOf(tree, node) };
}

/** A module statement where no module is compiled. */
function inBase(source: Source, statements: readonly number[], sink: FindingSink): void {
  for (const node of statements)
    sink.add(
      keyword(source, node),
      "error",
      "mod-in-base",
      "a module statement does not belong in a base or monolithic policy",
    );
}

function moduleStatement(source: Source, sink: FindingSink, isMacro: (name: string) => boolean): void {
  const { tree } = source;
  let first = 0;
  for (const node of topLevel(tree)) {
    const kind = tree.kind[node];
    if (first === 0 && kind !== N_EMPTY) first = node;
    if (kind !== N_MODULE && kind !== N_POLICYMODULE) continue;
    const name = node + 1;
    if (name >= (tree.end[node] as number)) return;
    if (kind === N_POLICYMODULE) moduleHeadFindings(source, node, isMacro, sink);
    const site = {
      file: source.id,
      start: startOf(tree, name),
      end: startOf(tree, name) + textOf(tree, name).length,
    };
    if (kind === N_MODULE && (tree.end[name] as number) >= (tree.end[node] as number))
      sink.add(site, "error", "mod-noversion", "the module statement has no version");
    if (source.module !== "" && textOf(tree, name) !== source.module && /^[\w.-]+$/.test(textOf(tree, name)))
      sink.add(
        site,
        "error",
        "mod-name-file",
        `module ${textOf(tree, name)} stands in a file that is called ${source.module}; both must be the same`,
      );
    return;
  }
  // A call or a conditional of m4 may bring the module statement: only plain statements are certain to lack it.
  const kind = tree.kind[first];
  if (first > 0 && (kind === N_REQUIRE || kind === N_TYPE || kind === N_AVRULE))
    sink.add(
      keyword(source, first),
      "error",
      "mod-noname",
      "a module begins with its module statement: a name and a version",
    );
}

/** Blocks without a require section, and statements of base policies. */
function blocksOf(compiled: CompiledPolicy, root: number, source: Source, sink: FindingSink): void {
  const { code } = compiled.state;
  const seen = new Set<number>();
  const queue = [root];
  for (let block = queue.pop(); block !== undefined; block = queue.pop()) {
    if (seen.has(block)) continue;
    seen.add(block);
    for (const at of compiled.operations(block)) {
      const op = code.at[at];
      if (op === OP_CALL) queue.push(code.at[at + 1] as number);
      else if (op === OP_OPTIONAL) {
        const body = code.at[at + 1] as number;
        queue.push(body);
        if ((code.at[at + 2] as number) >= 0) queue.push(code.at[at + 2] as number);
        const { tree, node } = originNode(compiled, block, at);
        if (tree.kind[node] === N_OPTIONAL && !requires(compiled, body, new Set()))
          noRequire(compiled, block, at, sink);
      } else if (op === OP_STATEMENT) {
        const id = BASE_ONLY.get(code.at[at + 1] as number);
        if (id === undefined) continue;
        const { tree, node, file } = originNode(compiled, block, at);
        const end = tree.tokens.end[tree.first[node] as number] as number;
        sink.add(
          { file, start: startOf(tree, node), end },
          "error",
          id,
          "this statement belongs in a base policy, not in a module",
          relatedCallsOf(compiled, block),
        );
      }
    }
  }
  for (const node of topLevel(source.tree))
    if (source.tree.kind[node] === N_MODULE && !requires(compiled, root, new Set()))
      sink.add(keyword(source, node), "error", "opt-norequire", "the module has no require section");
}

function noRequire(compiled: CompiledPolicy, block: number, at: number, sink: FindingSink): void {
  const { tree, node, file } = originNode(compiled, block, at);
  const end = tree.tokens.end[tree.first[node] as number] as number;
  sink.add(
    { file, start: startOf(tree, node), end },
    "error",
    "opt-norequire",
    "this optional block has no require section",
    relatedCallsOf(compiled, block),
  );
}

function requires(compiled: CompiledPolicy, block: number, seen: Set<number>): boolean {
  if (seen.has(block)) return false;
  seen.add(block);
  const { code } = compiled.state;
  for (const at of compiled.operations(block)) {
    const op = code.at[at];
    // Users are required in the second pass only, when it is too late to count (require_user).
    if ((op === OP_REQUIRE || op === OP_GENREQUIRE) && code.at[at + 1] !== SYM_USER) return true;
    if (op === OP_CALL && requires(compiled, code.at[at + 1] as number, seen)) return true;
  }
  return false;
}
