/*
 * From a tree's texts to corenetwork.{te,if} and policy.conf, on a miniature tree whose answers were worked
 * out with m4, sed, sort and grep. (The whole reference policy is byte-equal too, but too big to keep here.)
 */
import { describe, expect, it } from "vitest";
import { m4Defines } from "../../../server/compiler/m4/buildOptions.ts";
import { generateCorenetwork } from "../../../server/compiler/m4/corenetwork.ts";
import { booleanMacros, classPermissionMacros } from "../../../server/compiler/m4/flaskMacros.ts";
import { moduleLists } from "../../../server/compiler/m4/modulesConf.ts";
import { expandTree } from "../../../server/compiler/m4/monolithic.ts";
import { declarationLines, grepLines, moveDeclarations } from "../../../server/compiler/m4/policyLines.ts";

const DIVERT = "divert(`-1')";
const UNDIVERT = "divert";
const KERNEL = "policy/modules/kernel/";

const CORENETWORK = {
  teIn: "policy_module(corenetwork)\n# text\n\tnetwork_port(http, tcp,80,s0)\nnetwork_packet(x)\n",
  teM4: "define(`network_port',`type $1_port_t;\nportcon $2 $3 ifdef(`enable_mcs',`s0',`none')')\n",
  ifIn: "## fixed $1\n",
  ifM4: "define(`network_port',``interface(`bind_$1',`allow dollarsone $1_port_t; # dollarszero')'')\n",
};

function header(name: string): string {
  const says = "# This is a generated file!  Instead of modifying this file, the";
  return `#\n${says}\n# ${name}.in or ${name}.m4 file should be modified.\n#\n`;
}

function tree(): Map<string, string> {
  return new Map([
    ["support/divert.m4", DIVERT],
    ["support/undivert.m4", UNDIVERT],
    ["support/iferror.m4", ""],
    ["support/fatal_error.m4", ""],
    [
      "policy/support/macros.spt",
      "define(`interface',``define(`$1',`begin(dollarsstar)\n$2 end\n')'')\n" +
        "define(`opt',`optional {\n$1\n} # end optional')\n",
    ],
    ["policy/flask/security_classes", "class file\nclass db # userspace\n"],
    ["policy/flask/initial_sids", "sid kernel\n"],
    [
      "policy/flask/access_vectors",
      "common c { read }\nclass file inherits c { execute }\nclass db { drop }\n",
    ],
    ["policy/context_defaults", ""],
    ["policy/mls", ""],
    ["policy/mcs", "ifdef(`enable_mcs',`mlsconstrain x;')\n"],
    ["policy/policy_capabilities", "policycap open_perms;\n"],
    ["policy/global_booleans", "bool b ifdef(`b_conf',b_conf,true);\n"],
    ["policy/global_tunables", ""],
    ["policy/booleans.conf", "# off\nb = false\n"],
    ["policy/users", "user u roles r;\n"],
    ["policy/constraints", "constrain y;\n"],
    ["policy/modules.conf", "# comment\nbeta = base\n alpha = module\ngamma = off\n"],
    ["policy/modules/one/alpha.te", "type a_t;\ngamma_use(a_t, x)\nsid kernel ctx\n"],
    ["policy/modules/one/alpha.if", ""],
    ["policy/modules/one/gamma.te", "type never_t;\n"],
    ["policy/modules/one/gamma.if", "interface(`gamma_use',`allow $1 self:file all_file_perms;')\n"],
    ["policy/modules/two/beta.te", "attribute z;\nopt(`\ntype inner_t;')\nuser root roles r;\n"],
    [`${KERNEL}corenetwork.te.in`, CORENETWORK.teIn],
    [`${KERNEL}corenetwork.te.m4`, CORENETWORK.teM4],
    [`${KERNEL}corenetwork.if.in`, CORENETWORK.ifIn],
    [`${KERNEL}corenetwork.if.m4`, CORENETWORK.ifM4],
  ]);
}

describe("corenetwork", () => {
  it("is generated as the Makefile does", () => {
    const { te, if: interfaces, errors } = generateCorenetwork(CORENETWORK, { enable_mcs: "true" });
    expect(errors).toEqual([]);
    const rules =
      "policy_module(corenetwork)\n# text\n\ttype http_port_t;\nportcon tcp 80 s0\nnetwork_packet(x)\n";
    expect(te.text).toBe(header("corenetwork.te") + rules);
    const bind = "\tinterface(`bind_http',`allow $1 http_port_t; # $0')\nnetwork_packet(x)\n";
    expect(interfaces.text).toBe(`${header("corenetwork.if")}## fixed $1\n${bind}`);
  });
});

describe("the parts of a monolithic build", () => {
  it("gives m4 the Makefile's options", () => {
    expect(m4Defines({ type: "mcs", distro: "ubuntu", systemd: true, mlsCats: 5 }, true)).toEqual({
      enable_mcs: "true",
      distro_ubuntu: "true",
      distro_debian: "true",
      init_systemd: "true",
      mls_num_sens: "16",
      mls_num_cats: "5",
      mcs_num_cats: "1024",
      self_contained_policy: "",
    });
  });

  it("defines the permission and boolean macros", () => {
    const files = tree();
    const vectors = files.get("policy/flask/access_vectors") ?? "";
    expect(classPermissionMacros(vectors, files.get("policy/flask/security_classes") ?? "")).toBe(
      "define(`all_file_perms',`{ read execute }')\ndefine(`all_db_perms',`{ drop }')\n\n" +
        "define(`all_kernel_class_perms',`\n\tclass file all_file_perms;\n')\n\n" +
        "define(`all_userspace_class_perms',`\n\tclass db all_db_perms;\n')\n",
    );
    expect(booleanMacros("#x = 1\n a_b = true\n")).toBe("define(`a_b_conf',`true')\n");
  });

  it("orders modules: base, modules, then interfaces of the others", () => {
    const lists = moduleLists(tree());
    expect(lists.enabled).toEqual(["policy/modules/two/beta.te", "policy/modules/one/alpha.te"]);
    expect(lists.interfaces).toEqual(["policy/modules/one/alpha.if", "policy/modules/one/gamma.if"]);
  });

  it("moves declarations, but not those of require and optional blocks", () => {
    const rules =
      "\ttype b_t;\nrequire {\noptional {\ntype c_t;\n} # end require\nrole r ;\noptional {\nbool d true;\n" +
      "require {\n} # end optional\n} # end require\ntype e_t;\n} # end optional\nallow a b:c d;\nattribute a;\n";
    expect(declarationLines(rules)).toBe("attribute a;\nrole r ;\ntype b_t;\n");
    const moved = moveDeclarations(rules).split("\n");
    expect(moved.filter((line) => line.startsWith("# this line was moved"))).toHaveLength(3);
    expect(moved[0]).toBe("# this line was moved by the build process: \ttype b_t;");
    expect(moved).toHaveLength(rules.split("\n").length);
    expect(grepLines(rules, /^[ \t]*role/)).toBe("role r ;\n");
  });
});

describe("policy.conf of a tree", () => {
  it("has the sections in make's order", () => {
    const { value, errors } = expandTree(tree(), { build: { type: "mcs" } });
    expect(errors).toEqual([]);
    const lines = value.split("\n").filter((line) => line !== "");
    const moved = "# this line was moved by the build process: ";
    expect(lines).toEqual([
      ..."class file|class db # userspace|sid kernel".split("|"),
      ..."common c { read }|class file inherits c { execute }|class db { drop }".split("|"),
      ..."mlsconstrain x;|policycap open_perms;|attribute z;|type a_t;|bool b false;".split("|"),
      ...`${moved}attribute z;|optional {|type inner_t;|} # end optional|${moved}user root roles r;`.split(
        "|",
      ),
      ...`${moved}type a_t;|begin(a_t,x)|allow a_t self:file { read execute }; end`.split("|"),
      ...`${moved}sid kernel ctx|user root roles r;|user u roles r;|constrain y;|sid kernel ctx`.split("|"),
    ]);
  });

  it("reports a missing file and still builds the rest", () => {
    const files = tree();
    files.delete("policy/mls");
    const { value, errors } = expandTree(files, { build: {} });
    expect(errors.map((e) => `${e.file}: ${e.message}`)).toEqual(["policy/mls: no such file"]);
    expect(value).toContain("allow a_t self:file");
  });
});
