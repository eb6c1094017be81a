// Questions to a policy and their answers as text, in the form of selinuxfs and of the golden answers in
// test/conformance: one at a time (`answerQuestion`), or in a batch of tab-separated lines, one answer for each in
// order. It keeps a cache of parsed contexts and changes the policy's booleans when a `bool` question says so. It
// reads no files and prints nothing. Answers are exactly those of the kernel (or of libsepol, on demand).

import { AVTAB_CHANGE, AVTAB_MEMBER, AVTAB_TRANSITION } from "../../policydb/avtab.ts";
import type { PolicyDb } from "../../policydb/policydb.ts";
import { createAvRows } from "../avRows.ts";
import { createDecision } from "../computeAv.ts";
import { createContextReader } from "../contextReader.ts";
import { type Dialect, KERNEL } from "../dialect.ts";
import { failure, type Result } from "../result.ts";
import {
  answerAv,
  answerBool,
  answerContext,
  answerReachable,
  answerSid,
  answerValidate,
} from "./accessQuestions.ts";
import {
  answerEndPort,
  answerFsUse,
  answerGenfs,
  answerInitialSid,
  answerNetif,
  answerNode,
  answerPkey,
  answerPort,
} from "./labelQuestions.ts";
import {
  answerBooleans,
  answerCapabilities,
  answerClass,
  answerDenyUnknown,
  answerInitialContexts,
  answerMls,
  answerRejectUnknown,
  answerVersion,
} from "./policyQuestions.ts";
import type { BatchSession } from "./session.ts";

/** How to answer. */
export interface BatchOptions {
  /** In enforcing mode a computed but invalid context is EACCES. Default: true. */
  readonly enforcing?: boolean;
  /** Default: the kernel's answers. */
  readonly dialect?: Dialect;
}

type Answer = (session: BatchSession, fields: readonly string[]) => Result<string>;

/** The questions by their first field. Each gets all fields of the line. */
const QUESTIONS: Readonly<Record<string, Answer>> = {
  av: answerAv,
  tr: (session, fields) => answerSid(session, AVTAB_TRANSITION, fields),
  chg: (session, fields) => answerSid(session, AVTAB_CHANGE, fields),
  mem: (session, fields) => answerSid(session, AVTAB_MEMBER, fields),
  ctx: answerContext,
  vt: answerValidate,
  usr: answerReachable,
  bool: answerBool,
  port: answerPort,
  node: answerNode,
  netif: answerNetif,
  fsuse: answerFsUse,
  genfs: answerGenfs,
  pkey: answerPkey,
  ibend: answerEndPort,
  isid: answerInitialSid,
  booleans: answerBooleans,
  class: answerClass,
  policy_capabilities: answerCapabilities,
  initial_contexts: answerInitialContexts,
  deny_unknown: answerDenyUnknown,
  reject_unknown: answerRejectUnknown,
  mls: answerMls,
  policyvers: answerVersion,
};

/** The names that selinuxfs and libselinux have for the same questions. */
const SAME: Readonly<Record<string, string>> = {
  access: "av",
  create: "tr",
  relabel: "chg",
  member: "mem",
  context: "ctx",
  validatetrans: "vt",
  user: "usr",
  fs_use: "fsuse",
  ibpkey: "pkey",
  ibendport: "ibend",
};

/** Every word that begins a question. */
export const QUESTION_NAMES: readonly string[] = [...Object.keys(QUESTIONS), ...Object.keys(SAME)];

/** Answers question lines. Comments and empty lines pass through; unknown questions are `err EINVAL`. */
export function* answerBatch(
  policy: PolicyDb,
  lines: Iterable<string>,
  options: BatchOptions = {},
): Generator<string> {
  const session = createSession(policy, options);
  for (const line of lines) yield answerLine(session, line);
}

/** What `answerLine` needs; one for a whole batch. */
export function createSession(policy: PolicyDb, options: BatchOptions = {}): BatchSession {
  return {
    policy,
    rows: createAvRows(policy),
    decision: createDecision(),
    enforcing: options.enforcing ?? true,
    dialect: options.dialect ?? KERNEL,
    context: createContextReader(policy),
  };
}

/** One line with its answer. */
export function answerLine(session: BatchSession, line: string): string {
  if (line === "" || line.startsWith("#")) return line;
  const answer = answerQuestion(session, line.split("\t"));
  return `${line}\t=\t${answer.ok ? answer.value : `err ${answer.error}`}`;
}

/** One question as its fields, the name first; an unknown name is EINVAL. */
export function answerQuestion(session: BatchSession, fields: readonly string[]): Result<string> {
  const given = fields[0] ?? "";
  const name = Object.hasOwn(SAME, given) ? (SAME[given] as string) : given;
  return Object.hasOwn(QUESTIONS, name) ? (QUESTIONS[name] as Answer)(session, fields) : failure("EINVAL");
}
