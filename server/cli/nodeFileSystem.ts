// The file system port on Node: synchronous reads, because thousands of small files are read fastest that way. It
// follows symbolic links, and a link that leads nowhere or in a circle is simply not there. Nothing throws.

import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { byCodeUnit } from "../../grammar/text/order.ts";
import { LARGEST_FILE } from "../workspace/decode.ts";
import { type DirectoryEntry, dayOf, type FileStat, type FileSystem } from "../workspace/fileSystem.ts";

/** The disk. */
export function createNodeFileSystem(): FileSystem {
  return { readFile, stat, list, today: () => dayOf(new Date()) };
}

function readFile(path: string): Uint8Array | undefined {
  try {
    // A FIFO of a well-known name would be waited for without end, and a device read without end.
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
    return readFileSync(path);
  } catch (error) {
    // Node refuses files of 2 GiB and more: give the decoder something that it refuses with a clear finding.
    if ((error as { code?: string }).code === "ERR_FS_FILE_TOO_LARGE")
      return new Uint8Array(LARGEST_FILE + 1);
    return undefined;
  }
}

function stat(path: string): FileStat | undefined {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined || (!found.isFile() && !found.isDirectory())) return undefined;
    return {
      kind: found.isFile() ? "file" : "directory",
      size: found.size,
      modified: found.mtimeMs,
      // Costs more than all the rest, and hardly anybody asks.
      get realPath() {
        return realPath(path);
      },
    };
  } catch {
    return undefined;
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // gone meanwhile
  }
}

function list(path: string): readonly DirectoryEntry[] | undefined {
  try {
    const entries: DirectoryEntry[] = [];
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const symbolicLink = entry.isSymbolicLink();
      const kind = symbolicLink
        ? stat(`${path}/${entry.name}`)?.kind
        : entry.isFile()
          ? "file"
          : entry.isDirectory()
            ? "directory"
            : undefined;
      if (kind !== undefined) entries.push({ name: entry.name, kind, symbolicLink });
    }
    return entries.sort((a, b) => byCodeUnit(a.name, b.name));
  } catch {
    return undefined;
  }
}
