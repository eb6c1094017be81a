// Duplicate declarations and conflicting rules: names declared twice, macros defined twice, type rules that disagree.

import { SYM_ATTRIBUTE, SYM_BOOL, SYM_TUNABLE, SYM_TYPE } from "../../grammar/syntax/kinds.ts";
import { endOf, startOf } from "../../grammar/syntax/tree.ts";
import { callChain, relatedCallsOf } from "./callers.ts";
import { OP_DECL, SYM_ALIAS } from "./code.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { RelatedSite, Site } from "./face.ts";
import type { FindingSink } from "./findingSink.ts";
import { originNode, originSite } from "./origin.ts";
import { blame } from "./provenance.ts";
import { compareOrigins, compareSites } from "./siteOrder.ts";

/** Names declared more than once by active blocks. */
export function duplicateFindings(compiled: CompiledPolicy, sink: FindingSink): void {
  const twice = new Set(compiled.state.types.declaredTwice());
  for (const word of compiled.activation.declaredTwice()) twice.add(word);
  if (twice.size > 0) declarationFindings(compiled, sink, twice);
  const { units, words } = compiled.state;
  for (const { unit, earlier } of units.redefinitions()) {
    if (unit.file === earlier.file && unit.node === earlier.node) continue;
    const site = nameSite(unit);
    const name = words.text(unit.name);
    // A define may be repeated (m4 replaces it); a second interface of a name stops the build.
    if (unit.kind === 3 || earlier.kind === 3) continue;
    if (!compiled.state.isBuilt(unit.file) || !compiled.state.isBuilt(earlier.file)) continue;
    sink.add(site, "error", "interface-dup", `${name} is defined twice`, [
      { ...nameSite(earlier), message: "the other definition" },
    ]);
  }
}

function nameSite(unit: {
  readonly file: number;
  readonly tree: CompiledPolicy["state"]["units"]["all"][number]["tree"];
  readonly node: number;
}): Site {
  const name = unit.node + 1;
  return { file: unit.file, start: startOf(unit.tree, name), end: endOf(unit.tree, name) };
}

/** A kind of symbol that may be declared once, and what says that one was twice. */
export interface Declared {
  readonly kind: string;
  readonly id: string;
}

/** By SYM_*; roles may be declared again. */
export const ONCE_ONLY: ReadonlyMap<number, Declared> = new Map([
  [SYM_TYPE, { kind: "type", id: "type-dup" }],
  [SYM_ATTRIBUTE, { kind: "attribute", id: "attr-dup" }],
  [SYM_ALIAS, { kind: "alias", id: "alias-dup" }],
  [SYM_BOOL, { kind: "boolean", id: "bool-dup" }],
  [SYM_TUNABLE, { kind: "tunable", id: "bool-dup" }],
]);

function declarationFindings(compiled: CompiledPolicy, sink: FindingSink, words: ReadonlySet<number>): void {
  const { code } = compiled.state;
  const sites = new Map<number, { symbol: number; site: Site; block: number }[]>();
  for (const block of compiled.activation.appliedBlocks())
    for (const at of compiled.operations(block)) {
      if (code.at[at] !== OP_DECL || !words.has(code.at[at + 2] as number)) continue;
      const symbol = code.at[at + 1] as number;
      if (!ONCE_ONLY.has(symbol)) continue;
      const word = code.at[at + 2] as number;
      const { node } = originNode(compiled, block, at);
      const site = blame(compiled, block, node, word)[0] ?? originSite(compiled, block, at);
      const list = sites.get(word);
      if (list === undefined) sites.set(word, [{ symbol, site, block }]);
      else list.push({ symbol, site, block });
    }
  for (const [word, list] of sites) {
    for (const group of [
      [SYM_TYPE, SYM_ATTRIBUTE, SYM_ALIAS],
      [SYM_BOOL, SYM_TUNABLE],
    ]) {
      const same = list.filter(({ symbol }) => group.includes(symbol));
      if (same.length < 2) continue;
      // Of the applications of one macro, those that the earlier calls lead to come first.
      const originOf = ({ site, block }: (typeof same)[number]) => ({
        ...site,
        calls: callChain(compiled, block),
      });
      same.sort(
        (a, b) =>
          compareSites(compiled, a.site, b.site) ||
          a.symbol - b.symbol ||
          compareOrigins(compiled, originOf(a), originOf(b)),
      );
      const first = same[0] as (typeof same)[number];
      for (const other of same.slice(1)) {
        const name = compiled.state.words.text(word);
        const [a, b] = [ONCE_ONLY.get(first.symbol)?.kind, ONCE_ONLY.get(other.symbol)?.kind];
        const id = a === b ? (ONCE_ONLY.get(first.symbol) as Declared).id : "type-attr-clash";
        const apart = compiled.options.mode === "modular" && other.site.file !== first.site.file;
        const linkId =
          id === "type-attr-clash" && other.symbol === SYM_ALIAS ? "link-alias-attr" : "link-dup-type";
        const related: RelatedSite[] = [
          { ...first.site, message: "the other declaration" },
          ...relatedCallsOf(compiled, other.block),
        ];
        sink.add(
          other.site,
          "error",
          apart ? linkId : id,
          a === b ? `${a} ${name} is declared twice` : `${name} is declared as ${a} and as ${b}`,
          related,
        );
      }
    }
  }
}
