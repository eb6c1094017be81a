/**
 * Rename on the whole reference policy: a hundred random symbols. The policy that is compiled
 * from scratch out of the edited texts must be the old one under the new names, with the old findings, and renaming
 * everything back must give back every byte. Seeded, so that a failure can be had again.
 */
import { expect, it } from "vitest";
import type { TextEdit } from "vscode-languageserver-types";
import { createNodeFileSystem } from "../../server/cli/nodeFileSystem.ts";
import type { Declaration, SymbolKind } from "../../server/compiler/face.ts";
import { rename } from "../../server/features/rename/rename.ts";
import { PLAIN_EDITS } from "../../server/features/rename/workspaceEdit.ts";
import type { View } from "../../server/features/view.ts";
import type { Snapshot } from "../../server/workspace/snapshot.ts";
import { runToEnd, Workspace } from "../../server/workspace/workspace.ts";
import { randomSource } from "../analysis/generatedPolicy.ts";
import { applied } from "../features/rename/renaming.ts";
import { dumpPolicyDb } from "../support/dump/policydbDump.ts";
import { describeWithOracle, POLICY_SOURCE, policySource } from "../support/oracles.ts";

const RENAMES = 100;
const SEED = Number(process.env.SELS_SEED ?? 20);

/** Kinds with their share: what there is most of is asked most. */
const KINDS: readonly (readonly SymbolKind[])[] = [
  ["type"],
  ["type"],
  ["type"],
  ["attribute"],
  ["alias"],
  ["interface", "template"],
  ["interface", "template"],
  ["macro"],
  ["bool", "tunable"],
  ["role", "attribute_role", "user"],
];

/** Names that stand in nearly every kind of statement. */
const ALWAYS = ["system_r", "domain", "kernel_t", "staff_u", "files_search_etc"];

interface Renaming {
  readonly old: string;
  readonly name: string;
  readonly kind: SymbolKind;
}

/** The policy with some texts in editors. */
function snapshotWith(root: string, texts: ReadonlyMap<string, string>): Snapshot {
  const workspace = new Workspace(createNodeFileSystem());
  for (const [path, text] of texts) workspace.open(path, `file://${path}`, 1, text);
  runToEnd(workspace.addRoot(root));
  const [snapshot] = workspace.snapshots();
  if (snapshot === undefined) throw new Error(`no policy at ${root}`);
  return snapshot;
}

/** Edits of many renames of one snapshot, which never overlap: each rewrites another word. */
class Edits {
  readonly byUri: Record<string, TextEdit[]> = {};
  private readonly view: View;

  constructor(snapshot: Snapshot) {
    this.view = { snapshot, encoding: "utf-16", uriOf: (path) => `file://${path}` };
  }

  /** Renames the symbol that is declared at a place; the reason when that is refused. */
  rename({ file: id, start, name: old }: Declaration, name: string): string | undefined {
    const file = this.view.snapshot.file(id);
    if (file === undefined) return "no file";
    // What a macro makes of a word is renamed with the word: features/rename/prefix.test.ts.
    if (!file.text.startsWith(old, start)) return "made by a macro";
    const edit = rename(this.view, { file, offset: start }, name, PLAIN_EDITS);
    if (edit === undefined) return "no symbol";
    if ("refused" in edit) return edit.refused;
    for (const [uri, edits] of Object.entries(edit.changes ?? {})) {
      const known = this.byUri[uri];
      if (known === undefined) this.byUri[uri] = [...edits];
      else known.push(...edits);
    }
    return undefined;
  }

  texts(): Map<string, string> {
    return applied({ changes: this.byUri }, (path) => this.view.snapshot.fileAt(path)?.text ?? "");
  }
}

/** `httpd_log_t` → `httpd_log_zq7_t`: still spelled as names of its kind are. */
function nameFor(old: string, kind: SymbolKind, i: number): string {
  if (kind === "bool" || kind === "tunable") return `${old}_zq${i}`; // the dump orders a condition by its names
  if (kind === "macro") return `zq${i}_${old}`; // `list_dir_perms` ends in its class
  const at = old.lastIndexOf("_");
  return at <= 0 ? `${old}_zq${i}` : `${old.slice(0, at)}_zq${i}${old.slice(at)}`;
}

/** Facts and findings, with names replaced. */
function facts(snapshot: Snapshot, names: ReadonlyMap<string, string>): string[] {
  const lines = dumpPolicyDb(snapshot.compiled.db);
  for (const file of snapshot.files())
    for (const { start, severity, code, message } of snapshot.findings(file.id)) {
      if (code.startsWith("C-")) continue; // the order of names, which other names have
      if (/^role system\w*_r is used/.test(message)) continue; // `system_r` alone needs no require
      const line = file.text.slice(0, start).split("\n").length;
      lines.push(`finding ${file.path}:${line} ${severity} ${code} ${message}`);
    }
  if (names.size === 0) return lines.sort();
  return lines.map((line) => line.replace(/[A-Za-z_][\w-]*/g, (word) => names.get(word) ?? word)).sort();
}

function difference(expected: readonly string[], actual: readonly string[]): string[] {
  const before = new Set(expected);
  const after = new Set(actual);
  return [
    ...expected.filter((line) => !after.has(line)).map((line) => `- ${line}`),
    ...actual.filter((line) => !before.has(line)).map((line) => `+ ${line}`),
  ].slice(0, 30);
}

describeWithOracle("rename on the reference policy", [POLICY_SOURCE], () => {
  it(`leaves the policy as it is, up to ${RENAMES} names, and can be taken back`, () => {
    const root = policySource() as string;
    const first = snapshotWith(root, new Map());
    const originals = new Map(first.files().map(({ path, text }) => [path, text]));
    const there = new Edits(first);
    const random = randomSource(SEED);
    const done: Renaming[] = [];
    const tried = new Set<string>();
    const refusals: string[] = [];
    for (const old of ALWAYS) {
      const symbol = first.compiled.declarations(old)[0] as Declaration;
      tried.add(old);
      done.push({ old, name: nameFor(old, symbol.kind, done.length), kind: symbol.kind });
      expect(there.rename(symbol, done.at(-1)?.name ?? ""), old).toBeUndefined();
    }
    while (done.length < RENAMES && refusals.length < RENAMES) {
      const kinds = KINDS[random(KINDS.length)] as readonly SymbolKind[];
      const symbols = first.compiled.symbols(kinds);
      const symbol = symbols[random(symbols.length)] as Declaration;
      const { name: old, kind } = symbol;
      if (tried.has(old)) continue;
      tried.add(old);
      const name = nameFor(old, kind, done.length);
      const refused = there.rename(symbol, name);
      if (refused === undefined) done.push({ old, name, kind });
      else refusals.push(`${kind} ${old}: ${refused}`);
    }
    if (process.env.SELS_SHOW)
      console.log([...done.map((one) => `${one.kind} ${one.old}`), ...refusals].join("\n"));
    expect(done).toHaveLength(RENAMES);
    expect(new Set(done.map(({ kind }) => kind)).size).toBeGreaterThan(6);

    const renamed = there.texts();
    expect(renamed.size).toBeGreaterThan(RENAMES);
    const second = snapshotWith(root, renamed);
    const names = new Map(done.map(({ old, name }) => [name, old]));
    expect(difference(facts(first, new Map()), facts(second, names))).toEqual([]);

    const back = new Edits(second);
    for (const { old, name, kind } of done) {
      const place = second.compiled.declarations(name).find((one) => one.kind === kind);
      expect(place, `${kind} ${name} is declared`).toBeDefined();
      expect(back.rename(place as Declaration, old), `${name} → ${old}`).toBeUndefined();
    }
    const restored = back.texts();
    expect([...restored.keys()].sort()).toEqual([...renamed.keys()].sort());
    const wrong = [...restored].filter(([path, text]) => originals.get(path) !== text);
    expect(wrong.map(([path]) => path)).toEqual([]);
  }, 120_000);
});
