/**
 * Custom requests over real stdio, the virtual documents of expansions, cancellation, and the other two transports.
 * Rows of the table are requests with what their answers must contain.
 */
import { fork } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  CancellationTokenSource,
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import { parseFixture, TINY_TREE } from "../support/fixture.ts";
import { LspClient, SERVER } from "../support/lspClient.ts";

const APP = `policy_module(app, 1.0.0)

type app_t, domain;
role system_r types app_t;
kernel_read_files(app_t)
typebounds kernel_t app_t;
allow app_t kernel_file_t:file write;
`;
const KERNEL = "system_u:system_r:kernel_t";
const FILE = "system_u:object_r:kernel_file_t";

let root = "";
let client: LspClient;
const loads: { seqno: number; root: string; kind: string; milliseconds: number }[] = [];
const app = () => join(root, "p/policy/modules/apps/app.te");
const uri = () => `file://${app()}`;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "sels-ext-"));
  for (const [path, text] of parseFixture(TINY_TREE).files) write(join(root, path), text);
  write(app(), APP);
  client = new LspClient();
  client.connection.onNotification("selinux/policyLoad", (params) => void loads.push(params));
  const { capabilities } = await client.initialize(root);
  expect(capabilities.workspace?.textDocumentContent).toEqual({
    schemes: ["selinux-expansion", "selinux-policy-diff"],
  });
  expect(capabilities.experimental.selinux.methods).toContain("selinux/query");
});

afterAll(async () => {
  expect(await client.stop()).toBe(0);
  expect(client.log).toEqual([]);
  rmSync(root, { recursive: true, force: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

describe("selinux/query", () => {
  it.each([
    [
      { question: "access", source: KERNEL, target: FILE, class: "dir" },
      /^[0-9a-f]{8} [0-9a-f]{8} [0-9a-f]{8} 0$/,
    ],
    [
      { question: "create", source: KERNEL, target: FILE, class: "file" },
      /^system_u:object_r:kernel_file_t$/,
    ],
    [{ question: "relabel", source: KERNEL, target: FILE, class: "file" }, /kernel_file_t$/],
    [{ question: "member", source: KERNEL, target: FILE, class: "dir" }, /kernel_file_t$/],
    [{ question: "context", context: "system_u:object_r:old_file_t" }, /^system_u:object_r:kernel_file_t$/],
    [{ question: "validatetrans", old: FILE, new: FILE, class: "file", task: KERNEL }, /^ok$/],
    [{ question: "user", source: KERNEL, user: "system_u" }, /^\d+/],
    [{ question: "booleans" }, /^kernel_may_write$/],
    [{ question: "booleans", name: "kernel_may_write" }, /^0 0$/],
    [{ question: "class", name: "dir", part: "index" }, /^3$/],
    [{ question: "class", name: "dir", part: "perms", permission: "search" }, /^7$/],
    [{ question: "policy_capabilities", name: "open_perms" }, /^[01]$/],
    [{ question: "initial_contexts", name: "kernel" }, /^system_u:system_r:kernel_t$/],
    [{ question: "deny_unknown" }, /^1$/],
    [{ question: "port", protocol: "tcp", port: 80 }, "EINVAL"],
    [{ question: "genfs", fstype: "proc", path: "/" }, "EINVAL"],
    [{ question: "fs_use", fstype: "ext4" }, /^5 -$/],
    [{ question: "context", context: "nobody:r:t" }, "EINVAL"],
    [{ question: "class", name: "nonsense" }, "ENOENT"],
  ])("%j", async (params, wanted) => {
    const answer = await client.request<{ answer?: string; error?: string }>("selinux/query", params);
    if (typeof wanted === "string") expect(answer).toEqual({ error: wanted });
    else expect(answer.answer).toMatch(wanted);
  });

  it("answers many at once, under booleans that hold for the request only", async () => {
    const av = ["access", KERNEL, FILE, "file"];
    const ask = (booleans: object) =>
      client.request<{ answer: string }[]>("selinux/query", {
        questions: [av, ["booleans", "kernel_may_write"]],
        booleans,
      });
    const [off, offState] = await ask({});
    const [on, onState] = await ask({ kernel_may_write: true });
    expect([offState?.answer, onState?.answer]).toEqual(["0 0", "1 1"]);
    expect(Number.parseInt(on?.answer ?? "", 16) & ~Number.parseInt(off?.answer ?? "", 16)).toBe(1 << 2);
    expect(await ask({})).toEqual([off, offState]);
  });

  it.each([
    ["selinux/query", { question: "nonsense" }, /no question ‘nonsense’; known: access/],
    ["selinux/query", { question: "port", protocol: "tcp" }, /needs ‘port’/],
    ["selinux/query", null, /no question/],
    ["selinux/computeAv", { source: KERNEL, target: FILE, class: "nothing" }, /no class ‘nothing’/],
    ["selinux/computeAv", { source: "nobody_t", target: FILE, class: "file" }, /source: ‘nobody_t’/],
    ["selinux/expand", {}, /takes `call`/],
    ["selinux/needs", {}, /takes an `operation`/],
    ["selinux/nlmsg", { class: "file" }, /no netlink messages/],
  ])("%s %j is refused with a reason", async (method, params, message) => {
    await expect(client.connection.sendRequest(method, params)).rejects.toThrow(message);
  });
});

describe("the other requests", () => {
  it("computeAv: decision, rules with locations, what the bounds take", async () => {
    const found = await client.request<{
      allowed: string[];
      denied: string[];
      trace: {
        text: string;
        permissions: { name: string; rules: { origins: { location: { uri: string } }[] }[] }[];
      };
    }>("selinux/computeAv", {
      source: "app_t",
      target: "kernel_file_t",
      class: "file",
      permissions: ["write"],
    });
    expect(found.allowed).not.toContain("write");
    expect(found.denied).toEqual(["write"]);
    expect(found.trace.text).toContain("bounds take away: write");
    const write = found.trace.permissions.find((permission) => permission.name === "write");
    expect(write?.rules[0]?.origins[0]?.location.uri).toBe(uri());
    const bare = await client.request<object>("selinux/computeAv", {
      source: KERNEL,
      target: FILE,
      class: "dir",
      trace: false,
    });
    expect(bare).toMatchObject({ allowed: ["search"], decision: { allowed: 64 } });
    expect(bare).not.toHaveProperty("trace");
  });

  it("expand: a call, a line, a file, and the same as virtual documents", async () => {
    const call = await client.request<{ uri: string; text: string; rules: { text: string }[] }>(
      "selinux/expand",
      {
        call: "kernel_read_files(app_t)",
        textDocument: { uri: uri() },
      },
    );
    expect(call.rules[0]?.text).toMatch(/^allow app_t kernel_file_t:file \{ .*read.* \};/);
    const line = await client.at<{ uri: string; text: string }>("selinux/expand", app(), 4, 0);
    expect(line.uri).toBe(`selinux-expansion:${app()}?line=5`);
    const file = await client.request<{ uri: string; rules: unknown[] }>("selinux/expand", {
      textDocument: { uri: uri() },
      limit: 2,
    });
    expect(file).toMatchObject({ truncated: true });
    for (const { uri: virtual, text } of [call, line]) {
      const content = await client.request<{ text: string }>("workspace/textDocumentContent", {
        uri: virtual,
      });
      expect(content.text).toBe(text);
    }
    const nothing = await client.request<{ text: string }>("workspace/textDocumentContent", {
      uri: "selinux-expansion:/no/such.te?line=1",
    });
    expect(nothing.text).toMatch(/^# nothing/);
  });

  it("nlmsg: by name, number, permission, and what there is", async () => {
    const ask = (params: object) => client.request<object>("selinux/nlmsg", params);
    expect(await ask({ name: "RTM_GETROUTE" })).toMatchObject({
      messages: [{ number: 26, permission: "nlmsg_read" }],
    });
    expect(await ask({ class: "netlink_route_socket", number: 9999 })).toMatchObject({
      lookup: { result: "unknown" },
    });
    expect(await ask({ class: "netlink_route_socket", permission: "nlmsg_write" })).toHaveProperty(
      "messages.0.name",
    );
    expect(await ask({})).toHaveProperty("classes.0.class");
  });

  it("needs: checks with verdicts", async () => {
    const found = await client.request<{
      checks: { className: string; verdict: string; denied: string[] }[];
    }>("selinux/needs", { operation: "open for writing", domain: "kernel_t", target: "kernel_file_t" });
    expect(found.checks.map((check) => check.verdict)).toEqual(["open", "denied", "denied"]);
    expect(found.checks[1]?.denied).toEqual(["write"]);
  });

  it("status follows loads, and each load is told", async () => {
    interface Status {
      policyload: number;
      sequence: number;
    }
    const before = await client.request<Status>("selinux/status", {});
    expect(before).toMatchObject({
      version: 1,
      enforcing: 1,
      deny_unknown: 1,
      project: { kind: "refpolicy", errors: 1 },
      build: { mode: "monolithic", mls: false },
    });
    expect(before.sequence).toBe(before.policyload * 2);
    expect(loads.at(-1)).toMatchObject({ seqno: before.policyload, kind: "refpolicy" });
    await client.open(app(), `${APP}type more_t;\n`);
    const after = await client.request<Status>("selinux/status", { textDocument: { uri: uri() } });
    expect(after.policyload).toBe(before.policyload + 1);
    expect(loads.map((load) => load.seqno)).toEqual(loads.map((_, i) => i + 1));
    expect(await client.request<Status>("selinux/status", {})).toEqual(after);
  });

  it("a cancelled request says so", async () => {
    // A server may be done before the cancellation reaches it, so some are tried; one that says it is enough.
    const outcomes: (string | number)[] = [];
    for (let i = 0; i < 50 && !outcomes.includes(-32800); i++) {
      const source = new CancellationTokenSource();
      const answer = client.connection.sendRequest("selinux/status", {}, source.token);
      source.cancel();
      outcomes.push(
        await answer.then(
          () => "answered",
          (error: { readonly code: number }) => error.code,
        ),
      );
    }
    expect(outcomes).toContain(-32800);
    expect(outcomes.filter((one) => one !== "answered" && one !== -32800)).toEqual([]);
  });
});

describe("other transports", () => {
  it("--socket: the server connects to the client's port", async () => {
    const listener = createServer();
    const port = await new Promise<number>((resolve) =>
      listener.listen(0, "127.0.0.1", () => resolve((listener.address() as { port: number }).port)),
    );
    const accepted = new Promise<Socket>((resolve) => listener.once("connection", resolve));
    const server = fork(SERVER, [`--socket=${port}`], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    const socket = await accepted;
    await session(new StreamMessageReader(socket), new StreamMessageWriter(socket));
    await new Promise((resolve) => server.on("exit", resolve));
    listener.close();
    expect(server.exitCode).toBe(0);
  });

  it("--node-ipc: over Node's own channel", async () => {
    const server = fork(SERVER, ["--node-ipc"], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    await session(new IPCMessageReader(server), new IPCMessageWriter(server));
    await new Promise((resolve) => server.on("exit", resolve));
    expect(server.exitCode).toBe(0);
  });
});

/** Handshake, one answer, an orderly end. */
async function session(
  reader: StreamMessageReader | IPCMessageReader,
  writer: StreamMessageWriter | IPCMessageWriter,
): Promise<void> {
  const connection = createMessageConnection(reader, writer);
  connection.listen();
  const params = { processId: process.pid, rootUri: null, capabilities: {} };
  expect(await connection.sendRequest("initialize", params)).toHaveProperty(
    "capabilities.hoverProvider",
    true,
  );
  await connection.sendNotification("initialized", {});
  await expect(connection.sendRequest("selinux/status", {})).rejects.toThrow(/no policy is loaded/);
  await connection.sendRequest("shutdown");
  await connection.sendNotification("exit");
}
