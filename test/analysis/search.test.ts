// Rule search on a small policy made by hand; the meaning of each criterion is sesearch's.
import { describe, expect, it } from "vitest";
import { conditionText, ruleText } from "../../server/analysis/ruleText.ts";
import { type RuleQuery, searchRules } from "../../server/analysis/search.ts";
import {
  AVTAB_ALLOWED,
  AVTAB_AUDITDENY,
  AVTAB_AV,
  AVTAB_TRANSITION,
  AVTAB_TYPE,
  AVTAB_XPERMS,
  AVTAB_XPERMS_ALLOWED,
  branchOf,
  XPERMS_NLMSG,
} from "../../server/policydb/avtab.ts";
import { COND_AND, COND_BOOL, COND_NOT, COND_OR } from "../../server/policydb/conditional.ts";
import { createPolicyDb } from "../../server/policydb/create.ts";
import { Ebitmap } from "../../server/policydb/ebitmap.ts";
import type { PolicyDb } from "../../server/policydb/policydb.ts";

function policy(): PolicyDb {
  const db = createPolicyDb();
  const names = ["a_t", "b_t", "c_t", "domain", "files"];
  names.forEach((name, i) => {
    db.types.set({ name, value: i + 1, isAttribute: i >= 3, bounds: 0 });
    db.typeAttrMap[i + 1] = Ebitmap.of([i]);
    db.attrTypeMap[i + 1] = Ebitmap.of(i < 3 ? [i] : []);
  });
  const join = (type: number, attribute: number) => {
    db.typeAttrMap[type]?.add(attribute - 1);
    db.attrTypeMap[attribute]?.add(type - 1);
  };
  join(1, 4);
  join(2, 4);
  join(3, 5);
  const perms = new Map([
    ["read", 1],
    ["write", 2],
    ["open", 3],
  ]);
  const plain = {
    common: undefined,
    constraints: [],
    validatetrans: [],
    defaultUser: 0,
    defaultRole: 0,
    defaultType: 0,
    defaultRange: 0,
  };
  db.classes.set({ name: "file", value: 1, perms, nperms: 3, ...plain });
  db.classes.set({
    name: "netlink_route_socket",
    value: 2,
    perms: new Map([["nlmsg", 1]]),
    nperms: 1,
    ...plain,
  });
  db.bools.set({ name: "on", value: 1, state: true });
  db.conditionals.push({ expr: [{ op: COND_BOOL, bool: 1 }], state: 1 });
  const rule = (s: number, t: number, c: number, kind: number, data: number, branch = 0, slice = 0) => {
    const entry = db.avtab.ensure(s, t, c, kind, branch, slice);
    db.avtab.data[entry] = data;
    return entry;
  };
  rule(4, 5, 1, AVTAB_ALLOWED, 0b001);
  rule(1, 3, 1, AVTAB_ALLOWED, 0b110);
  rule(2, 3, 1, AVTAB_ALLOWED, 0b010, branchOf(0, true));
  rule(1, 3, 1, AVTAB_AUDITDENY, ~0b100 >>> 0);
  rule(1, 3, 1, AVTAB_TRANSITION, 2);
  const xperms = db.avtab.ensure(1, 1, 2, AVTAB_XPERMS_ALLOWED, 0, XPERMS_NLMSG << 8);
  for (const value of [16, 17, 20]) db.avtab.xpermAdd(xperms, value);
  return db;
}

function search(query: Partial<RuleQuery>): string[] | string {
  const db = policy();
  const found = searchRules(db, { kinds: AVTAB_ALLOWED, ...query });
  return found.error ?? found.entries?.map((entry) => ruleText(db, entry)) ?? [];
}

const ATTRIBUTE = "allow domain files:file read;";
const DIRECT = "allow a_t c_t:file { write open };";
const CONDITIONAL = "allow b_t c_t:file write; [ on ]:True";

describe("searchRules", () => {
  it("expands attributes on both sides", () => {
    expect(search({ source: { name: "a_t" } })).toEqual([ATTRIBUTE, DIRECT]);
    expect(search({ source: { name: "domain" } })).toEqual([ATTRIBUTE, DIRECT, CONDITIONAL]);
    expect(search({ target: { name: "files" } })).toEqual([ATTRIBUTE, DIRECT, CONDITIONAL]);
  });

  it("compares symbols when asked to be direct", () => {
    expect(search({ source: { name: "domain", direct: true } })).toEqual([ATTRIBUTE]);
    expect(search({ source: { name: "a_t", direct: true } })).toEqual([DIRECT]);
  });

  it("searches names by pattern", () => {
    expect(search({ source: { name: "^b", pattern: true } })).toEqual([ATTRIBUTE, CONDITIONAL]);
    expect(search({ source: { name: "^dom", pattern: true, direct: true } })).toEqual([ATTRIBUTE]);
    expect(search({ source: { name: "(", pattern: true } })).toContain("not a regular expression");
  });

  it("matches permissions by any, all or exactly", () => {
    expect(search({ permissions: ["read", "open"] })).toEqual([ATTRIBUTE, DIRECT]);
    expect(search({ permissions: ["write"], permissionMatch: "subset" })).toEqual([DIRECT, CONDITIONAL]);
    expect(search({ permissions: ["write"], permissionMatch: "equal" })).toEqual([CONDITIONAL]);
  });

  it("finds conditional rules by boolean", () => {
    expect(search({ booleans: [{ name: "on" }] })).toEqual([CONDITIONAL]);
  });

  it("prints dontaudit rules as written, not as stored", () => {
    expect(search({ kinds: AVTAB_AUDITDENY })).toEqual(["dontaudit a_t c_t:file open;"]);
    expect(search({ kinds: AVTAB_AV, permissions: ["open"], source: { name: "a_t", direct: true } })).toEqual(
      [DIRECT, "dontaudit a_t c_t:file open;"],
    );
  });

  it("finds type rules by default type and xperm rules", () => {
    expect(search({ kinds: AVTAB_TYPE, defaultType: { name: "domain" } })).toEqual([
      "type_transition a_t c_t:file b_t;",
    ]);
    expect(search({ kinds: AVTAB_XPERMS })).toEqual([
      "allowxperm a_t a_t:netlink_route_socket nlmsg { 0x0010-0x0011 0x0014 };",
    ]);
  });

  it("names what the policy does not have", () => {
    expect(search({ source: { name: "x_t" } })).toBe("no type or attribute ‘x_t’");
    expect(search({ classes: [{ name: "dri" }] })).toBe("no class ‘dri’");
    expect(search({ permissions: ["reed"] })).toBe("no class has a permission ‘reed’");
    expect(search({ booleans: [{ name: "off" }] })).toBe("no boolean ‘off’");
  });
});

describe("conditionText", () => {
  const bool = { op: COND_BOOL, bool: 1 };
  const op = (kind: number) => ({ op: kind, bool: 0 });
  it.each([
    [[bool, bool, op(COND_AND), op(COND_NOT)], "! ( on && on )"],
    [[bool, op(COND_NOT), bool, op(COND_AND)], "! on && on"],
    [[bool, bool, op(COND_OR), bool, op(COND_AND)], "( on || on ) && on"],
    [[bool, bool, op(COND_AND), bool, op(COND_OR)], "on && on || on"],
  ])("%#", (expr, text) => {
    expect(conditionText(policy(), expr)).toBe(text);
  });
});
