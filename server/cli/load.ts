// Opens what the user named: paths become projects of a workspace, loaded with progress on a terminal. Relative
// paths are resolved here, once; a path that is not there or holds no policy is a usage error.

import { resolve } from "node:path";
import { resolveId } from "../checks/control/settings.ts";
import { explanationOf } from "../features/explanations.ts";
import { isBinaryPolicy } from "../workspace/discover.ts";
import type { FileSystem } from "../workspace/fileSystem.ts";
import { relativeTo } from "../workspace/paths.ts";
import type { ProjectSettings } from "../workspace/project.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { Workspace } from "../workspace/workspace.ts";
import { createNodeFileSystem } from "./nodeFileSystem.ts";
import { type Terminal, UsageError } from "./terminal.ts";

export interface OpenedWorkspace {
  readonly workspace: Workspace;
  readonly files: FileSystem;
  /** absolute */
  readonly paths: readonly string[];
  readonly snapshots: readonly Snapshot[];
}

/** Options that every command which reads a policy takes. */
export interface SourceOptions {
  readonly define?: readonly string[];
  readonly headers?: string;
  /** check ids or categories */
  readonly select?: readonly string[];
  readonly ignore?: readonly string[];
}

export function settingsOf(options: SourceOptions): ProjectSettings {
  const headers = options.headers === undefined ? undefined : resolve(options.headers);
  return {
    defines: options.define ?? [],
    select: (options.select ?? []).map(checkId),
    ignore: (options.ignore ?? []).map(checkId),
    ...(headers === undefined ? {} : { headers }),
  };
}

/** A check id or category as the table spells it. */
function checkId(name: string): string {
  const id = resolveId(name) ?? explanationOf(name)?.code;
  if (id === undefined)
    throw new UsageError(`no check or category is called ‘${name}’; sels explain lists them`);
  return id;
}

/** Loads the projects at some paths. */
export function openWorkspace(
  given: readonly string[],
  options: SourceOptions,
  terminal: Terminal,
  files: FileSystem = createNodeFileSystem(),
): OpenedWorkspace {
  const workspace = new Workspace(files, settingsOf(options));
  const paths = given.map((path) => resolve(terminal.cwd, path));
  for (const path of paths) {
    const shown = relativeTo(path, terminal.cwd);
    if (files.stat(path) === undefined) throw new UsageError(`${shown}: no such file or directory`);
    const steps = workspace.addRoot(path);
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done === true) break;
      terminal.progress(step.value.what, step.value.done, step.value.total);
    }
    const covered = workspace.snapshots().length > 0;
    if (!covered) {
      terminal.endProgress();
      throw new UsageError(
        files.stat(path)?.kind === "file" && isBinaryPolicy(files, path)
          ? `${shown}: a binary policy; this command reads sources`
          : `${shown}: no policy found (expected a policy tree, *.te or *.if modules, or a policy.conf)`,
      );
    }
  }
  terminal.endProgress();
  return { workspace, files, paths, snapshots: workspace.snapshots() };
}

/** Loads the one project at a path; several there are a usage error that names them. */
export function openProject(path: string, options: SourceOptions, terminal: Terminal): Snapshot {
  const { snapshots } = openWorkspace([path], options, terminal);
  if (snapshots.length > 1) {
    const roots = snapshots.map((snapshot) => relativeTo(snapshot.project.root, terminal.cwd)).join(", ");
    throw new UsageError(`${path}: holds several policies (${roots}); name one of them`);
  }
  return snapshots[0] as Snapshot;
}
