// Labels of network peers (security_netlbl_secattr_to_sid, security_netlbl_sid_to_secattr,
// security_net_peersid_resolve in security/selinux/ss/services.c). NetLabel carries only a level and categories: a
// packet's context is the one of the initial SID netmsg with that range; outwards go the low level and the type's
// name as NetLabel domain. When IPsec labels a packet as well, IPsec wins, if both agree on the range.

import type { Context, MlsLevel } from "../policydb/context.ts";
import { Ebitmap } from "../policydb/ebitmap.ts";
import type { PolicyDb } from "../policydb/policydb.ts";
import type { CipsoLabel } from "./cipso.ts";
import { isContextValid } from "./context.ts";
import { NO_RANGE, rangesEqual } from "./mls.ts";
import { failure, type Result, success } from "./result.ts";
import { initialSidContext, SECINITSID_NETMSG } from "./sidtab.ts";

/** The context of a packet with this label. EIDRM when its range is not valid for netmsg. */
export function contextOfPacket(policy: PolicyDb, label: CipsoLabel): Result<Context> {
  const base = initialSidContext(policy, SECINITSID_NETMSG);
  if (base === undefined) return failure("EINVAL");
  if (!policy.mls) return success(base);
  const level: MlsLevel = { sens: label.level + 1, cats: Ebitmap.of(label.categories) };
  const context = { ...base, range: { low: level, high: level } };
  return isContextValid(policy, context) ? success(context) : failure("EIDRM");
}

/** What a socket with this context sends: NetLabel domain, level and categories (all from the low level). */
export function packetOfContext(
  policy: PolicyDb,
  context: Context,
): { readonly domain: string; readonly label: CipsoLabel | undefined } {
  const domain = policy.types.nameOf(context.type) ?? "";
  if (!policy.mls || context.range === undefined) return { domain, label: undefined };
  const { low } = context.range;
  return { domain, label: { level: low.sens - 1, categories: low.cats.toArray() } };
}

/** Which label a packet's peer gets, and why. */
export interface PeerLabel {
  readonly context: Context | undefined;
  readonly reason:
    | "none"
    | "netlabel"
    | "xfrm"
    | "xfrm-over-fallback"
    | "both-without-mls"
    | "both-agree"
    | "conflict";
}

/** security_net_peersid_resolve. `fallback`: the NetLabel label is a static one of unlabeled traffic. */
export function resolvePeer(
  policy: PolicyDb,
  netlabel: Context | undefined,
  fallback: boolean,
  xfrm: Context | undefined,
): PeerLabel {
  if (xfrm === undefined) return { context: netlabel, reason: netlabel === undefined ? "none" : "netlabel" };
  if (netlabel === undefined) return { context: xfrm, reason: "xfrm" };
  if (fallback) return { context: xfrm, reason: "xfrm-over-fallback" };
  if (!policy.mls) return { context: undefined, reason: "both-without-mls" };
  const agree = rangesEqual(netlabel.range ?? NO_RANGE, xfrm.range ?? NO_RANGE);
  return agree ? { context: xfrm, reason: "both-agree" } : { context: undefined, reason: "conflict" };
}
