// The table of custom requests (docs/lsp-extensions.md): method and function. The server loops over it, as over the
// table of features; answers are plain data, wrong parameters are an InvalidParams.

import { capabilityNames } from "../../services/questions/policyQuestions.ts";
import type { View } from "../view.ts";
import { computeAvRequest, needsRequest } from "./access.ts";
import { accessTableRequest } from "./accessTable.ts";
import { setBooleansRequest } from "./booleans.ts";
import { expandRequest } from "./expand.ts";
import { nlmsgRequest } from "./nlmsg.ts";
import type { Answer, Params } from "./params.ts";
import { policyDiffRequest } from "./policyDiff.ts";
import { queryRequest } from "./query.ts";
import { ruleAtRequest } from "./ruleAt.ts";
import { type PolicyLoads, statusRequest } from "./status.ts";
import { symbolsRequest } from "./symbols.ts";

/** What a request is answered from. */
export interface ExtensionContext {
  readonly view: View;
  /** of the params' textDocument */
  readonly path: string | undefined;
  readonly loads: PolicyLoads;
}

export interface Extension {
  readonly method: string;
  answer(context: ExtensionContext, params: Params): Answer<unknown>;
}

export const EXTENSIONS: readonly Extension[] = [
  { method: "selinux/expand", answer: ({ view, path }, params) => expandRequest(view, path, params) },
  { method: "selinux/computeAv", answer: ({ view }, params) => computeAvRequest(view, params) },
  { method: "selinux/needs", answer: ({ view }, params) => needsRequest(view, params) },
  {
    method: "selinux/nlmsg",
    answer: ({ view }, params) =>
      nlmsgRequest(params, capabilityNames(view.snapshot.compiled.db).includes("netlink_xperm")),
  },
  { method: "selinux/query", answer: ({ view }, params) => queryRequest(view, params) },
  { method: "selinux/ruleAt", answer: ({ view, path }, params) => ruleAtRequest(view, path, params) },
  { method: "selinux/symbols", answer: ({ view }, params) => symbolsRequest(view, params) },
  { method: "selinux/accessTable", answer: ({ view }, params) => accessTableRequest(view, params) },
  { method: "selinux/setBooleans", answer: ({ view }, params) => setBooleansRequest(view, params) },
  { method: "selinux/policyDiff", answer: ({ view, path }) => ({ value: policyDiffRequest(view, path) }) },
  { method: "selinux/status", answer: ({ view, loads }) => ({ value: statusRequest(view, loads) }) },
];
