/** A small policy for tests of policy tests: the tiny tree, with a daemon, its files, roles and conditions. */
import type { AskedPolicy } from "../../../server/features/access/explain.ts";
import { type TestedFile, testPolicy } from "../../../server/features/policyTest/findings.ts";
import { loadFixture, TINY_TREE } from "../../support/fixture.ts";

export const TESTED_TREE = `${TINY_TREE}
//- /p/policy/modules/apps/app.if
interface(\`app_write_data',\`
	gen_require(\`
		type app_data_t;
	')

	allow $1 app_data_t:file rw_file_perms;
')
interface(\`app_admin',\`
	app_write_data($1)
')
//- /p/policy/modules/apps/app.fc
/srv/app(/.*)?			gen_context(system_u:object_r:app_data_t,s0)
/srv/app/secret		--	gen_context(system_u:object_r:app_secret_t,s0)
/srv/app/cache(/.*)?		<<none>>
HOME_DIR/\\.app(/.*)?		gen_context(system_u:object_r:app_data_t,s0)
//- /p/policy/modules/apps/app.te
policy_module(app, 1.0.0)

gen_bool(app_shares,false)
attribute app_file;
attribute app_empty;
type app_t, domain;
type helper_t, domain;
type other_t, domain;
type app_exec_t, file_type;
type off_exec_t, file_type;
type app_data_t, file_type, app_file;
typealias app_data_t alias app_old_t;
type app_secret_t, file_type, app_file;

role user_r;
role admin_r;
role lone_r;
role system_r types { app_t helper_t };
role admin_r types helper_t;
allow user_r admin_r;

allow app_t self:process { fork transition };
allow app_t app_file:file { getattr open };
allow app_t app_data_t:file read;
if (app_shares) {
	allow other_t app_file:file read;
}
app_admin(helper_t)

type_transition app_t app_exec_t:process helper_t;
allow app_t app_exec_t:file execute;
allow app_t helper_t:process transition;
allow helper_t app_exec_t:file entrypoint;
if (app_shares) {
	type_transition app_t off_exec_t:process helper_t;
}

optional_policy(\`
	gen_require(\`
		type nowhere_t;
	')
	type dropped_t;
')
//- /p/config/file_contexts.subs_dist
/data /srv
`;

/** The policy. */
export function testedPolicy(): AskedPolicy {
  const snapshot = loadFixture(TESTED_TREE, "/p").workspace.snapshots()[0];
  if (snapshot === undefined) throw new Error("no policy");
  return { db: snapshot.compiled.db, snapshot };
}

/** Each assertion of a text that fails or cannot be evaluated, and each finding about one that passes. */
export function outcomes(policy: AskedPolicy, text: string): string[] {
  const tested: TestedFile = testPolicy(policy, text);
  return tested.assertions.map(
    ({ assertion, outcome }) => `${outcome} ${text.slice(assertion.start, assertion.end)}`,
  );
}

/** Findings as `code at: message`. */
export function findings(policy: AskedPolicy, text: string): string[] {
  return testPolicy(policy, text).findings.map(
    ({ code, start, end, message }) => `${code} ${text.slice(start, end)}: ${message}`,
  );
}
