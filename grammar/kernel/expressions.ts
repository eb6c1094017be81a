// Conditions of `if` and `tunable_policy`, and the expressions of constraints. Both are written in reverse Polish
// order. Precedence as policy_parse.y declares it: `==`/`!=` of conditions bind tighter than `not`, then `and`,
// `xor`, `or`; all to the left. Constraint expressions have no `xor`.

import {
  N_COND,
  N_CONSTRAINTEXPR,
  N_CTERM,
  N_OP,
  OP_AND,
  OP_DOM,
  OP_DOMBY,
  OP_EQ,
  OP_INCOMP,
  OP_NEQ,
  OP_NOT,
  OP_OR,
  OP_XOR,
} from "../syntax/kinds.ts";
import {
  T_AND,
  T_CALLEE,
  T_DOM,
  T_DOMBY,
  T_EQ,
  T_H1,
  T_H2,
  T_IFDEF,
  T_IFELSE,
  T_IFNDEF,
  T_INCOMP,
  T_L1,
  T_L2,
  T_LPAREN,
  T_NEQ,
  T_NOT,
  T_OR,
  T_R1,
  T_R2,
  T_R3,
  T_RPAREN,
  T_SAMEUSER,
  T_T1,
  T_T2,
  T_T3,
  T_U1,
  T_U2,
  T_U3,
  T_WORD,
  T_XOR,
} from "../text/tokens.ts";
import type { Rule } from "./bufferParser.ts";
import { NameRules } from "./names.ts";

const LEFT = [T_U1, T_U2, T_U3, T_R1, T_R2, T_R3, T_T1, T_T2, T_T3, T_L1, T_L2, T_H1, T_H2];
const RELATION = [T_EQ, T_NEQ, T_DOM, T_DOMBY, T_INCOMP];
const RELATION_OP = [OP_EQ, OP_NEQ, OP_DOM, OP_DOMBY, OP_INCOMP];

/** Can a token of this type only begin an expression of a constraint? */
export function beginsConstraint(type: number): boolean {
  return (type >= T_U1 && type <= T_H2) || type === T_NOT || type === T_LPAREN || type === T_SAMEUSER;
}

export abstract class ExpressionRules extends NameRules {
  /** `ifdef` that stands for an operand of a constraint. */
  abstract ifdefInExpression(): void;

  /** `a && !b`: one N_COND. */
  protected readonly condition: Rule = this.RULE("condition", () => {
    const node = this.open(N_COND);
    this.subrule(0, this.condOr);
    this.close(node);
  });

  private readonly condOr: Rule = this.RULE("condOr", () => this.binary(T_OR, OP_OR, this.condXor));

  private readonly condXor: Rule = this.RULE("condXor", () => this.binary(T_XOR, OP_XOR, this.condAnd));

  private readonly condAnd: Rule = this.RULE("condAnd", () => this.binary(T_AND, OP_AND, this.condNot));

  private readonly condNot: Rule = this.RULE("condNot", () => this.negation(this.condNot, this.condEquals));

  private readonly condEquals: Rule = this.RULE("condEquals", () => {
    this.subrule(0, this.condPrimary);
    this.many(0, () => {
      const at = this.pos;
      const which = this.anyOf(0, [T_EQ, T_NEQ]);
      // `a == !b` is legal, whatever the precedence of `!`.
      this.subrule(1, this.condNot);
      this.operator(which === 0 ? OP_EQ : OP_NEQ, at);
    });
  });

  private readonly condPrimary: Rule = this.RULE("condPrimary", () => {
    this.or(0, [
      { ALT: () => this.parenthesised(() => this.subrule(0, this.condOr)) },
      { ALT: () => this.name(0) },
    ]);
  });

  /** The expression of a constraint: one N_CONSTRAINTEXPR. */
  protected readonly constraintExpression: Rule = this.RULE("constraintExpression", () => {
    const node = this.open(N_CONSTRAINTEXPR);
    this.subrule(0, this.constraintOr);
    this.close(node);
  });

  private readonly constraintOr: Rule = this.RULE("constraintOr", () =>
    this.binary(T_OR, OP_OR, this.constraintAnd),
  );

  private readonly constraintAnd: Rule = this.RULE("constraintAnd", () =>
    this.binary(T_AND, OP_AND, this.constraintNot),
  );

  private readonly constraintNot: Rule = this.RULE("constraintNot", () =>
    this.negation(this.constraintNot, this.constraintPrimary),
  );

  private readonly constraintPrimary: Rule = this.RULE("constraintPrimary", () => {
    this.or(0, [
      { ALT: () => this.parenthesised(() => this.subrule(0, this.constraintOr)) },
      { ALT: () => this.subrule(1, this.constraintTerm) },
      { ALT: () => this.nameOf(0, [T_WORD, T_SAMEUSER]) },
      { ALT: () => this.operandCall() },
      { ALT: () => this.operandIfdef() },
    ]);
  });

  private readonly constraintTerm: Rule = this.RULE("constraintTerm", () => {
    const node = this.open(N_CTERM);
    this.nameOf(0, LEFT);
    const at = this.pos;
    const relation = this.anyOf(1, RELATION);
    this.operator(RELATION_OP[relation] as number, at);
    this.or(2, [
      { ALT: () => this.nameOf(3, LEFT) },
      {
        ALT: () => {
          this.tree.data[node] = 1;
          this.names(0);
        },
      },
    ]);
    this.close(node);
  });

  /** `operand (sign operand)*`, to the left; the whole of a rule. */
  private binary(sign: number, op: number, operand: Rule): void {
    this.subrule(0, operand);
    this.many(0, () => {
      const at = this.pos;
      this.take(0, sign);
      this.subrule(1, operand);
      this.operator(op, at);
    });
  }

  /** `not` before more of the same, else what it binds to; the whole of a rule. */
  private negation(same: Rule, operand: Rule): void {
    this.or(0, [
      {
        ALT: () => {
          const at = this.pos;
          const { depth } = this;
          this.deeper();
          this.take(0, T_NOT);
          this.subrule(0, same);
          this.depth = depth;
          this.operator(OP_NOT, at);
        },
      },
      { ALT: () => this.subrule(1, operand) },
    ]);
  }

  private operandCall(): void {
    if (this.RECORDING_PHASE) this.take(1, T_CALLEE);
    else this.callInSet();
  }

  private operandIfdef(): void {
    if (this.RECORDING_PHASE) this.anyOf(3, [T_IFDEF, T_IFNDEF, T_IFELSE]);
    else if (this.at(T_IFELSE)) this.callInSet();
    else this.ifdefInExpression();
  }

  private parenthesised(inner: () => void): void {
    const { depth, openParen } = this;
    this.deeper();
    this.openParen = this.pos;
    this.take(0, T_LPAREN);
    inner();
    this.take(1, T_RPAREN);
    this.openParen = openParen;
    this.depth = depth;
  }

  /** A leaf for the operator at a token, after its operands. */
  private operator(op: number, at: number): void {
    this.tree.leaf(N_OP, at, at + 1, op);
  }
}
