// `sels expand`: what a call, a line of a file, or a whole file becomes, rule by rule, with where each comes from
// and whether it counts.

import { resolve } from "node:path";
import type { ExpandedRule } from "../compiler/face.ts";
import { lineSpan } from "../workspace/lines.ts";
import type { Snapshot, SourceFile } from "../workspace/snapshot.ts";
import { openProject, openWorkspace, type SourceOptions } from "./load.ts";
import { originText } from "./query/rules.ts";
import { rangeOf } from "./report/report.ts";
import { reportSite } from "./report/site.ts";
import { type Terminal, UsageError } from "./terminal.ts";

export interface ExpandOptions extends SourceOptions {
  readonly policy?: string;
  readonly limit: number;
  readonly json?: boolean;
}

/** Runs the command; gives the exit code: 1 when the text becomes nothing. */
export function runExpand(what: string, options: ExpandOptions, terminal: Terminal): number {
  const call = /^\s*[A-Za-z_][\w.-]*\s*\(/.test(what) || /\s/.test(what.trim());
  const { snapshot, rules } = call
    ? expandCall(what, options, terminal)
    : expandPlace(what, options, terminal);
  if (options.json === true)
    terminal.out(
      `${JSON.stringify(
        rules.map((rule) => asJson(snapshot, rule, terminal.cwd)),
        null,
        2,
      )}\n`,
    );
  else terminal.out(rules.map((rule) => asText(snapshot, rule, terminal)).join(""));
  if (rules.length === 0) terminal.err("nothing: no rule comes from it\n");
  if (rules.length >= options.limit) terminal.err(`stopped at ${options.limit} rules; see --limit\n`);
  return rules.length === 0 ? 1 : 0;
}

interface Expansion {
  readonly snapshot: Snapshot;
  readonly rules: readonly ExpandedRule[];
}

function expandCall(text: string, options: ExpandOptions, terminal: Terminal): Expansion {
  const snapshot = openProject(options.policy ?? ".", options, terminal);
  return { snapshot, rules: snapshot.compiled.expandText(text, options.limit) };
}

/** FILE or FILE:LINE. */
function expandPlace(what: string, options: ExpandOptions, terminal: Terminal): Expansion {
  const match = /^(.*?)(?::(\d+))?$/.exec(what);
  const path = resolve(terminal.cwd, match?.[1] ?? what);
  const { workspace } = openWorkspace([options.policy ?? path], options, terminal);
  const snapshot = workspace.snapshotOf(path);
  const file = snapshot?.fileAt(path);
  if (snapshot === undefined || file === undefined)
    throw new UsageError(`${what}: not a source of the policy`);
  const line = match?.[2];
  if (line === undefined) return { snapshot, rules: wholeFile(snapshot, file, options.limit) };
  const { start, end } = lineSpan(file.lines, Number(line) - 1);
  const first = start + (/^\s*/.exec(file.text.slice(start, end))?.[0].length ?? 0);
  return { snapshot, rules: snapshot.compiled.expand(file.id, first, options.limit) };
}

/** Every top-level statement of a file, in order. */
function wholeFile(snapshot: Snapshot, file: SourceFile, limit: number): readonly ExpandedRule[] {
  const { tree } = file;
  const rules: ExpandedRule[] = [];
  for (let node = 1; node < tree.count && rules.length < limit; node = tree.end[node] as number) {
    const start = tree.tokens.start[tree.first[node] as number] ?? 0;
    rules.push(...snapshot.compiled.expand(file.id, start, limit - rules.length));
  }
  return rules;
}

function asText(snapshot: Snapshot, rule: ExpandedRule, terminal: Terminal): string {
  const { colors } = terminal;
  const state =
    rule.state === "on"
      ? ""
      : colors.yellow(
          ` # ${rule.state === "dropped" ? "dropped: a name it needs is missing" : "not part of this build"}`,
        );
  const condition = rule.condition === undefined ? "" : colors.cyan(` # ${rule.condition}`);
  return `${rule.text}${condition}${state}\n    ${colors.dim(originText(snapshot, rule.origin, terminal.cwd))}\n`;
}

function asJson(snapshot: Snapshot, rule: ExpandedRule, cwd: string): unknown {
  const site = (at: { file: number; start: number; end: number }) => {
    const shown = reportSite(snapshot, at, cwd);
    return { file: shown.file, range: rangeOf(shown) };
  };
  const { text, state, condition, origin } = rule;
  return {
    text,
    state,
    condition: condition ?? null,
    origin: { ...site(origin), calls: origin.calls.map(site) },
  };
}
