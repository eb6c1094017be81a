// selinux/nlmsg: netlink messages and the permissions they need, from any side: `name`; `class` with `number`,
// `permission` or neither. Needs no policy; with one, its capability netlink_xperm counts.

import {
  allMessages,
  classesWithMessages,
  hasMessageTable,
  messageByName,
  messagesFor,
  type NlMessage,
  type NlRange,
  nlmsgLookup,
  rangesFor,
} from "../../netlink/nlmsgtab.ts";
import { protocolOfClass } from "../../netlink/protocols.ts";
import { type Answer, booleanParam, invalid, numberParam, type Params, stringParam } from "./params.ts";

export interface NlmsgAnswer {
  readonly messages: readonly NlMessage[];
  readonly ranges: readonly NlRange[];
  /** for a number: what the kernel does with it */
  readonly lookup?: {
    readonly result: "permission" | "unknown" | "unchecked";
    readonly permission: string | null;
    readonly name: string | null;
  };
  /** without anything asked: the classes that have messages */
  readonly classes?: readonly { readonly class: string; readonly protocol: string | null }[];
}

/** Answers selinux/nlmsg; `netlinkXperm` is the policy's, the request's own wins. */
export function nlmsgRequest(params: Params, netlinkXperm: boolean): Answer<NlmsgAnswer> {
  const name = stringParam(params, "name");
  const className = stringParam(params, "class");
  const kernel = stringParam(params, "kernel");
  if (name !== undefined) {
    const message = messageByName(name) ?? messageByName(name.toUpperCase());
    return { value: { messages: message === undefined ? [] : [message], ranges: [] } };
  }
  if (className === undefined) {
    const classes = classesWithMessages().map((one) => ({
      class: one,
      protocol: protocolOfClass(one)?.name ?? null,
    }));
    return { value: { messages: [], ranges: [], classes } };
  }
  if (!hasMessageTable(className)) return invalid(`class ‘${className}’ has no netlink messages`);
  const number = numberParam(params, "number");
  if (number !== undefined) {
    const found = nlmsgLookup(className, number, {
      ...(kernel === undefined ? {} : { kernel }),
      netlinkXperm: booleanParam(params, "xperm") ?? netlinkXperm,
    });
    const message = found.result === "unchecked" ? undefined : found.message;
    const lookup = {
      result: found.result,
      permission: found.result === "permission" ? found.permission : null,
      name: message?.name ?? null,
    };
    return { value: { messages: message === undefined ? [] : [message], ranges: [], lookup } };
  }
  const permission = stringParam(params, "permission");
  if (permission === undefined && kernel === undefined)
    return { value: { messages: allMessages(className), ranges: rangesFor(className, "nlmsg") } };
  const wanted = permission ?? "nlmsg";
  return {
    value: { messages: messagesFor(className, wanted, kernel), ranges: rangesFor(className, wanted) },
  };
}
