// The file system port: the only way in which the engine sees files, and what day it is. It is synchronous, because a cold load reads
// thousands of small files and a synchronous bulk read is several times faster than as many promises; a browser
// gives an in-memory implementation. Invariants: nothing throws (absent, unreadable and vanished files are
// `undefined`); paths are absolute and use `/`. The Node implementation is server/cli/nodeFileSystem.ts.

export interface FileStat {
  readonly kind: "file" | "directory";
  readonly size: number;
  /** milliseconds since the epoch */
  readonly modified: number;
  /** the path with symbolic links resolved; two paths with one real path are one file */
  readonly realPath: string;
}

/** An entry of a directory. Symbolic links are followed: a dangling or looping one is not listed. */
export interface DirectoryEntry {
  readonly name: string;
  readonly kind: "file" | "directory";
  readonly symbolicLink: boolean;
}

export interface FileSystem {
  readFile(path: string): Uint8Array | undefined;
  stat(path: string): FileStat | undefined;
  /** Entries in the order of their names' code units (the C locale's order, as make sorts). */
  list(path: string): readonly DirectoryEntry[] | undefined;
  /** The day by the clock of this machine, YYYY-MM-DD; absent where time stands still. */
  today?(): string;
}

/** A moment's day where the machine stands, YYYY-MM-DD. */
export function dayOf(now: Date): string {
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** True when the path is a file. */
export function isFile(files: FileSystem, path: string): boolean {
  return files.stat(path)?.kind === "file";
}

/** True when the path is a directory. */
export function isDirectory(files: FileSystem, path: string): boolean {
  return files.stat(path)?.kind === "directory";
}

/** Paths of the directory's files whose names end with `suffix`, sorted. */
export function filesWithSuffix(files: FileSystem, directory: string, suffix: string): readonly string[] {
  const found: string[] = [];
  for (const entry of files.list(directory) ?? [])
    if (entry.kind === "file" && entry.name.endsWith(suffix) && entry.name.length > suffix.length)
      found.push(`${directory}/${entry.name}`);
  return found;
}
