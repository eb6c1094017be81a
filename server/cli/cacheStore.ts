// The warm-start cache on disk: one file an answer below the user's cache directory, named by the hash of its key,
// with a checksum. It never fails: what cannot be read is not there, what cannot be written is not written, and a
// damaged file is a miss. Writes are atomic (a new file, then rename). Bounded: the oldest answers go first.

import { createHash } from "node:crypto";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import type { Prober } from "../workspace/resultCache.ts";

/** Answers and compiled programs kept, and the bytes that they may take together. */
const MOST_FILES = 64;
const MOST_BYTES = 64 * 1024 * 1024;
/** A file changed so recently may change again within its time stamp's grain: its stamp proves nothing. */
const SETTLED_MS = 2000;

/** Names of our files: only these are ever removed. */
const OURS = /^\.?[a-z]+-[0-9a-f]{40}(\.\d+\.tmp)?$/;

/** A directory of checksummed files. */
export interface CacheStore {
  read(name: string): Buffer | undefined;
  write(name: string, content: Uint8Array | string): boolean;
}

/** Where the cache lies: SELS_CACHE_DIR, else below XDG_CACHE_HOME or ~/.cache. Undefined: no cache is wanted. */
export function cacheDirectory(env: NodeJS.ProcessEnv): string | undefined {
  const own = env.SELS_CACHE_DIR;
  if (own !== undefined) return own === "" ? undefined : own;
  const base = env.XDG_CACHE_HOME;
  try {
    return join(
      base !== undefined && isAbsolute(base) ? base : join(homedir(), ".cache"),
      "selinux-language-server",
    );
  } catch {
    return undefined; // no home directory
  }
}

/** Opens a cache directory; it is made with the first write. */
export function openStore(directory: string): CacheStore {
  return {
    read(name) {
      try {
        const path = join(directory, name);
        const bytes = readFileSync(path);
        const content = bytes.subarray(20);
        if (bytes.length < 20 || !digest(content).equals(bytes.subarray(0, 20))) return undefined;
        const now = new Date();
        // Read files are the last to be evicted. A read-only cache still answers.
        try {
          utimesSync(path, now, now);
        } catch {}
        return content;
      } catch {
        return undefined;
      }
    },
    write(name, content) {
      const temporary = join(directory, `.${name}.${process.pid}.tmp`);
      try {
        mkdirSync(directory, { recursive: true, mode: 0o700 });
        const bytes = typeof content === "string" ? Buffer.from(content) : content;
        writeFileSync(temporary, Buffer.concat([digest(bytes), bytes]), { mode: 0o600, flag: "wx" });
        renameSync(temporary, join(directory, name));
        evict(directory);
        return true;
      } catch {
        rmSync(temporary, { force: true });
        return false;
      }
    },
  };
}

/** Removes the files least recently used while there are too many, and what broken-off writes left behind. */
function evict(directory: string): void {
  const found: { path: string; size: number; used: number }[] = [];
  for (const name of readdirSync(directory)) {
    if (!OURS.test(name)) continue;
    const path = join(directory, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined || !stat.isFile()) continue;
    if (!name.endsWith(".tmp")) found.push({ path, size: stat.size, used: stat.mtimeMs });
    else if (Date.now() - stat.mtimeMs > 60_000) rmSync(path, { force: true });
  }
  found.sort((a, b) => b.used - a.used);
  let bytes = 0;
  found.forEach(({ path, size }, index) => {
    bytes += size;
    if (index >= MOST_FILES || (index > 0 && bytes > MOST_BYTES)) rmSync(path, { force: true });
  });
}

function digest(content: Uint8Array | string): Buffer {
  return createHash("sha1").update(content).digest();
}

/** The name of a key's file. */
export function nameOf(kind: string, key: string): string {
  return `${kind}-${digest(key).toString("hex")}`;
}

/** Stamps and hashes from the disk. Stamps newer than `started` less the time stamps' grain are not trusted. */
export function createProber(started: number): Prober {
  return {
    stamp(path) {
      try {
        const stat = statSync(path, { throwIfNoEntry: false });
        if (stat === undefined) return "";
        if (Math.max(stat.mtimeMs, stat.ctimeMs) > started - SETTLED_MS) return "";
        return `${stat.size} ${stat.mtimeMs} ${stat.ctimeMs} ${stat.ino}`;
      } catch {
        return "";
      }
    },
    hash: (content) => digest(content).toString("base64"),
  };
}
