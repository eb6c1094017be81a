// What a reporter gets: findings with their files, in the order in which they are shown. Pure.

import type { Severity } from "../../compiler/face.ts";
import { type Lines, positionAt, type TextPosition } from "../../workspace/lines.ts";

export interface ReportSite {
  /** as shown to the user: relative to the working directory when below it */
  readonly file: string;
  /** absent for findings about a whole project */
  readonly lines: Lines | undefined;
  readonly start: number;
  readonly end: number;
  /** a byte of a file without lines, where there is one */
  readonly offset?: number;
}

export interface ReportRelated extends ReportSite {
  readonly message: string;
}

export interface ReportFinding extends ReportSite {
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly related: readonly ReportRelated[];
}

export interface ReportSummary {
  readonly files: number;
  readonly projects: number;
  readonly errors: number;
  readonly warnings: number;
  readonly informations: number;
  readonly hints: number;
  /** findings outside the paths that were asked for */
  readonly elsewhere: number;
  readonly milliseconds: number;
}

export interface Report {
  readonly findings: readonly ReportFinding[];
  readonly summary: ReportSummary;
}

export const SEVERITIES: readonly Severity[] = ["error", "warning", "information", "hint"];

/** True when `severity` is at least as grave as `level`. */
export function reaches(severity: Severity, level: Severity): boolean {
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(level);
}

/** First and last position of a site, 0-based. */
export function rangeOf(site: ReportSite): { readonly start: TextPosition; readonly end: TextPosition } {
  const zero = { line: 0, character: 0 };
  if (site.lines === undefined) return { start: zero, end: zero };
  return { start: positionAt(site.lines, site.start), end: positionAt(site.lines, site.end) };
}

/** `file:line:column`, 1-based; `file+0x10` for a byte; the file alone when there is no place. */
export function placeOf(site: ReportSite): string {
  if (site.lines === undefined)
    return site.offset === undefined ? site.file : `${site.file}+0x${site.offset.toString(16)}`;
  const { line, character } = rangeOf(site).start;
  return `${site.file}:${line + 1}:${character + 1}`;
}

/** `1 error`, `2 errors`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
