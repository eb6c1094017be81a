// A raw rule on another module's type is said by an interface of its owner: those that grant what the rule grants, the
// least besides first. What a call grants besides, its title tells. Interfaces are expanded as if they were called here,
// so nested calls and permission macros count; one that does more than allow is not offered.

import { N_AVRULE, N_NAME, RULE_ALLOW } from "../../../grammar/syntax/kinds.ts";
import { endOf, startOf, textOf } from "../../../grammar/syntax/tree.ts";
import type { Compiled, Macro } from "../../compiler/face.ts";
import { childrenOf } from "../children.ts";
import { definitionAround } from "../treeIndex.ts";
import { callText, sourceOf } from "./extraction.ts";
import { ownerOf } from "./ownership.ts";
import { REWRITE, type Refactoring, rewrite } from "./refactoring.ts";
import {
  hasComment,
  type Selection,
  type SourceFile,
  setText,
  statementsIn,
  type View,
} from "./selection.ts";

const MOST_OFFERS = 3;
/** Rules of one interface; one that becomes more is no way to say a single rule. */
const MOST_RULES = 60;
/** Interfaces of the owner that are tried. */
const MOST_TRIED = 100;
const RULE = /^allow (\S+) (\S+):(\{[^}]*\}|\S+) (\{[^}]*\}|\S+);$/;

interface Wanted {
  readonly source: string;
  readonly target: string;
  readonly home: SourceFile;
  /** `target:class permission` */
  readonly access: ReadonlySet<string>;
}

/** Offers to call an interface in place of the rule that is selected. */
export function callInstead(selection: Selection): Refactoring[] {
  const { view, file } = selection;
  const { nodes } = statementsIn(selection);
  const [rule] = nodes;
  if (rule === undefined || nodes.length > 1 || file.role !== "te") return [];
  const wanted = wantedBy(view, file, rule);
  if (wanted === undefined) return [];
  const { compiled } = view.snapshot;
  const found = candidates(view, wanted).flatMap(({ name }) => {
    const extra = extraOf(compiled, name, wanted);
    return extra === undefined ? [] : [{ name, extra }];
  });
  found.sort((a, b) => a.extra.length - b.extra.length || (a.name < b.name ? -1 : 1));
  return found.slice(0, MOST_OFFERS).map(({ name, extra }) => ({
    title: `Call ${name} instead (${extra.length === 0 ? "grants nothing else" : `also grants ${listOf(extra)}`})`,
    kind: REWRITE,
    draft: () => {
      const [start, end] = [startOf(file.tree, rule), endOf(file.tree, rule)];
      const call = callText(view, file, start, wanted.home, `${name}(${wanted.source})`);
      return { rewrites: [rewrite(file, start, end, call)] };
    },
  }));
}

/** What a rule grants, when one interface of another module could. */
function wantedBy(view: View, file: SourceFile, rule: number): Wanted | undefined {
  const { tree } = file;
  if (tree.kind[rule] !== N_AVRULE || tree.data[rule] !== RULE_ALLOW) return undefined;
  if (hasComment(tree, rule) || definitionAround(tree, rule) >= 0) return undefined;
  const source = sourceOf(file, rule);
  const [, target, tclass, permissions] = childrenOf(tree, rule) as [number, number, number, number];
  if (source === undefined || tree.kind[target] !== N_NAME) return undefined;
  const name = textOf(tree, target);
  const home = ownerOf(view, name)?.home;
  if (home === undefined || home.module === file.module || /[~*]/.test(textOf(tree, permissions)))
    return undefined;
  const list = (node: number): readonly string[] =>
    view.snapshot.compiled.expandSet(file.id, startOf(tree, node), endOf(tree, node));
  const access = list(tclass).flatMap((one) => list(permissions).map((two) => `${name}:${one} ${two}`));
  return access.length === 0 ? undefined : { source, target: name, home, access: new Set(access) };
}

/** Interfaces of the owner that name the type and take a domain. */
function candidates(view: View, { target, home }: Wanted): Macro[] {
  const { compiled } = view.snapshot;
  const named = new RegExp(`\\b${target}\\b`);
  return compiled
    .macros()
    .filter(
      ({ kind, arity, body, file }) =>
        kind === "interface" &&
        arity === 1 &&
        body.includes(target) &&
        named.test(body) &&
        !body.includes("refpolicywarn") &&
        view.snapshot.file(file)?.module === home.module,
    )
    .slice(0, MOST_TRIED);
}

/** What a call grants beyond a rule; undefined when it does not grant the rule, or does other things. */
function extraOf(compiled: Compiled, name: string, wanted: Wanted): readonly string[] | undefined {
  const rules = compiled.expandText(`${name}(${wanted.source})`, MOST_RULES + 1);
  if (rules.length > MOST_RULES) return undefined;
  const granted = new Set<string>();
  const extra = new Set<string>();
  for (const { text, condition, state } of rules) {
    const match = RULE.exec(text);
    if (match === null || match[1] !== wanted.source) return undefined;
    if (state !== "on") continue;
    for (const tclass of wordsIn(match[3] as string))
      for (const permission of wordsIn(match[4] as string)) {
        const one = `${match[2]}:${tclass} ${permission}`;
        if (!wanted.access.has(one)) extra.add(one);
        else if (condition === undefined) granted.add(one);
      }
  }
  return granted.size === wanted.access.size ? [...extra] : undefined;
}

function wordsIn(text: string): readonly string[] {
  return text.match(/[\w.-]+/g) ?? [];
}

/** Permissions by target and class; of a long list the tail is counted. */
function listOf(extra: readonly string[]): string {
  const byObject = new Map<string, string[]>();
  for (const one of extra) {
    const at = one.indexOf(" ");
    const object = one.slice(0, at);
    byObject.set(object, [...(byObject.get(object) ?? []), one.slice(at + 1)]);
  }
  const texts = [...byObject].map(([object, names]) => `${object} ${setText(names.sort())}`);
  return texts.length <= 3
    ? texts.join(", ")
    : `${texts.slice(0, 3).join(", ")} and on ${texts.length - 3} more`;
}
