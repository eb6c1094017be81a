// The access view: a page beside the editor that shows what one label may do to another, class by class, and for each
// permission why. One page serves the whole window; asking again moves it to the new question.

import { type Disposable, type ExtensionContext, Uri, ViewColumn, type WebviewPanel, window } from "vscode";
import type { FromPage, ToPage } from "./accessMessages.ts";
import { openPlace } from "./places.ts";
import type { AccessTable, ComputedAv, Server, SymbolList } from "./protocol.ts";
import { documentParams } from "./status.ts";

interface Question {
  readonly source: string;
  readonly target: string;
}

export type Focus = { readonly class: string; readonly permission?: string };

export class AccessView implements Disposable {
  private readonly context: ExtensionContext;
  private readonly server: Server;
  private panel: WebviewPanel | undefined;
  private question: Question = { source: "", target: "" };
  private focus: Focus | undefined;
  private params: ReturnType<typeof documentParams> = {};

  constructor(context: ExtensionContext, server: Server) {
    this.context = context;
    this.server = server;
  }

  /** Shows a pair of labels; a class and permission may be opened at once. */
  show(question: Question, focus?: Focus): void {
    this.question = question;
    this.focus = focus;
    this.params = documentParams();
    if (this.panel === undefined) this.panel = this.createPanel();
    else {
      this.panel.reveal(undefined, true);
      void this.answer();
    }
  }

  /** Asks the same again, after the policy changed. */
  refresh(): void {
    if (this.panel !== undefined) void this.answer();
  }

  dispose(): void {
    this.panel?.dispose();
  }

  private createPanel(): WebviewPanel {
    const root = this.context.extensionUri;
    const column = { viewColumn: ViewColumn.Beside, preserveFocus: true };
    const panel = window.createWebviewPanel("selinux.access", "SELinux access", column, {
      enableScripts: true,
      retainContextWhenHidden: true,
      localResourceRoots: [Uri.joinPath(root, "dist"), Uri.joinPath(root, "client/vscode/webview")],
    });
    panel.iconPath = Uri.joinPath(root, "client/vscode/images/icon.png");
    const script = panel.webview.asWebviewUri(Uri.joinPath(root, "dist/access.js"));
    const style = panel.webview.asWebviewUri(Uri.joinPath(root, "client/vscode/webview/access.css"));
    panel.webview.html = pageOf(panel.webview.cspSource, script.toString(), style.toString());
    panel.webview.onDidReceiveMessage((message: FromPage) => this.receive(message));
    panel.onDidDispose(() => {
      this.panel = undefined;
    });
    return panel;
  }

  private async receive(message: FromPage): Promise<void> {
    try {
      if (message.type === "ready") await this.answer();
      else if (message.type === "open") await openPlace(message.place, ViewColumn.One);
      else if (message.type === "suggest") await this.suggest(message.side, message.text);
      else if (message.type === "explain") await this.explain(message.class);
      else {
        this.question = { source: message.source.trim(), target: message.target.trim() };
        this.focus = undefined;
        await this.answer();
      }
    } catch (error) {
      this.post({ type: "error", text: error instanceof Error ? error.message : String(error) });
    }
  }

  private async answer(): Promise<void> {
    const { source, target } = this.question;
    const asked = { source, target };
    if (source === "" || target === "") {
      const table = { source, target, permissive: false, classes: [], silent: 0 };
      return this.post({ type: "table", asked, focus: undefined, table });
    }
    try {
      const table = await this.server.ask<AccessTable>("selinux/accessTable", { ...this.params, ...asked });
      if (this.panel !== undefined) this.panel.title = `${source} → ${target}`;
      this.post({ type: "table", asked, focus: this.focus, table });
    } catch (error) {
      this.post({ type: "error", text: error instanceof Error ? error.message : String(error) });
    }
  }

  private async explain(name: string): Promise<void> {
    const params = { ...this.params, ...this.question, class: name };
    const computed = await this.server.ask<ComputedAv>("selinux/computeAv", params);
    this.post({ type: "explained", class: name, computed });
  }

  private async suggest(side: "source" | "target", text: string): Promise<void> {
    const names = text.length < 2 ? [] : await suggestTypes(this.server, text);
    this.post({ type: "suggestions", side, names });
  }

  private post(message: ToPage): void {
    void this.panel?.webview.postMessage(message);
  }
}

/** Types whose names hold a text, those that begin with it first. */
export async function suggestTypes(server: Server, text: string): Promise<readonly string[]> {
  const params = { ...documentParams(), kind: "type", filter: text, limit: 400 };
  const { items } = await server.ask<SymbolList>("selinux/symbols", params);
  const names = items.map(({ name }) => name);
  const first = names.filter((name) => name.startsWith(text));
  return [...first, ...names.filter((name) => !name.startsWith(text))].slice(0, 60);
}

function pageOf(source: string, script: string, style: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src ${source}; style-src ${source}">
<link rel="stylesheet" href="${style}">
<title>SELinux access</title>
</head>
<body><main id="page"></main><script src="${script}"></script></body>
</html>`;
}
