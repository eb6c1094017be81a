// What is wrong with an assertion, in words: what the policy says instead and why. Rules are shown as the policy has
// them, with the statement that they come from and the calls that led there; reasons that have a place in a source are
// related places, the others lines of the message.

import type { Assertion } from "../../../grammar/policyTest/syntax.ts";
import type { FileSpec } from "../../analysis/labelling/specs.ts";
import type {
  AccessFailure,
  DeniedGrant,
  Failure,
  LabelFailure,
  MissingGrant,
  ReachFailure,
  TransitionFailure,
  Verdict,
} from "../../analysis/policyTest/facts.ts";
import { ruleText, setText } from "../../analysis/ruleText.ts";
import type { Origin, RelatedSite, Site } from "../../compiler/face.ts";
import { type PolicyDb, permissionNames } from "../../policydb/policydb.ts";
import { positionAt } from "../../workspace/lines.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { sourcePlace } from "../../workspace/sourcePlace.ts";
import type { AskedPolicy } from "../access/explain.ts";
import { removalNotes } from "./removals.ts";
import { roleAllowSites, roleTypesSites } from "./roleSites.ts";

/** Reasons of one kind that are told. */
const MOST_REASONS = 5;
/** Calls of a chain that are named. */
const MOST_CALLS = 6;

/** A reason in words. */
export interface Reason {
  /** the first line says what is wrong, the others why */
  readonly lines: readonly string[];
  readonly related: readonly RelatedSite[];
}

/** Why an assertion does not hold. */
export function reasonOf(policy: AskedPolicy, { db, failures }: Verdict): Reason {
  const reasons = failures.map((failure) => failureReason({ ...policy, db }, failure));
  const [first] = reasons;
  if (first === undefined) return { lines: [], related: [] };
  const others = reasons.slice(1, MOST_REASONS).map((reason) => `also: ${reason.lines[0] ?? ""}`);
  const more = reasons.length > MOST_REASONS ? [`and ${reasons.length - MOST_REASONS} more`] : [];
  return { lines: [...first.lines, ...others, ...more], related: first.related };
}

function failureReason(policy: AskedPolicy, failure: Failure): Reason {
  if (failure.kind === "label") return labelReason(policy, failure);
  if (failure.kind === "transition") return transitionReason(policy, failure);
  if (failure.kind === "reach") return reachReason(policy, failure);
  return failure.assertion.isAllow ? missingReason(policy, failure) : grantedReason(policy, failure);
}

/** A `deny` that does not hold: who grants it. */
function grantedReason(policy: AskedPolicy, { granted, hasMore }: AccessFailure): Reason {
  const { db } = policy;
  const [first] = granted;
  if (first === undefined) return { lines: [], related: [] };
  const same = granted.filter((one) => isSamePair(one, first));
  const mask = same.reduce((sum, one) => sum | one.mask, 0);
  const shown = granted.slice(0, MOST_REASONS);
  const rest = granted.length - shown.length;
  return {
    lines: [
      `the policy allows ${accessText(db, first, mask)}`,
      ...removalNotes(policy, first.source, first.target, first.tclass, mask),
      ...shown.flatMap((one) => (policy.snapshot === undefined ? [ruleText(db, one.entry)] : [])),
      ...(rest > 0 || hasMore ? [`${hasMore ? "more than " : ""}${rest} other rules grant it, too`] : []),
    ],
    related: shown.flatMap((one) => ruleSites(policy, one.entry, one.mask, "granted by")),
  };
}

function isSamePair(a: DeniedGrant, b: DeniedGrant): boolean {
  return a.source === b.source && a.target === b.target && a.tclass === b.tclass;
}

/** An `allow` that does not hold: what is missing, and which rule would grant it under a condition. */
function missingReason(policy: AskedPolicy, { missing, hasMore }: AccessFailure): Reason {
  const { db } = policy;
  const [first] = missing;
  if (first === undefined) return { lines: [], related: [] };
  const shown = missing.slice(1, MOST_REASONS).map((one) => accessText(db, one, one.missing));
  const rest = missing.length - 1 - shown.length;
  const off = offRules(policy, first);
  return {
    lines: [
      `the policy does not allow ${accessText(db, first, first.missing)}`,
      ...(first.granted === 0 ? [] : [`it allows ${permissionText(db, first.tclass, first.granted)}`]),
      ...off.lines,
      ...shown.map((text) => `nor ${text}`),
      ...(rest > 0 || hasMore ? [`and ${hasMore ? "more than " : ""}${rest} more`] : []),
    ],
    related: off.related,
  };
}

/** Rules whose condition is off. */
function offRules(policy: AskedPolicy, { off, missing }: MissingGrant): Reason {
  const shown = off.slice(0, MOST_REASONS);
  return {
    lines:
      policy.snapshot === undefined
        ? shown.map((entry) => `a rule would, but its condition is off: ${ruleText(policy.db, entry)}`)
        : [],
    related: shown.flatMap((entry) => ruleSites(policy, entry, missing, "a rule whose condition is off:")),
  };
}

function labelReason(policy: AskedPolicy, { assertion, answer, isTemplated }: LabelFailure): Reason {
  const expected = assertion.label.text;
  const path = assertion.path.text;
  const isWhole = expected.includes(":");
  const asked = answer.path === path ? [] : [`looked up as ${answer.path} (file_contexts.subs)`];
  const { winner } = answer;
  if (winner === undefined) {
    const kind = assertion.fileKind === undefined ? "" : ` for the kind ${assertion.fileKind.text}`;
    return {
      lines: [`${path} gets no label: no entry of the file contexts matches it${kind}`, ...asked],
      related: [],
    };
  }
  const found = winner.context === undefined ? "<<none>>" : isWhole ? winner.context : (winner.type ?? "?");
  const template = isTemplated ? ["a template: genhomedircon makes the entry for each home directory"] : [];
  const wanted = answer.losers.filter((spec) => spec.type === expected || spec.context === expected);
  const losers = wanted.length > 0 ? wanted : answer.losers;
  return {
    lines: [`${path} is labelled ${found}, not ${expected}`, ...asked, ...template],
    related: [
      entrySite(winner, "this entry wins:"),
      ...losers.slice(0, MOST_REASONS - 1).map((spec) => entrySite(spec, "matches, too, but loses:")),
    ].filter((site) => policy.snapshot?.file(site.file) !== undefined),
  };
}

function entrySite({ file, start, end, path, kind, context }: FileSpec, what: string): RelatedSite {
  const shownKind = kind === "" ? "" : ` -${kind}`;
  return { file, start, end, message: `${what} ${path}${shownKind} ${context ?? "<<none>>"}` };
}

function transitionReason(policy: AskedPolicy, failure: TransitionFailure): Reason {
  const { db } = policy;
  const nameOf = (value: number) => db.types.nameOf(value) ?? "?";
  const { source, executable, result, entry, off, missing, lacksRole, assertion } = failure;
  const target = assertion.target.text;
  const isRight = nameOf(result) === (db.types.get(target)?.name ?? target);
  const head = `${nameOf(source)} that executes ${nameOf(executable)}`;
  const lines = [
    isRight
      ? `${head} cannot go to ${target}`
      : result === source
        ? `${head} stays in ${nameOf(source)} and does not go to ${target}`
        : `${head} goes to ${nameOf(result)}, not to ${target}`,
  ];
  const related: RelatedSite[] = [];
  if (!isRight && entry === undefined)
    lines.push(`missing: type_transition ${nameOf(source)} ${nameOf(executable)}:process ${target};`);
  if (!isRight && entry !== undefined) related.push(...ruleSites(policy, entry, undefined, "because of"));
  for (const rule of off.slice(0, MOST_REASONS)) {
    if (policy.snapshot === undefined) lines.push(`a rule whose condition is off: ${ruleText(db, rule)}`);
    related.push(...ruleSites(policy, rule, undefined, "a rule whose condition is off:"));
  }
  for (const { step, grant } of missing) {
    lines.push(
      `missing: allow ${nameOf(grant.source)} ${nameOf(grant.target)}:${className(db, grant.tclass)} ${step};`,
    );
    const conditional = offRules(policy, grant);
    lines.push(...conditional.lines);
    related.push(...conditional.related);
  }
  if (lacksRole) lines.push(`missing: a role that may have both ${nameOf(source)} and ${target}`);
  return { lines, related };
}

function reachReason(
  { db, snapshot }: AskedPolicy,
  { assertion, chain, reachable, holders }: ReachFailure,
): Reason {
  const nameOf = (value: number) => db.roles.nameOf(value) ?? "?";
  const domain = assertion.domain.text;
  const role = assertion.role.text;
  if (!assertion.isReach) {
    const way = chain.map(nameOf);
    const last = way.at(-1) ?? role;
    const steps = way.slice(1).map((to, at) => [way[at] ?? "", to] as const);
    const shown = way.length > 1 ? `: ${way.join(" → ")}` : "";
    return {
      lines: [
        `role ${role} can reach ${domain}${shown}`,
        ...steps.map(([from, to]) => `allow ${from} ${to};`),
        `role ${last} types ${domain};`,
      ],
      related:
        snapshot === undefined
          ? []
          : [
              ...steps.flatMap(([from, to]) => roleAllowSites(snapshot, from, to)),
              ...roleTypesSites(snapshot, last, domain),
            ],
    };
  }
  const list = (values: readonly number[]) => (values.length === 0 ? "none" : values.map(nameOf).join(", "));
  return {
    lines: [
      `role ${role} cannot reach ${domain}`,
      `roles that may have ${domain}: ${list(holders)}`,
      `roles that ${role} can become: ${list(reachable.slice(1))}`,
    ],
    related: [],
  };
}

/** `source target:class { permissions }` */
export function accessText(
  db: PolicyDb,
  pair: { readonly source: number; readonly target: number; readonly tclass: number },
  mask: number,
): string {
  const source = db.types.nameOf(pair.source) ?? "?";
  const target = db.types.nameOf(pair.target) ?? "?";
  return `${source} ${target}:${className(db, pair.tclass)} ${permissionText(db, pair.tclass, mask)}`;
}

function permissionText(db: PolicyDb, tclass: number, mask: number): string {
  const datum = db.classes.at(tclass);
  return setText(datum === undefined ? [] : permissionNames(datum, mask));
}

function className(db: PolicyDb, tclass: number): string {
  return db.classes.nameOf(tclass) ?? "?";
}

/** Where a rule comes from: the outermost place of each origin, with the calls that led from there to the statement. */
function ruleSites(
  { db, snapshot }: AskedPolicy,
  entry: number,
  mask: number | undefined,
  what: string,
): RelatedSite[] {
  if (snapshot === undefined) return [];
  const rule = ruleText(db, entry);
  return snapshot.compiled
    .originsOf(entry, mask)
    .slice(0, MOST_REASONS)
    .map((origin) => {
      const { file, start, end } = origin.calls[0] ?? origin;
      return { file, start, end, message: `${what} ${rule}${chainText(snapshot, origin)}` };
    });
}

/** ` through auth_read_shadow (authlogin.if:12)`; empty for a statement of its own. */
function chainText(snapshot: Snapshot, origin: Origin): string {
  if (origin.calls.length === 0) return "";
  const names = origin.calls.map((call) => calledName(snapshot, call));
  const shown =
    names.length > MOST_CALLS ? [...names.slice(0, MOST_CALLS - 1), "…", names.at(-1) ?? ""] : names;
  return `\n      through ${shown.join(" → ")}, which has it at ${placeText(snapshot, origin)}`;
}

function calledName(snapshot: Snapshot, call: Site): string {
  const text = snapshot.file(call.file)?.text.slice(call.start, call.end) ?? "?";
  return /^[\w$.]+/.exec(text)?.[0] ?? "?";
}

/** `name.te:12` */
export function placeText(snapshot: Snapshot, site: Site): string {
  const file = snapshot.file(site.file);
  if (file === undefined) return "?";
  const { path, lines, start } = sourcePlace(file, site.start, site.end);
  return `${path.slice(path.lastIndexOf("/") + 1)}:${positionAt(lines, start).line + 1}`;
}

/** The assertion as it is written, on one line. */
export function assertionText(text: string, { start, end }: Assertion): string {
  return text
    .slice(start, end)
    .replace(/#[^\n]*/g, " ")
    .replace(/\s+/g, " ");
}
