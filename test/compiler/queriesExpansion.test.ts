/** Expansion: what statements, calls, macro bodies, text and sets become, and why a rule does not count. */
import { describe, expect, it } from "vitest";
import type { ExpandedRule } from "../../server/compiler/face.ts";
import { OPTIONS, type Small, small } from "./queriesSupport.ts";

const FILES = {
  "s/a.spt": "define(`read_perms',`{ getattr open read }')\ndefine(`files',`{ file dir }')\n",
  "k.if": `
interface(\`k_read',\`
	gen_require(\`
		type etc_t;
	')
	allow $1 etc_t:file read_perms;
	k_search($1)
')
interface(\`k_search',\`
	gen_require(\`
		type etc_t;
	')
	allow $1 etc_t:dir search;
')
template(\`k_template',\`
	type $1_t;
	optional_policy(\`
		k_read($1_t)
	')
	tunable_policy(\`$1_may',\`
		allow $1_t $2:file write;
	',\`
		dontaudit $1_t $2:file write;
	')
')
`,
  "m/k.te": `policy_module(k, 1.0)
attribute domain;
type etc_t;
type a_t, domain;
type b_t, domain;
gen_bool(k_flag,false)
gen_bool(k_other,false)
allow a_t self:process fork;
k_read(a_t)
optional_policy(\`
	gen_require(\`
		type gone_t;
	')
	allow a_t gone_t:file read;
	k_search(b_t)
')
if (k_flag) {
	allow a_t b_t:file { read write };
} else {
	k_search(a_t)
}
allow { domain -b_t } etc_t:files read_perms;
type_transition a_t etc_t:process b_t;
allow a_t etc_t:file ~{ read };
`,
  "off/out.te": "policy_module(out, 1.0)\ntype out_t;\nk_search(out_t)\nallow out_t self:process signal;\n",
};

const rule = (r: ExpandedRule): string =>
  [r.text, ...(r.state === "on" ? [] : [r.state]), ...(r.condition === undefined ? [] : [r.condition])].join(
    " # ",
  );

function expand(policy: Small, path: string, text: string, limit?: number): string[] {
  return policy.compiled.expand(policy.source(path).id, policy.at(path, text), limit).map(rule);
}

describe("expand", () => {
  const policy = small(FILES);

  it("shows a rule with its macros expanded", () => {
    expect(expand(policy, "m/k.te", "allow { domain")).toEqual([
      "allow { domain -b_t } etc_t:{ file dir } { getattr open read };",
    ]);
    expect(expand(policy, "m/k.te", "type_transition")).toEqual(["type_transition a_t etc_t:process b_t;"]);
    expect(expand(policy, "m/k.te", "allow a_t etc_t:file ~")).toEqual(["allow a_t etc_t:file ~read;"]);
  });

  it("shows what a call becomes, with the calls that lead there", () => {
    const rules = policy.compiled.expand(policy.source("m/k.te").id, policy.at("m/k.te", "k_read(a_t)"));
    expect(rules.map(rule)).toEqual([
      "allow a_t etc_t:file { getattr open read };",
      "allow a_t etc_t:dir { search };",
    ]);
    const last = rules[1] as ExpandedRule;
    expect(policy.textAt(last.origin)).toBe("k.if: allow $1 etc_t:dir search;");
    expect(last.origin.calls.map(policy.textAt)).toEqual(["m/k.te: k_read(a_t)", "k.if: k_search($1)"]);
  });

  it("shows what an optional would be, and what it lacks", () => {
    const rules = policy.compiled.expand(policy.source("m/k.te").id, policy.at("m/k.te", "optional_policy"));
    expect(rules.map(rule)).toEqual([
      "allow a_t gone_t:file { read }; # dropped",
      "allow b_t etc_t:dir { search }; # dropped",
    ]);
    expect(rules[0]).toMatchObject({ missing: "type gone_t" });
    expect(expand(policy, "m/k.te", "k_search(b_t)")).toEqual(["allow b_t etc_t:dir { search }; # dropped"]);
  });

  it("tells the condition, of the branch that a statement stands in", () => {
    expect(expand(policy, "m/k.te", "if (k_flag)")).toEqual([
      "allow a_t b_t:file { read write }; # if (k_flag)",
      "allow a_t etc_t:dir { search }; # if (not k_flag)",
    ]);
    expect(expand(policy, "m/k.te", "k_search(a_t)")).toEqual([
      "allow a_t etc_t:dir { search }; # if (not k_flag)",
    ]);
  });

  it("shows declarations and memberships as statements of their own", () => {
    expect(expand(policy, "m/k.te", "type a_t")).toEqual(["type a_t;", "typeattribute a_t domain;"]);
  });

  it("shows a module that is left out as inactive", () => {
    expect(expand(policy, "off/out.te", "k_search")).toEqual([
      "allow out_t etc_t:dir { search }; # inactive",
    ]);
    expect(expand(policy, "off/out.te", "allow")).toEqual([
      "allow out_t self:process { signal }; # inactive",
    ]);
  });

  it("shows macro bodies with parameters in place, statement by statement or whole", () => {
    expect(expand(policy, "k.if", "k_search($1)")).toEqual(["allow $1 etc_t:dir { search };"]);
    expect(expand(policy, "k.if", "template(")).toEqual([
      "type $1_t;",
      "allow $1_t etc_t:file { getattr open read };",
      "allow $1_t etc_t:dir { search };",
      "allow $1_t $2:file { write }; # if ($1_may)",
      "dontaudit $1_t $2:file { write }; # if (not $1_may)",
    ]);
  });

  it("leaves nothing of a question in the policy", () => {
    const { compiled } = policy;
    const before = [compiled.db.conditionals.length, compiled.db.avtab.count, compiled.db.types.count];
    expand(policy, "k.if", "template(");
    compiled.expandText("k_template(q, a_t) tunable_policy(`k_flag || k_other',`allow a_t b_t:dir write;')");
    policy.edit("m/new.te", "type new_t;\n");
    policy.edit("m/new.te", undefined);
    expect([compiled.db.conditionals.length, compiled.db.avtab.count, compiled.db.types.count]).toEqual(
      before,
    );
  });

  it("stops at the limit, and finds nothing where nothing is", () => {
    expect(expand(policy, "m/k.te", "k_read(a_t)", 1)).toHaveLength(1);
    expect(policy.compiled.expand(999, 0)).toEqual([]);
    expect(policy.compiled.expand(policy.source("m/k.te").id, 1_000_000)).toEqual([]);
    expect(policy.compiled.expand(policy.source("s/a.spt").id, 3)).toEqual([]);
  });

  it("follows edits of what is called", () => {
    const edited = small(FILES);
    expect(expand(edited, "m/k.te", "k_read(a_t)")).toHaveLength(2);
    edited.edit("k.if", FILES["k.if"].replace("etc_t:dir search", "etc_t:dir read"));
    expect(expand(edited, "m/k.te", "k_read(a_t)")[1]).toBe("allow a_t etc_t:dir { read };");
    expect(expand(edited, "k.if", "interface(`k_search'")).toEqual(["allow $1 etc_t:dir { read };"]);
    edited.edit("m/k.te", `${FILES["m/k.te"]}type gone_t;\n`);
    expect(expand(edited, "m/k.te", "k_search(b_t)")).toEqual([
      "allow b_t etc_t:dir { search };".replace("search", "read"),
    ]);
  });

  it("ends on macros that call each other", () => {
    const loop =
      "interface(`x',`\n\ty($1)\n\tallow $1 self:process fork;\n')\ninterface(`y',`\n\tx($1)\n\tx($1)\n')\n";
    const looping = small({ "k.if": loop, "m/k.te": "type a_t;\nx(a_t)\n" });
    expect(new Set(expand(looping, "m/k.te", "x(a_t)"))).toEqual(
      new Set(["allow a_t self:process { fork };"]),
    );
    expect(expand(looping, "k.if", "x($1)").length).toBeGreaterThan(0);
    const growing = small({ "k.if": "interface(`x',`\n\tx($1_a)\n')\n", "m/k.te": "x(a)\n" });
    expect(expand(growing, "m/k.te", "x(a)")).toEqual([]);
  });

  it("answers in the middle of an edit", () => {
    const text = FILES["m/k.te"] + FILES["k.if"];
    const editing = small(FILES);
    for (let end = 0; end < text.length; end += 37) {
      editing.edit("m/k.te", text.slice(0, end));
      const id = editing.source("m/k.te").id;
      for (const offset of [0, end >> 1, end - 1, end]) {
        expect(Array.isArray(editing.compiled.expand(id, offset))).toBe(true);
        expect(Array.isArray(editing.compiled.meaningsAt(id, offset))).toBe(true);
        expect(Array.isArray(editing.compiled.expandSet(id, offset, end))).toBe(true);
      }
      for (const d of editing.compiled.symbols(["type", "module", "role"]))
        expect(d.start).toBeLessThan(d.end);
    }
  });
});

describe("expandText", () => {
  it("expands a call in the policy's context without adding it", () => {
    const { compiled } = small(FILES);
    const rules = compiled.expandText("k_search(new_t)");
    expect(rules.map(rule)).toEqual(["allow new_t etc_t:dir { search };"]);
    expect(rules[0]?.origin.calls).toEqual([]);
    expect(compiled.db.types.valueOf("new_t")).toBe(0);
    expect(compiled.expandText("k_search(new_t)").map(rule)).toEqual(rules.map(rule));
  });

  it("judges optionals by the policy", () => {
    const { compiled } = small(FILES);
    const optional = (type: string) =>
      `optional_policy(\`gen_require(\`type ${type};') allow a_t ${type}:file read;',\`allow a_t etc_t:file open;')`;
    expect(compiled.expandText(optional("etc_t")).map(rule)).toEqual([
      "allow a_t etc_t:file { read };",
      "allow a_t etc_t:file { open }; # dropped",
    ]);
    expect(compiled.expandText(optional("none_t")).map(rule)).toEqual([
      "allow a_t none_t:file { read }; # dropped",
      "allow a_t etc_t:file { open };",
    ]);
  });

  it("takes any text", () => {
    const { compiled } = small(FILES);
    for (const text of ["", "(", "no_such_macro(a)", "allow a_t", "'`'`", "k_read(", "}{", "$1 $*"])
      expect(compiled.expandText(text).filter((r) => r.state !== "on")).toEqual([]);
    expect(compiled.expandText("k_read(a_t) k_read(b_t)", 3)).toHaveLength(3);
  });

  it("drops nothing in modular builds, where the base policy is not at hand", () => {
    const { compiled } = small(FILES, { ...OPTIONS, mode: "modular" });
    expect(
      compiled
        .expandText("optional_policy(`gen_require(`type none_t;') allow a_t none_t:file read;')")
        .map(rule),
    ).toEqual(["allow a_t none_t:file { read };"]);
  });
});

describe("meaningsAt and expandSet", () => {
  const policy = small({ ...FILES, "m/two.te": "k_template(x, a_t)\nk_template(y, { a_t b_t })\n" });
  const meanings = (path: string, text: string, limit?: number) =>
    [...policy.compiled.meaningsAt(policy.source(path).id, policy.at(path, text), limit)].sort();
  const set = (path: string, before: string, text: string) => {
    const start = policy.at(path, before + text) + before.length;
    return policy.compiled.expandSet(policy.source(path).id, start, start + text.length);
  };

  it("gives one name an application, and a list's names", () => {
    expect(meanings("k.if", "$1_t;")).toEqual(["x_t", "y_t"]);
    expect(meanings("k.if", "$2:file")).toEqual(["a_t", "b_t"]);
    expect(meanings("k.if", "$1_t;", 1)).toHaveLength(1);
  });

  it("gives a plain word itself, and nothing where no word is", () => {
    expect(meanings("m/k.te", "etc_t")).toEqual(["etc_t"]);
    expect(meanings("k.if", "k_search")).toEqual(["k_search"]);
    expect(meanings("m/k.te", "{ domain")).toEqual([]);
  });

  it("expands class and permission macros", () => {
    expect(set("m/k.te", "-b_t } etc_t:", "files")).toEqual(["file", "dir"]);
    expect(set("m/k.te", "etc_t:files ", "read_perms")).toEqual(["getattr", "open", "read"]);
    expect(set("k.if", "etc_t:file ", "read_perms")).toEqual(["getattr", "open", "read"]);
  });

  it("complements permissions within the statement's classes", () => {
    expect([...set("m/k.te", "allow a_t etc_t:file ", "~{ read }")].sort()).toEqual([
      "execute",
      "getattr",
      "ioctl",
      "open",
      "write",
    ]);
  });

  it("keeps an attribute's name, but expands what subtracts from it", () => {
    expect(set("m/k.te", "allow ", "{ domain -b_t }")).toEqual(["a_t"]);
    expect(set("m/k.te", "allow { ", "domain")).toEqual(["domain"]);
    expect(set("m/k.te", "allow a_t ", "self")).toEqual(["self"]);
  });

  it("expands sets with parameters over all applications", () => {
    const inside = small({
      "k.if": "interface(`k',`\n\tallow { $1 x_t } self:$2 $3;\n')\n",
      "m/k.te": "type a_t;\ntype x_t;\nk(a_t, file, { read write })\nk(x_t, dir, search)\n",
    });
    const at = (text: string) => {
      const start = inside.at("k.if", text);
      return [...inside.compiled.expandSet(inside.source("k.if").id, start, start + text.length)].sort();
    };
    expect(at("{ $1 x_t }")).toEqual(["a_t", "x_t"]);
    expect(at("$2")).toEqual(["dir", "file"]);
    expect(at("$3")).toEqual(["read", "search", "write"]);
  });
});
