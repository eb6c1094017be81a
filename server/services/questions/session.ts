// What the answers to a batch of questions share, and how fields of a question are read. Class names may be written
// as numbers (`#7`), as the kernel's interfaces know them.

import type { Context } from "../../policydb/context.ts";
import type { PolicyDb } from "../../policydb/policydb.ts";
import type { AvRows } from "../avRows.ts";
import type { AvDecision } from "../computeAv.ts";
import { printContext } from "../context.ts";
import type { Dialect } from "../dialect.ts";
import { failure, type Result, success } from "../result.ts";

/** State of one batch. */
export interface BatchSession {
  readonly policy: PolicyDb;
  readonly rows: AvRows;
  /** reused for every access question */
  readonly decision: AvDecision;
  readonly enforcing: boolean;
  readonly dialect: Dialect;
  /** parses a context, remembering it */
  readonly context: (text: string) => Result<Context>;
}

/** What a reply of selinuxfs holds at most (SIMPLE_TRANSACTION_LIMIT on pages of 4 KiB). */
export const TRANSACTION_LIMIT = 4096 - 8;

/** A field that must be a decimal number up to a maximum; undefined otherwise. */
export function numberField(field: string | undefined, maximum: number): number | undefined {
  if (field === undefined || !/^\d{1,10}$/.test(field)) return undefined;
  const value = Number(field);
  return value <= maximum ? value : undefined;
}

/** The value of a class by name or `#number`. */
export function classField(session: BatchSession, field: string | undefined): Result<number> {
  if (field === undefined || field === "") return failure("EINVAL");
  if (field.startsWith("#")) {
    const value = numberField(field.slice(1), 0xffff);
    return value === undefined ? failure("EINVAL") : success(value);
  }
  const value = session.policy.classes.valueOf(field);
  return value === 0 ? failure("ENOENT") : success(value);
}

/** The text of a context in an answer. Contexts that do not fit into a reply of the kernel are ERANGE. */
export function contextAnswer(session: BatchSession, context: Context | undefined): Result<string> {
  if (context === undefined) return failure("EINVAL");
  const text = printContext(session.policy, context, session.dialect);
  if (session.dialect.family === "kernel" && text.length + 1 > TRANSACTION_LIMIT) return failure("ERANGE");
  return success(text);
}
