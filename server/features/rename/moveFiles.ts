// workspace/willRenameFiles: a module is three files and a name. Renaming `foo.te` to `bar.te` takes `foo.if` and
// `foo.fc` along, names the module `bar`, and keeps its entry in modules.conf. Names inside (foo_t, foo_read) stay:
// these are renames of their own. Where another module has the new name nothing is offered.

import type { RenameFile, TextDocumentEdit, TextEdit, WorkspaceEdit } from "vscode-languageserver-types";
import { directoryOf, extension, joinPath, stem } from "../../workspace/paths.ts";
import { toRange, type View } from "../view.ts";
import { fixedText } from "./subject.ts";
import type { EditAbilities } from "./workspaceEdit.ts";

/** A file that is to be renamed, as the client says it. */
export interface Move {
  readonly from: string;
  readonly to: string;
  readonly newUri: string;
}

/** The text of a file that is no source; undefined when it is not there. */
export type ReadText = (path: string) => string | undefined;

const MODULE_FILES = [".te", ".if", ".fc"];
const MODULE_NAME = /^[A-Za-z][\w-]*$/;

interface Changes {
  readonly edits: Map<string, { readonly path: string; readonly edits: TextEdit[] }>;
  readonly renames: RenameFile[];
}

/** What else is to be changed when files are renamed; undefined for nothing. */
export function willRenameFiles(
  view: View,
  moves: readonly Move[],
  readText: ReadText,
  abilities: EditAbilities,
): WorkspaceEdit | undefined {
  const changes: Changes = { edits: new Map(), renames: [] };
  const modules = new Set<string>();
  for (const move of moves) {
    const file = view.snapshot.fileAt(move.from);
    if (file === undefined || !isModuleMove(move) || fixedText(file) !== undefined) continue;
    const module = `${directoryOf(move.from)}/${stem(move.from)}`;
    if (modules.has(module)) continue;
    modules.add(module);
    const from = stem(move.from);
    const to = stem(move.to);
    if (from !== to && !canBeNamed(view, to)) continue;
    moveSiblings(view, move, moves, changes);
    if (from !== to) renameModule(view, move, readText, changes);
  }
  return assemble(view, changes, abilities);
}

function isModuleMove({ from, to }: Move): boolean {
  return MODULE_FILES.includes(extension(from)) && extension(from) === extension(to);
}

/** True when no module has a name, and one may. */
function canBeNamed(view: View, name: string): boolean {
  const { compiled } = view.snapshot;
  return MODULE_NAME.test(name) && !compiled.declarations(name).some(({ kind }) => kind === "module");
}

/** The module's other files go along, unless they are told to go elsewhere or their place is taken. */
function moveSiblings(view: View, move: Move, moves: readonly Move[], changes: Changes): void {
  for (const sibling of MODULE_FILES) {
    const path = joinPath(directoryOf(move.from), stem(move.from) + sibling);
    const target = joinPath(directoryOf(move.to), stem(move.to) + sibling);
    const file = view.snapshot.fileAt(path);
    if (file === undefined || fixedText(file) !== undefined) continue;
    if (moves.some(({ from }) => from === path) || view.snapshot.fileAt(target) !== undefined) continue;
    const newUri = move.newUri.slice(0, -extension(move.to).length) + sibling;
    changes.renames.push({ kind: "rename", oldUri: view.uriOf(path), newUri });
  }
}

function renameModule(view: View, { from, to }: Move, readText: ReadText, changes: Changes): void {
  const { snapshot } = view;
  const name = stem(from);
  const te = snapshot.fileAt(joinPath(directoryOf(from), `${name}.te`));
  for (const { kind, file, start, end } of snapshot.compiled.declarations(name))
    if (kind === "module" && te !== undefined && file === te.id && te.text.slice(start, end) === name)
      add(view, changes, te.path, { range: toRange(view, te, start, end), newText: stem(to) });
  for (const path of snapshot.project.inputs)
    if (path.endsWith("/modules.conf")) {
      const text = te === undefined ? undefined : readText(path);
      for (const edit of entryEdits(text ?? "", name, stem(to))) add(view, changes, path, edit);
    }
}

/** `foo = module` and the comment that heads it. */
function entryEdits(text: string, name: string, newName: string): TextEdit[] {
  const edits: TextEdit[] = [];
  text.split("\n").forEach((content, line) => {
    const match = /^(\s*|#\s*Module:\s*)([\w-]+)(?=\s*(=|$))/.exec(content);
    if (match === null || match[2] !== name || (match[3] === "") !== content.startsWith("#")) return;
    const character = (match[1] as string).length;
    const range = { start: { line, character }, end: { line, character: character + name.length } };
    edits.push({ range, newText: newName });
  });
  return edits;
}

function add(view: View, changes: Changes, path: string, edit: TextEdit): void {
  const uri = view.uriOf(path);
  const known = changes.edits.get(uri);
  if (known === undefined) changes.edits.set(uri, { path, edits: [edit] });
  else known.edits.push(edit);
}

/** Texts first: a renamed file is none of the client's any more. */
function assemble(view: View, changes: Changes, abilities: EditAbilities): WorkspaceEdit | undefined {
  const { edits, renames } = changes;
  if (!abilities.documentChanges) {
    if (edits.size === 0) return undefined;
    return { changes: Object.fromEntries([...edits].map(([uri, one]) => [uri, one.edits])) };
  }
  const texts = [...edits].map(
    ([uri, one]): TextDocumentEdit => ({
      textDocument: { uri, version: view.versionOf?.(one.path) ?? null },
      edits: one.edits,
    }),
  );
  const documentChanges = [...texts, ...(abilities.renamesFiles ? renames : [])];
  return documentChanges.length === 0 ? undefined : { documentChanges };
}
