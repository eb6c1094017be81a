// neverallow and neverallowxperm rules with their sets worked out, for the rooms that judge them. The set is rebuilt when
// a neverallow rule comes or goes or a declaration or membership changes; rule edits leave it alone.

import { Ebitmap } from "../policydb/ebitmap.ts";
import { OP_XPERM } from "./code.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { AssertionRule, AssertionSet } from "./face.ts";

const cache = new WeakMap<CompiledPolicy, AssertionSet>();

/** The active assertions, in order of their blocks. */
export function assertionSet(compiled: CompiledPolicy): AssertionSet {
  const generation = compiled.activation.assertionGeneration();
  const known = cache.get(compiled);
  if (known !== undefined && known.generation === generation) return known;
  const rules: AssertionRule[] = [];
  for (const [block, positions] of compiled.state.rules.assertions)
    for (const at of positions) rules.push(assertionRule(compiled, block, at, rules.length));
  const made = { generation, rules };
  cache.set(compiled, made);
  return made;
}

function assertionRule(compiled: CompiledPolicy, block: number, at: number, id: number): AssertionRule {
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
