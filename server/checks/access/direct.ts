// The rules of a file's own statements, taken together by statement: what most checks of access look at. A rule in an
// interface is nobody's fault at the call, and right or wrong by its arguments, so bodies of macros are left out.

import { endOf, startOf } from "../../../grammar/syntax/tree.ts";
import type { Compiled, DirectRules, Origin, RelatedSite } from "../../compiler/face.ts";
import type { CheckFile } from "../check.ts";

/** One statement: rows `from` to `to` (exclusive) of the table. */
export interface Statement {
  readonly node: number;
  readonly block: number;
  readonly from: number;
  readonly to: number;
}

const known = new WeakMap<DirectRules, readonly Statement[]>();

/** The statements behind a table of rules, in the order of the text. */
export function statementsOf(rules: DirectRules): readonly Statement[] {
  const made = known.get(rules) ?? makeStatements(rules);
  known.set(rules, made);
  return made;
}

function makeStatements(rules: DirectRules): readonly Statement[] {
  const found: Statement[] = [];
  for (let row = 0; row < rules.count; ) {
    const node = rules.node[row] as number;
    let to = row + 1;
    while (to < rules.count && rules.node[to] === node) to++;
    found.push({ node, block: rules.block[row] as number, from: row, to });
    row = to;
  }
  return found.sort((a, b) => a.node - b.node);
}

/** The range of a statement. */
export function rangeOf({ tree }: CheckFile, node: number): { readonly start: number; readonly end: number } {
  return { start: startOf(tree, node), end: endOf(tree, node) };
}

/** A rule's place as a related one, and the calls that led there. */
export function relatedTo(origin: Origin, message: string): readonly RelatedSite[] {
  const { file, start, end, calls } = origin;
  return [{ file, start, end, message }, ...calls.map((call) => ({ ...call, message: "called from here" }))];
}

/** True when the sources are a policy of their own: with a base, rules that nothing grants are known to be missing. */
export function isWhole({ db }: Compiled): boolean {
  return db.ocontexts.initialSids.length > 0;
}
