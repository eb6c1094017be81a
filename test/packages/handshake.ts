/**
 * The least that an editor does with a server: start it, shake hands, open a document, wait for its diagnostics, and
 * leave. It takes any command line, since each package has another; the protocol itself is watched elsewhere
 * (test/support/lspClient.ts).
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { pathToFileURL } from "node:url";
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node";
import type { Diagnostic, InitializeResult, PublishDiagnosticsParams } from "vscode-languageserver-protocol";

/** What a started server said. */
export interface Greeting {
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** exit code after `shutdown` and `exit` */
  readonly code: number | null;
}

/** Starts `command`, opens `text` as the file `path`, and waits for the first diagnostics that are not empty. */
export async function greet(
  command: readonly string[],
  cwd: string,
  path: string,
  text: string,
): Promise<Greeting> {
  const [program = "", ...args] = command;
  const child = spawn(program, args, { cwd, stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  try {
    const uri = pathToFileURL(path).href;
    const published = new Promise<readonly Diagnostic[]>((resolve) => {
      connection.onNotification("textDocument/publishDiagnostics", (params: PublishDiagnosticsParams) => {
        if (params.uri === uri && params.diagnostics.length > 0) resolve(params.diagnostics);
      });
    });
    connection.listen();
    const abilities = { publishDiagnostics: { codeDescriptionSupport: true, relatedInformation: true } };
    const result: InitializeResult = await connection.sendRequest("initialize", {
      processId: process.pid,
      rootUri: null,
      capabilities: { textDocument: abilities },
    });
    await connection.sendNotification("initialized", {});
    const textDocument = { uri, languageId: "selinux", version: 1, text };
    await connection.sendNotification("textDocument/didOpen", { textDocument });
    const diagnostics = await published;
    await connection.sendRequest("shutdown");
    await connection.sendNotification("exit");
    const [code] = await ended;
    return { name: result.serverInfo?.name, version: result.serverInfo?.version, diagnostics, code };
  } finally {
    connection.dispose();
    if (child.exitCode === null) child.kill();
  }
}
