// Repairs of names that exist and are not required: the name goes into the require block of the scope that uses it, in
// the order that C-006 asks for, and a class brings the permissions that the file uses of it. What the headers do not
// know at all is not required but declared (declare.ts): a require of nothing is a module that cannot be loaded.

import { N_AVRULE, N_REQUIREITEM, N_SET, SYM_CLASS } from "../../../grammar/syntax/kinds.ts";
import { endOf, startOf, textOf } from "../../../grammar/syntax/tree.ts";
import type { Declaration, Finding, SymbolKind } from "../../compiler/face.ts";
import { isKernelClass, kernelClass } from "../../kernel/classes.ts";
import type { CheckContext, CheckFile, Fixer } from "../check.ts";
import type { TextChange } from "../fix.ts";
import { changing, indentAt, placeAt, replaceNode, same } from "../selint/fixText.ts";
import { childOf } from "../selint/outline.ts";
import { wordsOf } from "../selint/permissionMacros.ts";
import { requireComparison, requiredNames } from "../selint/requireOrder.ts";
import type { Place } from "../selint/visit.ts";
import { declaredElsewhere, readFinding } from "./finding.ts";
import { itemsOf, newRequire, type RequireScope, requiresIn, scopeOf, scopesAt } from "./scope.ts";

/** Keywords of require statements by what the name is. */
const KEYWORDS: ReadonlyMap<SymbolKind, string> = new Map([
  ["type", "type"],
  ["alias", "type"],
  ["attribute", "attribute"],
  ["role", "role"],
  ["attribute_role", "attribute_role"],
  ["bool", "bool"],
  ["tunable", "bool"],
  ["class", "class"],
]);

const SCOPED = new Set(["req-scope-optional", "req-class-scope", "req-role-scope"]);

/** Requires a name that another module declares. */
const REQUIRE_FIXER: Fixer = {
  ids: ["req-type", "req-class", "req-bool", "role-unknown", "W-001", ...SCOPED],
  fixes(context, finding) {
    const place = placeOf(context, finding);
    if (place === undefined) return [];
    const name = place.file.text.slice(finding.start, finding.end);
    const said = readFinding(finding);
    if (finding.code !== "W-001" && said?.name !== name) return [];
    const known = SCOPED.has(finding.code)
      ? context.compiled.declarations(name)
      : declaredElsewhere(context, place.file, name);
    const keyword = keywordOf(known, name, said?.kinds);
    if (keyword === undefined) return [];
    const permissions = keyword === "class" ? usedPermissions(place, context, name) : [];
    if (keyword === "class" && permissions.length === 0) return [];
    const scope = scopeOf(place, SCOPED.has(finding.code));
    const what = keyword === "class" ? `class ${name} ${braced(permissions)};` : `${keyword} ${name};`;
    const title = `Require ${keyword} ${name}`;
    const change = requireChange(place, scope, keyword, name, what, context);
    // In a whole policy a require outside of optional blocks asks for nothing.
    if (context.compiled.options.mode === "monolithic" && scope.block === 0)
      return [{ ...same(title, change), preferred: false }];
    return [changing(title, `the module needs ${keyword} ${name}`, finding.code !== "W-001", change)];
  },
};

/**
 * The change that requires a name where it is about to be used; undefined where the scope knows it, or where a require
 * would ask for nothing. The text around the offset may be half a statement.
 */
export function requireName(
  file: CheckFile,
  offset: number,
  keyword: string,
  name: string,
  isMonolithic: boolean,
  option: CheckContext["option"],
): TextChange | undefined {
  const scopes = scopesAt(file, offset);
  const [inner] = scopes;
  if (inner === undefined || (inner.scope.block === 0 && (isMonolithic || file.role === "if")))
    return undefined;
  for (const { place, scope } of scopes)
    for (const require of requiresIn(place, scope.block))
      for (const item of itemsOf(place, require))
        if (requiredNames(place.tree, item).some((one) => one.name === name && one.flavor === keyword))
          return undefined;
  return requireChange(inner.place, inner.scope, keyword, name, `${keyword} ${name};`, { option });
}

/** Completes the permissions of a class that the module requires. */
const PERMISSION_FIXER: Fixer = {
  ids: ["req-perm"],
  fixes(context, finding) {
    const place = placeOf(context, finding);
    const said = readFinding(finding);
    if (place === undefined || said === undefined) return [];
    const { tclass } = said;
    if (isKernelClass(tclass) && kernelClass(tclass)?.permissions.includes(said.name) !== true) return [];
    const item = classItem(place, scopeOf(place, true), tclass) ?? classItem(place, scopeOf(place), tclass);
    const set = item === undefined ? -1 : childOf(place.tree, item, 1);
    if (set < 0 || /[~*#(]/.test(textOf(place.tree, set))) return [];
    const merged = [...new Set([...wordsOf(place.tree, set), said.name])].sort();
    const change = replaceNode(place.file, place.tree, set, braced(merged));
    const title = `Require permission ${said.name} of class ${tclass}`;
    return [changing(title, `the module needs this permission`, true, change)];
  },
};

function placeOf(context: CheckContext, finding: Finding): Place | undefined {
  const file = context.file(finding.file);
  if (file === undefined || file.foreign || file.generated) return undefined;
  if (file.role !== "te" && file.role !== "if") return undefined;
  return placeAt(file, finding.start, finding.end);
}

/** How a name is required: what it is, among the kinds that the use asks for. */
function keywordOf(
  declarations: readonly Declaration[],
  name: string,
  kinds: readonly SymbolKind[] | undefined,
): string | undefined {
  if (kinds?.[0] === "class") return kernelClass(name) !== undefined ? "class" : undefined;
  const keywords = new Set(
    (kinds ?? ["type", "attribute", "attribute_role"]).map((kind) => KEYWORDS.get(kind)),
  );
  for (const { kind } of declarations) {
    const keyword = KEYWORDS.get(kind);
    if (keyword !== undefined && keywords.has(keyword)) return keyword;
  }
  return undefined;
}

/** The permissions of a class that the rules of a file name, sorted. */
function usedPermissions(
  { tree, file }: Place,
  { compiled }: CheckContext,
  tclass: string,
): readonly string[] {
  const found = new Set<string>();
  const known = kernelClass(tclass)?.permissions ?? [];
  // Asked for each finding of a file, and a file may hold thousands of rules: the same text is looked at once, and
  // only what is more than plain names is worth a search for what it becomes.
  const seen = new Set<string>();
  for (let node = 1; node < tree.count; node++) {
    if (tree.kind[node] !== N_AVRULE) continue;
    if (!wordsOf(tree, childOf(tree, node, 2)).includes(tclass)) continue;
    const set = childOf(tree, node, 3);
    const text = textOf(tree, set);
    if (seen.has(text)) continue;
    seen.add(text);
    const words = wordsOf(tree, set);
    const isPlain = words.every((word) => known.includes(word) && compiled.macro(word) === undefined);
    const names = /[~*]/.test(text)
      ? known
      : isPlain
        ? words
        : compiled.expandSet(file.id, startOf(tree, set), endOf(tree, set));
    for (const name of names.length > 0 ? names : words) if (known.includes(name)) found.add(name);
  }
  return [...found].sort();
}

function requireChange(
  place: Place,
  scope: RequireScope,
  keyword: string,
  name: string,
  text: string,
  context: Pick<CheckContext, "option">,
): TextChange {
  if (scope.require < 0) return newRequire(place, scope, [text]);
  const { file, tree } = place;
  const items = itemsOf(place, scope.require);
  const last = items.at(-1);
  if (last === undefined) {
    const at = openEnd(place, scope.require);
    return {
      file: file.id,
      start: at,
      end: at,
      text: `\n${indentAt(file.text, startOf(tree, scope.require))}\t${text}`,
    };
  }
  const compare = requireComparison((id, key) => context.option(id, key));
  const own = { flavor: keyword, token: 0, name };
  const next = items.find((item) => {
    const first = requiredNames(tree, item)[0];
    return first !== undefined && compare(own, first) < 0;
  });
  if (next === undefined) {
    const at = endOf(tree, last);
    return {
      file: file.id,
      start: at,
      end: at,
      text: `\n${indentAt(file.text, startOf(tree, last))}${text}`,
    };
  }
  const at = startOf(tree, next);
  const line = file.text.lastIndexOf("\n", at - 1) + 1;
  const indent = file.text.slice(line, at);
  return {
    file: file.id,
    start: at,
    end: at,
    text: indent.trim() === "" ? `${text}\n${indent}` : `${text} `,
  };
}

/** Where the opening quote or brace of a require block ends. */
function openEnd({ tree, file }: Place, require: number): number {
  const start = startOf(tree, require);
  const open = file.text.slice(start, endOf(tree, require)).search(/[`{]/);
  return start + open + 1;
}

/** The statement that requires a class in a scope. */
function classItem(place: Place, { require }: RequireScope, tclass: string): number | undefined {
  const { tree } = place;
  if (require < 0) return undefined;
  return itemsOf(place, require).find(
    (item) =>
      tree.kind[item] === N_REQUIREITEM &&
      tree.data[item] === SYM_CLASS &&
      requiredNames(tree, item).some(({ name }) => name === tclass) &&
      (tree.kind[childOf(tree, item, 0)] !== N_SET || requiredNames(tree, item).length === 1),
  );
}

function braced(names: readonly string[]): string {
  return names.length === 1 ? (names[0] as string) : `{ ${names.join(" ")} }`;
}

export const REQUIRE_FIXERS: readonly Fixer[] = [REQUIRE_FIXER, PERMISSION_FIXER];
