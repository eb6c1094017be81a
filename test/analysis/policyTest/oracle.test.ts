/**
 * Assertions against checkpolicy and setools: random policies are compiled by checkpolicy, setools lists their facts
 * (rules, members of attributes, truth tables of conditions, roles), and what assertions say of our own compilation must
 * follow from these facts. The test works everything out from pairs of types, without a table.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { testPolicy } from "../../../server/features/policyTest/findings.ts";
import { createMemoryFileSystem } from "../../../server/workspace/memoryFileSystem.ts";
import { runToEnd, Workspace } from "../../../server/workspace/workspace.ts";
import { oracleDump } from "../../conformance/oracle.ts";
import { requireOracle } from "../../support/oracles.ts";

const FIXTURE = new URL("../../conformance/fixtures/random.conf.br", import.meta.url);
const confs: Record<string, string> = JSON.parse(brotliDecompressSync(readFileSync(FIXTURE)).toString());
const ASSERTIONS = 120;

/** The facts of a policy, and what follows from them. */
class Facts {
  readonly facts = new Map<string, string[][]>();
  readonly types: readonly string[];
  readonly attributes: readonly string[];
  readonly booleans: ReadonlyMap<string, boolean>;
  private readonly members = new Map<string, Set<string>>();

  constructor(lines: readonly string[]) {
    for (const line of lines) {
      const [kind = "", ...fields] = line.split("\t");
      this.facts.set(kind, [...this.of(kind), fields]);
    }
    this.types = this.of("type").map(([name = ""]) => name);
    this.attributes = this.of("attribute").map(([name = ""]) => name);
    this.booleans = new Map(this.of("bool").map(([name = "", state]) => [name, state === "1"]));
    for (const [attribute = "", type = ""] of this.of("attribute_member"))
      this.members.set(attribute, new Set([...(this.members.get(attribute) ?? []), type]));
  }

  of(kind: string): string[][] {
    return this.facts.get(kind) ?? [];
  }

  expand(name: string): ReadonlySet<string> {
    return this.attributes.includes(name) ? (this.members.get(name) ?? new Set()) : new Set([name]);
  }

  isOn(when: string, booleans: ReadonlyMap<string, boolean>): boolean {
    if (when === "-") return true;
    const [names = "", table = ""] = when.split(":");
    const state = names.split(",").reduce((bits, name, at) => bits | (booleans.get(name) ? 1 << at : 0), 0);
    return ((BigInt(`0x${table}`) >> BigInt(state)) & 1n) === 1n;
  }

  /** Does the policy grant a permission to a pair of types? */
  grants(
    source: string,
    target: string,
    tclass: string,
    permission: string,
    booleans: ReadonlyMap<string, boolean>,
  ): boolean {
    return this.of("allow").some(
      ([from = "", to = "", ofClass, permissions = "", when = ""]) =>
        ofClass === tclass &&
        permissions.split(",").includes(permission) &&
        this.expand(from).has(source) &&
        this.expand(to).has(target) &&
        this.isOn(when, booleans),
    );
  }
}

/** Numbers that look random and are the same each time. */
function randomly(seed: number): <T>(list: readonly T[]) => T {
  let state = seed;
  return (list) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return list[Math.floor((state / 2 ** 32) * list.length)] as (typeof list)[number];
  };
}

interface Made {
  readonly text: string;
  readonly holds: boolean;
}

/** An access assertion, and whether it follows from the facts. */
function access(facts: Facts, pick: ReturnType<typeof randomly>): Made {
  // checkpolicy 3.4 writes rules without a permission, too
  const all = facts.of("allow").filter((rule) => rule[3] !== "");
  const [from = "", to = "", tclass = "", given = ""] = pick(all);
  const name = (rule: string) => pick([rule, pick(facts.types), pick(facts.types), pick(facts.attributes)]);
  const source = name(from);
  const target = pick([name(to), "self"]);
  const others = all.filter((rule) => rule[2] === tclass).flatMap((rule) => (rule[3] ?? "").split(","));
  const permissions = [...new Set([pick(given.split(",")), pick([...given.split(","), pick(others)])])];
  const booleans = new Map(facts.booleans);
  const changed = booleans.size === 0 || pick([true, false]) ? [] : [pick([...booleans.keys()])];
  for (const one of changed) booleans.set(one, booleans.get(one) !== true);
  const settings = changed.map((one) => `${one}=${booleans.get(one) === true}`);
  const isAllow = pick([true, false]);
  const sources = [...facts.expand(source)];
  const targetsOf = (type: string) => (target === "self" ? [type] : [...facts.expand(target)]);
  const granted = sources.flatMap((one) =>
    targetsOf(one).flatMap((other) =>
      permissions.map((permission) => facts.grants(one, other, tclass, permission, booleans)),
    ),
  );
  const end = settings.length === 0 ? "" : ` with ${settings.join(", ")}`;
  return {
    text: `${isAllow ? "allow" : "deny"} ${source} ${target}:${tclass} { ${permissions.join(" ")} }${end};`,
    holds: isAllow ? granted.every((one) => one) : !granted.includes(true),
  };
}

/** A reach assertion, and whether it follows from the facts. */
function reach(facts: Facts, pick: ReturnType<typeof randomly>): Made {
  const roles = facts.of("role").map(([name = ""]) => name);
  const role = pick(roles);
  const type = pick(facts.types);
  const reached = new Set([role]);
  for (const one of reached)
    for (const [from = "", to = ""] of facts.of("role_allow")) if (from === one) reached.add(to);
  const can = facts.of("role_type").some(([one = "", other]) => reached.has(one) && other === type);
  const isReach = pick([true, false]);
  return { text: `${isReach ? "reach" : "noreach"} ${role} ${type};`, holds: isReach === can };
}

describe.skipIf(!requireOracle("checkpolicy", "sesearch"))("random policies", () => {
  const folder = mkdtempSync(join(tmpdir(), "sels-policy-tests-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(Object.entries(confs))("%s", async (name, text) => {
    const conf = join(folder, name);
    writeFileSync(conf, text);
    execFileSync("checkpolicy", ["-M", "-U", "allow", "-c", "33", conf, "-o", `${conf}.33`], {
      stdio: "ignore",
    });
    const facts = new Facts(await oracleDump(`${conf}.33`));
    const workspace = new Workspace(createMemoryFileSystem(new Map([["/policy.conf", text]])), {
      defines: ["TYPE=mls"],
    });
    runToEnd(workspace.addRoot("/policy.conf"));
    const snapshot = workspace.snapshots()[0];
    if (snapshot === undefined) throw new Error("no policy");
    const pick = randomly(name.length * 7919 + text.length);
    const made = Array.from({ length: ASSERTIONS }, (_, at) => (at % 4 === 0 ? reach : access)(facts, pick));
    const { assertions, findings } = testPolicy(
      { db: snapshot.compiled.db, snapshot },
      made.map((one) => one.text).join("\n"),
    );
    expect(findings.filter((finding) => finding.code === "test-unknown")).toEqual([]);
    const said = assertions.map(({ outcome }, at) => `${made[at]?.text} ${outcome}`);
    expect(said).toEqual(made.map((one) => `${one.text} ${one.holds ? "passed" : "failed"}`));
    const passed = made.filter((one) => one.holds).length;
    expect(Math.min(passed, ASSERTIONS - passed)).toBeGreaterThan(ASSERTIONS / 6);
  });
});
