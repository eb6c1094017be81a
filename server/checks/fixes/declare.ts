// Repairs of names that nobody knows: declare them. A type goes behind the last declaration of a type in the module's
// own file, and a name that says what its files are for (`_log_t`, `_conf_t`) gets the call that makes it one where the
// policy has that interface. Booleans and tunables come in front of the types with a description to be filled in. A
// name that is like another one is renamed and not declared (rename.ts).

import {
  N_ATTRIBUTE,
  N_AVRULE,
  N_GENBOOL,
  N_GENREQUIRE,
  N_MODULE,
  N_POLICYMODULE,
  N_REQUIRE,
  N_ROLE,
  N_TUNABLEPOLICY,
  N_TYPE,
} from "../../../grammar/syntax/kinds.ts";
import { endOf, startOf } from "../../../grammar/syntax/tree.ts";
import type { Finding, SymbolKind } from "../../compiler/face.ts";
import type { CheckContext, CheckFile, Fixer } from "../check.ts";
import { nearestName } from "../didYouMean.ts";
import type { Fix, TextChange } from "../fix.ts";
import { changing, placeAt } from "../selint/fixText.ts";
import { enclosing } from "../selint/outline.ts";
import { declaredElsewhere, isSlip, type NameFinding, readFinding } from "./finding.ts";

/** What a type's name says about it: ending, interface, in words. The first interface that there is is taken. */
const MEANINGS: readonly (readonly [RegExp, readonly string[], string])[] = [
  [/_log_t$/, ["logging_log_file"], "a log file"],
  [/_(?:conf|etc|config)_t$/, ["files_config_file"], "a configuration file"],
  [/_tmp_t$/, ["files_tmp_file"], "a temporary file"],
  [/_tmpfs_t$/, ["files_tmpfs_file"], "a tmpfs file"],
  [/_(?:var_run|runtime|pid)_t$/, ["files_runtime_file", "files_pid_file"], "a runtime file"],
  [/_lock_t$/, ["files_lock_file"], "a lock file"],
  [/_unit_t$/, ["init_unit_file"], "a unit file"],
  [/_(?:var_lib|data|content|cache|spool|rw|ro)_t$/, ["files_type"], "a file"],
];

export const DECLARE_FIXER: Fixer = {
  ids: [
    "req-type",
    "type-unknown",
    "E-005",
    "typeattr-unknown",
    "typeattr-undecl",
    "type-attr-undecl",
    "req-bool",
    "cond-unknown",
    "W-012",
  ],
  fixes(context, finding) {
    const said = readFinding(finding);
    const used = context.file(finding.file);
    if (said === undefined || used === undefined || said.isOther) return [];
    if (used.foreign || used.text.slice(finding.start, finding.end) !== said.name) return [];
    if (!/^[A-Za-z]\w*$/.test(said.name) || declaredElsewhere(context, used, said.name).length > 0) return [];
    const file = used.role === "te" ? used : ownSource(context, used);
    if (file === undefined) return [];
    const fix = said.kinds.includes("bool")
      ? declareBoolean(used, file, finding, said.name)
      : said.kinds.includes("type")
        ? declareType(context, file, said.name)
        : said.kinds.includes("attribute")
          ? declareAttribute(file, said.name)
          : undefined;
    if (fix === undefined) return [];
    const meant = meantBy(context, finding, said);
    return [meant !== undefined && isSlip(said.name, meant) ? { ...fix, preferred: false } : fix];
  },
};

/** SELint's findings say no suggestion; their repair makes one (../selint/fixes.ts). */
function meantBy({ compiled }: CheckContext, { code }: Finding, said: NameFinding): string | undefined {
  if (code !== "E-005" && code !== "W-012") return said.meant;
  const kinds: readonly SymbolKind[] = code === "E-005" ? ["type", "alias"] : ["bool", "tunable"];
  return nearestName(
    said.name,
    compiled.symbols(kinds).map((declaration) => declaration.name),
  );
}

/** The module's own file of rules. */
function ownSource(context: CheckContext, { module, path }: CheckFile): CheckFile | undefined {
  const folder = path.slice(0, path.lastIndexOf("/"));
  return context
    .files()
    .find(
      (file) =>
        file.role === "te" && file.module === module && file.path.startsWith(`${folder}/`) && !file.foreign,
    );
}

/** What a type's name says that its files are, and the interface of this policy that makes it a type for them. */
export function meaningOf(
  { compiled }: CheckContext,
  name: string,
): { readonly call: string; readonly what: string } | undefined {
  const [, macros, what] = MEANINGS.find(([pattern]) => pattern.test(name)) ?? [];
  const call = macros?.find((macro) => compiled.macro(macro) !== undefined);
  return call === undefined || what === undefined ? undefined : { call, what };
}

function declareType(context: CheckContext, file: CheckFile, name: string): Fix {
  const meaning = meaningOf(context, name);
  const text = meaning === undefined ? `type ${name};` : `type ${name};\n${meaning.call}(${name})`;
  const title = meaning === undefined ? `Declare type ${name}` : `Declare type ${name} as ${meaning.what}`;
  return changing(
    title,
    `adds ${text.replace("\n", " ")}`,
    true,
    declaration(file, text, meaning !== undefined),
  );
}

function declareAttribute(file: CheckFile, name: string): Fix {
  return changing(
    `Declare attribute ${name}`,
    `adds attribute ${name};`,
    true,
    declaration(file, `attribute ${name};`, false, [N_ATTRIBUTE]),
  );
}

function declareBoolean(used: CheckFile, file: CheckFile, finding: Finding, name: string): Fix {
  const place = placeAt(used, finding.start, finding.end);
  const isTunable =
    place !== undefined &&
    (used.tree.kind[place.node] === N_TUNABLEPOLICY ||
      enclosing(used.tree, place.outline, place.entry, N_TUNABLEPOLICY) >= 0);
  const isPlain = topNodes(file).some((node) => file.tree.kind[node] === N_MODULE);
  const keyword = isTunable ? "gen_tunable" : "gen_bool";
  const statement = isPlain ? `bool ${name} false;` : `${keyword}(${name}, false)`;
  const doc = `## <desc>\n## <p>\n## Determine whether ${name.replaceAll("_", " ")} is wanted.\n## </p>\n## </desc>\n`;
  const title = `Declare ${isTunable ? "tunable" : "boolean"} ${name}, off`;
  const change = declaration(file, isPlain ? statement : `${doc}${statement}`, false, [N_GENBOOL]);
  return changing(title, `adds ${statement}`, true, change);
}

/** Statements at the top of a file. */
function topNodes({ tree }: CheckFile): readonly number[] {
  const found: number[] = [];
  for (let node = 1; node < (tree.end[0] as number); node = tree.end[node] as number) found.push(node);
  return found;
}

const DECLARING = new Set([N_TYPE, N_ATTRIBUTE, N_ROLE, N_GENBOOL, N_GENREQUIRE, N_REQUIRE]);

/**
 * Puts a declaration into the declarations of a module: behind the last one of its kind (and the calls that follow it
 * line by line), else in front of the first declaration, else behind the module statement.
 */
function declaration(
  file: CheckFile,
  text: string,
  isGroup: boolean,
  kinds: readonly number[] = [N_TYPE],
): TextChange {
  const { tree } = file;
  const nodes = topNodes(file);
  const insert = (at: number, put: string): TextChange => ({ file: file.id, start: at, end: at, text: put });
  const like = nodes.findLastIndex((node) => kinds.includes(tree.kind[node] as number));
  if (like >= 0) {
    const at = endOfGroup(file, nodes, like);
    return insert(at, `${isGroup || kinds[0] === N_GENBOOL ? "\n\n" : "\n"}${text}`);
  }
  const first = nodes.find(
    (node) => DECLARING.has(tree.kind[node] as number) && !isRequire(tree.kind[node] as number),
  );
  if (first !== undefined) return insert(beforeComments(file, startOf(tree, first)), `${text}\n\n`);
  const head = nodes.findLast((node) => isHeader(tree.kind[node] as number));
  return head === undefined ? insert(0, `${text}\n\n`) : insert(endOf(tree, head), `\n\n${text}`);
}

function isRequire(kind: number): boolean {
  return kind === N_GENREQUIRE || kind === N_REQUIRE;
}

function isHeader(kind: number): boolean {
  return kind === N_POLICYMODULE || kind === N_MODULE || isRequire(kind);
}

/** The end of the lines that follow a declaration without an empty line between and are no rules. */
function endOfGroup({ tree, text }: CheckFile, nodes: readonly number[], from: number): number {
  let end = endOf(tree, nodes[from] as number);
  for (let i = from + 1; i < nodes.length; i++) {
    const node = nodes[i] as number;
    const between = text.slice(end, startOf(tree, node));
    if (tree.kind[node] === N_AVRULE || between.trim() !== "" || between.split("\n").length > 2) break;
    end = endOf(tree, node);
  }
  return end;
}

/** The start of the comment lines that stand directly above an offset. */
function beforeComments({ text }: CheckFile, offset: number): number {
  let at = text.lastIndexOf("\n", offset - 1) + 1;
  while (at > 0) {
    const before = text.lastIndexOf("\n", at - 2) + 1;
    if (!text.slice(before, at).startsWith("##\t") && !text.slice(before, at).startsWith("## ")) break;
    at = before;
  }
  return at;
}
