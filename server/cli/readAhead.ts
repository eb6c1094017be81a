// Reading ahead: while the engine is loaded and compiled, a second thread walks the directories that a command names
// and reads the policy sources in them, a few thousand small files that cost a cold start a tenth of its time. The
// file system here gives out what has come in and reads the rest itself. Invariants: each content is given out once,
// so a second reading is from the disk as it is then; what the thread does not know, cannot read or leaves out is
// simply read in the ordinary way; it never keeps the program from ending. It reads nothing that the engine would not.

import { lstatSync } from "node:fs";
import { resolve } from "node:path";
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { FileSystem } from "../workspace/fileSystem.ts";
import { createNodeFileSystem } from "./nodeFileSystem.ts";

/** Files in one message; their bytes travel in one buffer. */
export interface Batch {
  readonly paths: readonly string[];
  /** ends of the contents within the buffer */
  readonly ends: readonly number[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What the thread (reader.ts) is to do. */
export interface Task {
  readonly places: readonly string[];
  readonly port: MessagePort;
}

/** Sources of policy trees and module directories. */
export const SOURCE = /\.(?:te|if|fc|spt)$/;

/** Starts the `reader` below some places; gives the file system that profits from it. */
export function readAhead(places: readonly string[], reader: string, cwd: string): FileSystem {
  const files = createNodeFileSystem();
  const roots = places.map((place) => resolve(cwd, place)).filter(isFolder);
  if (roots.length === 0) return files;
  const { port1, port2 } = new MessageChannel();
  const task: Task = { places: roots, port: port2 };
  const worker = new Worker(reader, { workerData: task, transferList: [port2], stdin: false });
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
