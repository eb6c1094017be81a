// Names out of scope as findings: the places to mend, and what to say. The mistakes of a broken macro are ten thousands,
// most of them at the same places, and a keystroke elsewhere changes none: what those of a file come to is remembered
// until something else leads to one of them (ancestry.ts).

import { relatedCallsOf } from "./callers.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { Site } from "./face.ts";
import type { FindingSink } from "./findingSink.ts";
import { GROUP_BOOL, GROUP_ROLE, GROUP_TYPE, GROUPS } from "./optionals.ts";
import { originNode, originSite } from "./origin.ts";
import { blame, operandNode } from "./provenance.ts";
import type { FileScopes, ScopeMistake } from "./scopeWalk.ts";
import { isPlaceholder } from "./scratch.ts";

const NOUNS = new Map([
  [GROUP_TYPE, "type or attribute"],
  [GROUP_ROLE, "role"],
  [GROUP_BOOL, "boolean or tunable"],
]);
const UNKNOWN = new Map([
  [GROUP_TYPE, "type-unknown"],
  [GROUP_ROLE, "role-unknown"],
  [GROUP_BOOL, "cond-unknown"],
]);

/** What is to be said at a place of which no error is known yet. */
interface Told {
  readonly site: Site;
  readonly key: string;
  readonly code: string;
  readonly message: string;
  readonly block: number;
}

/** What the mistakes of a file come to: the first of each place. */
interface Kept {
  /** Ancestry.now when it was worked out */
  readonly moment: number;
  readonly declared: ReadonlySet<number>;
  readonly blocks: ReadonlySet<number>;
  readonly told: readonly Told[];
}

const memory = new WeakMap<FileScopes, Kept>();

/** Names out of scope: what nothing else has said already. */
export function optionalScopeFindings(compiled: CompiledPolicy, sink: FindingSink): void {
  if (compiled.options.mode === "modular" || [...compiled.fileFacts.confs].length > 0) return;
  const isInStatements = (word: number): boolean => compiled.activation.globals.mentions(word);
  // A place with an error is told no other, so each is looked at once.
  const looked = new Set<string>();
  const said = new SaidErrors(sink);
  for (const file of compiled.optionalScopes.all(compiled.roots(), isInStatements))
    for (const { site, key, code, message, block } of keptOf(compiled, file).told) {
      if (looked.has(key)) continue;
      looked.add(key);
      if (said.isAround(site)) continue;
      said.add(site);
      sink.add(site, "error", code, message, relatedCallsOf(compiled, block));
    }
}

function keptOf(compiled: CompiledPolicy, file: FileScopes): Kept {
  const declared = compiled.optionalScopes.declaredNames();
  const before = memory.get(file);
  if (before !== undefined && before.declared === declared && areSince(compiled, before)) return before;
  const told = new Map<string, Told>();
  const blocks = new Set<number>();
  for (const mistake of file.mistakes) {
    blocks.add(mistake.block);
    for (const one of toldOf(compiled, mistake, declared.has(mistake.word * GROUPS + mistake.group)))
      if (!told.has(one.key)) told.set(one.key, one);
  }
  const kept = { moment: compiled.ancestry.now, declared, blocks, told: [...told.values()] };
  memory.set(file, kept);
  return kept;
}

function areSince({ ancestry }: CompiledPolicy, { blocks, moment }: Kept): boolean {
  for (const block of blocks) if (!ancestry.isSince(block, moment)) return false;
  return true;
}

function toldOf(compiled: CompiledPolicy, mistake: ScopeMistake, isDeclared: boolean): readonly Told[] {
  const { block, group, word } = mistake;
  const name = compiled.words.text(word);
  if (isPlaceholder(name) || !/^[A-Za-z_][\w.-]*$/.test(name)) return [];
  const scoped = group === GROUP_ROLE ? "req-role-scope" : "req-scope-optional";
  const code = isDeclared || mistake.isLater ? scoped : (UNKNOWN.get(group) as string);
  const message = `${NOUNS.get(group)} ${name} ${problemOf(mistake, isDeclared)}`;
  return sitesOf(compiled, mistake, isDeclared).map((site) => {
    const key = `${site.file} ${site.start} ${site.end}`;
    return { site, key, code, message, block };
  });
}

function problemOf({ isLater, isRequiredInVain }: ScopeMistake, isDeclared: boolean): string {
  if (isLater) return "is declared or required further down only";
  if (!isDeclared) return "is not declared";
  return isRequiredInVain
    ? "is declared in an optional block only, so what uses it must stand in one too"
    : "is declared or required in an optional block only, and not known outside of it";
}

/** The places to mend: the call that would have to be in an optional block, or what spells the name. */
function sitesOf(compiled: CompiledPolicy, mistake: ScopeMistake, isDeclared: boolean): readonly Site[] {
  const { block, at, word, operand, leaf, call, isRequiredInVain } = mistake;
  if (isDeclared && isRequiredInVain && call !== undefined)
    return [originSite(compiled, call.block, call.at)];
  const { tree, node } = originNode(compiled, block, at);
  if ((compiled.state.blocks.dynamic.at[block] as number) !== 0) return [originSite(compiled, block, at)];
  if (leaf >= 0) return blame(compiled, block, leaf, word);
  const isCondition = mistake.group === GROUP_BOOL;
  return blame(
    compiled,
    block,
    isCondition ? node + 1 : operand > 0 ? operandNode(tree, node, operand) : node,
    word,
  );
}

/** Errors of one file, by start, with the furthest end of those that start there or before. */
interface Said {
  readonly starts: number[];
  readonly ends: number[];
}

/** Places of one file that are added to what is known; more than are told, and each is compared with all. */
const MOST_ADDED = 1000;

/** The places of the errors that are known. */
class SaidErrors {
  private readonly sink: FindingSink;
  private readonly byFile = new Map<number, Said>();
  private readonly added = new Map<number, Site[]>();

  constructor(sink: FindingSink) {
    this.sink = sink;
  }

  /** True when an error is told of a place or of something that it is part of. */
  isAround({ file, start, end }: Site): boolean {
    const { starts, ends } = this.of(file);
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] as number) <= start) low = middle + 1;
      else high = middle;
    }
    if (low > 0 && (ends[low - 1] as number) >= end) return true;
    return this.added.get(file)?.some((site) => site.start <= start && site.end >= end) === true;
  }

  add(site: Site): void {
    const list = this.added.get(site.file);
    if (list === undefined) this.added.set(site.file, [site]);
    else if (list.length < MOST_ADDED) list.push(site);
  }

  private of(file: number): Said {
    let said = this.byFile.get(file);
    if (said !== undefined) return said;
    const errors = (this.sink.byFile.get(file) ?? []).filter(({ severity }) => severity === "error");
    errors.sort((a, b) => a.start - b.start);
    let furthest = -1;
    said = { starts: [], ends: [] };
    for (const { start, end } of errors) {
      furthest = Math.max(furthest, end);
      said.starts.push(start);
      said.ends.push(furthest);
    }
    this.byFile.set(file, said);
    return said;
  }
}
