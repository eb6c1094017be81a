// Publishing of diagnostics: after each change every file of every project is compared with what the client was
// last told, and only files whose diagnostics differ are sent, with the document's version. Files that are not open
// get errors and warnings only: a policy tree has hundreds of remarks that nobody asked for. A file that vanished
// or was closed outside any project is cleared.

import type { Connection, Diagnostic } from "vscode-languageserver";
import { DiagnosticSeverity } from "vscode-languageserver";
import { diagnostics } from "../features/diagnostics.ts";
import type { View } from "../features/view.ts";
import type { OpenDocument } from "../workspace/documents.ts";
import type { Settings } from "./configuration.ts";

interface Published {
  readonly text: string;
  readonly version: number | undefined;
}

export class DiagnosticsHub {
  private readonly connection: Connection;
  private readonly published = new Map<string, Published>();

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
      for (const file of view.snapshot.files()) {
        const document = documentAt(file.path);
        if (file.generated || (file.foreign && document === undefined)) continue;
        const uri = document?.uri ?? view.uriOf(file.path);
        if (now.has(uri)) continue;
        now.add(uri);
        if (view.snapshot.findings(file.id).length === 0 && !this.published.has(uri)) continue;
        const found = diagnostics(view, file);
        const shown = document === undefined ? found.filter((item) => isShown(item, settings)) : found;
        if (this.send(uri, document?.version, shown)) sent++;
      }
    for (const uri of [...this.published.keys()]) if (!now.has(uri) && this.send(uri, undefined, [])) sent++;
    return sent;
  }

  private send(uri: string, version: number | undefined, items: readonly Diagnostic[]): boolean {
    const text = JSON.stringify(items);
    const before = this.published.get(uri);
    if (before?.text === text) return false;
    if (before === undefined && items.length === 0) return false;
    if (items.length === 0) this.published.delete(uri);
    else this.published.set(uri, { text, version });
    void this.connection.sendDiagnostics({
      uri,
      diagnostics: items as Diagnostic[],
      ...(version === undefined ? {} : { version }),
    });
    return true;
  }
}

function isShown(item: Diagnostic, settings: Settings): boolean {
  if (item.severity === DiagnosticSeverity.Error) return true;
  return item.severity === DiagnosticSeverity.Warning && settings.backgroundLevel === "warning";
}
