// What an interface does to its argument, as far as the order of a module cares: it makes a type something (it
// “transforms” it, and so reads like a declaration), gives it to a role, or labels new files. Follows SELint: a
// transforming interface associates, or adds an attribute and has one of the usual endings, or begins with a call of
// another one. Made once for a state of the policy.

import {
  N_AVRULE,
  N_BLOCK,
  N_CALL,
  N_GENREQUIRE,
  N_INTERFACE,
  N_RANGETRANSITION,
  N_REQUIRE,
  N_ROLEATTRIBUTE,
  N_ROLETYPES,
  N_TYPEATTRIBUTE,
  N_TYPERULE,
} from "../../../grammar/syntax/kinds.ts";
import type { SyntaxTree } from "../../../grammar/syntax/tree.ts";
import type { CheckContext, CheckFile } from "../check.ts";
import { firstWord } from "./facts.ts";
import { calleeOf, childOf } from "./outline.ts";
import { wordsOf } from "./permissionMacros.ts";

export interface InterfaceKinds {
  readonly transform: ReadonlySet<string>;
  readonly role: ReadonlySet<string>;
  readonly fileTransition: ReadonlySet<string>;
}

/** The kinds of all interfaces. */
export function interfaceKindsOf(context: CheckContext): InterfaceKinds {
  return context.shared("selint.interfaceKinds", () => makeKinds(context));
}

/** What one file's interfaces are, and the call that each begins with. */
interface Kinds {
  readonly transform: string[];
  readonly role: string[];
  readonly fileTransition: string[];
  readonly begins: (readonly [name: string, callee: string])[];
}

function makeKinds(context: CheckContext): InterfaceKinds {
  const transform = new Set<string>();
  const role = new Set<string>();
  const fileTransition = new Set<string>();
  const begins: (readonly [string, string])[] = [];
  for (const file of context.files()) {
    if (file.role !== "if") continue;
    const kinds = context.perTree("selint.interfaceKinds", file, kindsIn);
    for (const name of kinds.transform) transform.add(name);
    for (const name of kinds.role) role.add(name);
    for (const name of kinds.fileTransition) fileTransition.add(name);
    begins.push(...kinds.begins);
  }
  for (let before = -1; before !== transform.size; ) {
    before = transform.size;
    for (const [name, callee] of begins) if (transform.has(callee)) transform.add(name);
  }
  return { transform, role, fileTransition };
}

function kindsIn(file: CheckFile): Kinds {
  const { tree } = file;
  const kinds: Kinds = { transform: [], role: [], fileTransition: [], begins: [] };
  for (let node = 1; node < tree.count; node = tree.end[node] as number) {
    if (tree.kind[node] !== N_INTERFACE || tree.data[node] === 1) continue;
    const block = childOf(tree, node, 1);
    if (block >= 0 && tree.kind[block] === N_BLOCK)
      look(tree, firstWord(tree, node), block, file.module, kinds);
  }
  return kinds;
}

function look(tree: SyntaxTree, name: string, block: number, module: string, into: Kinds): void {
  let isFirst = true;
  for (let node = block + 1; node < (tree.end[block] as number); node = tree.end[node] as number) {
    const kind = tree.kind[node];
    if (kind === N_REQUIRE || kind === N_GENREQUIRE) continue;
    if (kind === N_CALL) {
      const callee = calleeOf(tree, node);
      if (isFirst) into.begins.push([name, callee]);
      if (isFileTransition(callee)) into.fileTransition.push(name);
    } else if (kind === N_AVRULE) {
      if (wordsOf(tree, childOf(tree, node, 3)).includes("associate")) into.transform.push(name);
    } else if (kind === N_TYPERULE || kind === N_RANGETRANSITION) {
      if (!wordsOf(tree, childOf(tree, node, 2)).includes("process")) into.fileTransition.push(name);
    } else if (kind === N_ROLETYPES) {
      if (wordsOf(tree, childOf(tree, node, 1)).some((word) => word.startsWith("$"))) into.role.push(name);
    } else if (kind === N_TYPEATTRIBUTE || kind === N_ROLEATTRIBUTE) {
      if (hasTransformEnding(name) || module === "mls" || module === "mcs") into.transform.push(name);
    }
    isFirst = false;
  }
}

function isFileTransition(name: string): boolean {
  return name === "filetrans_pattern" || name === "filetrans_add_pattern" || name.endsWith("_filetrans");
}

const ENDINGS: ReadonlySet<string> = new Set([
  "type",
  "file",
  "domain",
  "node",
  "agent",
  "delivery",
  "sender",
  "boolean",
  "content",
  "constrained",
  "executable",
  "exemption",
  "object",
  "mountpoint",
]);

function hasTransformEnding(name: string): boolean {
  return ENDINGS.has(name.slice(name.lastIndexOf("_") + 1));
}
