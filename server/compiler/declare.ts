// Declarations and rare statements → block code: everything that may not stand in a conditional block. Types, attributes,
// roles and booleans become OP_DECL (and OP_ATTR for memberships); what says more than a name is kept as a reference
// to its syntax (OP_STATEMENT) and read when the policy database is built.

import {
  N_ACCESSVECTOR,
  N_ATTRIBUTE,
  N_ATTRIBUTEROLE,
  N_ATTRS,
  N_BOOL,
  N_CATEGORY,
  N_CLASS,
  N_COMMON,
  N_EXPANDATTRIBUTE,
  N_GENBOOL,
  N_OPTIONAL,
  N_OPTIONALPOLICY,
  N_POLICYCAP,
  N_POLICYMODULE,
  N_ROLE,
  N_SENSITIVITY,
  N_SID,
  N_SIDCONTEXT,
  N_TYPE,
  N_TYPEALIAS,
  N_TYPEATTRIBUTE,
  N_USER,
  N_VALIDATETRANS,
  N_XENCON,
  SYM_ATTRIBUTE,
  SYM_ATTRIBUTEROLE,
  SYM_BOOL,
  SYM_CATEGORY,
  SYM_CLASS,
  SYM_ROLE,
  SYM_SENSITIVITY,
  SYM_TUNABLE,
  SYM_TYPE,
  SYM_USER,
} from "../../grammar/syntax/kinds.ts";
import { endOf, startOf } from "../../grammar/syntax/tree.ts";
import { isOptionalBlock } from "./blocks.ts";
import {
  OP_ATTR,
  OP_DECL,
  OP_STATEMENT,
  PROBLEM_NOT_IN_CONDITIONAL,
  PROBLEM_NOT_IN_OPTIONAL,
  SYM_ALIAS,
  SYM_COMMON,
  SYM_SID,
} from "./code.ts";
import type { Context, Evaluator } from "./evaluator.ts";
import { isMovedLine } from "./m4/policyLines.ts";
import { GROUP_BOOL, GROUPS } from "./optionals.ts";

/** A declaration that is longer does not fit into a line. */
const MOST_OF_LINE = 4096;

/** Statements that declare a symbol and say more about it. */
const DECLARES = new Map([
  [N_CLASS, SYM_CLASS],
  [N_USER, SYM_USER],
  [N_SENSITIVITY, SYM_SENSITIVITY],
  [N_CATEGORY, SYM_CATEGORY],
  [N_COMMON, SYM_COMMON],
  [N_SID, SYM_SID],
  [N_ROLE, SYM_ROLE],
  [N_ATTRIBUTEROLE, SYM_ATTRIBUTEROLE],
]);

/** What policy_module requires of the base policy when modules are built one by one (loadable_module.spt). */
const MODULE_REQUIRES = `require {
role system_r;
all_kernel_class_perms
ifdef(\`enable_mcs',\`decl_sens(0,0) decl_cats(0,decr(mcs_num_cats))')
ifdef(\`enable_mls',\`decl_sens(0,decr(mls_num_sens)) decl_cats(0,decr(mls_num_cats))')
}
`;

/** Evaluates a statement that may not stand in a conditional block. */
export function evaluateDeclaration(evaluator: Evaluator, ctx: Context, node: number): void {
  const { parts } = evaluator;
  const { tree } = ctx;
  const kind = tree.kind[node] as number;
  if (parts.blocks.branch.at[ctx.block] !== 0) {
    const isMoved = movesOut(evaluator, ctx, node);
    evaluator.problem(ctx, PROBLEM_NOT_IN_CONDITIONAL, isMoved ? 1 : 0, node);
    if (!isMoved) return;
  }
  if (!parts.modular && isGlobalOnly(kind) && isOptionalBlock(parts.blocks.kind.at[ctx.block] as number))
    evaluator.problem(ctx, PROBLEM_NOT_IN_OPTIONAL, 0, node);
  switch (kind) {
    case N_OPTIONALPOLICY:
    case N_OPTIONAL:
      evaluator.optional(ctx, node);
      return;
    case N_TYPE:
      typeDeclaration(evaluator, ctx, node);
      return;
    case N_TYPEALIAS:
      aliases(evaluator, ctx, tree.end[node + 1] as number, evaluator.name(ctx, node + 1), node);
      return;
    case N_TYPEATTRIBUTE:
      attributes(
        evaluator,
        ctx,
        tree.end[node + 1] as number,
        parts.substitution.set(tree, node + 1, ctx.args),
        node,
      );
      return;
    case N_ATTRIBUTE:
      declare(evaluator, ctx, SYM_ATTRIBUTE, node + 1, 0, node);
      return;
    case N_BOOL:
    case N_GENBOOL:
      boolean(evaluator, ctx, node);
      return;
    case N_POLICYMODULE:
      if (!parts.modular) return;
      evaluator.evaluateText(ctx, MODULE_REQUIRES, node);
      break;
    default: {
      const symbol = DECLARES.get(kind);
      if (symbol !== undefined) declare(evaluator, ctx, symbol, node + 1, 0, node);
    }
  }
  if (kind === N_CLASS || kind === N_COMMON || kind === N_ACCESSVECTOR) evaluator.flaskUnits.add(ctx.unit);
  else if (kind === N_EXPANDATTRIBUTE) evaluator.expandattributeUnits.add(ctx.unit);
  evaluator.emit5(OP_STATEMENT, kind, node - ctx.base, ctx.dynamic, evaluator.origin(ctx, node));
}

/** True for statements that have sections of their own in policy_parse.y: classes, levels, constraints, labels. */
function isGlobalOnly(kind: number): boolean {
  return (kind >= N_POLICYCAP && kind <= N_VALIDATETRANS) || (kind >= N_SIDCONTEXT && kind <= N_XENCON);
}

/**
 * True for a statement in a conditional block of a tree that the build takes out of it, as long as no optional block is around:
 * comment_move_decl.sed looks at lines. gen_tunable, and what is first in a quoted argument, begin a line of their own.
 */
function movesOut(evaluator: Evaluator, ctx: Context, node: number): boolean {
  const { parts } = evaluator;
  const { tree } = ctx;
  if (parts.modular || parts.isConf(ctx.unit.file) || ctx.dynamic !== 0) return false;
  if (tree.kind[node] === N_GENBOOL) return true;
  const { text } = tree.tokens;
  const start = startOf(tree, node);
  const before = text.slice(text.lastIndexOf("\n", start - 1) + 1, start);
  const line = /^[^\n]*/.exec(text.slice(start, start + MOST_OF_LINE))?.[0] ?? "";
  if (!/(?:^|`)[ \t]*$/.test(before) && !isMovedLine(before)) return false;
  return start + line.length >= endOf(tree, node) && (isMovedLine(line) || isMovedLine(before));
}

/** `bool`, `tunable`, gen_bool and gen_tunable; booleans.conf sets the default of the latter two. */
function boolean(evaluator: Evaluator, ctx: Context, node: number): void {
  const { tree } = ctx;
  const value = tree.end[node + 1] as number;
  const generated = tree.kind[node] === N_GENBOOL;
  const name = evaluator.name(ctx, node + 1);
  const set = generated ? evaluator.parts.booleanOverride(evaluator.parts.words.text(name)) : undefined;
  let state = 0;
  if (set !== undefined) state = evaluator.parts.words.intern(set);
  else if (value < (tree.end[node] as number)) state = evaluator.name(ctx, value);
  const tunable = !generated && tree.data[node] === 1;
  // What was required before it is declared keeps what the requirement made of it (define_bool_tunable).
  const required = evaluator.parts.requiredFirst(ctx.unit, name * GROUPS + GROUP_BOOL);
  if (required > 0) state = evaluator.parts.words.intern("false");
  const symbol = required > 0 ? required : tunable ? SYM_TUNABLE : SYM_BOOL;
  declare(evaluator, ctx, symbol, node + 1, state, node);
}

function typeDeclaration(evaluator: Evaluator, ctx: Context, node: number): void {
  const { tree } = ctx;
  const name = evaluator.name(ctx, node + 1);
  declare(evaluator, ctx, SYM_TYPE, node + 1, 0, node);
  for (let part = tree.end[node + 1] as number; part < (tree.end[node] as number); ) {
    if (tree.kind[part] === N_ATTRS) attributes(evaluator, ctx, part, name, node);
    else aliases(evaluator, ctx, part, name, node);
    part = tree.end[part] as number;
  }
}

function aliases(evaluator: Evaluator, ctx: Context, list: number, primary: number, node: number): void {
  for (let child = list + 1; child < (ctx.tree.end[list] as number); child = ctx.tree.end[child] as number)
    declare(evaluator, ctx, SYM_ALIAS, child, primary, node);
}

function attributes(evaluator: Evaluator, ctx: Context, list: number, type: number, node: number): void {
  const { tree } = ctx;
  const { code, substitution, values } = evaluator.parts;
  for (let child = list + 1; child < (tree.end[list] as number); child = tree.end[child] as number) {
    const value = substitution.set(tree, child, ctx.args);
    for (const item of value > 0 ? [value << 2] : values.items(value)) {
      code.reserve(4);
      code.push(OP_ATTR);
      code.push(type);
      code.push(item >> 2);
      code.push(evaluator.origin(ctx, node));
    }
  }
}

function declare(
  evaluator: Evaluator,
  ctx: Context,
  kind: number,
  nameNode: number,
  extra: number,
  node: number,
): void {
  const word = evaluator.name(ctx, nameNode);
  if (word > 0) evaluator.emit5(OP_DECL, kind, word, extra, evaluator.origin(ctx, node));
}
