// Questions about decisions: access vectors, computed labels, contexts, validatetrans, reachable contexts and the
// switching of booleans. Each function reads the fields of one question line and gives the answer's text.

import type { Context } from "../../policydb/context.ts";
import { computeAvByRows } from "../avRows.ts";
import { commitBooleans } from "../booleans.ts";
import { computeSid, type SidKind } from "../computeSid.ts";
import { printContext } from "../context.ts";
import { failure, type Result, success } from "../result.ts";
import { reachableContexts } from "../userContexts.ts";
import { validateTransition } from "../validatetrans.ts";
import { type BatchSession, classField, contextAnswer, TRANSACTION_LIMIT } from "./session.ts";

type Fields = readonly string[];

/** `av SCON TCON CLASS` */
export function answerAv(session: BatchSession, fields: Fields): Result<string> {
  const source = session.context(fields[1] ?? "");
  if (!source.ok) return source;
  const target = session.context(fields[2] ?? "");
  if (!target.ok) return target;
  const tclass = classField(session, fields[3]);
  if (!tclass.ok) return tclass;
  const { decision, dialect, policy } = session;
  const missing = policy.classes.at(tclass.value) === undefined;
  if (missing && dialect.family === "libsepol") return failure("EINVAL");
  computeAvByRows(session.rows, source.value, target.value, tclass.value, decision);
  const masks = [decision.allowed, decision.auditallow, decision.auditdeny].map(hex).join(" ");
  return success(dialect.family === "libsepol" ? masks : `${masks} ${decision.flags}`);
}

function hex(mask: number): string {
  return (mask >>> 0).toString(16).padStart(8, "0");
}

/** `tr|chg|mem SCON TCON CLASS [NAME]`; libsepol's interface takes no names. */
export function answerSid(session: BatchSession, kind: SidKind, fields: Fields): Result<string> {
  const { policy, dialect } = session;
  const name = fields[4];
  if (name !== undefined && dialect.family === "libsepol") return success("unsupported");
  const source = session.context(fields[1] ?? "");
  if (!source.ok) return source;
  const target = session.context(fields[2] ?? "");
  if (!target.ok) return target;
  const tclass = classField(session, fields[3]);
  if (!tclass.ok) return tclass;
  const base = { kind, source: source.value, target: target.value, tclass: tclass.value };
  const question = name === undefined ? base : { ...base, name };
  const computed = computeSid(policy, question, session.enforcing, dialect);
  return computed.ok ? contextAnswer(session, computed.value) : computed;
}

/** `ctx CONTEXT` */
export function answerContext(session: BatchSession, fields: Fields): Result<string> {
  const context = session.context(fields[1] ?? "");
  return context.ok ? contextAnswer(session, context.value) : context;
}

/** `vt OLD NEW CLASS TASK` */
export function answerValidate(session: BatchSession, fields: Fields): Result<string> {
  const oldContext = session.context(fields[1] ?? "");
  if (!oldContext.ok) return oldContext;
  const newContext = session.context(fields[2] ?? "");
  if (!newContext.ok) return newContext;
  const tclass = classField(session, fields[3]);
  if (!tclass.ok) return tclass;
  const task = session.context(fields[4] ?? "");
  if (!task.ok) return task;
  const { policy } = session;
  const verdict = validateTransition(policy, oldContext.value, newContext.value, tclass.value, task.value);
  return verdict.ok ? success("ok") : verdict;
}

/** `usr SCON USER`: the contexts in alphabetical order, because their own order follows numbers of symbols */
export function answerReachable(session: BatchSession, fields: Fields): Result<string> {
  const from = session.context(fields[1] ?? "");
  if (!from.ok) return from;
  const found = reachableContexts(session.rows, from.value, fields[2] ?? "", session.dialect);
  return found.ok ? listAnswer(session, found.value) : found;
}

function listAnswer(session: BatchSession, contexts: readonly Context[]): Result<string> {
  const texts = contexts.map((context) => printContext(session.policy, context, session.dialect)).sort();
  const parts = [String(texts.length), ...texts];
  const bytes = parts.reduce((sum, part) => sum + part.length + 1, 0);
  if (session.dialect.family === "kernel" && texts.length > 0 && bytes >= TRANSACTION_LIMIT)
    return failure("ERANGE");
  return success(parts.join(" "));
}

/** `bool NAME 0|1`: any integer is accepted, as selinuxfs does. */
export function answerBool(session: BatchSession, fields: Fields): Result<string> {
  const [, name = "", value = ""] = fields;
  if (session.policy.bools.get(name) === undefined) return failure("ENOENT");
  if (!/^[+-]?\d+/.test(value)) return failure("EINVAL");
  commitBooleans(session.policy, new Map([[name, Number.parseInt(value, 10) !== 0]]));
  return success("ok");
}
