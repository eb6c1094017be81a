/**
 * Refactorings at random places of the reference policy, all in one policy at once: afterwards it must be the policy
 * that it was, without new errors. Seeded, so that a failure can be had again.
 */
import { afterAll, expect, it } from "vitest";
import type { Position, Range, TextDocumentEdit, TextEdit } from "vscode-languageserver-types";
import { N_AVRULE, N_CALL } from "../../../grammar/syntax/kinds.ts";
import { endOf, startOf } from "../../../grammar/syntax/tree.ts";
import { createNodeFileSystem } from "../../../server/cli/nodeFileSystem.ts";
import { resolveRefactor } from "../../../server/features/refactor/refactor.ts";
import type { SourceFile, View } from "../../../server/features/refactor/selection.ts";
import { createWords, parseSource } from "../../../server/workspace/engine.ts";
import type { Snapshot } from "../../../server/workspace/snapshot.ts";
import { runToEnd, Workspace } from "../../../server/workspace/workspace.ts";
import { randomSource } from "../../analysis/generatedPolicy.ts";
import { describeWithOracle, POLICY_SOURCE, policySource } from "../../support/oracles.ts";
import { actionsFor, applyEdit, LAZY, viewOf } from "./refactoring.ts";

const SITES = 60;
const MOVES = 12;
const SEED = Number(process.env.SELS_SEED ?? 7);

interface Site {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

/** The policy that is open in an editor. It is loaded once; a test begins with what is on disk. */
class OpenPolicy {
  private readonly workspace = new Workspace(createNodeFileSystem());
  private readonly root: string;
  private readonly opened = new Set<string>();

  constructor(root: string) {
    this.root = root;
    runToEnd(this.workspace.addRoot(root));
  }

  private open(path: string, version: number, text: string): void {
    this.opened.add(path);
    this.workspace.open(path, `file://${path}`, version, text);
  }

  /** Closes everything, without saving it. */
  revert(): this {
    for (const path of this.opened) this.workspace.close(path);
    this.opened.clear();
    return this;
  }

  get snapshot(): Snapshot {
    const snapshot = this.workspace.snapshotOf(`${this.root}/policy/modules/kernel/kernel.te`);
    if (snapshot === undefined) throw new Error("no policy");
    return snapshot;
  }

  get view(): View {
    return viewOf(this.snapshot);
  }

  /** Takes an offer whose title fits; its title. */
  take(
    path: string,
    start: number,
    end: number,
    pick: (titles: readonly string[]) => number,
  ): string | undefined {
    const { view } = this;
    const file = view.snapshot.fileAt(path);
    if (file === undefined) return undefined;
    const actions = actionsFor(view, file, start, end);
    const action = actions[pick(actions.map(({ title }) => title))];
    if (action === undefined) return undefined;
    const { edit } = resolveRefactor(view, action, LAZY);
    expect(edit, action.title).toBeDefined();
    const texts = new Map(view.snapshot.files().map((one) => [one.path, one.text]));
    for (const [name, text] of applyEdit(edit ?? {}, texts))
      if (texts.get(name) !== text) this.open(name, 1, text);
    return action.title;
  }

  /** Adds text to a module. */
  append(text: string): void {
    const path = `${this.root}/policy/modules/kernel/kernel.te`;
    const before = this.snapshot.fileAt(path)?.text ?? "";
    this.open(path, 2, `${before}\n${text}`);
  }

  changes(): string[] {
    return this.snapshot.unsaved().diff.changes.map(({ sign, text }) => `${sign} ${text}`);
  }

  errors(): string[] {
    return [...this.snapshot.compiled.findings().values()]
      .flat()
      .filter(({ severity }) => severity === "error")
      .map(({ message }) => message);
  }
}

/** Modules' sources in random order, each once: edits of one file would move the places of the others. */
function shuffled<T>(list: readonly T[], random: (below: number) => number): T[] {
  const all = [...list];
  for (let i = all.length - 1; i > 0; i--) {
    const j = random(i + 1);
    [all[i], all[j]] = [all[j] as T, all[i] as T];
  }
  return all;
}

function nodesOf(file: SourceFile, kind: number): Site[] {
  const { tree } = file;
  const sites: Site[] = [];
  for (let node = 1; node < tree.count; node++)
    if (tree.kind[node] === kind) sites.push({ file, start: startOf(tree, node), end: endOf(tree, node) });
  return sites;
}

describeWithOracle("refactorings of the reference policy", [POLICY_SOURCE], () => {
  const random = randomSource(SEED);
  let loaded: OpenPolicy | undefined;
  const open = (): OpenPolicy => {
    loaded ??= new OpenPolicy(policySource() as string);
    return loaded.revert();
  };
  afterAll(() => {
    loaded = undefined;
  });

  it(`splits and merges rules at ${SITES} places`, () => {
    const policy = open();
    const errors = policy.errors();
    const modules = policy.snapshot.files().filter(({ role }) => role === "te" || role === "if");
    const done: string[] = [];
    for (const file of shuffled(modules, random)) {
      if (done.length >= SITES) break;
      const rules = nodesOf(file, N_AVRULE);
      for (let tries = 0; tries < 8 && rules.length > 1; tries++) {
        const at = random(rules.length - 1);
        const [from, to] = [rules[at] as Site, rules[at + (done.length % 2)] as Site];
        const title = policy.take(file.path, from.start, to.end, (titles) =>
          titles.findIndex((one) => /^Split|^Merge/.test(one)),
        );
        if (title === undefined) continue;
        done.push(title);
        break;
      }
    }
    if (process.env.SELS_SHOW) console.log(done.join("\n"));
    expect(done).toHaveLength(SITES);
    expect(done.filter((title) => title.startsWith("Merge")).length).toBeGreaterThan(SITES / 4);
    expect(policy.changes()).toEqual([]);
    expect(policy.errors()).toEqual(errors);
    // The question can be answered with no.
    policy.append("allow kernel_t self:process ptrace;\n");
    expect(policy.changes()).toHaveLength(1);
  }, 120_000);

  it(`inlines ${SITES} calls`, () => {
    const policy = open();
    const errors = policy.errors();
    const modules = policy.snapshot.files().filter(({ role }) => role === "te" || role === "if");
    const done: string[] = [];
    let refused = 0;
    for (const file of shuffled(modules, random)) {
      if (done.length >= SITES) break;
      const calls = nodesOf(file, N_CALL);
      for (let tries = 0; tries < 8 && calls.length > 0; tries++) {
        const { start } = calls[random(calls.length)] as Site;
        const title = policy.take(file.path, start, start, (titles) =>
          titles.findIndex((one) => one.startsWith("Inline ")),
        );
        if (title === undefined) refused++;
        else {
          done.push(title);
          break;
        }
      }
    }
    if (process.env.SELS_SHOW) console.log(refused, done.join("\n"));
    expect(done).toHaveLength(SITES);
    expect(refused).toBeLessThan(SITES / 4);
    expect(policy.changes()).toEqual([]);
    expect(policy.errors()).toEqual(errors);
  }, 120_000);

  it(`extracts ${SITES} interfaces`, () => {
    const policy = open();
    const errors = policy.errors();
    const modules = policy.snapshot.files().filter(({ role }) => role === "te");
    const done: string[] = [];
    for (const file of shuffled(modules, random)) {
      if (done.length >= SITES) break;
      const rules = nodesOf(file, N_AVRULE);
      for (let tries = 0; tries < 8 && rules.length > 2; tries++) {
        const at = random(rules.length - 2);
        const [from, to] = [rules[at] as Site, rules[at + random(3)] as Site];
        const title = policy.take(file.path, from.start, to.end, (titles) =>
          titles.findLastIndex((one) => one.startsWith("Extract ")),
        );
        if (title === undefined) continue;
        done.push(title);
        break;
      }
    }
    if (process.env.SELS_SHOW) console.log(done.join("\n"));
    expect(done).toHaveLength(SITES);
    expect(policy.changes()).toEqual([]);
    expect(policy.errors()).toEqual(errors);
  }, 120_000);

  it.each([
    ["moves what they become back there", /^Move /],
    ["says it by another interface", /^Call .* instead \(grants nothing else\)/],
  ])(
    `inlines calls of other modules and %s, at ${MOVES} places`,
    (_, wanted) => {
      const policy = open();
      const errors = policy.errors();
      const modules = policy.snapshot.files().filter(({ role }) => role === "te");
      const done: string[] = [];
      for (const file of shuffled(modules, random)) {
        if (done.length >= MOVES) break;
        const calls = nodesOf(file, N_CALL);
        const { start } = calls[random(calls.length)] ?? { start: 0 };
        if (policy.take(file.path, start, start, (titles) => titles.length - 1) === undefined) continue;
        const now = policy.snapshot.fileAt(file.path) as SourceFile;
        const rule = nodesOf(now, N_AVRULE).find((one) => one.start >= start);
        const title =
          rule === undefined
            ? undefined
            : policy.take(file.path, rule.start, rule.start, (titles) =>
                titles.findIndex((one) => wanted.test(one)),
              );
        if (title !== undefined) done.push(title);
      }
      if (process.env.SELS_SHOW) console.log(done.join("\n"));
      expect(done).toHaveLength(MOVES);
      expect(policy.changes()).toEqual([]);
      expect(policy.errors()).toEqual(errors);
    },
    120_000,
  );

  it("never spoils a text, whatever is selected", () => {
    const { view } = open();
    const files = view.snapshot.files().filter(({ role }) => role === "te" || role === "if");
    const texts = new Map(view.snapshot.files().map((one) => [one.path, one.text]));
    const kinds = new Set<string>();
    for (let i = 0; i < 600; i++) {
      const file = files[random(files.length)] as SourceFile;
      const start = random(file.text.length + 1);
      const end = Math.min(file.text.length, start + random(i % 3 === 0 ? 2 : 400));
      for (const action of actionsFor(view, file, start, end)) {
        kinds.add(action.kind ?? "");
        const { edit } = resolveRefactor(view, action, LAZY);
        const where = `${action.title} at ${file.path}:${start}-${end}`;
        const documents = (edit?.documentChanges ?? []) as TextDocumentEdit[];
        for (const { edits } of documents.filter((one) => "edits" in one))
          expect(overlaps((edits as TextEdit[]).map(({ range }) => range)), where).toBe(false);
        for (const [path, text] of applyEdit(edit ?? {}, texts)) {
          if (texts.get(path) === text) continue;
          const { errors } = parseSource(text, "te", createWords());
          expect(errors.map(({ message }) => message).slice(0, 3), where).toEqual([]);
        }
      }
    }
    expect([...kinds].sort()).toEqual(["refactor.extract", "refactor.inline", "refactor.rewrite"]);
  }, 120_000);
});

function overlaps(ranges: readonly Range[]): boolean {
  const before = (a: Position, b: Position): boolean =>
    a.line < b.line || (a.line === b.line && a.character <= b.character);
  return ranges.some((a, i) =>
    ranges.slice(i + 1).some((b) => !before(a.end, b.start) && !before(b.end, a.start)),
  );
}
