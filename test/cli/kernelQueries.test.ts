/** `sels query needs`, `compat`, `why` and the questions named like selinuxfs, on the tiny tree. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import picocolors from "picocolors";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runProgram } from "../../server/cli/program.ts";
import { parseFixture, TINY_TREE } from "../support/fixture.ts";

const APP = `policy_module(app, 1.0)
type app_t, domain;
role system_r types app_t;
typebounds kernel_t app_t;
allow app_t kernel_file_t:file write;
`;
let root = "";

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "sels-kq-"));
  const files = new Map(parseFixture(TINY_TREE).files).set("/p/policy/modules/apps/app.te", APP);
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

async function query(...args: string[]): Promise<{ code: number; out: string }> {
  let out = "";
  const code = await runProgram(["query", ...args], {
    colors: picocolors.createColors(false),
    width: 100,
    cwd: join(root, "p"),
    out: (text) => {
      out += text;
    },
    err: () => {},
    progress: () => {},
    endProgress: () => {},
  });
  return { code, out };
}

it.each([
  [["needs", "open", "for", "writing"], 0, /domain → target : file \{ write \}/],
  [["needs", "netlink", "RTM_NEWROUTE"], 0, /netlink_route_socket \{ nlmsg_write \}/],
  [["needs", "ioctl", "TCGETS"], 0, /ioctl 0x5401/],
  [["needs", "zzzz"], 1, /^/],
  [
    ["needs", "open for writing", "--domain", "kernel_t", "--target", "kernel_file_t"],
    1,
    /denied .*\{ write \}[\s\S]*condition that is off/,
  ],
  [["needs", "open for writing", "--domain", "nobody_t"], 2, /^$/],
  [
    ["why", "app_t", "kernel_file_t", "file", "write"],
    1,
    /denied {2}write[\s\S]*app\.te:5:1[\s\S]*bounds take away: write/,
  ],
  [
    ["why", "kernel_t", "kernel_file_t", "dir", "search"],
    0,
    /allowed search\n {4}allow domain file_type:dir search;/,
  ],
  [["compat", "--kernel", "6.1"], 1, /SELinux: {2}Class security not defined in policy\./],
  [["compat", "--kernel", "2.6"], 2, /^$/],
  [["booleans", "kernel_may_write"], 0, /^0 0\n$/],
  [["class", "dir", "index"], 0, /^3\n$/],
  [["deny_unknown"], 0, /^1\n$/],
  [["class", "nonsense"], 1, /^err ENOENT\n$/],
] as const)("query %j", async (args, code, out) => {
  const found = await query(...args);
  expect(found.out).toMatch(out);
  expect(found.code).toBe(code);
});

it("why --json has the places", async () => {
  const { out } = await query("why", "app_t", "kernel_file_t", "file", "--json");
  const found = JSON.parse(out) as { permissions: { name: string; rules: { origins: string[] }[] }[] };
  expect(found.permissions.find((one) => one.name === "write")?.rules[0]?.origins[0]).toMatch(/app\.te:5:1$/);
});
