// Entries that file_contexts.subs_dist substitutes away: libselinux replaces an aliased beginning of a path before it
// looks the path up (selabel_sub: whole components, one replacement), so an entry whose paths all begin with an alias
// is never asked. Silent where another alias leads to such paths after all, where a tree has no such file, and about the
// entry of an alias that is a symbolic link itself (`/var/run -l`): it says what the link is, and an entry of the same
// context for the link that is looked up instead (`/run -l`) makes it so.

import { N_FCENTRY } from "../../../grammar/syntax/kinds.ts";
import { type FileSpec, specsOf } from "../../analysis/labelling/specs.ts";
import type { Compiled } from "../../compiler/face.ts";
import type { CheckFile, Fixer, PolicyCheck, Substitution } from "../check.ts";

const REST = /^(?:\/|\(\/\.\*\)\??$|$)/;

export const SUBSTITUTED: PolicyCheck = {
  scope: "policy",
  ids: ["fc-substituted"],
  roles: ["fc"],
  run({ compiled, substitutions = [] }, file, report) {
    if (substitutions.length === 0) return;
    for (const spec of specsOf(file.tree, file.id, compiled.options)) {
      if (spec.template || file.tree.kind[spec.node] !== N_FCENTRY) continue;
      const found = substitutionOf(spec, substitutions);
      if (found === undefined || isLink(compiled, file, spec, found)) continue;
      const [alias, original] = found;
      report({
        start: spec.start,
        end: spec.end,
        code: "fc-substituted",
        message: `this entry is never looked up: ${alias} is an alias of ${original} (file_contexts.subs_dist), so its paths are looked up as ${withOriginal(spec.path, alias, original)}`,
      });
    }
  },
};

/** The alias that takes every path of an entry away. */
function substitutionOf(spec: FileSpec, substitutions: readonly Substitution[]): Substitution | undefined {
  const { pattern, path } = spec;
  if (pattern.problems.length > 0) return undefined;
  return substitutions.find((pair) => {
    const alias = pair[0];
    if (!pattern.prefix.startsWith(alias) || pair[1] === "/") return false;
    const rest = restOf(path, alias);
    return rest !== undefined && REST.test(rest) && !isReached(alias, substitutions);
  });
}

/** Is this the link itself, and labelled so by the entry that is looked up? */
function isLink(
  { options }: Compiled,
  file: CheckFile,
  { path, kind, context }: FileSpec,
  [alias, original]: Substitution,
): boolean {
  if (kind !== "l" || restOf(path, alias) !== "") return false;
  const looked = withOriginal(path, alias, original);
  return specsOf(file.tree, file.id, options).some(
    (one) => one.path === looked && one.kind === "l" && one.context === context,
  );
}

/** Can a path come to begin with the alias, by another alias? */
function isReached(alias: string, substitutions: readonly Substitution[]): boolean {
  return substitutions.some(
    ([other, original]) =>
      original === alias ||
      original.startsWith(`${alias}/`) ||
      (other !== alias && alias.startsWith(`${original}/`)),
  );
}

/** What follows the alias in a pattern, which may escape characters of it. */
function restOf(path: string, alias: string): string | undefined {
  let at = 0;
  for (const char of alias) {
    if (path.charAt(at) === "\\") at++;
    if (path.charAt(at) !== char) return undefined;
    at++;
  }
  return path.slice(at);
}

function withOriginal(path: string, alias: string, original: string): string {
  return original.replace(/[.+]/g, "\\$&") + (restOf(path, alias) ?? "");
}

/** Writes the path that is looked up. */
export const WRITE_ORIGINAL: Fixer = {
  ids: ["fc-substituted"],
  fixes(context, finding) {
    const text = context.file(finding.file)?.text.slice(finding.start, finding.end) ?? "";
    const match = /: (\S+) is an alias of (\S+) /.exec(finding.message);
    if (match === null || /[`']/.test(text)) return [];
    const path = withOriginal(text, match[1] as string, match[2] as string);
    return [
      {
        title: `Write ${path}`,
        changes: [{ file: finding.file, start: finding.start, end: finding.end, text: path }],
        policy: { changes: "the entry labels files" },
        preferred: false,
      },
    ];
  },
};
