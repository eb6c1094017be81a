// Scopes in a whole policy.conf: what a statement names must be declared or required in its own block or in one around it
// (is_id_in_scope of checkpolicy's module_compiler.c), whether the block is on or not; some statements are read in the
// first pass, which knows only what came before. Names are declared once, and as one kind of thing, in all blocks
// together (symtab_insert, create_type, create_role). A policy that is built from a tree has its declarations moved to
// the front, so this is for policy.conf only, and for modules without macros. Other modules: scopes.ts.

import {
  N_EMPTY,
  N_INTERFACE,
  N_UNKNOWN,
  SYM_ATTRIBUTE,
  SYM_ATTRIBUTEROLE,
  SYM_ROLE,
  SYM_TYPE,
} from "../../grammar/syntax/kinds.ts";
import { endOf, startOf } from "../../grammar/syntax/tree.ts";
import { SYM_ALIAS } from "./code.ts";
import type { CompiledPolicy } from "./compile.ts";
import {
  type ConfMention,
  type ConfMistake,
  type ConfNames,
  type ConfProblem,
  confNamesOf,
} from "./confNames.ts";
import { repeatedTransitions } from "./confTransitions.ts";
import type { Site, Source } from "./face.ts";
import type { FindingSink } from "./findingSink.ts";
import { GROUP_BOOL, GROUP_ROLE, GROUP_TYPE, GROUP_USER, GROUPS } from "./optionals.ts";

const NOUNS = new Map([
  [GROUP_TYPE, "type or attribute"],
  [GROUP_ROLE, "role"],
  [GROUP_USER, "user"],
  [GROUP_BOOL, "boolean"],
]);
const UNKNOWN = new Map([
  [GROUP_TYPE, "type-unknown"],
  [GROUP_ROLE, "role-unknown"],
  [GROUP_USER, "ctx-user"],
  [GROUP_BOOL, "cond-unknown"],
]);

/** Names out of scope, and names declared twice or as two things: what nothing else has said already. */
export function confScopeFindings(compiled: CompiledPolicy, sink: FindingSink): void {
  const isModular = compiled.options.mode === "modular";
  const { fileFacts } = compiled;
  for (const source of isModular ? compiled.sources() : compiled.inOrder(fileFacts.confs)) {
    if (isModular && !isPlainModule(source)) continue;
    const { words, state } = compiled;
    const names = confNamesOf(source.tree, state.resolver.selfWord, (word) => words.text(word));
    clashes(compiled, sink, source, names);
    for (const mistake of names.mistakes) judge(compiled, sink, source, mistake);
    const wordOf = { self: state.resolver.selfWord, process: words.intern("process") };
    for (const { node, isRole } of repeatedTransitions(source.tree, wordOf)) {
      const what = isRole ? "role transition" : "named transition";
      tell(sink, source, node, isRole ? "roletrans-dup" : "ftrans-dup", `duplicate ${what}`);
    }
  }
}

const plain = new WeakMap<Source["tree"], boolean>();

/** True for a module that is text of the kernel's language alone: what macros bring, scopes.ts asks of. */
function isPlainModule({ role, enabled, tree }: Source): boolean {
  if (role !== "te" || !enabled) return false;
  let answer = plain.get(tree);
  if (answer === undefined) {
    answer = tree.errors.length === 0;
    for (let node = 1; node < tree.count && answer; node++) {
      const kind = tree.kind[node] as number;
      answer = kind !== N_UNKNOWN && (kind < N_INTERFACE || kind >= N_EMPTY);
    }
    plain.set(tree, answer);
  }
  return answer;
}

function siteOf({ id, tree }: Source, node: number): Site {
  return { file: id, start: startOf(tree, node), end: endOf(tree, node) };
}

/** Adds an error where nothing else was said to be wrong. */
function tell(sink: FindingSink, source: Source, node: number, code: string, message: string): void {
  const site = siteOf(source, node);
  const known = sink.byFile.get(site.file) ?? [];
  if (
    known.some(({ start, end, severity }) => severity === "error" && start <= site.start && end >= site.end)
  )
    return;
  sink.add(site, "error", code, message);
}

const PROBLEMS: Readonly<Record<ConfProblem, string>> = {
  unknown: "is not declared",
  scope: "is declared or required in an optional block only, and not known outside of it",
  later: "is declared or required further down only",
};

function judge(compiled: CompiledPolicy, sink: FindingSink, source: Source, mistake: ConfMistake): void {
  const { node, key, problem } = mistake;
  const group = key % GROUPS;
  const name = compiled.words.text((key - group) / GROUPS);
  if (group === GROUP_ROLE && name === "object_r") return;
  const scoped = group === GROUP_ROLE ? "req-role-scope" : "req-scope-optional";
  const code = problem === "unknown" ? (UNKNOWN.get(group) as string) : scoped;
  tell(sink, source, node, code, `${NOUNS.get(group)} ${name} ${PROBLEMS[problem]}`);
}

const KINDS = new Map([
  [SYM_TYPE, "type"],
  [SYM_ALIAS, "type"],
  [SYM_ATTRIBUTE, "attribute"],
  [SYM_ROLE, "role"],
  [SYM_ATTRIBUTEROLE, "role attribute"],
]);

/** Names that are declared twice, and names that are declared or required as one thing and as another. */
function clashes(
  compiled: CompiledPolicy,
  sink: FindingSink,
  source: Source,
  { mentions, first }: ConfNames,
): void {
  const declared = new Set<number>();
  for (const mention of mentions) {
    const { key, node, symbol } = mention;
    const name = compiled.words.text(Math.floor(key / GROUPS));
    const before = KINDS.get(first.get(key)?.symbol ?? -1);
    const kind = KINDS.get(symbol);
    if (before !== kind && symbol !== SYM_ALIAS)
      tell(sink, source, node, clashCode(mention), `${name} is both ${article(before)} and ${article(kind)}`);
    if (mention.isRequired) continue;
    if (declared.has(key) && symbol !== SYM_ROLE && key % GROUPS !== GROUP_USER)
      tell(
        sink,
        source,
        node,
        key % GROUPS === GROUP_BOOL ? "bool-dup" : "type-dup",
        `${name} is declared twice`,
      );
    declared.add(key);
  }
}

function clashCode({ symbol }: ConfMention): string {
  return symbol === SYM_ROLE || symbol === SYM_ATTRIBUTEROLE ? "role-attr-clash" : "type-attr-clash";
}

function article(kind = ""): string {
  return `${/^[aeiou]/.test(kind) ? "an" : "a"} ${kind}`;
}
