// The VS Code extension: starts the language server that is bundled beside it and hands it policy files. No views,
// no logic; what the server can do shows by itself.

import { join } from "node:path";
import { type ExtensionContext, workspace } from "vscode";
import {
  LanguageClient,
  type LanguageClientOptions,
  type ServerOptions,
  TransportKind,
} from "vscode-languageclient/node";

let client: LanguageClient | undefined;

/** Languages whose documents go to the server; package.json contributes them. */
const LANGUAGES = ["selinux-te", "selinux-if", "selinux-fc", "selinux-spt", "selinux-conf", "selinux-flask"];

export async function activate(context: ExtensionContext): Promise<void> {
  const module = context.asAbsolutePath(join("dist", "server.cjs"));
  const server: ServerOptions = {
    run: { module, transport: TransportKind.ipc },
    debug: { module, transport: TransportKind.ipc, options: { execArgv: ["--nolazy", "--inspect=6009"] } },
  };
  const options: LanguageClientOptions = {
    documentSelector: LANGUAGES.map((language) => ({ scheme: "file", language })),
    initializationOptions: workspace.getConfiguration("selinux"),
    outputChannelName: "SELinux",
  };
  client = new LanguageClient("selinux", "SELinux policy", server, options);
  await client.start();
}

export function deactivate(): Promise<void> | undefined {
  return client?.stop();
}
