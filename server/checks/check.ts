// What a check is. A check reads; it never changes the policy, never throws and knows neither files nor protocol.
// Invariant: a `text` check depends on one file's tree (and the settings) only, so its findings are remembered with
// the tree; a `policy` check may look at the whole compiled policy and is asked anew, file by file and in idle time,
// when the policy has changed; a `whole` check answers for all files at once (conflicts between modules) and pauses
// where it yields.

import type { SyntaxTree } from "../../grammar/syntax/tree.ts";
import type { Compiled, FileRole, Finding } from "../compiler/face.ts";
import type { Fix } from "./fix.ts";

/** A source as checks see it. */
export interface CheckFile {
  readonly id: number;
  readonly path: string;
  readonly role: FileRole;
  readonly module: string;
  /** an installed header: it is read, and nothing is reported about it */
  readonly foreign: boolean;
  readonly generated: boolean;
  readonly text: string;
  readonly tree: SyntaxTree;
}

/** An alias of a path and what libselinux looks up in its place. */
export type Substitution = readonly [alias: string, original: string];

/** Everything that a check may look at. */
export interface CheckContext {
  readonly compiled: Compiled;
  /** the lines of file_contexts.subs_dist, in the order in which libselinux tries them */
  readonly substitutions?: readonly Substitution[];
  file(id: number): CheckFile | undefined;
  files(): readonly CheckFile[];
  /** settings of a check: `.sels.json` "options" by id, and selint.conf's keys; undefined when nobody set them */
  option(id: string, key: string): unknown;
  /** A value made once for this state of the policy and shared by checks: indices. `make` must be pure. */
  shared<T>(key: string, make: () => T): T;
  /** Makes a `shared` value in steps, unless it is there: for values that take longer than a keystroke may wait. */
  prepare<T>(key: string, steps: () => Generator<void, T>): Generator<void, void>;
  /** What one file's tree alone decides, made once for each tree and kept over edits of other files: the parts of an
   *  index. Building a `shared` value from `perTree` parts makes it cheap after an edit. `make` must be pure. */
  perTree<T>(key: string, file: CheckFile, make: (file: CheckFile) => T): T;
}

/** Reports a finding; severity comes from the catalogue and the settings. */
export type Report = (
  found: Omit<Finding, "severity" | "file" | "related"> & Partial<Pick<Finding, "related">> & InWhole,
) => void;

/** Where a check's row has a severity for whole policies, this asks for it. */
export interface InWhole {
  readonly isWhole?: boolean;
}

export interface TextCheck {
  readonly scope: "text";
  readonly ids: readonly string[];
  /** roles of files that it reads; others are not given to it */
  readonly roles: readonly FileRole[];
  run(file: CheckFile, option: CheckContext["option"], report: Report): void;
}

export interface PolicyCheck {
  readonly scope: "policy";
  readonly ids: readonly string[];
  readonly roles: readonly FileRole[];
  /** Yields where it may be paused or abandoned, if it takes long. */
  run(context: CheckContext, file: CheckFile, report: Report): Generator<void, void> | void;
}

export interface WholeCheck {
  readonly scope: "whole";
  readonly ids: readonly string[];
  /** Yields nothing at places where it may be paused or abandoned; findings name their file themselves. */
  run(context: CheckContext, report: (found: Omit<Finding, "severity">) => void): Generator<void, void>;
}

/** Makes shared values that many checks ask for, before they do. */
export type Preparation = (context: CheckContext) => Generator<void, void>;

export type Check = TextCheck | PolicyCheck | WholeCheck;

/** Makes the repairs of a finding; called only when somebody asks (code action, `--fix`). */
export interface Fixer {
  readonly ids: readonly string[];
  fixes(context: CheckContext, finding: Finding): readonly Fix[];
}
