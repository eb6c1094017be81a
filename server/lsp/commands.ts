// workspace/executeCommand: what editors can ask for that have none of our extensions. A command's answer is data for clients
// that show it themselves; a client that can show a virtual document is asked to.

import {
  type CancellationToken,
  type Connection,
  ErrorCodes,
  ExecuteCommandRequest,
  ResponseError,
} from "vscode-languageserver";
import { expandRequest } from "../features/extensions/expand.ts";
import { policySize } from "../features/extensions/memory.ts";
import { paramsOf } from "../features/extensions/params.ts";
import { policyDiffRequest } from "../features/extensions/policyDiff.ts";
import type { Session } from "./session.ts";
import { pathOfUri } from "./uris.ts";

interface Context {
  readonly connection: Connection;
  readonly session: Session;
  readonly token: CancellationToken;
  /** of the process, where there is one */
  readonly memory: (() => Readonly<Record<string, number>>) | undefined;
}

type Run = (context: Context, given: readonly unknown[]) => Promise<unknown>;

const RUNS: ReadonlyMap<string, Run> = new Map<string, Run>([
  // Of the code lens: what the unsaved edits change. Its argument is a document's URI.
  [
    "selinux.policyDiff",
    async ({ connection, session, token }, [uri]) => {
      const path = pathAt(uri);
      const answer = await session.answerPolicy(path, token, (view) => policyDiffRequest(view, path));
      if (answer !== undefined) show(connection, session, answer.uri);
      return answer ?? null;
    },
  ],
  // What stands at a place becomes which rules. Arguments: a document's URI and a position.
  [
    "selinux.expandAt",
    async ({ connection, session, token }, [uri, position]) => {
      const path = pathAt(uri);
      const answer = await session.answerPolicy(path, token, (view) =>
        expandRequest(view, path, position === undefined ? {} : { position: paramsOf(position) }),
      );
      if (answer !== undefined && "invalid" in answer)
        throw new ResponseError(ErrorCodes.InvalidParams, answer.invalid);
      if (answer !== undefined) show(connection, session, answer.value.uri);
      return answer?.value ?? null;
    },
  ],
  [
    "selinux.memoryUsage",
    async ({ session, token, memory }) => ({
      process: memory?.() ?? null,
      documents: session.workspace.openPaths().length,
      policies: await session.answerAll(token, policySize),
    }),
  ],
]);

export const COMMANDS: readonly string[] = [...RUNS.keys()];

function pathAt(uri: unknown): string | undefined {
  return typeof uri === "string" ? pathOfUri(uri) : undefined;
}

function show(connection: Connection, session: Session, uri: string): void {
  const { window, workspace } = session.client;
  if (window?.showDocument?.support === true && workspace?.textDocumentContent !== undefined)
    void connection.window.showDocument({ uri, takeFocus: true });
}

/** Registers the commands. */
export function registerCommands(connection: Connection, session: Session, memory: Context["memory"]): void {
  connection.onRequest(ExecuteCommandRequest.type, async ({ command, arguments: given }, token) => {
    const run = RUNS.get(command);
    if (run === undefined)
      throw new ResponseError(ErrorCodes.InvalidParams, `there is no command ‘${command}’`);
    return await run({ connection, session, token, memory }, given ?? []);
  });
}
