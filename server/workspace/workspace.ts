// The workspace: which projects there are, which buffers are open, and what must be brought up to date before the
// next question. Writers (documents, files, settings) only take notes; `snapshotOf` and `snapshots` do the work
// when somebody asks, so ten keystrokes cost one update. Invariants: a path has one number for ever; a document
// that belongs to no project gets one of its own; nothing throws. It knows no LSP.

import { type DecodedText, decodeSource } from "./decode.ts";
import { discover, isPartOf, projectOfFile, textReader } from "./discover.ts";
import {
  changeDocument,
  type OpenDocument,
  openDocument,
  overlayDocuments,
  type TextChange,
} from "./documents.ts";
import { createWords } from "./engine.ts";
import type { FileSystem } from "./fileSystem.ts";
import { isMadeFrom } from "./generated.ts";
import type { PositionEncoding } from "./lines.ts";
import { LoadedProject, type LoadProgress, type ProjectHost } from "./loadedProject.ts";
import { extension, isWithin } from "./paths.ts";
import { NO_SETTINGS, type Project, type ProjectSettings } from "./project.ts";
import type { Snapshot } from "./snapshot.ts";

export class Workspace {
  private readonly disk: FileSystem;
  private readonly files: FileSystem;
  private readonly documents = new Map<string, OpenDocument>();
  private readonly ids = new Map<string, number>();
  private readonly roots: string[] = [];
  private readonly projects: LoadedProject[] = [];
  private readonly dirty = new Set<string>();
  private readonly host: ProjectHost;
  private readonly savedTexts = new Map<string, { stamp: string; decoded: DecodedText | undefined }>();
  private structureChanged = false;
  private updateMs = 0;
  private rediscoveryMs = 0;
  private settings: ProjectSettings;

  constructor(disk: FileSystem, settings: ProjectSettings = NO_SETTINGS) {
    this.disk = disk;
    this.settings = settings;
    this.files = overlayDocuments(disk, this.documents);
    this.host = {
      words: createWords(),
      trees: new Map(),
      idOf: (path) => this.idOf(path),
      read: (path) => this.read(path),
      saved: (path) => this.saved(path),
      open: () => this.documents.keys(),
      today: () => this.files.today?.(),
    };
  }

  /** Discovers and loads what lies at a path, in slices. Gives the projects that were found there. */
  *addRoot(path: string): Generator<LoadProgress, readonly Project[]> {
    if (!this.roots.includes(path)) this.roots.push(path);
    const found: Project[] = [];
    for (const project of discover(this.files, path, this.settings)) {
      if (
        this.projects.some(
          (known) => known.project.root === project.root && known.project.kind === project.kind,
        )
      )
        continue;
      found.push(project);
      yield* this.addProject(project);
    }
    return found;
  }

  private *addProject(project: Project): Generator<LoadProgress, void> {
    const loaded = new LoadedProject(project, this.host);
    yield* loaded.load();
    this.projects.push(loaded);
  }

  /** Forgets the projects at or below a root. */
  removeRoot(path: string): void {
    const at = this.roots.indexOf(path);
    if (at >= 0) this.roots.splice(at, 1);
    const kept = this.projects.filter((loaded) => !isWithin(loaded.project.root, path));
    this.projects.splice(0, this.projects.length, ...kept);
  }

  /** Takes new settings: every project is discovered and compiled anew at the next question. */
  configure(settings: ProjectSettings): void {
    if (JSON.stringify(settings) === JSON.stringify(this.settings)) return;
    this.settings = settings;
    this.structureChanged = true;
  }

  open(path: string, uri: string, version: number, text: string): void {
    this.documents.set(path, openDocument(path, uri, version, text));
    this.touch(path);
  }

  change(path: string, version: number, changes: readonly TextChange[], encoding: PositionEncoding): void {
    const known =
      this.documents.get(path) ?? openDocument(path, `file://${path}`, version, this.read(path)?.text ?? "");
    this.documents.set(path, changeDocument(known, version, changes, encoding));
    this.touch(path);
  }

  close(path: string): void {
    this.documents.delete(path);
    this.savedTexts.delete(path);
    this.touch(path);
  }

  document(path: string): OpenDocument | undefined {
    return this.documents.get(path);
  }

  openPaths(): readonly string[] {
    return [...this.documents.keys()];
  }

  /** Files on disk were made, changed or deleted. */
  filesChanged(paths: readonly string[]): void {
    for (const path of paths) {
      this.savedTexts.delete(path);
      this.touch(path);
    }
  }

  /** How long the last update took when another one is due: who types in a policy.conf of 45 MB would wait for each. */
  get pendingUpdateMs(): number {
    if (this.structureChanged) return Math.max(this.updateMs, this.rediscoveryMs);
    return this.dirty.size > 0 ? this.updateMs : 0;
  }

  /** The project that answers questions about a path. A file that none knows gets the project of its place. */
  snapshotOf(path: string): Snapshot | undefined {
    this.bringUpToDate();
    const known =
      this.projects.find((loaded) => loaded.holds(path)) ??
      this.projects.find((loaded) => isMadeFrom(loaded.project, path));
    if (known !== undefined) return known.snapshot();
    const project = projectOfFile(this.files, path, this.settings);
    if (project === undefined || project.kind === "binary") return undefined;
    for (const _ of this.addProject(project));
    return this.projects.at(-1)?.snapshot();
  }

  /** All projects, up to date. */
  snapshots(): readonly Snapshot[] {
    this.bringUpToDate();
    return this.projects.map((loaded) => loaded.snapshot()).filter((view) => view !== undefined);
  }

  /** Runs checks on the open documents, as far as so many milliseconds go. */
  freshen(milliseconds: number): void {
    this.bringUpToDate();
    for (const loaded of this.projects)
      if (!loaded.isChecked) loaded.freshen(this.documents.keys(), milliseconds);
  }

  /** Runs the checks that are left, in small steps; true when those of the open documents are done. */
  *catchUp(): Generator<boolean, void> {
    this.bringUpToDate();
    for (const loaded of [...this.projects])
      if (!loaded.isChecked) yield* loaded.catchUp(this.documents.keys());
  }

  /** Compiles a policy anew in which edits have left much behind; true when there was one. For when nobody waits. */
  tidy(): boolean {
    this.bringUpToDate();
    return this.projects.some((loaded) => loaded.tidy());
  }

  /** True when no check waits to be run. */
  get isChecked(): boolean {
    return this.projects.every((loaded) => loaded.isChecked);
  }

  private touch(path: string): void {
    this.dirty.add(path);
    if (this.isStructural(path)) this.structureChanged = true;
  }

  /** True when a change of the file may change which sources a project has, or its options. */
  private isStructural(path: string): boolean {
    if (this.projects.some((loaded) => loaded.project.inputs.includes(path))) return true;
    const isSource = [".te", ".if", ".fc", ".spt"].includes(extension(path));
    const known = this.projects.some((loaded) => loaded.holds(path));
    const there = this.files.stat(path) !== undefined;
    if (known) return !there;
    return isSource && there && this.projects.some((loaded) => isWithin(path, loaded.project.root));
  }

  private bringUpToDate(): void {
    if (this.structureChanged) {
      this.structureChanged = false;
      const started = performance.now();
      this.rediscover();
      this.rediscoveryMs = performance.now() - started;
    }
    if (this.dirty.size === 0) return;
    const paths = [...this.dirty];
    this.dirty.clear();
    const started = performance.now();
    for (const loaded of this.projects) loaded.refresh(paths);
    this.updateMs = performance.now() - started;
  }

  /** Compares what is there with what we have; only projects whose list or options changed compile anew. */
  private rediscover(): void {
    const now: Project[] = [];
    const add = (project: Project) => {
      if (!now.some((known) => known.root === project.root && known.kind === project.kind)) now.push(project);
    };
    for (const root of this.roots)
      for (const project of discover(this.files, root, this.settings)) add(project);
    for (const path of this.documents.keys()) {
      if (now.some((project) => isPartOf(project, path))) continue;
      const project = projectOfFile(this.files, path, this.settings);
      if (project !== undefined && project.kind !== "binary") add(project);
    }
    const kept: LoadedProject[] = [];
    for (const project of now) {
      const known = this.projects.find(
        (loaded) => loaded.project.root === project.root && loaded.project.kind === project.kind,
      );
      if (known === undefined) {
        const loaded = new LoadedProject(project, this.host);
        for (const _ of loaded.load());
        kept.push(loaded);
        continue;
      }
      if (shapeOf(known.project) !== shapeOf(project)) known.replace(project);
      else {
        if (decisionsOf(known.project) !== decisionsOf(project)) known.decide(project);
        else known.project = project;
        known.refreshGenerated();
      }
      kept.push(known);
    }
    this.projects.splice(0, this.projects.length, ...kept);
  }

  private idOf(path: string): number {
    const known = this.ids.get(path);
    if (known !== undefined) return known;
    const id = this.ids.size + 1;
    this.ids.set(path, id);
    return id;
  }

  private read(path: string): DecodedText | undefined {
    const document = this.documents.get(path);
    if (document !== undefined) return { text: document.text, remarks: [], lines: document.lines };
    return this.decoded(path);
  }

  /** The text on disk of a file; what is open is asked about again and again, and kept as long as the disk says so. */
  private saved(path: string): DecodedText | undefined {
    if (!this.documents.has(path)) return this.decoded(path);
    const stat = this.disk.stat(path);
    const stamp = stat === undefined ? "" : `${stat.size} ${stat.modified}`;
    const known = this.savedTexts.get(path);
    // A file system without times cannot say that nothing changed.
    if (known?.stamp === stamp && stat?.modified !== 0) return known.decoded;
    const decoded = this.decoded(path);
    this.savedTexts.set(path, { stamp, decoded });
    return decoded;
  }

  private decoded(path: string): DecodedText | undefined {
    const bytes = this.disk.readFile(path);
    return bytes === undefined ? undefined : decodeSource(bytes);
  }

  /** Text of a configuration file, buffers first. */
  readText(path: string): string | undefined {
    return textReader(this.files)(path);
  }
}

/** Everything about a project but the texts of its sources, be they read or generated. */
function shapeOf(project: Project): string {
  const { options } = project;
  return JSON.stringify([
    project.sources.map((s) => [s.path, s.role, s.module, s.enabled, s.generated !== undefined]),
    [...options.defines],
    [...options.booleans],
    options.mls,
    options.mode,
    options.handleUnknown,
  ]);
}

/** What checks depend on besides sources and options. */
function decisionsOf({ configuration, substitutions }: Project): string {
  return `${configuration?.key ?? ""}\0${substitutions ?? ""}`;
}

/** Runs a generator to its end and gives its result. */
export function runToEnd<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
