/**
 * Every request and every kind of hover over real stdio on the reference policy, one row each: a place, and what the
 * answer has to say. A row with `typed` asks in text that somebody types below the mount module. The last test counts:
 * a request without a row fails it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { FEATURES } from "../../server/features/index.ts";
import { LspClient } from "../support/lspClient.ts";
import { describeWithOracle, POLICY_SOURCE, policySource } from "../support/oracles.ts";
import { MODERN } from "../support/protocol/clients.ts";

const TE = "policy/modules/system/mount.te";
const IF = "policy/modules/system/mount.if";
const FC = "policy/modules/system/mount.fc";
const HOVER = "textDocument/hover";

/** [what, file or text to type, with `^` at the cursor, what the answer says] */
type Row = readonly [what: string, file: string, at: string, said: RegExp];

/** Hovers of text in files of the tree. */
const HOVERS: readonly Row[] = [
  ["type", TE, "type ^mount_t;", /189 as source/],
  ["attribute", "policy/modules/kernel/domain.te", "attribute ^domain;", /types/],
  ["attribute role", TE, "attribute_role ^mount_roles", /role/],
  ["role", TE, "roleattribute ^system_r", /types/],
  ["user", "policy/users", "gen_user(^system_u", /s0-s0:c0.c1023/],
  ["class", TE, "self:^capability {", /capability/],
  ["capability", TE, "{ chown ^dac_override", /DAC/],
  ["permission set macro", TE, "mount_tmp_t:file ^manage_file_perms", /unlink/],
  ["pattern macro", TE, "^manage_dirs_pattern(mount_t", /allow mount_t/],
  ["interface call", TE, "^kernel_read_system_state(mount_t", /allow mount_t/],
  ["interface", IF, "interface(`^mount_domtrans'", /domain/i],
  ["template", "policy/modules/admin/shutdown.if", "template(`^shutdown_role'", /role/i],
  ["parameter", IF, "domtrans_pattern(^$1, mount_exec_t", /stands for/],
  ["boolean", "policy/global_booleans", "gen_bool(^secure_mode,", /false/],
  ["tunable", TE, "gen_tunable(^allow_mount_anyfile", /depend|expression|rules/],
  ["rule", TE, "allow ^mount_t mount_tmp_t:file manage_file_perms;", /all 12 permissions allowed/],
  ["context of a file", FC, "system_u:object_r:^mount_exec_t,s0)", /mount_exec_t/],
  ["file contexts line", FC, "/usr/bin/fuser^mount\t", /fusermount/],
  ["level", "policy/modules/kernel/kernel.te", "system_r:kernel_t,^mls_systemhigh)", /s0|c1023|highest/],
  ["initial SID", "policy/modules/kernel/kernel.te", "sid ^kernel gen_context", /kernel_t/],
  ["policy capability", "policy/policy_capabilities", "policycap ^open_perms", /open/],
  ["keyword", TE, "^roleattribute system_r", /role/],
  ["macro like a keyword", TE, "^policy_module(mount", /module/],
  ["operand of a constraint", "policy/mcs", "(( ^h1 dom h2 )", /high|level/],
  ["initial SID definition", "policy/flask/initial_sids", "sid ^unlabeled", /unlabeled/],
  [
    "support macro",
    "policy/support/file_patterns.spt",
    "define(`^manage_files_pattern'",
    /manage_files_pattern/,
  ],
];

/** Hovers of text that somebody types below the module. */
const TYPED_HOVERS: readonly Row[] = [
  [
    "port",
    TE,
    "corenet_tcp_bind_http_port(mount_t)\nallow mount_t ^http_port_t:tcp_socket name_bind;\n",
    /80/,
  ],
  ["portcon", TE, "^portcon tcp 81 gen_context(system_u:object_r:http_port_t,s0)\n", /81/],
  ["ioctl number", TE, "allowxperm mount_t mount_tmp_t:chr_file ioctl ^0x5401;\n", /TCGETS/],
  ["ioctl range", TE, "allowxperm mount_t mount_tmp_t:chr_file ioctl { ^0x5401-0x5403 };\n", /TCSETS/],
  ["ioctl name", TE, "# ^TIOCGWINSZ\n", /0x5413/i],
  ["socket ioctl", TE, "# ^SIOCGIFADDR\n", /0x8915/i],
  ["netlink message", TE, "# ^RTM_GETROUTE\n", /nlmsg_read/],
  ["netlink permission", TE, "allow mount_t self:netlink_route_socket ^nlmsg_write;\n", /RTM_/],
  ["netlink message number", TE, "allowxperm mount_t self:netlink_route_socket nlmsg ^26;\n", /RTM_GETROUTE/],
  ["category", TE, "range_transition mount_t mount_exec_t:process s0:^c5;\n", /category|categories/i],
  ["sensitivity", TE, "range_transition mount_t mount_exec_t:process ^s0;\n", /sensitivity|level/i],
];

/** Requests about a place: [method, what, file or "" for typed text, at, more parameters, what the answer says]. */
type Asked = readonly [method: string, what: string, file: string, at: string, more: object, said: RegExp];

const T = "textDocument/";
const TYPED = "";
/** of rows that are about no file */
const NOWHERE = "-";
const OPTIONS = { options: { tabSize: 8, insertSpaces: false } };

const REQUESTS: readonly Asked[] = [
  [`${T}definition`, "a call", TE, "^kernel_read_system_state(mount_t", {}, /kernel\.if/],
  [`${T}definition`, "a module's other file", IF, "type ^mount_t", {}, /mount\.te/],
  [`${T}declaration`, "a requirement", IF, "type ^mount_t, mount_exec_t", {}, /mount\.te/],
  [`${T}typeDefinition`, "a type's attributes", TE, "type ^mount_t;", {}, /domain\.te/],
  [
    `${T}implementation`,
    "an attribute's members",
    "policy/modules/kernel/domain.te",
    "attribute ^domain;",
    {},
    /mount\.te/,
  ],
  [
    `${T}implementation`,
    "a role attribute's members",
    TE,
    "attribute_role ^mount_roles",
    {},
    /"targetSelectionRange":\{"start":\{"line":15,"character":14\}/,
  ],
  [
    `${T}references`,
    "a type",
    TE,
    "type ^mount_exec_t;",
    { context: { includeDeclaration: true } },
    /mount\.fc/,
  ],
  [`${T}documentHighlight`, "a type", TE, "type ^mount_t;", {}, /"kind":3/],
  [
    `${T}signatureHelp`,
    "an interface",
    TE,
    "init_system_domain(mount_t, ^mount_exec_t",
    {},
    /"activeParameter":1/,
  ],
  [`${T}signatureHelp`, "while it is typed", TYPED, "kernel_read_sysctl(^", {}, /Domain allowed access/],
  [`${T}linkedEditingRange`, "a tag of the documentation", IF, "## <^summary>", {}, /"ranges":\[.*\},\{/],
  [`${T}prepareRename`, "a type", TE, "type ^mount_t;", {}, /"placeholder":"mount_t"/],
  [`${T}rename`, "a type", TE, "type ^mount_loopback_t;", { newName: "mount_loop_t" }, /mount\.fc|mount\.if/],
  [
    `${T}completion`,
    "a permission of the class",
    TYPED,
    "allow mount_t mount_tmp_t:file ^",
    {},
    /manage_file_perms/,
  ],
  [`${T}completion`, "a target", TYPED, "allow mount_t mount_^", {}, /mount_runtime_t/],
  [`${T}completion`, "an interface", TYPED, "kernel_read_sys^", {}, /kernel_read_system_state/],
  [`${T}completion`, "an argument", TYPED, "files_tmp_filetrans(mount_t, mount_^", {}, /mount_tmp_t/],
  [`${T}completion`, "an attribute", TYPED, "typeattribute mount_t dom^", {}, /"domain"/],
  [`${T}completion`, "a boolean", TYPED, "tunable_policy(`allow_mou^", {}, /allow_mount_anyfile/],
  [
    `${T}completion`,
    "an ioctl",
    TYPED,
    "allowxperm mount_t mount_tmp_t:chr_file ioctl { TCGET^",
    {},
    /TCGETS/,
  ],
  [`${T}completion`, "a role", TYPED, "role sysad^", {}, /"items":\[\{"label":"sysadm_r"/],
  [`${T}inlayHint`, "names of parameters", TE, "", { range: lines(0, 60) }, /domain:|exec/],
  [`${T}documentSymbol`, "an outline", IF, "", {}, /"mount_domtrans"/],
  [`${T}foldingRange`, "folds", TE, "", {}, /region/],
  [`${T}selectionRange`, "ranges", TE, "", { positions: [{ line: 17, character: 6 }] }, /parent/],
  [`${T}documentLink`, "the other files", TE, "", {}, /mount\.if/],
  [`${T}codeLens`, "places", IF, "", {}, /range/],
  [`${T}semanticTokens/full`, "tokens", TE, "", {}, /resultId/],
  [`${T}semanticTokens/full/delta`, "a delta", TE, "", { previousResultId: "0" }, /resultId/],
  [`${T}semanticTokens/range`, "some tokens", TE, "", { range: lines(10, 30) }, /"data":\[1/],
  [`${T}formatting`, "a file", TYPED, "allow   mount_t  self:process   fork;", OPTIONS, /newText/],
  [
    `${T}rangeFormatting`,
    "a line",
    TYPED,
    "allow   mount_t self:process fork;",
    { ...OPTIONS, range: lines(240, 260) },
    /newText/,
  ],
  [
    `${T}rangesFormatting`,
    "lines",
    TYPED,
    "allow   mount_t self:process fork;",
    { ...OPTIONS, ranges: [lines(240, 260)] },
    /newText/,
  ],
  [
    `${T}onTypeFormatting`,
    "a statement",
    TYPED,
    "allow   mount_t self:process fork;^",
    { ...OPTIONS, ch: ";" },
    /newText/,
  ],
  ["workspace/symbol", "letters", NOWHERE, "", { query: "mountdomtr" }, /mount_domtrans/],
];

/** [beginning of a title, rules below the module, what the edit says] */
const REFACTORINGS: readonly (readonly [string, string, RegExp])[] = [
  ["Split into one rule per permission", "allow mount_t mount_tmp_t:file { read write };\n", /file read/],
  [
    "Merge 2 rules",
    "allow mount_t mount_tmp_t:sock_file read;\nallow mount_t mount_tmp_t:sock_file write;\n",
    /read write/,
  ],
  ["Inline kernel_read_sysctl", "kernel_read_sysctl(mount_t)\n", /sysctl_t/],
  ["Extract an interface of mount", "allow mount_t mount_tmp_t:fifo_file { read write };\n", /interface\(/],
  [
    "Move this rule of mount_t to an interface of sysnetwork",
    "allow mount_t dhcpc_state_t:file write;\n",
    /gen_require/,
  ],
  ["Call ", "allow mount_t sysctl_t:dir { getattr search open };\n", /kernel_/],
];

function lines(from: number, to: number): object {
  return { start: { line: from, character: 0 }, end: { line: to, character: 0 } };
}

describeWithOracle("every request on the reference policy", [POLICY_SOURCE], () => {
  const root = policySource() ?? "";
  const asked = new Set<string>();
  const own = readFileSync(join(root, TE), "utf8");
  let client: LspClient;
  let version = 1;

  beforeAll(async () => {
    client = new LspClient();
    await client.initialize(root, {}, undefined, MODERN);
    await client.open(join(root, TE), own);
  }, 60_000);

  afterAll(async () => {
    expect(client.log).toEqual([]);
    expect(await client.stop()).toBe(0);
  });

  /** The cursor in a file of the tree. */
  function placeIn(file: string, at: string): object {
    const text = readFileSync(join(root, file), "utf8");
    const [before, after] = at.split("^") as [string, string | undefined];
    const start = text.indexOf(before + after);
    const textDocument = { uri: `file://${join(root, file)}` };
    if (after === undefined) return { textDocument };
    if (start < 0) throw new Error(`${file} has no ${before + after}`);
    return { textDocument, position: positionIn(text, start + before.length) };
  }

  /** The cursor in text that is typed below the module. */
  async function type(text: string): Promise<object> {
    const [before, after] = text.split("^") as [string, string | undefined];
    version++;
    await client.change(join(root, TE), version, [{ text: `${own}\n${before}${after ?? ""}` }]);
    const textDocument = { uri: `file://${join(root, TE)}` };
    if (after === undefined) return { textDocument };
    return { textDocument, position: positionIn(`${own}\n${before}`, own.length + 1 + before.length) };
  }

  function positionIn(text: string, offset: number): { line: number; character: number } {
    const lines = text.slice(0, offset).split("\n");
    return { line: lines.length - 1, character: (lines.at(-1) ?? "").length };
  }

  async function ask<T>(method: string, params: object): Promise<T> {
    asked.add(method);
    return client.request<T>(method, params);
  }

  it.each(HOVERS)("hover: %s", async (_, file, at, said) => {
    const answer = JSON.stringify(await ask(HOVER, placeIn(file, at)));
    expect(answer).toMatch(said);
  });

  it.each(TYPED_HOVERS)("hover on what is typed: %s", async (_, _file, text, said) => {
    const answer = JSON.stringify(await ask(HOVER, await type(text)));
    expect(answer).toMatch(said);
  });

  it.each(REQUESTS)("%s: %s", async (method, _, file, at, more, said) => {
    const place = file === NOWHERE ? {} : file === TYPED ? await type(at) : placeIn(file, at);
    const answer = JSON.stringify(await ask(method, { ...place, ...more }));
    expect(answer).toMatch(said);
  });

  it("prepares hierarchies and follows them", async () => {
    const calls = placeIn(IF, "interface(`^mount_domtrans'");
    const [call] = await ask<object[]>("textDocument/prepareCallHierarchy", calls);
    expect(JSON.stringify(await ask("callHierarchy/incomingCalls", { item: call }))).toContain("mount_run");
    expect(JSON.stringify(await ask("callHierarchy/outgoingCalls", { item: call }))).toContain(
      "domtrans_pattern",
    );
    const types = placeIn(TE, "type ^mount_t;");
    const [type] = await ask<object[]>("textDocument/prepareTypeHierarchy", types);
    const above = await ask<{ name: string }[]>("typeHierarchy/supertypes", { item: type });
    const domain = above.find(({ name }) => name === "domain");
    expect(JSON.stringify(await ask("typeHierarchy/subtypes", { item: domain }))).toContain('"mount_t"');
  });

  it.each([
    [IF, /callers? in \d+ modules?/],
    [TE, /allow rules: 189 as source/],
    [TE, /effective access: all 12 permissions/],
  ])("a lens of %s says %s", async (file, said) => {
    const lenses = await ask<object[]>("textDocument/codeLens", placeIn(file, ""));
    const found: unknown[] = [];
    for (const lens of lenses.slice(0, 40)) found.push(await ask("codeLens/resolve", lens));
    expect(JSON.stringify(found)).toMatch(said);
  });

  it("resolves a completion with its documentation", async () => {
    const place = await type("kernel_read_sys^");
    const { items } = await ask<{ items: object[] }>("textDocument/completion", place);
    expect(JSON.stringify(await ask("completionItem/resolve", items[0] ?? {}))).toContain("/proc/cpuinfo");
  });

  it("what an edit changes is a lens and a document", async () => {
    await type("allow mount_t self:process ptrace;\n");
    const [lens] = await ask<object[]>("textDocument/codeLens", placeIn(TE, ""));
    expect(JSON.stringify(await ask("codeLens/resolve", lens ?? {}))).toMatch(/this edit: grants 1/);
  });

  it.each(REFACTORINGS)("offers to %s", async (title, text, said) => {
    await type(text);
    const uri = `file://${join(root, TE)}`;
    const from = own.split("\n").length;
    const range = {
      start: { line: from, character: 0 },
      end: { line: from + text.split("\n").length - 1, character: 0 },
    };
    const context = { diagnostics: [], only: ["refactor"] };
    const actions = await ask<{ title: string }[]>("textDocument/codeAction", {
      textDocument: { uri },
      range,
      context,
    });
    const action = actions.find((one) => one.title.startsWith(title));
    expect(action, actions.map((one) => one.title).join("\n")).toBeDefined();
    expect(JSON.stringify(await ask("codeAction/resolve", action ?? {}))).toMatch(said);
  });

  it("has a row for every request", () => {
    expect(FEATURES.map(({ method }) => method).filter((method) => !asked.has(method))).toEqual([]);
  });
});
