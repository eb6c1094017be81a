// Repairs of what SELint's checks find, where the repair is mechanical. What makes rules say something else says so;
// names that were probably meant are taken only by who asks for what changes the policy.

import {
  N_AVRULE,
  N_BLOCK,
  N_COMPLEMENT,
  N_IF,
  N_INTERFACE,
  N_SET,
  N_TUNABLEPOLICY,
  N_XPERMRULE,
} from "../../../grammar/syntax/kinds.ts";
import { endOf, type SyntaxTree, startOf, textOf } from "../../../grammar/syntax/tree.ts";
import { permissionNames } from "../../policydb/policydb.ts";
import type { CheckContext, Fixer } from "../check.ts";
import { nearestName } from "../didYouMean.ts";
import { REQUIRE_FIXERS } from "./fixRequires.ts";
import { changing, fixer, indentAt, removeLines, replaceNode, replaceRange, same } from "./fixText.ts";
import { proposalFor } from "./macroSets.ts";
import { type Names, namesOf } from "./names.ts";
import { childOf, enclosing, tokenText } from "./outline.ts";
import { wordsOf } from "./permissionMacros.ts";
import { comparePermissions, permissionItems, permissionSet } from "./permissionOrder.ts";

const describeInterface = fixer(["C-004"], ({ file, tree, outline, entry, node }) => {
  const kind = tree.kind[node];
  const owner =
    kind === N_INTERFACE ? node : (outline.node[enclosing(tree, outline, entry, N_INTERFACE)] ?? -1);
  if (owner < 0) return undefined;
  const at = startOf(tree, owner);
  const numbers = [...textOf(tree, owner).matchAll(/\$(\d)/g)].map((match) => Number(match[1]));
  const lines = ["#".repeat(40), "## <summary>", "##\tSummary.", "## </summary>"];
  const first = tree.data[owner] === 1 ? "prefix" : "domain";
  for (let index = 1; index <= Math.max(0, ...numbers); index++) {
    const name = index === 1 ? first : `parameter${index}`;
    const what = name === "domain" ? "Domain allowed access." : "Description.";
    lines.push(`## <param name="${name}">`, "##\t<summary>", `##\t${what}`, "##\t</summary>", "## </param>");
  }
  return same("Document it", { file: file.id, start: at, end: at, text: `${lines.join("\n")}\n#\n` });
});

const sortPermissions = fixer(["C-005"], ({ file, tree, node }) => {
  const set = bracesOf(tree, permissionSet(tree, node));
  if (set < 0 || textOf(tree, set).includes("#")) return undefined;
  const items = permissionItems(tree, set);
  if (items.some((item) => item < 0 || textOf(tree, item).startsWith("-"))) return undefined;
  const numbers = tree.kind[node] === N_XPERMRULE;
  const sorted = [...new Set(items.map((item) => textOf(tree, item)))];
  sorted.sort((a, b) => comparePermissions(a, b, numbers));
  return same("Sort the permissions", replaceNode(file, tree, set, `{ ${sorted.join(" ")} }`));
});

/** The braces of a set of permissions, behind a `~` where there is one; nested sets are left alone. */
function bracesOf(tree: SyntaxTree, set: number): number {
  const inner = set >= 0 && tree.kind[set] === N_COMPLEMENT ? set + 1 : set;
  if (inner < 0 || tree.kind[inner] !== N_SET) return -1;
  for (let child = inner + 1; child < (tree.end[inner] as number); child = tree.end[child] as number)
    if (tree.kind[child] === N_SET || tree.kind[child] === N_COMPLEMENT) return -1;
  return inner;
}

const sayThisSelf = fixer(["C-007"], (_place, finding) => same("Say self", replaceRange(finding, "self")));

const removeSemicolon = fixer(["S-003"], ({ file }, { start, end }) =>
  same("Remove the semicolon", removeLines(file, start, end)),
);

const policyModule = fixer(["S-006"], ({ file, tree, node }) => {
  const name = childOf(tree, node, 0);
  const version = childOf(tree, node, 1);
  if (name < 0) return undefined;
  const text = `policy_module(${textOf(tree, name)}, ${version < 0 ? "1.0" : textOf(tree, version)})`;
  const what = "the module requires the classes and roles of the reference policy";
  return changing("Use policy_module()", what, true, replaceNode(file, tree, node, text));
});

const addLevel = fixer(["S-007"], ({ file, tree, node }) => {
  const at = endOf(tree, node) - 1;
  if (file.text.charAt(at) !== ")") return undefined;
  const change = { file: file.id, start: at, end: at, text: ",s0" };
  return changing("Write the level s0", "files of this path get the level s0", true, change);
});

const otherMacro = fixer(["S-009"], ({ file, tree, node }, finding, context) => {
  const classes = wordsOf(tree, childOf(tree, node, 2));
  const macro = file.text.slice(finding.start, finding.end);
  const names = namesOf(context);
  const wanted = macro.replace(
    /_(?:(?:lnk_|chr_|blk_|sock_|fifo_)?file|dir|term)_perms$/,
    `_${classes[0]}_perms`,
  );
  if (classes.length !== 1 || wanted === macro || !names.macros.has(wanted)) return undefined;
  const title = `Use ${wanted}`;
  const before = permissionsOf(names, macro);
  const after = permissionsOf(names, wanted);
  const gained = [...after].filter((name) => !before.has(name));
  const lost = [...before].filter((name) => !after.has(name));
  if (gained.length === 0 && lost.length === 0) return same(title, replaceRange(finding, wanted));
  const parts = [
    gained.length === 0 ? "" : `grants ${gained.join(", ")}`,
    lost.length === 0 ? "" : `no longer grants ${lost.join(", ")}`,
  ];
  return changing(
    title,
    parts.filter((part) => part !== "").join("; "),
    false,
    replaceRange(finding, wanted),
  );
});

/** What a permission macro stands for, macros in it included. */
function permissionsOf(names: Names, macro: string, seen: Set<string> = new Set()): ReadonlySet<string> {
  const found = new Set<string>();
  for (const word of names.macros.get(macro) ?? []) {
    if (!names.macros.has(word)) found.add(word);
    else if (!seen.has(word)) for (const name of permissionsOf(names, word, seen.add(word))) found.add(name);
  }
  return found;
}

const useMacro = fixer(["S-010"], ({ file, tree, node }, finding, context) => {
  if (tree.kind[node] !== N_AVRULE) return undefined;
  const set = childOf(tree, node, 3);
  const words = wordsOf(tree, set);
  const proposal = proposalFor(context, wordsOf(tree, childOf(tree, node, 2))[0] ?? "", words);
  if (proposal === undefined || textOf(tree, set).includes("#") || textOf(tree, set).includes("-"))
    return undefined;
  const kept = words.filter((word) => !proposal.replaces.includes(word));
  const sorted = [...new Set([...kept, proposal.macro])].sort();
  const text = sorted.length === 1 ? proposal.macro : `{ ${sorted.join(" ")} }`;
  const change = { file: file.id, start: finding.start, end: finding.end, text };
  if (proposal.adds.length === 0) return same(`Use ${proposal.macro}`, change);
  return changing(`Use ${proposal.macro}`, `grants ${proposal.adds.join(", ")}`, false, change);
});

const emptyLine: Fixer = {
  ids: ["S-011"],
  fixes: (_context, finding) => [same("Remove the blanks", replaceRange(finding, ""))],
};

const escapeCharacter = fixer(["W-004"], (_place, finding) => {
  const change = { file: finding.file, start: finding.start, end: finding.start, text: "\\" };
  return changing("Escape the character", "the pattern matches this character only", true, change);
});

/** Rules of a call that are looked at. */
const MOST_RULES = 5000;

const makeOptional = fixer(["W-005"], ({ file, tree, outline, entry, node }, _finding, context) => {
  // The compilers take no optional block in a conditional one.
  if (enclosing(tree, outline, entry, N_IF, N_TUNABLEPOLICY) >= 0) return undefined;
  const up = outline.up[entry] as number;
  if (up >= 0 && tree.kind[outline.node[up] as number] !== N_BLOCK) return undefined;
  const start = startOf(tree, node);
  // What becomes nothing in this build leaves an empty block, which checkpolicy refuses.
  const inInterface = enclosing(tree, outline, entry, N_INTERFACE) >= 0;
  const rules = inInterface ? [] : context.compiled.expand(file.id, start, MOST_RULES);
  if (!inInterface && rules.length === 0) return undefined;
  // What a template declares would be out of scope for everything behind the block.
  if (namesOf(context).isTemplate(tokenText(tree, tree.first[node] as number))) return undefined;
  const indent = indentAt(file.text, start);
  const text = `optional_policy(\`\n${indent}\t${textOf(tree, node)}\n${indent}')`;
  const title = "Put the call into an optional block";
  const change = replaceNode(file, tree, node, text);
  // Who calls the interface in a conditional would lose all of it.
  if (inInterface)
    return changing(title, "the interface cannot be called in a conditional any more", false, change);
  // checkpolicy works out the attributes of role statements before it looks into optional blocks, and again for those
  // that stand in one.
  return rules.some((rule) => /^role\s/.test(rule.text))
    ? changing(title, "a role gets types that optional blocks put into its attributes", false, change)
    : same(title, change);
});

const braceArgument = fixer(["W-007"], ({ file }, finding) => {
  const text = `{ ${file.text.slice(finding.start, finding.end)} }`;
  return changing(
    "Put the names into braces",
    "the call means all of these names",
    true,
    replaceRange(finding, text),
  );
});

const nameAsFile = fixer(["W-009"], ({ file }, finding) => {
  const name = file.path.slice(file.path.lastIndexOf("/") + 1).replace(/\.[^.]*$/, "");
  return changing(
    `Call the module ${name}`,
    `the module is called ${name}`,
    false,
    replaceRange(finding, name),
  );
});

/** Offers the declared name that is nearest to what was written. */
const suggestName = fixer(["W-010", "W-012", "E-005", "E-007", "E-008"], (place, finding, context) => {
  const { tree, node, file } = place;
  const written = file.text.slice(finding.start, finding.end);
  const meant = nearestName(
    written,
    candidates(context, finding.code, wordsOf(tree, childOf(tree, node, 2))[0]),
  );
  if (meant === undefined) return undefined;
  return changing(`Write ${meant}`, `this is about ${meant}`, true, replaceRange(finding, meant));
});

function candidates(context: CheckContext, code: string, tclass: string | undefined): readonly string[] {
  const { compiled } = context;
  if (code === "W-010") return compiled.macros().map(({ name }) => name);
  if (code === "W-012") return compiled.symbols(["bool", "tunable"]).map(({ name }) => name);
  if (code === "E-005") return compiled.symbols(["type", "alias"]).map(({ name }) => name);
  if (code === "E-008") return [...compiled.db.classes].map(({ name }) => name);
  const datum = tclass === undefined ? undefined : compiled.db.classes.get(tclass);
  return [...(datum === undefined ? [] : permissionNames(datum, -1)), ...namesOf(context).macros.keys()];
}

export const SELINT_FIXERS: readonly Fixer[] = [
  ...REQUIRE_FIXERS,
  describeInterface,
  sortPermissions,
  sayThisSelf,
  removeSemicolon,
  policyModule,
  addLevel,
  otherMacro,
  useMacro,
  emptyLine,
  escapeCharacter,
  makeOptional,
  braceArgument,
  nameAsFile,
  suggestName,
];
