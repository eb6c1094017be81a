// Reading ahead: while the engine is loaded and compiled, a second thread walks the directories that a command names
// and reads the policy sources in them, a few thousand small files that cost a cold start a tenth of its time. The
// file system here gives out what has come in and reads the rest itself. Invariants: each content is given out once,
// so a second reading is from the disk as it is then; what the thread does not know, cannot read or leaves out is
// simply read in the ordinary way; it never keeps the program from ending. It reads nothing that the engine would not.

import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  isMainThread,
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  Worker,
  workerData,
} from "node:worker_threads";
import type { FileSystem } from "../workspace/fileSystem.ts";
import { createNodeFileSystem } from "./nodeFileSystem.ts";

/** Files in one message; their bytes travel in one buffer. */
interface Batch {
  readonly paths: readonly string[];
  /** ends of the contents within the buffer */
  readonly ends: readonly number[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

interface Task {
  readonly places: readonly string[];
  readonly port: MessagePort;
}

/** What is sent at once: few messages, but the first ones soon. */
const BATCH_BYTES = 256 * 1024;
/** Bounds of the whole: somebody may check a home directory. */
const MOST_FILES = 10_000;
const MOST_BYTES = 32 * 1024 * 1024;
const LARGEST = 4 * 1024 * 1024;
const DEEPEST = 12;

/** Sources of policy trees and module directories. */
const SOURCE = /\.(?:te|if|fc|spt)$/;

/** Starts reading below some places; gives the file system that profits from it. */
export function readAhead(places: readonly string[], program: string, cwd: string): FileSystem {
  const files = createNodeFileSystem();
  const roots = places.map((place) => resolve(cwd, place)).filter(isFolder);
  if (roots.length === 0) return files;
  const { port1, port2 } = new MessageChannel();
  const task: Task = { places: roots, port: port2 };
  const worker = new Worker(program, { workerData: task, transferList: [port2], stdin: false });
  // A thread that fails has only not read ahead.
  worker.on("error", () => undefined);
  worker.unref();
  port1.unref();
  const arrived = new Map<string, Uint8Array>();
  return { ...files, readFile: (path) => taken(path, arrived, port1) ?? files.readFile(path) };
}

/** The content of a file, if the thread has sent it by now. */
function taken(path: string, arrived: Map<string, Uint8Array>, port: MessagePort): Uint8Array | undefined {
  if (!SOURCE.test(path)) return undefined;
  let found = arrived.get(path);
  while (found === undefined) {
    const message = receiveMessageOnPort(port);
    if (message === undefined) return undefined;
    const { paths, ends, bytes } = message.message as Batch;
    paths.forEach((name, at) => {
      arrived.set(name, bytes.subarray(at === 0 ? 0 : ends[at - 1], ends[at]));
    });
    found = arrived.get(path);
  }
  arrived.delete(path);
  return found;
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** The thread's part; false in the main thread. */
export function runReader(): boolean {
  if (isMainThread) return false;
  const { places, port } = workerData as Task;
  const reader = createReader(port);
  for (const place of places) reader.walk(place, 0);
  reader.send();
  port.close();
  return true;
}

function createReader(port: MessagePort): { walk(path: string, depth: number): void; send(): void } {
  let paths: string[] = [];
  let contents: Uint8Array[] = [];
  let size = 0;
  let files = 0;
  let bytes = 0;
  const send = (): void => {
    if (paths.length === 0) return;
    const joined = new Uint8Array(size);
    const ends: number[] = [];
    let end = 0;
    for (const content of contents) {
      joined.set(content, end);
      end += content.length;
      ends.push(end);
    }
    port.postMessage({ paths, ends, bytes: joined } satisfies Batch, [joined.buffer]);
    paths = [];
    contents = [];
    size = 0;
  };
  const read = (path: string): void => {
    try {
      // Symbolic links, devices and pipes are for the main thread: entries that are files only come here.
      const content = readFileSync(path);
      if (content.length > LARGEST) return;
      paths.push(path);
      contents.push(content);
      size += content.length;
      files++;
      bytes += content.length;
      if (size >= BATCH_BYTES) send();
    } catch {}
  };
  const walk = (path: string, depth: number): void => {
    let entries: ReturnType<typeof listOf>;
    try {
      entries = listOf(path);
    } catch {
      return;
    }
    for (const entry of entries) {
      if (files >= MOST_FILES || bytes >= MOST_BYTES) return;
      if (entry.isFile()) {
        if (SOURCE.test(entry.name)) read(join(path, entry.name));
      } else if (entry.isDirectory() && depth < DEEPEST && !/^(?:\.|node_modules$)/.test(entry.name))
        walk(join(path, entry.name), depth + 1);
    }
  };
  return { walk, send };
}

function listOf(path: string) {
  return readdirSync(path, { withFileTypes: true });
}
