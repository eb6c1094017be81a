// A project with its sources read, parsed and compiled, and how it follows changes. States: listed (discovery) →
// read and parsed (`load`, in slices, so that a caller may show progress or serve requests in between) → compiled.
// A change of a source's text re-parses that file and tells the compiler; a change of the list or of the options
// compiles anew from the trees at hand. It knows no LSP and reads only through the text provider it is given.

import type { SyntaxTree } from "../../grammar/syntax/tree.ts";
import type { Words } from "../../grammar/text/words.ts";
import { parseSubstitutions } from "../analysis/labelling/lookup.ts";
import { type ChangePlace, diffOf, type PolicyDiff } from "../analysis/policyDiff/changes.ts";
import { type Control, NO_CONTROL } from "../checks/control/control.ts";
import { DidYouMean } from "../checks/didYouMean.ts";
import { PolicyChecks } from "../checks/policyChecks.ts";
import { CheckRunner, type CheckSubject } from "../checks/runner.ts";
import { type Today, Verdicts } from "../checks/verdicts.ts";
import type { Compiled, FileRole, Finding, Severity, Site, Source } from "../compiler/face.ts";
import type { GeneratedText } from "../compiler/m4/corenetwork.ts";
import type { DecodedText, DecodingRemark } from "./decode.ts";
import { compile, parseEdited, parseSource } from "./engine.ts";
import { type Lines, linesOf, positionAt } from "./lines.ts";
import type { Project, SourceEntry } from "./project.ts";
import type { Snapshot, SourceFile, UnsavedChanges } from "./snapshot.ts";
import { sourcePlace } from "./sourcePlace.ts";
import { type UnsavedFile, unsavedDiff } from "./unsaved.ts";

/** What the workspace lends to its projects. */
export interface ProjectHost {
  readonly words: Words;
  /** the workspace's number of a path */
  idOf(path: string): number;
  /** current text: an open buffer's, else the disk's; undefined when the file is gone */
  read(path: string): DecodedText | undefined;
  /** the text on disk */
  saved(path: string): DecodedText | undefined;
  /** paths of the open buffers */
  open(): Iterable<string>;
  /** the day that it is, where a clock is */
  readonly today: Today;
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
  file: SourceFile | undefined;
  shown: Shown | undefined;
}

/** The latest answer about what is known of a file, and what it was made from. */
interface Shown {
  readonly said: readonly Finding[];
  readonly checked: readonly Finding[];
  readonly known: readonly Finding[];
  readonly control: Control;
  readonly whole: boolean;
  readonly answer: readonly Finding[];
}

export interface LoadProgress {
  readonly done: number;
  readonly total: number;
  readonly what: string;
}

/** How many sources are parsed between two reports of progress. */
const SLICE = 64;
/** So many changed files take as long as compiling anew. */
const MANY_FILES = 150;
/**
 * How many times its first size the compiled policy may grow to: while somebody types, when nobody waits, and when
 * many files change at once, as in a switch of branches.
 */
const MOST_WASTE = 3;
const WASTE_WHEN_IDLE = 1.5;
const WASTE_WHEN_SLOW = 1.2;
const NO_FINDINGS: readonly Finding[] = [];

export class LoadedProject {
  project: Project;
  private readonly host: ProjectHost;
  private readonly loaded = new Map<number, Loaded>();
  private compiled: Compiled | undefined;
  private checks: PolicyChecks | undefined;
  private spelling: DidYouMean | undefined;
  private runner: CheckRunner | undefined;
  private readonly verdicts = new Verdicts();
  private generation = 0;
  private view: Snapshot | undefined;
  private list: readonly SourceFile[] | undefined;
  private unsaved: (UnsavedChanges & { readonly key: string }) | undefined;
  /** saved texts of files with unsaved changes */
  private readonly savedTrees = new Map<string, ParsedText>();

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

  /** Takes other decisions about checks; sources and options are as before. */
  decide(project: Project): void {
    this.project = project;
    this.changed();
    if (this.compiled !== undefined) this.runner?.restart(this.subjectOf(this.compiled));
  }

  /** Re-reads these files where they are sources of this project; tells whether anything changed. */
  refresh(paths: Iterable<string>): boolean {
    const entries: SourceEntry[] = [];
    for (const path of paths) {
      const id = this.host.idOf(path);
      const entry = this.loaded.get(id)?.entry ?? this.project.sources.find((source) => source.path === path);
      if (entry !== undefined && entry.generated === undefined) entries.push(entry);
    }
    return this.readAnew(entries);
  }

  /** Takes the texts that discovery generated anew. */
  refreshGenerated(): void {
    const { sources } = this.project;
    this.readAnew(
      sources.filter((entry) => {
        const before = this.loaded.get(this.host.idOf(entry.path));
        return entry.generated !== undefined && before?.entry.generated !== entry.generated;
      }),
    );
  }

  private readAnew(entries: readonly SourceEntry[]): boolean {
    if (this.compiled === undefined) return false;
    const changes: { id: number; source: Source | undefined }[] = [];
    for (const entry of entries) {
      const id = this.host.idOf(entry.path);
      const before = this.loaded.get(id);
      const after = this.read(entry);
      if (after === undefined) this.loaded.delete(id);
      else this.loaded.set(id, after);
      if (before?.tree === after?.tree) continue;
      changes.push({ id, source: after === undefined ? undefined : sourceOf(after) });
    }
    if (changes.length === 0) {
      // The same text, but not from the same places.
      if (entries.some((entry) => entry.generated !== undefined)) this.changed();
      return false;
    }
    // Code, blocks and numbers of names are only ever added to; after very many edits all is made anew.
    if (changes.length >= MANY_FILES && this.compiled.isWasteful(WASTE_WHEN_SLOW)) {
      this.compileAll();
      return true;
    }
    this.compiled.update(changes);
    if (this.compiled.isWasteful(MOST_WASTE)) {
      this.compileAll();
      return true;
    }
    this.changed();
    this.runner?.changed();
    return true;
  }

  /** Compiles anew when edits have left much behind; true when that was so. For when nobody waits. */
  tidy(): boolean {
    if (this.compiled?.isWasteful(WASTE_WHEN_IDLE) !== true) return false;
    this.compileAll();
    return true;
  }

  /** Runs checks on some files, as far as so many milliseconds go. */
  freshen(paths: Iterable<string>, milliseconds: number): void {
    const files = [...paths].flatMap((path) => {
      const loaded = this.loaded.get(this.host.idOf(path));
      return loaded === undefined ? [] : [sourceFile(loaded)];
    });
    this.runner?.freshen(files, milliseconds);
  }

  /** Runs the checks that are left, in small steps, those of some files first; true when these are done. */
  *catchUp(first: Iterable<string>): Generator<boolean, void> {
    const ids = new Set([...first].map((path) => this.host.idOf(path)));
    if (this.runner !== undefined) yield* this.runner.catchUp(ids);
  }

  /** True when every check has been run on the present state. */
  get isChecked(): boolean {
    return this.runner?.isDone ?? true;
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
      files: () => this.files(),
      findings: (id, least) => this.findingsOf(id, true, least),
      shownFindings: (id) => this.findingsOf(id, false),
      fixes: (finding) => this.runner?.fixes(finding) ?? [],
      unsavedPaths: () => [...this.savedTexts().keys()],
      unsaved: () => this.unsavedChanges(compiled),
    };
  }

  /** The saved texts of open sources that were changed since; undefined for one that was never saved. */
  private savedTexts(): ReadonlyMap<string, string | undefined> {
    const found = new Map<string, string | undefined>();
    for (const path of this.host.open()) {
      const loaded = this.loaded.get(this.host.idOf(path));
      if (loaded === undefined || loaded.entry.generated !== undefined) continue;
      const text = this.host.saved(path)?.text;
      if (text !== loaded.text) found.set(path, text);
    }
    return found;
  }

  private unsavedChanges(compiled: Compiled): UnsavedChanges {
    const texts = this.savedTexts();
    const key = `${this.generation} ${JSON.stringify([...texts])}`;
    if (this.unsaved?.key === key) return this.unsaved;
    const paths = [...texts.keys()];
    const diff = texts.size === 0 ? diffOf([]) : this.compareWith(compiled, texts);
    this.unsaved = { key, paths, diff };
    return this.unsaved;
  }

  private compareWith(compiled: Compiled, texts: ReadonlyMap<string, string | undefined>): PolicyDiff {
    const { words } = this.host;
    const savedLines = new Map<number, Lines>();
    for (const path of this.savedTrees.keys()) if (!texts.has(path)) this.savedTrees.delete(path);
    const files = [...texts].map(([path, text]): UnsavedFile => {
      const loaded = this.loaded.get(this.host.idOf(path)) as Loaded;
      const now = sourceOf(loaded);
      if (text === undefined) return { id: loaded.id, now, saved: undefined };
      const { role } = loaded.entry;
      const known = this.savedTrees.get(path);
      const tree = known?.text === text ? known.tree : parseSource(text, role, words);
      this.savedTrees.set(path, { text, dialect: dialectOf(role), tree });
      savedLines.set(loaded.id, linesOf(text));
      return { id: loaded.id, now, saved: { ...now, tree } };
    });
    const place = (site: Site, lines: Lines | undefined): ChangePlace | undefined => {
      const loaded = this.loaded.get(site.file);
      if (loaded === undefined) return undefined;
      if (lines !== undefined)
        return { path: loaded.entry.path, line: positionAt(lines, site.start, "utf-16").line + 1 };
      const shown = sourcePlace(sourceFile(loaded), site.start, site.end);
      return { path: shown.path, line: positionAt(shown.lines, shown.start, "utf-16").line + 1 };
    };
    const diff = unsavedDiff(
      compiled,
      files,
      (site) => place(site, savedLines.get(site.file)),
      (site) => place(site, undefined),
    );
    this.runner?.changed();
    return diff;
  }

  private files(): readonly SourceFile[] {
    this.list ??= [...this.loaded.values()].map(sourceFile);
    return this.list;
  }

  private findingsOf(id: number, complete: boolean, least: Severity = "hint"): readonly Finding[] {
    const { compiled, checks, spelling, runner } = this;
    const loaded = this.loaded.get(id);
    if (compiled === undefined || loaded === undefined || runner === undefined) return [];
    const file = sourceFile(loaded);
    const said = compiled.findings().get(id) ?? NO_FINDINGS;
    const checked = checks?.findings().get(id) ?? NO_FINDINGS;
    const known = complete ? runner.complete(file, least) : runner.known(file);
    const whole = (complete && least === "hint") || runner.isDone;
    const control = controlOf(this.project);
    // Every file is asked about after each letter, and most have nothing new to say.
    const before = loaded.shown;
    if (
      before?.said === said &&
      before.checked === checked &&
      before.known === known &&
      before.control === control &&
      before.whole === whole &&
      this.verdicts.isOfToday(id, this.host.today)
    )
      return before.answer;
    const remarks = loaded.remarks.map((remark) => ({ ...remark, file: id, related: [] }));
    const parts = [remarks, spelling?.improve(said) ?? said, checked, known];
    const answer = this.verdicts.of(file, parts, control, whole, this.host.today);
    loaded.shown = { said, checked, known, control, whole, answer };
    return answer;
  }

  private read(entry: SourceEntry): Loaded | undefined {
    const decoded: DecodedText | undefined =
      entry.generated === undefined
        ? this.host.read(entry.path)
        : { text: entry.generated.text, remarks: entry.generated.mistakes.map(asRemark) };
    if (decoded === undefined) return undefined;
    const dialect = dialectOf(entry.role);
    const known = this.host.trees.get(entry.path);
    const parsed = this.parsed(decoded.text, entry, known?.dialect === dialect ? known : undefined);
    if (parsed !== known) this.host.trees.set(entry.path, parsed);
    const id = this.host.idOf(entry.path);
    return {
      entry,
      id,
      text: parsed.text,
      remarks: decoded.remarks,
      tree: parsed.tree,
      lines: decoded.lines,
      file: undefined,
      shown: undefined,
    };
  }

  private parsed(text: string, { role }: SourceEntry, known: ParsedText | undefined): ParsedText {
    if (known?.text === text) return known;
    const { words } = this.host;
    const tree =
      known === undefined ? parseSource(text, role, words) : parseEdited(known.tree, text, role, words);
    return { text, dialect: dialectOf(role), tree };
  }

  private compileAll(): void {
    const sources = [...this.loaded.values()].map(sourceOf);
    this.compiled = compile(sources, this.optionsFor(), this.host.words);
    this.checks = new PolicyChecks(this.compiled);
    this.spelling = new DidYouMean(this.compiled);
    const subject = this.subjectOf(this.compiled);
    if (this.runner === undefined) this.runner = new CheckRunner(subject);
    else this.runner.restart(subject);
    this.changed();
  }

  private subjectOf(compiled: Compiled): CheckSubject {
    return {
      compiled,
      control: controlOf(this.project),
      substitutions: parseSubstitutions(this.project.substitutions ?? ""),
      file: (id) => {
        const loaded = this.loaded.get(id);
        return loaded === undefined ? undefined : sourceFile(loaded);
      },
      files: () => this.files(),
    };
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
    this.list = undefined;
  }
}

function controlOf(project: Project): Control {
  return project.configuration?.control ?? NO_CONTROL;
}

function asRemark(mistake: GeneratedText["mistakes"][number]): DecodingRemark {
  return { ...mistake, severity: "error" };
}

function dialectOf(role: FileRole): string {
  return role === "fc" ? "contexts" : role === "conf" ? "kernel" : "refpolicy";
}

function sourceOf(loaded: Loaded): Source {
  const { entry, id, tree } = loaded;
  return { id, path: entry.path, role: entry.role, module: entry.module, enabled: entry.enabled, tree };
}

function sourceFile(loaded: Loaded): SourceFile {
  if (loaded.file !== undefined) return loaded.file;
  const { entry, id, text, tree } = loaded;
  loaded.file = {
    id,
    path: entry.path,
    role: entry.role,
    module: entry.module,
    foreign: entry.foreign,
    generated: entry.generated !== undefined,
    origin: entry.generated?.origin,
    generator: entry.generator,
    text,
    tree,
    get lines() {
      loaded.lines ??= linesOf(text);
      return loaded.lines;
    },
  };
  return loaded.file;
}
