// What a symbol may be called: spelled as checkpolicy's policy_scan.l and m4 take names, no word of the language, and
// no name that m4 would replace with something else before checkpolicy sees it. Whether the name is still free is
// another question (collisions.ts). A problem is a sentence for the user.

import { RESERVED } from "../../../grammar/text/tokens.ts";
import type { SymbolKind } from "../../compiler/face.ts";
import { builtinNumber } from "../../compiler/m4/builtins.ts";
import type { View } from "../view.ts";

/** Kinds that m4 expands wherever their name stands. */
export const MACRO_KINDS: ReadonlySet<SymbolKind> = new Set(["interface", "template", "macro"]);

const IDENTIFIER = /^[A-Za-z][\w-]*(?:\.?[\w-])*$/;
const MACRO_NAME = /^[A-Za-z_]\w*$/;
/** Words that are spelled like names and mean something in a place where names stand. */
const MEANINGFUL = new Set(["self", "object_r"]);

/** Macros that GNU m4 knows from the start besides its builtins. */
const PREDEFINED = new Set(["__gnu__", "__unix__", "__windows__", "__os2__"]);
/** Between colons of a context, policy_scan.l takes these for a part of an IPv6 address. */
const ADDRESS_LIKE = /^[\dA-Fa-f]{1,4}$/;
const IN_CONTEXTS: readonly SymbolKind[] = ["user", "role", "type", "alias"];

/** What is wrong with a new name for a symbol of these kinds; undefined when nothing is. */
export function namingProblem(
  view: View,
  name: string,
  { name: old, kinds }: { readonly name: string; readonly kinds: ReadonlySet<SymbolKind> },
): string | undefined {
  const isMacro = isMacroName(kinds);
  if (name.includes("$")) return `\`${name}\` holds a \`$\`, which m4 replaces with an argument`;
  if (!(isMacro ? MACRO_NAME : IDENTIFIER).test(name))
    return isMacro
      ? `\`${name}\` is no name for a macro: letters, digits and underscores, no digit first`
      : `\`${name}\` is no identifier: letters, digits, \`_\`, \`-\` and single dots, a letter first`;
  const { compiled } = view.snapshot;
  const word = compiled.words.find(name);
  if ((word > 0 && word <= RESERVED) || MEANINGFUL.has(name))
    return `\`${name}\` is a word of the policy language`;
  // libsepol bounds `a.b` by `a` (hierarchy.c), and booleans and aliases take no period at all.
  if (!isMacro && parentOf(name) !== parentOf(old))
    return `a period means something: \`a.b\` is bounded by \`a\``;
  const child = isMacro ? undefined : childOf(view, old);
  if (child !== undefined) return `\`${child}\` is bounded by \`${old}\`, because of its name`;
  if (ADDRESS_LIKE.test(name) && IN_CONTEXTS.some((kind) => kinds.has(kind)))
    return `\`${name}\` in a context reads as a part of an IPv6 address`;
  if (view.snapshot.project.kind === "policy.conf") return undefined; // no m4 comes after it
  // m4 sees the pieces between dots and hyphens as words of their own.
  for (const piece of name.split(/[.-]/)) {
    if (builtinNumber(piece) >= 0 || PREDEFINED.has(piece))
      return `\`${piece}\` is a builtin of m4, which would replace it`;
    const macro = compiled.macro(piece);
    if (macro !== undefined && !(isMacro && piece === name))
      return `\`${piece}\` is a macro (${macro.kind}): m4 would expand it`;
    if (compiled.options.defines.has(piece))
      return `\`${piece}\` is defined by the build: m4 would replace it`;
  }
  return undefined;
}

function parentOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf(".")));
}

/** A symbol whose name says that another one bounds it. */
function childOf({ snapshot }: View, parent: string): string | undefined {
  const { types, roles, users } = snapshot.compiled.db;
  for (const table of [types, roles, users])
    for (const [name] of table.names()) if (name.startsWith(`${parent}.`)) return name;
  return undefined;
}

/** True when the symbol is a macro. */
export function isMacroName(kinds: ReadonlySet<SymbolKind>): boolean {
  for (const kind of kinds) if (MACRO_KINDS.has(kind)) return true;
  return false;
}
