// What the programs say and where: findings and answers to standard output, everything else to standard error.
// Colour follows NO_COLOR, FORCE_COLOR and --no-color (picocolors), progress is shown on a terminal only and only
// when something takes longer than a blink.

import picocolors from "picocolors";

export type Colors = ReturnType<typeof picocolors.createColors>;

export interface Terminal {
  readonly colors: Colors;
  /** columns of standard output; a wide page when it is not a terminal */
  readonly width: number;
  readonly cwd: string;
  out(text: string): void;
  err(text: string): void;
  progress(what: string, done: number, total: number): void;
  endProgress(): void;
}

const SLOW_MS = 300;

/** The process's own terminal. */
export function processTerminal(color: boolean | undefined): Terminal {
  const started = Date.now();
  const isTerminal = process.stderr.isTTY === true;
  let shown = false;
  const enabled = color ?? (picocolors.isColorSupported && (process.stdout.isTTY === true || forced()));
  return {
    colors: picocolors.createColors(enabled),
    width: process.stdout.isTTY === true ? Math.max(40, process.stdout.columns ?? 120) : 160,
    cwd: process.cwd(),
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    progress(what, done, total) {
      if (!isTerminal || Date.now() - started < SLOW_MS) return;
      shown = true;
      process.stderr.write(`\r\x1b[K${what} ${done}/${total}`);
    },
    endProgress() {
      if (shown) process.stderr.write("\r\x1b[K");
      shown = false;
    },
  };
}

function forced(): boolean {
  const value = process.env.FORCE_COLOR;
  return value !== undefined && value !== "0";
}

/** A mistake of the user's: printed as one line, exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
