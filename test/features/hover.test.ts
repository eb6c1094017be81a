// Hovers on a small policy tree; `$0` is the cursor. What matters is said, in any order of paragraphs.
import { describe, expect, it } from "vitest";
import { hover } from "../../server/features/hover.ts";
import { atCursor, loadFixture, TINY_TREE } from "../support/fixture.ts";

const MODULE = `
//- /p/policy/modules/apps/app.te
policy_module(app, 1.0.0)

# The application's
# own domain.
type app_t;
typeattribute app_t domain;
kernel_domain_template(helper)
type app_file_t, file_type;
`;

/** The hover's text in a module of the tiny tree; `text` comes after a few declarations. */
function hoverIn(text: string): string {
  const fixture = loadFixture(`${TINY_TREE}${MODULE}${text}`, "/p");
  const { view, place } = atCursor(fixture);
  const found = hover(view, place);
  return found === undefined ? "" : (found.contents as { value: string }).value;
}

const READ =
  "//- /p/policy/modules/apps/app.if\ninterface(`app_read',`\n\tallow $1 app_file_t:file read;\n')\n";

/**
 * The hover's text when a tree is opened, and when it was opened with the first edit of a module and brought to the
 * same text by the other edits.
 */
function aroundEdits(
  files: string,
  edits: (text: string) => readonly string[],
  path = "/p/policy/modules/apps/app.te",
): readonly [string, string] {
  const said = (isEdited: boolean): string => {
    const fixture = loadFixture(files, "/p");
    const text = fixture.files.get(path) as string;
    for (const [version, edited] of (isEdited ? [...edits(text), text] : []).entries()) {
      fixture.workspace.open(path, `file://${path}`, version + 10, edited);
      fixture.workspace.snapshotOf(path)?.compiled.findings();
    }
    const { view, place } = atCursor(fixture);
    const found = hover(view, place);
    return found === undefined ? "" : (found.contents as { value: string }).value;
  };
  return [said(false), said(true)];
}

describe("hover on symbols", () => {
  it("type: attributes, aliases, comment, counts, declaration", () => {
    const text = hoverIn("allow app_t$0 app_file_t:file read;");
    expect(text).toContain("type app_t");
    expect(text).toContain("`domain`");
    expect(text).toContain("The application's\nown domain.");
    expect(text).toContain("1 as source, 0 as target");
    expect(text).toContain("app.te:5");
  });

  it("alias: the type it stands for", () => {
    const text = hoverIn("allow app_t old_$0file_t:file read;");
    expect(text).toContain("type kernel_file_t alias old_file_t");
    expect(text).toContain("`file_type`");
  });

  it("attribute: its members", () => {
    const text = hoverIn("allow doma$0in app_file_t:file read;");
    expect(text).toContain("attribute domain");
    expect(text).toContain("Every process.");
    expect(text).toContain("`app_t`, `helper_t`, `kernel_t`");
  });

  it("class: what it is and its permissions", () => {
    const text = hoverIn("allow app_t app_file_t:di$0r search;");
    expect(text).toContain("class dir inherits file");
    expect(text).toContain("A directory.");
    expect(text).toContain("`search`");
  });

  it("permission: what it gates and which hooks check it", () => {
    const text = hoverIn("allow app_t app_file_t:file exec$0ute;");
    expect(text).toContain("permission execute on file");
    expect(text).toContain("Checked by");
    expect(text).toContain("selinux_");
  });

  it("boolean: default and what hangs on it", () => {
    const text = hoverIn("if (kernel_may$0_write) { allow app_t app_file_t:file write; }");
    expect(text).toContain("bool kernel_may_write false");
    expect(text).toContain("Default **off**");
    expect(text).toMatch(/decides 1 condition with 2 rules/);
  });

  it("role and user", () => {
    expect(hoverIn("role system$0_r types app_t;")).toContain("`kernel_t`");
    const text = hoverIn(
      "\n//- /p/policy/modules/apps/app.fc\n/app\tgen_context(system$0_u:object_r:app_file_t,s0)\n",
    );
    expect(text).toContain("user system_u");
  });

  it("nothing on white space and unknown words", () => {
    expect(hoverIn("\n\n$0\n\n")).toBe("");
  });
});

describe("hover on rules", () => {
  it("shows the access vector with who grants it, where, and what is audited", () => {
    const text = hoverIn("allow$0 kernel_t kernel_file_t:file { read open };");
    expect(text).toContain("`kernel_t` **to** `kernel_file_t:file`");
    expect(text).toMatch(/● read\*\s+here/);
    expect(text).toMatch(/● open\*\s+here.*audited: kernel\.te/);
    expect(text).toMatch(/◐ write\s+kernel\.te:\d+ if \(kernel_may_write\)/);
    expect(text).toMatch(/○ execute.*denials silenced: kernel\.te/);
    expect(text).toMatch(/○ .*entrypoint/);
  });

  it("counts what a rule over sets says", () => {
    const text = hoverIn("allow$0 { app_t kernel_t } file_type:{ file dir } getattr;");
    expect(text).toContain("**2 sources:**");
    expect(text).toContain("**Classes:** `file`, `dir`");
  });

  it("names the grants that come through calls by the call", () => {
    const text = hoverIn("kernel_read_files(app_t)\nallow$0 app_t kernel_file_t:file write;");
    expect(text).toMatch(/● read\s+app\.te:\d+ → kernel\.if:\d+/);
  });
});

describe("hover on calls", () => {
  it("fills the arguments into the documentation and shows the rules", () => {
    const text = hoverIn("kernel_read$0_files(app_t)");
    expect(text).toContain("Read kernel files.");
    expect(text).toContain("`domain` = `app_t` – Domain allowed access.");
    expect(text).toMatch(/allow app_t kernel_file_t:file \{ .*read.*\};/);
  });

  it("shows a permission set's members", () => {
    expect(hoverIn("allow app_t app_file_t:file rw_fi$0le_perms;")).toContain("{ getattr open read write }");
  });
});

describe("hover on netlink", () => {
  it("nlmsg_write: the messages it covers, with numbers", () => {
    const text = hoverIn("allow app_t self:netlink_route_socket nlmsg_wri$0te;");
    expect(text).toContain("NETLINK_ROUTE messages");
    expect(text).toMatch(/16 \(0x10\)\s+RTM_NEWLINK\s+nlmsg_write/);
    expect(text).not.toContain("RTM_GETLINK");
  });

  it("numbers of allowxperm … nlmsg: the messages, permission and kernel", () => {
    const one = hoverIn("allowxperm app_t self:netlink_route_socket nlmsg 0x1$02;");
    expect(one).toMatch(/18 \(0x12\)\s+RTM_GETLINK\s+nlmsg_read/);
    const range = hoverIn("allowxperm app_t self:netlink_route_socket nlmsg { 16-$019 };");
    expect(range).toContain("RTM_NEWLINK");
    expect(range).toContain("RTM_SETLINK");
  });

  it("a message's name leads back to its permission, comments included", () => {
    const text = hoverIn("# needs RTM_GET$0ROUTE\n");
    expect(text).toContain("netlink message 26 (0x1a)");
    expect(text).toContain("Needs `nlmsg_read` on `netlink_route_socket`");
  });

  it("ioctl numbers name their commands", () => {
    expect(hoverIn("allowxperm app_t app_file_t:file ioctl 0x54$001;")).toContain("TCGETS");
  });
});

describe("hover on what the kernel names", () => {
  it.each([
    ["policycap open_pe$0rms;", /Bit 1, since Linux 2\.6\.26[\s\S]*This policy sets it/],
    [
      "sid ker$0nel gen_context(system_u:system_r:kernel_t,s0)",
      /Initial SID 1: kernel threads[\s\S]*Context/,
    ],
    ["# uses TCG$0ETS\n", /ioctl `0x5401` \(driver 0x54\)/],
    ["# uses FIOC$0LEX\n", /FIOCLEX/],
  ])("%s", (text, expected) => {
    expect(hoverIn(text)).toMatch(expected);
  });

  it("a module: its files", () => {
    const text = hoverIn("\n//- /p/policy/modules/apps/c.te\npolicy_module($0c, 1.0)\n");
    expect(text).toContain("module c");
    expect(text).toContain("`c.te`");
  });
});

/** Ports, filesystems and two levels beside the tiny tree. */
const OBJECTS = `
//- /p/policy/modules/net/net.te
policy_module(net, 1.0)
type web_port_t;
type disk_t, file_type;
portcon tcp 80 gen_context(system_u:object_r:web_port_t,s0)
portcon udp 8000-8009 gen_context(system_u:object_r:web_port_t,s0)
fs_use_xattr ext4 gen_context(system_u:object_r:disk_t,s0);
fs_use_xattr ext4 gen_context(system_u:object_r:web_port_t,s0);
genfscon kernel / gen_context(system_u:object_r:disk_t,s0)
`;

describe("hover on what carries a label", () => {
  it.each([
    ["allow app_t web_po$0rt_t:file read;", /\*\*2 port entries:\*\* `tcp 80`, `udp 8000-8009`/],
    [
      "allow app_t di$0sk_t:file read;",
      /\*\*Filesystems:\*\* `ext4 \(labels of files by extended attributes\)`/,
    ],
    ["allow app_t di$0sk_t:file read;", /\*\*1 genfscon path:\*\* `kernel \/`/],
    ["allow kernel$0_t self:file read;", /\*\*Initial SIDs:\*\* `kernel`/],
  ])("%s", (text, expected) => {
    expect(hoverIn(`${text}${OBJECTS}`)).toMatch(expected);
  });

  it.each([
    [
      "fs_use_xattr ext$04 gen_context(system_u:object_r:disk_t",
      /This statement labels filesystems of type ext4/,
    ],
    ["fs_use_xattr ext$04 gen_context(system_u:object_r:web_port_t", /Another fs_use comes first.*disk_t/],
    // A module has the name, too, but that is not what stands here.
    ["genfscon ker$0nel /", /^\*\*Valid context\*\*/],
    ["por$0tcon tcp 80", /The label of ports[\s\S]*This portcon gives the label of tcp 80/],
  ])("%s", (text, expected) => {
    expect(hoverIn(OBJECTS.replace(text.replace("$0", ""), text))).toMatch(expected);
  });
});

describe("hover on words of the language", () => {
  it.each([
    ["optional$0_policy(`\n\tallow app_t self:file read;\n')", /optional_policy\(rules, otherwise\)/],
    ["gen_$0require(`\n\ttype app_t;\n')", /Names that must be declared elsewhere/],
    ["attri$0bute x;", /Declares a group of types/],
    ["constrain file { read } (u1 == u$02);", /SELinux user of the source/],
    ["mlsconstrain file { read } (l1 do$0m h2);", /^```selinux\ndom\n```\n\nDominates/],
    ["constrain$0 file { read } (u1 == u2);", /denied unless the expression holds/],
    ["allow$0 app_t app_file_t:file read;", /\*\*Access of\*\* `app_t`/],
  ])("%s", (text, expected) => {
    expect(hoverIn(text)).toMatch(expected);
  });

  it("is silent in comments and file contexts", () => {
    expect(hoverIn("# attri$0bute\n")).toBe("");
    expect(hoverIn("\n//- /p/policy/modules/apps/app.fc\n/us$0er <<none>>\n")).not.toContain("SELinux user");
  });
});

describe("hover on sets and conditions", () => {
  const SUPPORT =
    "\n//- /p/policy/support/x.spt\n# Parameters:\n# 1. source domain\n# 2. file type\ndefine(`x_pattern',`allow $1 $2:file more_file_perms;')\ndefine(`more_file_perms',`{ read_file_perms write }')\n";

  it.each([
    [
      "allow app_t app_file_t:file more_file$0_perms;",
      /\*\*4 in all:\*\* `getattr`, `open`, `read`, `write`/,
    ],
    [
      "x_pat$0tern(app_t, app_file_t)",
      /`source_domain` = `app_t` – source domain\n- `file` = `app_file_t` – file type/,
    ],
  ])("%s", (text, expected) => {
    expect(hoverIn(`${text}${SUPPORT}`)).toMatch(expected);
  });

  it("boolean: the same after edits that were taken back", () => {
    const kept =
      "bool on_$0it true;\nbool too true;\nif (on_it) { allow app_t app_file_t:file read; }\nif (on_it && too) { allow app_t app_file_t:dir search; }\n";
    const rules = "if (on_it) { allow app_t app_file_t:file read; }\n";
    const [before, after] = aroundEdits(`${TINY_TREE}${MODULE}${kept}`, (text) => [
      text.replace(rules, ""),
      `${text}if (too || on_it) { allow app_t self:dir search; }\n`,
    ]);
    expect(before).toContain("It decides 2 conditions with 2 rules");
    expect(after).toBe(before);
  });

  it("parameter: the same after edits that were taken back", () => {
    const lines = ["zoo_t", "app_t", "mid_t", "bee_t"].map((name) => `app_read(${name})\n`).join("");
    const [before, after] = aroundEdits(
      `${TINY_TREE}${MODULE}type zoo_t; type mid_t; type bee_t;\n${lines}${READ.replace("$1", "$0$1")}`,
      (text) => [text.replace(lines, "app_read(mid_t)\n"), text.replace(lines, "app_read(zoo_t)\n")],
    );
    expect(before).toContain("`$1` stands for `app_t`, `bee_t`, `mid_t`, `zoo_t`");
    expect(after).toBe(before);
  });

  it("rule: the same calls that grant it after edits that were taken back", () => {
    const ant =
      "//- /p/policy/modules/apps/ant.te\npolicy_module(ant, 1.0.0)\napp_read(app_t)\n//- /p/policy/modules/apps/ant.if\ninterface(`ant_read',`\n\tapp_read($1)\n')\n";
    const [before, after] = aroundEdits(
      `${TINY_TREE}${MODULE}ant_read(app_t)\nallow$0 app_t app_file_t:file write;\n${READ}${ant}`,
      (text) => [text.replace("app_read(app_t)\n", "")],
      "/p/policy/modules/apps/ant.te",
    );
    expect(before).toMatch(/● read +ant\.te:2 → app\.if:2/);
    expect(after).toBe(before);
  });

  it("boolean: the expressions that it stands in", () => {
    const text = hoverIn(
      "gen_tunable(other, true)\nif (kernel_may$0_write && other) { allow app_t app_file_t:file { read write }; }",
    );
    expect(text).toContain("- `kernel_may_write && other`: 1 rule\n- `kernel_may_write`: 1 rule");
  });
});

describe("hover inside templates", () => {
  it("a parameter says what it stands for", () => {
    const text = hoverIn(
      "kernel_read_files(app_t)\n//- /p/policy/modules/apps/app.if\ninterface(`app_x',`\n\tgen_require(`\n\t\ttype app_file_t;\n\t')\n\tallow $$01 app_file_t:file read;\n')\n//- /p/policy/modules/apps/b.te\npolicy_module(b,1.0)\ntype b_t;\napp_x(b_t)\n",
    );
    expect(text).toContain("stands for `b_t`");
  });
});

describe("hover on file contexts", () => {
  it("tells the winner for an example and who else matches", () => {
    const text = hoverIn(
      "type x_t;\n//- /p/policy/modules/apps/app.fc\n/opt/a(/.*)?$0\tgen_context(system_u:object_r:app_t)\n/opt/a\t-d\tgen_context(system_u:object_r:x_t)\n/opt/.*\t<<none>>\n",
    );
    expect(text).toContain("**files of every kind** matching `/opt/a(/.*)?` → `system_u:object_r:app_t");
    expect(text).toMatch(/▶ +\/opt\/a -d +x_t +app\.fc:2[\s\S]*\/opt\/a\(\/\.\*\)\? +app_t +\(this entry\)/);
  });
});
