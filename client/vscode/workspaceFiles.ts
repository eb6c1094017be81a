// Policy files of a workspace without a disk: which they are, and their contents. Directories are walked through VS
// Code's file system, because a search needs a provider that many such workspaces lack, and waits for it without end.
// Many small files come over a network here, so a few dozen are asked for at a time; how many there may be is bounded.

import { FileType, Uri, workspace } from "vscode";

/** Sources, build files and flask definitions; the last have no suffix. */
const SUFFIXES = ["te", "if", "fc", "spt", "conf", "in", "m4", "sels-test"];
const NAMES = [
  "Makefile",
  ".sels.json",
  "constraints",
  "context_defaults",
  "global_booleans",
  "global_tunables",
  "mcs",
  "mls",
  "policy_capabilities",
  "users",
  "security_classes",
  "access_vectors",
  "initial_sids",
  "file_contexts.subs_dist",
];

/** The same as a pattern, for watchers. */
export const POLICY_FILES = `**/{${[...SUFFIXES.map((suffix) => `*.${suffix}`), ...NAMES].join(",")}}`;

const AT_ONCE = 48;
const MOST_FILES = 20_000;
const MOST_DIRECTORIES = 5000;

/** Contents by URI; null for what cannot be read, because it is gone. */
export type Contents = [uri: string, content: Uint8Array | null][];

/** Whether a name is one of a policy's files. */
export function isPolicyFile(name: string): boolean {
  return NAMES.includes(name) || SUFFIXES.some((suffix) => name.endsWith(`.${suffix}`));
}

/** Reads every policy file below the workspace's folders; hidden directories and packages of Node hold none. */
export async function readWorkspace(): Promise<Contents> {
  const files: Uri[] = [];
  let directories = (workspace.workspaceFolders ?? []).map(({ uri }) => uri);
  let left = MOST_DIRECTORIES;
  while (directories.length > 0 && left > 0 && files.length < MOST_FILES) {
    const some = directories.slice(0, AT_ONCE);
    directories = directories.slice(AT_ONCE);
    left -= some.length;
    const listed = await Promise.all(some.map(entriesOf));
    for (const [uri, type] of listed.flat()) {
      const name = uri.path.slice(uri.path.lastIndexOf("/") + 1);
      // A link may lead back up: only what is a directory itself is entered.
      if (type === FileType.Directory) {
        if (!name.startsWith(".") && name !== "node_modules") directories.push(uri);
      } else if (isPolicyFile(name)) files.push(uri);
    }
  }
  return readFiles(files.slice(0, MOST_FILES));
}

async function entriesOf(directory: Uri): Promise<[Uri, FileType][]> {
  try {
    const entries = await workspace.fs.readDirectory(directory);
    return entries.map(([name, type]) => [Uri.joinPath(directory, name), type]);
  } catch {
    return [];
  }
}

/** Reads these files. */
export async function readFiles(uris: readonly Uri[]): Promise<Contents> {
  const read: Contents = [];
  for (let from = 0; from < uris.length; from += AT_ONCE) {
    const some = uris.slice(from, from + AT_ONCE).map(async (uri): Promise<Contents[number]> => {
      try {
        return [uri.toString(), await workspace.fs.readFile(uri)];
      } catch {
        return [uri.toString(), null];
      }
    });
    read.push(...(await Promise.all(some)));
  }
  return read;
}
