// A project with its sources read, parsed and compiled, and how it follows changes. States: listed (discovery) →
// read and parsed (`load`, in slices, so that a caller may show progress or serve requests in between) → compiled.
// A change of a source's text re-parses that file and tells the compiler; a change of the list or of the options
// compiles anew from the trees at hand. It knows no LSP and reads only through the text provider it is given.

import type { SyntaxTree } from "../../grammar/syntax/tree.ts";
import type { Words } from "../../grammar/text/words.ts";
import { DidYouMean } from "../checks/didYouMean.ts";
import { PolicyChecks } from "../checks/policyChecks.ts";
import type { Compiled, FileRole, Finding, Source } from "../compiler/face.ts";
import type { DecodedText, DecodingRemark } from "./decode.ts";
import { compile, parseSource } from "./engine.ts";
import { type Lines, linesOf } from "./lines.ts";
import type { Project, SourceEntry } from "./project.ts";
import type { Snapshot, SourceFile } from "./snapshot.ts";

/** What the workspace lends to its projects. */
export interface ProjectHost {
  readonly words: Words;
  /** the workspace's number of a path */
  idOf(path: string): number;
  /** current text: an open buffer's, else the disk's; undefined when the file is gone */
  read(path: string): DecodedText | undefined;
  /** a tree of the same text parsed before (another project's, or ours before a reload) */
  readonly trees: Map<string, ParsedText>;
}

/** A parsed text; shared between projects that hold the same file. */
export interface ParsedText {
  readonly text: string;
  readonly dialect: string;
  readonly tree: SyntaxTree;
}

interface Loaded {
  readonly entry: SourceEntry;
  readonly id: number;
  readonly text: string;
  readonly remarks: readonly DecodingRemark[];
  readonly tree: SyntaxTree;
  lines: Lines | undefined;
}

export interface LoadProgress {
  readonly done: number;
  readonly total: number;
  readonly what: string;
}

/** How many sources are parsed between two reports of progress. */
const SLICE = 64;

export class LoadedProject {
  project: Project;
  private readonly host: ProjectHost;
  private readonly loaded = new Map<number, Loaded>();
  private compiled: Compiled | undefined;
  private checks: PolicyChecks | undefined;
  private spelling: DidYouMean | undefined;
  private generation = 0;
  private view: Snapshot | undefined;

  constructor(project: Project, host: ProjectHost) {
    this.project = project;
    this.host = host;
  }

  /** Reads, parses and compiles everything. */
  *load(): Generator<LoadProgress, void> {
    const { sources } = this.project;
    this.loaded.clear();
    const total = sources.length;
    for (let i = 0; i < total; i++) {
      const loaded = this.read(sources[i] as SourceEntry);
      if (loaded !== undefined) this.loaded.set(loaded.id, loaded);
      if (i % SLICE === SLICE - 1) yield { done: i + 1, total, what: "parsing" };
    }
    yield { done: total, total, what: "compiling" };
    this.compileAll();
  }

  get isLoaded(): boolean {
    return this.compiled !== undefined;
  }

  holds(path: string): boolean {
    return this.loaded.has(this.host.idOf(path));
  }

  /** Takes a new list of sources or new options; sources whose text is unchanged keep their trees. */
  replace(project: Project): void {
    this.project = project;
    this.loaded.clear();
    for (const entry of project.sources) {
      const loaded = this.read(entry);
      if (loaded !== undefined) this.loaded.set(loaded.id, loaded);
    }
    this.compileAll();
  }

  /** Re-reads these files where they are sources of this project; tells whether anything changed. */
  refresh(paths: Iterable<string>): boolean {
    if (this.compiled === undefined) return false;
    const changes: { id: number; source: Source | undefined }[] = [];
    for (const path of paths) {
      const id = this.host.idOf(path);
      const entry = this.loaded.get(id)?.entry ?? this.project.sources.find((source) => source.path === path);
      if (entry === undefined || entry.generated !== undefined) continue;
      const before = this.loaded.get(id);
      const after = this.read(entry);
      if (after === undefined) this.loaded.delete(id);
      else this.loaded.set(id, after);
      if (before?.tree === after?.tree) continue;
      changes.push({ id, source: after === undefined ? undefined : sourceOf(after) });
    }
    if (changes.length === 0) return false;
    this.compiled.update(changes);
    this.changed();
    return true;
  }

  snapshot(): Snapshot | undefined {
    const { compiled } = this;
    if (compiled === undefined) return undefined;
    this.view ??= this.createSnapshot(compiled);
    return this.view;
  }

  private createSnapshot(compiled: Compiled): Snapshot {
    const { loaded, host, project, generation } = this;
    const fileOf = (id: number): SourceFile | undefined => {
      const entry = loaded.get(id);
      return entry === undefined ? undefined : sourceFile(entry);
    };
    return {
      project,
      compiled,
      generation,
      file: fileOf,
      fileAt: (path) => fileOf(host.idOf(path)),
      files: () => [...loaded.values()].map(sourceFile),
      findings: (id) => findingsOf(id, loaded.get(id), compiled, this.checks, this.spelling),
    };
  }

  private read(entry: SourceEntry): Loaded | undefined {
    const decoded: DecodedText | undefined =
      entry.generated === undefined ? this.host.read(entry.path) : { text: entry.generated, remarks: [] };
    if (decoded === undefined) return undefined;
    const dialect = dialectOf(entry.role);
    const known = this.host.trees.get(entry.path);
    const parsed: ParsedText =
      known !== undefined && known.text === decoded.text && known.dialect === dialect
        ? known
        : { text: decoded.text, dialect, tree: parseSource(decoded.text, entry.role, this.host.words) };
    if (parsed !== known) this.host.trees.set(entry.path, parsed);
    const id = this.host.idOf(entry.path);
    return { entry, id, text: parsed.text, remarks: decoded.remarks, tree: parsed.tree, lines: undefined };
  }

  private compileAll(): void {
    const sources = [...this.loaded.values()].map(sourceOf);
    this.compiled = compile(sources, this.optionsFor(), this.host.words);
    this.checks = new PolicyChecks(this.compiled);
    this.spelling = new DidYouMean(this.compiled);
    this.changed();
  }

  /** A policy.conf says itself whether it is multi-level. */
  private optionsFor(): Project["options"] {
    const { options, kind } = this.project;
    if (kind !== "policy.conf" || options.mls) return options;
    for (const { text } of this.loaded.values())
      if (/^[ \t]*sensitivity[ \t]/m.test(text)) return { ...options, mls: true };
    return options;
  }

  private changed(): void {
    this.generation++;
    this.view = undefined;
  }
}

function dialectOf(role: FileRole): string {
  return role === "fc" ? "contexts" : role === "conf" ? "kernel" : "refpolicy";
}

function sourceOf(loaded: Loaded): Source {
  const { entry, id, tree } = loaded;
  return { id, path: entry.path, role: entry.role, module: entry.module, enabled: entry.enabled, tree };
}

function sourceFile(loaded: Loaded): SourceFile {
  const { entry, id, text, tree } = loaded;
  return {
    id,
    path: entry.path,
    role: entry.role,
    module: entry.module,
    foreign: entry.foreign,
    generated: entry.generated !== undefined,
    text,
    tree,
    get lines() {
      loaded.lines ??= linesOf(text);
      return loaded.lines;
    },
  };
}

function findingsOf(
  id: number,
  loaded: Loaded | undefined,
  compiled: Compiled,
  checks: PolicyChecks | undefined,
  spelling: DidYouMean | undefined,
): readonly Finding[] {
  const said = compiled.findings().get(id) ?? [];
  const found = [...(spelling?.improve(said) ?? said), ...(checks?.findings().get(id) ?? [])];
  const remarks = loaded?.remarks ?? [];
  if (remarks.length === 0) return [...found].sort(byPlace);
  const own = remarks.map((remark) => ({ ...remark, file: id, related: [] }));
  return [...own, ...found].sort(byPlace);
}

function byPlace(a: Finding, b: Finding): number {
  return a.start - b.start || a.end - b.end || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0);
}
