/** Effective decisions in hovers and code lenses, and hovers of contexts, on the tiny tree. */
import { describe, expect, it } from "vitest";
import { codeLens, resolveCodeLens } from "../../server/features/codeLens.ts";
import { hover } from "../../server/features/hover.ts";
import { atCursor, loadFixture, TINY_TREE } from "../support/fixture.ts";

const APP = `
//- /p/policy/modules/apps/app.te
policy_module(app, 1.0.0)
type app_t, domain;
role system_r types app_t;
typebounds kernel_t app_t;
allow kernel_t kernel_file_t:file { read getattr };
`;

function hoverIn(text: string): string {
  const { view, place } = atCursor(loadFixture(`${TINY_TREE}${APP}${text}`, "/p"));
  return (hover(view, place)?.contents as { value: string } | undefined)?.value ?? "";
}

function lensesIn(text: string): string[] {
  const { view, place } = atCursor(loadFixture(`${TINY_TREE}${APP}$0${text}`, "/p"));
  return codeLens(view, place.file).map((lens) => resolveCodeLens(view, lens).command?.title ?? "");
}

describe("the effective decision", () => {
  it("of a rule and of a type in it: what bounds take, with the reason", () => {
    for (const cursor of [
      "al$0low app_t kernel_file_t:file { read write };",
      "allow app$0_t kernel_file_t:file { read write };",
    ]) {
      const text = hoverIn(cursor);
      expect(text).toContain("from `system_u:system_r:app_t` to `system_u:object_r:kernel_file_t`");
      expect(text).toContain("**denied:** `write`");
      expect(text).toContain("bounds take away: write");
    }
  });

  it("of a rule from which nothing is taken", () => {
    expect(hoverIn("al$0low app_t kernel_file_t:file { read getattr };")).toContain(
      "all 2 permissions allowed",
    );
  });

  it("in code lenses, one for each allow rule only", () => {
    const found = lensesIn(
      "allow app_t kernel_file_t:file { read write };\ndontaudit app_t kernel_file_t:dir add_name;\nallow domain file_type:dir search;\n",
    );
    expect(found.filter((title) => title.startsWith("effective"))).toEqual([
      "effective access: all 2 permissions",
      "effective access: 1 of 2, without write (taken by bounds)",
      expect.stringMatching(/^effective access: /),
    ]);
  });

  it("not in code lenses of a lone module: its users and roles are in a base policy that is not there", () => {
    const lone = "//- /m/lone.te\n$0module lone 1.0;\ntype lone_t;\nallow lone_t self:file read;\n";
    const { view, place } = atCursor(loadFixture(lone, "/m"));
    const found = codeLens(view, place.file).map((lens) => resolveCodeLens(view, lens).command?.title ?? "");
    expect(found).toEqual([expect.stringMatching(/^allow rules: /)]);
  });
});

describe("hover of contexts", () => {
  const fc = (context: string) => hoverIn(`\n//- /p/policy/modules/apps/app.fc\n/app\t${context}\n`);
  it.each([
    [
      "gen_context(system_u:object_r:kernel_$0file_t,s0)",
      /\*\*Valid context\*\* `system_u:object_r:kernel_file_t`/,
    ],
    [
      "gen_context(system_u:object_r:old_$0file_t,s0)",
      /Valid context\*\*, canonical: `system_u:object_r:kernel_file_t`/,
    ],
    [
      "gen_context(system_u:system_r:kernel_$0file_t,s0)",
      /role `system_r` may not have type `kernel_file_t`/,
    ],
    ["gen_context(system_u:object_r:dom$0ain,s0)", /`domain` is an attribute/],
  ])("%s", (context, wanted) => {
    expect(fc(context)).toMatch(wanted);
  });

  it("says which genfscon and which portcon decides", () => {
    const context = "gen_context(system_u:object_r:kernel_file_t,s0)";
    const other = "gen_context(system_u:system_r:kernel_t,s0)";
    expect(hoverIn(`genfs$0con proc /net ${context}\ngenfscon proc /net/rpc ${context}\n`)).toMatch(
      /This genfscon gives the label of `\/net` on proc\. 1 longer path decides/,
    );
    expect(hoverIn(`port$0con tcp 80-81 ${context}\n`)).toContain(
      "This portcon gives the label of tcp 80-81",
    );
    expect(hoverIn(`portcon tcp 80 ${other}\nport$0con tcp 80-90 ${context}\n`)).toContain(
      "portcon tcp 80 system_u",
    );
  });
});
