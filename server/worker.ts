// The language server in a web worker: what VS Code in a browser and the playground run. A worker has no disk, so its
// files are what the page gives it: the first message holds them all, before the protocol starts, and may name the folder
// with the checks' pages; afterwards the notification `selinux/files` brings new contents (null: the file is gone). Paths are those of URIs (lsp/uris.ts).

import { BrowserMessageReader, BrowserMessageWriter, createConnection } from "vscode-languageserver/browser";
import manifest from "../package.json" with { type: "json" };
import { serve } from "./lsp/serve.ts";
import { pathOfUri } from "./lsp/uris.ts";
import { dayOf } from "./workspace/fileSystem.ts";
import { createMemoryFileSystem } from "./workspace/memoryFileSystem.ts";

/** Contents by URI. */
type Contents = readonly (readonly [uri: string, content: string | Uint8Array | null])[];

interface WorkerScope {
  onmessage:
    | ((event: { readonly data: { readonly files?: Contents; readonly pages?: string } }) => void)
    | null;
  postMessage(message: unknown): void;
}

const scope = globalThis as unknown as WorkerScope;

scope.onmessage = ({ data }) => {
  scope.onmessage = null;
  start(data.files ?? [], data.pages);
};

function start(given: Contents, pages: string | undefined): void {
  const contents = new Map<string, string | Uint8Array>();
  const take = (files: Contents): string[] =>
    files.map(([uri, content]) => {
      const path = pathOfUri(uri);
      if (content === null) contents.delete(path);
      else contents.set(path, content);
      return path;
    });
  take(given);
  const port = globalThis as unknown as ConstructorParameters<typeof BrowserMessageReader>[0];
  const connection = createConnection(new BrowserMessageReader(port), new BrowserMessageWriter(port));
  const files = { ...createMemoryFileSystem(contents), today: () => dayOf(new Date()) };
  const session = serve(connection, { files, version: manifest.version });
  session.checkPages = pages;
  connection.onNotification("selinux/files", (params: { readonly files: Contents }) => {
    session.workspace.filesChanged(take(params.files));
    session.schedulePublish();
  });
  scope.postMessage({ started: true });
}
