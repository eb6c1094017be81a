// What completion offers at a place, and in which order; `$0` is the cursor.
import { describe, expect, it } from "vitest";
import type { CompletionItem, CompletionList } from "vscode-languageserver-types";
import { matchOf } from "../../../server/features/completion/offers.ts";
import { completion, resolveCompletion } from "../../../server/features/completion.ts";
import { atCursor, loadFixture, TINY_TREE } from "../../support/fixture.ts";

const MODULE = `
//- /p/policy/modules/apps/app.if
## <summary>An application.</summary>
########################################
## <summary>Enter the application.</summary>
## <param name="domain"><summary>Domain allowed access.</summary></param>
## <param name="role"><summary>Role allowed access.</summary></param>
## <param name="class"><summary>Class of the object.</summary></param>
#
interface(\`app_enter',\`
	gen_require(\`
		type app_t;
	')
	role $2 types app_t;
	allow $1 app_t:process transition;
	allow $1 app_t:$3 getattr;
')
//- /p/policy/modules/apps/app.te
policy_module(app, 1.0.0)

attribute app_domain;
type app_t, app_domain;
typeattribute app_t domain;
kernel_domain_template(helper)
type app_file_t, file_type;
allow app_t app_file_t:file read;
allow app_t kernel_file_t:dir search;
`;

function list(text: string, snippets = true): CompletionList {
  const { view, place } = atCursor(loadFixture(`${TINY_TREE}${MODULE}${text}`, "/p"));
  return completion(view, place, snippets);
}
const labels = (text: string): string[] => list(text).items.map(({ label }) => label);
/** The label, and what its acceptance brings besides. */
function accept(text: string, label: string): { item: CompletionItem; after: string } {
  const { view, place } = atCursor(loadFixture(`${TINY_TREE}${MODULE}${text}`, "/p"));
  const found = completion(view, place, true).items.find((one) => one.label === label);
  if (found === undefined) throw new Error(`${label} is not offered`);
  const item = resolveCompletion(view, found);
  let after = place.file.text;
  const start = place.offset - (/[\w$]*$/.exec(after.slice(0, place.offset))?.[0].length ?? 0);
  after = after.slice(0, start) + label + after.slice(place.offset);
  for (const { range, newText } of item.additionalTextEdits ?? []) {
    const lines = place.file.text.split("\n").slice(0, range.start.line);
    const at = lines.join("\n").length + (lines.length > 0 ? 1 : 0) + range.start.character;
    after = after.slice(0, at) + newText + after.slice(at);
  }
  return { item, after };
}

describe("extended permissions", () => {
  it.each([
    ["allowxperm app_t app_file_t:file ioctl TCGETS$0", "TCGETS", "0x5401"],
    ["allowxperm app_t app_file_t:file ioctl 0x540$0", "TCGETS", "0x5401"],
    ["allowxperm app_t self:netlink_route_socket nlmsg RTM_NEWL$0", "RTM_NEWLINK", "16"],
  ])("%s becomes a number", (text, label, inserted) => {
    const item = list(text).items.find((one) => one.label === label);
    expect(item).toMatchObject({ label, insertText: inserted });
  });
});

describe("empty files", () => {
  it.each([
    ["te", "module skeleton"],
    ["if", "module skeleton"],
  ])(".%s: the skeleton comes first", (suffix, first) => {
    expect(labels(`\n//- /p/policy/modules/apps/new.${suffix}\n$0\n`)[0]).toBe(first);
  });

  it("between interfaces only definitions stand", () => {
    const between = labels("\n//- /p/policy/modules/apps/new.if\n## <summary>x</summary>\n$0\n");
    expect(between).toContain("interface");
    expect(between).not.toContain("kernel_read_files");
    const within = labels(
      "\n//- /p/policy/modules/apps/new.if\ninterface(`new_x',`\n\t$0\n')\n//- /p/policy/modules/apps/new.te\npolicy_module(new, 1.0)\n",
    );
    expect(within).toContain("kernel_read_files");
  });
});

it("a declaration that is being typed is no name to offer", () => {
  expect(labels("role syste$0")).toContain("system_r");
  expect(labels("role syste$0")).not.toContain("syste");
  expect(labels("type app_$0;")).not.toContain("app_");
});

it("sets come before single permissions, what is used most first", () => {
  const uses = "allow app_t app_file_t:file rw_file_perms;\n".repeat(3);
  const found = labels(`${uses}allow app_t app_file_t:file $0`);
  expect(found.slice(0, 2)).toEqual(["rw_file_perms", "read_file_perms"]);
  expect(found.indexOf("read")).toBeLessThan(found.indexOf("ioctl"));
});

describe("places", () => {
  it.each<[string, string[], string[]?]>([
    ["allow $0", ["app_t", "domain"], ["self", "allow"]],
    ["allow app_t $0", ["self", "app_file_t", "file_type"], ["allow", "system_r"]],
    ["allow system_r $0", ["system_r"], ["app_t", "self"]],
    ["allow app_t app_file_t:file $0", ["read_file_perms"], ["all_dir_perms"]],
    ["typeattribute app_t $0", ["file_type", "app_domain"], ["app_t"]],
    ["typeattribute app_t file_type, $0", ["app_domain"], ["file_type"]],
    ["permissive $0", ["app_t"], ["domain"]],
    ["allow app_t self:$0", ["process", "file_class_set"], ["app_t"]],
    ["allow app_t app_file_t:file { read $0", ["write", "rw_file_perms"], ["read", "search"]],
    ["allow app_t app_t:dir { $0", ["search", "add_name"], ["read_file_perms", "fork"]],
    ["if ($0", ["kernel_may_write"], ["app_t"]],
    ["tunable_policy(`$0", ["kernel_may_write"], ["app_t"]],
    ["role system_r $0", ["types"], ["app_t"]],
    ["role system_r types { app_t $0", ["helper_t"], ["app_t", "system_r"]],
    ["sid $0", ["kernel"], ["app_t"]],
    ["sid kernel gen_context($0", ["system_u"], ["system_r"]],
    ["sid kernel gen_context(system_u:$0", ["system_r"], ["app_t"]],
    ["sid kernel gen_context(system_u:system_r:$0", ["app_t", "helper_t"], ["app_domain"]],
    ["sid kernel gen_context(system_u:system_r:app_t,$0", ["s0"], ["app_t"]],
    ["portcon tcp 80 system_u:$0", ["object_r"], ["app_t"]],
    ["gen_bool(app_on, $0", ["true", "false"], ["app_t"]],
    ["gen_tunable($0", [], ["app_t"]],
    ["policy_module($0", ["app"], ["app_t"]],
    ["gen_require(`\n\t$0", ["type", "attribute", "class"], ["allow"]],
    ["gen_require(`\n\tbool $0", ["kernel_may_write"], ["app_t"]],
    ["gen_require(`\n\tclass file { read $0", ["write"], ["read", "fork"]],
    ["app_enter($0", ["app_t"], ["system_r", "file"]],
    ["app_enter(app_t, $0", ["system_r"], ["app_t"]],
    ["app_enter(app_t, system_r, $0", ["file", "dir"], ["app_t", "system_r"]],
    ["kernel_domain_template($0", ["app"], ["app_t"]],
    ["allowxperm app_t app_file_t:file $0", ["ioctl", "nlmsg"]],
    ["allowxperm app_t app_file_t:file ioctl TCG$0", ["TCGETS"], ["app_t"]],
    ["allowxperm app_t app_file_t:file ioctl { 0x5401 TCG$0", ["TCGETA"], ["read"]],
    ["allowxperm app_t self:netlink_route_socket nlmsg $0", ["RTM_NEWLINK"], ["TCGETS"]],
    ["policycap $0", ["open_perms"], ["app_t"]],
    ["//- /p/policy/modules/apps/app.fc\n/app $0", ["--", "-d", "gen_context", "<<none>>"], ["app_t"]],
    ["//- /p/policy/modules/apps/app.fc\n/app -d $0", ["gen_context", "<<none>>"], ["-d"]],
    ["//- /p/policy/modules/apps/app.fc\n/app gen_context(system_u:$0", ["object_r"], ["app_t"]],
    ["//- /p/policy/modules/apps/app.fc\n/app gen_context(system_u:object_r:$0", ["app_file_t"], ["domain"]],
    ["//- /p/policy/modules/apps/app.fc\n$0", ["directory", "file", "module skeleton"], ["allow"]],
    ["//- /p/policy/modules/apps/more.if\ninterface(`more_x',`\n\tallow $0", ["$1", "app_t"]],
  ])("%j", (text, some, none = []) => {
    const found = labels(text);
    expect(found).toEqual(expect.arrayContaining(some));
    expect(found.filter((label) => none.includes(label))).toEqual([]);
  });

  it("tells what the parameters of the macro around are", () => {
    const text = `//- /p/policy/modules/apps/more.if
## <summary>More.</summary>
## <param name="victim"><summary>Who is read.</summary></param>
interface(\`more_x',\`
	allow kernel_t $1:file read;
	allow $0
')`;
    const [first] = list(text).items;
    expect(first).toMatchObject({ label: "$1", detail: "victim: Who is read." });
  });
});

describe("order", () => {
  const precedes = (text: string, first: string, second: string): void => {
    const found = labels(text);
    expect(found).toContain(second);
    expect(found.indexOf(first)).toBeGreaterThanOrEqual(0);
    expect(found.indexOf(first)).toBeLessThan(found.indexOf(second));
  };

  it("has the same word first, then beginnings, then beginnings of words, then the rest", () => {
    const names = ["foot", "foot_t", "bare_foot", "barefoot", "f_oot", "f_o_o_t", "other"];
    expect(names.map((name) => matchOf("foot", name))).toEqual([5, 4, 3, 2, 1, 1, 0]);
    expect(matchOf("krf", "kernel_read_files")).toBe(1);
    expect(matchOf("krx", "kernel_read_files")).toBe(0);
  });

  it("has domains first as source, and what the source has in rules first as target", () => {
    precedes("allow $0", "app_t", "app_file_t");
    precedes("allow app_t $0", "kernel_file_t", "kernel_t");
    precedes("allow app_t $0", "app_file_t", "helper_t");
  });

  it("has the classes first that rules about the target name", () => {
    precedes("allow kernel_t app_file_t:$0", "file", "dir");
    precedes("allow kernel_t kernel_file_t:$0", "file", "process");
  });

  it("has the module's own names before others, and near ones before far ones", () => {
    precedes("typeattribute $0", "app_t", "kernel_t");
    precedes("type one_t;\ntype two_t;\npermissive $0", "two_t", "one_t");
  });

  it("has domains first where an interface wants one", () => {
    precedes("kernel_read_files($0", "app_t", "app_file_t");
  });

  it("cuts long lists, best first, and says so", () => {
    const types = Array.from({ length: 400 }, (_, i) => `type many${i}_t;`).join("\n");
    const cut = list(`${types}\npermissive many$0`);
    expect(cut).toMatchObject({ isIncomplete: true });
    expect(cut.items).toHaveLength(300);
    expect(list(`${types}\npermissive many39$0`).isIncomplete).toBe(false);
    expect(cut.items.map((one) => one.sortText)).toEqual([...cut.items.map((one) => one.sortText)].sort());
  });
});

describe("requires", () => {
  const IF =
    "//- /p/policy/modules/apps/more.te\npolicy_module(more, 1.0.0)\n//- /p/policy/modules/apps/more.if\ninterface(`more_x',`\n";

  it("go into the block of the interface, in order", () => {
    const { after } = accept(
      `${IF}\tgen_require(\`\n\t\ttype app_t;\n\t')\n\n\tallow $1 kernel_fi$0\n')\n`,
      "kernel_file_t",
    );
    expect(after).toContain("gen_require(`\n\t\ttype app_t;\n\t\ttype kernel_file_t;\n\t')");
    const attribute = accept(
      `${IF}\tgen_require(\`\n\t\ttype app_t;\n\t')\n\n\tallow $1 file_t$0\n')\n`,
      "file_type",
    );
    expect(attribute.after).toContain("gen_require(`\n\t\tattribute file_type;\n\t\ttype app_t;\n\t')");
  });

  it("make the block where there is none", () => {
    const { after } = accept(`${IF}\tallow $1 kernel_fi$0\n')\n`, "kernel_file_t");
    expect(after).toContain(
      "interface(`more_x',`\n\tgen_require(`\n\t\ttype kernel_file_t;\n\t')\n\n\tallow $1 kernel_file_t",
    );
  });

  it("are not said twice, nor for names that the module declares", () => {
    const known = accept(`${IF}\tgen_require(\`\n\t\ttype app_t;\n\t')\n\tallow $1 app$0\n')\n`, "app_t");
    expect(known.item.additionalTextEdits).toBeUndefined();
    expect(accept("allow kernel_t app_f$0\n", "app_file_t").item.additionalTextEdits).toBeUndefined();
    const own = accept("optional_policy(`\n\tallow kernel_t app_f$0\n')\n", "app_file_t");
    expect(own.item.additionalTextEdits).toBeUndefined();
  });

  it("go into optional blocks", () => {
    const { after } = accept("optional_policy(`\n\tallow app_t kernel_fi$0\n')\n", "kernel_file_t");
    expect(after).toContain(
      "optional_policy(`\n\tgen_require(`\n\t\ttype kernel_file_t;\n\t')\n\n\tallow app_t kernel_file_t",
    );
  });

  it("ask for roles and booleans, too", () => {
    const { after } = accept(`${IF}\trole syst$0\n')\n`, "system_r");
    expect(after).toContain("gen_require(`\n\t\trole system_r;\n\t')");
    const { after: bool } = accept(`${IF}\ttunable_policy(\`kernel_m$0',\`')\n')\n`, "kernel_may_write");
    expect(bool).toContain("gen_require(`\n\t\tbool kernel_may_write;\n\t')");
  });

  it("come at once for clients that do not ask later", () => {
    const { view, place } = atCursor(
      loadFixture(`${TINY_TREE}${MODULE}${IF}\tallow $1 kernel_fi$0\n')\n`, "/p"),
    );
    const item = completion(view, place, true, false).items.find((one) => one.label === "kernel_file_t");
    expect(item?.additionalTextEdits).toHaveLength(1);
  });
});

describe("snippets", () => {
  it("head an empty module, and write interfaces with their documentation", () => {
    const skeleton = list("//- /p/policy/modules/apps/web.te\n$0\n").items.find(
      (one) => one.label === "module skeleton",
    );
    expect(skeleton?.textEdit?.newText).toContain("policy_module(web, ${1:1.0.0})");
    const inner = list("//- /p/policy/modules/apps/web.if\n# x\n\ninter$0\n").items.find(
      (one) => one.label === "interface",
    );
    expect(inner?.insertText).toContain('## <param name="domain">');
    expect(inner?.insertText).toContain("allow \\$1 $3:");
    expect(labels("$0")).not.toContain("module skeleton");
  });

  it("are left out for clients without them", () => {
    const items = list("$0", false).items;
    expect(items.some((one) => one.insertTextFormat !== undefined || one.insertText !== undefined)).toBe(
      false,
    );
    expect(items.map((one) => one.label)).toContain("kernel_read_files");
  });

  it("add no second pair of parentheses", () => {
    const item = list("kernel_re$0(app_t)").items.find((one) => one.label === "kernel_read_files");
    expect(item?.insertText).toBeUndefined();
  });

  it("replace what is typed where words are no words of editors", () => {
    const [kind] = list("//- /p/policy/modules/apps/app.fc\n/app -$0").items;
    expect(kind?.textEdit).toEqual({
      range: { start: { line: 0, character: 5 }, end: { line: 0, character: 6 } },
      newText: kind?.label,
    });
  });
});
