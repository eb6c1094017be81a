// W-001, W-002 and W-011: names of other modules. A module's own file must not use what it neither declares nor
// requires; an interface must require what it uses; and it should require only what its own module declares.

import {
  N_AVRULE,
  N_CALL,
  N_GENREQUIRE,
  N_INTERFACE,
  N_PERMISSIVE,
  N_RANGETRANSITION,
  N_REQUIRE,
  N_REQUIREITEM,
  N_ROLE,
  N_ROLEALLOW,
  N_ROLEATTRIBUTE,
  N_ROLETRANSITION,
  N_ROLETYPES,
  N_TYPE,
  N_TYPEALIAS,
  N_TYPEATTRIBUTE,
  N_TYPERULE,
  N_XPERMRULE,
  SYM_ATTRIBUTE,
  SYM_ATTRIBUTEROLE,
  SYM_BOOL,
  SYM_ROLE,
  SYM_TUNABLE,
  SYM_TYPE,
} from "../../../grammar/syntax/kinds.ts";
import type { SyntaxTree } from "../../../grammar/syntax/tree.ts";
import { T_WORD } from "../../../grammar/text/tokens.ts";
import type { CheckContext, CheckFile, PolicyCheck } from "../check.ts";
import { argumentTexts, type Flavor } from "./facts.ts";
import { flavorBits, isCompiled, type Names, namesOf } from "./names.ts";
import { calleeOf, enclosing, outlineOf, tokenRange, tokenText, wordTokens } from "./outline.ts";
import { isDeclaration, namesIn } from "./statement.ts";
import { IF, isReported, type Place, policyCheck, TE } from "./visit.ts";

/** Statements whose names count. */
export const USES: readonly number[] = [
  N_AVRULE,
  N_XPERMRULE,
  N_TYPERULE,
  N_RANGETRANSITION,
  N_ROLETRANSITION,
  N_ROLEALLOW,
  N_ROLETYPES,
  N_TYPEATTRIBUTE,
  N_ROLEATTRIBUTE,
  N_TYPEALIAS,
  N_PERMISSIVE,
  N_CALL,
  N_TYPE,
  N_ROLE,
];

const OWNED: readonly Flavor[] = ["type", "attribute", "attribute_role"];
const REQUIRABLE: readonly Flavor[] = [...OWNED, "role"];

const FLAVOR_TEXT: Readonly<Record<Flavor, string>> = {
  type: "type",
  attribute: "attribute",
  attribute_role: "role attribute",
  role: "role",
  user: "user",
  bool: "boolean",
};

const OWNED_BITS = flavorBits(OWNED);
const REQUIRABLE_BITS = flavorBits(REQUIRABLE);

/** The flavor under which a name is declared; the first of `flavors` that knows it. */
function flavorOf(names: Names, flavors: readonly Flavor[], name: string): Flavor | undefined {
  return flavors.find((flavor) => names.modulesOf(flavor, name) !== undefined);
}

export const foreignName: PolicyCheck = policyCheck("W-001", TE, USES, (place, say, names, context) => {
  const { tree, node, file } = place;
  const tokens = namesIn(tree, node);
  for (let i = isDeclaration(tree.kind[node] as number) ? 1 : 0; i < tokens.length; i++) {
    const token = tokens[i] as number;
    if ((names.flavorsOf(tree.tokens.word[token] as number) & OWNED_BITS) === 0) continue;
    const name = names.nameAt(tree, token);
    const flavor = flavorOf(names, OWNED, name);
    const modules = flavor === undefined ? undefined : names.modulesOf(flavor, name);
    if (flavor === undefined || modules === undefined || modules.includes(file.module)) continue;
    if (isRequiredBefore(place, name)) continue;
    const range = tokenRange(tree, token);
    if (isReported(context, file, range)) return;
    const what = FLAVOR_TEXT[flavor];
    say(
      range,
      `${what} ${name} belongs to module ${modules[0]}: call one of its interfaces, or require the ${what}`,
    );
    return;
  }
});

/** Does a require block in front of the statement, at its level or further out, hold a name? */
function isRequiredBefore({ tree, outline, entry }: Place, name: string): boolean {
  let level = entry;
  for (let before = entry; before >= 0; before--) {
    if (before === outline.up[level]) level = before;
    else if (outline.up[before] !== outline.up[level]) continue;
    const node = outline.node[before] as number;
    const kind = tree.kind[node];
    if (kind !== N_REQUIRE && kind !== N_GENREQUIRE) continue;
    const tokens: number[] = [];
    wordTokens(tree, node, tokens);
    if (tokens.some((token) => tokenText(tree, token) === name)) return true;
  }
  return false;
}

export const missingRequire: PolicyCheck = {
  scope: "policy",
  ids: ["W-002"],
  roles: IF,
  run(context, file, report) {
    const names = namesOf(context);
    const { tree } = file;
    const outline = outlineOf(tree);
    let required = new Set<number>();
    let end = 0;
    for (let entry = 0; entry < outline.count; entry++) {
      const node = outline.node[entry] as number;
      const kind = tree.kind[node] as number;
      if (kind === N_INTERFACE) {
        required = new Set();
        end = tree.end[node] as number;
      } else if (node >= end) continue;
      else if (kind === N_REQUIREITEM) addWords(tree, node, required);
      else if (USED.has(kind)) {
        const missing = missingName(context, names, file, node, required);
        if (missing !== undefined) report({ ...missing, code: "W-002" });
        if (kind === N_CALL && names.isTemplate(names.nameAt(tree, tree.first[node] as number)))
          for (const made of names.declaredByCall(calleeOf(tree, node), argumentTexts(tree, node)))
            required.add(context.compiled.words.find(made.name));
      }
    }
  },
};

const USED: ReadonlySet<number> = new Set(USES);

function addWords(tree: SyntaxTree, node: number, into: Set<number>): void {
  const { type, word } = tree.tokens;
  const last = tree.last[node] as number;
  for (let token = tree.first[node] as number; token < last; token++)
    if (type[token] === T_WORD) into.add(word[token] as number);
}

function missingName(
  context: CheckContext,
  names: Names,
  file: CheckFile,
  node: number,
  required: ReadonlySet<number>,
): { start: number; end: number; message: string } | undefined {
  const { tree } = file;
  const tokens = namesIn(tree, node);
  for (let i = isDeclaration(tree.kind[node] as number) ? 1 : 0; i < tokens.length; i++) {
    const token = tokens[i] as number;
    const word = tree.tokens.word[token] as number;
    if ((names.flavorsOf(word) & REQUIRABLE_BITS) === 0 || required.has(word)) continue;
    const name = names.nameAt(tree, token);
    // system_r is required by policy_module() itself.
    if (name === "system_r" || name.includes("$")) continue;
    const flavor = flavorOf(names, REQUIRABLE, name);
    if (flavor === undefined) continue;
    const range = tokenRange(tree, token);
    if (isReported(context, file, range)) return undefined;
    return { ...range, message: `${FLAVOR_TEXT[flavor]} ${name} is used here but not required` };
  }
  return undefined;
}

const REQUIRED_FLAVOR: ReadonlyMap<number, Flavor> = new Map<number, Flavor>([
  [SYM_TYPE, "type"],
  [SYM_ATTRIBUTE, "attribute"],
  [SYM_ATTRIBUTEROLE, "attribute_role"],
  [SYM_ROLE, "role"],
  [SYM_BOOL, "bool"],
  [SYM_TUNABLE, "bool"],
]);

export const requiredElsewhere: PolicyCheck = policyCheck(
  "W-011",
  IF,
  [N_REQUIREITEM],
  ({ tree, outline, entry, node, file }, say, names, context) => {
    const flavor = REQUIRED_FLAVOR.get(tree.data[node] as number);
    if (flavor === undefined || enclosing(tree, outline, entry, N_REQUIRE, N_GENREQUIRE) < 0) return;
    const tokens: number[] = [];
    wordTokens(tree, node, tokens);
    for (const token of tokens) {
      const name = tokenText(tree, token);
      if (name.includes("$")) continue;
      const modules = names.modulesOf(flavor, name);
      const what = FLAVOR_TEXT[flavor];
      if (modules === undefined) {
        if (!isCompiled(context.compiled, flavor, name))
          say(tokenRange(tree, token), `no module declares ${what} ${name}`);
      } else if (!modules.includes(file.module) && !(flavor === "role" && modules.includes("kernel")))
        say(tokenRange(tree, token), `${what} ${name} belongs to module ${modules[0]}, not to this one`);
    }
  },
);
