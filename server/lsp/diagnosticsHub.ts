// What is wrong, file by file, and what the client has been told. After each change the open documents are looked at
// first, then, in steps that may be given up for the next change, every file of every project; each is compared with
// what was known, and only files whose diagnostics differ are told. Files that are not open get errors
// and warnings only: a policy tree has hundreds of remarks that nobody asked for. A client that pulls asks for its open
// documents itself (diagnosticPull.ts), and for the others once it has asked about the workspace; everything else is
// pushed. So every finding reaches the client by one way only.

import type { Connection, Diagnostic } from "vscode-languageserver";
import { DiagnosticSeverity } from "vscode-languageserver";
import type { SyntaxTree } from "../../grammar/syntax/tree.ts";
import type { Finding } from "../compiler/face.ts";
import {
  configurationDiagnostics,
  diagnostics,
  generatedDiagnostics,
  SEVERITY,
} from "../features/diagnostics.ts";
import type { View } from "../features/view.ts";
import type { OpenDocument } from "../workspace/documents.ts";
import { isInput } from "../workspace/inputPlace.ts";
import type { SourceFile } from "../workspace/snapshot.ts";
import type { Settings } from "./configuration.ts";
import { type DiagnosticAbilities, fitDiagnostics } from "./fit.ts";
import type { OtherDocument } from "./policyTests.ts";

/** The diagnostics of a file at this moment. */
export interface Report {
  readonly items: readonly Diagnostic[];
  /** changes when they do, and is the same in every session */
  readonly resultId: string;
  /** the version of the open document; undefined when it is not open */
  readonly version: number | undefined;
}

/** What a file's diagnostics were made from; nothing is made anew while it is the same. */
interface Basis {
  readonly findings: readonly Finding[];
  /** those of them that the client hears of */
  readonly told: readonly Finding[];
  readonly tree: SyntaxTree;
  readonly isOpen: boolean;
  readonly level: Settings["backgroundLevel"];
}

interface Known extends Report {
  readonly text: string;
}

/** Files that are looked at in one step. */
const STEP = 64;

/** How a client wants to hear of diagnostics. */
export interface DiagnosticWays {
  readonly pulls: boolean;
  readonly push: (DiagnosticAbilities & { readonly versionSupport?: boolean }) | undefined;
}

const NOTHING: Known = { items: [], text: "[]", resultId: resultIdOf("[]"), version: undefined };

export class DiagnosticsHub {
  ways: DiagnosticWays = { pulls: false, push: undefined };
  private readonly connection: Connection;
  /** files that have something wrong, and open ones of which the client has heard */
  private readonly known = new Map<string, Known>();
  private readonly bases = new Map<string, Basis>();
  /** files for which the client holds something that was pushed */
  private readonly pushed = new Set<string>();
  private pullsWorkspace = false;
  private open: ReadonlySet<string> = new Set();
  /** grows when some file's diagnostics become others */
  changes = 0;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  /** Looks at the open documents and pushes what is to be pushed; what was opened or closed is left to `publish`. */
  publishOpen(
    views: readonly View[],
    documents: readonly OpenDocument[],
    settings: Settings,
    others: readonly OtherDocument[],
  ): void {
    for (const { document, items } of others) this.keep(document.uri, items, document.version);
    for (const document of documents) {
      if (others.some((other) => other.document.uri === document.uri)) continue;
      for (const view of views) {
        const file = view.snapshot.fileAt(document.path);
        if (file === undefined || file.generated) continue;
        this.look(view, file, document.uri, document, settings);
        break;
      }
    }
    for (const document of documents) {
      const view = views.find(({ snapshot }) => isInput(snapshot, document.path));
      const items = view === undefined ? undefined : generatedDiagnostics(view).get(document.path);
      if (items !== undefined) this.keep(document.uri, items, document.version);
    }
  }

  /** Looks at everything and pushes what is to be pushed; yields often. */
  *publish(
    views: readonly View[],
    documentAt: (path: string) => OpenDocument | undefined,
    settings: Settings,
    others: readonly OtherDocument[],
  ): Generator<void, void> {
    const now = new Set<string>();
    const open = new Set<string>();
    for (const { document, items } of others) {
      now.add(document.uri);
      open.add(document.uri);
      this.keep(document.uri, items, document.version);
    }
    for (const view of views)
      for (const [path, items] of [...configurationDiagnostics(view), ...generatedDiagnostics(view)]) {
        const document = documentAt(path);
        const uri = document?.uri ?? view.uriOf(path);
        if (now.has(uri)) continue;
        now.add(uri);
        if (document !== undefined) open.add(uri);
        const shown =
          document === undefined ? items.filter(({ severity }) => isShown(severity, settings)) : items;
        this.keep(uri, shown, document?.version);
      }
    for (const view of views) {
      let count = 0;
      for (const file of view.snapshot.files()) {
        if (++count % STEP === 0) yield;
        const document = documentAt(file.path);
        if (file.generated || (file.foreign && document === undefined)) continue;
        const uri = document?.uri ?? view.uriOf(file.path);
        if (now.has(uri)) continue;
        now.add(uri);
        if (document !== undefined) open.add(uri);
        this.look(view, file, uri, document, settings);
      }
    }
    for (const uri of [...this.known.keys()]) if (!now.has(uri)) this.keep(uri, [], undefined);
    for (const uri of this.bases.keys()) if (!now.has(uri)) this.bases.delete(uri);
    this.handOver(open);
  }

  /** Compares a file of a policy with what was known about it. */
  private look(
    view: View,
    file: SourceFile,
    uri: string,
    document: OpenDocument | undefined,
    settings: Settings,
  ): void {
    const findings = view.snapshot.shownFindings(file.id);
    const isOpen = document !== undefined;
    // Most of what there is to say of files that are not open is not said.
    const told = isOpen ? findings : findings.filter(({ severity }) => isShown(SEVERITY[severity], settings));
    if (told.length === 0 && !this.known.has(uri)) {
      this.bases.delete(uri);
      return;
    }
    const basis = { findings, told, tree: file.tree, isOpen, level: settings.backgroundLevel };
    if (sameBasis(this.bases.get(uri), basis)) return;
    this.bases.set(uri, basis);
    this.keep(uri, diagnostics(view, file, told), document?.version);
  }

  /** What is wrong with a file. */
  report(uri: string): Report {
    return this.known.get(uri) ?? NOTHING;
  }

  /** Every file that has something wrong. */
  reports(): ReadonlyMap<string, Report> {
    return this.known;
  }

  /** From now on the client asks about all files; what was pushed is taken back. */
  leaveWorkspaceToPull(): void {
    this.pullsWorkspace = true;
    for (const uri of [...this.pushed]) this.push(uri, NOTHING);
  }

  private keep(uri: string, items: readonly Diagnostic[], version: number | undefined): void {
    const text = JSON.stringify(items);
    const before = this.known.get(uri) ?? NOTHING;
    if (before.text === text) {
      if (before !== NOTHING && before.version !== version) this.known.set(uri, { ...before, version });
      return;
    }
    const report = { items, text, resultId: resultIdOf(text), version };
    this.changes++;
    if (items.length === 0) this.known.delete(uri);
    else this.known.set(uri, report);
    if (this.isPushed(uri, version !== undefined)) this.push(uri, report);
  }

  /** Documents that were opened are the client's to ask about, those that were closed are not. */
  private handOver(open: ReadonlySet<string>): void {
    const before = this.open;
    this.open = open;
    if (!this.ways.pulls || this.pullsWorkspace) return;
    for (const uri of open) if (!before.has(uri) && this.pushed.has(uri)) this.push(uri, NOTHING);
    for (const uri of before) if (!open.has(uri) && this.known.has(uri)) this.push(uri, this.report(uri));
  }

  private isPushed(uri: string, isOpen: boolean): boolean {
    if (!this.ways.pulls) return true;
    return !this.pullsWorkspace && !isOpen && !this.open.has(uri);
  }

  private push(uri: string, { items, version }: Report): void {
    if (items.length === 0) this.pushed.delete(uri);
    else this.pushed.add(uri);
    const fitting = fitDiagnostics(items, this.ways.push);
    void this.connection.sendDiagnostics({
      uri,
      diagnostics: fitting as Diagnostic[],
      ...(version === undefined || this.ways.push?.versionSupport !== true ? {} : { version }),
    });
  }
}

/** A short name for a text: 53 bits of two multiplicative hashes. */
function resultIdOf(text: string): string {
  let low = 0x9e3779b9;
  let high = 0x85ebca6b;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x5bd1e995) ^ (high >>> 15);
  }
  return `${(low >>> 0).toString(36)}${(high >>> 0).toString(36)}.${text.length.toString(36)}`;
}

/** Places in other files may move although the findings are the same: those with related places are made anew. */
function sameBasis(before: Basis | undefined, now: Basis): boolean {
  return (
    before !== undefined &&
    before.findings === now.findings &&
    before.tree === now.tree &&
    before.isOpen === now.isOpen &&
    before.level === now.level &&
    now.told.every((finding) => finding.related.length === 0)
  );
}

/** True for what is said of files that are not open. */
function isShown(severity: Diagnostic["severity"], settings: Settings): boolean {
  if (severity === DiagnosticSeverity.Error) return true;
  return severity === DiagnosticSeverity.Warning && settings.backgroundLevel === "warning";
}
