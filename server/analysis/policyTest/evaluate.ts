// A policy test file against a policy: every assertion is evaluated by itself, with booleans at their defaults unless it
// sets them. Neither the policy nor the file is changed, and nothing is remembered from one call to the next.

import type {
  AccessAssertion,
  Assertion,
  BooleanSetting,
  NameSet,
  PolicyTest,
  TransitionAssertion,
} from "../../../grammar/policyTest/syntax.ts";
import type { PolicyDb } from "../../policydb/policydb.ts";
import { gapsAmong, grantsAmong } from "./access.ts";
import { withBooleans } from "./booleans.ts";
import type { AskedPair, Failure, NameProblem, TestedPolicy, TestResult, Verdict } from "./facts.ts";
import { checkLabel, labelFailure } from "./label.ts";
import { NameReader, type TypeSet } from "./names.ts";
import { reachFailure } from "./reach.ts";
import { transitionFailure } from "./transition.ts";

/** Failures that are reported of one assertion. */
const MOST_FAILURES = 20;

/** What holds and what does not. */
export function evaluatePolicyTest(policy: TestedPolicy, test: PolicyTest): TestResult {
  const settings = new NameReader(policy.db, policy.compiled);
  for (const { name } of test.settings)
    if (policy.db.bools.get(name.text) === undefined) settings.problem("unknown", "boolean", name);
  const problems: NameProblem[] = [...settings.problems];
  const verdicts = test.assertions.map((assertion) => {
    const evaluation = new Evaluation(policy, assertion);
    const verdict = evaluation.verdict();
    problems.push(...evaluation.names.problems);
    return verdict;
  });
  return { verdicts, problems: problems.sort((a, b) => a.start - b.start) };
}

class Evaluation {
  readonly names: NameReader;
  private readonly policy: TestedPolicy;
  private readonly assertion: Assertion;
  private readonly db: PolicyDb;
  private readonly empty: NameSet[] = [];
  private pairs: readonly AskedPair[] = [];

  constructor(policy: TestedPolicy, assertion: Assertion) {
    this.policy = policy;
    this.assertion = assertion;
    this.db = withBooleans(policy.db, assertion.settings);
    this.names = new NameReader(policy.db, policy.compiled);
  }

  verdict(): Verdict {
    const failures = this.failures();
    const { assertion, db, empty } = this;
    const isKnown = (one: BooleanSetting) => db.bools.get(one.name.text) !== undefined;
    const isValid = this.names.problems.length === 0 && assertion.settings.every(isKnown);
    if (!isValid) return { assertion, outcome: "invalid", failures: [], empty: [], pairs: [], db };
    const outcome = failures.length === 0 ? "passed" : "failed";
    return { assertion, outcome, failures, empty, pairs: this.pairs, db };
  }

  private get isPartial(): boolean {
    return this.policy.compiled?.options.mode === "modular";
  }

  private failures(): readonly Failure[] {
    const { assertion, db, names } = this;
    if (assertion.kind === "access") return this.access(assertion);
    if (assertion.kind === "transition") return this.transition(assertion);
    if (assertion.kind === "label") {
      checkLabel(db, assertion, names, this.isPartial);
      const labels = this.policy.labels();
      if (labels === undefined) names.problem("no-labels", "path", assertion.path);
      if (labels === undefined || names.problems.length > 0) return [];
      return some(labelFailure(db, assertion, labels));
    }
    const role = names.role(assertion.role);
    const domain = names.type(assertion.domain);
    return role === 0 || domain === 0 ? [] : some(reachFailure(db, assertion, role, domain));
  }

  private access(assertion: AccessAssertion): readonly Failure[] {
    const { db, names } = this;
    const sources = this.filled(assertion.sources, names.types(assertion.sources));
    const targets = this.filled(assertion.targets, names.types(assertion.targets, true));
    const wanted = names.classPermissions(assertion.classes, assertion.permissions);
    if (names.problems.length > 0) return [];
    const source = sources.values[0];
    const target = targets.values[0] ?? (targets.self === 1 ? source : undefined);
    if (sources.values.length === 1 && targets.values.length < 2 && source && target)
      this.pairs = wanted.map(({ datum, mask }) => ({ source, target, tclass: datum.value, mask }));
    if (wanted.length === 0) this.empty.push(assertion.permissions);
    if (assertion.isAllow) {
      const { found, hasMore } = gapsAmong(db, sources, targets, wanted);
      return found.length === 0 ? [] : [{ kind: "access", assertion, granted: [], missing: found, hasMore }];
    }
    const { found, hasMore } = grantsAmong(db, sources, targets, wanted);
    return found.length === 0 ? [] : [{ kind: "access", assertion, granted: found, missing: [], hasMore }];
  }

  private transition(assertion: TransitionAssertion): readonly Failure[] {
    const { db, names } = this;
    const sources = this.filled(assertion.sources, names.types(assertion.sources));
    const executables = this.filled(assertion.executables, names.types(assertion.executables));
    const target = names.type(assertion.target);
    if (names.problems.length > 0) return [];
    const failures: Failure[] = [];
    for (const source of sources.values)
      for (const executable of executables.values) {
        const failure = transitionFailure(db, assertion, source, executable, target, this.isPartial);
        if (failure !== undefined) failures.push(failure);
        if (failures.length >= MOST_FAILURES) return failures;
      }
    return failures;
  }

  /** Notes a set that stands for nothing. */
  private filled(set: NameSet, types: TypeSet): TypeSet {
    if (types.values.length === 0 && types.self !== 1) this.empty.push(set);
    return types;
  }
}

function some(failure: Failure | undefined): readonly Failure[] {
  return failure === undefined ? [] : [failure];
}
