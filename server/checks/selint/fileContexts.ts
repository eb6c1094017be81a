// S-002, S-007, S-011, W-004, E-002, E-003, E-004 and E-005: the lines of file contexts. Entries in every branch of an
// `ifdef` count. Installed files (`file_contexts`) are not policy source and are left alone.

import {
  N_CONTEXT,
  N_FCENTRY,
  N_GENCONTEXT,
  N_NAME,
  N_RANGE,
  N_UNKNOWN,
} from "../../../grammar/syntax/kinds.ts";
import { endOf, type SyntaxTree, startOf, textOf } from "../../../grammar/syntax/tree.ts";
import type { CheckFile, TextCheck } from "../check.ts";
import { builtSpecs } from "../labelling/contexts.ts";
import type { Flavor } from "./facts.ts";
import { isCompiled } from "./names.ts";
import { keywordRange, type Range } from "./outline.ts";
import { FC, policyCheck, textCheck, wordsOption } from "./visit.ts";

/** The names of an entry's context (user, role, type), or undefined for `<<none>>`. */
function contextNames(tree: SyntaxTree, entry: number): readonly number[] | undefined {
  for (let node = entry + 1; node < (tree.end[entry] as number); node++) {
    if (tree.kind[node] !== N_CONTEXT) continue;
    const names: number[] = [];
    for (let child = node + 1; child < (tree.end[node] as number); child = tree.end[child] as number)
      if (tree.kind[child] === N_NAME) names.push(child);
    return names.length === 3 ? names : undefined;
  }
  return undefined;
}

function rangeOf(tree: SyntaxTree, node: number): Range {
  return { start: startOf(tree, node), end: endOf(tree, node) };
}

/** Files that the build system makes. */
function isGenerated(file: CheckFile): boolean {
  const name = file.path.slice(file.path.lastIndexOf("/") + 1);
  return name === "base.fc" || name === "all_mods.fc" || name.endsWith(".mod.fc");
}

export const foreignContext = policyCheck(
  "S-002",
  FC,
  [N_FCENTRY],
  ({ tree, node, file }, say, names, context) => {
    if (isGenerated(file) && context.option("S-002", "skip_checking_generated_fcs") !== false) return;
    const type = contextNames(tree, node)?.[2];
    if (type === undefined) return;
    const name = textOf(tree, type);
    const modules = names.modulesOf("type", name);
    if (modules === undefined || modules.includes(file.module)) return;
    say(rangeOf(tree, type), `type ${name} belongs to module ${modules[0]}, and so do its file contexts`);
  },
);

export const missingLevel = textCheck("S-007", FC, [N_FCENTRY], ({ tree, node }, say) => {
  for (let inner = node + 1; inner < (tree.end[node] as number); inner++) {
    if (tree.kind[inner] !== N_GENCONTEXT) continue;
    for (let part = inner + 1; part < (tree.end[inner] as number); part++)
      if (tree.kind[part] === N_RANGE) return;
    say(
      keywordRange(tree, inner),
      "gen_context has no level, so an MLS or MCS build gets an invalid context",
    );
    return;
  }
});

export const blankLine: TextCheck = {
  scope: "text",
  ids: ["S-011"],
  roles: FC,
  run({ text }, _option, report) {
    for (const match of text.matchAll(/^[ \t]+$/gm))
      report({
        start: match.index,
        end: match.index + match[0].length,
        code: "S-011",
        message: "this line holds only blanks",
      });
  },
};

export const contextRegex = textCheck("W-004", FC, [N_FCENTRY], ({ tree, node }, say) => {
  const path = node + 1;
  if (contextNames(tree, node) === undefined || tree.kind[path] !== N_NAME) return;
  const text = textOf(tree, path);
  const at = unescapedAt(text);
  if (at < 0) return;
  const start = startOf(tree, path) + at;
  const char = text.charAt(at);
  const meaning = char === "." ? "any character" : "a repetition of the character before it";
  say(
    { start, end: start + 1 },
    `\`${char}\` means ${meaning} here: write \`\\${char}\` for the character itself`,
  );
});

/** Place of the first special character that is probably meant literally, or -1. */
function unescapedAt(path: string): number {
  let before = "";
  for (let at = 0; at < path.length; at++) {
    const char = path.charAt(at);
    if (char === "[" && before !== "\\") {
      at = endOfBrackets(path, at);
      before = "]";
      continue;
    }
    const after = path.charAt(at + 1);
    if (char === "." && before !== "\\" && !"*+?".includes(after || " ")) return at;
    if ((char === "*" || char === "+") && !"\\.])".includes(before || " ")) return at;
    before = char;
  }
  return -1;
}

/** The bracket that closes a set of characters. */
function endOfBrackets(path: string, start: number): number {
  for (let at = start + 1; at < path.length; at++)
    if (path.charAt(at) === "]" && path.charAt(at - 1) !== "\\") return at;
  return path.length;
}

export const badContextLine = textCheck("E-002", FC, [N_UNKNOWN], ({ tree, node }, say) => {
  say(rangeOf(tree, node), "this is no file context");
});

function contextCheck(id: string, flavor: Flavor, index: number, key: string, assumed: readonly string[]) {
  return policyCheck(id, FC, [N_FCENTRY], ({ tree, node, file }, say, names, context) => {
    const leaf = contextNames(tree, node)?.[index];
    if (leaf === undefined) return;
    const name = textOf(tree, leaf);
    if (names.modulesOf(flavor, name) !== undefined) return;
    if (key !== "" && wordsOption((of, what) => context.option(of, what), id, key, assumed).includes(name))
      return;
    if (isCompiled(context.compiled, flavor, name) || isTemplateName(name)) return;
    say(
      rangeOf(tree, leaf),
      `no module declares ${flavor} ${name}`,
      builtSpecs(context, file).some((spec) => spec.node === node),
    );
  });
}

/** Names that genhomedircon puts values in place of. */
function isTemplateName(name: string): boolean {
  return name === "ROLE" || name === "USER" || name.includes("$");
}

export const contextUser = contextCheck("E-003", "user", 0, "assume_users", ["system_u"]);
export const contextRole = contextCheck("E-004", "role", 1, "assume_roles", ["object_r"]);
export const contextType = contextCheck("E-005", "type", 2, "", []);
