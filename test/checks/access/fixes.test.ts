/**
 * Repairs of the checks of access: what each makes of a text, that the finding is gone afterwards, and what the policy
 * is then: the same line by line, or – where a repair says that access stays as it is – the same decisions for every
 * pair of types.
 */
import { describe, expect, it } from "vitest";
import { ACCESS_FIXERS } from "../../../server/checks/access/index.ts";
import { changeText } from "../../../server/checks/applyFixes.ts";
import {
  AVTAB_ALLOWED,
  conditionalOfBranch,
  isTrueBranch,
  UNCONDITIONAL,
} from "../../../server/policydb/avtab.ts";
import { evaluateCond } from "../../../server/policydb/conditional.ts";
import type { PolicyDb } from "../../../server/policydb/policydb.ts";
import { dumpPolicyDb } from "../../support/dump/policydbDump.ts";
import { contextOf } from "../selint/harness.ts";
import { findingsIn, HEAD, load } from "./policy.ts";

interface Case {
  readonly id: string;
  readonly before: string;
  /** undefined: no repair is offered */
  readonly after: string | undefined;
  /** what the repair says that it changes; "same" by default */
  readonly changes?: string;
}

const STAYS = "other rules grant the same: access stays as it is";
const TRANSITION = "type_transition foo_t foo_exec_t:process bar_t;";
const MISSING = [
  "allow foo_t foo_exec_t:file { execute getattr map open read };",
  "allow bar_t foo_exec_t:file { entrypoint execute getattr map open read };",
  "allow foo_t bar_t:process transition;",
  "role system_r types bar_t;",
];

const CASES: readonly Case[] = [
  {
    id: "redundant-allow",
    before: "allow foo_t file_t:file { read write };\nallow foo_t file_t:file read;\n",
    after: "allow foo_t file_t:file { read write };\n",
  },
  {
    id: "redundant-allow",
    before: "allow foo_t foo_files:file read;\nallow foo_t file_t:file read;\n",
    after: "allow foo_t foo_files:file read;\n",
    changes: STAYS,
  },
  {
    id: "redundant-allow",
    before: "allow foo_t foo_files:file { read write };\nallow foo_t { file_t foo_files }:file read;\n",
    after: "allow foo_t foo_files:file { read write };\n",
    changes: STAYS,
  },
  {
    id: "redundant-allow",
    before:
      "gen_bool(on,false)\nallow foo_t file_t:file read;\nif (on) {\n\tallow foo_t file_t:file read;\n}\n",
    after: undefined,
  },
  {
    id: "redundant-allow",
    before:
      "gen_bool(on,false)\nallow foo_t file_t:file read;\nif (on) {\n\tallow foo_t file_t:file read;\n\tallow foo_t file_t:file write;\n}\n",
    after:
      "gen_bool(on,false)\nallow foo_t file_t:file read;\nif (on) {\n\tallow foo_t file_t:file write;\n}\n",
    changes: STAYS,
  },
  {
    id: "file-type-incomplete",
    before: "type new_conf_t;\nallow foo_t new_conf_t:file create;\n",
    after: "type new_conf_t;\nfiles_config_file(new_conf_t)\nallow foo_t new_conf_t:file create;\n",
    changes: "adds files_config_file(new_conf_t)",
  },
  {
    id: "domain-incomplete",
    before: "type new_t;\nkernel_domain(new_t)\n\ntype new_exec_t;\n",
    after: "type new_t;\nkernel_domain(new_t)\n\ntype new_exec_t;\ninit_daemon_domain(new_t, new_exec_t)\n",
    changes: "adds init_daemon_domain(new_t, new_exec_t)",
  },
  {
    id: "domain-incomplete",
    before:
      "type new_exec_t;\ntype new_t;\nkernel_domain(new_t)\nrole system_r types new_t;\nallow foo_t new_t:process transition;\n",
    after:
      "type new_exec_t;\ntype new_t;\ndomain_entry_file(new_t, new_exec_t)\nkernel_domain(new_t)\nrole system_r types new_t;\nallow foo_t new_t:process transition;\n",
    changes: "adds domain_entry_file(new_t, new_exec_t)",
  },
  {
    id: "domain-incomplete",
    before: "type new_t;\ndomain_entry_file(new_t, foo_exec_t)\nallow foo_t new_t:process transition;\n",
    after:
      "type new_t;\nrole system_r types new_t;\ndomain_entry_file(new_t, foo_exec_t)\nallow foo_t new_t:process transition;\n",
    changes: "adds role system_r types new_t;",
  },
  { id: "domain-incomplete", before: "type new_t;\nkernel_domain(new_t)\n", after: undefined },
  {
    id: "allow-incomplete",
    before: "allow foo_t file_t:dir { add_name search };",
    after: "allow foo_t file_t:dir { add_name search write };",
    changes: "grants write",
  },
  {
    id: "allow-incomplete",
    before: "allow foo_t { bar_t file_t }:dir add_name;\nallow foo_t bar_t:dir { search write };",
    after:
      "allow foo_t { bar_t file_t }:dir add_name;\nallow foo_t file_t:dir { search write };\nallow foo_t bar_t:dir { search write };",
    changes: "grants write, search",
  },
  {
    id: "allow-incomplete",
    before: "allow foo_t bar_t:process dyntransition;",
    after: "allow foo_t bar_t:process dyntransition;\nallow foo_t self:process setcurrent;",
    changes: "grants setcurrent",
  },
  {
    id: "allow-incomplete",
    before: "policycap open_perms;\nallow foo_t file_t:file open;",
    after: undefined,
  },
  {
    id: "allow-without-map",
    before: "allow bar_t foo_exec_t:file { entrypoint read };",
    after: "allow bar_t foo_exec_t:file { entrypoint execute map read };",
    changes: "grants execute, map",
  },
  {
    id: "allow-without-open",
    before: "policycap open_perms;\nallow foo_t file_t:file read;",
    after: "policycap open_perms;\nallow foo_t file_t:file { open read };",
    changes: "grants open",
  },
  {
    id: "incomplete-transition",
    before: TRANSITION,
    after: [TRANSITION, ...MISSING].join("\n"),
    changes: `adds ${MISSING.join(" ")}`,
  },
  {
    id: "incomplete-transition",
    before: "role system_r types bar_t;\noptional_policy(`\n\trun_pattern(foo_t, foo_exec_t, bar_t)\n')",
    after: `role system_r types bar_t;\noptional_policy(\`\n\trun_pattern(foo_t, foo_exec_t, bar_t)\n\t${MISSING[1]}\n')`,
    changes: `adds ${MISSING[1]}`,
  },
  // Which of two roles is meant nobody can tell, and a conditional block holds no role statement.
  {
    id: "incomplete-transition",
    before: `type two_t;\nrole user_r types two_t;\nrole staff_r types two_t;\nrole staff_r;\n${TRANSITION.replace("foo_t", "two_t")}`,
    after: undefined,
  },
  {
    id: "incomplete-transition",
    before: `gen_bool(on,false)\nif (on) {\n\t${TRANSITION}\n}`,
    after: undefined,
  },
  { id: "incomplete-transition", before: TRANSITION.replace("foo_t", "domain"), after: undefined },
  {
    id: "xperm-overlap",
    before: "allowxperm foo_t dev_t:chr_file ioctl { 0x5400-0x54ff 0x5401 };",
    after: "allowxperm foo_t dev_t:chr_file ioctl { 0x5400-0x54ff };",
  },
  {
    id: "xperm-overlap",
    before: "allowxperm foo_t dev_t:chr_file ioctl ~{ 0x5401 0x5401 };",
    after: "allowxperm foo_t dev_t:chr_file ioctl ~{ 0x5401 };",
  },
  {
    id: "xperm-overlap",
    before: "allowxperm foo_t dev_t:chr_file ioctl { 0x5400-0x5410 0x5405-0x5420 };",
    after: undefined,
  },
  {
    id: "xperm-without-base",
    before: "allowxperm foo_t dev_t:chr_file ioctl 0x5401;",
    after: "allow foo_t dev_t:chr_file ioctl;\nallowxperm foo_t dev_t:chr_file ioctl 0x5401;",
    changes: "adds allow foo_t dev_t:chr_file ioctl;",
  },
  {
    id: "cond-same-branches",
    before:
      "gen_bool(on,false)\nif (on) {\n\tallow foo_t file_t:file read;\n} else {\n\tallow foo_t file_t:file read;\n}\n",
    after: "gen_bool(on,false)\nallow foo_t file_t:file read;\n",
    changes: "the rules no longer hang on the condition; access stays as it is",
  },
  {
    id: "cond-constant",
    before:
      "gen_bool(on,false)\nif (on || !on) {\n\tallow foo_t file_t:file read;\n} else {\n\tallow foo_t file_t:file write;\n}\n",
    after: "gen_bool(on,false)\nallow foo_t file_t:file read;\n",
    changes: "the rules hang on no condition; access stays as it is",
  },
  {
    id: "cond-constant",
    before: "gen_bool(on,false)\nif (on != on) {\n\tallow foo_t file_t:file read;\n}\n",
    after: "gen_bool(on,false)\n",
    changes: "the rules hang on no condition; access stays as it is",
  },
  {
    id: "genfscon-redundant",
    before: "genfscon proc / system_u:system_r:kernel_t\ngenfscon proc /sys system_u:system_r:kernel_t\n",
    after: "genfscon proc / system_u:system_r:kernel_t\n",
    changes: "one entry less; every label stays as it is",
  },
  {
    id: "netifcon-shadowed",
    before:
      'policycap netif_wildcard;\nnetifcon "eth*" system_u:system_r:foo_t system_u:system_r:foo_t\nnetifcon eth0 system_u:system_r:kernel_t system_u:system_r:kernel_t\n',
    after: 'policycap netif_wildcard;\nnetifcon "eth*" system_u:system_r:foo_t system_u:system_r:foo_t\n',
    changes: "one entry less; every label stays as it is",
  },
];

describe.each(CASES)("$id", ({ id, before, after, changes }) => {
  it(`repairs ${JSON.stringify(before.trim().split("\n").at(-1))}`, () => {
    const snapshot = load(before);
    const finding = findingsIn(snapshot).find(({ code }) => code === id);
    if (finding === undefined) throw new Error(`${id} finds nothing`);
    const [fix] = ACCESS_FIXERS.filter(({ ids }) => ids.includes(id)).flatMap((one) =>
      one.fixes(contextOf(snapshot), { ...finding, severity: "warning" }),
    );
    if (after === undefined) {
      expect(fix).toBeUndefined();
      return;
    }
    expect(changeText(`${HEAD}${before}\n`, fix?.changes ?? [])).toBe(`${HEAD}${after}\n`);
    expect(fix?.policy).toEqual(changes === undefined ? "same" : { changes });
    const repaired = load(after);
    expect(findingsIn(repaired).filter(({ code }) => code === id)).toEqual([]);
    const [old, now] = [snapshot.compiled.db, repaired.compiled.db];
    if (changes === undefined) expect(dumpPolicyDb(now)).toEqual(dumpPolicyDb(old));
    else if (changes.includes("stays as it is")) {
      expect(dumpPolicyDb(now)).not.toEqual(dumpPolicyDb(old));
      expect(decisions(now)).toEqual(decisions(old));
    }
  });
});

/** What each type may do to each other one, with all booleans off and with all on. */
function decisions(db: PolicyDb): readonly string[] {
  const granted = new Map<string, number>();
  const { avtab } = db;
  for (let entry = 0; entry < avtab.length; entry++) {
    if (avtab.specified[entry] !== AVTAB_ALLOWED) continue;
    for (const state of [false, true]) {
      if (!isOn(db, avtab.branch[entry] as number, state)) continue;
      for (const source of db.attrTypeMap[avtab.source(entry)] ?? [])
        for (const target of db.attrTypeMap[avtab.target(entry)] ?? []) {
          const key = `${state} ${db.types.nameOf(source + 1)} ${db.types.nameOf(target + 1)} ${avtab.tclass[entry]}`;
          granted.set(key, (granted.get(key) ?? 0) | (avtab.data[entry] as number));
        }
    }
  }
  return [...granted].map(([key, mask]) => `${key} ${mask}`).sort();
}

/** Does a branch count when all booleans have one state? */
function isOn(db: PolicyDb, branch: number, state: boolean): boolean {
  if (branch === UNCONDITIONAL) return true;
  const expr = db.conditionals[conditionalOfBranch(branch)]?.expr ?? [];
  return evaluateCond(expr, () => state) === (isTrueBranch(branch) ? 1 : 0);
}

describe("the repairs", () => {
  it("are all tested", () => {
    const tested = new Set(CASES.filter(({ after }) => after !== undefined).map(({ id }) => id));
    expect(ACCESS_FIXERS.flatMap(({ ids }) => ids).filter((id) => !tested.has(id))).toEqual([]);
  });

  it("are compared by decisions that see one permission more", () => {
    const one = decisions(load("allow foo_t file_t:file read;").compiled.db);
    expect(decisions(load("allow foo_t file_t:file { read write };").compiled.db)).not.toEqual(one);
  });

  it("keep the access when every redundant rule goes at once", () => {
    const text =
      "allow foo_t file_t:file { read write };\nallow foo_t file_t:file read;\nallow foo_t file_t:file { read getattr };\n" +
      "allow foo_t foo_files:file { write getattr };\nallow foo_t foo_files:file read;\nallow foo_t { file_t foo_exec_t }:file write;\n";
    const snapshot = load(text);
    const own = snapshot.fileAt("/p/policy/modules/services/foo.te");
    const found = findingsIn(snapshot).filter(({ code }) => code === "redundant-allow");
    expect(found.length).toBe(3);
    const all = found.map(({ file, start, end }) => ({ file, start, end, text: "" }));
    const left = changeText(own?.text ?? "", all).slice(HEAD.length);
    expect(decisions(load(left).compiled.db)).toEqual(decisions(snapshot.compiled.db));
  });
});
