/**
 * The one place where the conformance tests touch the product: opens a directory the way `sels check` does and
 * answers with findings, after edits too. Everything else in this folder knows only this interface. It is filled
 * in when the workspace room stands; until then `engineConnected` is false and the tests that need it are
 * skipped, loudly, and fail where CI is set.
 */
import type { PolicyDb } from "../../server/policydb/policydb.ts";

/** A finding in terms of files and lines. */
export interface EngineFinding {
  /** relative to the opened root, with slashes */
  readonly file: string;
  /** 1-based */
  readonly line: number;
  readonly severity: "error" | "warning" | "information" | "hint";
  readonly code: string;
  readonly message: string;
}

/** An opened policy. */
export interface Engine {
  /** All findings of the whole policy, up to date with every edit. */
  findings(): readonly EngineFinding[];
  /** Replaces the text of a file in memory, never on disk. */
  edit(file: string, text: string): void;
  readonly db: PolicyDb;
}

/** How to open a root. */
export interface EngineOptions {
  /** `tree`: a reference policy; `modules`: a directory of modules against the installed headers */
  readonly kind: "tree" | "modules";
  /** modules only: false to check without any headers */
  readonly headers?: boolean;
}

export const engineConnected: boolean = false;

/** Opens a directory. */
export async function openEngine(root: string, options: EngineOptions): Promise<Engine> {
  throw new Error(`no engine is connected that could open ${root} as ${options.kind}`);
}
