// Security identifiers: small integers for contexts (security/selinux/ss/sidtab.c). 1 to 27 are the initial SIDs of
// the policy, dynamic ones follow from 28. An initial SID that the policy leaves undefined, and a number that was
// never given out, mean the unlabeled context. Two initial SIDs with one context: the reverse look-up gives the
// first. A table belongs to one policy; its numbers mean nothing outside.

import type { Context, MlsLevel } from "../policydb/context.ts";
import type { PolicyDb } from "../policydb/policydb.ts";

export const SECINITSID_KERNEL = 1;
export const SECINITSID_SECURITY = 2;
export const SECINITSID_UNLABELED = 3;
export const SECINITSID_FILE = 5;
export const SECINITSID_INIT = 7;
export const SECINITSID_PORT = 9;
export const SECINITSID_NETIF = 10;
export const SECINITSID_NETMSG = 11;
export const SECINITSID_NODE = 12;
/** Highest initial SID. */
export const SECINITSID_NUM = 27;

/** Contexts and their numbers. */
export class Sidtab {
  private readonly contexts: (Context | undefined)[] = [];
  private readonly sids = new Map<string, number>();

  constructor(policy: PolicyDb) {
    for (const { sid, context } of policy.ocontexts.initialSids) {
      if (sid < 1 || sid > SECINITSID_NUM) continue;
      this.contexts[sid] = context;
      const key = contextKey(context);
      const known = this.sids.get(key);
      if (known === undefined || sid < known) this.sids.set(key, sid);
    }
    for (let sid = 0; sid <= SECINITSID_NUM; sid++) this.contexts[sid] ??= undefined;
  }

  /** The number of a context, given on first sight. */
  sidOf(context: Context): number {
    const key = contextKey(context);
    const known = this.sids.get(key);
    if (known !== undefined) return known;
    const sid = this.contexts.push(context) - 1;
    this.sids.set(key, sid);
    return sid;
  }

  /** The context of a number, unlabeled for unknown ones; undefined when the policy has no unlabeled context. */
  contextOf(sid: number): Context | undefined {
    return this.contexts[sid] ?? this.contexts[SECINITSID_UNLABELED];
  }

  /** Numbers in use: the initial ones and the dynamic ones. */
  get size(): number {
    return this.sids.size;
  }
}

/** Equal for equal contexts only. */
export function contextKey(context: Context): string {
  const { user, role, type, range } = context;
  if (range === undefined) return `${user},${role},${type}`;
  const low = levelKey(range.low);
  return `${user},${role},${type},${low}-${range.high === range.low ? low : levelKey(range.high)}`;
}

function levelKey(level: MlsLevel): string {
  const { words } = level.cats;
  let last = words.length - 1;
  while (last >= 0 && words[last] === 0) last--;
  let key = String(level.sens);
  for (let i = 0; i <= last; i++) key += `:${(words[i] as number).toString(36)}`;
  return key;
}

/** The context of an initial SID as the kernel finds it: unlabeled when the policy has none for it. */
export function initialSidContext(policy: PolicyDb, sid: number): Context | undefined {
  const { initialSids } = policy.ocontexts;
  const find = (wanted: number): Context | undefined =>
    initialSids.find((initial) => initial.sid === wanted)?.context;
  return find(sid) ?? find(SECINITSID_UNLABELED);
}
