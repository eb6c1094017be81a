/**
 * Real input: every file of the reference policy and the installed headers parses without an error, what stays
 * unknown is known by name, the monolithic policy.conf parses as a whole, and damaged copies of real files neither
 * throw nor take long.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { createWords, parseFileContexts, parsePolicy } from "../../grammar/parse.ts";
import { N_UNKNOWN } from "../../grammar/syntax/kinds.ts";
import { type SyntaxTree, textOf } from "../../grammar/syntax/tree.ts";
import { startCpuTime } from "../support/cpuTime.ts";
import { buildPolicyConf } from "../support/m4build.ts";
import { describeWithOracle, POLICY_HEADERS, POLICY_SOURCE, policySource } from "../support/oracles.ts";
import { printErrors, treeDefect } from "../support/syntax.ts";

const HEADERS = "/usr/share/selinux/devel/include";

function filesIn(folder: string, wanted: RegExp): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => wanted.test(path))
    .sort();
}

function problems(path: string, tree: SyntaxTree): string[] {
  const defect = treeDefect(tree);
  const errors = printErrors(tree).map((error) => `${path}: ${error}`);
  return defect === undefined ? errors : [...errors, `${path}: ${defect}`];
}

function unknowns(tree: SyntaxTree): string[] {
  const found: string[] = [];
  for (let node = 0; node < tree.count; node++) {
    if (tree.kind[node] === N_UNKNOWN) found.push(textOf(tree, node));
  }
  return found;
}

const POLICY_FILES =
  /\.(te|if|spt)$|corenetwork\.[a-z.]*(in|m4)$|flask\/[^/]+$|\/policy\/(mls|mcs|constraints|users|global_\w+|policy_capabilities)$/;

describeWithOracle("the reference policy", [POLICY_SOURCE], () => {
  const root = (): string => join(policySource() as string, "policy");

  it("parses without an error, and nothing in its modules is unknown", () => {
    const words = createWords();
    const files = filesIn(root(), POLICY_FILES);
    expect(files.length).toBeGreaterThan(800);
    const wrong: string[] = [];
    for (const path of files) {
      const tree = parsePolicy(readFileSync(path, "utf8"), words, "refpolicy");
      wrong.push(...problems(path, tree));
      if (/\.(te|if)$/.test(path)) wrong.push(...unknowns(tree).map((text) => `${path}: unknown ${text}`));
    }
    expect(wrong).toEqual([]);
  });

  it("has file contexts that parse without an error", () => {
    const words = createWords();
    const files = filesIn(root(), /\.fc$/);
    const installed = "/etc/selinux/default/contexts/files";
    if (existsSync(installed)) files.push(...filesIn(installed, /file_contexts(\.homedirs)?$/));
    expect(files.length).toBeGreaterThan(400);
    const wrong = files.flatMap((path) => {
      const tree = parseFileContexts(readFileSync(path, "utf8"), words);
      return [...problems(path, tree), ...unknowns(tree)];
    });
    expect(wrong).toEqual([]);
  });

  it("stays sound, quick and local when a file is damaged", () => {
    const words = createWords();
    const texts = filesIn(root(), /\.(te|if)$/)
      .map((path) => readFileSync(path, "utf8"))
      .filter((text) => text.length > 2_000 && text.length < 60_000);
    const damage = fc.constantFrom(
      "",
      ";",
      "`",
      "'",
      "{",
      "}",
      "(",
      ")",
      ",",
      "\n",
      "\0",
      "#",
      '"',
      " allow ",
    );
    fc.assert(
      fc.property(
        fc.nat(texts.length - 1),
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(12), damage), {
          minLength: 1,
          maxLength: 4,
        }),
        (which, edits) => {
          let text = texts[which] as string;
          for (const [where, length, inserted] of edits) {
            const at = Math.floor(where * text.length);
            text = text.slice(0, at) + inserted + text.slice(at + length);
          }
          const cpuTime = startCpuTime();
          const tree = parsePolicy(text, words, "refpolicy");
          expect(cpuTime()).toBeLessThan(2_000);
          expect(treeDefect(tree)).toBeUndefined();
        },
      ),
      { numRuns: 600, seed: 5 },
    );
  });

  it("gives one error, on its line, for one dropped semicolon", () => {
    const words = createWords();
    const wrong: string[] = [];
    for (const path of filesIn(root(), /services\/[a-d]\w*\.(te|if)$/)) {
      const text = readFileSync(path, "utf8");
      const places = [...text.matchAll(/^[^#\n]*;[ \t]*$/gm)].map(
        (match) => match.index + match[0].lastIndexOf(";"),
      );
      for (let i = 0; i < places.length; i += 25) {
        const at = places[i] as number;
        const tree = parsePolicy(text.slice(0, at) + text.slice(at + 1), words, "refpolicy");
        const [first] = tree.errors;
        const good = tree.errors.length === 1 && first?.code === "parse-semicolon" && first.end === at;
        if (!good)
          wrong.push(`${path}:${text.slice(0, at).split("\n").length} ${printErrors(tree).join(" | ")}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("gives one error for one dropped quote, brace or parenthesis", () => {
    const words = createWords();
    const wrong: string[] = [];
    for (const path of filesIn(root(), /services\/[a-c]\w*\.(te|if)$/)) {
      const text = readFileSync(path, "utf8");
      const code = text.replace(/#.*$/gm, (comment) => " ".repeat(comment.length));
      const places = [...code.matchAll(/[`'{}()]/g)].map((match) => match.index);
      for (let i = 7; i < places.length; i += 17) {
        const at = places[i] as number;
        const tree = parsePolicy(text.slice(0, at) + text.slice(at + 1), words, "refpolicy");
        const line = text.slice(0, at).split("\n").length;
        if (tree.errors.length !== 1)
          wrong.push(`${path}:${line} «${text[at]}» ${printErrors(tree).join(" | ")}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describeWithOracle("policy.conf", [POLICY_SOURCE, "m4"], () => {
  it("parses as a whole without an error", () => {
    const folder = mkdtempSync(join(tmpdir(), "sels-grammar-"));
    try {
      const text = readFileSync(buildPolicyConf(policySource() as string, {}, folder), "latin1");
      expect(text.length).toBeGreaterThan(10_000_000);
      const tree = parsePolicy(text, createWords(), "kernel");
      expect(printErrors(tree)).toEqual([]);
      expect(unknowns(tree)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describeWithOracle("the installed headers", [POLICY_HEADERS], () => {
  it("parse without an error", () => {
    const words = createWords();
    const files = filesIn(HEADERS, /\.(if|spt)$/);
    expect(files.length).toBeGreaterThan(300);
    const wrong = files.flatMap((path) =>
      problems(path, parsePolicy(readFileSync(path, "utf8"), words, "refpolicy")),
    );
    expect(wrong).toEqual([]);
  });
});
