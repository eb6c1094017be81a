// What both hosts share: commands, views and the status item around a server. Activation returns before the server
// has started; everything that asks it waits by itself.

import { type Disposable, type ExtensionContext, languages, type TextDocument, workspace } from "vscode";
import type { BaseLanguageClient, CodeLens, LanguageClientOptions } from "vscode-languageclient";
import { AccessView } from "./accessView.ts";
import { registerCommands } from "./commands.ts";
import { createExplorer } from "./explorer.ts";
import { LANGUAGES } from "./protocol.ts";
import { createServer } from "./server.ts";
import { createStatus } from "./status.ts";

/** Options that do not depend on the host. `schemes`: of the documents that are the server's. */
export function clientOptions(schemes: readonly string[]): LanguageClientOptions {
  return {
    documentSelector: schemes.flatMap((scheme) => LANGUAGES.map((language) => ({ scheme, language }))),
    // As data: the object that VS Code gives also has functions, which no message to a worker may hold.
    initializationOptions: JSON.parse(JSON.stringify(workspace.getConfiguration("selinux"))),
    outputChannelName: "SELinux",
    middleware: {
      // A lens tells the effective access; a click on it tells why.
      resolveCodeLens: async (lens, token, next) => {
        const resolved = await next(lens, token);
        const { title = "", command = "" } = resolved?.command ?? {};
        if (resolved && command === "" && title.startsWith("effective access"))
          resolved.command = { title, command: "selinux.whyAllowed", arguments: [lens.range.start] };
        return resolved;
      },
    },
  };
}

/** Starts the server and registers everything. */
export function startExtension(context: ExtensionContext, client: BaseLanguageClient): () => Promise<void> {
  const server = createServer(client);
  const own = (...things: readonly Disposable[]): void => {
    context.subscriptions.push(...things);
  };
  const access = new AccessView(context, server);
  const status = createStatus(server);
  const explorer = createExplorer(server, () => access.refresh());
  own(access, status, explorer);
  own(...registerCommands({ context, server, access, status, explorer }));
  own(
    client.onNotification("selinux/policyLoad", () => {
      status.refresh();
      void explorer.policyLoaded().then(() => access.refresh());
    }),
    client.onDidChangeState(() => status.refresh()),
    workspace.onDidOpenTextDocument(colourVirtual),
  );
  void server.start().then(
    () => status.refresh(),
    (error: unknown) => status.failed(error),
  );
  return () => server.stop();
}

/** Languages of the server's virtual documents, whatever their names end with. */
const VIRTUAL: Readonly<Record<string, string>> = {
  "selinux-expansion": "selinux-conf",
  "selinux-policy-diff": "diff",
};

function colourVirtual(document: TextDocument): void {
  const language = VIRTUAL[document.uri.scheme];
  if (language !== undefined && document.languageId !== language)
    void languages.setTextDocumentLanguage(document, language);
}

export type { CodeLens };
