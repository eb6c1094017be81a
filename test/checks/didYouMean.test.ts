/** Suggestions in messages about unknown names: the near name is named, a far one is not, and edits are followed. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { rowOf } from "../../server/checks/catalogue/catalogue.ts";
import { editDistance, nearestName } from "../../server/checks/didYouMean.ts";
import type { Finding } from "../../server/compiler/face.ts";
import type { Workspace } from "../../server/workspace/workspace.ts";
import { createRandom } from "../compiler/incrementalEdits.ts";
import { loadFixture, TINY_TREE } from "../support/fixture.ts";
import { describeWithOracle, POLICY_SOURCE, policySource } from "../support/oracles.ts";

const APP = "/p/policy/modules/apps/app.te";

function messages(text: string): string[] {
  const { workspace } = loadFixture(`${TINY_TREE}//- ${APP}\npolicy_module(app, 1.0)\n${text}`, "/p");
  return compilersFindings(workspace).map(({ message }) => message);
}

function compilersFindings(workspace: Workspace): readonly Finding[] {
  const snapshot = workspace.snapshotOf(APP);
  return (snapshot?.findings(snapshot.fileAt(APP)?.id ?? -1) ?? []).filter(isCompilers);
}

/** What the compilers say, without the checks of style. */
function isCompilers({ code }: { readonly code: string }): boolean {
  return rowOf(code)?.origin === "compiler";
}

describe("did you mean", () => {
  it.each([
    ["kernel_raed_files(kernel_t)", /called kernel_raed_files \(did you mean kernel_read_files\?\)$/],
    [
      "allow kernel_t kernel_flie_t:file read;",
      /kernel_flie_t is not declared \(did you mean kernel_file_t\?\)$/,
    ],
    ["allow kernl_t kernel_file_t:file read;", /did you mean kernel_t\?/],
    ["typeattribute kernel_t domian;", /did you mean domain\?/],
    ["allow kernel_t kernel_file_t:fiel read;", /class fiel is not declared \(did you mean file\?\)$/],
    ["allow kernel_t kernel_file_t:file raed;", /no permission raed \(did you mean read\?\)$/],
    ["if (kernel_may_wriet) { allow kernel_t kernel_file_t:file write; }", /did you mean kernel_may_write\?/],
    ["allow kernel_t system_r:file read;", /system_r is not declared \(system_r is a role\)$/],
    ["role kernel_t types kernel_t;", /kernel_t is not declared.* \(kernel_t is a type\)$/],
    ["role sytem_r types kernel_t;", /did you mean system_r\?/],
  ])("%s", (text, wanted) => {
    expect(messages(text).join("\n")).toMatch(wanted);
  });

  it.each(["nothing_like_it(kernel_t)", "allow kernel_t completely_else_t:file read;"])(
    "is silent where nothing is near: %s",
    (text) => {
      const found = messages(text);
      expect(found).toHaveLength(1);
      expect(found[0]).not.toContain("did you mean");
    },
  );

  it("drops a suggestion when its name goes away", () => {
    const text = "policy_module(app, 1.0)\ntype alpha_t;\nallow alhpa_t kernel_file_t:file read;\n";
    const { workspace } = loadFixture(`${TINY_TREE}//- ${APP}\n${text}`, "/p");
    const said = () => compilersFindings(workspace).map(({ message }) => message);
    expect(said()).toEqual(["type or attribute alhpa_t is not declared (did you mean alpha_t?)"]);
    workspace.open(APP, `file://${APP}`, 1, text.replace("type alpha_t", "type other_t"));
    expect(said()).toEqual(["type or attribute alhpa_t is not declared"]);
  });

  it("makes a suggestion when a near name comes, be it an alias in the place of another", () => {
    const text =
      "policy_module(app, 1.0)\ntypealias kernel_t alias far_off_t;\nallow alhpa_t kernel_file_t:file read;\n";
    const { workspace } = loadFixture(`${TINY_TREE}//- ${APP}\n${text}`, "/p");
    const said = () => compilersFindings(workspace).map(({ message }) => message);
    expect(said()).toEqual(["type or attribute alhpa_t is not declared"]);
    workspace.open(APP, `file://${APP}`, 1, text.replace("far_off_t", "alpha_t"));
    expect(said()).toEqual(["type or attribute alhpa_t is not declared (did you mean alpha_t?)"]);
  });

  it("answers for hundreds of unknown names, whichever is asked about first", () => {
    const letters = (i: number) => [...String(i)].map((digit) => "abcdefghij"[Number(digit)]).join("");
    const names = Array.from({ length: 300 }, (_, i) => `${letters(i).padStart(4, "k")}_known_t`);
    const declared = names.map((name) => `type ${name};\n`).join("");
    const used = names.map((name) => `allow ${name.replace("known", "knwon")} kernel_file_t:file read;\n`);
    const found = messages(`${declared}${used.join("")}`);
    expect(found.filter((message) => /did you mean \w+_known_t/.test(message))).toHaveLength(300);
  });

  it("says after any edits what it says at once", () => {
    const random = createRandom(7);
    const stems = [
      "alpha",
      "alhpa",
      "alpa",
      "beta",
      "betta",
      "bta",
      "gamma",
      "gama",
      "gamm",
      "delta",
      "detla",
    ];
    const textOf = (): string => {
      const some = (count: number) =>
        Array.from({ length: count }, () => stems[random(stems.length)] as string);
      const declared = new Set(
        some(5).map((stem) => (random(4) === 0 ? `typealias kernel_t alias ${stem}_t;` : `type ${stem}_t;`)),
      );
      const used = some(4).map((stem) => `allow ${stem}_t kernel_file_t:file read;`);
      const called = some(2).map((stem) => `${stem}_read(kernel_t)`);
      return `policy_module(app, 1.0)\n${[...declared, ...used, ...called].join("\n")}\n`;
    };
    const interfaces = (): string =>
      stems
        .filter(() => random(3) === 0)
        .map((stem) => `interface(\`${stem}_read',\`\n\tallow $1 kernel_file_t:file read;\n')\n`)
        .join("");
    const IF = APP.replace(".te", ".if");
    const { workspace } = loadFixture(`${TINY_TREE}//- ${APP}\n${textOf()}//- ${IF}\n# none\n`, "/p");
    const said = (of: typeof workspace) =>
      compilersFindings(of).map(({ start, message }) => `${start} ${message}`);
    let suggested = 0;
    for (let edit = 1; edit <= 60; edit++) {
      const [text, macros] = [textOf(), interfaces()];
      workspace.open(APP, `file://${APP}`, edit, text);
      workspace.open(IF, `file://${IF}`, edit, `${macros}# ${edit}\n`);
      const fresh = loadFixture(
        `${TINY_TREE}//- ${APP}\n${text}//- ${IF}\n${macros}# ${edit}\n`,
        "/p",
      ).workspace;
      expect(said(workspace), `edit ${edit}`).toEqual(said(fresh));
      suggested += said(fresh).filter((message) => message.includes("did you mean")).length;
    }
    expect(suggested).toBeGreaterThan(50);
  });

  it("measures slips", () => {
    expect(editDistance("raed", "read", 3)).toBe(1);
    expect(editDistance("read", "read", 3)).toBe(0);
    expect(editDistance("abc", "xyz", 1)).toBe(2);
    expect(nearestName("files_raed_etc_files", ["files_read_etc_files", "files_read_etc_file"])).toBe(
      "files_read_etc_files",
    );
    expect(nearestName("ab", ["abc"])).toBeUndefined();
  });
});

/** Names of all interfaces and templates of a tree. */
function interfacesOf(root: string): readonly string[] {
  return (readdirSync(join(root, "policy/modules"), { recursive: true, encoding: "utf8" }) as string[])
    .filter((path) => path.endsWith(".if"))
    .flatMap((path) => {
      const text = readFileSync(join(root, "policy/modules", path), "utf8");
      return [...text.matchAll(/^(?:interface|template)\(`(\w+)'/gm)].map((match) => match[1] as string);
    });
}

describeWithOracle("among the interfaces of the reference policy", [POLICY_SOURCE], () => {
  const names = interfacesOf(policySource() ?? "");

  it.each([
    ["kernel_read_system_sate", "kernel_read_system_state"],
    ["files_serach_etc", "files_search_etc"],
    ["corecmd_exec_shel", "corecmd_exec_shell"],
    ["logging_send_sylog_msg", "logging_send_syslog_msg"],
    ["miscfiles_read_localisation", "miscfiles_read_localization"],
    ["init_deamon_domain", "init_daemon_domain"],
    ["auth_use_nswtich", "auth_use_nsswitch"],
    ["dev_read_urandom", "dev_read_urand"],
    ["sysnet_dns_nameresolve", "sysnet_dns_name_resolve"],
    ["userdom_use_user_terminal", "userdom_use_user_terminals"],
    ["kernel_read_kernel_sysctl", "kernel_read_kernel_sysctls"],
    ["files_read_etc_file", "files_read_etc_files"],
    ["corenet_tcp_bind_generic_nodes", "corenet_tcp_bind_generic_node"],
    ["seutil_read_confg", "seutil_read_config"],
  ])("%s", (written, meant) => {
    expect(names.includes(written)).toBe(false);
    expect(nearestName(written, names)).toBe(meant);
  });

  // Names of other policies: what is near to them has to do with something else.
  it.each([
    "virt_exec",
    "files_pid_filetrans",
    "nope_exec",
    "lpd_read_pid_files",
    "git_exec",
    "kdm_domtrans",
  ])("says nothing of %s", (written) => {
    expect(names.includes(written)).toBe(false);
    expect(nearestName(written, names)).toBeUndefined();
  });

  it("seldom takes a name for a slip of another", () => {
    const sample = names.filter((_, i) => i % 20 === 0);
    const taken = sample.filter(
      (name) =>
        nearestName(
          name,
          names.filter((other) => other !== name),
        ) !== undefined,
    );
    expect(sample.length).toBeGreaterThan(200);
    expect(taken.length / sample.length).toBeLessThan(0.1);
  });
});

describe("a near name of few letters", () => {
  it.each([
    ["b_t", ["a_t"], undefined],
    ["a_t", ["a_r"], undefined],
    ["usr_t", ["use_t"], undefined],
    ["app_tt", ["app_t", "app_r"], "app_t"],
    ["ect_t", ["etc_t"], "etc_t"],
    ["user_t", ["usr_t"], "usr_t"],
    ["foo_exec_t", ["foo_exce_t", "foe_exec_t"], "foo_exce_t"],
    ["http_logs_t", ["http_log_s", "httpd_logs_t", "http_log_t"], "http_log_t"],
  ])("%s", (written, names, meant) => {
    expect(nearestName(written, names)).toBe(meant);
  });
});
