/** The oracle helpers themselves: a wrong answer here would silently skip every conformance test. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import {
  describeWithOracle,
  hasTool,
  missingOracles,
  POLICY_SOURCE,
  policySource,
  requireOracle,
} from "./oracles.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

it("finds programs in PATH and no others", () => {
  expect(hasTool("sh")).toBe(true);
  expect(hasTool("no-such-program-anywhere")).toBe(false);
});

it("skips loudly outside CI and fails in CI", () => {
  vi.stubEnv("CI", "");
  expect(requireOracle("no-such-program-anywhere")).toBe(false);
  vi.stubEnv("CI", "true");
  expect(() => requireOracle("no-such-program-anywhere")).toThrow(/no-such-program-anywhere/);
  expect(requireOracle("sh")).toBe(true);
});

it("takes the policy source from the environment when given", () => {
  vi.stubEnv("SELS_POLICY_SOURCE", "/some/tree");
  expect(policySource()).toBe("/some/tree");
});

it("names what is missing", () => {
  expect(missingOracles(["sh", "no-such-program-anywhere"])).toEqual(["no-such-program-anywhere"]);
});

describeWithOracle("the unpacked reference policy", [POLICY_SOURCE], () => {
  it("has flask definitions and modules", () => {
    const source = policySource() ?? "";
    for (const path of ["policy/flask/access_vectors", "policy/modules/kernel", "policy/support"])
      expect(existsSync(join(source, path)), path).toBe(true);
  });
});
