// The `selinux-language-server` program: the language server over stdio, node-ipc or a socket, as the command line
// says. Everything else is in server/lsp.

import { createNodeFileSystem } from "./cli/nodeFileSystem.ts";
import { version } from "./cli/version.ts";
import { startServer } from "./lsp/connection.ts";

const USAGE = `selinux-language-server: language server for SELinux policy (LSP)

Usage: selinux-language-server [--stdio | --node-ipc | --socket=PORT]

  --stdio        over standard input and output (default)
  --node-ipc     over Node's channel to its parent process
  --socket=PORT  over a TCP socket on which the client listens
  --version      print the version
  --help         print this text

The command line of the same engine is ‘sels’.
`;

if (process.argv.includes("--help") || process.argv.includes("-h")) process.stdout.write(USAGE);
else if (process.argv.includes("--version")) process.stdout.write(`${version()}\n`);
else void startServer({ files: createNodeFileSystem(), version: version() });
