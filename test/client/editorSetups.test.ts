/**
 * What docs/editors.md tells people to paste for editors that no test can start here: TOML and JSON are read by a parser,
 * and say what those editors need to start the server. Editors that can be started are in test/e2e.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { describeWithOracle } from "../support/oracles.ts";
import { ROOT } from "../tidy/sources.ts";

const text = readFileSync(join(ROOT, "docs/editors.md"), "utf8");
const COMMAND = ["selinux-language-server", "--stdio"];

/** The pieces of code in one language below a heading. */
function pieces(heading: string, language: string): string[] {
  const section = text.split(/^## /m).find((one) => one.startsWith(heading)) ?? "";
  return [...section.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)]
    .filter(([, name]) => name === language)
    .map(([, , code = ""]) => code);
}

function toml(code: string): unknown {
  const program = "import json, sys, tomllib; json.dump(tomllib.load(sys.stdin.buffer), sys.stdout)";
  return JSON.parse(execFileSync("python3", ["-c", program], { input: code, encoding: "utf8" }));
}

describeWithOracle("the set-ups in docs/editors.md", ["python3"], () => {
  it("Helix: TOML with a server, and languages for our files that use it", () => {
    const [code = ""] = pieces("Helix", "toml");
    const found = toml(code) as {
      readonly "language-server": Record<string, { readonly command: string; readonly args: string[] }>;
      readonly language: readonly {
        readonly "file-types": unknown[];
        readonly "language-servers": string[];
      }[];
    };
    const server = found["language-server"].selinux;
    expect([server?.command, ...(server?.args ?? [])]).toEqual(COMMAND);
    expect(found.language.flatMap((one) => one["file-types"])).toEqual(
      expect.arrayContaining(["te", "if", "fc", "spt", { glob: "policy.conf" }]),
    );
    for (const language of found.language) expect(language["language-servers"]).toEqual(["selinux"]);
  });

  it("Kate: JSON with the command", () => {
    const [code = ""] = pieces("Kate", "json");
    expect(JSON.parse(code)).toMatchObject({ servers: { selinux: { command: COMMAND } } });
  });

  it("Sublime Text: JSON with the command, enabled", () => {
    const [code = ""] = pieces("Sublime", "json");
    expect(JSON.parse(code)).toMatchObject({ clients: { selinux: { enabled: true, command: COMMAND } } });
  });

  it("Zed: TOML with a language server", () => {
    const [code = ""] = pieces("Zed", "toml");
    expect(toml(code)).toMatchObject({
      language_servers: { selinux: { name: "SELinux", languages: ["SELinux"] } },
    });
  });

  it("all name a program that the package has, and the file that `npm pack` makes", () => {
    expect(Object.keys(manifest.bin)).toContain(COMMAND[0]);
    for (const document of ["README.md", "docs/editors.md", "docs/getting-started/module.md"])
      expect(readFileSync(join(ROOT, document), "utf8")).toContain(
        `${manifest.name}-${manifest.version}.tgz`,
      );
  });
});
