// The VS Code extension in a browser: the same server in a web worker. A worker has no disk, so the workspace's policy
// files are read here through VS Code's file system and given to it; later changes follow as they happen.

import { type ExtensionContext, Uri, workspace } from "vscode";
import { LanguageClient } from "vscode-languageclient/browser";
import { clientOptions, startExtension } from "./start.ts";
import { POLICY_FILES, readFiles } from "./workspaceFiles.ts";

let stop: (() => Promise<void>) | undefined;

export function activate(context: ExtensionContext): void {
  const module = Uri.joinPath(context.extensionUri, "dist/worker.js").toString(true);
  const createWorker = async (): Promise<Worker> => {
    const worker = new Worker(module);
    const files = await readFiles(await workspace.findFiles(POLICY_FILES));
    await new Promise<void>((resolve, reject) => {
      worker.onmessage = () => resolve();
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage({ files });
    });
    return worker;
  };
  const schemes = [...new Set(workspace.workspaceFolders?.map(({ uri }) => uri.scheme))];
  const client = new LanguageClient(
    "selinux",
    "SELinux policy",
    createWorker,
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
  );
  stop = startExtension(context, client);
}

export function deactivate(): Promise<void> | undefined {
  return stop?.();
}
