// workspace/executeCommand. A command's answer is data for clients that show it themselves; a client that can show a
// virtual document is asked to.

import { type Connection, ErrorCodes, ExecuteCommandRequest, ResponseError } from "vscode-languageserver";
import { policyDiffRequest } from "../features/extensions/policyDiff.ts";
import type { Session } from "./session.ts";
import { pathOfUri } from "./uris.ts";

/** Of the code lens: what the unsaved edits change. Its argument is a document's URI. */
export const POLICY_DIFF_COMMAND = "selinux.policyDiff";
export const COMMANDS: readonly string[] = [POLICY_DIFF_COMMAND];

/** Registers the commands. */
export function registerCommands(connection: Connection, session: Session): void {
  connection.onRequest(ExecuteCommandRequest.type, async ({ command, arguments: given }, token) => {
    if (command !== POLICY_DIFF_COMMAND)
      throw new ResponseError(ErrorCodes.InvalidParams, `there is no command ‘${command}’`);
    const uri: unknown = given?.[0];
    const path = typeof uri === "string" ? pathOfUri(uri) : undefined;
    const answer = await session.answerPolicy(path, token, (view) => policyDiffRequest(view, path));
    if (answer === undefined) return null;
    const { window, workspace } = session.client;
    if (window?.showDocument?.support === true && workspace?.textDocumentContent !== undefined)
      void connection.window.showDocument({ uri: answer.uri, takeFocus: true });
    return answer;
  });
}
