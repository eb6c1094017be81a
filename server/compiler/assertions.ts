// neverallow and neverallowxperm rules with their sets worked out, for the rooms that judge them. The set is rebuilt when
// a neverallow rule comes or goes or a declaration or membership changes; rule edits leave it alone. An edit in a file
// that has such rules makes them anew in another place, saying the same: their sets are kept.

import { Ebitmap } from "../policydb/ebitmap.ts";
import { OP_XPERM } from "./code.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { AssertionRule, AssertionSet, Origin } from "./face.ts";
import { compareOrigins } from "./siteOrder.ts";

interface Known {
  readonly set: AssertionSet;
  readonly byKey: ReadonlyMap<string, AssertionRule>;
}

const cache = new WeakMap<CompiledPolicy, Known>();

/** The active assertions, in the order of the build. */
export function assertionSet(compiled: CompiledPolicy): AssertionSet {
  const generation = compiled.activation.assertionGeneration();
  const meaning = compiled.activation.meaning();
  const known = cache.get(compiled);
  if (known !== undefined && known.set.generation === generation) return known.set;
  const before = known?.set.meaning === meaning ? known.byKey : new Map<string, AssertionRule>();
  const byKey = new Map<string, AssertionRule>();
  const places: { readonly block: number; readonly at: number; readonly origin: Origin }[] = [];
  for (const [block, positions] of compiled.state.rules.assertions)
    for (const at of positions) places.push({ block, at, origin: compiled.originOf(block, at) });
  places.sort((a, b) => compareOrigins(compiled, a.origin, b.origin));
  const rules = places.map(({ block, at }, id): AssertionRule => {
    const key = keyOf(compiled, at);
    const same = before.get(key) ?? byKey.get(key);
    const rule =
      same === undefined ? assertionRule(compiled, block, at, key, id) : { ...same, id, block, at };
    byKey.set(key, rule);
    return rule;
  });
  const set = { generation, meaning, rules };
  cache.set(compiled, { set, byKey });
  return set;
}

/** What a rule is made of: numbers of sets, which are the same for the same names. */
function keyOf(compiled: CompiledPolicy, at: number): string {
  const { code } = compiled.state;
  const isXperm = code.at[at] === OP_XPERM;
  const operands = code.at.subarray(at + 2, at + (isXperm ? 7 : 6));
  return `${isXperm ? "x" : ""}${operands.join()}`;
}

function assertionRule(
  compiled: CompiledPolicy,
  block: number,
  at: number,
  key: string,
  id: number,
): AssertionRule {
  const { code, resolver, xsets, words } = compiled.state;
  const isXperm = code.at[at] === OP_XPERM;
  const source = code.at[at + 2] as number;
  const target = code.at[at + 3] as number;
  const targetNames = resolver.types(target);
  const classPerms = resolver
    .classes(code.at[at + 4] as number)
    .values.map((tclass) => ({ tclass, mask: resolver.permissions(code.at[at + 5] as number, tclass).mask }));
  const sourceNames = resolver.types(source);
  const complement = [sourceNames, targetNames].some(({ star, tilde }) => star || tilde);
  const onlyMinusSelf = targetNames.minusSelf && targetNames.plain.length === 0 && !targetNames.tilde;
  return {
    id,
    block,
    at,
    key,
    sources: resolver.members(source),
    targets: onlyMinusSelf && !targetNames.star ? new Ebitmap() : resolver.members(target),
    self: targetNames.self,
    minusSelf: targetNames.minusSelf,
    complement,
    classPerms,
    ...(isXperm
      ? {
          xperms: {
            kind:
              words.text(Math.max(0, code.at[at + 5] as number)) === "nlmsg"
                ? ("nlmsg" as const)
                : ("ioctl" as const),
            ranges: xsets.all[code.at[at + 6] as number]?.ranges ?? [],
          },
        }
      : {}),
  };
}
