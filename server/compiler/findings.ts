// Findings of the compiler: syntax errors, problems of expansion, names that nothing declares, statements that
// checkpolicy refuses, duplicates, conflicts, and (as information) optional blocks that are not part of the policy.
// Everything here is already known to the parts that found it; this file only gives it a place, a code and words.
// What needs the whole policy as data (neverallow, bounds) is added by server/checks.

import {
  N_MESSAGE,
  N_ROLE,
  N_ROLETYPES,
  N_TYPEATTRIBUTE,
  N_TYPERULE,
  N_USER,
} from "../../grammar/syntax/kinds.ts";
import { endOf, keywordEnd, startOf, textOf } from "../../grammar/syntax/tree.ts";
import { callersOf, isInOptional, isReached, relatedCallsOf } from "./callers.ts";
import {
  OP_PROBLEM,
  PROBLEM_EMPTY_NAME,
  PROBLEM_EMPTY_REQUIRE,
  PROBLEM_EXPANSION,
  PROBLEM_MESSAGE,
  PROBLEM_MISSING_ARGUMENT,
  PROBLEM_NESTED_CONDITIONAL,
  PROBLEM_NOT_A_NAME,
  PROBLEM_NOT_IN_CONDITIONAL,
  PROBLEM_NOT_IN_OPTIONAL,
  PROBLEM_RECURSION,
  PROBLEM_TOO_MUCH,
  PROBLEM_UNKNOWN_MACRO,
  PROBLEM_UNQUOTED_REQUIRE,
} from "./code.ts";
import type { CompiledPolicy } from "./compile.ts";
import { conditionFindings } from "./conditionFindings.ts";
import { confOrderFindings } from "./confOrder.ts";
import { confScopeFindings } from "./confScopes.ts";
import { droppedFindings } from "./dropped.ts";
import { duplicateFindings } from "./duplicates.ts";
import { elseFindings } from "./elseBranches.ts";
import { emptyOptionalFindings } from "./emptyOptionals.ts";
import type { Finding, Site } from "./face.ts";
import { type FindingSink, sinkOf } from "./findingSink.ts";
import { linkFindings } from "./linking.ts";
import { moduleOrderFindings } from "./moduleOrder.ts";
import { moduleFindings, moduleOf } from "./modules.ts";
import { oddNameFindings } from "./oddNames.ts";
import { optionalScopeFindings } from "./optionalScopeFindings.ts";
import { applicationOf, originNode, originSite } from "./origin.ts";
import { blame, blameEmpty, operandNode } from "./provenance.ts";
import { repeatedDeclarationFindings } from "./repeatedDeclarations.ts";
import { ruleFindings } from "./ruleFindings.ts";
import { scopeFindings } from "./scopes.ts";
import { skippedFindings } from "./skippedFindings.ts";
import { statementCounter } from "./statementCounter.ts";
import type { StatementProblem } from "./statements.ts";
import { isStrayQuote, strayQuoteFinding } from "./strayQuotes.ts";
import { typeConflictFindings } from "./typeConflicts.ts";

/** All findings, each file's in order of place. */
export function collectFindings(compiled: CompiledPolicy): ReadonlyMap<number, readonly Finding[]> {
  const sink = sinkOf(compiled);
  for (const source of compiled.inOrder(compiled.fileFacts.withErrors))
    for (const error of source.tree.errors)
      sink.add(
        { file: source.id, start: error.start, end: error.end },
        error.code === "m4-comment-quote" ? "warning" : "error",
        error.code,
        error.message,
      );
  expansionFindings(compiled, sink);
  ruleFindings(compiled, sink);
  membershipFindings(compiled, sink);
  conditionFindings(compiled, sink);
  for (const problem of compiled.activation.globals.problems()) statementFinding(compiled, sink, problem);
  duplicateFindings(compiled, sink);
  repeatedDeclarationFindings(compiled, sink);
  typeConflictFindings(compiled, sink);
  skippedFindings(compiled, sink);
  oddNameFindings(compiled, sink);
  droppedFindings(compiled, sink);
  elseFindings(compiled, sink);
  emptyOptionalFindings(compiled, sink);
  moduleOrderFindings(compiled, sink);
  confOrderFindings(compiled, sink);
  moduleFindings(compiled, sink);
  scopeFindings(compiled, sink);
  linkFindings(compiled, sink);
  confScopeFindings(compiled, sink);
  optionalScopeFindings(compiled, sink);
  sink.finish();
  return sink.byFile;
}

function expansionFindings(compiled: CompiledPolicy, sink: FindingSink): void {
  const { code } = compiled.state;
  const isOneTooMany = statementCounter(compiled);
  for (const block of compiled.state.evaluator.problemBlocks) {
    if (!isReached(compiled, block)) continue;
    for (const at of compiled.operations(block)) {
      if (code.at[at] !== OP_PROBLEM || isOneTooMany(block, at)) continue;
      expansionFinding(compiled, sink, block, at);
    }
  }
}

function expansionFinding(compiled: CompiledPolicy, sink: FindingSink, block: number, at: number): void {
  const { code, words, values, dynamic, units, blocks } = compiled.state;
  const problem = code.at[at + 1] as number;
  const detail = code.at[at + 2] as number;
  const site = originSite(compiled, block, at);
  const related = () => relatedCallsOf(compiled, block);
  const error = (id: string, message: string, where: Site = site): void =>
    sink.add(where, "error", id, message, related);
  switch (problem) {
    case PROBLEM_UNKNOWN_MACRO: {
      const { tree, node, file } = originNode(compiled, block, at);
      const start = startOf(tree, node);
      const first = tree.first[node] as number;
      const name = words.text(detail);
      const atName = { file, start, end: tree.tokens.end[first] ?? start };
      const spelled = tree.tokens.text.slice(atName.start, atName.end) === name;
      const places = spelled ? [atName] : blame(compiled, block, node, detail);
      for (const place of places)
        error("interface-unknown", `there is no interface, template or macro called ${name}`, place);
      return;
    }
    case PROBLEM_EXPANSION: {
      const origin = originNode(compiled, block, at);
      if (isStrayQuote(origin.tree, origin.node)) {
        strayQuoteFinding(sink, origin.file, origin.tree, origin.node);
        return;
      }
      const tree = dynamic.tree(detail);
      const why = dynamic.message(detail) ?? tree.errors[0]?.message ?? "syntax error";
      error("parse-syntax", `this becomes policy text that cannot be read: ${why}`);
      return;
    }
    case PROBLEM_EMPTY_REQUIRE:
      if (compiled.options.mode === "modular" || isInOptional(compiled, block))
        error("parse-syntax", "this requires nothing, and checkpolicy does not take an empty require");
      return;
    case PROBLEM_UNQUOTED_REQUIRE:
      // Within an optional block a require is what it was meant to be.
      if (!isInOptional(compiled, block))
        error(
          "parse-syntax",
          "the text around this is not quoted: m4 makes a require of it for every caller, and checkpolicy takes none outside of optional blocks",
        );
      return;
    case PROBLEM_NOT_IN_OPTIONAL: {
      const { tree, node, file } = originNode(compiled, block, at);
      const where = { file, start: startOf(tree, node), end: keywordEnd(tree, node) };
      error("parse-syntax", "this statement is not allowed in an optional block", where);
      return;
    }
    case PROBLEM_NESTED_CONDITIONAL:
      error("cond-nested", "a conditional inside a conditional block is not allowed");
      return;
    case PROBLEM_NOT_IN_CONDITIONAL: {
      // What the build moves out of the block is refused where an optional block keeps it in place.
      if (detail === 1 && !isInOptional(compiled, block)) return;
      const { tree, node, file } = originNode(compiled, block, at);
      const isPlain = (compiled.state.blocks.dynamic.at[block] as number) === 0;
      const named = isPlain && tree.kind[node] === N_TYPERULE ? operandNode(tree, node, 5) : node;
      if (named !== node) {
        const where = { file, start: startOf(tree, named), end: endOf(tree, named) };
        error("ftrans-cond", "a transition with a file name is not allowed in a conditional block", where);
        return;
      }
      error(
        compiled.options.mode === "modular" && isPlain && ROLES_AND_USERS.has(tree.kind[node] as number)
          ? "mod-user-in-cond"
          : "cond-decl",
        "only access vector rules, type rules and require are allowed in a conditional block",
        isPlain ? { file, start: startOf(tree, node), end: keywordEnd(tree, node) } : site,
      );
      return;
    }
    case PROBLEM_RECURSION:
      error(
        "macro-recursion",
        `${detail > 0 ? words.text(detail) : "this"} calls itself, directly or through others, without end`,
      );
      return;
    case PROBLEM_TOO_MUCH:
      error(
        "macro-recursion",
        `${detail > 0 ? words.text(detail) : "this"} becomes more than a policy can hold and is left out: do its macros double what they are given, or call themselves with ever new arguments?`,
      );
      return;
    case PROBLEM_NOT_A_NAME:
      error(
        "parse-syntax",
        detail === 0
          ? "a name is missing here"
          : `a single name is expected here, not ${values.text(detail)}`,
      );
      return;
    case PROBLEM_EMPTY_NAME:
    case PROBLEM_MISSING_ARGUMENT:
      error("parse-syntax", "a name is missing here");
      return;
    case PROBLEM_MESSAGE: {
      const application = applicationOf(compiled, block);
      const name = words.text(units.all[blocks.unit.at[application] as number]?.name ?? 0);
      const message = `${name === "" ? "this" : name} ${detail === 1 ? "is refused by its own definition" : "is deprecated"}${messageOf(compiled, block, at, name)}`;
      const calls = callersOf(compiled, application).map((call) => originSite(compiled, call.block, call.at));
      for (const call of calls.length > 0 ? calls : [site])
        sink.add(
          call,
          detail === 1 ? "error" : "warning",
          detail === 1 ? "refpolicy-error" : "interface-deprecated",
          message,
          [{ ...site, message: "the message" }],
        );
      return;
    }
    default:
      error("parse-syntax", "this cannot be understood");
      return;
  }
}

/** What a refpolicywarn or refpolicyerr says, with the macro's name in place of `$0($*)`; "" when only m4 can tell. */
function messageOf(compiled: CompiledPolicy, block: number, at: number, name: string): string {
  const { tree, node } = originNode(compiled, block, at);
  const said = tree.kind[node] === N_MESSAGE ? /`([^`']*)'/.exec(textOf(tree, node))?.[1] : undefined;
  return said === undefined ? "" : `: ${said.replace(/\$0(?:\((?:\$\*)?\))?/g, name).replace(/\s+/g, " ")}`;
}

const ROLES_AND_USERS = new Set([N_ROLE, N_ROLETYPES, N_USER]);

function membershipFindings(compiled: CompiledPolicy, sink: FindingSink): void {
  for (const { block, at, word, code } of compiled.activation.membershipErrors()) {
    const { node, tree } = originNode(compiled, block, at);
    const name = compiled.state.words.text(word);
    // The same two mistakes, in `type x, attribute;` and in `typeattribute x attribute;`.
    const id = tree.kind[node] === N_TYPEATTRIBUTE ? code.replace(/^type-attr-/, "typeattr-") : code;
    const message =
      code === "typeattr-unknown"
        ? `type or attribute ${name} is not declared`
        : code === "type-attr-undecl"
          ? `attribute ${name} is not declared`
          : `${name} is a type, an attribute is needed here`;
    for (const place of blame(compiled, block, node, word))
      sink.add(place, "error", id, message, relatedCallsOf(compiled, block));
  }
}

/** The code of a rule that collides with another of its module, and of one that collides with another module's. */
const ACROSS_MODULES: Readonly<Record<string, string>> = {
  "roletrans-dup": "expand-roletrans",
  "ftrans-dup": "expand-ftrans",
  "ftrans-conflict": "expand-ftrans",
};

function statementFinding(compiled: CompiledPolicy, sink: FindingSink, problem: StatementProblem): void {
  const { statement, other } = problem;
  if (problem.word !== undefined && compiled.state.types.tooMany.has(problem.word)) return;
  const { block, at, base } = statement;
  const related = [...relatedCallsOf(compiled, block)];
  let { code } = problem;
  if (other !== undefined) {
    const apart = compiled.options.mode === "modular" && !isSameModule(compiled, statement, other);
    if (apart && problem.conflict !== true) return;
    if (apart) code = ACROSS_MODULES[code] ?? code;
    related.unshift({ ...originSite(compiled, other.block, other.at), message: "the other rule" });
  }
  if (base < 0) {
    sink.add(originSite(compiled, block, at), problem.severity, code, problem.message, related);
    return;
  }
  // The macro may have moved since its statements were read: places count from where it is now.
  const { blocks, units } = compiled.state;
  const unit = units.all[blocks.unit.at[block] as number];
  if (unit === undefined) return;
  const { file, tree } = unit;
  const node = problem.node - base + unit.node;
  const word = problem.word;
  const start = startOf(tree, node);
  const places =
    problem.empty === true
      ? blameEmpty(compiled, block, node)
      : word === undefined || word <= 0
        ? [{ file, start, end: problem.keyword === true ? keywordEnd(tree, node) : endOf(tree, node) }]
        : blame(compiled, block, node, word);
  for (const place of places) sink.add(place, problem.severity, code, problem.message, related);
}

/** True when two statements are compiled together: both come from the same file, through calls or not. */
function isSameModule(
  compiled: CompiledPolicy,
  a: StatementProblem["statement"],
  b: StatementProblem["statement"],
): boolean {
  return moduleOf(compiled, a.block, a.at) === moduleOf(compiled, b.block, b.at);
}
