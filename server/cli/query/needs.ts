// `sels query needs OPERATION [--domain D] [--target T]`: which permissions on which labels an operation is checked
// for, and, given labels and a policy, which of them the policy denies and why.

import { type JudgedCheck, judgeNeeds, type KnownLabels, needsOf } from "../../features/needs.ts";
import type { NeededCheck } from "../../kernel/operations.ts";
import type { Context } from "../../policydb/context.ts";
import type { PolicyDb } from "../../policydb/policydb.ts";
import type { QueriedPolicy } from "../policy.ts";
import { type Terminal, UsageError } from "../terminal.ts";
import { labelOf } from "./why.ts";

export interface NeedsOptions {
  readonly domain?: string;
  readonly target?: string;
  readonly parent?: string;
  readonly class?: string;
  readonly json?: boolean;
}

/** Runs the query; gives the exit code: 1 when the policy denies a check, or nothing is known of the operation. */
export function runNeeds(
  policy: QueriedPolicy | undefined,
  words: readonly string[],
  options: NeedsOptions,
  terminal: Terminal,
): number {
  const query = words.join(" ");
  if (query === "") throw new UsageError("needs takes an operation, e.g. 'open for writing'");
  if (policy === undefined) return plain(query, options, terminal);
  const known = knownLabels(policy.db, options);
  const { needs, checks } = judgeNeeds(policy, query, known);
  if (options.json === true) terminal.out(`${JSON.stringify({ ...needs, checks }, null, 2)}\n`);
  else {
    terminal.out(`${terminal.colors.bold(needs.title)}\n`);
    for (const check of checks) terminal.out(judgedLines(check, needs.kind !== "recipe", terminal));
    for (const note of needs.notes) terminal.out(`note: ${note}\n`);
  }
  if (needs.kind === "none") terminal.err(`nothing is known of ‘${query}’\n`);
  return needs.kind === "none" || checks.some((check) => check.verdict === "denied") ? 1 : 0;
}

/** Without a policy: the checks alone. */
function plain(query: string, options: NeedsOptions, terminal: Terminal): number {
  const needs = needsOf(query);
  if (options.json === true) terminal.out(`${JSON.stringify(needs, null, 2)}\n`);
  else {
    terminal.out(`${terminal.colors.bold(needs.title)}\n`);
    for (const check of needs.checks)
      terminal.out(
        `  ${checkText(check, check.class, check.source, check.target, needs.kind !== "recipe")}\n`,
      );
    for (const note of needs.notes) terminal.out(`note: ${note}\n`);
  }
  if (needs.kind === "none") terminal.err(`nothing is known of ‘${query}’\n`);
  return needs.kind === "none" ? 1 : 0;
}

function knownLabels(db: PolicyDb, options: NeedsOptions): KnownLabels {
  const read = (text: string | undefined, object: boolean): Context | undefined =>
    text === undefined ? undefined : labelOf(db, text, object);
  const domain = read(options.domain, false);
  const target = read(options.target, false);
  const parent = read(options.parent, true);
  return {
    ...(domain && { domain }),
    ...(target && { target }),
    ...(parent && { parent }),
    ...(options.class === undefined ? {} : { className: options.class }),
  };
}

function judgedLines(judged: JudgedCheck, named: boolean, terminal: Terminal): string {
  const { colors } = terminal;
  const { check, verdict } = judged;
  const paint = verdict === "denied" ? colors.red : verdict === "allowed" ? colors.green : colors.yellow;
  const source = judged.source ?? check.source;
  const target = judged.target ?? check.target;
  let text = `${paint(verdict.padEnd(7))} ${checkText(check, judged.className, source, target, named)}\n`;
  if (judged.reason !== undefined) {
    const what = judged.denied.length > 0 ? `${judged.denied.join(" ")}: ` : "";
    text += `          ${colors.dim(`${what}${judged.reason}`)}\n`;
  }
  if (judged.rule !== undefined) text += `          ${judged.rule}\n`;
  return text;
}

/** `domain → target : file { write }  (when)  [hook]`. */
function checkText(
  check: NeededCheck,
  className: string,
  source: string,
  target: string,
  named: boolean,
): string {
  const xperm = check.xperm === undefined ? "" : ` 0x${check.xperm.toString(16)}`;
  const when = check.when === "" ? "" : `  (${check.when})`;
  // Recipes span several hooks; only what was found by its hook names one.
  const hook = check.hook === undefined || !named ? "" : `  [${check.hook}]`;
  return `${source} → ${target} : ${className} { ${check.permissions.join(" ")}${xperm} }${when}${hook}`;
}
