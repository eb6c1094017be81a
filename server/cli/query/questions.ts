// `sels query av|tr|chg|mem|ctx|vt|usr|port|… …`: one question on the command line, or a batch of them from a file
// or standard input, in the tab-separated form of the golden answers (batch.ts).

import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { LIBSEPOL } from "../../services/dialect.ts";
import { answerBatch, type BatchOptions } from "../../services/questions/batch.ts";
import type { QueriedPolicy } from "../policy.ts";
import { type Terminal, UsageError } from "../terminal.ts";

export interface QuestionOptions {
  readonly batch?: string;
  readonly permissive?: boolean;
  readonly enforcing?: boolean;
  readonly libsepol?: boolean;
}

/** Answers gathered before they are written. */
const CHUNK = 1 << 16;

/** Answers questions; gives the exit code: 1 when a single question's answer is an error. */
export function runQuestions(
  { db }: QueriedPolicy,
  words: readonly string[],
  options: QuestionOptions,
  terminal: Terminal,
): number {
  const how: BatchOptions = {
    enforcing: options.permissive !== true,
    ...(options.libsepol === true ? { dialect: LIBSEPOL } : {}),
  };
  if (options.batch !== undefined) {
    let text = "";
    for (const answer of answerBatch(db, readLines(options.batch), how)) {
      text += `${answer}\n`;
      if (text.length > CHUNK) {
        writeOut(text);
        text = "";
      }
    }
    writeOut(text);
    return 0;
  }
  if (words.length === 0) throw new UsageError("no question; see sels query --help");
  const line = words.join("\t");
  const [answer = ""] = answerBatch(db, [line], how);
  const value = answer.slice(line.length + 3);
  terminal.out(`${value}\n`);
  return value.startsWith("err ") ? 1 : 0;
}

/** Standard output, whole: a pipe may take a part at a time. */
function writeOut(text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(1, bytes, at);
    } catch (error) {
      if ((error as { code?: string }).code !== "EAGAIN") throw error;
    }
  }
}

/** The lines of a file, or of standard input for `-`, read in chunks. */
function* readLines(path: string): Generator<string> {
  let fd: number;
  try {
    fd = path === "-" ? 0 : openSync(path, "r");
  } catch {
    throw new UsageError(`${path}: cannot be read`);
  }
  const buffer = Buffer.alloc(CHUNK);
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const count = readChunk(fd, buffer);
    if (count === 0) break;
    const lines = (rest + decoder.decode(buffer.subarray(0, count), { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
  if (fd !== 0) closeSync(fd);
}

function readChunk(fd: number, buffer: Buffer): number {
  for (;;) {
    try {
      return readSync(fd, buffer, 0, buffer.length, null);
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === "EOF") return 0;
      if (code !== "EAGAIN") throw error;
    }
  }
}
