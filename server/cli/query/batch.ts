// The batch form of `sels query`: questions and answers as tab-separated lines, in the form of selinuxfs and of the
// golden answers in test/conformance. A pure generator: it reads lines, keeps a cache of parsed contexts, changes
// the policy's booleans when a `bool` line says so, and yields one line for each line it reads, in order. It reads
// no files and prints nothing. Contexts and answers are exactly those of the kernel (or of libsepol, on demand).

import { AVTAB_CHANGE, AVTAB_MEMBER, AVTAB_TRANSITION } from "../../policydb/avtab.ts";
import type { PolicyDb } from "../../policydb/policydb.ts";
import { createAvRows } from "../../services/avRows.ts";
import { createDecision } from "../../services/computeAv.ts";
import { createContextReader } from "../../services/contextReader.ts";
import { type Dialect, KERNEL } from "../../services/dialect.ts";
import { failure, type Result } from "../../services/result.ts";
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
};

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
  const fields = line.split("\t");
  const question = QUESTIONS[fields[0] as string];
  const answer = question === undefined ? failure("EINVAL") : question(session, fields);
  return `${line}\t=\t${answer.ok ? answer.value : `err ${answer.error}`}`;
}
