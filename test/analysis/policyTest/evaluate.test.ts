/** What assertions mean: sets, conditions, transitions, roles, labels; each once where it holds and once where not. */
import { beforeAll, describe, expect, it } from "vitest";
import { withBooleans } from "../../../server/analysis/policyTest/booleans.ts";
import type { AskedPolicy } from "../../../server/features/access/explain.ts";
import { outcomes, testedPolicy } from "../../features/policyTest/tree.ts";

let policy: AskedPolicy;

beforeAll(() => {
  policy = testedPolicy();
});

/** Which of the lines pass, by their text; every line is one assertion. */
function passing(lines: string): [passed: string[], failed: string[]] {
  const all = outcomes(policy, lines);
  const of = (outcome: string) =>
    all.filter((one) => one.startsWith(`${outcome} `)).map((one) => one.slice(outcome.length + 1));
  expect(of("invalid")).toEqual([]);
  return [of("passed"), of("failed")];
}

/** Checks that the first text passes as a whole and every assertion of the second fails. */
function holds(passed: string, failed: string): void {
  expect(passing(passed)[1]).toEqual([]);
  expect(passing(failed)[0]).toEqual([]);
}

describe("allow and deny", () => {
  it("ask for every permission, and for none", () => {
    holds(
      "allow app_t app_data_t:file { read open }; deny app_t app_secret_t:file { read write };",
      "allow app_t app_data_t:file { read write }; deny app_t app_data_t:file { write read };",
    );
  });

  it("take attributes for all their members", () => {
    holds(
      "allow app_t app_file:file { getattr open }; deny app_file domain:process *; allow domain file_type:dir search;",
      "allow app_t app_file:file read; deny domain app_secret_t:file open; allow domain app_file:file open;",
    );
  });

  it("know self, excluded members, complements, stars and aliases", () => {
    holds(
      `allow app_t self:process { fork transition };
       deny { domain -app_t } self:process *;
       deny { domain -app_t -helper_t } { app_file -app_secret_t }:file read;
       deny ~{ domain } *:file *;
       deny helper_t { * -self -app_file -app_exec_t -file_type }:file *;
       deny app_t app_data_t:file ~{ getattr open read };
       allow app_t app_old_t:file read;
       deny app_t { domain -self -helper_t }:process transition;
       allow app_t { self helper_t }:process transition;`,
      `deny domain self:process fork;
       deny app_t domain:process fork;
       deny ~{ app_file } *:file write;
       deny app_t app_data_t:file ~{ getattr open };
       allow app_t app_data_t:file *;
       allow app_t { domain -self }:process transition;
       deny app_t { domain -self }:process transition;`,
    );
  });

  it("take sets of classes and the macros of permissions and classes", () => {
    holds(
      `allow helper_t app_data_t:file rw_file_perms;
       deny app_t app_data_t:{ file dir } write;
       deny other_t app_data_t:file_class_set { read_file_perms write };
       deny app_t file_type:* { nlmsg_read fork };
       deny app_t { domain -self }:~{ file } fork;`,
      `allow app_t app_data_t:file rw_file_perms;
       deny app_t app_data_t:file_class_set read_file_perms;`,
    );
  });

  it("have booleans at their defaults, or as the test says, and leave the policy alone", () => {
    const before = policy.db.conditionals.map((conditional) => conditional.state);
    holds(
      `deny other_t app_data_t:file read;
       allow other_t app_data_t:file read with app_shares=true;
       with app_shares=true { allow other_t app_data_t:file read; deny other_t app_data_t:file read with app_shares=false; }
       test "nested" with app_shares=false { with app_shares=on { allow other_t app_data_t:file read; } }`,
      "allow other_t app_data_t:file read; deny other_t app_data_t:file read with app_shares=true;",
    );
    expect(policy.db.conditionals.map((conditional) => conditional.state)).toEqual(before);
    expect(withBooleans(policy.db, [])).toBe(policy.db);
  });
});

describe("transition", () => {
  it("needs the rule, three permissions and a role", () => {
    holds(
      "transition app_t app_exec_t -> helper_t;",
      `transition helper_t app_exec_t -> app_t;
       transition app_t app_exec_t -> other_t;
       transition app_t off_exec_t -> helper_t;
       transition app_t off_exec_t -> helper_t with app_shares=true;
       transition { app_t other_t } app_exec_t -> helper_t;`,
    );
  });
});

describe("reach", () => {
  it("follows role allow to a role that may have the domain", () => {
    holds(
      "reach user_r helper_t; reach admin_r helper_t; noreach user_r app_t; noreach lone_r helper_t; reach system_r app_t;",
      "noreach user_r helper_t; reach admin_r app_t; reach lone_r helper_t; noreach system_r app_t;",
    );
  });
});

describe("label", () => {
  it("is what libselinux answers", () => {
    holds(
      `label /srv/app/x app_data_t;
       label /srv/app//x/ app_old_t;
       label /srv/app/secret app_secret_t;
       label /srv/app/secret -- system_u:object_r:app_secret_t;
       label /srv/app/secret -d app_data_t;
       label /srv/app/cache/x <<none>>;
       label /data/app/x app_data_t;
       label HOME_DIR/.app app_data_t;
       label /home/someone/.app/x app_data_t;
       label /root/.app app_data_t;`,
      `label /srv/app/secret app_data_t;
       label /srv/app/x system_u:system_r:app_data_t;
       label /srv/app/cache app_data_t;
       label /srv/other app_data_t;
       label /srv/app/x <<none>>;
       label /data/other app_data_t;
       label /home/someone/app app_data_t;`,
    );
  });
});
