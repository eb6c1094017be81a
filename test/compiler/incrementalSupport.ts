/**
 * A live policy next to its texts: edits go through `update`, and at any moment it can be compared with a policy
 * that is compiled from the same texts from scratch. Invariant: both get the same sources in the same order, and
 * the database and the findings are compared as canonical text, so numbers given by history cannot hide or
 * pretend a difference.
 */
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import type { Words } from "../../grammar/text/words.ts";
import { PolicyChecks } from "../../server/checks/policyChecks.ts";
import { createNodeFileSystem } from "../../server/cli/nodeFileSystem.ts";
import type { BuildOptions, Compiled, FileRole, RelatedSite, Source } from "../../server/compiler/face.ts";
import { discover } from "../../server/workspace/discover.ts";
import { compile, createWords, parseEdited, parseSource } from "../../server/workspace/engine.ts";
import { dumpPolicyDb } from "../support/dump/policydbDump.ts";

/** A source as text. */
export interface TextSource {
  readonly path: string;
  readonly role: FileRole;
  readonly module: string;
  readonly enabled: boolean;
  readonly text: string;
}

/** A policy as text. */
export interface TextPolicy {
  readonly sources: readonly TextSource[];
  readonly options: BuildOptions;
}

/** Reads the policy at a directory; `isOn` may switch modules off. */
export function readPolicy(root: string, isOn: (module: string) => boolean = () => true): TextPolicy {
  const [project] = discover(createNodeFileSystem(), root, { defines: [] });
  if (project === undefined) throw new Error(`there is no policy at ${root}`);
  const sources = project.sources.map((entry) => ({
    path: relative(root, entry.path),
    role: entry.role,
    module: entry.module,
    enabled: entry.enabled && isOn(entry.module),
    text: entry.generated?.text ?? readFileSync(entry.path, "utf8"),
  }));
  return { sources, options: project.options };
}

/** A compiled policy that is edited, and compared with a scratch build. */
export class LivePolicy {
  readonly words: Words = createWords();
  private readonly options: BuildOptions;
  private readonly texts = new Map<number, TextSource>();
  private readonly trees = new Map<number, Source>();
  readonly compiled: Compiled;
  private checks: PolicyChecks;
  private nextId = 1;

  constructor(policy: TextPolicy) {
    this.options = policy.options;
    for (const source of policy.sources) this.enter(this.nextId++, source);
    this.compiled = compile([...this.trees.values()], this.options, this.words);
    this.checks = new PolicyChecks(this.compiled);
  }

  ids(): number[] {
    return [...this.texts.keys()];
  }

  get(id: number): TextSource | undefined {
    return this.texts.get(id);
  }

  add(source: TextSource): number {
    const id = this.nextId++;
    this.put([[id, source]]);
    return id;
  }

  setText(id: number, text: string): void {
    const source = this.texts.get(id);
    if (source !== undefined) this.put([[id, { ...source, text }]]);
  }

  /** Replaces (or, with undefined, removes) sources in one update. */
  put(changes: readonly (readonly [number, TextSource | undefined])[]): void {
    for (const [id, source] of changes)
      if (source === undefined) {
        this.texts.delete(id);
        this.trees.delete(id);
      } else this.enter(id, source);
    this.compiled.update(changes.map(([id]) => ({ id, source: this.trees.get(id) })));
  }

  private enter(id: number, source: TextSource): void {
    this.texts.set(id, source);
    const { text, ...rest } = source;
    const before = this.trees.get(id)?.tree;
    const tree =
      before === undefined
        ? parseSource(text, source.role, this.words)
        : parseEdited(before, text, source.role, this.words, 0);
    this.trees.set(id, { ...rest, id, tree });
  }

  /** Differences between this policy and a scratch build of its texts: `-` only live, `+` only scratch. */
  differences(limit = 20): string[] {
    const scratch = compile(this.compiled.sources(), this.options, this.words);
    const live = this.facts(this.compiled, this.checks);
    const fresh = this.facts(scratch, new PolicyChecks(scratch));
    const liveSet = new Set(live);
    const freshSet = new Set(fresh);
    const wrong: string[] = [];
    for (const line of live) if (!freshSet.has(line)) wrong.push(`- ${line}`);
    for (const line of fresh) if (!liveSet.has(line)) wrong.push(`+ ${line}`);
    if (wrong.length === 0 && live.length !== fresh.length)
      wrong.push(`${live.length} lines live, ${fresh.length} from scratch`);
    return wrong.slice(0, limit);
  }

  private facts(compiled: Compiled, checks: PolicyChecks): string[] {
    // A conditional whose boolean is undeclared has no text but its number, which is a matter of history.
    const lines = dumpPolicyDb(compiled.db).map((line) => line.replace(/\t#\d+:/, "\t#?:"));
    for (const findings of [compiled.findings(), checks.findings()])
      for (const list of findings.values())
        for (const { file, start, end, severity, code, message, related } of list)
          lines.push(
            `finding ${this.texts.get(file)?.path}:${start}-${end} ${severity} ${code} ${message}${this.relatedOf(related)}`,
          );
    return lines.sort();
  }

  /** The places that a finding names besides its own: of several calls the same one, whatever was edited before. */
  private relatedOf(related: readonly RelatedSite[]): string {
    return related
      .map(({ file, start, end, message }) => ` ${this.texts.get(file)?.path}:${start}-${end} ${message}`)
      .join();
  }
}
