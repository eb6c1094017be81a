/** The example policy is a real one: m4 and checkpolicy compile it without its mistakes, and refuse each mistake. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { createNodeFileSystem } from "../../server/cli/nodeFileSystem.ts";
import { runToEnd, Workspace } from "../../server/workspace/workspace.ts";
import { buildPolicyConf, compilePolicyConf } from "./m4build.ts";
import { describeWithOracle } from "./oracles.ts";

const EXAMPLES = join(dirname(fileURLToPath(import.meta.url)), "../../examples");
const MISTAKES = "policy/modules/services/mistakes.te";

const BUILDS: readonly Readonly<Record<string, string>>[] = [
  { TYPE: "mcs" },
  { TYPE: "mls", SYSTEMD: "y", DISTRO: "redhat", DIRECT_INITRC: "n" },
  { TYPE: "standard", UBAC: "y" },
];

describeWithOracle("the example policy", ["m4", "sed", "checkpolicy"], () => {
  const scratch = mkdtempSync(join(tmpdir(), "sels-examples-"));
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  const compile = (tree: string, variables: Readonly<Record<string, string>>): string => {
    const conf = buildPolicyConf(tree, { variables }, join(scratch, "build"));
    return compilePolicyConf(conf, join(scratch, "policy"), { mls: variables.TYPE !== "standard" });
  };

  it.each(BUILDS)("compiles as %o", (variables) => {
    expect(() => compile(EXAMPLES, { ...variables, APPS_OFF: "mistakes" })).not.toThrow();
  });

  it("is blamed for its mistakes and nothing else, and for that of the interface when the module is off", () => {
    const tree = join(scratch, "blamed");
    cpSync(EXAMPLES, tree, { recursive: true });
    const blamed = (): readonly string[] => {
      const workspace = new Workspace(createNodeFileSystem());
      runToEnd(workspace.addRoot(tree));
      const found = workspace.snapshots().flatMap((snapshot) =>
        snapshot.files().flatMap(({ id, module }) =>
          snapshot
            .findings(id)
            .filter(({ severity }) => severity === "error" || severity === "warning")
            .map(({ code }) => `${module} ${code}`),
        ),
      );
      return found.filter((one) => !one.startsWith("mistakes ") || one.endsWith("W-002"));
    };
    expect(blamed()).toEqual(["mistakes W-002"]);
    const modules = join(tree, "policy/modules.conf");
    writeFileSync(modules, readFileSync(modules, "utf8").replace("mistakes = module", "mistakes = off"));
    expect(blamed()).toEqual(["mistakes W-002"]);
  });

  it.each([1, 2, 3, 4, 5, 6])("mistake %i alone is refused", (number) => {
    const tree = join(scratch, `mistake${number}`);
    cpSync(EXAMPLES, tree, { recursive: true });
    const source = readFileSync(join(tree, MISTAKES), "utf8");
    const [head = "", ...rest] = source.split(/^(?=# \d\. )/m);
    const last = rest.pop() ?? "";
    const [sixth = "", tail = ""] = last.split(/^(?=logging_send_syslog_msg)/m);
    const parts = [...rest, sixth];
    expect(parts).toHaveLength(6);
    writeFileSync(join(tree, MISTAKES), head + tail);
    expect(() => compile(tree, { TYPE: "mcs" })).not.toThrow();
    writeFileSync(join(tree, MISTAKES), head + parts[number - 1] + tail);
    expect(() => compile(tree, { TYPE: "mcs" })).toThrow(/checkpolicy|m4/);
  });
});
