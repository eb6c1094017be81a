/**
 * `sels diff` between trees, revisions of git and kernel binaries: what it says, where, its exit codes, and that sediff
 * finds the same where rules are about plain types.
 */
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { requireOracle } from "../support/oracles.ts";
import { runSels } from "../support/terminal.ts";

const EXAMPLES = join(import.meta.dirname, "../../examples");
let root = "";
let module = "";

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "sels-diff-test-"));
  cpSync(EXAMPLES, join(root, "tree"), { recursive: true });
  const git = (...args: string[]) => execFileSync("git", args, { cwd: join(root, "tree"), stdio: "ignore" });
  git("init", "-q");
  git("add", "-A");
  git("-c", "user.name=t", "-c", "user.email=t@t", "commit", "-q", "-m", "x");
  const modules = join(root, "tree/policy/modules");
  const found = readdirSync(modules, { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith(".te"),
  );
  module = join(modules, found.sort()[0] as string);
  appendFileSync(
    module,
    "type fresh_t;\ntype other_t;\nallow fresh_t other_t:file { read write };\nbool fresh_on true;\nif (fresh_on) { allow fresh_t other_t:dir search; }\n",
  );
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

const sels = (...args: string[]) => runSels(join(root, "tree"), args);

it("a revision against the working tree: rules with their lines, symbols, and one line that counts", async () => {
  const line =
    readFileSync(module, "utf8").split("\n").indexOf("allow fresh_t other_t:file { read write };") + 1;
  const { code, out, err } = await sels("diff", "HEAD");
  expect(err).toBe("");
  expect(code).toBe(1);
  expect(out).toContain(
    `+ allow fresh_t other_t:file { read write };  # ${module.slice(root.length + 6)}:${line}\n`,
  );
  expect(out).toContain("+ allow fresh_t other_t:dir search; [ fresh_on ]:True");
  expect(out).toContain("+ boolean fresh_on true;");
  expect(out).toMatch(/grants 2, 3 other changes\n$/);
});

it("the other way round it takes away, and the places are in the revision's files", async () => {
  const { out } = await sels("diff", ".", "HEAD");
  expect(out).toContain("- allow fresh_t other_t:file { read write };");
  expect(out).toMatch(/# policy\/modules\/\S+:\d+\n/);
  expect((await sels("diff", ".", "HEAD", "--summary")).out).toBe("takes away 2, 3 other changes\n");
});

it("nothing differs: exit code 0 and nothing said; JSON; what is neither path nor revision", async () => {
  expect(await sels("diff", "HEAD", "HEAD")).toEqual({ code: 0, out: "", err: "" });
  const { changes, grants } = JSON.parse((await sels("diff", "HEAD", "--json")).out);
  expect(grants).toBe(2);
  expect(changes[0]).toMatchObject({
    category: "allow",
    sign: "added",
    places: [{ file: module.slice(root.length + 6) }],
  });
  const { code, err } = await sels("diff", "--", "no-such-thing");
  expect(code).toBe(2);
  expect(err).toMatch(/neither a path nor a revision/);
  expect((await sels("diff", "--", "-x")).code).toBe(2);
});

it("leaves nothing behind", async () => {
  const before = readdirSync(tmpdir()).filter((name) => name.startsWith("sels-diff-")).length;
  await sels("diff", "HEAD");
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith("sels-diff-")).length).toBe(before);
});

it.skipIf(!requireOracle("sediff"))(
  "kernel binaries: what sediff says of rules between plain types",
  async () => {
    const binary = async (tree: string, name: string): Promise<string> => {
      // Without the module of mistakes, which nobody can compile.
      const clean = join(root, name);
      cpSync(tree, clean, { recursive: true, filter: (path) => !/mistakes\.\w+$|\.git$/.test(path) });
      const { code, err } = await sels("compile", clean, "-o", `${clean}.bin`);
      expect(err).toBe("");
      expect(code).toBe(0);
      return `${clean}.bin`;
    };
    const old = await binary(EXAMPLES, "old");
    const now = await binary(join(root, "tree"), "new");
    const { out } = await sels("diff", old, now);
    const mine = out
      .split("\n")
      .filter((text) => /^[+-] allow/.test(text))
      .map((text) => text.replace(/ \]:/, " ]:"));
    const theirs = execFileSync("sediff", ["-A", old, now], { encoding: "utf8" })
      .split("\n")
      .map((text) => text.trim())
      .filter((text) => /^[+-] allow/.test(text));
    const plain = (texts: readonly string[]) =>
      texts
        .filter((text) => / fresh_t other_t:/.test(text))
        .map((text) => text.replace(/\s+/g, " "))
        .sort();
    expect(plain(mine)).toEqual(plain(theirs));
    expect(plain(mine)).toHaveLength(2);
  },
);

it("a tree that does not compile to a difference of numbers: an edit back leaves nothing", async () => {
  const text = readFileSync(module, "utf8");
  writeFileSync(
    module,
    text.replace("type other_t;\n", "").replace("type fresh_t;\n", "type other_t;\ntype fresh_t;\n"),
  );
  const { out } = await sels("diff", "HEAD", "--summary");
  writeFileSync(module, text);
  expect(out).toBe("grants 2, 3 other changes\n");
});
