/**
 * What lenses say on the reference policy, held against plain counting: callers of every interface in the text outside
 * of comments, and allow rules by type in the access vector table.
 */
import { expect, it } from "vitest";
import { createNodeFileSystem } from "../../server/cli/nodeFileSystem.ts";
import { callersLine } from "../../server/features/codeLens.ts";
import { ruleCounts } from "../../server/features/policyIndex.ts";
import type { View } from "../../server/features/view.ts";
import { AVTAB_ALLOWED } from "../../server/policydb/avtab.ts";
import { runToEnd, Workspace } from "../../server/workspace/workspace.ts";
import { describeWithOracle, POLICY_SOURCE, policySource } from "../support/oracles.ts";

describeWithOracle("lenses of the reference policy", [POLICY_SOURCE], () => {
  const workspace = new Workspace(createNodeFileSystem());
  const load = (): View => {
    if (workspace.snapshots().length === 0) runToEnd(workspace.addRoot(policySource() as string));
    const [snapshot] = workspace.snapshots();
    if (snapshot === undefined) throw new Error("no policy");
    return { snapshot, encoding: "utf-16", uriOf: (path) => `file://${path}` };
  };

  it("count the callers that the text has", () => {
    const view = load();
    const calls = new Map<string, string[]>();
    for (const { text, module } of view.snapshot.files())
      for (const [, name = ""] of text.replace(/#.*/g, "").matchAll(/(?<![\w$.-])([A-Za-z_]\w*)\s*\(/g)) {
        const modules = calls.get(name);
        if (modules === undefined) calls.set(name, [module]);
        else modules.push(module);
      }
    const several = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
    const wrong = view.snapshot.compiled.macros().flatMap(({ name, kind }) => {
      const modules = calls.get(name) ?? [];
      const wanted =
        modules.length === 0
          ? "no callers"
          : `${several(modules.length, "caller")} in ${several(new Set(modules).size, "module")}`;
      const said = kind === "macro" ? wanted : callersLine(view, name);
      return said === wanted ? [] : [`${name}: ${said}, not ${wanted}`];
    });
    expect(wrong).toEqual([]);
    expect(calls.size).toBeGreaterThan(1000);
  });

  it("count the allow rules of a type", () => {
    const { snapshot } = load();
    const { avtab, types } = snapshot.compiled.db;
    const { asSource, asTarget } = ruleCounts(snapshot);
    for (const name of ["mount_t", "domain", "etc_t", "kernel_t"]) {
      const value = types.valueOf(name);
      let source = 0;
      let target = 0;
      for (let entry = 0; entry < avtab.length; entry++) {
        if (avtab.specified[entry] !== AVTAB_ALLOWED) continue;
        if (avtab.source(entry) === value) source++;
        if (avtab.target(entry) === value) target++;
      }
      expect([name, asSource[value], asTarget[value]]).toEqual([name, source, target]);
      expect(source).toBeGreaterThan(0);
    }
  });
});
