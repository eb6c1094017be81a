// The thread that reads ahead (readAhead.ts), a bundle of its own so that it starts at once: it walks the directories,
// sends what it reads, and ends. Symbolic links, devices and what is too large are left to the main thread.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type MessagePort, workerData } from "node:worker_threads";
import { type Batch, SOURCE, type Task } from "./readAhead.ts";

/** What is sent at once: few messages, but the first ones soon. */
const BATCH_BYTES = 256 * 1024;
/** Bounds of the whole: somebody may check a home directory. */
const MOST_FILES = 10_000;
const MOST_BYTES = 32 * 1024 * 1024;
const LARGEST = 4 * 1024 * 1024;
const DEEPEST = 12;

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

const { places, port } = workerData as Task;
const reader = createReader(port);
for (const place of places) reader.walk(place, 0);
reader.send();
port.close();
