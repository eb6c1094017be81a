// The VS Code extension on the desktop and on servers: the language server runs as a process beside it, over Node's
// channel between processes.

import type { ExtensionContext } from "vscode";
import { LanguageClient, type ServerOptions, TransportKind } from "vscode-languageclient/node";
import { clientOptions, startExtension } from "./start.ts";

let stop: (() => Promise<void>) | undefined;

export function activate(context: ExtensionContext): void {
  const module = context.asAbsolutePath("dist/server.cjs");
  const server: ServerOptions = {
    run: { module, transport: TransportKind.ipc },
    debug: { module, transport: TransportKind.ipc, options: { execArgv: ["--nolazy", "--inspect=6009"] } },
  };
  const client = new LanguageClient("selinux", "SELinux policy", server, clientOptions(["file", "untitled"]));
  stop = startExtension(context, client);
}

export function deactivate(): Promise<void> | undefined {
  return stop?.();
}
