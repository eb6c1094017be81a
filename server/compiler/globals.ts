// Everything of the policy that is not a type, a membership or an avtab rule: classes, conditionals, booleans, roles,
// users, MLS, constraints, labels. These statements are few, depend on each other and often on their order, so they are
// read anew, all of them, whenever one of them (or a declaration) changes; rule edits never come here.

import {
  N_ACCESSVECTOR,
  N_ATTRIBUTEROLE,
  N_CLASS,
  N_COMMON,
  N_ROLE,
  SYM_ATTRIBUTEROLE,
  SYM_BOOL,
  SYM_CATEGORY,
  SYM_CLASS,
  SYM_ROLE,
  SYM_SENSITIVITY,
  SYM_TUNABLE,
  SYM_USER,
} from "../../grammar/syntax/kinds.ts";
import { COND_BOOL, evaluateCond } from "../policydb/conditional.ts";
import { BLOCK_ROOT, type Blocks } from "./blocks.ts";
import {
  HAS_FLASK,
  HAS_RARE,
  OP_DECL,
  OP_GENREQUIRE,
  OP_REQUIRE,
  OP_STATEMENT,
  SYM_PERMISSION,
} from "./code.ts";
import { buildConstraints } from "./constraints.ts";
import { buildFlask, FlaskNumbers } from "./flask.ts";
import { buildLabels } from "./labels.ts";
import { applyLingering, type Lingering } from "./lingering.ts";
import { Mentions } from "./mentions.ts";
import { buildMls } from "./mls.ts";
import { chosen } from "./optionals.ts";
import { buildRoles, buildUsers, Numbers, type RequiredRole } from "./roles.ts";
import { roleTypeSets } from "./roleTypeSets.ts";
import type { CompilerState } from "./state.ts";
import type { Statement, StatementParts, StatementProblem } from "./statements.ts";
import { buildTypeStatements } from "./typeStatements.ts";
import { walkBlocks } from "./walk.ts";

/** A boolean declaration that counts. */
interface BooleanDeclaration {
  readonly word: number;
  readonly value: number;
  readonly block: number;
  readonly at: number;
}

export interface Globals {
  readonly problems: () => readonly StatementProblem[];
  readonly hasProblems: () => boolean;
  /** true when a rare statement speaks of the word; false only when none does */
  readonly mentions: (word: number) => boolean;
  readonly hasPermission: (classWord: number, permission: number) => boolean;
  /** what the access vectors of the base policy say, requirements aside */
  readonly declaresPermission: (className: string, permission: string) => boolean;
  /** words declared or required as tunables; another set when they are read anew */
  readonly tunables: () => ReadonlySet<number>;
  /** reads classes and permissions; `roots` with every optional taken as on */
  readonly rebuildFlask: (roots: readonly number[]) => void;
  /** gives conditionals their booleans' values and states */
  readonly refreshConditionals: () => void;
  /** reads all rare statements of the active blocks; `effects`: of blocks that are off */
  readonly rebuild: (roots: readonly number[], effects: readonly Lingering[]) => void;
}

const PLAIN_ROLE: RequiredRole = { isAttribute: false, dominates: true };
const ROLE_ATTRIBUTE: RequiredRole = { isAttribute: true, dominates: true };
const FLASK = new Set([N_CLASS, N_COMMON, N_ACCESSVECTOR]);

export function buildGlobals(state: CompilerState): Globals {
  const flaskProblems: StatementProblem[] = [];
  const problems: StatementProblem[] = [];
  const roleNumbers = new Numbers(["object_r"]);
  const userNumbers = new Numbers();
  const boolNumbers = new Numbers();
  const permissions = new Map<number, Set<number>>();
  let declaredPermissions: ReadonlyMap<string, ReadonlySet<string>> = new Map();
  let tunables = new Set<number>();
  /** aliases that only blocks declare that are off */
  let lingeringAliases: readonly string[] = [];
  let latest: readonly Statement[] = [];
  /** made when first asked for after a rebuild */
  let mentions: Mentions | undefined;
  const modular = state.options.mode === "modular";

  const partsWith = (into: StatementProblem[]): StatementParts => ({
    db: state.db,
    words: state.words,
    values: state.values,
    units: state.units,
    substitution: state.substitution,
    resolver: state.resolver,
    dynamic: state.dynamic,
    isDefined: state.isDefined,
    definition: state.definition,
    isLenient: ({ block }) => state.rules.lenient.has(block),
    problem: (problem) => {
      if (into.length < 10_000 && !state.rules.lenient.has(problem.statement.block)) into.push(problem);
    },
  });

  const rebuildFlask = (roots: readonly number[]): void => {
    flaskProblems.length = 0;
    // Every rule is added anew after this, so classes can have the numbers that this text gives them.
    const flaskNumbers = new FlaskNumbers();
    const statements: Statement[] = [];
    const required = new Map<string, Set<string>>();
    const { blocks, code, words } = state;
    // Classes are hardly ever declared elsewhere than at the top of a file: then nothing need be followed.
    const follow = modular || isFlaskNested(blocks);
    walkBlocks(
      follow ? roots : roots.filter((root) => ((blocks.contents.at[root] as number) & HAS_FLASK) !== 0),
      blocks,
      code,
      follow ? new Uint8Array(blocks.count) : nothingBelow(blocks),
      (at) => code.at[at + 1] as number,
      (op, at, block) => {
        if (op === OP_STATEMENT && FLASK.has(code.at[at + 1] as number))
          statements.push(statementAt(state, block, at));
        else if (modular && (op === OP_REQUIRE || op === OP_GENREQUIRE)) {
          const symbol = code.at[at + 1];
          const className = words.text(
            symbol === SYM_PERMISSION ? (code.at[at + 3] as number) : (code.at[at + 2] as number),
          );
          if (symbol !== SYM_CLASS && symbol !== SYM_PERMISSION) return;
          let perms = required.get(className);
          if (perms === undefined) {
            perms = new Set();
            required.set(className, perms);
          }
          if (symbol === SYM_PERMISSION)
            for (const item of state.resolver.flat(code.at[at + 2] as number).items)
              perms.add(words.text(item >> 2));
        }
      },
    );
    declaredPermissions = buildFlask(partsWith(flaskProblems), flaskNumbers, statements, required);
    state.resolver.forgetMacros();
    permissions.clear();
    for (const datum of state.db.classes) {
      const set = new Set<number>();
      for (const name of datum.perms.keys()) set.add(words.intern(name));
      for (const name of datum.common?.perms.keys() ?? []) set.add(words.intern(name));
      permissions.set(words.intern(datum.name), set);
    }
  };

  const refreshConditionals = (all = false): void => {
    const { db, conditions, words } = state;
    if (!all && db.conditionals.length === conditions.all.length) return;
    for (const condition of conditions.all) {
      const expr = condition.expr.map((node) => ({
        op: node.op,
        bool: node.op === COND_BOOL ? boolNumbers.valueOf(words.text(node.word)) : 0,
      }));
      db.conditionals[condition.index] = {
        expr,
        state: evaluateCond(expr, (bool) => db.bools.at(bool)?.state ?? false),
      };
    }
  };

  const rebuild = (roots: readonly number[], effects: readonly Lingering[]): void => {
    problems.length = 0;
    for (const name of lingeringAliases)
      if (state.types.valueOf(state.words.find(name)) === 0) state.db.types.deleteName(name);
    lingeringAliases = [];
    const parts = partsWith(problems);
    const statements: Statement[] = [];
    const bools: BooleanDeclaration[] = [];
    /** roles that are declared if no statement of an active block does */
    const requiredRoles = new Map<string, RequiredRole>();
    for (const { kind, word, other } of effects)
      if (kind === N_ROLE || kind === N_ATTRIBUTEROLE)
        requiredRoles.set(state.words.text(word), {
          isAttribute: kind === N_ATTRIBUTEROLE,
          dominates: other === 1,
        });
    const required = { users: new Set<string>(), sens: new Set<string>(), cats: new Set<string>() };
    const { blocks, code, words } = state;
    walkBlocks(
      roots,
      blocks,
      code,
      new Uint8Array(blocks.count),
      (at) => chosen(blocks, code, at),
      (op, at, block) => {
        if (op === OP_STATEMENT) statements.push(statementAt(state, block, at));
        else if (op === OP_DECL && (code.at[at + 1] === SYM_BOOL || code.at[at + 1] === SYM_TUNABLE))
          bools.push({ word: code.at[at + 2] as number, value: code.at[at + 3] as number, block, at });
        else if (op === OP_DECL && code.at[at + 1] === SYM_ROLE)
          requiredRoles.set(words.text(code.at[at + 2] as number), PLAIN_ROLE);
        else if (modular && (op === OP_REQUIRE || op === OP_GENREQUIRE)) {
          const symbol = code.at[at + 1];
          const word = code.at[at + 2] as number;
          if (symbol === SYM_ROLE) requiredRoles.set(words.text(word), PLAIN_ROLE);
          else if (symbol === SYM_ATTRIBUTEROLE) requiredRoles.set(words.text(word), ROLE_ATTRIBUTE);
          else if (symbol === SYM_BOOL || symbol === SYM_TUNABLE) bools.push({ word, value: 0, block, at });
          else if (symbol === SYM_USER) required.users.add(words.text(word));
          else if (symbol === SYM_SENSITIVITY) required.sens.add(words.text(word));
          else if (symbol === SYM_CATEGORY) required.cats.add(words.text(word));
        }
      },
      modular ? HAS_RARE | (1 << OP_REQUIRE) | (1 << OP_GENREQUIRE) : HAS_RARE,
    );
    latest = statements;
    mentions = undefined;
    tunables = new Set();
    for (const { word, block, at } of bools)
      if (block >= 0 && code.at[at + 1] === SYM_TUNABLE) tunables.add(word);
    readBooleans(state, boolNumbers, bools);
    refreshConditionals(true);
    const mls = buildMls(parts, statements, required);
    const { members, holdsGlobally } = buildRoles(
      parts,
      roleNumbers,
      statements,
      requiredRoles,
      roleTypeSets(state, parts, roots, statements),
    );
    buildUsers(parts, userNumbers, statements, mls, members);
    buildTypeStatements(parts, statements, mls);
    if (effects.length > 0) lingeringAliases = applyLingering(state, effects);
    buildConstraints(parts, statements);
    buildLabels(modular ? parts : { ...parts, holdsGlobally }, statements, mls);
  };

  return {
    problems: () => [...flaskProblems, ...problems],
    hasProblems: () => problems.length > 0,
    mentions: (word) => {
      mentions ??= new Mentions(state, latest);
      latest = [];
      return mentions.has(word);
    },
    hasPermission: (classWord, permission) => {
      const known = permissions.get(classWord);
      if (known === undefined) return false;
      if (known.has(permission)) return true;
      const meant = state.resolver.flat(permission).items;
      return meant.every((item) => known.has(item >> 2));
    },
    declaresPermission: (className, permission) =>
      declaredPermissions.get(className)?.has(permission) === true,
    tunables: () => tunables,
    rebuildFlask,
    refreshConditionals,
    rebuild,
  };
}

/** True when a block that is not the top level of a file declares classes or permissions. */
function isFlaskNested(blocks: Blocks): boolean {
  for (let block = 0; block < blocks.count; block++)
    if (((blocks.contents.at[block] as number) & HAS_FLASK) !== 0 && blocks.kind.at[block] !== BLOCK_ROOT)
      return true;
  return false;
}

/** What a walk has seen, so that it stays at the top of the files. */
function nothingBelow(blocks: Blocks): Uint8Array {
  const seen = new Uint8Array(blocks.count);
  for (let block = 0; block < blocks.count; block++)
    if (blocks.kind.at[block] !== BLOCK_ROOT) seen[block] = 1;
  return seen;
}

/** The statement behind an OP_STATEMENT. */
export function statementAt(state: CompilerState, block: number, at: number): Statement {
  const { code, blocks, units, dynamic } = state;
  const dynamicTree = code.at[at + 3] as number;
  const unit = units.all[blocks.unit.at[block] as number];
  const relative = code.at[at + 2] as number;
  if (dynamicTree > 0 || unit === undefined)
    return {
      kind: code.at[at + 1] as number,
      tree: dynamic.tree(dynamicTree),
      node: relative,
      base: -1,
      args: [],
      block,
      at,
    };
  return {
    kind: code.at[at + 1] as number,
    tree: unit.tree,
    node: unit.node + relative,
    base: unit.node,
    args: blocks.argumentsOf(block),
    block,
    at,
  };
}

function readBooleans(
  state: CompilerState,
  numbers: Numbers,
  declarations: readonly BooleanDeclaration[],
): void {
  const { db, words } = state;
  const before = new Map([...db.bools].map((bool) => [bool.name, bool]));
  for (const bool of before.values()) db.bools.delete(bool);
  for (const { word, value } of declarations) {
    const name = words.text(word);
    if (db.bools.get(name) !== undefined) continue;
    const text = value > 0 ? words.text(value).toLowerCase() : "";
    db.bools.set({ name, value: numbers.valueOf(name), state: text === "true" || text === "1" });
  }
}
