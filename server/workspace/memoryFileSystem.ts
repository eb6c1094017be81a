// A file system in memory: what fixtures and the browser build give to the engine instead of a disk. Invariant:
// directories exist because files lie in them. It has no symbolic links.

import { byCodeUnit } from "../../grammar/text/order.ts";
import type { DirectoryEntry, FileStat, FileSystem } from "./fileSystem.ts";

/** A file system over a map from absolute path to text or bytes. The map stays live: later changes are seen. */
export function createMemoryFileSystem(contents: ReadonlyMap<string, string | Uint8Array>): FileSystem {
  const encoder = new TextEncoder();
  return {
    readFile(path) {
      const content = contents.get(path);
      return typeof content === "string" ? encoder.encode(content) : content;
    },
    stat(path): FileStat | undefined {
      const content = contents.get(path);
      if (content !== undefined) return { kind: "file", size: content.length, modified: 0, realPath: path };
      const prefix = path.endsWith("/") ? path : `${path}/`;
      for (const known of contents.keys())
        if (known.startsWith(prefix)) return { kind: "directory", size: 0, modified: 0, realPath: path };
      return undefined;
    },
    list(path) {
      const prefix = path.endsWith("/") ? path : `${path}/`;
      const entries = new Map<string, DirectoryEntry>();
      for (const known of contents.keys()) {
        if (!known.startsWith(prefix)) continue;
        const rest = known.slice(prefix.length);
        const slash = rest.indexOf("/");
        const name = slash < 0 ? rest : rest.slice(0, slash);
        entries.set(name, { name, kind: slash < 0 ? "file" : "directory", symbolicLink: false });
      }
      if (entries.size === 0) return undefined;
      return [...entries.values()].sort((a, b) => byCodeUnit(a.name, b.name));
    },
  };
}
