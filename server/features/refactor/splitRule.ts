// One rule about many becomes many rules about one: by source, target, class or permission, or all of these. Only plain
// sets are taken apart: `{ a -b }`, `~x`, `*` and what a parameter brings mean something as a whole only. auditdeny rules
// stay: their vectors are cut, not joined, when rules meet.

import {
  N_AVRULE,
  RULE_ALLOW,
  RULE_AUDITALLOW,
  RULE_DONTAUDIT,
  RULE_NEVERALLOW,
} from "../../../grammar/syntax/kinds.ts";
import { endOf, startOf, textOf } from "../../../grammar/syntax/tree.ts";
import { T_SEMI } from "../../../grammar/text/tokens.ts";
import { childrenOf } from "../children.ts";
import { REWRITE, type Refactoring, rewrite } from "./refactoring.ts";
import {
  hasComment,
  indentAt,
  namesOf,
  type Selection,
  type SourceFile,
  statementsIn,
  type View,
} from "./selection.ts";

/** The parts of a rule, in order. */
export const PARTS = ["source", "target", "class", "permission"] as const;
export type Part = 0 | 1 | 2 | 3;

/** Rules that mean the same together and apart. */
export const ADDITIVE: ReadonlySet<number> = new Set([
  RULE_ALLOW,
  RULE_AUDITALLOW,
  RULE_DONTAUDIT,
  RULE_NEVERALLOW,
]);
/** More rules than this are no help to anybody. */
const MOST_RULES = 100;

/** Offers to split the rule that is selected. */
export function splitRule(selection: Selection): Refactoring[] {
  const { view, file } = selection;
  const { nodes } = statementsIn(selection);
  const [rule] = nodes;
  if (rule === undefined || nodes.length > 1 || !isPlainRule(file, rule)) return [];
  const sets = ([0, 1, 2, 3] as const).flatMap((part): { part: Part; names: readonly string[] }[] => {
    const names = separableNames(view, file, rule, part);
    return names === undefined || names.length < 2 ? [] : [{ part, names }];
  });
  const offers = sets.map(({ part, names }) =>
    offer(selection, rule, [part], names.length, `one rule per ${PARTS[part]}`),
  );
  const all = sets.reduce((count, { names }) => count * names.length, 1);
  if (sets.length > 1 && all <= MOST_RULES)
    offers.push(
      offer(
        selection,
        rule,
        sets.map(({ part }) => part),
        all,
        "single rules",
      ),
    );
  return offers;
}

function offer(
  { view, file }: Selection,
  rule: number,
  parts: readonly Part[],
  count: number,
  into: string,
): Refactoring {
  return {
    title: `Split into ${into} (${count} rules)`,
    kind: REWRITE,
    draft: () => {
      const start = startOf(file.tree, rule);
      const texts = parts.reduceRight<readonly string[]>(
        (done, part) => {
          const names = separableNames(view, file, rule, part) ?? [];
          const node = childrenOf(file.tree, rule)[part] as number;
          const [from, to] = [startOf(file.tree, node) - start, endOf(file.tree, node) - start];
          // From the last part to the first: nothing before this one has moved.
          return names.flatMap((name) => done.map((text) => text.slice(0, from) + name + text.slice(to)));
        },
        [textOf(file.tree, rule)],
      );
      const text = texts.join(`\n${indentAt(file.text, start)}`);
      return { rewrites: [rewrite(file, start, endOf(file.tree, rule), text)] };
    },
  };
}

/** True for an access vector rule that can be rewritten: additive, ended, and without comments inside. */
export function isPlainRule({ tree }: SourceFile, node: number): boolean {
  return (
    tree.kind[node] === N_AVRULE &&
    ADDITIVE.has(tree.data[node] as number) &&
    tree.tokens.type[(tree.last[node] as number) - 1] === T_SEMI &&
    childrenOf(tree, node).length === 4 &&
    !hasComment(tree, node)
  );
}

/** The names of a part of a rule that mean the same one by one; undefined when they do not, or nobody knows. */
export function separableNames(
  view: View,
  { tree }: SourceFile,
  rule: number,
  part: Part,
): readonly string[] | undefined {
  const node = childrenOf(tree, rule)[part];
  const names = node === undefined ? undefined : namesOf(tree, node);
  return names?.every((name) => isSeparable(view, name, part)) === true ? names : undefined;
}

function isSeparable(view: View, name: string, part: Part): boolean {
  if (!/^[A-Za-z_][\w.-]*$/.test(name)) return false;
  const macro = view.snapshot.compiled.macro(name);
  return macro === undefined || (part >= 2 && !/[-~*$]/.test(macro.body));
}
