// selinux/expand: what a call, a statement or a whole file becomes, as rules with their places and as one text; and
// the virtual documents `selinux-expansion:` that show the same text. A document's URI says all that is needed to
// make it again: the path of a file that chooses the policy, and `line=N` or `call=TEXT`.

import type { Range } from "vscode-languageserver-types";
import type { ExpandedRule, Site } from "../../compiler/face.ts";
import { lineSpan, offsetAt } from "../../workspace/lines.ts";
import type { SourceFile } from "../../workspace/snapshot.ts";
import { shortPlace, toLocation, type View } from "../view.ts";
import { type Answer, invalid, numberParam, type Params, paramsOf, stringParam } from "./params.ts";

/** The scheme of virtual documents. */
export const EXPANSION_SCHEME = "selinux-expansion";
const DEFAULT_LIMIT = 10_000;

export interface ExpansionRule {
  readonly text: string;
  readonly state: ExpandedRule["state"];
  readonly condition: string | null;
  readonly location: { readonly uri: string; readonly range: Range } | null;
  readonly calls: readonly { readonly uri: string; readonly range: Range }[];
}

export interface Expansion {
  /** of the virtual document with the same text */
  readonly uri: string;
  readonly text: string;
  readonly rules: readonly ExpansionRule[];
  readonly truncated: boolean;
}

/** Answers selinux/expand. */
export function expandRequest(view: View, path: string | undefined, params: Params): Answer<Expansion> {
  const limit = Math.max(1, Math.trunc(numberParam(params, "limit") ?? DEFAULT_LIMIT));
  const call = stringParam(params, "call");
  if (call !== undefined) {
    const rules = view.snapshot.compiled.expandText(call, limit);
    return {
      value: built(view, rules, limit, call, uriOf(path ?? "/", `call=${encodeURIComponent(call)}`)),
    };
  }
  const file = path === undefined ? undefined : view.snapshot.fileAt(path);
  if (file === undefined || path === undefined)
    return invalid(
      "selinux/expand takes `call`, or a `textDocument` of the policy with or without a `position`",
    );
  const position = paramsOf(params.position);
  const line = numberParam(position, "line");
  if (line === undefined) {
    return { value: built(view, wholeFile(view, file, limit), limit, fromRoot(view, path), uriOf(path, "")) };
  }
  const character = numberParam(position, "character") ?? 0;
  const rules = rulesAt(view, file, line, offsetAt(file.lines, { line, character }, view.encoding), limit);
  return {
    value: built(view, rules, limit, `${fromRoot(view, path)}:${line + 1}`, uriOf(path, `line=${line + 1}`)),
  };
}

/** A path as people name it. */
function fromRoot(view: View, path: string): string {
  const { root } = view.snapshot.project;
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
}

/** What a virtual document shows; undefined when its URI names nothing of this policy. */
export function expansionOf(view: View, path: string, query: string): Expansion | undefined {
  const fields = new Map(query.split("&").map((part) => part.split("=", 2) as [string, string]));
  const call = fields.get("call");
  const textDocument = {};
  if (call !== undefined) return shownOf(expandRequest(view, path, { textDocument, call: decode(call) }));
  const line = fields.get("line");
  if (line === undefined) return shownOf(expandRequest(view, path, { textDocument }));
  return shownOf(
    expandRequest(view, path, { textDocument, position: { line: Number(line) - 1, character: 0 } }),
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function shownOf(answer: Answer<Expansion>): Expansion | undefined {
  return "value" in answer ? answer.value : undefined;
}

function uriOf(path: string, query: string): string {
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  return `${EXPANSION_SCHEME}:${encoded}${query === "" ? "" : `?${query}`}`;
}

/** What stands at an offset; in the indentation, what stands first on the line. */
function rulesAt(
  view: View,
  file: SourceFile,
  line: number,
  offset: number,
  limit: number,
): readonly ExpandedRule[] {
  const { start, end } = lineSpan(file.lines, line);
  const first = start + (/^\s*/.exec(file.text.slice(start, end))?.[0].length ?? 0);
  return view.snapshot.compiled.expand(file.id, Math.max(first, offset), limit);
}

function wholeFile(view: View, file: SourceFile, limit: number): readonly ExpandedRule[] {
  const { tree } = file;
  const rules: ExpandedRule[] = [];
  for (let node = 1; node < tree.count && rules.length < limit; node = tree.end[node] as number) {
    const start = tree.tokens.start[tree.first[node] as number] ?? 0;
    rules.push(...view.snapshot.compiled.expand(file.id, start, limit - rules.length));
  }
  return rules;
}

function built(
  view: View,
  rules: readonly ExpandedRule[],
  limit: number,
  title: string,
  uri: string,
): Expansion {
  const lines = rules.map((rule) => {
    const notes = [shortPlace(view, rule.origin)];
    if (rule.condition !== undefined) notes.unshift(rule.condition);
    if (rule.state !== "on") notes.unshift(rule.state);
    return `${rule.text}  # ${notes.join(", ")}`;
  });
  const truncated = rules.length >= limit;
  if (lines.length === 0) lines.push("# nothing: no rule comes from it");
  if (truncated) lines.push(`# … stopped at ${limit} rules`);
  return {
    uri,
    text: `# ${title.replace(/\s+/g, " ")}\n${lines.join("\n")}\n`,
    truncated,
    rules: rules.map((rule) => ({
      text: rule.text,
      state: rule.state,
      condition: rule.condition ?? null,
      location: toLocation(view, rule.origin) ?? null,
      calls: rule.origin.calls.flatMap((site: Site) => toLocation(view, site) ?? []),
    })),
  };
}
