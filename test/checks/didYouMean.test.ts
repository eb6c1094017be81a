/** Suggestions in messages about unknown names: the near name is named, a far one is not, and edits are followed. */
import { describe, expect, it } from "vitest";
import { rowOf } from "../../server/checks/catalogue/catalogue.ts";
import { editDistance, nearestName } from "../../server/checks/didYouMean.ts";
import { loadFixture, TINY_TREE } from "../support/fixture.ts";

const APP = "/p/policy/modules/apps/app.te";

function messages(text: string): string[] {
  const { workspace } = loadFixture(`${TINY_TREE}//- ${APP}\npolicy_module(app, 1.0)\n${text}`, "/p");
  const snapshot = workspace.snapshotOf(APP);
  const file = snapshot?.fileAt(APP);
  const findings = file === undefined ? [] : (snapshot?.findings(file.id) ?? []);
  return findings.filter(isCompilers).map((finding) => finding.message);
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
    const said = () => {
      const snapshot = workspace.snapshotOf(APP);
      const findings = snapshot?.findings(snapshot.fileAt(APP)?.id ?? -1) ?? [];
      return findings.filter(isCompilers).map((finding) => finding.message);
    };
    expect(said()).toEqual(["type or attribute alhpa_t is not declared (did you mean alpha_t?)"]);
    workspace.open(APP, `file://${APP}`, 1, text.replace("type alpha_t", "type other_t"));
    expect(said()).toEqual(["type or attribute alhpa_t is not declared"]);
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
