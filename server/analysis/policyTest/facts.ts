// What the evaluation of a policy test file gives: for each assertion whether it holds, and when not, what the policy
// says instead, as numbers of its tables; and the names of the file that the policy does not have. Nothing here is
// worded for people: that is features/policyTest.

import type {
  AccessAssertion,
  Assertion,
  LabelAssertion,
  NameSet,
  ReachAssertion,
  Span,
  TransitionAssertion,
} from "../../../grammar/policyTest/syntax.ts";
import type { Compiled } from "../../compiler/face.ts";
import type { PolicyDb } from "../../policydb/policydb.ts";
import type { LabelAnswer, LabelIndex } from "../labelling/lookup.ts";

/** The file contexts that `label` asks. */
export interface TestedLabels {
  readonly plain: LabelIndex;
  readonly templates: LabelIndex;
  readonly substitutions: readonly (readonly [string, string])[];
}

/** A policy that is tested; a kernel binary has neither sources nor labels of files. */
export interface TestedPolicy {
  readonly db: PolicyDb;
  readonly compiled: Compiled | undefined;
  /** asked for only when an assertion is about labels */
  labels(): TestedLabels | undefined;
}

/** A name or a part of a context that the policy does not take; the range covers it and nothing more. */
export interface NameProblem extends Span {
  /** unknown: nothing is called so; attribute: it is one where a type or role is asked for; misplaced: `self` */
  readonly kind: "unknown" | "attribute" | "misplaced" | "no-labels" | "depth";
  readonly what: "type" | "class" | "permission" | "boolean" | "role" | "user" | "range" | "path";
  readonly name: string;
  /** for permissions: the class that lacks it */
  readonly owner?: string;
}

/** Enabled rules that grant what must not be. */
export interface DeniedGrant {
  readonly entry: number;
  readonly tclass: number;
  /** of the permissions asked about, those that the rule grants */
  readonly mask: number;
  /** a pair of types for which it does */
  readonly source: number;
  readonly target: number;
}

/** A pair of types that lacks what must be. */
export interface MissingGrant {
  readonly source: number;
  readonly target: number;
  readonly tclass: number;
  readonly missing: number;
  /** of the permissions asked about, those that are there */
  readonly granted: number;
  /** rules that would grant some of it, but their condition is off */
  readonly off: readonly number[];
}

export interface AccessFailure {
  readonly kind: "access";
  readonly assertion: AccessAssertion;
  /** of a failed `deny` */
  readonly granted: readonly DeniedGrant[];
  /** of a failed `allow` */
  readonly missing: readonly MissingGrant[];
  /** there are more than these */
  readonly hasMore: boolean;
}

export interface LabelFailure {
  readonly kind: "label";
  readonly assertion: LabelAssertion;
  readonly answer: LabelAnswer;
  /** a template that may label the path when the policy is installed */
  readonly isTemplated: boolean;
}

/** A permission that a transition lacks. */
export interface MissingStep {
  readonly step: "execute" | "execute_no_trans" | "transition" | "entrypoint";
  readonly grant: MissingGrant;
}

export interface TransitionFailure {
  readonly kind: "transition";
  readonly assertion: TransitionAssertion;
  readonly source: number;
  readonly executable: number;
  /** the type that the process gets */
  readonly result: number;
  /** the rule that says so; undefined: none, the type stays */
  readonly entry: number | undefined;
  /** type_transition rules of the pair whose condition is off */
  readonly off: readonly number[];
  readonly missing: readonly MissingStep[];
  /** no role may have both types */
  readonly lacksRole: boolean;
}

export interface ReachFailure {
  readonly kind: "reach";
  readonly assertion: ReachAssertion;
  /** of a failed `noreach`: the roles from the first to the one that may have the domain */
  readonly chain: readonly number[];
  /** of a failed `reach`: the roles that can be had, and those that may have the domain */
  readonly reachable: readonly number[];
  readonly holders: readonly number[];
}

export type Failure = AccessFailure | LabelFailure | TransitionFailure | ReachFailure;

/** Two types and what is asked about them, one for each class. */
export interface AskedPair {
  readonly source: number;
  readonly target: number;
  readonly tclass: number;
  readonly mask: number;
}

/** What is found about one assertion. */
export interface Verdict {
  readonly assertion: Assertion;
  /** invalid: it names what the policy does not have, and was not evaluated */
  readonly outcome: "passed" | "failed" | "invalid";
  readonly failures: readonly Failure[];
  /** sets without a member: the assertion says nothing */
  readonly empty: readonly NameSet[];
  /** of `allow` and `deny` about one source and one target */
  readonly pairs: readonly AskedPair[];
  /** the policy with the assertion's booleans */
  readonly db: PolicyDb;
}

export interface TestResult {
  readonly verdicts: readonly Verdict[];
  /** in order of their places */
  readonly problems: readonly NameProblem[];
}
