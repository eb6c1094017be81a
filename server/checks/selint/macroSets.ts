// S-010: permissions of a rule that a permission macro stands for. Follows SELint's judgement: a macro is proposed
// when it stands for two or more of the listed words and adds only what those permissions imply anyway (who reads also
// stats, locks and controls). Of several the one with the widest cover, then the fewest additions, is proposed.

import { N_AVRULE, N_COMPLEMENT, N_STAR, RULE_ALLOW } from "../../../grammar/syntax/kinds.ts";
import { endOf, startOf } from "../../../grammar/syntax/tree.ts";
import type { CheckContext } from "../check.ts";
import { type Names, namesOf } from "./names.ts";
import { childOf } from "./outline.ts";
import { wordsOf } from "./permissionMacros.ts";
import { policyCheck, TE_IF } from "./visit.ts";

/** A file permission, and what comes with it: those whose own additions come along (`extends`), and plain ones. */
const IMPLIED: Readonly<Record<string, readonly string[]>> = {
  ioctl: [],
  read: ["ioctl", "getattr", "search", "lock"],
  write: ["ioctl", "getattr", "append", "lock"],
  create: ["getattr", "link"],
  getattr: [],
  setattr: ["getattr"],
  lock: ["getattr"],
  relabelfrom: ["getattr"],
  relabelto: ["getattr"],
  append: ["getattr"],
  map: ["ioctl", "getattr"],
  unlink: ["getattr", "rmdir"],
  link: ["getattr"],
  rename: ["getattr"],
  execute: ["read", "getattr", "map"],
  mounton: ["getattr"],
  open: ["getattr"],
  watch: ["read"],
  add_name: ["write", "ioctl", "getattr", "append", "lock"],
  remove_name: ["write", "ioctl", "getattr", "append", "lock"],
  reparent: ["getattr"],
  search: ["getattr"],
  rmdir: ["unlink", "getattr"],
  execute_no_trans: ["execute", "read", "getattr", "map"],
  entrypoint: [],
};

/** Suffixes of macros by class; the longest fits first. */
const SUFFIXES: readonly (readonly [suffix: string, tclass: string])[] = [
  ["_dir_perms", "dir"],
  ["_lnk_file_perms", "lnk_file"],
  ["_chr_file_perms", "chr_file"],
  ["_term_perms", "chr_file"],
  ["_blk_file_perms", "blk_file"],
  ["_sock_file_perms", "sock_file"],
  ["_fifo_file_perms", "fifo_file"],
  ["_file_perms", "file"],
];

/** Permissions as a set of bits in the order of the table above; the highest is everything that is not in it. */
const PERMISSIONS = Object.keys(IMPLIED);
const BITS: ReadonlyMap<string, number> = new Map(PERMISSIONS.map((name, index) => [name, 1 << index]));
const OTHER = 1 << 30;

interface Mask {
  readonly plain: number;
  readonly extended: number;
}

const EXTENDED: ReadonlyMap<string, number> = new Map(
  PERMISSIONS.map((name) => [name, bits([name, ...(IMPLIED[name] as readonly string[])])]),
);

function bits(names: readonly string[]): number {
  let mask = 0;
  for (const name of names) mask |= BITS.get(name) ?? 0;
  return mask;
}

interface MacroMask {
  readonly name: string;
  readonly mask: number;
}

export interface Proposal {
  readonly macro: string;
  /** words of the rule that the macro stands for */
  readonly replaces: readonly string[];
  /** permissions that it adds */
  readonly adds: readonly string[];
}

/** The macros of each class, by the number of their permissions. */
type MacroTable = ReadonlyMap<string, readonly MacroMask[]>;

function macroTable(context: CheckContext): MacroTable {
  return context.shared("selint.macroTable", () => {
    const names = namesOf(context);
    const masks = masksOf(context);
    const table = new Map<string, MacroMask[]>();
    for (const name of names.macros.keys()) {
      const suffix = SUFFIXES.find(([end]) => name.endsWith(end));
      const { plain } = maskOf(names, [name], masks);
      if (suffix === undefined || plain & OTHER) continue;
      const list = table.get(suffix[1]) ?? [];
      list.push({ name, mask: plain });
      table.set(suffix[1], list);
    }
    for (const list of table.values()) list.sort((a, b) => bitCount(a.mask) - bitCount(b.mask));
    return table;
  });
}

type Masks = Map<string, Mask>;

/** What words stand for together; `masks` remembers the macros that were met. */
function maskOf(names: Names, words: readonly string[], masks: Masks): Mask {
  let plain = 0;
  let extended = 0;
  for (const word of words) {
    const bit = BITS.get(word);
    const inner = bit === undefined ? maskOfMacro(names, word, masks) : undefined;
    plain |= bit ?? inner?.plain ?? OTHER;
    extended |= EXTENDED.get(word) ?? inner?.extended ?? OTHER;
  }
  return { plain, extended };
}

function maskOfMacro(names: Names, word: string, masks: Masks): Mask | undefined {
  const known = masks.get(word);
  const body = known === undefined ? names.macros.get(word) : undefined;
  if (body === undefined) return known;
  // A macro that stands for itself stands for nothing that is known.
  masks.set(word, UNKNOWN);
  const mask = maskOf(names, body, masks);
  masks.set(word, mask);
  return mask;
}

const UNKNOWN: Mask = { plain: OTHER, extended: OTHER };

function masksOf(context: CheckContext): Masks {
  return context.shared("selint.masks", () => new Map());
}

function bitCount(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** What comes with several permissions together: who makes or writes also sets attributes, who makes or removes renames. */
function withCompany(extended: number): number {
  let mask = extended;
  if (mask & bits(["create", "write"])) mask |= bits(["setattr", "getattr"]);
  if (mask & bits(["create", "unlink"])) mask |= bits(["rename", "reparent", "getattr"]);
  return mask;
}

/** The macro to propose for the permissions of a rule about one class. */
export function proposalFor(
  context: CheckContext,
  tclass: string,
  words: readonly string[],
): Proposal | undefined {
  const candidates = macroTable(context).get(tclass);
  if (candidates === undefined) return undefined;
  const names = namesOf(context);
  const known = masksOf(context);
  const { plain, extended } = maskOf(names, words, known);
  if (bitCount(plain & ~OTHER) < 2) return undefined;
  const allowed = withCompany(extended);
  const masks = words.map((word) => maskOf(names, [word], known).plain);
  let best: MacroMask | undefined;
  let bestCover = 0;
  let bestAdded = 0;
  for (const candidate of candidates) {
    const cover = bitCount(candidate.mask & plain);
    const added = bitCount(candidate.mask & ~plain);
    if (candidate.mask & ~allowed || cover < 2 || cover < bestCover) continue;
    if (cover === bestCover && added > bestAdded) continue;
    if (masks.filter((mask) => (mask & candidate.mask & plain) === mask).length < 2) continue;
    best = candidate;
    bestCover = cover;
    bestAdded = added;
  }
  if (best === undefined || words.includes(best.name)) return undefined;
  const { mask } = best;
  return {
    macro: best.name,
    replaces: words.filter((_, index) => ((masks[index] as number) & mask & plain) === masks[index]),
    adds: PERMISSIONS.filter((_, index) => mask & ~plain & (1 << index)),
  };
}

export const macroAvailable = policyCheck(
  "S-010",
  TE_IF,
  [N_AVRULE],
  ({ tree, node }, say, _names, context) => {
    if (tree.data[node] !== RULE_ALLOW) return;
    const classes = wordsOf(tree, childOf(tree, node, 2));
    const set = childOf(tree, node, 3);
    if (classes.length !== 1 || set < 0 || tree.kind[set] === N_COMPLEMENT || tree.kind[set] === N_STAR)
      return;
    const proposal = proposalFor(context, classes[0] as string, wordsOf(tree, set));
    if (proposal === undefined) return;
    const adds = proposal.adds.length === 0 ? "and adds nothing" : `and adds ${proposal.adds.join(", ")}`;
    say(
      { start: startOf(tree, set), end: endOf(tree, set) },
      `${proposal.macro} stands for ${proposal.replaces.join(", ")} ${adds}`,
    );
  },
);
