// Scopes of names in a loadable module: what a rule names must be declared or required by its module, in the rule's own
// block or one around it (checkmodule's is_id_in_scope). Permissions are asked for by module only, as checkmodule does.
// Whole policies have no scopes: everything is one.

import { N_ROLETYPES, SYM_ATTRIBUTE, SYM_TYPE } from "../../grammar/syntax/kinds.ts";
import { OBJECT_R_VAL, permissionValue } from "../policydb/policydb.ts";
import { relatedCallsOf } from "./callers.ts";
import {
  OP_AV,
  OP_CALL,
  OP_DECL,
  OP_GENREQUIRE,
  OP_OPTIONAL,
  OP_REQUIRE,
  OP_STATEMENT,
  OP_TYPE,
  OP_XPERM,
  SYM_PERMISSION,
} from "./code.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { FindingSink } from "./findingSink.ts";
import { GROUP_CLASS, GROUP_ROLE, GROUP_TYPE, groupOf } from "./optionals.ts";
import { originNode } from "./origin.ts";
import { blame, operandNode } from "./provenance.ts";

interface Scope {
  readonly names: Set<number>;
  /** what types and attributes were said to be */
  readonly kinds: Map<number, number>;
  readonly parent: Scope | undefined;
  readonly blocks: Set<number>;
}

interface Walk {
  readonly compiled: CompiledPolicy;
  readonly sink: FindingSink;
  /** every name of the module, whatever its scope */
  readonly anywhere: Set<number>;
  /** the permissions that the module requires, by class; undefined where a module is all there is */
  readonly permissions: Map<number, Set<number>> | undefined;
}

const GROUPS = 8;

/** Names that a module uses and does not declare or require where it uses them. */
export function scopeFindings(compiled: CompiledPolicy, sink: FindingSink): void {
  if (compiled.options.mode !== "modular") return;
  const { units, blocks } = compiled.state;
  const roots = compiled.roots();
  const isAlone = roots.length === 1;
  for (const root of roots) {
    const unit = units.all[blocks.unit.at[root] as number];
    if (unit === undefined || compiled.sourceOf(unit.file)?.role !== "te") continue;
    const permissions = isAlone ? undefined : new Map<number, Set<number>>();
    const walk: Walk = { compiled, sink, anywhere: new Set(), permissions };
    const scopes: Scope[] = [];
    collect(walk, root, undefined, scopes);
    for (const scope of scopes) judge(walk, scope);
  }
}

/** Gathers the names of a block and of what it calls; optional blocks inside are scopes of their own. */
function collect(walk: Walk, block: number, parent: Scope | undefined, scopes: Scope[]): void {
  const { code } = walk.compiled.state;
  const scope: Scope = { names: new Set(), kinds: new Map(), parent, blocks: new Set([block]) };
  scopes.push(scope);
  if (scopes.length > 20_000) return;
  const inner: number[] = [];
  for (const current of scope.blocks)
    for (const at of walk.compiled.operations(current)) {
      const op = code.at[at] as number;
      if (op === OP_DECL || op === OP_REQUIRE || op === OP_GENREQUIRE) {
        const symbol = code.at[at + 1] as number;
        if (symbol === SYM_PERMISSION) {
          requirePermission(walk, code.at[at + 3] as number, code.at[at + 2] as number);
          continue;
        }
        const key = (code.at[at + 2] as number) * GROUPS + groupOf(symbol);
        if (symbol === SYM_TYPE || symbol === SYM_ATTRIBUTE) asOneKind(walk, scope, current, at, symbol);
        scope.names.add(key);
        walk.anywhere.add(key);
      } else if (op === OP_CALL) scope.blocks.add(code.at[at + 1] as number);
      else if (op === OP_OPTIONAL) {
        inner.push(code.at[at + 1] as number);
        if ((code.at[at + 2] as number) >= 0) inner.push(code.at[at + 2] as number);
      }
    }
  for (const child of inner) collect(walk, child, scope, scopes);
}

function requirePermission({ permissions }: Walk, tclass: number, permission: number): void {
  if (permissions === undefined) return;
  const known = permissions.get(tclass);
  if (known === undefined) permissions.set(tclass, new Set([permission]));
  else known.add(permission);
}

/** One name cannot be required as a type and as an attribute. */
function asOneKind(walk: Walk, scope: Scope, block: number, at: number, symbol: number): void {
  const { compiled, sink } = walk;
  const word = compiled.state.code.at[at + 2] as number;
  const before = scope.kinds.get(word) ?? symbol;
  scope.kinds.set(word, before);
  if (before === symbol) return;
  const message = `${compiled.words.text(word)} is both a type and an attribute in this module`;
  for (const place of blame(compiled, block, originNode(compiled, block, at).node, word))
    sink.add(place, "error", "req-type-as-attr", message, relatedCallsOf(compiled, block));
}

function isIn(scope: Scope | undefined, key: number): boolean {
  for (let at = scope; at !== undefined; at = at.parent) if (at.names.has(key)) return true;
  return false;
}

function judge(walk: Walk, scope: Scope): void {
  const { compiled } = walk;
  const { code, resolver, types, words, db } = compiled.state;
  for (const block of scope.blocks)
    for (const at of compiled.operations(block)) {
      const op = code.at[at] as number;
      if (op === OP_AV || op === OP_TYPE || op === OP_XPERM) {
        for (let operand = 1; operand <= 2; operand++)
          for (const item of resolver.flat(code.at[at + 1 + operand] as number).items) {
            const word = item >> 2;
            if (types.valueOf(word) !== 0 && !isIn(scope, word * GROUPS + GROUP_TYPE))
              report(walk, block, at, operand, word, GROUP_TYPE);
          }
        for (const item of resolver.flat(code.at[at + 4] as number).items) {
          const word = item >> 2;
          if (db.classes.valueOf(words.text(word)) !== 0 && !isIn(scope, word * GROUPS + GROUP_CLASS))
            report(walk, block, at, 3, word, GROUP_CLASS);
        }
        if (op === OP_AV && walk.permissions !== undefined) judgePermissions(walk, block, at);
      } else if (op === OP_STATEMENT && code.at[at + 1] === N_ROLETYPES && code.at[at + 3] === 0) {
        const { tree, node } = originNode(compiled, block, at);
        const word = compiled.state.substitution.word(
          tree.data[node + 1] as number,
          compiled.state.blocks.argumentsOf(block),
        );
        const name = words.text(word);
        // libsepol puts object_r into every module (policydb.c, roles_init).
        if (word > 0 && db.roles.valueOf(name) > OBJECT_R_VAL && !isIn(scope, word * GROUPS + GROUP_ROLE))
          report(walk, block, at, 1, word, GROUP_ROLE);
      }
    }
}

/** Permissions that only other modules require: each module is compiled alone (checkmodule asks its own class table). */
function judgePermissions(walk: Walk, block: number, at: number): void {
  const { compiled, sink, permissions } = walk;
  const { code, resolver, words, db } = compiled.state;
  const named = resolver.flat(code.at[at + 5] as number);
  for (const item of resolver.flat(code.at[at + 4] as number).items) {
    const required = permissions?.get(item >> 2);
    const datum = db.classes.at(db.classes.valueOf(words.text(item >> 2)));
    if (required === undefined || datum === undefined || named.star) continue;
    for (const one of named.items) {
      const word = one >> 2;
      const name = words.text(word);
      if (required.has(word) || permissionValue(datum, name) === 0) continue;
      const { tree, node } = originNode(compiled, block, at);
      const message = `class ${datum.name} has no permission ${name}`;
      for (const place of blame(compiled, block, operandNode(tree, node, 4), word))
        sink.add(place, "error", "req-perm", message, relatedCallsOf(compiled, block));
    }
  }
}

const NOUNS = new Map([
  [GROUP_TYPE, "type or attribute"],
  [GROUP_CLASS, "class"],
  [GROUP_ROLE, "role"],
]);
const MISSING = new Map([
  [GROUP_TYPE, "req-type"],
  [GROUP_CLASS, "req-class"],
  [GROUP_ROLE, "role-unknown"],
]);
const ELSEWHERE = new Map([
  [GROUP_TYPE, "req-scope-optional"],
  [GROUP_CLASS, "req-class-scope"],
  [GROUP_ROLE, "req-role-scope"],
]);

function report(walk: Walk, block: number, at: number, operand: number, word: number, group: number): void {
  const { compiled, sink, anywhere } = walk;
  const { tree, node } = originNode(compiled, block, at);
  const scoped = anywhere.has(word * GROUPS + group);
  const code = (scoped ? ELSEWHERE : MISSING).get(group) as string;
  const name = `${NOUNS.get(group)} ${compiled.words.text(word)}`;
  const message = scoped
    ? `${name} is required in an optional block only, and not known outside of it`
    : `${name} is not declared or required by this module`;
  for (const place of blame(compiled, block, operandNode(tree, node, operand), word))
    sink.add(place, "error", code, message, relatedCallsOf(compiled, block));
}
