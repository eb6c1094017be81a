// What an answer depends on, and whether it still holds: a file system that notes everything that is asked of it, and
// the comparison of such notes with the disk as it is now. An answer that was computed through a recording file system
// may be given again while `judge` says so. Invariant: never stale. What was absent is noted as well as what was
// there; a file counts as unchanged by its stamp (size, times, inode) or else by its content; a directory by its
// listing. Pure: stamps and hashes come from a port (server/cli/cacheStore.ts). It knows no policy and no LSP.

import type { DirectoryEntry, FileStat, FileSystem } from "./fileSystem.ts";

/** What notes need to know of the disk besides the file system port. Nothing throws. */
export interface Prober {
  /** size, times and inode as one word; "" when the path is absent or its stamp cannot be trusted */
  stamp(path: string): string;
  hash(content: Uint8Array | string): string;
}

/** What a note about the day is filed under: no path is empty. */
const DAY = "";

/** What was seen at one path. Each part is absent when it was not asked for. */
export interface Note {
  readonly path: string;
  /** kind of the path: "file", "directory", or "" when there is nothing */
  kind?: string;
  /** stamp taken before the file was read */
  stamp?: string;
  /** hash of the file's content, "" when it could not be read */
  content?: string;
  /** hash of the directory's listing, "" when it could not be listed */
  listing?: string;
  /** the day that it was when somebody asked */
  day?: string;
}

export interface Recording {
  readonly files: FileSystem;
  notes(): readonly Note[];
}

/** A file system that notes what is asked of it. */
export function recordFiles(files: FileSystem, prober: Prober): Recording {
  const notes = new Map<string, Note>();
  const noteOf = (path: string): Note => {
    const known = notes.get(path);
    if (known !== undefined) return known;
    const note: Note = { path };
    notes.set(path, note);
    return note;
  };
  const recording: FileSystem = {
    readFile(path) {
      const note = noteOf(path);
      // The stamp first: a change between the two shows as a stamp that no longer fits.
      const stamp = prober.stamp(path);
      const bytes = files.readFile(path);
      const content = bytes === undefined ? "" : prober.hash(bytes);
      // A file that changed between two readings is not what either saw: the empty stamp and no hash never match.
      const moved = note.content !== undefined && note.content !== content;
      note.stamp = moved ? "" : stamp;
      note.content = moved ? "changed while reading" : content;
      return bytes;
    },
    stat(path) {
      const stat = files.stat(path);
      noteOf(path).kind = kindOf(stat);
      return stat;
    },
    list(path) {
      const entries = files.list(path);
      noteOf(path).listing = listingHash(entries, prober);
      return entries;
    },
    ...(files.today === undefined ? {} : { today: () => notedDay(noteOf(DAY), files) }),
  };
  return { files: recording, notes: () => [...notes.values()] };
}

function notedDay(note: Note, files: FileSystem): string {
  const day = files.today?.() ?? "";
  // Where it became midnight between two questions, no day fits.
  note.day = note.day === undefined || note.day === day ? day : "";
  return day;
}

/** Whether notes hold. `renewed`: some hold by content only; these have the stamps of today. */
export interface Verdict {
  readonly current: boolean;
  readonly renewed: readonly Note[] | undefined;
}

/** Tells whether everything noted would be seen again. */
export function judge(notes: readonly Note[], files: FileSystem, prober: Prober): Verdict {
  const renewed: Note[] = [];
  let changed = false;
  for (const note of notes) {
    if (note.day !== undefined && note.day !== files.today?.()) return STALE;
    const stamp = note.content === undefined ? "" : prober.stamp(note.path);
    if (note.content !== undefined && stamp !== "" && stamp === note.stamp) {
      renewed.push(note);
      if (note.kind === undefined || note.kind === "file") continue;
    } else if (note.content !== undefined) {
      const bytes = files.readFile(note.path);
      if ((bytes === undefined ? "" : prober.hash(bytes)) !== note.content) return STALE;
      renewed.push({ ...note, stamp });
      changed ||= stamp !== "";
    } else renewed.push(note);
    if (note.listing !== undefined && listingHash(files.list(note.path), prober) !== note.listing)
      return STALE;
    if (note.kind !== undefined && kindOf(files.stat(note.path)) !== note.kind) return STALE;
  }
  return { current: true, renewed: changed ? renewed : undefined };
}

const STALE: Verdict = { current: false, renewed: undefined };

function kindOf(stat: FileStat | undefined): string {
  return stat?.kind ?? "";
}

function listingHash(entries: readonly DirectoryEntry[] | undefined, prober: Prober): string {
  if (entries === undefined) return "";
  let text = "";
  for (const entry of entries)
    text += `${entry.kind === "file" ? "f" : "d"}${entry.symbolicLink ? "l" : "-"}${entry.name}\0`;
  return prober.hash(text);
}

/** An answer that a program gave, ready to be given again. */
export interface Answer {
  /** standard output and standard error, cut at the place where the elapsed milliseconds stand */
  readonly out: readonly string[];
  readonly err: readonly string[];
  readonly code: number;
}

/** A stored answer: under which key it was given, and on what it depends. */
export interface StoredAnswer {
  readonly key: string;
  readonly answer: Answer;
  readonly notes: readonly Note[];
}

/** As text, for a file. */
export function formatStored(stored: StoredAnswer): string {
  return JSON.stringify(stored);
}

/** Reads a file's text; undefined when it is not a stored answer for this key, whatever it is instead. */
export function parseStored(text: string, key: string): StoredAnswer | undefined {
  try {
    const value = JSON.parse(text) as Partial<StoredAnswer> | null;
    if (typeof value !== "object" || value === null || value.key !== key) return undefined;
    const { answer, notes } = value;
    if (answer === undefined || !Array.isArray(notes)) return undefined;
    if (!isTexts(answer.out) || !isTexts(answer.err) || typeof answer.code !== "number") return undefined;
    if (!notes.every((note: Partial<Note> | null) => typeof note?.path === "string")) return undefined;
    return { key, answer, notes };
  } catch {
    return undefined;
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((part) => typeof part === "string");
}

/** Cuts a text where a mark stands. */
export function cutAt(text: string, mark: string): readonly string[] {
  return text.split(mark);
}

/** Puts the elapsed milliseconds where they belong. */
export function withTime(parts: readonly string[], milliseconds: number): string {
  return parts.join(String(milliseconds));
}
