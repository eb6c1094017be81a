// Runs the checks of one project and remembers what they found. Findings of a text check belong to a tree, those of a
// policy check to a file and a state of the policy, those of a whole check to a state of the policy. After an edit
// `freshen` brings the files that somebody looks at up to date as far as a few milliseconds go, `catchUp` does the
// rest in slices and gives up when the next edit comes; until then the former findings are shown, carried over the
// edit. `complete` does everything at once. Invariants: an error of a check never leaves this file, it becomes one
// finding; foreign and generated files get no findings. It decides no severities: ./control does.

import type { SyntaxTree } from "../../grammar/syntax/tree.ts";
import type { Compiled, FileRole, Finding, Severity } from "../compiler/face.ts";
import { carryFindings, sameFindings } from "./carry.ts";
import { rowOf } from "./catalogue/catalogue.ts";
import type {
  Check,
  CheckContext,
  CheckFile,
  Fixer,
  InWhole,
  PolicyCheck,
  Preparation,
  Substitution,
  TextCheck,
  WholeCheck,
} from "./check.ts";
import type { Control, Profile } from "./control/control.ts";
import type { Fix } from "./fix.ts";
import { CHECKS, FIXERS, PREPARATIONS } from "./registry.ts";
import { createSharedValues, DEFERRED, inOne, type SharedValues } from "./shared.ts";

/** What a runner works on. */
export interface CheckSubject {
  readonly compiled: Compiled;
  readonly control: Control;
  readonly substitutions?: readonly Substitution[];
  file(id: number): CheckFile | undefined;
  files(): readonly CheckFile[];
}

type FileCheck = TextCheck | PolicyCheck;

/** What one check found in one file, and for which state of things. */
interface Slot {
  tree: SyntaxTree;
  generation: number;
  found: readonly Finding[];
  /** milliseconds: the longest of late, fading */
  cost: number;
}

interface FileState {
  /** the text that the places below belong to */
  text: string;
  readonly slots: Map<FileCheck, Slot>;
  whole: readonly Finding[];
  /** all of the above together; undefined after one of them changed */
  all: readonly Finding[] | undefined;
}

/** Findings of one check in one file beyond this number are left out. */
const MOST_FOUND = 1000;
const NONE: readonly Finding[] = [];

export class CheckRunner {
  private readonly checks: readonly Check[];
  private readonly fixers: readonly Fixer[];
  private readonly preparations: readonly Preparation[];
  private readonly states = new Map<number, FileState>();
  private readonly chosen = new Map<Profile, Map<FileRole, readonly FileCheck[]>>();
  private readonly shared: SharedValues = createSharedValues();
  private subject: CheckSubject;
  private context: CheckContext;
  private generation = 0;
  private wholeGeneration = -1;
  /** the generation for which every file is up to date */
  private doneGeneration = -1;

  constructor(
    subject: CheckSubject,
    checks: readonly Check[] = CHECKS,
    fixers: readonly Fixer[] = FIXERS,
    preparations: readonly Preparation[] = checks === CHECKS ? PREPARATIONS : [],
  ) {
    this.fixers = fixers;
    this.preparations = preparations;
    this.checks = checks;
    this.subject = subject;
    this.context = this.createContext();
  }

  /** Takes another compiled policy, or other decisions: everything is asked anew. */
  restart(subject: CheckSubject): void {
    this.subject = subject;
    this.context = this.createContext();
    this.chosen.clear();
    this.changed();
    for (const state of this.states.values()) for (const slot of state.slots.values()) slot.generation = -1;
  }

  /** The policy has changed: texts, or what they mean. */
  changed(): void {
    this.generation++;
    this.shared.forget();
  }

  /** True when no check is left to run. */
  get isDone(): boolean {
    return this.doneGeneration === this.generation;
  }

  /** The repairs of a finding. A fixer that fails has none. */
  fixes(finding: Finding): readonly Fix[] {
    return this.fixers.flatMap((fixer) => {
      if (!fixer.ids.includes(finding.code)) return [];
      try {
        return fixer.fixes(this.context, finding);
      } catch {
        return [];
      }
    });
  }

  /**
   * Everything that checks find in a file, now; with `least`, what is at least as grave. Runs what has not been run, and
   * leaves out checks that can say lesser things only – unless someone is to hear of directives without use.
   */
  complete(file: CheckFile, least: Severity = "hint"): readonly Finding[] {
    if (file.foreign || file.generated) return NONE;
    this.runWholeChecks();
    const state = this.stateOf(file);
    const profile = this.subject.control.profileOf(file.path);
    const all = least === "hint" || isGrave(profile.levelOf("disable-unused"), least);
    for (const check of this.checksOf(file)) {
      if (!all && !check.ids.some((id) => isGrave(worstOf(id, profile), least))) continue;
      if (!this.isFresh(check, state, file)) inOne(this.run(check, state, file));
    }
    return allOf(state);
  }

  /** What is known about a file; some of it may be from before the last edit. */
  known(file: CheckFile): readonly Finding[] {
    if (file.foreign || file.generated) return NONE;
    return allOf(this.stateOf(file));
  }

  /** Runs checks on some files while time lasts. A check that is known to take longer waits for `catchUp`. */
  freshen(files: readonly CheckFile[], milliseconds: number): void {
    const end = performance.now() + milliseconds;
    for (const file of files) {
      if (file.foreign || file.generated) continue;
      const state = this.stateOf(file);
      for (const check of this.checksOf(file)) {
        if (this.isFresh(check, state, file)) continue;
        const left = end - performance.now();
        if (left <= 0) return;
        if ((state.slots.get(check)?.cost ?? 0) > left) continue;
        this.shared.limit = left;
        inOne(this.run(check, state, file));
        this.shared.limit = Number.POSITIVE_INFINITY;
      }
    }
  }

  /** Runs everything that is left, files in `first` before others; yields often, true when these are done. */
  *catchUp(first: ReadonlySet<number>): Generator<boolean, void> {
    const { generation } = this;
    if (this.isDone) return;
    const files = this.subject.files().filter((file) => !file.foreign && !file.generated);
    const urgent = files.filter((file) => first.has(file.id));
    for (const prepare of this.preparations)
      for (const _ of prepare(this.context)) {
        yield false;
        if (this.generation !== generation) return;
      }
    for (const list of [urgent, files]) {
      for (const file of list) {
        const state = this.stateOf(file);
        for (const check of this.checksOf(file)) {
          if (this.isFresh(check, state, file)) continue;
          for (const _ of this.run(check, state, file)) {
            yield false;
            if (this.generation !== generation) return;
          }
          yield false;
          if (this.generation !== generation) return;
        }
      }
      yield list === urgent && urgent.length > 0;
      if (this.generation !== generation) return;
    }
    for (const _ of this.wholeChecks()) {
      yield false;
      if (this.generation !== generation) return;
    }
    this.doneGeneration = generation;
  }

  private createContext(): CheckContext {
    const { compiled, control, substitutions = [] } = this.subject;
    return {
      compiled,
      substitutions,
      file: (id) => this.subject.file(id),
      files: () => this.subject.files(),
      option: (id, key) => control.option(id, key),
      shared: (key, make) => this.shared.get(key, make),
      prepare: (key, steps) => this.shared.prepare(key, steps),
      perTree: (key, file, make) => this.shared.ofTree(key, file, make),
    };
  }

  /** The state of a file, its places moved to where they are in the present text. */
  private stateOf(file: CheckFile): FileState {
    const state = this.states.get(file.id);
    if (state === undefined) {
      const made: FileState = { text: file.text, slots: new Map(), whole: NONE, all: undefined };
      this.states.set(file.id, made);
      return made;
    }
    if (state.text !== file.text) {
      for (const slot of state.slots.values())
        slot.found = carryFindings(slot.found, file.id, state.text, file.text);
      state.whole = carryFindings(state.whole, file.id, state.text, file.text);
      state.text = file.text;
      state.all = undefined;
    }
    return state;
  }

  private isFresh(check: FileCheck, state: FileState, file: CheckFile): boolean {
    const slot = state.slots.get(check);
    if (slot === undefined || slot.tree !== file.tree) return false;
    return slot.generation === this.generation || (check.scope === "text" && slot.generation >= 0);
  }

  /** Checks for a file: those for its role of which not every id is off. */
  private checksOf(file: CheckFile): readonly FileCheck[] {
    const profile = this.subject.control.profileOf(file.path);
    let byRole = this.chosen.get(profile);
    if (byRole === undefined) {
      byRole = new Map();
      this.chosen.set(profile, byRole);
    }
    let chosen = byRole.get(file.role);
    if (chosen === undefined) {
      chosen = this.checks.filter(
        (check): check is FileCheck =>
          check.scope !== "whole" && check.roles.includes(file.role) && isOn(check, profile),
      );
      byRole.set(file.role, chosen);
    }
    return chosen;
  }

  /** Runs one check on one file; its findings take the place of the former ones. Yields where the check does. */
  private *run(check: FileCheck, state: FileState, file: CheckFile): Generator<void, void> {
    const found: Finding[] = [];
    const report = (one: Parameters<Parameters<TextCheck["run"]>[2]>[0]): void => {
      if (found.length < MOST_FOUND) found.push(findingOf(one, file.id));
    };
    let cost = 0;
    let started = performance.now();
    const known = state.slots.get(check);
    try {
      if (check.scope === "text") check.run(file, this.context.option, report);
      else
        for (const _ of check.run(this.context, file, report) ?? []) {
          cost += performance.now() - started;
          yield;
          started = performance.now();
        }
    } catch (error) {
      if (error === DEFERRED) return;
      found.push(internalFinding(check, error, file.id));
    }
    const slot: Slot = known ?? { tree: file.tree, generation: -1, found: NONE, cost: 0 };
    slot.cost = Math.max(cost + performance.now() - started, slot.cost * 0.95);
    slot.tree = file.tree;
    slot.generation = this.generation;
    if (known === undefined) state.slots.set(check, slot);
    if (sameFindings(slot.found, found)) return;
    slot.found = found;
    state.all = undefined;
  }

  private runWholeChecks(): void {
    for (const _ of this.wholeChecks());
  }

  /** Runs the whole checks, unless they have been run on this state of the policy; yields where they do. */
  private *wholeChecks(): Generator<void, void> {
    const { generation } = this;
    if (this.wholeGeneration === generation) return;
    const byFile = new Map<number, Finding[]>();
    const add = (finding: Finding): void => {
      const list = byFile.get(finding.file);
      if (list === undefined) byFile.set(finding.file, [finding]);
      else if (list.length < MOST_FOUND) list.push(finding);
    };
    const files = this.subject.files().filter((file) => !file.foreign && !file.generated);
    for (const check of this.checks) {
      if (check.scope !== "whole" || !this.isOnSomewhere(check, files)) continue;
      try {
        yield* check.run(this.context, (found) => add(findingOf(found, found.file)));
      } catch (error) {
        const file = files[0];
        if (file !== undefined) add(internalFinding(check, error, file.id));
      }
      if (this.generation !== generation) return;
    }
    for (const file of files) {
      const state = this.stateOf(file);
      const found = byFile.get(file.id) ?? NONE;
      if (sameFindings(state.whole, found)) continue;
      state.whole = found;
      state.all = undefined;
    }
    this.wholeGeneration = generation;
  }

  private isOnSomewhere(check: WholeCheck, files: readonly CheckFile[]): boolean {
    const profiles = new Set(files.map((file) => this.subject.control.profileOf(file.path)));
    return [...profiles].some((profile) => isOn(check, profile));
  }
}

const SEVERITIES: readonly Severity[] = ["error", "warning", "information", "hint"];

/** The gravest that a check may say. */
function worstOf(id: string, profile: Profile): Severity | "off" | undefined {
  return profile.decided(id) ?? rowOf(id)?.wholeSeverity ?? rowOf(id)?.severity;
}

/** Is a level at least as grave as `least`? A level that nobody knows may be. */
function isGrave(level: Severity | "off" | undefined, least: Severity): boolean {
  if (level === undefined) return true;
  return level !== "off" && SEVERITIES.indexOf(level) <= SEVERITIES.indexOf(least);
}

function isOn(check: Check, profile: Profile): boolean {
  return check.ids.length === 0 || check.ids.some((id) => profile.levelOf(id) !== "off");
}

function allOf(state: FileState): readonly Finding[] {
  if (state.all !== undefined) return state.all;
  const all: Finding[] = [...state.whole];
  for (const { found } of state.slots.values()) for (const finding of found) all.push(finding);
  state.all = all.length === 0 ? NONE : all;
  return state.all;
}

function findingOf(
  found: Omit<Finding, "severity" | "file" | "related"> & Partial<Finding> & InWhole,
  file: number,
): Finding {
  const { start, end, code, message, related } = found;
  const row = rowOf(code);
  const level = (found.isWhole === true ? row?.wholeSeverity : undefined) ?? row?.severity ?? "warning";
  const severity = level === "off" ? "information" : level;
  return { file, start, end, severity, code, message, related: related ?? [] };
}

function internalFinding(check: Check, error: unknown, file: number): Finding {
  const reason = error instanceof Error ? error.message : String(error);
  return findingOf(
    { start: 0, end: 0, code: "internal", message: `the check of ${check.ids.join(", ")} failed: ${reason}` },
    file,
  );
}
