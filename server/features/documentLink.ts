// textDocument/documentLink: the files of one module lead to each other (from `policy_module(name` in the .te, from
// the first line of documentation in the .if, from the first line of the .fc), and addresses in comments to the web.
// Names of the policy are no links: definition does that.

import type { DocumentLink } from "vscode-languageserver-types";
import { moduleDocs } from "../../grammar/syntax/docs.ts";
import { N_MODULE, N_NAME, N_POLICYMODULE } from "../../grammar/syntax/kinds.ts";
import { endOf, startOf } from "../../grammar/syntax/tree.ts";
import type { FileRole } from "../compiler/face.ts";
import type { SourceFile } from "../workspace/snapshot.ts";
import { sourcePaths } from "../workspace/sourcePlace.ts";
import { childrenOf } from "./children.ts";
import { toRange, type View } from "./view.ts";

/** Comments of one file that may hold addresses. */
const ADDRESS = /#[^\n]*?\bhttps?:\/\/[^\s<>"'`)\]]+/g;

/** The links of a file. */
export function documentLink(view: View, file: SourceFile): DocumentLink[] {
  return [...moduleLinks(view, file), ...addressLinks(view, file)];
}

function addressLinks(view: View, file: SourceFile): DocumentLink[] {
  if (!file.text.includes("://")) return [];
  return [...file.text.matchAll(ADDRESS)].map((match) => {
    const whole = match[0].replace(/[.,;:]+$/, "");
    const from = whole.search(/https?:\/\//);
    const start = match.index + from;
    return { range: toRange(view, file, start, match.index + whole.length), target: whole.slice(from) };
  });
}

/** Links to the other files of the module: two ranges side by side where there are two. */
function moduleLinks(view: View, file: SourceFile): DocumentLink[] {
  const others = (["te", "if", "fc"] as readonly FileRole[]).flatMap((role) => {
    if (role === file.role) return [];
    const other = siblingOf(view, file, role);
    return other === undefined ? [] : [other];
  });
  if (others.length === 0) return [];
  const ranges = anchorsOf(file);
  return ranges.slice(0, others.length).map(({ start, end }, i) => {
    const other = others[i] as SourceFile;
    const [path = other.path] = sourcePaths(other);
    const name = path.slice(path.lastIndexOf("/") + 1);
    return {
      range: toRange(view, file, start, end),
      target: view.uriOf(path),
      tooltip: `Open ${name}`,
    };
  });
}

/** The file of the same module with another role, beside this one. */
export function siblingOf(view: View, file: SourceFile, role: FileRole): SourceFile | undefined {
  if (file.role !== "te" && file.role !== "if" && file.role !== "fc") return undefined;
  const stem = file.path.replace(/\.\w+$/, "");
  return view.snapshot.fileAt(`${stem}.${role}`);
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where links to the module's other files stand: the module's name and version, or words of the first line. */
function anchorsOf(file: SourceFile): Span[] {
  const { tree, text } = file;
  if (file.role === "te") {
    const statement = childrenOf(tree, 0).find(
      (node) => tree.kind[node] === N_POLICYMODULE || tree.kind[node] === N_MODULE,
    );
    if (statement === undefined) return [];
    return childrenOf(tree, statement)
      .filter((node) => tree.kind[node] === N_NAME)
      .map((node) => ({ start: startOf(tree, node), end: endOf(tree, node) }));
  }
  const from = file.role === "if" ? (moduleDocs(text)?.start ?? 0) : text.search(/\S/);
  const stop = text.indexOf("\n", from);
  const line = from < 0 ? "" : text.slice(from, stop < 0 ? text.length : stop).replace(/<\/?\w+>/g, blank);
  const words = [...line.matchAll(/[^\s#]+/g)].map((word) => ({
    start: from + word.index,
    end: from + word.index + word[0].length,
  }));
  const first = words[0];
  const last = words.at(-1);
  if (first === undefined || last === undefined) return [];
  if (words.length === 1) return [first];
  const middle = words[Math.floor(words.length / 2) - 1] as Span;
  const next = words[Math.floor(words.length / 2)] as Span;
  return [
    { start: first.start, end: middle.end },
    { start: next.start, end: last.end },
  ];
}

function blank(tag: string): string {
  return " ".repeat(tag.length);
}
