// C-001: statements of a module out of the style guide's order. What is not on the longest run of statements that are
// in order is reported, as SELint does, with its search (the order is no total one, so the search decides). Key:
// `ordering_rules` (`refpolicy`, `refpolicy-light`, `refpolicy-lax`).

import {
  N_ATTRIBUTE,
  N_ATTRIBUTEROLE,
  N_AVRULE,
  N_BOOL,
  N_CALL,
  N_CLASS,
  N_GENBOOL,
  N_RANGETRANSITION,
  N_ROLE,
  N_ROLETRANSITION,
  N_TYPE,
  N_TYPERULE,
  N_XPERMRULE,
} from "../../../grammar/syntax/kinds.ts";
import type { PolicyCheck } from "../check.ts";
import { interfaceKindsOf } from "./interfaceKinds.ts";
import { namesOf } from "./names.ts";
import {
  DECLARATION,
  hasPlace,
  isRelated,
  NOT_ORDERED,
  type OrderNode,
  orderNodesOf,
  PART_BUILD_OPTION,
  PART_CONDITIONAL,
  PART_KERNEL,
  PART_KERNEL_MODULE,
  PART_OPTIONAL,
  PART_OTHER,
  PART_OWN,
  PART_RELATED,
  PART_SELF,
  PART_SYSTEM,
  PART_TUNABLE,
  PART_UNKNOWN,
} from "./orderNodes.ts";
import { keywordRange } from "./outline.ts";
import { TE } from "./visit.ts";

type Variant = "refpolicy" | "refpolicy-light" | "refpolicy-lax";

const ORDERS: Readonly<Record<Variant, readonly number[]>> = {
  refpolicy: [
    PART_SELF,
    PART_OWN,
    PART_KERNEL_MODULE,
    PART_KERNEL,
    PART_SYSTEM,
    PART_OTHER,
    PART_BUILD_OPTION,
    PART_CONDITIONAL,
    PART_TUNABLE,
    PART_OPTIONAL,
  ],
  "refpolicy-light": [
    PART_SELF,
    PART_OWN,
    PART_RELATED,
    PART_KERNEL_MODULE,
    PART_OTHER,
    PART_BUILD_OPTION,
    PART_CONDITIONAL,
    PART_TUNABLE,
    PART_OPTIONAL,
  ],
  "refpolicy-lax": [PART_SELF, PART_OWN],
};

const REPORTED: ReadonlySet<number> = new Set([
  N_TYPE,
  N_ATTRIBUTE,
  N_ATTRIBUTEROLE,
  N_ROLE,
  N_BOOL,
  N_GENBOOL,
  N_CLASS,
  N_AVRULE,
  N_XPERMRULE,
  N_CALL,
  N_TYPERULE,
  N_RANGETRANSITION,
  N_ROLETRANSITION,
]);

const DECLARED: ReadonlySet<number> = new Set([
  N_TYPE,
  N_ATTRIBUTE,
  N_ATTRIBUTEROLE,
  N_ROLE,
  N_BOOL,
  N_GENBOOL,
  N_CLASS,
]);

/** What two statements of a module are compared by. */
interface Guide {
  readonly variant: Variant;
  readonly module: string;
  /** mean line of a section */
  readonly mean: ReadonlyMap<string, number>;
  readonly nodes: readonly OrderNode[];
}

export const statementOrder: PolicyCheck = {
  scope: "policy",
  ids: ["C-001"],
  roles: TE,
  run(context, file, report) {
    const names = namesOf(context);
    const nodes = orderNodesOf(file, names, interfaceKindsOf(context));
    const variant = variantOf(context.option("C-001", "ordering_rules"));
    const guide: Guide = { variant, module: file.module, mean: meanLines(nodes), nodes };
    const places = nodes.filter(hasPlace);
    const inOrder = longestRun(guide, places);
    for (let at = 0; at < places.length; at++) {
      const entry = places[at] as OrderNode;
      if (inOrder[at] === 1 || !REPORTED.has(entry.kind)) continue;
      const message = reason(guide, places, inOrder, at);
      report({ ...keywordRange(file.tree, entry.node), code: "C-001", message });
    }
  },
};

function variantOf(value: unknown): Variant {
  return value === "refpolicy" || value === "refpolicy-light" ? value : "refpolicy-lax";
}

function meanLines(nodes: readonly OrderNode[]): ReadonlyMap<string, number> {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const { section, line } of nodes) {
    const known = sums.get(section) ?? { sum: 0, count: 0 };
    known.sum += line + 1;
    known.count++;
    sums.set(section, known);
  }
  return new Map([...sums].map(([name, { sum, count }]) => [name, Math.fround(Math.fround(sum) / count)]));
}

/** 1 for the entries on the longest run that is in order. */
function longestRun(guide: Guide, places: readonly OrderNode[]): Uint8Array {
  const ends: number[] = [];
  const before = new Int32Array(places.length).fill(-1);
  places.forEach((entry, at) => {
    let low = 1;
    let high = ends.length;
    while (low <= high) {
      const middle = (low + high + 1) >> 1;
      if (compare(guide, places[ends[middle - 1] as number] as OrderNode, entry) >= 0) low = middle + 1;
      else high = middle - 1;
    }
    before[at] = low <= 1 ? -1 : (ends[low - 2] as number);
    ends[low - 1] = at;
  });
  const inOrder = new Uint8Array(places.length);
  for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at] as number) inOrder[at] = 1;
  return inOrder;
}

// why two statements are in the wrong order (negative)
const WRONG_SECTION = -1;
const WRONG_DECLARATION = -2;
const WRONG_PART = -3;
const WRONG_ALPHABET = -4;

/** Below zero when `second` should stand before `first`. */
function compare(guide: Guide, first: OrderNode, second: OrderNode): number {
  if (first.section === NOT_ORDERED || second.section === NOT_ORDERED) return 0;
  if (!isSameSection(first.section, second.section))
    return compareSections(guide, first.section, second.section);
  if (first.section === DECLARATION) return compareDeclarations(first.kind, second.kind);
  const left = partIn(guide, first);
  const right = partIn(guide, second);
  if (left === PART_UNKNOWN || right === PART_UNKNOWN) return 0;
  if (left !== right)
    for (const part of ORDERS[guide.variant]) {
      if (left === part) return -WRONG_PART;
      if (right === part) return WRONG_PART;
    }
  return guide.variant === "refpolicy-lax" ? 0 : compareCalls(guide, first, second, left, right);
}

function compareSections({ mean }: Guide, first: string, second: string): number {
  if (first === DECLARATION) return -WRONG_SECTION;
  const isLater = second !== DECLARATION && (mean.get(first) ?? -1) <= (mean.get(second) ?? -1);
  return isLater ? -WRONG_SECTION : WRONG_SECTION;
}

/** `foo`, `foo_t` and `foo_r` are one section. */
function isSameSection(first: string, second: string): boolean {
  const length = Math.max(stemLength(first), stemLength(second));
  return first.slice(0, length) === second.slice(0, length);
}

function stemLength(section: string): number {
  const suffix = section.length >= 3 && (section.endsWith("_t") || section.endsWith("_r"));
  return suffix ? section.length - 2 : section.length;
}

function compareDeclarations(first: number, second: number): number {
  if (!DECLARED.has(first) || !DECLARED.has(second)) return 0;
  const left = rankOfDeclaration(first);
  const right = rankOfDeclaration(second);
  return left === right ? 0 : left < right ? -WRONG_DECLARATION : WRONG_DECLARATION;
}

/** Booleans, then attributes, then the others in any order. */
function rankOfDeclaration(kind: number): number {
  return kind === N_BOOL || kind === N_GENBOOL ? 0 : kind === N_ATTRIBUTE ? 1 : 2;
}

function partIn({ variant, module }: Guide, entry: OrderNode): number {
  const { part } = entry;
  if (part < PART_KERNEL_MODULE || part > PART_OTHER || variant === "refpolicy") return part;
  if (isRelated(module, entry.module)) return PART_RELATED;
  const isLayer = part === PART_KERNEL || part === PART_SYSTEM;
  return variant === "refpolicy-light" && isLayer ? PART_OTHER : part;
}

function compareCalls(
  guide: Guide,
  first: OrderNode,
  second: OrderNode,
  left: number,
  right: number,
): number {
  const sorts =
    left !== PART_BUILD_OPTION &&
    left !== PART_CONDITIONAL &&
    left !== PART_TUNABLE &&
    (left !== PART_OPTIONAL ||
      (left === right && first.isFirst && second.isFirst && outer(guide, first) === outer(guide, second)));
  if (sorts && first.module !== "" && second.module !== "" && first.module !== second.module)
    return first.module < second.module ? -WRONG_ALPHABET : WRONG_ALPHABET;
  if (left !== PART_OPTIONAL || right !== PART_OPTIONAL || first.up !== second.up) return 0;
  if (first.inner < 0 || second.inner < 0) return 0;
  return compare(guide, guide.nodes[first.inner] as OrderNode, guide.nodes[second.inner] as OrderNode);
}

/** What the block of a statement stands in. */
function outer({ nodes }: Guide, { up }: OrderNode): number {
  return up < 0 ? -1 : (nodes[up] as OrderNode).up;
}

const REASONS: ReadonlyMap<number, string> = new Map([
  [WRONG_SECTION, "belongs to another section"],
  [WRONG_DECLARATION, "is another sort of declaration"],
  [WRONG_PART, "belongs to another part of its section"],
  [WRONG_ALPHABET, "comes at another place in the alphabet"],
]);

/** Names the nearest statement in order with which this one conflicts. */
function reason(guide: Guide, places: readonly OrderNode[], inOrder: Uint8Array, at: number): string {
  const entry = places[at] as OrderNode;
  for (let distance = 1; distance < places.length; distance++) {
    for (const other of [at - distance, at + distance]) {
      const neighbour = places[other];
      if (neighbour === undefined || inOrder[other] !== 1) continue;
      const order = other < at ? compare(guide, neighbour, entry) : compare(guide, entry, neighbour);
      if (order >= 0) continue;
      const where = other < at ? "after" : "before";
      return `this stands ${where} line ${neighbour.line + 1}, which ${REASONS.get(order) ?? "should stand elsewhere"}`;
    }
  }
  return "this is out of the usual order";
}
