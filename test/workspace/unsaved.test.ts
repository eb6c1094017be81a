/**
 * What unsaved edits change, found by going back and forth in the live policy, is what two policies compiled from
 * scratch differ in: random edits of several files, on a small policy and on some modules of the real one; and the live
 * policy is afterwards what it was.
 */
import { describe, expect, it } from "vitest";
import type { PolicyDiff } from "../../server/analysis/policyDiff/changes.ts";
import { comparePolicies } from "../../server/analysis/policyDiff/compare.ts";
import type { Source } from "../../server/compiler/face.ts";
import { COND_BOOL } from "../../server/policydb/conditional.ts";
import { compile, createWords, parseSource } from "../../server/workspace/engine.ts";
import { unsavedDiff } from "../../server/workspace/unsaved.ts";
import { createRandom, editText } from "../compiler/incrementalEdits.ts";
import { readPolicy, type TextPolicy } from "../compiler/incrementalSupport.ts";
import { dumpPolicyDb } from "../support/dump/policydbDump.ts";
import { POLICY_SOURCE, policySource, requireOracle } from "../support/oracles.ts";

const CONF = `class file class process class dir
sid kernel
class file { read write open ioctl }
class process { transition signal }
class dir { search }
attribute domain; attribute files;
bool on true; bool off false;
type a_t, domain; type b_t, domain; type c_t, files; type d_t; typealias d_t alias old_t;
role r_r; role r_r types { a_t b_t };
allow a_t b_t:process signal;
allow domain files:file { read open };
allow a_t c_t:file { read write };
allow a_t c_t:file read;
allow b_t { files -c_t }:file write;
dontaudit a_t d_t:file read;
allowxperm a_t c_t:file ioctl { 0x5401 0x8900-0x89ff };
type_transition a_t c_t:process b_t;
type_transition a_t c_t:file d_t "name";
if (on && !off) { allow a_t d_t:file write; } else { allow b_t d_t:file write; type_transition b_t d_t:file c_t; }
permissive b_t;
user u_u roles r_r;
sid kernel u_u:r_r:a_t
`;

/** Rules and facts, without the places that only one side can know. */
function said({ changes, grants, revokes }: PolicyDiff): object {
  return { grants, revokes, changes: changes.map(({ places: _, ...change }) => change) };
}

function check(policy: TextPolicy, seed: number, rounds: number, filesAtOnce: number): number {
  const random = createRandom(seed);
  const words = createWords();
  const sources = policy.sources.map(
    (source, i): Source => ({
      ...source,
      id: i + 1,
      tree: parseSource(source.text, source.role, words),
    }),
  );
  const live = compile(sources, policy.options, words);
  const scratch = (list: readonly Source[]) => compile(list, policy.options, words).db;
  const before = scratch(sources);
  const on = sources.flatMap((source, i) => (source.enabled && source.role !== "fc" ? [i] : []));
  let changes = 0;
  for (let round = 0; round < rounds; round++) {
    const edited = new Map<number, Source>();
    for (let i = 0; i <= random(filesAtOnce); i++) {
      const at = on[random(on.length)] as number;
      const source = sources[at] as Source;
      const text = policy.sources[at]?.text ?? "";
      const elsewhere = policy.sources[random(sources.length)]?.text ?? "";
      const now = editText(random, text, elsewhere);
      edited.set(source.id, { ...source, tree: parseSource(now, source.role, words) });
    }
    const files = [...edited.values()].map((now) => ({ id: now.id, now, saved: sources[now.id - 1] }));
    live.update(files.map(({ id, now }) => ({ id, source: now })));
    const found = unsavedDiff(
      live,
      files,
      () => undefined,
      () => undefined,
    );
    const after = scratch(sources.map((source) => edited.get(source.id) ?? source));
    // A condition on a boolean that is not declared has numbers of history's for names.
    const isNamed = after.conditionals.every(({ expr }) =>
      expr.every(({ op, bool }) => op !== COND_BOOL || after.bools.nameOf(bool) !== undefined),
    );
    if (isNamed) {
      expect(said(found), `seed ${seed}, round ${round}`).toEqual(said(comparePolicies(before, after)));
      expect(dumpPolicyDb(live.db), `seed ${seed}, round ${round}: the policy afterwards`).toEqual(
        dumpPolicyDb(after),
      );
    }
    changes += found.changes.length;
    live.update(files.map(({ id, saved }) => ({ id, source: saved })));
  }
  return changes;
}

describe("what unsaved edits change", () => {
  it.each([1, 2, 3])("a small policy, seed %i: 80 edits", (seed) => {
    const policy: TextPolicy = {
      sources: [{ path: "policy.conf", role: "conf", module: "policy", enabled: true, text: CONF }],
      options: {
        defines: new Map(),
        booleans: new Map(),
        mls: false,
        mode: "monolithic",
        handleUnknown: "deny",
      },
    };
    expect(check(policy, seed, 80, 1)).toBeGreaterThan(20);
  });

  it.skipIf(!requireOracle(POLICY_SOURCE))(
    "some modules of the real policy: 25 edits of up to three files",
    () => {
      const names = new Set(["kernel", "corecommands", "domain", "files", "mount", "init", "locallogin"]);
      const policy = readPolicy(policySource() as string, (module) => names.has(module));
      expect(check(policy, 7, 25, 3)).toBeGreaterThan(5);
    },
    120_000,
  );
});
