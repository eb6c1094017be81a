// A rule on another module's type, said by the interface of the owner: of all interfaces that name the type and take one
// argument, the one that grants what the rule grants and the least besides that the policy does not grant anyway. What
// it adds is told. Candidates are expanded as if they were called here, so nested calls and permission macros count;
// those that do more than allow (membership, transitions) are no candidates. It offers nothing for `$1`, sets of types
// and conditional rules.

import {
  N_AVRULE,
  N_IF,
  N_NAME,
  N_OPTIONAL,
  N_OPTIONALPOLICY,
  N_TUNABLEPOLICY,
  RULE_ALLOW,
} from "../../../grammar/syntax/kinds.ts";
import { endOf, startOf, textOf } from "../../../grammar/syntax/tree.ts";
import type { Compiled, Macro } from "../../compiler/face.ts";
import type { CheckContext, Fixer } from "../check.ts";
import { changing, indentAt, placeAt, replaceNode } from "../selint/fixText.ts";
import { namesOf } from "../selint/names.ts";
import { childOf, enclosing } from "../selint/outline.ts";
import type { Place } from "../selint/visit.ts";
import { isGranted } from "./granted.ts";

/** Interfaces that are tried; a type like `bin_t` is named by hundreds. */
const MOST_TRIED = 300;
/** Rules of one interface; one that becomes more is no way to say a single rule. */
const MOST_RULES = 60;
/** What reading does: an interface that adds only this is what most people want. */
const READING = new Set(["getattr", "ioctl", "lock", "map", "open", "read", "search"]);

interface Wanted {
  readonly source: string;
  readonly target: string;
  readonly tclass: string;
  readonly permissions: readonly string[];
}

interface Offer {
  readonly macro: Macro;
  /** `target:class permission` */
  readonly extra: readonly string[];
}

export const INTERFACE_FIXER: Fixer = {
  ids: ["req-type", "W-001"],
  fixes(context, finding) {
    const file = context.file(finding.file);
    if (file === undefined || file.role !== "te" || file.foreign) return [];
    const place = placeAt(file, finding.start, finding.end);
    const wanted = place === undefined ? undefined : ruleAt(context, place);
    if (place === undefined || wanted === undefined) return [];
    if (file.text.slice(finding.start, finding.end) !== wanted.target) return [];
    const best = bestInterface(context.compiled, wanted);
    if (best === undefined) return [];
    const { macro, extra } = best;
    const change = replaceNode(file, place.tree, place.node, callText(context, place, macro, wanted.source));
    const isMild = extra.every((one) => READING.has(one.slice(one.indexOf(" ") + 1)));
    const effect = extra.length === 0 ? "grants nothing else" : `also grants ${listOf(extra)}`;
    return [changing(`Call ${macro.name}(${wanted.source})`, effect, isMild, change)];
  },
};

/** What the rule of a place grants, when it is one that an interface can say. */
function ruleAt({ compiled }: CheckContext, { tree, outline, entry, node, file }: Place): Wanted | undefined {
  if (tree.kind[node] !== N_AVRULE || tree.data[node] !== RULE_ALLOW) return undefined;
  if (enclosing(tree, outline, entry, N_IF, N_TUNABLEPOLICY) >= 0) return undefined;
  const [source, target, tclass, set] = [0, 1, 2, 3].map((index) => childOf(tree, node, index)) as [
    number,
    number,
    number,
    number,
  ];
  if ([source, target, tclass].some((child) => child < 0 || tree.kind[child] !== N_NAME) || set < 0)
    return undefined;
  if (/[~*]/.test(textOf(tree, set))) return undefined;
  const expanded = compiled.expandSet(file.id, startOf(tree, set), endOf(tree, set));
  const permissions = expanded.length > 0 ? expanded : (textOf(tree, set).match(/\w+/g) ?? []);
  return {
    source: textOf(tree, source),
    target: textOf(tree, target),
    tclass: textOf(tree, tclass),
    permissions,
  };
}

function bestInterface(compiled: Compiled, wanted: Wanted): Offer | undefined {
  const named = new RegExp(`\\b${wanted.target}\\b`);
  const candidates = compiled
    .macros()
    .filter(
      ({ kind, arity, body }) =>
        kind === "interface" &&
        arity === 1 &&
        body.includes(wanted.target) &&
        named.test(body) &&
        !body.includes("refpolicywarn"),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  let best: Offer | undefined;
  for (const macro of candidates.slice(0, MOST_TRIED)) {
    const extra = extraOf(compiled, macro, wanted);
    if (extra === undefined || (best !== undefined && best.extra.length <= extra.length)) continue;
    best = { macro, extra };
  }
  return best;
}

const RULE = /^allow (\S+) (\S+):(\{[^}]*\}|\S+) (\{[^}]*\}|\S+);$/;

/** What an interface grants beyond a rule; undefined when it does not grant the rule, or does other things. */
function extraOf(compiled: Compiled, { name }: Macro, wanted: Wanted): readonly string[] | undefined {
  const rules = compiled.expandText(`${name}(${wanted.source})`, MOST_RULES + 1);
  if (rules.length > MOST_RULES) return undefined;
  const granted = new Set<string>();
  const extra = new Set<string>();
  for (const { text, condition, state } of rules) {
    const match = RULE.exec(text);
    if (match === null || match[1] !== wanted.source) return undefined;
    const target = match[2] as string;
    const isSure = condition === undefined && state === "on";
    for (const tclass of wordsIn(match[3] as string))
      for (const permission of wordsIn(match[4] as string)) {
        const isAsked =
          target === wanted.target && tclass === wanted.tclass && wanted.permissions.includes(permission);
        if (isAsked && isSure) granted.add(permission);
        else if (!isAsked && !isGranted(compiled.db, wanted.source, target, tclass, permission))
          extra.add(`${target}:${tclass} ${permission}`);
      }
  }
  return wanted.permissions.every((permission) => granted.has(permission)) ? [...extra] : undefined;
}

function wordsIn(text: string): readonly string[] {
  return text.match(/[\w.$-]+/g) ?? [];
}

/** The call, in an optional block unless it stands in one or the interface's module is always there. */
function callText(
  context: CheckContext,
  { tree, outline, entry, node, file }: Place,
  macro: Macro,
  source: string,
): string {
  const call = `${macro.name}(${source})`;
  const names = namesOf(context);
  const isBase = names.base.has(names.interfaceModule(macro.name) ?? "");
  if (isBase || enclosing(tree, outline, entry, N_OPTIONAL, N_OPTIONALPOLICY) >= 0) return call;
  const indent = indentAt(file.text, startOf(tree, node));
  return `optional_policy(\`\n${indent}\t${call}\n${indent}')`;
}

/** Permissions by target and class, as rules write them; the tail of a long list is counted. */
function listOf(extra: readonly string[]): string {
  const byObject = new Map<string, string[]>();
  for (const one of extra) {
    const at = one.indexOf(" ");
    const list = byObject.get(one.slice(0, at));
    if (list === undefined) byObject.set(one.slice(0, at), [one.slice(at + 1)]);
    else list.push(one.slice(at + 1));
  }
  const texts = [...byObject].map(
    ([object, list]) => `${object} ${list.length === 1 ? list[0] : `{ ${list.sort().join(" ")} }`}`,
  );
  return texts.length <= 4
    ? texts.join(", ")
    : `${texts.slice(0, 4).join(", ")} and on ${texts.length - 4} more`;
}
