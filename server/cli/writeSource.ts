// Writes a changed source: whole or not at all, through a new file beside it, with the old one's mode, encoding, byte
// order mark and line ends. A symbolic link stays one. What cannot be written so is a usage error, and the old file
// stays.

import { readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { encodeLike } from "../workspace/decode.ts";
import { UsageError } from "./terminal.ts";

/** Replaces the text of a file. */
export function writeSource(path: string, text: string): void {
  let temporary: string | undefined;
  try {
    const target = realpathSync(path);
    const bytes = encodeLike(readFileSync(target), text);
    if (bytes === undefined)
      throw new Error(
        "it is Latin-1, which has no byte for a character of the new text; convert it to UTF-8",
      );
    temporary = `${target}.${process.pid}.tmp`;
    writeFileSync(temporary, bytes, { mode: statSync(target).mode });
    renameSync(temporary, target);
  } catch (error) {
    if (temporary !== undefined) rmSync(temporary, { force: true });
    throw new UsageError(`${path}: cannot be written (${error instanceof Error ? error.message : error})`);
  }
}
