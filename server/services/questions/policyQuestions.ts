// Questions about the policy as a whole, named and answered like the files of selinuxfs: booleans/NAME, class/NAME/…,
// policy_capabilities/NAME, initial_contexts/NAME, deny_unknown, reject_unknown, mls and policyvers
// (security/selinux/selinuxfs.c). Without a name a directory answers with what it lists, separated by blanks.

import { INITIAL_SIDS } from "../../kernel/initialSids.ts";
import { POLICYCAPS, policycapAt, policycapByName } from "../../kernel/policycaps.ts";
import {
  HANDLE_UNKNOWN_ALLOW,
  HANDLE_UNKNOWN_REJECT,
  type PolicyDb,
  permissionNames,
  permissionValue,
} from "../../policydb/policydb.ts";
import { failure, type Result, success } from "../result.ts";
import { initialSidContext } from "../sidtab.ts";
import { type BatchSession, contextAnswer } from "./session.ts";

type Fields = readonly string[];

/** `booleans [NAME]`: current and pending value; nothing stays pending between two questions. */
export function answerBooleans({ policy }: BatchSession, fields: Fields): Result<string> {
  const name = fields[1];
  if (name === undefined) return success([...policy.bools].map((datum) => datum.name).join(" "));
  const datum = policy.bools.get(name);
  if (datum === undefined) return failure("ENOENT");
  return success(datum.state ? "1 1" : "0 0");
}

/** `class [NAME [index | perms [PERMISSION]]]`; a class alone gives its index and its permissions. */
export function answerClass({ policy }: BatchSession, fields: Fields): Result<string> {
  const [, name, part, permission] = fields;
  if (name === undefined) return success([...policy.classes].map((datum) => datum.name).join(" "));
  const datum = policy.classes.get(name);
  if (datum === undefined) return failure("ENOENT");
  const names = permissionNames(datum, -1);
  if (part === undefined) return success([datum.value, ...names].join(" "));
  if (part === "index") return success(String(datum.value));
  if (part !== "perms") return failure("ENOENT");
  if (permission === undefined) return success(names.join(" "));
  const value = permissionValue(datum, permission);
  return value === 0 ? failure("ENOENT") : success(String(value));
}

/** `policy_capabilities [NAME]`: capabilities that no kernel knows have no file. */
export function answerCapabilities({ policy }: BatchSession, fields: Fields): Result<string> {
  const name = fields[1];
  if (name === undefined) return success(POLICYCAPS.map((cap) => cap.name).join(" "));
  const cap = policycapByName(name);
  if (cap === undefined) return failure("ENOENT");
  return success(policy.polcaps.has(cap.index) ? "1" : "0");
}

/** `initial_contexts [NAME]` */
export function answerInitialContexts(session: BatchSession, fields: Fields): Result<string> {
  const name = fields[1];
  if (name === undefined)
    return success(
      INITIAL_SIDS.filter((sid) => !sid.reserved)
        .map((sid) => sid.name)
        .join(" "),
    );
  const found = INITIAL_SIDS.find((sid) => sid.name === name && !sid.reserved);
  if (found === undefined) return failure("ENOENT");
  return contextAnswer(session, initialSidContext(session.policy, found.sid));
}

/** `deny_unknown`: 1 unless unknown classes and permissions are allowed. */
export function answerDenyUnknown({ policy }: BatchSession): Result<string> {
  return success(deniesUnknown(policy) ? "1" : "0");
}

/** `reject_unknown` */
export function answerRejectUnknown({ policy }: BatchSession): Result<string> {
  return success(policy.handleUnknown === HANDLE_UNKNOWN_REJECT ? "1" : "0");
}

/** `mls` */
export function answerMls({ policy }: BatchSession): Result<string> {
  return success(policy.mls ? "1" : "0");
}

/** `policyvers`: the version of this policy; the kernel's file has the newest that it reads. */
export function answerVersion({ policy }: BatchSession): Result<string> {
  return success(String(policy.version));
}

/** !security_get_allow_unknown() */
export function deniesUnknown(policy: PolicyDb): boolean {
  return policy.handleUnknown !== HANDLE_UNKNOWN_ALLOW;
}

/** Names of the policy's capabilities; `#n` for bits that no kernel knows. */
export function capabilityNames(policy: PolicyDb): string[] {
  return [...policy.polcaps].map((bit) => policycapAt(bit)?.name ?? `#${bit}`);
}
