// The only argument a feature needs: one project at one moment. It is plain to read and never changes anything.
// Invariant: a snapshot is valid until its workspace takes the next change; features run to their end between two
// changes, on one thread, so they never see half a change.

import type { SyntaxTree } from "../../grammar/syntax/tree.ts";
import type { PolicyDiff } from "../analysis/policyDiff/changes.ts";
import type { Fix } from "../checks/fix.ts";
import type { Compiled, FileRole, Finding, Severity } from "../compiler/face.ts";
import type { TextOrigin } from "../compiler/m4/textOrigin.ts";
import type { Lines } from "./lines.ts";
import type { Project, SourceEntry } from "./project.ts";

/** A source as features see it. */
export interface SourceFile {
  readonly id: number;
  readonly path: string;
  readonly role: FileRole;
  readonly module: string;
  readonly foreign: boolean;
  /** made from other files: it has no file to point an editor at (sourcePlace.ts says which one is meant) */
  readonly generated: boolean;
  /** where the text of a generated one comes from */
  readonly origin?: TextOrigin | undefined;
  /** of a file that `make` writes and that is up to date: what it would write, which takes m4 */
  readonly generator?: SourceEntry["generator"];
  readonly text: string;
  readonly tree: SyntaxTree;
  readonly lines: Lines;
}

export interface Snapshot {
  readonly project: Project;
  readonly compiled: Compiled;
  /** grows with every change of the project */
  readonly generation: number;
  file(id: number): SourceFile | undefined;
  fileAt(path: string): SourceFile | undefined;
  files(): readonly SourceFile[];
  /** Every finding about a file, in order of its place. Runs the checks that have not been run; with `least`, only
   *  those that can say something as grave (graver findings are complete then, lesser ones are not). */
  findings(id: number, least?: Severity): readonly Finding[];
  /** What is known about a file without running anything: checks that an edit set back may have said it before. The
   *  same array while nothing changed. */
  shownFindings(id: number): readonly Finding[];
  /** The repairs of a finding, made when somebody asks. */
  fixes(finding: Finding): readonly Fix[];
  /** Sources of the project that are open and not as on disk. */
  unsavedPaths(): readonly string[];
  /** What these change in the policy. Worked out when somebody asks; checks may have to look again afterwards. */
  unsaved(): UnsavedChanges;
}

/** What unsaved edits change. */
export interface UnsavedChanges {
  readonly paths: readonly string[];
  readonly diff: PolicyDiff;
}
