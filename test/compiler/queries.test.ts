/** Declarations, symbols and macros: every kind of name, through calls, in what is off, and after edits. */
import { describe, expect, it } from "vitest";
import type { SymbolKind } from "../../server/compiler/face.ts";
import { OPTIONS, small } from "./queriesSupport.ts";

const INTERFACES = `
interface(\`one_constant',\`
	type fixed_t;
')
template(\`one_template',\`
	gen_require(\`
		attribute domain;
	')
	type $1_t, domain;
	type $1_exec_t alias $1_old_exec_t;
	one_inner_template($1_inner)
')
template(\`one_inner_template',\`
	# not $9
	type $1_tmp_t;
	role $2;
')
`;
const MODULE = `policy_module(one, 1.0)
attribute domain;
type plain_t, domain;
typealias plain_t alias { former_t older_t };
attribute_role users_roles;
role staff_r;
gen_bool(one_bool,true)
gen_tunable(one_tunable,false)
one_template(foo)
`;

const FILES = { "one.if": INTERFACES, "m/one.te": MODULE };

describe("declarations", () => {
  it("places a plain name at its word, and its statement around it", () => {
    const { compiled, textAt, source } = small(FILES);
    const [declaration, ...more] = compiled.declarations("plain_t");
    expect(more).toEqual([]);
    expect(declaration).toMatchObject({ kind: "type", name: "plain_t", active: true });
    expect(declaration?.via).toBeUndefined();
    if (declaration === undefined) return;
    expect(textAt(declaration)).toBe("m/one.te: plain_t");
    const { declStart, declEnd } = declaration;
    expect(source("m/one.te").tree.tokens.text.slice(declStart, declEnd)).toBe("type plain_t, domain;");
  });

  it("places an alias at the alias, not at the type", () => {
    const { compiled, placeOf } = small(FILES);
    expect(compiled.declarations("older_t").map(placeOf)).toEqual(["m/one.te: older_t"]);
    expect(compiled.declarations("former_t")[0]?.kind).toBe("alias");
  });

  it.each([
    ["domain", "attribute"],
    ["users_roles", "attribute_role"],
    ["staff_r", "role"],
    ["one_bool", "bool"],
    ["one_tunable", "tunable"],
    ["kernel", "sid"],
    ["fork", "permission"],
    ["one", "module"],
    ["one_constant", "interface"],
    ["one_template", "template"],
  ])("knows %s as %s", (name, kind) => {
    const { compiled, textAt } = small(FILES);
    const found = compiled.declarations(name);
    expect(found.map((d) => d.kind)).toEqual([kind]);
    expect(textAt(found[0] as (typeof found)[0])).toMatch(new RegExp(`: ${name}$`));
  });

  it("keeps a class, its common and permissions of the same name apart", () => {
    const { compiled, placeOf } = small(FILES);
    expect(
      compiled
        .declarations("file")
        .map((d) => d.kind)
        .sort(),
    ).toEqual(["class", "common"]);
    expect(compiled.declarations("read").map(placeOf)).toEqual(["f/access_vectors: read"]);
  });

  it("places a name made from an argument at the outermost call, with the way down", () => {
    const { compiled, placeOf } = small(FILES);
    expect(compiled.declarations("foo_t").map(placeOf)).toEqual(["m/one.te: foo < one.if: $1_t"]);
    expect(compiled.declarations("foo_inner_tmp_t").map(placeOf)).toEqual([
      "m/one.te: foo < one.if: one_inner_template($1_inner) < one.if: $1_tmp_t",
    ]);
    expect(compiled.declarations("foo_old_exec_t").map((d) => d.kind)).toEqual(["alias"]);
  });

  it("gives one place a call, and none where no call makes the name", () => {
    const { compiled, placeOf } = small({ ...FILES, "m/two.te": "one_template(foo)\none_constant\n" });
    expect(compiled.declarations("foo_t").map(placeOf).sort()).toEqual([
      "m/one.te: foo < one.if: $1_t",
      "m/two.te: foo < one.if: $1_t",
    ]);
    expect(compiled.declarations("fixed_t").map(placeOf)).toEqual(["one.if: fixed_t"]);
    expect(small(FILES).compiled.declarations("fixed_t")).toEqual([]);
  });

  it("says what is in an optional that is off, and in a module that the build leaves out", () => {
    const { compiled, placeOf } = small({
      ...FILES,
      "m/two.te": "optional_policy(`\n\tgen_require(`\n\t\ttype nowhere_t;\n\t')\n\ttype maybe_t;\n')\n",
      "off/out.te": "policy_module(out, 1.0)\ntype out_t alias out_old_t;\n",
    });
    expect(compiled.declarations("maybe_t").map(placeOf)).toEqual(["m/two.te: maybe_t < inactive"]);
    expect(compiled.declarations("out_t").map(placeOf)).toEqual(["off/out.te: out_t < inactive"]);
    expect(compiled.declarations("out_old_t").map((d) => [d.kind, d.active])).toEqual([["alias", false]]);
    expect(compiled.declarations("out").map((d) => d.active)).toEqual([false]);
  });

  it("takes no require for a declaration, except what only requires know in modular builds", () => {
    const files = { "h.if": "interface(`h_read',`\n\tgen_require(`\n\t\ttype etc_t;\n\t')\n')\n" };
    const te = "require {\n\ttype etc_t, mine_t;\n\tclass file { read };\n}\ntype mine_t;\n";
    expect(small({ ...files, "m/a.te": te }).compiled.declarations("etc_t")).toEqual([]);
    const { compiled, placeOf } = small({ ...files, "m/a.te": te }, { ...OPTIONS, mode: "modular" });
    expect(compiled.declarations("etc_t").map(placeOf)).toEqual(["h.if: etc_t", "m/a.te: etc_t"]);
    expect(compiled.declarations("mine_t").map((d) => d.declEnd - d.declStart)).toEqual([
      "type mine_t;".length,
    ]);
  });

  it("follows edits: of the call, of the template, of the optional's need, and of nothing at all", () => {
    const { compiled, placeOf, edit } = small(FILES);
    expect(compiled.declarations("foo_t")).toHaveLength(1);
    edit("m/one.te", `# moved\n${MODULE.replace("(foo)", "(bar)")}`);
    expect(compiled.declarations("foo_t")).toEqual([]);
    expect(compiled.declarations("bar_t").map(placeOf)).toEqual(["m/one.te: bar < one.if: $1_t"]);
    edit("one.if", INTERFACES.replace("type $1_t, domain", "type $1_u, domain"));
    expect(compiled.declarations("bar_t")).toEqual([]);
    expect(compiled.declarations("bar_u").map(placeOf)).toEqual(["m/one.te: bar < one.if: $1_u"]);
    edit("m/one.te", undefined);
    expect(compiled.declarations("bar_u")).toEqual([]);
    expect(compiled.declarations("plain_t")).toEqual([]);
  });
});

describe("symbols", () => {
  const names = (kinds: readonly SymbolKind[], files: Readonly<Record<string, string>> = FILES) =>
    small(files)
      .compiled.symbols(kinds)
      .map((d) => d.name)
      .sort();

  it("lists a kind, made names too", () => {
    expect(names(["type"])).toEqual(["foo_exec_t", "foo_inner_tmp_t", "foo_t", "plain_t"]);
    expect(names(["bool", "tunable"])).toEqual(["one_bool", "one_tunable"]);
    expect(names(["class"])).toEqual(["dir", "file", "process"]);
  });

  it("lists nothing twice when a kind is asked for twice, and nothing for no kind", () => {
    expect(names(["attribute", "attribute"])).toEqual(["domain"]);
    expect(names([])).toEqual([]);
  });
});

describe("macros", () => {
  const files = {
    ...FILES,
    "s/a.spt":
      "define(`rw_perms',`{ read write }')\ndefine(`pattern',`allow $1 $2:$3 $12;')\ndefine(`empty')\n",
  };

  it("tells kind, place, arity and body", () => {
    const { compiled, source } = small(files);
    const macro = compiled.macro("one_inner_template");
    const text = source("one.if").tree.tokens.text;
    expect(macro).toMatchObject({ kind: "template", arity: 2, file: source("one.if").id });
    if (macro === undefined) return;
    expect(text.slice(macro.nameStart, macro.nameEnd)).toBe("one_inner_template");
    expect(text.slice(macro.start, macro.end)).toMatch(/^template\(`one_inner_template'[\s\S]*'\)$/);
    expect(macro.body.trim()).toBe("# not $9\n\ttype $1_tmp_t;\n\trole $2;");
    expect(compiled.macro("rw_perms")).toMatchObject({ kind: "macro", arity: 0, body: "{ read write }" });
    expect(compiled.macro("pattern")?.arity).toBe(12);
  });

  it("lists all, and follows edits", () => {
    const { compiled, edit } = small(files);
    const before = compiled.macros();
    expect(before.map((m) => m.name).sort()).toEqual(
      ["empty", "one_constant", "one_inner_template", "one_template", "pattern", "rw_perms"].sort(),
    );
    expect(compiled.macros()).toBe(before);
    edit("s/a.spt", "\ndefine(`rw_perms',`{ read $1 }')\n");
    expect(compiled.macro("pattern")).toBeUndefined();
    expect(compiled.macro("rw_perms")).toMatchObject({ arity: 1, start: 1 });
    expect(compiled.macro("never_heard")).toBeUndefined();
  });
});
