/**
 * The warm-start cache never changes what `sels check` says: after every kind of change on disk, seeded and in random
 * order, the cached command line answers as the one without a cache. And the other way round: where nothing changed,
 * the engine is not asked.
 */
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { cacheDirectory, openStore } from "../../server/cli/cacheStore.ts";
import { answerOrRun } from "../../server/cli/launch.ts";
import { runProgram } from "../../server/cli/program.ts";
import { randomSource } from "../analysis/generatedPolicy.ts";
import { parseFixture, TINY_TREE } from "../support/fixture.ts";
import { keepingTerminal } from "../support/terminal.ts";

const scratch = mkdtempSync(join(tmpdir(), "sels-cache-"));
const cache = join(scratch, "cache");
let tree = "";
let count = 0;

beforeEach(() => {
  rmSync(cache, { recursive: true, force: true });
  tree = join(scratch, `tree${count++}`);
  for (const [path, text] of parseFixture(TINY_TREE).files) write(path, text);
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(tree, path)), { recursive: true });
  writeFileSync(join(tree, path), text);
}

interface Said {
  readonly code: number;
  readonly text: string;
  /** false: answered without the engine */
  readonly ran: boolean;
}

/** Runs `sels check …` in the tree, with elapsed times blanked out. */
async function check(args: readonly string[] = [], version = "1"): Promise<Said> {
  let text = "";
  let ran = false;
  const say = (part: string) => {
    text += part;
  };
  const terminal = { ...keepingTerminal(tree, { out: "", err: "" }), out: say, err: say };
  const code = await answerOrRun(version, ["check", ...args], terminal, openStore(cache), (...all) => {
    ran = true;
    return runProgram(...all);
  });
  return { code, text: text.replace(/\d+ ms|"milliseconds": \d+/g, "…"), ran };
}

/** The same without a cache; `ran` as in the other, so that they compare. */
async function uncached(args: readonly string[], like: Said): Promise<Said> {
  return { ...(await check([...args, "--no-cache"])), ran: like.ran };
}

/** Makes every file old, so that its time stamp is trusted. */
function age(): void {
  const old = new Date(Date.now() - 3_600_000);
  for (const path of filesOf("")) utimesSync(join(tree, path), old, old);
}

function filesOf(suffix: string): string[] {
  return (readdirSync(tree, { recursive: true, encoding: "utf8" }) as string[])
    .filter((path) => path.endsWith(suffix) && statSync(join(tree, path)).isFile())
    .sort();
}

describe("the warm-start cache", () => {
  it("answers again without the engine, in every format and with its own elapsed time", async () => {
    write(
      "policy/modules/system/oops.te",
      "policy_module(oops)\ntype oops_t;\nallow oops_t nothere_t:file read;\n",
    );
    for (const args of [[], ["--format", "gcc"], ["--json"]]) {
      const first = await check(args);
      const second = await check(args);
      expect(first.ran).toBe(true);
      expect(second).toEqual({ ...first, ran: false });
      expect(second.text).toContain("nothere_t");
      expect(second.text).toContain("…");
      expect(second.code).toBe(1);
    }
  });

  it("is neither read nor written with --no-cache", async () => {
    await check(["--no-cache"]);
    expect(existsSync(cache)).toBe(false);
    await check();
    expect((await check(["--no-cache"])).ran).toBe(true);
  });

  it("belongs to one version, one command line and one directory", async () => {
    await check();
    expect((await check([], "2")).ran).toBe(true);
    expect((await check(["--level", "hint"])).ran).toBe(true);
    expect((await check(["--define", "TYPE=mls"])).ran).toBe(true);
    expect((await check(["policy"])).ran).toBe(true);
    expect((await check()).ran).toBe(false);
  });

  it("goes by content where only times changed, and trusts the new times from then on", async () => {
    age();
    await check();
    const [answer = ""] = readdirSync(cache);
    age();
    const before = readFileSync(join(cache, answer), "latin1");
    expect((await check()).ran).toBe(false);
    expect(existsSync(join(cache, answer))).toBe(true);
    expect(before.length).toBeGreaterThan(100);
    expect((await check()).ran).toBe(false);
  });

  it("sees an edit that keeps size and modification time", async () => {
    write(
      "policy/modules/system/same.te",
      "policy_module(same)\ntype same_t;\nallow same_t same_t:file read;\n",
    );
    age();
    const path = join(tree, "policy/modules/system/same.te");
    const { mtime } = statSync(path);
    const first = await check();
    writeFileSync(path, readFileSync(path, "utf8").replace("same_t:file", "sane_t:file"));
    utimesSync(path, mtime, mtime);
    const second = await check();
    expect(second.ran).toBe(true);
    expect(second.text).toContain("sane_t");
    expect(first.text).not.toContain("sane_t");
  });

  it("survives damage: a cut, flipped, emptied or foreign file is a miss", async () => {
    const first = await check();
    const [name = ""] = readdirSync(cache);
    const path = join(cache, name);
    const good = readFileSync(path);
    const flipped = Buffer.from(good);
    flipped[good.length >> 1] = (flipped[good.length >> 1] as number) ^ 1;
    for (const bad of [good.subarray(0, good.length >> 1), flipped, Buffer.alloc(0), Buffer.from("null")]) {
      writeFileSync(path, bad);
      expect(await check()).toEqual(first);
      expect((await check()).ran).toBe(false);
    }
    const store = openStore(cache);
    for (const text of ["null", "[]", "{}", `{"key":1}`, `{"answer":null,"notes":[]}`]) {
      store.write(name, text);
      expect(await check()).toEqual(first);
    }
  });

  it("does without when it cannot be written", async () => {
    writeFileSync(cache, "a file where the directory should be");
    const first = await check();
    expect(await check()).toEqual(first);
    expect(first.ran).toBe(true);
  });

  it("stays small and removes only what is its own", () => {
    const store = openStore(cache);
    mkdirSync(cache);
    writeFileSync(join(cache, "letter.txt"), "dear");
    for (let i = 0; i < 80; i++) {
      const name = `answer-${i.toString(16).padStart(40, "0")}`;
      expect(store.write(name, `${i}`)).toBe(true);
      const used = new Date(1e12 + i * 1000);
      utimesSync(join(cache, name), used, used);
    }
    const kept = readdirSync(cache);
    expect(kept).toContain("letter.txt");
    expect(kept.length).toBeLessThanOrEqual(65);
    expect(kept).toContain(`answer-${(79).toString(16).padStart(40, "0")}`);
    expect(kept).not.toContain(`answer-${"0".repeat(40)}`);
  });

  it("lies where the environment says", () => {
    expect(cacheDirectory({ SELS_CACHE_DIR: "/a" })).toBe("/a");
    expect(cacheDirectory({ SELS_CACHE_DIR: "" })).toBeUndefined();
    expect(cacheDirectory({ XDG_CACHE_HOME: "/b" })).toBe("/b/selinux-language-server");
    expect(cacheDirectory({ XDG_CACHE_HOME: "relative" })).toMatch(/\.cache\/selinux-language-server$/);
  });
});

/** Changes something on disk; each keeps the tree a tree. */
const CHANGES: readonly ((random: (n: number) => number) => void)[] = [
  (random) => appendFileSync(join(tree, some(".te", random)), "allow nobody_t self:file read;\n"),
  (random) => appendFileSync(join(tree, some(".if", random)), "# a remark\n"),
  (random) => {
    const path = join(tree, some(".te", random));
    writeFileSync(path, readFileSync(path, "utf8").replace(/_t\b/, "_u"));
  },
  (random) =>
    write(
      `policy/modules/system/new${random(5)}.te`,
      `type new${random(5)}_t;\nallow new0_t new1_t:file read;\n`,
    ),
  (random) =>
    write(
      `policy/modules/system/new${random(5)}.if`,
      "interface(`new_x',`\n\tgen_require(`type new_t;')\n')\n",
    ),
  (random) => rmSync(join(tree, some(".if", random)), { force: true }),
  (random) =>
    renameSync(join(tree, some(".te", random)), join(tree, `policy/modules/system/moved${random(9)}.te`)),
  () => write("policy/modules.conf", "new0 = module\nnew1 = off\n"),
  () => rmSync(join(tree, "policy/modules.conf"), { force: true }),
  (random) => write("build.conf", `TYPE = ${random(2) === 0 ? "mls" : "standard"}\n`),
  (random) => {
    const now = new Date();
    utimesSync(join(tree, some("", random)), now, now);
  },
  (random) => {
    const link = join(tree, "policy/modules/system/linked.te");
    rmSync(link, { force: true });
    symlinkSync(random(2) === 0 ? "nowhere.te" : "new0.te", link);
  },
  (random) => write(".sels.json", `{ "checks": { "*": "${random(2) === 0 ? "hint" : "off"}" } }`),
  (random) => write("selint.conf", `disable = { C-00${random(9)} }\n`),
  () => undefined,
  () => age(),
];

function some(suffix: string, random: (n: number) => number): string {
  const paths = filesOf(suffix).filter((path) => !path.includes("flask"));
  return paths[random(paths.length)] ?? "policy/modules/system/none.te";
}

describe("property: the cache is never stale", () => {
  it("says after random changes what is said without it", { timeout: 120_000 }, async () => {
    const random = randomSource(7);
    // What changes is beside the tree as well, and would be built against the headers of this machine.
    const headers = join(scratch, "headers");
    cpSync(join(tree, "p/policy/modules/kernel"), join(headers, "kernel"), { recursive: true });
    cpSync(join(tree, "p/policy/support"), join(headers, "support"), { recursive: true });
    writeFileSync(join(headers, "build.conf"), "TYPE ?= mcs\n");
    let reused = 0;
    for (let step = 0; step < 150; step++) {
      try {
        (CHANGES[random(CHANGES.length)] as (typeof CHANGES)[number])(random);
      } catch (error) {
        if ((error as { code?: string }).code !== "ENOENT") throw error;
      }
      const args = ["--headers", headers, ...(random(3) === 0 ? ["--level", "hint", "--json"] : [])];
      const cached = await check(args);
      expect(cached, `step ${step}`).toEqual(await uncached(args, cached));
      if (!cached.ran) reused++;
    }
    expect(reused).toBeGreaterThan(10);
  });
});
