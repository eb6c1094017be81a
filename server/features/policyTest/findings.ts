// A policy test file against a policy, as findings at its places: mistakes of the text, names that the policy does not
// have (with the nearest one that it has), assertions that fail with their reason, and those that say nothing. The
// command line and the editor show the same.

import { parsePolicyTest } from "../../../grammar/policyTest/policyTest.ts";
import type { Assertion, PolicyTest } from "../../../grammar/policyTest/syntax.ts";
import { evaluatePolicyTest } from "../../analysis/policyTest/evaluate.ts";
import type { NameProblem, TestResult, Verdict } from "../../analysis/policyTest/facts.ts";
import { nearestName } from "../../checks/didYouMean.ts";
import type { Declaration, RelatedSite, Severity, SymbolKind } from "../../compiler/face.ts";
import { type PolicyDb, permissionNames } from "../../policydb/policydb.ts";
import type { AskedPolicy } from "../access/explain.ts";
import { testedLabels } from "./labels.ts";
import { takenFrom } from "./removals.ts";
import { placeText, reasonOf } from "./wording.ts";

/** Something about a test file; related places lie in the policy's sources. */
export interface TestFinding {
  readonly start: number;
  readonly end: number;
  readonly severity: Severity;
  readonly code: string;
  /** the first line says what is wrong, the others why */
  readonly message: string;
  readonly related: readonly RelatedSite[];
  /** what was meant, perhaps */
  readonly suggestion?: string;
}

export interface TestedAssertion {
  readonly assertion: Assertion;
  readonly outcome: Verdict["outcome"];
  /** of a failed one */
  readonly finding: TestFinding | undefined;
}

export interface TestedFile {
  readonly test: PolicyTest;
  readonly assertions: readonly TestedAssertion[];
  /** all findings, in order of their places */
  readonly findings: readonly TestFinding[];
}

/** Evaluates a test file. */
export function testPolicy(policy: AskedPolicy, text: string): TestedFile {
  const { db, snapshot } = policy;
  const test = parsePolicyTest(text);
  const labels = () => (snapshot === undefined ? undefined : testedLabels(snapshot));
  const result = evaluatePolicyTest({ db, compiled: snapshot?.compiled, labels }, test);
  const assertions = result.verdicts.map((verdict): TestedAssertion => {
    const { assertion, outcome } = verdict;
    return { assertion, outcome, finding: outcome === "failed" ? failed(policy, verdict) : undefined };
  });
  const findings = [
    ...test.errors.map((error) => finding(error, "error", "test-syntax", error.message)),
    ...result.problems.map((problem) => problemFinding(policy, problem)),
    ...assertions.flatMap((one) => one.finding ?? []),
    ...remarks(policy, result),
  ].sort((a, b) => a.start - b.start);
  return { test, assertions, findings };
}

function failed(policy: AskedPolicy, verdict: Verdict): TestFinding {
  const { lines, related } = reasonOf(policy, verdict);
  return { ...finding(verdict.assertion, "error", "test-failed", lines.join("\n  ")), related };
}

/** Assertions that say nothing, or that hold although the kernel takes away what rules grant. */
function remarks(policy: AskedPolicy, { verdicts }: TestResult): TestFinding[] {
  return verdicts.flatMap((verdict) => {
    const { assertion, outcome, empty } = verdict;
    const isAllow = assertion.kind === "access" && assertion.isAllow;
    const nothing = empty.map((set) =>
      finding(set, "warning", "test-empty", "this set has no members: the assertion says nothing"),
    );
    const taken = isAllow && outcome === "passed" ? takenFrom(policy, verdict) : [];
    if (taken.length === 0) return nothing;
    const message = ["rules allow it, but not all of it is left:", ...taken].join("\n  ");
    return [...nothing, finding(assertion, "information", "test-constrained", message)];
  });
}

function finding(
  { start, end }: { readonly start: number; readonly end: number },
  severity: Severity,
  code: string,
  message: string,
): TestFinding {
  return { start, end, severity, code, message, related: [] };
}

const NOUNS: Readonly<Record<NameProblem["what"], string>> = {
  type: "type or attribute",
  class: "class",
  permission: "permission",
  boolean: "boolean",
  role: "role",
  user: "user",
  range: "range",
  path: "path",
};

/** Kinds of declarations that a name may have had. */
const KINDS: Readonly<Partial<Record<NameProblem["what"], readonly SymbolKind[]>>> = {
  type: ["type", "attribute", "alias"],
  boolean: ["bool", "tunable"],
  role: ["role", "attribute_role"],
  user: ["user"],
};

function problemFinding(policy: AskedPolicy, problem: NameProblem): TestFinding {
  const near = suggestionFor(policy, problem);
  const found = finding(problem, "error", "test-unknown", problemText(policy, problem, near));
  return near === undefined ? found : { ...found, suggestion: near };
}

function problemText(policy: AskedPolicy, problem: NameProblem, near: string | undefined): string {
  const { kind, what, name, owner } = problem;
  if (kind === "misplaced") return "`self` can only stand for a target";
  if (kind === "no-labels") return "a kernel policy has no file contexts: test the sources to assert labels";
  if (kind === "attribute") return `${name} is an attribute; one ${what} is needed here`;
  if (what === "range") return `${name} is no range of this policy`;
  const head =
    what === "permission"
      ? `class ${owner ?? "?"} has no permission ${name}`
      : `there is no ${NOUNS[what]} ${name}`;
  if (near !== undefined) return `${head} (did you mean ${near}?)`;
  const declared = declarationOf(policy, problem);
  if (policy.snapshot === undefined || declared === undefined) return head;
  return `${head} (its declaration, ${placeText(policy.snapshot, declared)}, is not part of this policy)`;
}

/** A declaration that does not count. */
function declarationOf({ snapshot }: AskedPolicy, { what, name }: NameProblem): Declaration | undefined {
  const kinds = KINDS[what];
  if (kinds === undefined) return undefined;
  return snapshot?.compiled.declarations(name).find((declaration) => kinds.includes(declaration.kind));
}

/** The nearest name, for one that is declared nowhere. */
function suggestionFor(policy: AskedPolicy, problem: NameProblem): string | undefined {
  const { kind, what, name, owner } = problem;
  if (kind !== "unknown" || declarationOf(policy, problem) !== undefined) return undefined;
  return nearestName(name, candidates(policy.db, what, owner));
}

function* candidates(
  db: PolicyDb,
  what: NameProblem["what"],
  owner: string | undefined,
): Generator<string, void> {
  if (what === "permission") {
    const datum = db.classes.get(owner ?? "");
    if (datum !== undefined) yield* permissionNames(datum, -1);
    return;
  }
  const tables = { type: db.types, class: db.classes, boolean: db.bools, role: db.roles, user: db.users };
  const table = what === "range" || what === "path" ? undefined : tables[what];
  for (const [name] of table?.names() ?? []) yield name;
}
