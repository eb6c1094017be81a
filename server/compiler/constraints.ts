// constrain, mlsconstrain, validatetrans and mlsvalidatetrans: expressions in reverse Polish notation with the names
// resolved (attributes expanded, and kept as written beside it, as policy version 29 does). Macros that stand as whole
// operands are read from their bodies.

import {
  N_CALL,
  N_CONSTRAIN,
  N_CONSTRAINTEXPR,
  N_CTERM,
  N_IFDEF,
  N_NAME,
  N_OP,
  N_VALIDATETRANS,
  OP_AND,
  OP_DOM,
  OP_DOMBY,
  OP_EQ,
  OP_INCOMP,
  OP_NEQ,
  OP_NOT,
  OP_OR,
} from "../../grammar/syntax/kinds.ts";
import type { SyntaxTree } from "../../grammar/syntax/tree.ts";
import {
  CEXPR_AND,
  CEXPR_ATTR,
  CEXPR_DOM,
  CEXPR_DOMBY,
  CEXPR_EQ,
  CEXPR_H1H2,
  CEXPR_H1L2,
  CEXPR_INCOMP,
  CEXPR_L1H1,
  CEXPR_L1H2,
  CEXPR_L1L2,
  CEXPR_L2H2,
  CEXPR_MAXDEPTH,
  CEXPR_NAMES,
  CEXPR_NEQ,
  CEXPR_NOT,
  CEXPR_OR,
  CEXPR_ROLE,
  CEXPR_TARGET,
  CEXPR_TYPE,
  CEXPR_USER,
  CEXPR_XTARGET,
  type ConstraintExprNode,
  type ConstraintNode,
} from "../policydb/constraint.ts";
import { Ebitmap } from "../policydb/ebitmap.ts";
import { childrenOf, complain, type Statement, type StatementParts, valueAt } from "./statements.ts";
import { chosenPart } from "./units.ts";

const OPERATORS: Record<number, number> = {
  [OP_EQ]: CEXPR_EQ,
  [OP_NEQ]: CEXPR_NEQ,
  [OP_DOM]: CEXPR_DOM,
  [OP_DOMBY]: CEXPR_DOMBY,
  [OP_INCOMP]: CEXPR_INCOMP,
};
const CONNECTIVES: Record<number, number> = { [OP_NOT]: CEXPR_NOT, [OP_AND]: CEXPR_AND, [OP_OR]: CEXPR_OR };
const KIND_OF_LETTER: Record<string, number> = { u: CEXPR_USER, r: CEXPR_ROLE, t: CEXPR_TYPE };
const LEVEL_PAIRS: Record<string, number> = {
  "l1 l2": CEXPR_L1L2,
  "l1 h2": CEXPR_L1H2,
  "h1 l2": CEXPR_H1L2,
  "h1 h2": CEXPR_H1H2,
  "l1 h1": CEXPR_L1H1,
  "l2 h2": CEXPR_L2H2,
};
/** Macro bodies inside expressions may nest this deep. */
const MAX_NESTING = 32;

/** Sets the constraints of all classes. */
export function buildConstraints(parts: StatementParts, statements: readonly Statement[]): void {
  const { db } = parts;
  const constraints = new Map<number, ConstraintNode[]>();
  const transitions = new Map<number, ConstraintNode[]>();
  for (const statement of statements) {
    if (statement.kind !== N_CONSTRAIN && statement.kind !== N_VALIDATETRANS) continue;
    const { tree, node } = statement;
    if (tree.data[node] === 1 && !db.mls) continue;
    const children = childrenOf(tree, node);
    const exprNode = children[children.length - 1] as number;
    const isTransition = statement.kind === N_VALIDATETRANS;
    const expr: ConstraintExprNode[] = [];
    new Reader(parts, statement, isTransition).read(tree, exprNode, statement.args, expr, 0);
    if (expr.length === 0) continue;
    if (depthOf(expr) > CEXPR_MAXDEPTH)
      complain(
        parts,
        statement,
        exprNode,
        isTransition ? "validate-deep" : "constr-deep",
        `the expression needs a stack of more than ${CEXPR_MAXDEPTH}`,
      );
    const classes = parts.resolver.classes(valueAt(parts, statement, children[0] as number));
    for (const word of classes.unknown)
      complain(
        parts,
        statement,
        children[0] as number,
        isTransition ? "validate-class" : "constr-class",
        `class ${parts.words.text(word)} is not declared`,
        "error",
        word,
      );
    for (const tclass of classes.values) {
      let mask = 0;
      if (!isTransition) {
        const perms = parts.resolver.permissions(valueAt(parts, statement, children[1] as number), tclass);
        for (const word of perms.unknown)
          complain(
            parts,
            statement,
            children[1] as number,
            "constr-perm",
            `class ${db.classes.nameOf(tclass)} has no permission ${parts.words.text(word)}`,
            "error",
            word,
          );
        mask = perms.mask;
        if (mask === 0) {
          if (perms.unknown.length === 0)
            complain(
              parts,
              statement,
              children[1] as number,
              "constr-empty",
              `no permission of class ${db.classes.nameOf(tclass)} is left, so this constrains nothing`,
              "warning",
            );
          continue;
        }
      }
      const into = isTransition ? transitions : constraints;
      const known = into.get(tclass);
      if (known === undefined) into.set(tclass, [{ permissions: mask, expr }]);
      else known.push({ permissions: mask, expr });
    }
  }
  for (const datum of db.classes) {
    // libsepol puts a new constraint in front of the class's list.
    datum.constraints = (constraints.get(datum.value) ?? []).reverse();
    datum.validatetrans = (transitions.get(datum.value) ?? []).reverse();
  }
}

function depthOf(expr: readonly ConstraintExprNode[]): number {
  let depth = 0;
  let deepest = 0;
  for (const node of expr) {
    if (node.exprType === CEXPR_ATTR || node.exprType === CEXPR_NAMES) depth++;
    else if (node.exprType !== CEXPR_NOT) depth--;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

class Reader {
  private readonly parts: StatementParts;
  private readonly statement: Statement;
  private readonly isTransition: boolean;

  constructor(parts: StatementParts, statement: Statement, isTransition: boolean) {
    this.parts = parts;
    this.statement = statement;
    this.isTransition = isTransition;
  }

  /** Appends the expression at a node; false when it is empty (a macro that expands to nothing). */
  read(
    tree: SyntaxTree,
    node: number,
    args: readonly number[],
    into: ConstraintExprNode[],
    depth: number,
  ): void {
    const operandCount: boolean[] = [];
    for (let child = node + 1; child < (tree.end[node] as number); child = tree.end[child] as number) {
      const kind = tree.kind[child];
      if (kind === N_OP) this.connect(tree.data[child] as number, operandCount, into);
      else {
        const before = into.length;
        if (kind === N_CTERM) this.term(tree, child, args, into);
        else if (depth < MAX_NESTING) this.macro(tree, child, args, into, depth);
        operandCount.push(into.length > before);
      }
    }
  }

  /** A connective joins what is there: an operand that expanded to nothing drops out together with it. */
  private connect(op: number, present: boolean[], into: ConstraintExprNode[]): void {
    const exprType = CONNECTIVES[op] ?? CEXPR_AND;
    if (op === OP_NOT) {
      if (present[present.length - 1] === true) into.push({ exprType, attr: 0, op: 0 });
      return;
    }
    const right = present.pop() ?? false;
    const left = present.pop() ?? false;
    if (left && right) into.push({ exprType, attr: 0, op: 0 });
    present.push(left || right);
  }

  private macro(
    tree: SyntaxTree,
    node: number,
    args: readonly number[],
    into: ConstraintExprNode[],
    depth: number,
  ): void {
    const { substitution, units, values } = this.parts;
    const kind = tree.kind[node];
    if (kind === N_CONSTRAINTEXPR) this.read(tree, node, args, into, depth + 1);
    else if (kind === N_IFDEF) {
      const part = chosenPart(tree, node, (word) => substitution.definedUnder(word, args));
      if (part >= 0) this.read(tree, part, args, into, depth + 1);
    } else if (kind === N_NAME || kind === N_CALL) {
      const word = substitution.word(tree.data[node] as number, args);
      const unit = word > 0 ? units.macro(word) : undefined;
      if (unit === undefined) {
        complain(
          this.parts,
          this.statement,
          node,
          "parse-syntax",
          `${values.text(word)} is no constraint expression`,
        );
        return;
      }
      if (unit.body < 0) return;
      const inner: number[] = [];
      if (kind === N_CALL)
        for (let arg = node + 1; arg < (tree.end[node] as number); arg = tree.end[arg] as number)
          inner.push(substitution.argument(tree, arg, args));
      const body = unit.node + unit.body;
      if (unit.tree.kind[body] === N_CONSTRAINTEXPR) this.read(unit.tree, body, inner, into, depth + 1);
      else this.read(unit.tree, body, inner, into, depth + 1);
    }
  }

  private term(tree: SyntaxTree, node: number, args: readonly number[], into: ConstraintExprNode[]): void {
    const { parts } = this;
    const [left, opNode, right] = childrenOf(tree, node) as [number, number, number];
    const op = OPERATORS[tree.data[opNode] as number] ?? CEXPR_EQ;
    const leftName = parts.words.text(tree.data[left] as number).toLowerCase();
    const kind = KIND_OF_LETTER[leftName[0] as string];
    if (tree.data[node] !== 1) {
      const rightName = parts.words.text(tree.data[right] as number).toLowerCase();
      const level = LEVEL_PAIRS[`${leftName} ${rightName}`];
      const attr = kind ?? level ?? 0;
      if (level === undefined && !(leftName[1] === "1" && rightName === `${leftName[0]}2` && attr !== 0))
        this.incomparable(left, right, leftName, rightName);
      else if (op !== CEXPR_EQ && op !== CEXPR_NEQ && level === undefined && attr !== CEXPR_ROLE)
        this.wrongOperator(opNode, leftName);
      into.push({ exprType: CEXPR_ATTR, attr, op });
      return;
    }
    if (kind === undefined) return;
    const side = leftName[1] === "2" ? CEXPR_TARGET : leftName[1] === "3" ? CEXPR_XTARGET : 0;
    if (side === CEXPR_XTARGET && !this.isTransition)
      complain(parts, this.statement, left, "constr-u3-name", `${leftName} belongs to validatetrans`);
    if (op !== CEXPR_EQ && op !== CEXPR_NEQ) this.wrongOperator(opNode, leftName);
    into.push(this.names(tree, right, args, kind, kind | side, op));
  }

  /** Only u1 with u2, r1 with r2, t1 with t2 and the pairs of levels stand in the grammar, in this order. */
  private incomparable(left: number, right: number, leftName: string, rightName: string): void {
    const third = leftName[1] === "3" ? left : rightName[1] === "3" ? right : 0;
    complain(
      this.parts,
      this.statement,
      third === 0 ? right : third,
      third === 0 ? "parse-syntax" : "constr-u3",
      `${leftName} cannot be compared with ${rightName}`,
    );
  }

  private wrongOperator(node: number, leftName: string): void {
    const message = `${leftName} is compared with == or != only`;
    complain(this.parts, this.statement, node, "parse-syntax", message);
  }

  private names(
    tree: SyntaxTree,
    node: number,
    args: readonly number[],
    kind: number,
    attr: number,
    op: number,
  ): ConstraintExprNode {
    const { parts } = this;
    const { db, words, resolver } = parts;
    const value = parts.substitution.set(tree, node, args);
    if (kind === CEXPR_TYPE) {
      const names = resolver.types(value);
      for (const word of names.unknown)
        complain(
          parts,
          this.statement,
          node,
          "constr-type",
          `type or attribute ${words.text(word)} is not declared`,
          "error",
          word,
        );
      const expanded = new Ebitmap();
      for (const type of resolver.expanded(value)) expanded.add(type - 1);
      return {
        exprType: CEXPR_NAMES,
        attr,
        op,
        names: expanded,
        typeNames: {
          types: Ebitmap.of(names.plain.map((type) => type - 1)),
          negset: Ebitmap.of(names.minus.map((type) => type - 1)),
          flags: (names.star ? 1 : 0) | (names.tilde ? 2 : 0),
        },
      };
    }
    const set = new Ebitmap();
    const { statement } = this;
    const beforeUsers = kind === CEXPR_USER && statement.tree.data[statement.node] === 1;
    for (const item of resolver.flat(value).items) {
      const name = words.text(item >> 2);
      const number = kind === CEXPR_USER ? db.users.valueOf(name) : db.roles.valueOf(name);
      if (number !== 0 && beforeUsers) {
        const message = `user ${name} is declared after the MLS statements, so its name is not known here`;
        complain(parts, statement, node, "constr-mls-user", message, "error", item >> 2);
      }
      if (number === 0)
        complain(
          parts,
          this.statement,
          node,
          kind === CEXPR_USER ? "constr-user" : "constr-role",
          `${kind === CEXPR_USER ? "user" : "role"} ${name} is not declared`,
          "error",
          item >> 2,
        );
      else set.add(number - 1);
    }
    return { exprType: CEXPR_NAMES, attr, op, names: set };
  }
}
