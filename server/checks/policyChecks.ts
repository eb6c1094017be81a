// Whole-policy checks over a compiled policy: neverallow and bounds, as findings with both sites and the attribute
// chain. It remembers the prepared assertions and the violations so far, and after an edit judges only the avtab entries
// that changed. One checker belongs to one compiled policy; it never changes it.

import { checkBounds } from "../analysis/bounds.ts";
import {
  type AssertionIndex,
  checkAll,
  prepareAssertions,
  renumberAssertions,
  renumberViolations,
  updateViolations,
  type Violation,
} from "../analysis/neverallow.ts";
import type { AssertionSet, Compiled, Finding } from "../compiler/face.ts";
import { boundsFinding } from "./bounds.ts";
import { neverallowFindings } from "./neverallow.ts";

/** Findings of the whole-policy checks, kept up to date. */
export class PolicyChecks {
  private readonly compiled: Compiled;
  private index: AssertionIndex | undefined;
  private assertionGeneration = -1;
  private meaning = -1;
  private generation = -1;
  private bounded = false;
  private violations: readonly Violation[] = [];
  private found: ReadonlyMap<number, readonly Finding[]> = new Map();

  constructor(compiled: Compiled) {
    this.compiled = compiled;
  }

  /** Findings by file. Cheap when the policy has not changed since the last call. */
  findings(): ReadonlyMap<number, readonly Finding[]> {
    const { compiled } = this;
    if (this.generation === compiled.db.generation) return this.found;
    const assertions = compiled.assertions();
    const touched = compiled.takeTouched();
    const moved = this.meaning !== assertions.meaning;
    const index = this.currentIndex(assertions);
    if (index === undefined) {
      this.index = prepareAssertions(compiled.db, assertions.rules);
      this.violations = checkAll(compiled.db, this.index);
    } else {
      this.index = index;
      this.violations = updateViolations(compiled.db, index, this.violations, touched);
    }
    this.assertionGeneration = assertions.generation;
    this.meaning = assertions.meaning;
    this.generation = compiled.db.generation;
    const byFile = new Map<number, Finding[]>();
    const add = (finding: Finding): void => {
      const list = byFile.get(finding.file);
      if (list === undefined) byFile.set(finding.file, [finding]);
      else if (!list.some((other) => other.start === finding.start && other.message === finding.message))
        list.push(finding);
    };
    for (const finding of neverallowFindings(compiled, assertions.rules, this.violations)) add(finding);
    if (moved) this.bounded = hasBounds(compiled);
    for (const violation of this.bounded ? checkBounds(compiled.db) : []) {
      const finding = boundsFinding(compiled, violation);
      if (finding !== undefined) add(finding);
    }
    this.found = byFile;
    return byFile;
  }

  /** The index, if it still holds. An edit in a file with neverallow rules gives them other numbers, no more. */
  private currentIndex(assertions: AssertionSet): AssertionIndex | undefined {
    const { index } = this;
    if (index === undefined || assertions.generation === this.assertionGeneration) return index;
    if (assertions.meaning !== this.meaning) return undefined;
    const renumbered = renumberAssertions(index, assertions.rules);
    if (renumbered !== undefined) this.violations = renumberViolations(this.violations, index, renumbered);
    return renumbered;
  }
}

/** True when any type, role or user is bounded, by a statement or by a period in its name. */
function hasBounds({ db }: Compiled): boolean {
  for (const table of [db.types, db.roles, db.users])
    for (const { bounds, name } of table) if (bounds !== 0 || name.includes(".")) return true;
  return false;
}
