// textDocument/prepareRename and rename: a symbol under another name, everywhere: sources, requires, file contexts,
// arguments of macros, and the documentation and comments that speak of it. Either the policy means the same
// afterwards, or the answer is a refusal with its reason. It edits nothing itself.

import type { PrepareRenameResult } from "vscode-languageserver-protocol";
import type { WorkspaceEdit } from "vscode-languageserver-types";
import { type SymbolUse, symbolAt } from "../symbolAt.ts";
import { type Place, toRange, type View } from "../view.ts";
import { collision, isInComment, mentions } from "./collisions.ts";
import { namingProblem } from "./naming.ts";
import { isPrefix, renamePrefix } from "./prefix.ts";
import { fixedText, type Refusal, type Subject, subjectAt } from "./subject.ts";
import { type EditAbilities, type Rewrite, workspaceEdit } from "./workspaceEdit.ts";

/** The range of the name at a place; undefined where nothing has one. */
export function prepareRename(view: View, place: Place): PrepareRenameResult | Refusal | undefined {
  const prefix = prefixAt(view, place);
  if (prefix !== undefined)
    return { range: toRange(view, prefix.file, prefix.start, prefix.end), placeholder: prefix.name };
  const subject = subjectAt(view, place);
  if (subject === undefined || "refused" in subject) return subject;
  const { use, name } = subject;
  return { range: toRange(view, use.file, use.start, use.end), placeholder: name };
}

/** The edit that renames the symbol at a place. */
export function rename(
  view: View,
  place: Place,
  newName: string,
  abilities: EditAbilities,
): WorkspaceEdit | Refusal | undefined {
  const prefix = prefixAt(view, place);
  if (prefix !== undefined) return renamedPrefix(view, prefix.name, newName, abilities);
  const subject = subjectAt(view, place);
  if (subject === undefined || "refused" in subject) return subject;
  if (newName === subject.name) return workspaceEdit(view, [], abilities);
  const problem = namingProblem(view, newName, subject) ?? collision(view, newName, subject.kinds);
  if (problem !== undefined) return { refused: problem };
  const rewrites: Rewrite[] = subject.places.map(({ file, start, end }) => ({
    file,
    start,
    end,
    text: newName,
  }));
  return workspaceEdit(view, [...rewrites, ...remarks(view, subject, newName)], abilities);
}

/** The argument at a place that macros only make names of. */
function prefixAt({ snapshot }: View, { file, offset }: Place): SymbolUse | undefined {
  const use = symbolAt(file, offset);
  return use !== undefined && isPrefix(snapshot, use) ? use : undefined;
}

function renamedPrefix(
  view: View,
  prefix: string,
  newName: string,
  abilities: EditAbilities,
): WorkspaceEdit | Refusal {
  if (newName === prefix) return workspaceEdit(view, [], abilities);
  const edit = renamePrefix(view, prefix, newName);
  if ("refused" in edit) return edit;
  const said = [...edit.names].flatMap(([name, to]) => remarks(view, { name }, to));
  return workspaceEdit(view, [...edit.rewrites, ...said], abilities);
}

/** Comments that speak of the symbol. A plain word (`domain`) means other things there: it stays. */
function remarks(view: View, { name }: Pick<Subject, "name">, newName: string): Rewrite[] {
  if (!/[_\d]/.test(name)) return [];
  const found: Rewrite[] = [];
  for (const file of view.snapshot.files()) {
    if (fixedText(file) !== undefined) continue;
    for (const start of mentions(file.text, name))
      if (isInComment(file, start))
        found.push({ file, start, end: start + name.length, text: newName, isRemark: true });
  }
  return found;
}
