// The compiler's face (face.ts): sources in, a live policy out. It decides what an edit makes dirty (units, blocks,
// macro names), has that evaluated, and hands the result to activation. Findings, provenance and expansion are answered
// by their own rooms over the same state.

import type { Words } from "../../grammar/text/words.ts";
import { Activation } from "./activation.ts";
import { Ancestry } from "./ancestry.ts";
import { assertionSet } from "./assertions.ts";
import { noteNewCode } from "./blockGraph.ts";
import { BLOCK_ROOT } from "./blocks.ts";
import { callChain } from "./callers.ts";
import { OP_LENGTH } from "./code.ts";
import { contributionsOfEntry, directRulesOf, reachOf } from "./contributions.ts";
import { cutCycles } from "./cycles.ts";
import { declarationsOf, indexNames, symbolsOf } from "./declarations.ts";
import { expandSource, expandStatement, meaningsOf, setMembers } from "./expansion.ts";
import type {
  AssertionSet,
  BuildOptions,
  ChangedRule,
  Compiled,
  Contribution,
  Declaration,
  DirectRules,
  ExpandedRule,
  Finding,
  Macro,
  Origin,
  Reach,
  Source,
  SymbolKind,
} from "./face.ts";
import { FileFacts } from "./fileFacts.ts";
import { collectFindings } from "./findings.ts";
import { macroOf, macroOfWord, macrosOf } from "./macros.ts";
import { memberOrigins } from "./memberOrigins.ts";
import { movedBy } from "./movedSets.ts";
import { OptionalScopes } from "./optionalScopes.ts";
import { originSite } from "./origin.ts";
import { originsOfEntry } from "./provenance.ts";
import { rootsInOrder } from "./roots.ts";
import { compareOrigins } from "./siteOrder.ts";
import { type CompilerState, createState } from "./state.ts";
import { UNIT_DEFINE, type Unit } from "./units.ts";
import { coverFresh } from "./walk.ts";
import { Waste } from "./waste.ts";

const FLASK_ROLES: ReadonlySet<string> = new Set(["security_classes", "access_vectors", "conf"]);

/** What a source needs so that its top level counts as policy. */
function isRoot(source: Source): boolean {
  return source.enabled && source.role !== "if" && source.role !== "support" && source.role !== "fc";
}

/** Compiles sources (in the build's order) and keeps the result up to date. */
export function createCompiled(sources: readonly Source[], options: BuildOptions, words: Words): Compiled {
  return new CompiledPolicy(sources, options, words);
}

/** @internal exported for findings, provenance and expansion. */
export class CompiledPolicy implements Compiled {
  readonly words: Words;
  readonly options: BuildOptions;
  readonly state: CompilerState;
  readonly activation: Activation;
  readonly ancestry: Ancestry;
  readonly optionalScopes: OptionalScopes;
  private readonly byId = new Map<number, Source>();
  readonly fileFacts = new FileFacts();
  private order: number[] = [];
  private list: readonly Source[] | undefined;
  private readonly rootOf = new Map<number, number>();
  /** both are undefined when something has changed since */
  private rootList: readonly number[] | undefined;
  private cachedFindings: ReadonlyMap<number, readonly Finding[]> | undefined;
  private readonly ranks = new Map<number, number>();
  private revisionCount = 0;
  private readonly waste: Waste;

  constructor(sources: readonly Source[], options: BuildOptions, words: Words) {
    this.words = words;
    this.options = options;
    let size = 0;
    for (const source of sources) size += source.tree.tokens.text.length;
    const rank = (file: number): number => this.ranks.get(file) ?? -1;
    const isConf = (file: number): boolean => this.byId.get(file)?.role === "conf";
    this.state = createState(options, words, Math.max(1024, size >> 5), rank, isConf);
    for (const source of sources) {
      this.byId.set(source.id, source);
      this.fileFacts.note(source.id, source);
      this.order.push(source.id);
    }
    this.rankFiles();
    for (const source of sources) this.setUnits(source.id, source);
    this.activation = new Activation(this.state);
    this.ancestry = new Ancestry(this.state);
    this.optionalScopes = new OptionalScopes(this.state);
    for (const source of sources) if (isRoot(source)) this.makeRoot(source);
    this.state.evaluator.run();
    this.activation.settleAll(this.roots());
    this.waste = new Waste(this.state);
  }

  isWasteful(times: number): boolean {
    return this.waste.isTooMuch(times);
  }

  get db(): CompilerState["db"] {
    return this.state.db;
  }

  /** Grows with every update. */
  get revision(): number {
    return this.revisionCount;
  }

  sources(): readonly Source[] {
    this.list ??= this.order.map((id) => this.byId.get(id) as Source);
    return this.list;
  }

  sourceOf(id: number): Source | undefined {
    return this.byId.get(id);
  }

  /** True for a block that is the top level of a file of the build. */
  isRoot(block: number): boolean {
    const unit = this.state.units.all[this.state.blocks.unit.at[block] as number];
    return unit !== undefined && this.rootOf.get(unit.file) === block;
  }

  /** The blocks of the files' top levels, in the order of the build. */
  roots(): readonly number[] {
    this.rootList ??= rootsInOrder(this.order, this.rootOf);
    return this.rootList;
  }

  update(changes: readonly { readonly id: number; readonly source: Source | undefined }[]): void {
    const { blocks, evaluator, dynamic, resolver } = this.state;
    this.revisionCount++;
    this.cachedFindings = undefined;
    this.state.units.forgetOld();
    const oldRoots: number[] = [];
    const newRoots: number[] = [];
    const dirtyUnits = new Set<Unit>();
    const names = new Set<number>();
    const sets: Unit[] = [];
    const files = new Set<number>();
    const gone: Unit[] = [];
    let definesChanged = false;
    const collect = (id: number, source: Source | undefined): void => {
      const changed = this.setUnits(id, source);
      files.add(id);
      gone.push(...changed.removed);
      for (const unit of changed.edited) dirtyUnits.add(unit);
      for (const unit of [...changed.added, ...changed.removed]) names.add(unit.name);
      for (const name of changed.moved) names.add(name);
      if (changed.defines) definesChanged = true;
      sets.push(...changed.sets);
    };
    if (this.hasStrayFlask()) this.activation.flaskDirty = true;
    const olds = changes.map(({ id }) => this.byId.get(id));
    const { order } = this;
    const { length } = order;
    for (const { id, source } of changes) this.place(id, source);
    const isOrderOther = this.order !== order || order.length !== length;
    if (isOrderOther) this.rankFiles();
    this.ancestry.begin(isOrderOther);
    for (const [index, { id, source }] of changes.entries()) {
      const old = olds[index];
      const oldRoot = this.rootOf.get(id);
      collect(id, source);
      if (oldRoot !== undefined) {
        oldRoots.push(oldRoot);
        this.rootOf.delete(id);
        this.rootList = undefined;
      }
      if (source !== undefined && isRoot(source)) newRoots.push(this.makeRoot(source));
      if (FLASK_ROLES.has(source?.role ?? "te") || FLASK_ROLES.has(old?.role ?? "te"))
        this.activation.flaskDirty = true;
    }
    if (this.options.mode === "modular") this.activation.flaskDirty = true;
    this.collectAnew(names, collect, oldRoots, newRoots);
    const movedSets = definesChanged || this.activation.flaskDirty ? undefined : movedBy(this.state, sets);
    if (movedSets === undefined && sets.length > 0) definesChanged = true;
    if (definesChanged) for (const unit of dirtyUnits) if (unit.kind === UNIT_DEFINE) names.add(unit.name);
    if (definesChanged || sets.length > 0) {
      dynamic.invalidate();
      for (const units of [evaluator.expandingUnits, evaluator.xpermUnits])
        for (const unit of units)
          if (unit.alive) dirtyUnits.add(unit);
          else units.delete(unit);
    }
    this.retryBounded(names, dirtyUnits);
    this.spread(names, dirtyUnits);
    this.ancestry.markText(files, [...dirtyUnits, ...gone]);
    const changed: number[] = [];
    this.activation.hasIdleChanges = false;
    for (const unit of dirtyUnits)
      for (const block of blocks.applicationsOf(unit.id)) {
        blocks.body.at[block] = unit.body;
        blocks.codeStart.at[block] = -2;
        evaluator.enqueue(block);
        if (this.activation.isApplied(block)) changed.push(block);
        else this.activation.hasIdleChanges = true;
      }
    for (const unit of dirtyUnits)
      if (unit.kind === 0 && unit.alive) this.renewRoot(unit.file, oldRoots, newRoots);
    const oldCount = blocks.count;
    evaluator.run();
    this.state.emptyCandidates.note(blocks, evaluator.evaluated, oldCount);
    this.optionalScopes.note(evaluator.evaluated, definesChanged || sets.length > 0);
    noteNewCode(this, evaluator.evaluated);
    for (const block of cutCycles(this.state, evaluator.evaluated))
      if (this.activation.isApplied(block) && !changed.includes(block)) changed.push(block);
    coverFresh(blocks, this.state.code);
    if (this.hasStrayFlask()) this.activation.flaskDirty = true;
    if (definesChanged || this.activation.flaskDirty) {
      resolver.forgetMacros();
      this.activation.reapplyAll();
    } else if (movedSets !== undefined) this.activation.reapply(movedSets);
    this.activation.editedUnits = new Set([...dirtyUnits].map((unit) => unit.id));
    this.activation.update(this.roots(), changed, oldRoots, newRoots);
    for (const list of [oldRoots, newRoots, evaluator.evaluated, blocks.recut]) this.ancestry.mark(list);
  }

  /** What a bound cut short may be whole once a macro has changed. */
  private retryBounded(names: ReadonlySet<number>, dirtyUnits: Set<Unit>): void {
    const { blocks, evaluator, units } = this.state;
    if (evaluator.bounded.size === 0 || (names.size === 0 && dirtyUnits.size === 0)) return;
    for (const block of evaluator.bounded) {
      const unit = units.all[blocks.unit.at[block] as number];
      if (unit?.alive === true) dirtyUnits.add(unit);
    }
    evaluator.bounded.clear();
  }

  private renewRoot(file: number, oldRoots: number[], newRoots: number[]): void {
    const source = this.byId.get(file);
    const root = this.rootOf.get(file);
    if (source === undefined || root === undefined || newRoots.includes(root)) return;
    oldRoots.push(root);
    newRoots.push(this.makeRoot(source));
  }

  /** True when classes or permissions are declared outside of the flask files: any edit may change them. */
  private hasStrayFlask(): boolean {
    const { flaskUnits } = this.state.evaluator;
    for (const unit of flaskUnits) if (!unit.alive) flaskUnits.delete(unit);
    return [...flaskUnits].some((unit) => !FLASK_ROLES.has(this.byId.get(unit.file)?.role ?? "te"));
  }

  /** Some files as sources, in the build's order. */
  inOrder(ids: Iterable<number>): readonly Source[] {
    const list: Source[] = [];
    for (const id of ids) {
      const source = this.byId.get(id);
      if (source !== undefined) list.push(source);
    }
    return list.sort((a, b) => this.rankOf(a.id) - this.rankOf(b.id));
  }

  /** A file's place in the build; -1 for a file that is not part of it. */
  rankOf(file: number): number {
    return this.ranks.get(file) ?? -1;
  }

  /** Enters a source into the list, in the build's order, or takes it out. */
  private place(id: number, source: Source | undefined): void {
    const isNew = !this.byId.has(id);
    this.list = undefined;
    this.rootList = undefined;
    this.fileFacts.note(id, source);
    if (source === undefined) {
      this.byId.delete(id);
      this.order = this.order.filter((other) => other !== id);
    } else {
      this.byId.set(id, source);
      if (isNew) this.insertInOrder(source);
    }
  }

  private rankFiles(): void {
    this.ranks.clear();
    for (const [rank, id] of this.order.entries()) this.ranks.set(id, rank);
  }

  /** Definitions under an `ifdef` of a name that came or went are collected again. */
  private collectAnew(
    names: ReadonlySet<number>,
    collect: (id: number, source: Source) => void,
    oldRoots: number[],
    newRoots: number[],
  ): void {
    if (names.size === 0) return;
    for (const id of this.order) {
      const source = this.byId.get(id) as Source;
      if (!this.state.units.guards(source.tree).some((word) => names.has(word))) continue;
      collect(id, source);
      this.renewRoot(id, oldRoots, newRoots);
    }
  }

  /** Adds the units that mention a name whose meaning changed, and those that mention a define that does. */
  private spread(names: Set<number>, dirtyUnits: Set<Unit>): void {
    for (let fresh: ReadonlySet<number> = names; fresh.size > 0; ) {
      const more = new Set<number>();
      for (const unit of this.unitsMentioning(fresh)) {
        dirtyUnits.add(unit);
        if (unit.kind === UNIT_DEFINE && !names.has(unit.name)) more.add(unit.name);
      }
      for (const name of more) names.add(name);
      fresh = more;
    }
  }

  private setUnits(id: number, source: Source | undefined): ReturnType<CompilerState["units"]["setFile"]> {
    const { units, definition } = this.state;
    // Interfaces are collected by an m4 run without -D: only macros are defined there.
    return units.setFile(
      id,
      source,
      (word, of) => units.isMacroBefore(word, of.id) || (of.role !== "if" && definition(word) !== undefined),
    );
  }

  private makeRoot(source: Source): number {
    const unit = this.state.units.fileUnits.get(source.id) as Unit;
    const root = this.state.blocks.make(BLOCK_ROOT, unit.id, 0, 0, 0, -1, 0, 0);
    this.rootOf.set(source.id, root);
    this.rootList = undefined;
    this.state.evaluator.enqueue(root);
    return root;
  }

  private insertInOrder(source: Source): void {
    const last = this.order.map((id) => this.byId.get(id)?.role).lastIndexOf(source.role);
    let at = last + 1;
    for (let i = 0; i <= last; i++) {
      const other = this.byId.get(this.order[i] as number);
      if (other?.role === source.role && other.path > source.path) {
        at = i;
        break;
      }
    }
    if (last < 0) at = this.order.length;
    this.order.splice(at, 0, source.id);
  }

  /** Units (files included) whose text holds one of these words. */
  private unitsMentioning(names: ReadonlySet<number>): Unit[] {
    const result: Unit[] = [];
    for (const source of this.byId.values()) {
      const { word, count } = source.tree.tokens;
      const hits: number[] = [];
      for (let token = 0; token < count; token++) if (names.has(word[token] as number)) hits.push(token);
      if (hits.length === 0) continue;
      const { units } = this.state;
      for (const unit of [...units.macrosIn(source.id), units.fileUnits.get(source.id) as Unit]) {
        const first = unit.tree.first[unit.node] as number;
        const last = unit.tree.last[unit.node] as number;
        if (unit.kind === 0 || hits.some((token) => token >= first && token < last)) result.push(unit);
      }
    }
    return result;
  }

  findings(): ReadonlyMap<number, readonly Finding[]> {
    this.cachedFindings ??= collectFindings(this);
    return this.cachedFindings;
  }

  declarations(name: string): readonly Declaration[] {
    return declarationsOf(this, name);
  }

  indexNames(): Generator<void, void> {
    return indexNames(this);
  }

  symbols(kinds: readonly SymbolKind[]): readonly Declaration[] {
    return symbolsOf(this, kinds);
  }

  m4Text(text: string): string {
    return this.state.dynamic.expandPlain(text).trim();
  }

  macro(name: string): Macro | undefined {
    return macroOf(this, name);
  }

  namesGeneration(): number {
    return this.activation.namesGeneration + this.state.units.generation;
  }

  macroOfWord(word: number): Macro | undefined {
    return macroOfWord(this, word);
  }

  macros(): readonly Macro[] {
    return macrosOf(this);
  }

  macroNames(): readonly string[] {
    return Array.from(this.state.units.macroNames(), (name) => this.words.text(name));
  }

  memberOrigins(type: number, attribute: number): readonly Origin[] {
    return memberOrigins(this, type, attribute);
  }

  compareOrigins(a: Origin, b: Origin): number {
    return compareOrigins(this, a, b);
  }

  originsOf(entry: number, mask?: number): readonly Origin[] {
    return originsOfEntry(this, entry, mask);
  }

  meaningsAt(file: number, offset: number, limit = 20): readonly string[] {
    return meaningsOf(this, file, offset, limit);
  }

  expandSet(file: number, start: number, end: number): readonly string[] {
    return setMembers(this, file, start, end);
  }

  expand(file: number, start: number, limit = 1000): readonly ExpandedRule[] {
    return expandStatement(this, file, start, limit);
  }

  expandText(text: string, limit = 1000): readonly ExpandedRule[] {
    return expandSource(this, text, limit);
  }

  /** The block of a file's top level. */
  rootBlock(file: number): number | undefined {
    return this.rootOf.get(file);
  }

  directRules(file: number): DirectRules {
    return directRulesOf(this, file);
  }

  contributionsOf(entry: number): readonly Contribution[] {
    return contributionsOfEntry(this, entry);
  }

  reachOf(file: number, block?: number): Reach {
    return reachOf(this, file, block);
  }

  assertions(): AssertionSet {
    return assertionSet(this);
  }

  watchRules(): void {
    this.state.rules.startJournal();
  }

  changedRules(): readonly ChangedRule[] {
    return this.state.rules.takeJournal();
  }

  takeTouched(): ReadonlySet<number> {
    return this.state.rules.takeTouched();
  }

  originOf(block: number, at: number): Origin {
    return { ...originSite(this, block, at), calls: callChain(this, block) };
  }

  conditionText(branch: number): string {
    const condition = this.state.conditions.all[(branch - 1) >> 1];
    if (branch === 0 || condition === undefined) return "";
    const text = this.state.conditions.text(condition.expr);
    return (branch & 1) === 1 ? text : `not (${text})`;
  }

  /** Every operation of a block's applied (or current) code. */
  *operations(block: number): Iterable<number> {
    const { blocks, code } = this.state;
    const stop = blocks.codeEnd.at[block] as number;
    for (
      let at = blocks.codeStart.at[block] as number;
      at >= 0 && at < stop;
      at += OP_LENGTH[code.at[at] as number] as number
    )
      yield at;
  }
}
