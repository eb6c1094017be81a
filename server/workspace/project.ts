// A project: one policy to be, with the files that make it in the order in which the build reads them. Pure data
// made by discovery (discover.ts) and consumed by the workspace, which reads and parses what is listed here.
// Invariant: paths in `sources` are unique, except that a generated source stands for a file that is not on disk.

import type { BuildOptions, FileRole, Severity } from "../compiler/face.ts";
import type { GeneratedText } from "../compiler/m4/corenetwork.ts";
import type { Configuration } from "./configuration.ts";

export type ProjectKind = "refpolicy" | "modules" | "policy.conf" | "binary";

/** A source of a project, unread. */
export interface SourceEntry {
  readonly path: string;
  readonly role: FileRole;
  readonly module: string;
  /** false: only its interfaces count */
  readonly enabled: boolean;
  /** true for installed headers and other files that are not the user's to edit */
  readonly foreign: boolean;
  /** text made from other files (the corenetwork module of a fresh checkout) instead of read */
  readonly generated?: GeneratedText;
  /** of a file that `make` writes and that is up to date: what it would write, made when somebody asks */
  readonly generator?: (() => GeneratedText | undefined) | undefined;
}

/** Something about the project that no single statement is to blame for. */
export interface ProjectNotice {
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly path: string;
}

export interface Project {
  readonly kind: ProjectKind;
  /** the tree's root, the modules' directory, or the file itself */
  readonly root: string;
  readonly sources: readonly SourceEntry[];
  readonly options: BuildOptions;
  /** files besides the sources on which the above depends: build.conf, modules.conf … (present or not) */
  readonly inputs: readonly string[];
  readonly notices: readonly ProjectNotice[];
  /** the text of the tree's file_contexts.subs_dist */
  readonly substitutions?: string | undefined;
  /** what is decided about checks, from files and settings; absent: nothing */
  readonly configuration?: Configuration;
}

/** What the user sets; each wins over what files say. */
export interface ProjectSettings {
  /** KEY=VALUE: build.conf variables, and m4 definitions for every other key */
  readonly defines: readonly string[];
  /** directory of policy headers for module directories; found among the installed ones when absent */
  readonly headers?: string | undefined;
  /** the editor's settings for checks, as the text of a `.sels.json` */
  readonly checks?: string | undefined;
  /** check ids or categories of which only findings count, and those of which none do */
  readonly select?: readonly string[] | undefined;
  readonly ignore?: readonly string[] | undefined;
}

export const NO_SETTINGS: ProjectSettings = { defines: [] };

/** Text of a file, or undefined; configuration files only (sources go through decode.ts). */
export type ReadText = (path: string) => string | undefined;
