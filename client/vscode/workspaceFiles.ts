// Policy files of a workspace without a disk: which they are, and their contents. Many small files come over a
// network here, so they are read a few dozen at a time.

import { type Uri, workspace } from "vscode";

/** Sources, build files and flask definitions; the last have no suffix. */
export const POLICY_FILES =
  "**/{*.te,*.if,*.fc,*.spt,*.conf,*.in,*.m4,Makefile,constraints,context_defaults,global_booleans,global_tunables,mcs,mls,policy_capabilities,users,security_classes,access_vectors,initial_sids}";

const AT_ONCE = 48;

/** Contents by URI; null for what cannot be read, because it is gone. */
export async function readFiles(uris: readonly Uri[]): Promise<[string, Uint8Array | null][]> {
  const read: [string, Uint8Array | null][] = [];
  for (let from = 0; from < uris.length; from += AT_ONCE) {
    const some = uris.slice(from, from + AT_ONCE).map(async (uri): Promise<[string, Uint8Array | null]> => {
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
