/*
 * The m4 of this house: GNU m4 1.4's language for policy sources, in memory, bounded, without effects.
 *
 * `createM4` makes a processor whose macros, quotes and diversions live on from one `expand` to the next, as
 * for the files of one command line; `runM4` is the whole command line. Nothing is read, written or executed;
 * no input makes it throw or hang (see M4Limits). Not done: options -s (sync lines), include files, tracing,
 * frozen states. Follows "info m4" 1.4.19; lengths are in bytes of UTF-8.
 */

import { BUILTINS, setDefinition } from "./builtins.ts";
import { decodeText, encodeText, fromLatin1 } from "./bytes.ts";
import { type M4Error, type M4Limits, type Machine, startInput } from "./machine.ts";
import { createDiversions, divertTo, takeOutput, undivertAll } from "./output.ts";
import { classify, run } from "./scan.ts";
import { createSymbols, type Definition, internSymbol } from "./symbols.ts";

export type { M4Error, M4ErrorKind, M4Limits } from "./machine.ts";

/** What to note: nothing, of each output line its place in the input or the innermost macro's definition, or of each
 *  piece of output its piece of input. */
export type M4Provenance = "none" | "input" | "definition" | "pieces";

/** How to set up a processor. */
export interface M4Options {
  /** Macros to begin with, as -D gives them; names and values are text. */
  readonly defines?: Readonly<Record<string, string>>;
  readonly provenance?: M4Provenance;
  /** Stop at the first warning, as `m4 -E -E` does. */
  readonly fatalWarnings?: boolean;
  readonly limits?: Partial<M4Limits>;
}

/** Places of the output's lines: line i (0-based) comes from files[places[2i]], line places[2i + 1]. */
export interface M4Origin {
  readonly files: readonly string[];
  readonly places: Int32Array;
}

/** What one step gave: output of diversion 0, new messages, the exit code once it is known (0 until then). */
export interface M4Result {
  readonly value: string;
  readonly errors: readonly M4Error[];
  readonly exitCode?: number;
  readonly origin?: M4Origin;
  /** with "pieces": as in pieces.ts; files are counted in the order of the command line */
  readonly pieces?: Int32Array;
}

/** A processor. */
export interface M4 {
  /** Expands one file; after the end of the run (m4exit, a fatal error, a limit) it gives nothing more. */
  readonly expand: (text: string, file: string) => M4Result;
  /** Ends the input: the texts of m4wrap, then all diversions. */
  readonly finish: () => M4Result;
  /** Whether a macro has a definition now. */
  readonly isDefined: (name: string) => boolean;
}

/** A file of a command line. */
export interface M4Input {
  readonly path: string;
  readonly text: string;
}

/** The default bounds. */
export const DEFAULT_LIMITS: M4Limits = {
  maxOutput: 256 * 1024 * 1024,
  maxNesting: 10_000,
  maxExpansions: 50_000_000,
  maxWork: 4_000_000_000,
  maxRegexSteps: 20_000_000,
  maxErrors: 10_000,
};

const EMPTY = new Uint8Array(0);

function createMachine(options: M4Options): Machine {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const m: Machine = {
    limits,
    symbols: createSymbols(),
    diversions: createDiversions(options.provenance ?? "none", limits.maxOutput),
    errors: [],
    inputs: [],
    wrapped: [],
    fatalWarnings: options.fatalWarnings ?? false,
    ended: false,
    warnedZero: false,
    exitCode: undefined,
    expansions: 0,
    work: 0,
    src: EMPTY,
    pos: 0,
    end: 0,
    base: -1,
    file: -1,
    off: -1,
    def: undefined,
    token: 0,
    sources: [],
    depth: 0,
    inBuf: new Uint8Array(65536),
    inTop: 0,
    argBuf: new Uint8Array(65536),
    argTop: 0,
    argStarts: new Int32Array(1024),
    argTokens: new Int32Array(1024),
    argCount: 0,
    frames: [],
    collecting: 0,
    paren: 0,
    skipBlanks: false,
    callBase: 0,
    argc: 0,
    callName: EMPTY,
    callFile: -1,
    callOff: -1,
    lquote: fromLatin1("`"),
    rquote: fromLatin1("'"),
    bcomm: fromLatin1("#"),
    ecomm: fromLatin1("\n"),
    topClasses: new Uint8Array(256),
    argClasses: new Uint8Array(256),
    openIsPlain: true,
  };
  classify(m);
  predefine(m, options.defines ?? {});
  return m;
}

function predefine(m: Machine, defines: Readonly<Record<string, string>>): void {
  const define = (name: string, text: string, builtin: number): void => {
    const bytes = encodeText(name);
    setDefinition(m, internSymbol(m.symbols, bytes, 0, bytes.length), encodeText(text), builtin, false);
  };
  BUILTINS.forEach((builtin, number) => {
    define(builtin.name, "", number);
  });
  define("__gnu__", "", -1);
  define("__unix__", "", -1);
  for (const [name, text] of Object.entries(defines)) define(name, text, -1);
}

function collect(m: Machine, errorsBefore: number): M4Result {
  const { bytes, marks, pieces } = takeOutput(m.diversions);
  return {
    value: decodeText(bytes),
    errors: m.errors.slice(errorsBefore),
    ...(m.exitCode === undefined ? {} : { exitCode: m.exitCode }),
    ...(m.diversions.traced ? { origin: { files: m.inputs.map((input) => input.name), places: marks } } : {}),
    ...(m.diversions.pieced ? { pieces } : {}),
  };
}

function expandFile(m: Machine, text: string, name: string): M4Result {
  const before = m.errors.length;
  if (m.ended) return collect(m, before);
  const bytes = encodeText(text);
  m.inputs.push({ name, bytes, lines: undefined });
  startInput(m, m.inputs.length - 1, bytes, -1);
  run(m);
  return collect(m, before);
}

function finishRun(m: Machine): M4Result {
  const before = m.errors.length;
  while (!m.ended && m.wrapped.length > 0) {
    // The texts saved last come first.
    const pieces = m.wrapped.splice(0).reverse();
    const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
    let at = 0;
    for (const piece of pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    startInput(m, -1, bytes, 0);
    run(m);
  }
  if (!m.ended) {
    divertTo(m.diversions, 0);
    undivertAll(m.diversions);
  }
  return collect(m, before);
}

function hasDefinition(m: Machine, name: string): boolean {
  const bytes = encodeText(name);
  const definition: Definition | undefined =
    m.symbols.definitions[internSymbol(m.symbols, bytes, 0, bytes.length)];
  return definition !== undefined;
}

/** Makes a processor. */
export function createM4(options: M4Options = {}): M4 {
  const m = createMachine(options);
  return {
    expand: (text, file) => expandFile(m, text, file),
    finish: () => finishRun(m),
    isDefined: (name) => hasDefinition(m, name),
  };
}

/** Does what `m4 -Dname=value… file…` does. */
export function runM4(inputs: readonly M4Input[], options: M4Options = {}): M4Result {
  const m = createMachine(options);
  const parts: M4Result[] = inputs.map((input) => expandFile(m, input.text, input.path));
  parts.push(finishRun(m));
  const last = parts.at(-1);
  const origin = last?.origin;
  const value = parts.map((part) => part.value).join("");
  return {
    value,
    errors: m.errors,
    ...(m.exitCode === undefined ? {} : { exitCode: m.exitCode }),
    ...(origin === undefined
      ? {}
      : { origin: { files: origin.files, places: joined(parts, (part) => part.origin?.places) } }),
    ...(last?.pieces === undefined ? {} : { pieces: joined(parts, (part) => part.pieces) }),
  };
}

function joined(parts: readonly M4Result[], of: (part: M4Result) => Int32Array | undefined): Int32Array {
  const arrays = parts.flatMap((part) => of(part) ?? []);
  const all = new Int32Array(arrays.reduce((sum, array) => sum + array.length, 0));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
}
