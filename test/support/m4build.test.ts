/** m4build against the reference policy's own Makefile: every byte of policy.conf, in three builds. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { madeTree } from "../conformance/configs.ts";
import { type BuildOptions, buildPolicyConf } from "./m4build.ts";
import { describeWithOracle, POLICY_SOURCE, policySource } from "./oracles.ts";

const BUILDS: readonly (readonly [name: string, options: BuildOptions])[] = [
  ["the default options", {}],
  [
    "MLS, systemd, Red Hat",
    { variables: variables("TYPE=mls SYSTEMD=y DISTRO=redhat UBAC=n DIRECT_INITRC=n") },
  ],
  ["no MLS", { variables: variables("TYPE=standard") }],
  ["modules switched off", { variables: { APPS_OFF: "apache mta zebra alsa" } }],
  ["generated corenetwork", { regenerate: true }],
];

describeWithOracle("buildPolicyConf", [POLICY_SOURCE, "m4", "make", "gawk", "checkpolicy"], () => {
  const scratch = mkdtempSync(join(tmpdir(), "sels-m4build-"));
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  /** A tree in which make built policy.conf; without options it is one that other tests begin with. */
  const made = (source: string, options: BuildOptions): string => {
    if (Object.keys(options).length === 0) return madeTree(source);
    const copy = join(scratch, "make");
    rmSync(copy, { recursive: true, force: true });
    cpSync(source, copy, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
    if (options.regenerate)
      for (const name of ["corenetwork.if", "corenetwork.te"])
        rmSync(join(copy, "policy/modules/kernel", name));
    const asked = Object.entries(options.variables ?? {}).map(([name, value]) => `${name}=${value}`);
    const { status, stderr } = spawnSync("make", ["MONOLITHIC=y", ...asked, "policy.conf"], {
      cwd: copy,
      encoding: "utf8",
    });
    expect(status, stderr).toBe(0);
    return copy;
  };

  it.each(BUILDS)("equals make for %s", (_name, options) => {
    const source = policySource() ?? "";
    const ours = readFileSync(buildPolicyConf(source, options, join(scratch, "ours")));
    const theirs = readFileSync(join(made(source, options), "policy.conf"));
    expect(ours.length).toBe(theirs.length);
    expect(ours.equals(theirs)).toBe(true);
  });
});

function variables(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(text.split(" ").map((assignment) => assignment.split("=")));
}
