// `sels format`: the reference policy's style for files, directories or standard input. It needs no policy: every file
// is formatted by itself, and only its white space. Files whose checks a `.sels.json` turns off altogether are left
// out, as are generated ones. Exit code 1: --check found files that are not formatted.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createWords } from "../../grammar/parse.ts";
import type { Words } from "../../grammar/text/words.ts";
import type { Control } from "../checks/control/control.ts";
import { applyChanges, DEFAULT_FORMAT_OPTIONS, type TextChange } from "../features/format/change.ts";
import { type FormatKind, formatChanges, formatKindOf, parseForFormat } from "../features/format/format.ts";
import { configurationOf } from "../workspace/configuration.ts";
import { decodeSource } from "../workspace/decode.ts";
import { textReader } from "../workspace/discover.ts";
import type { FileSystem } from "../workspace/fileSystem.ts";
import { directoryOf, relativeTo } from "../workspace/paths.ts";
import { createNodeFileSystem } from "./nodeFileSystem.ts";
import { counted } from "./report/report.ts";
import { type Terminal, UsageError } from "./terminal.ts";
import { unifiedDiff } from "./unifiedDiff.ts";
import { writeSource } from "./writeSource.ts";

export interface FormatCommandOptions {
  readonly check?: boolean;
  readonly diff?: boolean;
  readonly write?: boolean;
  readonly json?: boolean;
  /** the name that standard input has */
  readonly stdinName: string;
}

/** How deep directories are searched. */
const MOST_DEPTH = 32;

interface Formatted {
  readonly name: string;
  readonly text: string;
  readonly changes: readonly TextChange[];
  /** statements of the file have mistakes and stay as they are */
  readonly mistakes: number;
}

/** Runs the command; gives the exit code. */
export function runFormat(
  given: readonly string[],
  options: FormatCommandOptions,
  terminal: Terminal,
  readInput: () => Uint8Array = () => readFileSync(0),
): number {
  const words = createWords();
  if (given.includes("-")) {
    if (given.length > 1) throw new UsageError("standard input (-) stands alone");
    if (options.write === true) throw new UsageError("standard input (-) cannot be written back");
    const kind = formatKindOf(options.stdinName);
    if (kind === undefined) throw notFormatted(options.stdinName);
    const { text } = readable(readInput(), options.stdinName);
    return report([formatOne(text, kind, options.stdinName, words)], options, terminal);
  }
  const files = createNodeFileSystem();
  const paths = collect(files, given.length === 0 ? ["."] : given, terminal);
  const mode = options.check === true || options.diff === true || options.write === true || options.json;
  if (!mode && paths.length > 1)
    throw new UsageError("several files: say --check, --diff or --write (one file alone is printed)");
  const results: Formatted[] = [];
  for (const [i, path] of paths.entries()) {
    terminal.progress("formatting", i, paths.length);
    const name = relativeTo(path, terminal.cwd);
    const bytes = files.readFile(path);
    if (bytes === undefined) throw new UsageError(`${name}: cannot be read`);
    const { text } = readable(bytes, name);
    const result = formatOne(text, formatKindOf(path) as FormatKind, name, words);
    results.push(result);
    if (options.write === true && result.changes.length > 0)
      writeSource(path, applyChanges(text, result.changes));
  }
  terminal.endProgress();
  return report(results, options, terminal);
}

function formatOne(text: string, kind: FormatKind, name: string, words: Words): Formatted {
  const tree = parseForFormat(text, kind, words);
  const changes = formatChanges(tree, kind, words, DEFAULT_FORMAT_OPTIONS);
  return { name, text, changes, mistakes: tree.errors.length };
}

/** A text that may be given back: what is refused by the decoder would come back empty. */
function readable(bytes: Uint8Array, name: string): { readonly text: string } {
  const { text, remarks } = decodeSource(bytes);
  const refused = remarks.find(({ severity }) => severity === "error");
  if (refused !== undefined) throw new UsageError(`${name}: ${refused.message}`);
  return { text };
}

function report(results: readonly Formatted[], options: FormatCommandOptions, terminal: Terminal): number {
  const changed = results.filter(({ changes }) => changes.length > 0);
  const { check = false, diff = false, write = false } = options;
  if (options.json === true) {
    const files = changed.map(({ name, changes }) => ({ file: name, changes: changes.length }));
    const summary = { files: results.length, changed: changed.length, written: write };
    terminal.out(`${JSON.stringify({ files, summary }, null, 2)}\n`);
  } else if (diff) {
    for (const { name, text, changes } of changed) terminal.out(unifiedDiff(name, text, changes));
  } else if (check) terminal.out(changed.map(({ name }) => `${name}\n`).join(""));
  else if (!write) for (const { text, changes } of results) terminal.out(applyChanges(text, changes));
  for (const { name, mistakes } of results)
    if (mistakes > 0)
      terminal.err(
        `${name}: ${counted(mistakes, "syntax error")}; the statements with them stay as they are\n`,
      );
  if ((check || write) && options.json !== true) {
    const verb = write ? "formatted" : "to be formatted";
    terminal.err(`${counted(changed.length, "file")} of ${results.length} ${verb}\n`);
  }
  return check && changed.length > 0 ? 1 : 0;
}

function notFormatted(name: string): UsageError {
  return new UsageError(`${name}: only .te, .if, .fc, .spt and policy.conf files are formatted`);
}

/** The files to format, each once. */
function collect(files: FileSystem, given: readonly string[], terminal: Terminal): readonly string[] {
  const found = new Set<string>();
  const wanted = isWanted(files);
  for (const name of given) {
    const path = resolve(terminal.cwd, name);
    const stat = files.stat(path);
    if (stat === undefined) throw new UsageError(`${name}: no such file or directory`);
    if (stat.kind === "directory") walk(files, path, MOST_DEPTH, wanted, found);
    else if (formatKindOf(path) === undefined) throw notFormatted(name);
    else if (wanted(path)) found.add(path);
  }
  return [...found];
}

function walk(
  files: FileSystem,
  directory: string,
  depth: number,
  wanted: (path: string) => boolean,
  found: Set<string>,
): void {
  const entries = files.list(directory) ?? [];
  const names = new Set(entries.map(({ name }) => name));
  for (const { name, kind, symbolicLink } of entries) {
    const path = directory === "/" ? `/${name}` : `${directory}/${name}`;
    if (kind === "directory") {
      if (depth > 0 && !symbolicLink && name !== "node_modules" && !name.startsWith("."))
        walk(files, path, depth - 1, wanted, found);
      continue;
    }
    const kindOf = formatKindOf(path);
    // A policy.conf, and what has a source called `.in`, was made by a program.
    if (kindOf === undefined || kindOf === "conf" || names.has(`${name}.in`)) continue;
    if (wanted(path)) found.add(path);
  }
}

/** Is a file not excluded by the settings nearest to it? */
function isWanted(files: FileSystem): (path: string) => boolean {
  const controls = new Map<string, Control>();
  const readText = textReader(files);
  return (path) => {
    const directory = directoryOf(path);
    let control = controls.get(directory);
    if (control === undefined) {
      ({ control } = configurationOf(readText, directory, { defines: [] }));
      controls.set(directory, control);
    }
    return control.profileOf(path).decided("*") !== "off";
  };
}
