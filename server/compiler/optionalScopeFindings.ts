// Names out of scope as findings: the places to mend, and what to say. Each place is looked at once: the
// mistakes of a broken macro are ten thousands, most of them alike.

import { relatedCallsOf } from "./callers.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { Site } from "./face.ts";
import type { FindingSink } from "./findingSink.ts";
import { GROUP_BOOL, GROUP_ROLE, GROUP_TYPE, GROUPS } from "./optionals.ts";
import { originNode, originSite } from "./origin.ts";
import { blame, operandNode } from "./provenance.ts";
import type { ScopeMistake } from "./scopeWalk.ts";
import { isPlaceholder } from "./scratch.ts";

const NOUNS = new Map([
  [GROUP_TYPE, "type or attribute"],
  [GROUP_ROLE, "role"],
  [GROUP_BOOL, "boolean or tunable"],
]);
const UNKNOWN = new Map([
  [GROUP_TYPE, "type-unknown"],
  [GROUP_ROLE, "role-unknown"],
  [GROUP_BOOL, "cond-unknown"],
]);

/** Names out of scope: what nothing else has said already. */
export function optionalScopeFindings(compiled: CompiledPolicy, sink: FindingSink): void {
  if (compiled.options.mode === "modular" || [...compiled.fileFacts.confs].length > 0) return;
  const isInStatements = (word: number): boolean => compiled.activation.globals.mentions(word);
  const scopes = compiled.optionalScopes;
  const looked = new Set<string>();
  for (const { mistakes } of scopes.all(compiled.roots(), isInStatements))
    for (const mistake of mistakes)
      report(compiled, sink, mistake, scopes.isDeclared(mistake.word * GROUPS + mistake.group), looked);
}

function report(
  compiled: CompiledPolicy,
  sink: FindingSink,
  mistake: ScopeMistake,
  isDeclared: boolean,
  looked: Set<string>,
): void {
  const { block, group, word } = mistake;
  const name = compiled.words.text(word);
  if (isPlaceholder(name) || !/^[A-Za-z_][\w.-]*$/.test(name)) return;
  const scoped = group === GROUP_ROLE ? "req-role-scope" : "req-scope-optional";
  const code = isDeclared || mistake.isLater ? scoped : (UNKNOWN.get(group) as string);
  const message = `${NOUNS.get(group)} ${name} ${problemOf(mistake, isDeclared)}`;
  for (const site of sitesOf(compiled, mistake, isDeclared)) {
    // A place with an error is told no other, so each is looked at once.
    const key = `${site.file} ${site.start} ${site.end}`;
    if (looked.has(key)) continue;
    looked.add(key);
    const known = sink.byFile.get(site.file) ?? [];
    const isSaid = known.some(
      ({ start, end, severity }) => severity === "error" && start <= site.start && end >= site.end,
    );
    if (!isSaid) sink.add(site, "error", code, message, relatedCallsOf(compiled, block));
  }
}

function problemOf({ isLater, isRequiredInVain }: ScopeMistake, isDeclared: boolean): string {
  if (isLater) return "is declared or required further down only";
  if (!isDeclared) return "is not declared";
  return isRequiredInVain
    ? "is declared in an optional block only, so what uses it must stand in one too"
    : "is declared or required in an optional block only, and not known outside of it";
}

/** The places to mend: the call that would have to be in an optional block, or what spells the name. */
function sitesOf(compiled: CompiledPolicy, mistake: ScopeMistake, isDeclared: boolean): readonly Site[] {
  const { block, at, word, operand, leaf, call, isRequiredInVain } = mistake;
  if (isDeclared && isRequiredInVain && call !== undefined)
    return [originSite(compiled, call.block, call.at)];
  const { tree, node } = originNode(compiled, block, at);
  if ((compiled.state.blocks.dynamic.at[block] as number) !== 0) return [originSite(compiled, block, at)];
  if (leaf >= 0) return blame(compiled, block, leaf, word);
  const isCondition = mistake.group === GROUP_BOOL;
  return blame(
    compiled,
    block,
    isCondition ? node + 1 : operand > 0 ? operandNode(tree, node, operand) : node,
    word,
  );
}
