// Repairs of types that lack something: the call that makes a type one for files, or a domain one that processes get
// into. What kind of domain is meant nobody can tell for sure, so a daemon is only offered first where nothing at all
// has been said about it.

import { endOf, startOf } from "../../../grammar/syntax/tree.ts";
import type { CheckContext, CheckFile, Fixer } from "../check.ts";
import type { Fix } from "../fix.ts";
import { meaningOf } from "../fixes/declare.ts";
import { changing, fixer, indentAt, placeAt } from "../selint/fixText.ts";
import { isDomain, missingOfDomain, NO_PROGRAM, NO_ROLE, NO_WAY } from "./incompleteTypes.ts";
import { ownTypes } from "./ownTypes.ts";

/** For types whose name does not say what they are for. */
const ANY_FILE = "files_type";

export const COMPLETE_FILE_TYPE = fixer(["file-type-incomplete"], ({ file }, finding, context) => {
  const name = file.text.slice(finding.start, finding.end);
  const domain = name.replace(/_exec_t$/, "_t");
  // The program of a domain is made one with it.
  if (domain !== name && ownTypes(context, file).has(domain)) return programOf(context, file, domain, name);
  const meaning = meaningOf(context, name);
  const call = meaning?.call ?? (context.compiled.macro(ANY_FILE) === undefined ? undefined : ANY_FILE);
  if (call === undefined) return undefined;
  return insertBehind(
    context,
    file,
    [name],
    `${call}(${name})`,
    `Make it the type of ${meaning?.what ?? "a file"}`,
    true,
  );
});

function programOf(context: CheckContext, file: CheckFile, domain: string, program: string): Fix | undefined {
  const datum = context.compiled.db.types.get(domain);
  const isNew =
    datum === undefined || !isDomain(context, datum) || missingOfDomain(context, file, datum) !== 0;
  const macro = isNew ? "init_daemon_domain" : "domain_entry_file";
  if (context.compiled.macro(macro) === undefined) return undefined;
  const title = isNew ? daemonTitle(program) : `Enter ${domain} by it`;
  return insertBehind(context, file, [domain, program], `${macro}(${domain}, ${program})`, title, true);
}

function daemonTitle(program: string): string {
  return `Make it a daemon that init starts from ${program}`;
}

export const COMPLETE_DOMAIN: Fixer = {
  ids: ["domain-incomplete"],
  fixes(context, finding) {
    const file = context.file(finding.file);
    const name = file?.text.slice(finding.start, finding.end) ?? "";
    const datum = context.compiled.db.types.get(name);
    if (file === undefined || datum === undefined) return [];
    const missing = missingOfDomain(context, file, datum);
    const program = `${name.replace(/_t$/, "")}_exec_t`;
    const hasProgram = ownTypes(context, file).has(program);
    const has = (macro: string): boolean => hasProgram && context.compiled.macro(macro) !== undefined;
    const found: (Fix | undefined)[] = [];
    if (missing === NO_PROGRAM && has("domain_entry_file"))
      found.push(
        insertBehind(
          context,
          file,
          [name, program],
          `domain_entry_file(${name}, ${program})`,
          `Enter it by ${program}`,
          true,
        ),
      );
    if ((missing & NO_ROLE) !== 0 && (missing & NO_PROGRAM) === 0) found.push(roleOf(context, file, name));
    if ((missing & ~NO_WAY) !== 0 && has("init_daemon_domain")) {
      const call = `init_daemon_domain(${name}, ${program})`;
      const title = daemonTitle(program);
      found.push(
        insertBehind(
          context,
          file,
          [name, program],
          call,
          title,
          missing === (NO_PROGRAM | NO_ROLE | NO_WAY),
        ),
      );
    }
    return found.filter((fix) => fix !== undefined);
  },
};

function roleOf(context: CheckContext, file: CheckFile, name: string): Fix | undefined {
  if (context.compiled.db.roles.get("system_r") === undefined) return undefined;
  return insertBehind(
    context,
    file,
    [name],
    `role system_r types ${name};`,
    "Give it to the role system_r",
    true,
  );
}

/** Puts a line behind the last of some declarations. */
function insertBehind(
  context: CheckContext,
  file: CheckFile,
  names: readonly string[],
  line: string,
  title: string,
  isPreferred: boolean,
): Fix | undefined {
  let last: { readonly at: number; readonly indent: string } | undefined;
  for (const [name, { start, end }] of ownTypes(context, file)) {
    if (!names.includes(name)) continue;
    const place = placeAt(file, start, end);
    if (place === undefined) return undefined;
    const at = endOf(file.tree, place.node);
    if (last === undefined || at > last.at)
      last = { at, indent: indentAt(file.text, startOf(file.tree, place.node)) };
  }
  if (last === undefined) return undefined;
  const text = `\n${last.indent}${line}`;
  return changing(title, `adds ${line}`, isPreferred, { file: file.id, start: last.at, end: last.at, text });
}
