// "What does this operation need, and does the policy grant it?": the checks of an operation (kernel/operations.ts)
// with labels filled in from what is known (the domain, the target, a parent directory) or what the policy says
// (ports, initial SIDs, transitions), each judged. A check whose label is not known stays open: a guess would lie.

import { expandClass } from "../kernel/hooks.ts";
import {
  type LabelRole,
  type NeededCheck,
  type OperationNeeds,
  operationNeeds,
} from "../kernel/operations.ts";
import { messageByName } from "../netlink/nlmsgtab.ts";
import { AVTAB_TRANSITION } from "../policydb/avtab.ts";
import type { Context } from "../policydb/context.ts";
import { type PolicyDb, permissionNames, permissionValue } from "../policydb/policydb.ts";
import { computeAv } from "../services/computeAv.ts";
import { computeSid } from "../services/computeSid.ts";
import { printContext } from "../services/context.ts";
import { PORT_PROTOCOLS, portContext } from "../services/networkContexts.ts";
import { capabilityNames } from "../services/questions/policyQuestions.ts";
import {
  initialSidContext,
  SECINITSID_KERNEL,
  SECINITSID_NETIF,
  SECINITSID_NODE,
  SECINITSID_SECURITY,
} from "../services/sidtab.ts";
import { XPERM_IOCTL, XPERM_NLMSG, xpermAllowed } from "../services/xperms.ts";
import { type AskedPolicy, explainAccess } from "./access/explain.ts";

/** What is known about the operation's labels. */
export interface KnownLabels {
  readonly domain?: Context;
  readonly target?: Context;
  readonly parent?: Context;
  /** class of the target where the operation leaves it open; `file` by default */
  readonly className?: string;
}

/** A check with its labels, and whether the policy lets it pass. */
export interface JudgedCheck {
  readonly check: NeededCheck;
  /** the class, placeholders resolved */
  readonly className: string;
  readonly source: string | undefined;
  readonly target: string | undefined;
  /** open: a label is not known; absent: the policy has no such class or permission, so it decides as unknown */
  readonly verdict: "allowed" | "denied" | "open" | "absent";
  readonly denied: readonly string[];
  /** what denies: `no rule`, `a constraint`, … */
  readonly reason: string | undefined;
  /** a rule that would be needed */
  readonly rule: string | undefined;
}

export interface JudgedNeeds {
  readonly needs: OperationNeeds;
  readonly checks: readonly JudgedCheck[];
}

/** The checks of an operation under a policy's capabilities; without a policy, under none. */
export function needsOf(query: string, db?: PolicyDb): OperationNeeds {
  const policycaps = new Set(db === undefined ? [] : capabilityNames(db));
  return operationNeeds(query, { messageByName, policycaps });
}

/** The checks judged by a policy; checks that only a domain transition makes are left out when there is none. */
export function judgeNeeds(policy: AskedPolicy, query: string, known: KnownLabels): JudgedNeeds {
  const needs = needsOf(query, policy.db);
  const labels = labelsOf(policy.db, needs, known);
  const transition =
    known.domain !== undefined &&
    labels.newDomain !== undefined &&
    labels.newDomain.type !== known.domain.type;
  const checks = needs.checks.filter(({ when }) => {
    if (known.domain === undefined || known.target === undefined) return true;
    if (/^domain transition/.test(when)) return transition;
    return when !== "no domain transition" || !transition;
  });
  return { needs, checks: checks.map((check) => judge(policy, check, labels, known)) };
}

type Labels = Readonly<Partial<Record<LabelRole, Context>>>;

function labelsOf(db: PolicyDb, needs: OperationNeeds, { domain, target, parent }: KnownLabels): Labels {
  const labels: Partial<Record<LabelRole, Context>> = {};
  const set = (role: LabelRole, context: Context | undefined): void => {
    if (context !== undefined) labels[role] = context;
  };
  set("domain", domain);
  set("self", domain);
  set("target", target);
  set("parent", parent);
  if (!needs.checks.some((c) => c.targetRole === "target")) {
    set("filesystem", target);
    set("new", target);
  }
  const process = db.classes.valueOf("process");
  if (domain !== undefined && target !== undefined && process !== 0)
    set("newDomain", transitionOf(db, domain, target, process));
  const protocol = PORT_PROTOCOLS[/\b(tcp|udp|sctp|dccp)\b/i.exec(needs.query)?.[1]?.toLowerCase() ?? "tcp"];
  if (needs.port !== undefined && protocol !== undefined)
    set("port", portContext(db, protocol, needs.port).context);
  else set("port", target);
  set("node", initialSidContext(db, SECINITSID_NODE));
  set("netif", initialSidContext(db, SECINITSID_NETIF));
  set("kernel", initialSidContext(db, SECINITSID_KERNEL));
  set("security", initialSidContext(db, SECINITSID_SECURITY));
  return labels;
}

function transitionOf(db: PolicyDb, source: Context, target: Context, tclass: number): Context | undefined {
  const computed = computeSid(db, { kind: AVTAB_TRANSITION, source, target, tclass }, false);
  return computed.ok ? computed.value : undefined;
}

function judge(policy: AskedPolicy, check: NeededCheck, labels: Labels, known: KnownLabels): JudgedCheck {
  const { db } = policy;
  const candidates = expandClass(check.class);
  const wanted = known.className ?? "file";
  const className = candidates.includes(wanted) ? wanted : (candidates[0] ?? check.class);
  const source = labels[check.sourceRole];
  const datum = db.classes.get(className);
  const target = labels[check.targetRole] ?? newObject(db, check, labels, datum?.value ?? 0);
  const base = {
    check,
    className,
    source: source && printContext(db, source),
    target: target && printContext(db, target),
  };
  const open = { ...base, denied: [], reason: undefined, rule: undefined };
  if (source === undefined || target === undefined) return { ...open, verdict: "open" };
  if (datum === undefined)
    return { ...open, verdict: "absent", reason: `the policy has no class ${className}` };
  const defined = check.permissions.filter((name) => permissionValue(datum, name) > 0);
  if (defined.length === 0)
    return { ...open, verdict: "absent", reason: `class ${className} of the policy has no such permission` };
  const decision = computeAv(db, source, target, datum.value);
  const allowed = new Set(permissionNames(datum, decision.allowed));
  const denied = defined.filter((name) => !allowed.has(name));
  const sourceName = db.types.nameOf(source.type) ?? "?";
  const targetName = source.type === target.type ? "self" : (db.types.nameOf(target.type) ?? "?");
  const head = `${sourceName} ${targetName}:${className}`;
  if (denied.length > 0) {
    const reason = reasonOf(policy, source, target, className, denied);
    const rule = reason.startsWith("no rule") ? `allow ${head} { ${denied.join(" ")} };` : undefined;
    return { ...base, verdict: "denied", denied, reason, rule };
  }
  const { xperm } = check;
  const kind = defined.includes("nlmsg") ? XPERM_NLMSG : XPERM_IOCTL;
  if (xperm !== undefined && !xpermAllowed(db, source, target, datum.value, xperm, kind)) {
    const name = kind === XPERM_NLMSG ? "nlmsg" : "ioctl";
    const value = `0x${xperm.toString(16)}`;
    const rule = `allowxperm ${head} ${name} ${value};`;
    return {
      ...base,
      verdict: "denied",
      denied: [`${name} ${value}`],
      reason: "allowxperm rules filter it",
      rule,
    };
  }
  return { ...base, verdict: "allowed", denied: [], reason: undefined, rule: undefined };
}

/** What a new object gets: known when the parent directory is. */
function newObject(db: PolicyDb, check: NeededCheck, labels: Labels, tclass: number): Context | undefined {
  const { domain, parent } = labels;
  if (check.targetRole !== "new" || domain === undefined || parent === undefined) return undefined;
  return transitionOf(db, domain, parent, tclass);
}

function reasonOf(
  policy: AskedPolicy,
  source: Context,
  target: Context,
  className: string,
  denied: readonly string[],
): string {
  const datum = policy.db.classes.get(className);
  if (datum === undefined) return "no rule grants it";
  const access = explainAccess(policy, source, target, datum);
  const steps = access.removals.filter((removal) =>
    removal.permissions.some((name) => denied.includes(name)),
  );
  if (steps.length > 0) return [...new Set(steps.map((step) => STEPS[step.step]))].join(", ");
  const off = access.permissions.some((p) => denied.includes(p.name) && p.rules.length > 0);
  return off ? "the rules that grant it stand under a condition that is off" : "no rule grants it";
}

const STEPS = {
  constraint: "a constraint",
  "role-allow": "no role allow",
  bounds: "the bounding type",
} as const;
