/** The neverallow and bounds checks on policies made by hand: what the oracle cannot say (-self, cond xperms, edits). */
import { describe, expect, it } from "vitest";
import { checkBounds } from "../../server/analysis/bounds.ts";
import {
  type Assertion,
  checkAll,
  checkAssertions,
  checkChanged,
  prepareAssertions,
  renumberAssertions,
  renumberViolations,
  updateViolations,
  type Violation,
} from "../../server/analysis/neverallow.ts";
import {
  AVTAB_ALLOWED,
  AVTAB_AUDITALLOW,
  AVTAB_XPERMS_ALLOWED,
  branchOf,
  UNCONDITIONAL,
  XPERMS_IOCTLFUNCTION,
} from "../../server/policydb/avtab.ts";
import { createPolicyDb } from "../../server/policydb/create.ts";
import { Ebitmap } from "../../server/policydb/ebitmap.ts";
import type { PolicyDb } from "../../server/policydb/policydb.ts";

const A = 1;
const B = 2;
const C = 3;
/** attribute of A and B */
const AB = 4;
const FILE = 1;
const READ = 1;
const WRITE = 2;
const IOCTL = 4;

function policy(): PolicyDb {
  const db = createPolicyDb();
  ["a", "b", "c", "ab"].forEach((name, i) => {
    db.types.set({ name, value: i + 1, isAttribute: name === "ab", bounds: 0 });
  });
  for (const value of [A, B, C]) {
    db.attrTypeMap[value] = Ebitmap.of([value - 1]);
    db.typeAttrMap[value] = Ebitmap.of(value === C ? [C - 1] : [value - 1, AB - 1]);
  }
  db.attrTypeMap[AB] = Ebitmap.of([A - 1, B - 1]);
  const perms = new Map([
    ["read", 1],
    ["write", 2],
    ["ioctl", 3],
  ]);
  db.classes.set({
    name: "file",
    value: FILE,
    common: undefined,
    perms,
    nperms: 3,
    constraints: [],
    validatetrans: [],
    defaultUser: 0,
    defaultRole: 0,
    defaultType: 0,
    defaultRange: 0,
  });
  db.conditionals.push({ expr: [], state: 1 });
  return db;
}

function allow(db: PolicyDb, source: number, target: number, mask: number, branch = UNCONDITIONAL): number {
  const entry = db.avtab.ensure(source, target, FILE, AVTAB_ALLOWED, branch);
  db.avtab.data[entry] = (db.avtab.data[entry] as number) | mask;
  return entry;
}

function allowxperm(
  db: PolicyDb,
  source: number,
  target: number,
  value: number,
  branch = UNCONDITIONAL,
): number {
  const slice = (XPERMS_IOCTLFUNCTION << 8) | (value >> 8);
  const entry = db.avtab.ensure(source, target, FILE, AVTAB_XPERMS_ALLOWED, branch, slice);
  db.avtab.xpermAdd(entry, value & 0xff);
  return entry;
}

function never(sources: number[], targets: number[], mask: number, more: Partial<Assertion> = {}): Assertion {
  return {
    id: 7,
    sources: Ebitmap.of(sources.map((value) => value - 1)),
    targets: Ebitmap.of(targets.map((value) => value - 1)),
    self: false,
    minusSelf: false,
    classPerms: [{ tclass: FILE, mask }],
    ...more,
  };
}

const ioctl = (...values: number[]): Partial<Assertion> => ({
  xperms: { kind: "ioctl", ranges: values.map((value) => [value, value] as const) },
});

describe("neverallow", () => {
  it("gives the rule, the bits, a pair of types and the attribute it came through", () => {
    const db = policy();
    const entry = allow(db, AB, C, READ | WRITE);
    db.avtab.ensure(AB, C, FILE, AVTAB_AUDITALLOW);
    expect(checkAssertions(db, [never([B], [C], WRITE | IOCTL)])).toEqual([
      {
        assertion: 7,
        entry,
        tclass: FILE,
        mask: WRITE,
        source: B,
        target: C,
        keySource: AB,
        keyTarget: C,
        accepted: false,
      },
    ]);
    expect(checkAssertions(db, [never([C], [C], WRITE), never([B], [C], IOCTL)])).toEqual([]);
  });

  it("looks into both branches of conditionals", () => {
    const db = policy();
    allow(db, A, C, READ, branchOf(0, true));
    allow(db, B, C, READ, branchOf(0, false));
    expect(checkAssertions(db, [never([A, B], [C], READ)])).toHaveLength(2);
  });

  it("reports self pairs alone where self is written, and marks what the compilers overlook", () => {
    const db = policy();
    allow(db, AB, AB, READ);
    allow(db, A, C, READ);
    const found = checkAssertions(db, [never([B, A], [C], READ, { self: true })]);
    expect(found.map(({ source, target, accepted }) => [source, target, accepted])).toEqual([
      [A, A, false],
      [A, C, true],
    ]);
  });

  it("leaves pairs with oneself out for -self, also when that stands for every other type", () => {
    const db = policy();
    allow(db, A, A, READ);
    expect(checkAssertions(db, [never([A, B], [], READ, { minusSelf: true })])).toEqual([]);
    allow(db, AB, AB, WRITE);
    const [found, ...rest] = checkAssertions(db, [never([A, B], [], WRITE, { minusSelf: true })]);
    expect(rest).toEqual([]);
    expect(found).toMatchObject({ source: A, target: B });
    expect(checkAssertions(db, [never([A], [A], WRITE, { minusSelf: true })])).toEqual([]);
    expect(checkAssertions(db, [never([A, B], [A], WRITE, { minusSelf: true })])).toMatchObject([
      { source: B, target: A },
    ]);
  });

  it("tells a granted value from a permission that nothing limits", () => {
    const db = policy();
    const entry = allow(db, AB, C, IOCTL);
    const rule = never([A, B], [C], IOCTL, ioctl(0x1201));
    expect(checkAssertions(db, [rule])[0]?.xperms).toEqual({ entry: -1, ranges: [[0x1201, 0x1201]] });
    const granted = allowxperm(db, A, C, 0x1201);
    expect(checkAssertions(db, [rule])).toMatchObject([
      { entry, source: B, xperms: { entry: -1 } },
      { entry, source: A, xperms: { entry: granted, ranges: [[0x1201, 0x1201]] } },
    ]);
    allowxperm(db, B, C, 0x1202);
    expect(checkAssertions(db, [rule])).toHaveLength(1);
  });

  it("lets a conditional rule be limited in its own branch only", () => {
    const db = policy();
    allow(db, A, C, IOCTL, branchOf(0, true));
    allowxperm(db, A, C, 0x1202);
    const rule = never([A], [C], IOCTL, ioctl(0x1201));
    expect(checkAssertions(db, [rule])).toHaveLength(1);
    allowxperm(db, A, C, 0x1203, branchOf(0, true));
    expect(checkAssertions(db, [rule])).toEqual([]);
  });

  it("follows edits, through dead and reused entries", () => {
    const db = policy();
    const index = prepareAssertions(db, [never([A, B], [C], IOCTL, ioctl(0x1201)), never([C], [C], READ)]);
    const bad = allow(db, C, C, READ);
    const limited = allow(db, A, C, IOCTL);
    const xperm = allowxperm(db, A, C, 0x1205);
    let found = updateViolations(db, index, [], [bad, limited, xperm]);
    expect(found.map(({ entry }) => entry)).toEqual([bad]);
    // The allowxperm goes and its number is taken by an allow rule at once.
    db.avtab.remove(xperm);
    db.avtab.remove(bad);
    const reused = allow(db, B, B, READ);
    expect([xperm, bad]).toContain(reused);
    found = updateViolations(db, index, found, [xperm, bad]);
    expect(found.map(({ entry }) => entry)).toEqual([limited]);
    expect(found).toEqual(checkAll(db, index));
    expect(checkChanged(db, index, [reused]).violations).toEqual([]);
  });

  it("takes other numbers for assertions that say the same, and prepares anew when one has come or gone", () => {
    const db = policy();
    const key = (id: number, name: string, rule: Assertion): Assertion => ({ ...rule, id, key: name });
    const [first, second] = [never([A], [C], READ), never([B], [C], WRITE)];
    const index = prepareAssertions(db, [key(0, "a", first), key(1, "b", second), key(2, "a", first)]);
    const entry = allow(db, AB, C, READ | WRITE);
    const found = checkAll(db, index);
    expect(found.map(({ assertion }) => assertion).sort()).toEqual([0, 1, 2]);
    const given = [key(10, "b", second), key(11, "a", first), key(12, "a", first)];
    const now = renumberAssertions(index, given);
    if (now === undefined) throw new Error("the same assertions are not known again");
    expect(renumberViolations(found, index, now)).toEqual(checkAll(db, now));
    expect(updateViolations(db, now, renumberViolations(found, index, now), [entry])).toEqual(
      checkAll(db, now),
    );
    const byNumber = (list: readonly Violation[]) => [...list].sort((a, b) => a.assertion - b.assertion);
    expect(byNumber(checkAll(db, now))).toEqual(byNumber(checkAll(db, prepareAssertions(db, given))));
    expect(renumberAssertions(index, given.slice(1))).toBeUndefined();
    expect(
      renumberAssertions(index, [key(0, "a", first), key(1, "b", second), key(2, "c", first)]),
    ).toBeUndefined();
    expect(renumberAssertions(index, [key(0, "a", first), key(1, "b", second), first])).toBeUndefined();
  });
});

describe("bounds", () => {
  it("finds nothing where nothing is bounded", () => {
    const db = policy();
    allow(db, AB, C, READ);
    expect(checkBounds(db)).toEqual([]);
  });

  it("asks the parent for the same on the target's parent", () => {
    const db = policy();
    const entry = allow(db, B, B, READ | WRITE);
    db.types.set({ name: "b", value: B, isAttribute: false, bounds: A });
    allow(db, A, A, READ);
    expect(checkBounds(db)).toEqual([
      { kind: "type", child: B, parent: A, target: B, parentTarget: A, tclass: FILE, mask: WRITE, entry },
    ]);
    allow(db, A, A, WRITE, branchOf(0, true));
    expect(checkBounds(db)).toHaveLength(1);
    allow(db, A, A, WRITE, branchOf(0, false));
    expect(checkBounds(db)).toEqual([]);
  });

  it("compares the sets of roles and users, and finds names without their parent", () => {
    const db = policy();
    const none = new Ebitmap();
    db.roles.set({ name: "r", value: 1, bounds: 0, dominates: none, types: Ebitmap.of([0]) });
    db.roles.set({ name: "r.s", value: 2, bounds: 0, dominates: none, types: Ebitmap.of([0, 2]) });
    db.users.set({ name: "x.y", value: 1, bounds: 0, roles: none });
    db.users.set({ name: "u", value: 2, bounds: 3, roles: Ebitmap.of([1]) });
    db.users.set({ name: "v", value: 3, bounds: 0, roles: Ebitmap.of([1, 0]) });
    expect(checkBounds(db)).toEqual([
      { kind: "orphan", symbol: "user", child: 1, parentName: "x" },
      { kind: "role", child: 2, parent: 1, excess: expect.anything() },
    ]);
  });
});
