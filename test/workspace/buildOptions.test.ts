// build.conf, modules.conf and booleans.conf as the build reads them.

import { describe, expect, it } from "vitest";
import {
  buildOptions,
  definesOf,
  parseBooleansConf,
  parseBuildConf,
  parseModulesConf,
  splitOverrides,
} from "../../server/workspace/buildOptions.ts";

const DEBIAN = `# comment
TYPE = mcs
NAME = default
DISTRO = debian   # trailing
#SYSTEMD = y
DIRECT_INITRC=y
override UBAC := y
MLS_SENS ?= 16
`;

describe("build options", () => {
  it("reads make's assignments", () => {
    expect(Object.fromEntries(parseBuildConf(DEBIAN))).toEqual({
      TYPE: "mcs",
      NAME: "default",
      DISTRO: "debian",
      DIRECT_INITRC: "y",
      UBAC: "y",
      MLS_SENS: "16",
    });
    expect(parseBuildConf("A = 1\nA ?= 2\nA += 3").get("A")).toBe("1 3");
  });

  it("makes the definitions of Debian's default build", () => {
    expect([...definesOf(parseBuildConf(DEBIAN), "monolithic").keys()].sort()).toEqual(
      [
        "direct_sysadm_daemon",
        "distro_debian",
        "enable_mcs",
        "enable_ubac",
        "mcs_num_cats",
        "mls_num_cats",
        "mls_num_sens",
        "self_contained_policy",
        "use_alsa",
      ].sort(),
    );
  });

  it("leaves out what only whole trees define when building against headers", () => {
    const names = [...definesOf(parseBuildConf(DEBIAN), "modular").keys()];
    expect(names).not.toContain("self_contained_policy");
    expect(names).not.toContain("use_alsa");
    expect(names).toContain("enable_mcs");
  });

  it("is multi-level for mls and mcs only", () => {
    const of = (type: string) =>
      buildOptions(new Map([["TYPE", type]]), "monolithic", new Map(), new Map()).mls;
    expect([of("mls"), of("mcs"), of("standard"), of("")]).toEqual([true, true, false, false]);
  });

  it("reads modules.conf as awk does: three fields", () => {
    const text = "# x = base\nkernel = base\n  ssh = module\nfoo=off\nbar = off # why\nbaz = maybe\n";
    expect(Object.fromEntries(parseModulesConf(text))).toEqual({ kernel: "base", ssh: "module", bar: "off" });
  });

  it("reads booleans.conf", () => {
    expect(Object.fromEntries(parseBooleansConf("#a = true\nb_c = true\r\nd=false\n"))).toEqual({
      b_c: "true",
      d: "false",
    });
  });

  it("tells build variables from definitions", () => {
    const { variables, defines } = splitOverrides(["TYPE=mls", "UBAC", "hide_broken_symptoms", "x=1=2"]);
    expect(Object.fromEntries(variables)).toEqual({ TYPE: "mls", UBAC: "y" });
    expect(Object.fromEntries(defines)).toEqual({ hide_broken_symptoms: "true", x: "1=2" });
  });
});
