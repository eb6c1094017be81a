// selinux/query: the questions of selinuxfs to the policy of the workspace, one or many in a request. A question is a
// list of fields as `sels query` takes them, or an object whose field names are below. Booleans that a request sets
// hold until its end: a request leaves the policy as it was.

import type { PolicyDb } from "../../policydb/policydb.ts";
import { commitBooleans, runningBooleans } from "../../services/booleans.ts";
import { LIBSEPOL } from "../../services/dialect.ts";
import { answerQuestion, createSession, QUESTION_NAMES } from "../../services/questions/batch.ts";
import type { View } from "../view.ts";
import { type Answer, booleanParam, invalid, type Params, paramsOf, stringParam } from "./params.ts";

/** Fields of each question, in order; a `?` ends those that must be there. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  access: ["source", "target", "class"],
  create: ["source", "target", "class", "?", "name"],
  relabel: ["source", "target", "class"],
  member: ["source", "target", "class"],
  context: ["context"],
  validatetrans: ["old", "new", "class", "task"],
  user: ["source", "user"],
  bool: ["name", "value"],
  booleans: ["?", "name"],
  class: ["?", "name", "part", "permission"],
  policy_capabilities: ["?", "name"],
  initial_contexts: ["?", "name"],
  deny_unknown: [],
  reject_unknown: [],
  mls: [],
  policyvers: [],
  port: ["protocol", "port"],
  node: ["address"],
  netif: ["name"],
  fs_use: ["fstype"],
  genfs: ["fstype", "path", "class"],
  ibpkey: ["prefix", "pkey"],
  ibendport: ["device", "port"],
};

export type QueryAnswer = { readonly answer: string } | { readonly error: string };

/** Answers selinux/query. */
export function queryRequest(view: View, params: Params): Answer<QueryAnswer | readonly QueryAnswer[]> {
  const many = Array.isArray(params.questions);
  const given: readonly unknown[] = many ? (params.questions as unknown[]) : [params];
  const questions: (readonly string[])[] = [];
  for (const one of given) {
    const fields = fieldsOf(one);
    if (!Array.isArray(fields)) return fields as Answer<never>;
    questions.push(fields);
  }
  const { db } = view.snapshot.compiled;
  const answers = answerAll(db, questions, params);
  return { value: many ? answers : (answers[0] as QueryAnswer) };
}

function answerAll(db: PolicyDb, questions: readonly (readonly string[])[], params: Params): QueryAnswer[] {
  const before = runningBooleans(db);
  const wanted = new Map<string, boolean>();
  for (const [name, value] of Object.entries(paramsOf(params.booleans)))
    if (typeof value === "boolean") wanted.set(name, value);
  const { generation } = db;
  commitBooleans(db, wanted);
  const session = createSession(db, {
    enforcing: booleanParam(params, "permissive") !== true,
    ...(params.dialect === "libsepol" ? { dialect: LIBSEPOL } : {}),
  });
  const answers = questions.map((fields): QueryAnswer => {
    const answer = answerQuestion(session, fields);
    return answer.ok ? { answer: answer.value } : { error: answer.error };
  });
  if (commitBooleans(db, before) || wanted.size > 0) db.generation = generation;
  return answers;
}

/** A question as fields: `["port", "tcp", "80"]`, or `{ question: "port", protocol: "tcp", port: 80 }`. */
function fieldsOf(given: unknown): readonly string[] | { readonly invalid: string } {
  if (Array.isArray(given)) return given.map(String);
  const params = paramsOf(given);
  const name = stringParam(params, "question") ?? "";
  const names = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
  if (names === undefined)
    return invalid(
      QUESTION_NAMES.includes(name)
        ? `question ‘${name}’ is for lists of fields; known here: ${Object.keys(FIELDS).join(", ")}`
        : `no question ‘${name}’; known: ${Object.keys(FIELDS).join(", ")}`,
    );
  const fields = [name];
  let optional = false;
  for (const field of names) {
    if (field === "?") {
      optional = true;
      continue;
    }
    const value =
      name === "genfs" && field === "class"
        ? (stringParam(params, field) ?? "-")
        : stringParam(params, field);
    if (value === undefined && optional) break;
    if (value === undefined) return invalid(`question ‘${name}’ needs ‘${field}’`);
    fields.push(value);
  }
  return fields;
}
