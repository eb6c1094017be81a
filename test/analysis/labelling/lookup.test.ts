/**
 * File contexts as libselinux sees them: what patterns match, what is wrong with them, and which entry wins. The whole
 * reference policy's entries are looked up beside matchpathcon.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseFileContexts } from "../../../grammar/contexts/fileContexts.ts";
import { createWords } from "../../../grammar/parse.ts";
import { labelIndex, lookupLabel, parseSubstitutions } from "../../../server/analysis/labelling/lookup.ts";
import { compileMatcher, example, includes, matches } from "../../../server/analysis/labelling/matcher.ts";
import { parsePattern } from "../../../server/analysis/labelling/pattern.ts";
import { type FileSpec, sorted, specsOf } from "../../../server/analysis/labelling/specs.ts";
import { createNodeFileSystem } from "../../../server/cli/nodeFileSystem.ts";
import type { BuildOptions } from "../../../server/compiler/face.ts";
import { discover } from "../../../server/workspace/discover.ts";
import { describeWithOracle, POLICY_SOURCE, policySource } from "../../support/oracles.ts";

const PLAIN: BuildOptions = {
  defines: new Map(),
  mls: false,
  mode: "monolithic",
  handleUnknown: "deny",
  booleans: new Map(),
};

function specs(text: string, defines: readonly string[] = []): readonly FileSpec[] {
  const tree = parseFileContexts(text, createWords());
  return sorted(specsOf(tree, 0, { ...PLAIN, defines: new Map(defines.map((name) => [name, ""])) }));
}

function matcherOf(pattern: string) {
  const matcher = compileMatcher(parsePattern(pattern));
  if (matcher === undefined) throw new Error(`${pattern} does not compile`);
  return matcher;
}

describe("patterns", () => {
  it.each([
    ["/etc(/.*)?", ["/etc", "/etc/", "/etc/a/b"], ["/et", "/etcx"]],
    ["/dev/[shmxv]d[^/]*", ["/dev/sda1", "/dev/vd"], ["/dev/sd/a", "/dev/ad"]],
    ["/a\\.b{2,3}", ["/a.bb", "/a.bbb"], ["/axbb", "/a.b", "/a.bbbb"]],
    ["/x[[:digit:]]+", ["/x1", "/x23"], ["/x", "/xa"]],
    ["/(a|b|)c", ["/ac", "/bc", "/c"], ["/abc"]],
    ["/a|/b", ["/a", "/anything", "x/b"], ["/c", "b"]],
  ])("%s", (pattern, yes, no) => {
    const matcher = matcherOf(pattern);
    for (const path of yes) expect([path, matches(matcher, path)]).toEqual([path, true]);
    for (const path of no) expect([path, matches(matcher, path)]).toEqual([path, false]);
  });

  it.each([
    ["/a(b", "fc-regex-invalid", 2],
    ["/a)b", "fc-regex-invalid", 2],
    ["/a[b", "fc-regex-invalid", 2],
    ["/a[z-a]", "fc-regex-invalid", 3],
    ["*/a", "fc-regex-invalid", 0],
    ["/a\\", "fc-regex-invalid", 2],
    ["/a{3,2}", "fc-regex-invalid", 1],
    ["/(a*)*b", "fc-regex-costly", 1],
    ["/a|/b", "fc-regex-alternation", 2],
  ])("%s has a problem", (pattern, code, start) => {
    expect(parsePattern(pattern).problems.map((one) => [one.code, one.start])).toEqual([[code, start]]);
  });

  it("takes linear time where PCRE takes exponential time", () => {
    const matcher = matcherOf("/(a*)*(a*)*b");
    expect(matches(matcher, `/${"a".repeat(5000)}`)).toBe(false);
  });

  it("compares what patterns match", () => {
    expect(includes(matcherOf("/usr/.*"), matcherOf("/usr/lib(/.*)?"))).toBe(true);
    expect(includes(matcherOf("/usr/lib/.*"), matcherOf("/usr/lib(/.*)?"))).toBe(false);
    expect(includes(matcherOf("/[a-z]+"), matcherOf("/a?b"))).toBe(true);
  });

  it("bounds nesting and repetition", () => {
    expect(parsePattern("(".repeat(5000)).problems).toHaveLength(1);
    expect(compileMatcher(parsePattern("((((a{1000}){1000}){1000}){1000})"))).toBeUndefined();
  });
});

describe("entries", () => {
  it("makes contexts as gen_context does, in the branches of the build", () => {
    const text = [
      "/a\t--\tgen_context(system_u:object_r:a_t,s0,c1)",
      "ifdef(`distro_debian',`",
      "/b gen_context(system_u:object_r:b_t,s0)",
      "',`",
      "/c gen_context(system_u:object_r:c_t,s0)",
      "')",
      "/d <<none>>",
    ].join("\n");
    expect(specs(text).map((one) => [one.path, one.kind, one.context])).toEqual([
      ["/c", "", "system_u:object_r:c_t"],
      ["/d", "", undefined],
      ["/a", "-", "system_u:object_r:a_t"],
    ]);
    expect(specs(text, ["enable_mcs", "distro_debian"]).map((one) => one.context)).toEqual([
      "system_u:object_r:b_t:s0",
      undefined,
      "system_u:object_r:a_t:s0:c1",
    ]);
  });

  it("tells the winner and who lost, after substitution", () => {
    const index = labelIndex(
      specs("/.* a:b:default_t\n/usr/lib(/.*)? a:b:lib_t\n/usr/lib/x -d a:b:x_t\n/usr/lib/y\\.so -- a:b:y_t"),
    );
    const subs = parseSubstitutions("# aliases\n/lib64 /usr/lib\n");
    const answer = lookupLabel(index, "//lib64//x/", "d", subs);
    expect(answer.winner?.context).toBe("a:b:x_t");
    expect(answer.losers.map((one) => one.context)).toEqual(["a:b:lib_t", "a:b:default_t"]);
    expect(answer.path).toBe("/usr/lib/x");
    expect(lookupLabel(index, "/lib64x", "", subs).winner?.context).toBe("a:b:default_t");
  });
});

const KINDS: readonly (readonly [string, string])[] = [
  ["-", "file"],
  ["d", "dir"],
  ["l", "lnk_file"],
  ["b", "blk_file"],
];

describeWithOracle("file contexts of the reference policy", [POLICY_SOURCE, "matchpathcon"], () => {
  it("labels every path as libselinux does", () => {
    const root = policySource() as string;
    const [project] = discover(createNodeFileSystem(), root, { defines: [] });
    const words = createWords();
    const all = sorted(
      (project?.sources ?? [])
        .filter((source) => source.role === "fc" && source.enabled)
        .flatMap((source, id) => {
          const tree = parseFileContexts(source.generated?.text ?? readFileSync(source.path, "utf8"), words);
          return specsOf(tree, id, project?.options ?? PLAIN);
        })
        .filter((one) => !one.template),
    );
    expect(all.length).toBeGreaterThan(5000);
    const subs = readFileSync(join(root, "config/file_contexts.subs_dist"), "utf8");
    const paths = all.flatMap((one, i) => {
      const path = one.pattern.root === undefined ? "" : example(one.pattern.root);
      return path.startsWith("/") && i % 3 === 0
        ? [path, `${path}/x`, path.replace("/usr/lib/", "/lib64/")]
        : [];
    });
    const scratch = mkdtempSync(join(tmpdir(), "sels-fc-"));
    const file = join(scratch, "file_contexts");
    const lines = all.map(
      (one) => `${one.path}\t${one.kind === "" ? "" : `-${one.kind}\t`}${one.context ?? "<<none>>"}`,
    );
    writeFileSync(file, `${lines.join("\n")}\n`);
    writeFileSync(`${file}.subs_dist`, subs);
    const index = labelIndex(all);
    const different: string[] = [];
    for (const [kind, mode] of KINDS) {
      const answers = execFileSync("matchpathcon", ["-n", "-f", file, "-m", mode, ...paths], {
        encoding: "utf8",
        maxBuffer: 1 << 26,
      })
        .trim()
        .split("\n");
      expect(answers).toHaveLength(paths.length);
      paths.forEach((path, i) => {
        const ours = lookupLabel(index, path, kind, parseSubstitutions(subs)).winner?.context ?? "<<none>>";
        if (ours !== answers[i]) different.push(`${path} ${kind}: ${ours}, not ${answers[i]}`);
      });
    }
    rmSync(scratch, { recursive: true, force: true });
    expect(different).toEqual([]);
  }, 60_000);
});
