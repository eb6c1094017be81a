// Publishing of diagnostics: after each change every file of every project is compared with what the client was
// last told, and only files whose diagnostics differ are sent, with the document's version. Files that are not open
// get errors and warnings only: a policy tree has hundreds of remarks that nobody asked for. A file that vanished
// or was closed outside any project is cleared.

import type { Connection, Diagnostic } from "vscode-languageserver";
import { DiagnosticSeverity } from "vscode-languageserver";
import type { SyntaxTree } from "../../grammar/syntax/tree.ts";
import type { Finding } from "../compiler/face.ts";
import { configurationDiagnostics, diagnostics } from "../features/diagnostics.ts";
import type { View } from "../features/view.ts";
import type { OpenDocument } from "../workspace/documents.ts";
import type { Settings } from "./configuration.ts";

interface Published {
  readonly text: string;
}

/** What a file's diagnostics were made from; nothing is made anew while it is the same. */
interface Basis {
  readonly findings: readonly Finding[];
  readonly tree: SyntaxTree;
  readonly isOpen: boolean;
  readonly level: Settings["backgroundLevel"];
}

export class DiagnosticsHub {
  private readonly connection: Connection;
  private readonly published = new Map<string, Published>();
  private readonly bases = new Map<string, Basis>();

  constructor(connection: Connection) {
    this.connection = connection;
  }

  /** Brings the client up to date. Gives the number of files that were sent. */
  publish(
    views: readonly View[],
    documentAt: (path: string) => OpenDocument | undefined,
    settings: Settings,
  ): number {
    const now = new Set<string>();
    let sent = 0;
    for (const view of views)
      for (const [path, items] of configurationDiagnostics(view)) {
        const uri = documentAt(path)?.uri ?? view.uriOf(path);
        if (now.has(uri)) continue;
        now.add(uri);
        if (this.send(uri, undefined, items)) sent++;
      }
    for (const view of views)
      for (const file of view.snapshot.files()) {
        const document = documentAt(file.path);
        if (file.generated || (file.foreign && document === undefined)) continue;
        const uri = document?.uri ?? view.uriOf(file.path);
        if (now.has(uri)) continue;
        now.add(uri);
        const findings = view.snapshot.shownFindings(file.id);
        if (findings.length === 0 && !this.published.has(uri)) continue;
        const basis = {
          findings,
          tree: file.tree,
          isOpen: document !== undefined,
          level: settings.backgroundLevel,
        };
        if (sameBasis(this.bases.get(uri), basis)) continue;
        this.bases.set(uri, basis);
        const found = diagnostics(view, file);
        const shown = document === undefined ? found.filter((item) => isShown(item, settings)) : found;
        if (this.send(uri, document?.version, shown)) sent++;
      }
    for (const uri of [...this.published.keys()]) if (!now.has(uri) && this.send(uri, undefined, [])) sent++;
    for (const uri of this.bases.keys()) if (!now.has(uri)) this.bases.delete(uri);
    return sent;
  }

  private send(uri: string, version: number | undefined, items: readonly Diagnostic[]): boolean {
    const text = JSON.stringify(items);
    const before = this.published.get(uri);
    if (before?.text === text) return false;
    if (before === undefined && items.length === 0) return false;
    if (items.length === 0) this.published.delete(uri);
    else this.published.set(uri, { text });
    void this.connection.sendDiagnostics({
      uri,
      diagnostics: items as Diagnostic[],
      ...(version === undefined ? {} : { version }),
    });
    return true;
  }
}

/** Places in other files may move although the findings are the same: those with related places are made anew. */
function sameBasis(before: Basis | undefined, now: Basis): boolean {
  return (
    before !== undefined &&
    before.findings === now.findings &&
    before.tree === now.tree &&
    before.isOpen === now.isOpen &&
    before.level === now.level &&
    now.findings.every((finding) => finding.related.length === 0)
  );
}

function isShown(item: Diagnostic, settings: Settings): boolean {
  if (item.severity === DiagnosticSeverity.Error) return true;
  return item.severity === DiagnosticSeverity.Warning && settings.backgroundLevel === "warning";
}
