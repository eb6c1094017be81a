// The language server on Node: a connection over stdio, node-ipc or a socket, as the command line says, and what the
// process owes to it. The server itself is serve.ts.

import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";
import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { type ServerHost, serve } from "./serve.ts";

/** Starts the server; the promise never settles, the process ends with the client's `exit` or its stream. */
export function startServer(host: ServerHost): Promise<number> {
  // Code is interpreted longer: a cold load is over before the JIT pays. After it, V8's own value comes back,
  // because edits and requests repeat and want compiled code.
  setFlagsFromString("--interrupt-budget=1000000");
  const transports = ["--stdio", "--node-ipc", "--socket", "--pipe"];
  const given = process.argv.some((arg) =>
    transports.some((name) => arg === name || arg.startsWith(`${name}=`)),
  );
  if (!given) process.argv.push("--stdio");
  const onLoaded = () => setFlagsFromString("--interrupt-budget=67584");
  const memory = () => ({ ...process.memoryUsage() });
  const session = serve(createConnection(ProposedFeatures.all), { ...host, onLoaded, memory });
  session.checkPages = checkPages(process.argv[1] ?? "", host.version);
  process.on("uncaughtException", (error) => session.report(error));
  process.on("unhandledRejection", (error) => session.report(error));
  return new Promise(() => {});
}

/** The pages that were installed with a program in `dist`; of a program that was copied alone, those of the package. */
function checkPages(program: string, version: string): string {
  const published = `https://unpkg.com/selinux-language-server@${version}/docs/checks/`;
  try {
    const directory = join(dirname(realpathSync(program)), "../docs/checks");
    return existsSync(directory) ? `${pathToFileURL(directory).href}/` : published;
  } catch {
    return published;
  }
}
