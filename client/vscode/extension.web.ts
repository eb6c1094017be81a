// The VS Code extension in a browser: the same server in a web worker. A worker has no disk, so the workspace's policy
// files are read here through VS Code's file system and given to it; later changes follow as they happen.

import { type ExtensionContext, Uri, workspace } from "vscode";
import {
  BrowserMessageReader,
  BrowserMessageWriter,
  LanguageClient,
  type MessageTransports,
} from "vscode-languageclient/browser";
import { clientOptions, startExtension } from "./start.ts";
import { POLICY_FILES, readFiles, readWorkspace } from "./workspaceFiles.ts";

let stop: (() => Promise<void>) | undefined;

export function activate(context: ExtensionContext): void {
  const module = Uri.joinPath(context.extensionUri, "dist/worker.js").toString(true);
  const pages = Uri.joinPath(context.extensionUri, "docs/checks/").toString(true);
  let worker: Worker | undefined;
  const end = (): void => worker?.terminate();
  // Transports rather than the worker: in VS Code's host of extensions no worker is an `instanceof Worker`.
  const connect = async (): Promise<MessageTransports> => {
    end();
    const started = new Worker(module);
    worker = started;
    const files = await readWorkspace();
    await new Promise<void>((resolve, reject) => {
      started.onmessage = () => resolve();
      started.onerror = (event) => reject(new Error(event.message));
      started.postMessage({ files, pages });
    });
    return { reader: new BrowserMessageReader(started), writer: new BrowserMessageWriter(started) };
  };
  const schemes = [...new Set(workspace.workspaceFolders?.map(({ uri }) => uri.scheme))];
  const client = new LanguageClient(
    "selinux",
    "SELinux policy",
    connect,
    clientOptions([...schemes, "untitled"]),
  );
  const watcher = workspace.createFileSystemWatcher(POLICY_FILES);
  const send = async (uri: Uri): Promise<void> => {
    if (client.isRunning()) await client.sendNotification("selinux/files", { files: await readFiles([uri]) });
  };
  context.subscriptions.push(
    watcher,
    watcher.onDidCreate(send),
    watcher.onDidChange(send),
    watcher.onDidDelete(send),
    { dispose: end },
  );
  stop = startExtension(context, client);
}

export function deactivate(): Promise<void> | undefined {
  return stop?.();
}
