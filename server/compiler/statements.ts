// Reading of rare statements (OP_STATEMENT) straight from syntax, under the arguments of their block: a cursor over a
// statement's children that gives words, values and problems. The rooms flask.ts, roles.ts, mls.ts, constraints.ts and
// labels.ts build the corresponding parts of the policy database with it.

import { N_NAME } from "../../grammar/syntax/kinds.ts";
import type { SyntaxTree } from "../../grammar/syntax/tree.ts";
import type { Words } from "../../grammar/text/words.ts";
import type { PolicyDb } from "../policydb/policydb.ts";
import type { Dynamic } from "./dynamic.ts";
import type { Resolver } from "./resolver.ts";
import type { Substitution } from "./substitution.ts";
import type { Units } from "./units.ts";
import type { Values } from "./values.ts";

/** One active statement. */
export interface Statement {
  readonly kind: number;
  readonly tree: SyntaxTree;
  readonly node: number;
  /** node that origins count from; -1 when the text was expanded and only `origin` tells the place */
  readonly base: number;
  readonly args: readonly number[];
  readonly block: number;
  /** code position */
  readonly at: number;
}

/** Something wrong with a statement: `node` is the offending leaf of the statement's tree. */
export interface StatementProblem {
  readonly statement: Statement;
  readonly node: number;
  readonly code: string;
  readonly message: string;
  readonly severity: "error" | "warning" | "information";
  /** the bad name, when it may come from an argument or is one of several at the node */
  readonly word?: number;
  /** the statement that said it first; within one module the tools refuse both, across modules only a conflict */
  readonly other?: Statement;
  readonly conflict?: boolean;
  /** the finding is about the statement as a whole: its keyword is the place */
  readonly keyword?: boolean;
  /** an argument that should be the name is empty, or left out: the calls are to be mended */
  readonly empty?: boolean;
}

/** What the readers of statements share. */
export interface StatementParts {
  readonly db: PolicyDb;
  readonly words: Words;
  readonly values: Values;
  readonly units: Units;
  readonly substitution: Substitution;
  readonly resolver: Resolver;
  readonly dynamic: Dynamic;
  readonly isDefined: (word: number) => boolean;
  readonly definition: (word: number) => string | undefined;
  readonly problem: (problem: StatementProblem) => void;
  /** true for statements of a block in which names of a block around it may be missing (nestedElse.ts) */
  readonly isLenient?: (statement: Statement) => boolean;
  /** true when the global part of a whole policy gives a role this type (value) */
  readonly holdsGlobally?: (role: string, type: number) => boolean;
}

/** Children of a node. */
export function childrenOf(tree: SyntaxTree, node: number): number[] {
  const children: number[] = [];
  for (let child = node + 1; child < (tree.end[node] as number); child = tree.end[child] as number)
    children.push(child);
  return children;
}

/** The single name at a node, or "" when it is none. */
export function nameAt(parts: StatementParts, statement: Statement, node: number): string {
  const value = parts.substitution.set(statement.tree, node, statement.args);
  if (value > 0) return parts.words.text(value);
  const items = parts.values.items(value).filter((item) => (item & 3) === 0);
  return items.length === 1 ? parts.words.text((items[0] as number) >> 2) : "";
}

/** The names below (or at) a node, macros expanded. */
export function namesAt(parts: StatementParts, statement: Statement, node: number): string[] {
  const value = parts.substitution.set(statement.tree, node, statement.args);
  return parts.resolver.flat(value).items.map((item) => parts.words.text(item >> 2));
}

/** The value of the set at a node. */
export function valueAt(parts: StatementParts, statement: Statement, node: number): number {
  return parts.substitution.set(statement.tree, node, statement.args);
}

export function complain(
  parts: StatementParts,
  statement: Statement,
  node: number,
  code: string,
  message: string,
  severity: StatementProblem["severity"] = "error",
  word = 0,
): void {
  if (word === 0 && statement.base >= 0 && isEmptyName(parts, statement, node)) {
    const what = /^(\D+?) {2}is not declared/.exec(message)?.[1];
    const said = `${what === undefined ? "this" : `the ${what}`} is empty: ${EMPTY_NAME}`;
    parts.problem({ statement, node, code: "empty-set", message: said, severity: "error", empty: true });
    return;
  }
  const value = statement.base < 0 ? 0 : word > 0 ? word : badWord(parts, statement, node);
  parts.problem({ statement, node, code, message, severity, ...(value > 0 ? { word: value } : {}) });
}

/** What is said of an operand that became nothing. */
export const EMPTY_NAME = "a name, or an argument that stands for one, is missing";

/** True for a leaf whose parameters all stand for nothing. */
function isEmptyName(parts: StatementParts, { tree, args }: Statement, node: number): boolean {
  if (tree.kind[node] !== N_NAME) return false;
  const value = parts.substitution.word(tree.data[node] as number, args);
  return value === 0 || (value < 0 && parts.values.items(value).length === 0);
}

/** Complains about a statement as a whole, at its keyword. */
export function complainOfAll(
  parts: StatementParts,
  statement: Statement,
  code: string,
  message: string,
  severity: "error" | "warning" = "error",
): void {
  parts.problem({ statement, node: statement.node, code, message, severity, keyword: true });
}

/** Complains about a rule whose key another statement has already: `code` in one module, expand-… across modules. */
export function complainOfPair(
  parts: StatementParts,
  problem: StatementProblem,
  other: Statement,
  what: string,
  same: boolean,
): void {
  const message = same ? `duplicate ${what}` : `conflicting ${what}: another result is given elsewhere`;
  parts.problem({ ...problem, message, other, conflict: !same });
}

/** The single word that a leaf stands for, so that a name made from an argument is blamed on the argument. */
function badWord(parts: StatementParts, statement: Statement, node: number): number {
  const { tree, args } = statement;
  return tree.kind[node] === N_NAME ? parts.substitution.word(tree.data[node] as number, args) : 0;
}
