/**
 * Small random policies for differential tests of the analyses: the same data as policy.conf text (with or without
 * its neverallow rules) and as the assertions that our checker takes. It runs no tool and judges nothing.
 */
import type { Assertion } from "../../server/analysis/neverallow.ts";
import { Ebitmap } from "../../server/policydb/ebitmap.ts";
import { type PolicyDb, permissionValue } from "../../server/policydb/policydb.ts";

const TYPES = 6;
const ATTRIBUTES = 3;
const CLASSES: Readonly<Record<string, readonly string[]>> = {
  process: ["fork", "transition"],
  file: ["read", "write", "ioctl"],
  sock: ["send", "ioctl"],
};

interface TypeSet {
  readonly names: readonly string[];
  readonly minus: readonly string[];
  /** "" or "~" or "*" */
  readonly prefix: string;
  readonly self: boolean;
}

export interface NeverallowData {
  readonly source: TypeSet;
  readonly target: TypeSet;
  readonly tclass: string;
  readonly perms: readonly string[];
  readonly ranges: readonly (readonly [number, number])[] | undefined;
}

export interface GeneratedPolicy {
  /** by attribute: members */
  readonly members: ReadonlyMap<string, readonly string[]>;
  readonly rules: readonly string[];
  readonly neverallows: readonly NeverallowData[];
  readonly bounds: readonly string[];
}

/** A repeatable source of numbers below `n` (mulberry32). */
export function randomSource(seed: number): (n: number) => number {
  let state = seed >>> 0;
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
}

const names = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => prefix + i);

export function generatePolicy(seed: number, withBounds = false): GeneratedPolicy {
  const random = randomSource(seed);
  /** every third policy is about extended permissions, or they would hardly ever meet */
  const dense = seed % 3 === 0 && !withBounds;
  const types = names("ty", TYPES);
  const attributes = names("a", ATTRIBUTES);
  const members = new Map(attributes.map((name) => [name, types.filter(() => random(5) < 2)]));
  const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T;
  const some = <T>(list: readonly T[]): T[] => {
    const chosen = list.filter(() => random(3) === 0);
    return chosen.length > 0 ? chosen : [pick(list)];
  };
  const symbol = (): string => (random(dense ? 2 : 3) === 0 ? pick(attributes) : pick(types));
  const range = (): [number, number] => {
    const low = 0x1200 + random(dense ? 0x80 : 0x300);
    return random(3) === 0 ? [low & 0xff00, low | 0xff] : [low, low + random(0x40)];
  };
  const ranges = (): [number, number][] => Array.from({ length: 1 + random(2) }, range);
  const allow = (): string => {
    const tclass = dense ? "file" : pick(Object.keys(CLASSES));
    const target = random(5) === 0 ? "self" : symbol();
    return `allow ${symbol()} ${target}:${tclass} { ${some(CLASSES[tclass] as string[]).join(" ")} };`;
  };
  const other = (): string => pick(["auditallow", "dontaudit"]) + allow().slice("allow".length);
  const rules: string[] = [];
  for (let i = random(withBounds ? 14 : 7); i >= 0; i--) rules.push(random(6) === 0 ? other() : allow());
  for (let i = random(3) + (dense ? 4 : 0); i > 0; i--)
    rules.push(
      `allowxperm ${symbol()} ${symbol()}:${dense ? "file" : pick(["file", "sock"])} ioctl ${rangesText(ranges())};`,
    );
  for (let i = random(3); i > 0; i--) {
    const body = (): string =>
      Array.from({ length: random(3) }, () => (random(8) === 0 ? other() : allow())).join(" ");
    rules.push(`if (${pick(["b0", "b1 && !b0"])}) { ${body()} } else { ${body()} }`);
  }
  const set = (target: boolean): TypeSet => {
    const shape = random(8);
    const prefix = shape === 0 ? "*" : shape === 1 ? "~" : "";
    const chosen = prefix === "*" ? [] : Array.from({ length: 1 + random(2) }, symbol);
    const minus = prefix === "" && random(4) === 0 ? [symbol()] : [];
    const self = target && prefix === "" && random(4) === 0;
    return { names: self && random(2) === 0 ? [] : chosen, minus: self ? [] : minus, prefix, self };
  };
  const neverallows = Array.from({ length: withBounds ? 0 : 1 + random(3) }, (): NeverallowData => {
    const xperm = dense || random(3) === 0;
    const tclass = dense ? "file" : xperm ? pick(["file", "sock"]) : pick(Object.keys(CLASSES));
    const perms = xperm ? ["ioctl"] : some(CLASSES[tclass] as string[]);
    return { source: set(false), target: set(true), tclass, perms, ranges: xperm ? ranges() : undefined };
  });
  const bounds = withBounds ? ["typebounds ty0 ty1;", "typebounds ty2 ty3;"].filter(() => random(3) > 0) : [];
  return { members, rules, neverallows, bounds };
}

const hex = (value: number): string => `0x${value.toString(16)}`;
const rangesText = (ranges: readonly (readonly [number, number])[]): string =>
  `{ ${ranges.map(([low, high]) => (low === high ? hex(low) : `${hex(low)}-${hex(high)}`)).join(" ")} }`;

function setText({ names: plain, minus, prefix, self }: TypeSet): string {
  if (prefix === "*") return "*";
  return `${prefix}{ ${[...plain, ...minus.map((name) => `-${name}`), ...(self ? ["self"] : [])].join(" ")} }`;
}

/** policy.conf; every neverallow rule has a line to itself, the one numbered in `lines`. */
export function policyText(
  { members, rules, neverallows, bounds }: GeneratedPolicy,
  withNeverallows: boolean,
): { readonly text: string; readonly lines: ReadonlyMap<number, number> } {
  const classes = Object.entries(CLASSES);
  const types = names("ty", TYPES);
  const attributesOf = (type: string): string[] =>
    [...members].filter(([, types]) => types.includes(type)).map(([name]) => `, ${name}`);
  const out = [
    ...classes.map(([name]) => `class ${name}`),
    "sid kernel",
    ...classes.map(([name, perms]) => `class ${name} { ${perms.join(" ")} }`),
    ...[...members.keys()].map((name) => `attribute ${name};`),
    ...types.map((name) => `type ${name}${attributesOf(name).join("")};`),
    "bool b0 true;",
    "bool b1 false;",
    ...bounds,
    ...rules,
  ];
  const lines = new Map<number, number>();
  neverallows.forEach(({ source, target, tclass, perms, ranges }, id) => {
    if (!withNeverallows) return;
    const key = `${setText(source)} ${setText(target)}:${tclass}`;
    out.push(
      ranges === undefined
        ? `neverallow ${key} { ${perms.join(" ")} };`
        : `neverallowxperm ${key} ioctl ${rangesText(ranges)};`,
    );
    lines.set(out.length, id);
  });
  out.push("role r;", `role r types { ${types.join(" ")} };`, "user u roles r;", "sid kernel u:r:ty0", "");
  return { text: out.join("\n"), lines };
}

/** The neverallow rules as our checker takes them; `id` is the index. */
export function assertionsOf(db: PolicyDb, policy: GeneratedPolicy): Assertion[] {
  const all = Ebitmap.of(names("ty", TYPES).map((name) => db.types.valueOf(name) - 1));
  const expand = (symbols: readonly string[]): Ebitmap =>
    Ebitmap.of(
      symbols.flatMap((name) => policy.members.get(name) ?? [name]).map((name) => db.types.valueOf(name) - 1),
    );
  const concrete = ({ names: plain, minus, prefix }: TypeSet): Ebitmap => {
    if (prefix === "*") return all.clone();
    const set = expand(plain).deleteAll(expand(minus));
    return prefix === "~" ? all.clone().deleteAll(set) : set;
  };
  return policy.neverallows.map(({ source, target, tclass, perms, ranges }, id) => {
    const datum = db.classes.get(tclass);
    if (datum === undefined) throw new Error(`no class ${tclass}`);
    const mask = perms.reduce((bits, name) => bits | (1 << (permissionValue(datum, name) - 1)), 0);
    return {
      id,
      sources: concrete(source),
      targets: concrete(target),
      self: target.self,
      minusSelf: false,
      classPerms: [{ tclass: datum.value, mask }],
      ...(ranges === undefined ? {} : { xperms: { kind: "ioctl" as const, ranges } }),
    };
  });
}
