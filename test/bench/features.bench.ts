// Latency of every feature on the reference policy, warm, at random names (seeded): p50 and p95 of the function that
// answers, without the protocol. Semantic tokens of the largest file that is no generated one, and their delta after
// an edit. Runs with `node .ci/bench.mjs features`.

import type { CompletionList } from "vscode-languageserver-types";
import { createNodeFileSystem } from "../../server/cli/nodeFileSystem.ts";
import type { ClientAbilities } from "../../server/features/index.ts";
import { FEATURES } from "../../server/features/index.ts";
import { DEFAULT_INLAY_SETTINGS } from "../../server/features/inlayHint.ts";
import { symbolOfToken } from "../../server/features/symbolAt.ts";
import { toRange, type View } from "../../server/features/view.ts";
import type { SourceFile } from "../../server/workspace/snapshot.ts";
import { runToEnd, Workspace } from "../../server/workspace/workspace.ts";
import { randomSource } from "../analysis/generatedPolicy.ts";
import { policyTree } from "./place.ts";
import { median, ms, percentile, printTable, type Row, skipped, startClock } from "./table.ts";

const POSITIONS = 500;
const CLIENT: ClientAbilities = {
  snippets: true,
  locationLinks: true,
  hierarchicalSymbols: true,
  inlayHints: DEFAULT_INLAY_SETTINGS,
  resolvesCompletions: true,
};

/** Methods at positions, with the goal for p95 in milliseconds. */
const GOALS: readonly (readonly [method: string, goal: number])[] = [
  ["textDocument/hover", 5],
  ["textDocument/definition", 5],
  ["textDocument/declaration", 5],
  ["textDocument/typeDefinition", 5],
  ["textDocument/signatureHelp", 5],
  ["textDocument/documentHighlight", 5],
  ["textDocument/linkedEditingRange", 5],
  ["textDocument/completion", 15],
  ["textDocument/selectionRange", 5],
  ["textDocument/implementation", 30],
  ["textDocument/references", 30],
  ["textDocument/prepareRename", 30],
  ["textDocument/rename", 30],
  ["textDocument/rangeFormatting", 15],
  ["textDocument/onTypeFormatting", 5],
  ["textDocument/prepareCallHierarchy", 30],
  ["textDocument/prepareTypeHierarchy", 30],
];

const FORMAT = { tabSize: 8, insertSpaces: false };

interface Target {
  readonly path: string;
  readonly position: { readonly line: number; readonly character: number };
}

const random = randomSource(7);
const root = policyTree();
if (root === undefined) skipped("features", "there is no reference policy here");
else bench(root);

function answer(view: View, method: string, path: string, params: object): unknown {
  const feature = FEATURES.find((one) => one.method === method);
  return feature?.answer(view, path, params, CLIENT);
}

function timed(run: () => unknown): number {
  const clock = startClock();
  run();
  return clock();
}

function bench(tree: string): void {
  const workspace = new Workspace(createNodeFileSystem());
  runToEnd(workspace.addRoot(tree));
  const viewNow = (): View => {
    const [snapshot] = workspace.snapshots();
    if (snapshot === undefined) throw new Error(`no policy at ${tree}`);
    return { snapshot, encoding: "utf-16", uriOf: (path) => `file://${path}` };
  };
  const view = viewNow();
  const files = view.snapshot
    .files()
    .filter((file) => !file.generated && ["te", "if", "fc"].includes(file.role));
  const targets = randomNames(view, files);
  printTable(`${POSITIONS} random names, warm`, rowsAt(view, targets));
  // Where somebody ran make, its corenetwork.if is the largest file by far; the largest that people write is another.
  const sorted = [...files].sort((a, b) => b.text.length - a.text.length);
  const written = sorted.find((file) => !file.path.endsWith("/corenetwork.if"));
  for (const file of new Set([written, sorted[0]])) {
    if (file === undefined) continue;
    const size = `${Math.round(file.text.length / 1024)} KB`;
    const rows = [...rowsOf(viewNow(), file), screensOf(viewNow(), file)];
    printTable(`whole file: ${file.path.slice(tree.length + 1)} (${size})`, rows);
    printTable("semantic tokens after an edit of it", editRows(workspace, viewNow, file));
  }
}

/** Names at random offsets: a place in white space asks nothing. */
function randomNames(view: View, files: readonly SourceFile[]): Target[] {
  const targets: Target[] = [];
  while (targets.length < POSITIONS) {
    const file = files[random(files.length)] as SourceFile;
    const token = random(Math.max(1, file.tree.tokens.count));
    if ((file.tree.tokens.word[token] ?? 0) === 0 || symbolOfToken(file, token) === undefined) continue;
    const start = (file.tree.tokens.start[token] as number) + 1;
    targets.push({ path: file.path, position: toRange(view, file, start, start).start });
  }
  return targets;
}

function figure(times: readonly number[]): string {
  return `p50 ${ms(median(times))}, p95 ${ms(percentile(times, 0.95))}, max ${ms(Math.max(...times))}`;
}

function rowsAt(view: View, targets: readonly Target[]): Row[] {
  const rows = GOALS.map(([method, goal]): Row => {
    const run = ({ path, position }: Target): unknown =>
      answer(view, method, path, {
        position,
        positions: [position],
        context: { includeDeclaration: true },
        newName: "renamed_by_bench_t",
        range: { start: position, end: { line: position.line + 20, character: 0 } },
        options: FORMAT,
        ch: "\n",
      });
    for (const target of targets) run(target);
    const times = targets.map((target) => timed(() => run(target)));
    return rowOf(method, times, goal);
  });
  const items = targets.flatMap(({ path, position }) => {
    const found = answer(view, "textDocument/prepareCallHierarchy", path, { position });
    return (found as object[]).map((item) => ({ path, item }));
  });
  for (const method of ["callHierarchy/incomingCalls", "callHierarchy/outgoingCalls"]) {
    for (const { path, item } of items) answer(view, method, path, { item });
    rows.push(
      rowOf(
        method,
        items.map(({ path, item }) => timed(() => answer(view, method, path, { item }))),
        30,
      ),
    );
  }
  rows.push(...completionRows(view, targets));
  const queries = targets.map((_, i) => ["read", "app", "kernel_t", "fscreate", "x", "logrot"][i % 6] ?? "");
  const symbols = (query: string): unknown => answer(view, "workspace/symbol", "", { query });
  for (const query of queries.slice(0, 12)) symbols(query);
  rows.push(
    rowOf(
      "workspace/symbol",
      queries.map((query) => timed(() => symbols(query))),
      30,
    ),
  );
  return rows;
}

/** Completion where nothing is typed yet, which offers most, and what an accepted item brings. */
function completionRows(view: View, targets: readonly Target[]): Row[] {
  const before = targets.map(({ path, position }) => ({
    path,
    position: { line: position.line, character: Math.max(0, position.character - 1) },
  }));
  const ask = ({ path, position }: Target) =>
    answer(view, "textDocument/completion", path, { position }) as CompletionList;
  for (const target of before) ask(target);
  const items = before.flatMap((target) =>
    ask(target)
      .items.slice(0, 1)
      .map((item) => ({ ...target, item })),
  );
  const resolve = ({ path, item }: (typeof items)[number]) =>
    answer(view, "completionItem/resolve", path, item);
  for (const one of items) resolve(one);
  return [
    rowOf(
      "textDocument/completion, nothing typed",
      before.map((target) => timed(() => ask(target))),
      15,
    ),
    rowOf(
      "completionItem/resolve",
      items.map((one) => timed(() => resolve(one))),
      5,
    ),
  ];
}

function rowOf(what: string, times: readonly number[], goal: number): Row {
  const p95 = percentile(times, 0.95);
  return { what, figure: figure(times), goal: `p95 ≤ ${goal} ms`, reached: p95 <= goal };
}

function rowsOf(view: View, file: SourceFile): Row[] {
  const params = {
    range: toRange(view, file, 0, file.text.length),
    positions: [],
    options: FORMAT,
  };
  const methods: readonly (readonly [string, number])[] = [
    ["textDocument/documentSymbol", 30],
    ["textDocument/foldingRange", 15],
    ["textDocument/documentLink", 15],
    ["textDocument/inlayHint", 30],
    ["textDocument/codeLens", 15],
    ["textDocument/formatting", 30],
  ];
  return methods.map(([method, goal]) => {
    for (let i = 0; i < 5; i++) answer(view, method, file.path, params);
    const times = Array.from({ length: 20 }, () => timed(() => answer(view, method, file.path, params)));
    return rowOf(method, times, goal);
  });
}

/** Tokens of what a window shows, at random places: that costs what is shown, whatever the file's size. */
function screensOf(view: View, file: SourceFile): Row {
  const lines = file.lines.starts.length;
  const screens = Array.from({ length: 200 }, () => {
    const line = random(Math.max(1, lines - 60));
    return { start: { line, character: 0 }, end: { line: line + 60, character: 0 } };
  });
  const run = (range: object): unknown =>
    answer(view, "textDocument/semanticTokens/range", file.path, { range });
  for (const range of screens) run(range);
  const times = screens.map((range) => timed(() => run(range)));
  return rowOf("textDocument/semanticTokens/range, 60 lines", times, 2);
}

/** An edit, then the tokens: each answer is about a text that was not there before. */
function editRows(workspace: Workspace, viewNow: () => View, file: SourceFile): Row[] {
  const full: number[] = [];
  const delta: number[] = [];
  let resultId = "";
  for (let i = 0; i < 90; i++) {
    const text = `${file.text}# ${"x".repeat(i)}\n`;
    workspace.open(file.path, `file://${file.path}`, i + 1, text);
    const view = viewNow();
    view.snapshot.compiled.findings();
    const isDelta = i % 2 === 1;
    const method = `textDocument/semanticTokens/full${isDelta ? "/delta" : ""}`;
    let tokens: unknown;
    const time = timed(() => {
      tokens = answer(view, method, file.path, { previousResultId: resultId });
    });
    resultId = (tokens as { resultId?: string }).resultId ?? "";
    if (i >= 6) (isDelta ? delta : full).push(time);
  }
  return [
    rowOf("textDocument/semanticTokens/full", full, 15),
    rowOf("textDocument/semanticTokens/full/delta", delta, 5),
  ];
}
