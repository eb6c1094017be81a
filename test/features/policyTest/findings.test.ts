/** What people read about assertions: the reason with rules, calls and entries, names with suggestions, remarks. */
import { beforeAll, describe, expect, it } from "vitest";
import type { AskedPolicy } from "../../../server/features/access/explain.ts";
import {
  orphanDiagnostics,
  policyTestDiagnostics,
  testedView,
} from "../../../server/features/policyTest/diagnostics.ts";
import { testPolicy } from "../../../server/features/policyTest/findings.ts";
import type { View } from "../../../server/features/view.ts";
import { linesOf } from "../../../server/workspace/lines.ts";
import { createMemoryFileSystem } from "../../../server/workspace/memoryFileSystem.ts";
import { runToEnd, Workspace } from "../../../server/workspace/workspace.ts";
import { parseFixture } from "../../support/fixture.ts";
import { findings, TESTED_TREE, testedPolicy } from "./tree.ts";

let policy: AskedPolicy;

beforeAll(() => {
  policy = testedPolicy();
});

/** Related places of the only finding: the text there, and the message. */
function related(text: string): string[] {
  const [finding] = testPolicy(policy, text).findings;
  return (finding?.related ?? []).map((site) => {
    const file = policy.snapshot?.file(site.file);
    return `${file?.path.split("/").at(-1)} ${file?.text.slice(site.start, site.end)}: ${site.message}`;
  });
}

describe("reasons", () => {
  it("of a deny: the rule that grants it, and the calls that lead to it", () => {
    const text = "deny helper_t app_data_t:file { write execute };";
    expect(findings(policy, text)).toEqual([
      `test-failed ${text.slice(0, -1)}: the policy allows helper_t app_data_t:file write`,
    ]);
    expect(related(text)).toEqual([
      "app.te app_admin(helper_t): granted by allow helper_t app_data_t:file { read write getattr open };\n      through app_admin → app_write_data, which has it at app.if:6",
    ]);
  });

  it("of an allow: what is missing, what is there, and the condition that is off", () => {
    const text = "allow other_t app_secret_t:file { read write };";
    expect(findings(policy, text)).toEqual([
      `test-failed ${text.slice(0, -1)}: the policy does not allow other_t app_secret_t:file { read write }`,
    ]);
    expect(related(text)).toEqual([
      "app.te allow other_t app_file:file read;: a rule whose condition is off: allow other_t app_file:file read; [ app_shares ]:True",
    ]);
    expect(findings(policy, "allow app_t app_file:file { open read };")[0]).toBe(
      "test-failed allow app_t app_file:file { open read }: the policy does not allow app_t app_secret_t:file read\n  it allows open",
    );
  });

  it("of a label: the entry that wins and the one that loses", () => {
    const text = "label /data/app/secret app_data_t;";
    expect(findings(policy, text)).toEqual([
      `test-failed ${text.slice(0, -1)}: /data/app/secret is labelled app_secret_t, not app_data_t\n  looked up as /srv/app/secret (file_contexts.subs)`,
    ]);
    expect(related(text)).toEqual([
      "app.fc /srv/app/secret: this entry wins: /srv/app/secret -- system_u:object_r:app_secret_t",
      "app.fc /srv/app(/.*)?: matches, too, but loses: /srv/app(/.*)? system_u:object_r:app_data_t",
    ]);
    expect(findings(policy, "label /nothing -d app_t;")[0]).toContain(
      "/nothing gets no label: no entry of the file contexts matches it for the kind -d",
    );
  });

  it("of a transition: every piece that is missing", () => {
    expect(findings(policy, "transition other_t app_exec_t -> app_t;")).toEqual([
      [
        "test-failed transition other_t app_exec_t -> app_t: other_t that executes app_exec_t stays in other_t and does not go to app_t",
        "missing: type_transition other_t app_exec_t:process app_t;",
        "missing: allow other_t app_exec_t:file execute;",
        "missing: allow other_t app_t:process transition;",
        "missing: allow app_t app_exec_t:file entrypoint;",
        "missing: a role that may have both other_t and app_t",
      ].join("\n  "),
    ]);
    expect(related("transition app_t app_exec_t -> other_t;")[0]).toContain(
      "app.te type_transition app_t app_exec_t:process helper_t;: because of type_transition",
    );
    expect(related("transition app_t off_exec_t -> helper_t;")[0]).toContain("a rule whose condition is off");
  });

  it("of roles: the way there, or the ends that do not meet", () => {
    expect(findings(policy, "noreach user_r helper_t;")[0]).toContain(
      "role user_r can reach helper_t: user_r → admin_r\n  allow user_r admin_r;\n  role admin_r types helper_t;",
    );
    expect(related("noreach user_r helper_t;")).toEqual([
      "app.te allow user_r admin_r;: a statement that says so: allow user_r admin_r;",
      "app.te role admin_r types helper_t;: a statement that says so: role admin_r types helper_t;",
    ]);
    expect(findings(policy, "reach lone_r helper_t;")[0]).toContain(
      "role lone_r cannot reach helper_t\n  roles that may have helper_t: system_r, admin_r\n  roles that lone_r can become: none",
    );
  });
});

describe("names", () => {
  it("that the policy does not have are errors at their place, with the nearest", () => {
    const text = [
      "allow appt app_data_t:fil raed with app_shars=true;",
      "deny app_t app_data_t:file { raed open };",
      "label /x system_u:objct_r:app_dta_t;",
      "transition app_t app_exec_t -> domain;",
      "reach usr_r app_t;",
      "deny self app_t:process fork;",
      "deny dropped_t app_t:process fork;",
    ].join("\n");
    expect(findings(policy, text)).toEqual([
      "test-unknown appt: there is no type or attribute appt (did you mean app_t?)",
      "test-unknown fil: there is no class fil (did you mean file?)",
      "test-unknown app_shars: there is no boolean app_shars (did you mean app_shares?)",
      "test-unknown raed: class file has no permission raed (did you mean read?)",
      "test-unknown objct_r: there is no role objct_r (did you mean object_r?)",
      "test-unknown app_dta_t: there is no type or attribute app_dta_t (did you mean app_data_t?)",
      "test-unknown domain: domain is an attribute; one type is needed here",
      "test-unknown usr_r: there is no role usr_r (did you mean user_r?)",
      "test-unknown self: `self` can only stand for a target",
      "test-unknown dropped_t: there is no type or attribute dropped_t (its declaration, app.te:42, is not part of this policy)",
    ]);
  });

  it("that stand for nothing make an assertion worth a warning", () => {
    expect(findings(policy, "deny app_empty app_t:process fork; deny app_t app_empty:file read;")).toEqual([
      "test-empty app_empty: this set has no members: the assertion says nothing",
      "test-empty app_empty: this set has no members: the assertion says nothing",
    ]);
  });

  it("are found besides mistakes of the text", () => {
    expect(
      findings(policy, "deny app_t;\nallow nope_t app_t:process fork;").map((one) => one.split(" ")[0]),
    ).toEqual(["test-syntax", "test-unknown"]);
  });
});

describe("what the kernel takes away", () => {
  const constrained = `${TESTED_TREE}
//- /p/policy/constraints
constrain file read ( u1 == u2 and r1 == r2 );
`;
  it("is told of an allow that holds and a deny that fails, and decides nothing", () => {
    const workspace = new Workspace(createMemoryFileSystem(parseFixture(constrained).files));
    runToEnd(workspace.addRoot("/p"));
    const snapshot = workspace.snapshots()[0];
    if (snapshot === undefined) throw new Error("no policy");
    const asked = { db: snapshot.compiled.db, snapshot };
    const [remark] = findings(asked, "allow app_t app_data_t:file read;");
    expect(remark).toContain("test-constrained");
    expect(remark).toMatch(/a constraint takes away: read\n +.*u1 == u2 and r1 == r2/);
    expect(findings(asked, "allow app_t app_data_t:file open;")).toEqual([]);
    expect(findings(asked, "deny app_t app_data_t:file read;")[0]).toContain(
      "the policy allows app_t app_data_t:file read\n  for system_u:system_r:app_t and system_u:object_r:app_data_t:",
    );
  });
});

describe("in an editor", () => {
  it("a test is about the policy around it, and diagnostics have its places", () => {
    const { snapshot } = policy;
    if (snapshot === undefined) throw new Error("no policy");
    const view: View = { snapshot, encoding: "utf-16", uriOf: (path) => `file://${path}` };
    expect(testedView([view], "/p/tests/a.sels-test")).toBe(view);
    expect(testedView([view], "/elsewhere/a.sels-test")).toBe(view);
    expect(testedView([view, { ...view }], "/elsewhere/a.sels-test")).toBeUndefined();
    const lines = linesOf("# shared\n  deny app_t app_data_t:file read;\n");
    expect(policyTestDiagnostics(view, lines)).toMatchObject([
      {
        range: { start: { line: 1, character: 2 }, end: { line: 1, character: 33 } },
        severity: 1,
        code: "test-failed",
        message: "the policy allows app_t app_data_t:file read",
        relatedInformation: [
          { location: { uri: "file:///p/policy/modules/apps/app.te", range: { start: { line: 23 } } } },
        ],
      },
    ]);
  });

  it("without a policy says that nothing is tested, besides mistakes of the text", () => {
    const text = "deny a b:c d;\nreach a;";
    expect(orphanDiagnostics(linesOf(text), "utf-16").map((one) => [one.code, one.range.start.line])).toEqual(
      [
        ["test-syntax", 1],
        ["test-policy", 0],
      ],
    );
    expect(orphanDiagnostics(linesOf("# nothing"), "utf-16")).toEqual([]);
  });
});
