// Questions about the labels of objects: ports, nodes, interfaces, filesystems, InfiniBand and initial SIDs. Each
// function reads the fields of one question line and gives the answer's text.

import { parseAddress } from "../address.ts";
import { fsLabelling, genfsLabel } from "../fsContexts.ts";
import {
  ibEndPortContext,
  ibPkeyContext,
  netifContexts,
  nodeContext,
  PORT_PROTOCOLS,
  portContext,
} from "../networkContexts.ts";
import { failure, type Result, success } from "../result.ts";
import { initialSidContext } from "../sidtab.ts";
import { type BatchSession, classField, contextAnswer, numberField } from "./session.ts";

type Fields = readonly string[];

/** `port tcp|udp|sctp|dccp N` */
export function answerPort(session: BatchSession, fields: Fields): Result<string> {
  const protocol = PORT_PROTOCOLS[fields[1] ?? ""];
  const port = numberField(fields[2], 0xffff);
  if (protocol === undefined || port === undefined) return failure("EINVAL");
  return contextAnswer(session, portContext(session.policy, protocol, port).context);
}

/** `node ADDRESS` */
export function answerNode(session: BatchSession, fields: Fields): Result<string> {
  const address = parseAddress(fields[1] ?? "");
  if (address === undefined) return failure("EINVAL");
  return contextAnswer(session, nodeContext(session.policy, address).context);
}

/** `netif NAME` */
export function answerNetif(session: BatchSession, fields: Fields): Result<string> {
  const contexts = netifContexts(session.policy, fields[1] ?? "");
  const netif = contextAnswer(session, contexts.netif);
  const message = contextAnswer(session, contexts.message);
  if (!netif.ok) return netif;
  return message.ok ? success(`${netif.value} ${message.value}`) : message;
}

/** `fsuse FSTYPE` */
export function answerFsUse(session: BatchSession, fields: Fields): Result<string> {
  const { behavior, context } = fsLabelling(session.policy, fields[1] ?? "");
  if (context === undefined) return success(`${behavior} -`);
  const text = contextAnswer(session, context);
  return text.ok ? success(`${behavior} ${text.value}`) : text;
}

/** `genfs FSTYPE PATH CLASS|-` */
export function answerGenfs(session: BatchSession, fields: Fields): Result<string> {
  const [, fstype = "", path = "", className] = fields;
  const tclass = className === "-" ? success(0) : classField(session, className);
  if (!tclass.ok) return tclass;
  return contextAnswer(session, genfsLabel(session.policy, fstype, path, tclass.value).context);
}

/** `pkey PREFIX KEY`: the prefix is the upper half of an IPv6 address. */
export function answerPkey(session: BatchSession, fields: Fields): Result<string> {
  const address = parseAddress(fields[1] ?? "");
  const pkey = numberField(fields[2], 0xffff);
  if (address?.length !== 16 || pkey === undefined) return failure("EINVAL");
  const prefix = new DataView(address.buffer).getBigUint64(0);
  return contextAnswer(session, ibPkeyContext(session.policy, prefix, pkey).context);
}

/** `ibend DEVICE PORT` */
export function answerEndPort(session: BatchSession, fields: Fields): Result<string> {
  const port = numberField(fields[2], 0xff);
  if (port === undefined) return failure("EINVAL");
  return contextAnswer(session, ibEndPortContext(session.policy, fields[1] ?? "", port).context);
}

/** `isid N` */
export function answerInitialSid(session: BatchSession, fields: Fields): Result<string> {
  const sid = numberField(fields[1], 0xffffffff);
  return sid === undefined
    ? failure("EINVAL")
    : contextAnswer(session, initialSidContext(session.policy, sid));
}
