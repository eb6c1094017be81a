/** Queries to kernel binaries: the launcher knows them, and the small program answers as the whole one does. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as binary from "../../server/cli/binaryProgram.ts";
import { asksBinary } from "../../server/cli/launch.ts";
import * as whole from "../../server/cli/program.ts";
import { randomPolicies } from "../policydb/fixtures.ts";
import { runSels } from "../support/terminal.ts";

let folder = "";
let policy = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sels-kb-"));
  policy = join(folder, "policy.33");
  writeFileSync(policy, randomPolicies()[4] as Uint8Array);
  writeFileSync(join(folder, "policy.conf"), "class process\n");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (program: { runProgram: typeof whole.runProgram }, args: readonly string[]) =>
  runSels(folder, args, program.runProgram);

it("the launcher takes the small program for binaries only", () => {
  expect(asksBinary(["query", "--policy", policy, "info"])).toBe(true);
  expect(asksBinary(["query", "info", `--policy=${policy}`])).toBe(true);
  expect(asksBinary(["query", "--policy", join(folder, "policy.conf"), "info"])).toBe(false);
  expect(asksBinary(["query", "--policy", join(folder, "absent"), "info"])).toBe(false);
  expect(asksBinary(["query", "--policy", folder, "info"])).toBe(false);
  expect(asksBinary(["query", "info"])).toBe(false);
  expect(asksBinary(["query", "info", "--policy"])).toBe(false);
  expect(asksBinary(["check", "--policy", policy])).toBe(false);
});

it("both programs answer alike, errors and help included", async () => {
  const questions = [
    ["info"],
    ["info", "class", "process", "--json"],
    ["booleans"],
    ["isid", "1"],
    ["port", "tcp", "80"],
    ["nonsense"],
    ["info", "nothing_of_this_name"],
    ["rules", "-A"],
    ["compat", "--kernel", "6.1"],
    ["nlmsg", "RTM_GETROUTE"],
    ["needs", "clone3", "set_tid"],
    ["rules", "--no-such-option"],
    ["--help"],
  ];
  for (const question of questions) {
    const args = ["query", "--policy", policy, ...question];
    const small = await run(binary, args);
    expect([question, small]).toEqual([question, await run(whole, args)]);
    expect(small.out + small.err).not.toBe("");
  }
});

it("neverallowxperm sees messages as it sees ioctl numbers", async () => {
  const lines = [
    "class process",
    "class netlink_route_socket",
    "sid kernel",
    "class process { transition dyntransition }",
    "class netlink_route_socket { ioctl nlmsg }",
    "type a_t;",
    "type b_t;",
    "allow a_t self:netlink_route_socket { ioctl nlmsg };",
    "allowxperm a_t self:netlink_route_socket nlmsg { 16-20 26 };",
    "allowxperm a_t self:netlink_route_socket ioctl { 40 };",
    "neverallowxperm a_t self:netlink_route_socket nlmsg { 24-30 };",
    "neverallowxperm a_t self:netlink_route_socket nlmsg { 40-50 };",
    "neverallowxperm a_t self:netlink_route_socket ioctl { 16-20 };",
    "allow b_t self:netlink_route_socket nlmsg;",
    "neverallowxperm b_t self:netlink_route_socket nlmsg 1;",
    "role r;",
    "role r types { a_t b_t };",
    "user u roles r;",
    "sid kernel u:r:a_t",
  ];
  writeFileSync(join(folder, "policy.conf"), `${lines.join("\n")}\n`);
  const { out, code } = await run(whole, ["check", "policy.conf", "--format", "gcc", "--no-cache"]);
  const errors = out.split("\n").filter((line) => line.includes(" error: "));
  expect(errors.map((line) => line.replace(/^policy\.conf:(\d+):.*for (0x\w+).*$/, "$1 $2"))).toEqual([
    "9 0x1a",
    "14 0x1",
  ]);
  expect(code).toBe(1);
});
