// Rules and constraints, and the list of all statements of the language. Follows `te_decl`, `te_rbac_decl`,
// `cond_stmt_def` and the constraint part of checkpolicy's policy_parse.y. `if` and `optional` need blocks of
// statements, which refpolicy/statements.ts reads.

import {
  N_AVRULE,
  N_CONSTRAIN,
  N_IF,
  N_OPTIONAL,
  N_RANGETRANSITION,
  N_REQUIRE,
  N_ROLEALLOW,
  N_ROLETRANSITION,
  N_TYPERULE,
  N_VALIDATETRANS,
  N_XPERMRULE,
  RULE_ALLOW,
  RULE_AUDITALLOW,
  RULE_DONTAUDIT,
  RULE_NEVERALLOW,
} from "../syntax/kinds.ts";
import {
  T_ALLOW,
  T_ALLOWXPERM,
  T_AUDITALLOW,
  T_AUDITALLOWXPERM,
  T_AUDITDENY,
  T_COLON,
  T_CONSTRAIN,
  T_DONTAUDIT,
  T_DONTAUDITXPERM,
  T_ELSE,
  T_IF,
  T_LBRACE,
  T_LPAREN,
  T_MLSCONSTRAIN,
  T_MLSVALIDATETRANS,
  T_NEVERALLOW,
  T_NEVERALLOWXPERM,
  T_OPTIONAL,
  T_RANGE_TRANSITION,
  T_RBRACE,
  T_REQUIRE,
  T_ROLE_TRANSITION,
  T_RPAREN,
  T_SEMI,
  T_STRING,
  T_TYPE_CHANGE,
  T_TYPE_MEMBER,
  T_TYPE_TRANSITION,
  T_VALIDATETRANS,
  T_WORD,
} from "../text/tokens.ts";
import type { Alternative, Rule } from "./bufferParser.ts";
import { DeclarationRules } from "./declarations.ts";

const AV_KEYWORDS = [T_ALLOW, T_AUDITALLOW, T_DONTAUDIT, T_AUDITDENY, T_NEVERALLOW];
const XPERM_KEYWORDS = [T_ALLOWXPERM, T_AUDITALLOWXPERM, T_DONTAUDITXPERM, T_NEVERALLOWXPERM];
const XPERM_DATA = [RULE_ALLOW, RULE_AUDITALLOW, RULE_DONTAUDIT, RULE_NEVERALLOW];
const TYPE_KEYWORDS = [T_TYPE_TRANSITION, T_TYPE_MEMBER, T_TYPE_CHANGE];

export abstract class StatementRules extends DeclarationRules {
  /** `{ statement* }` as one N_BLOCK. */
  abstract braceBlock(): void;
  /** The requirements between the braces of `require`, the closing brace included. */
  abstract requirements(openBrace: number): void;

  /** `allow a b:c d;` and `allow role roles;` */
  protected readonly avRule: Rule = this.RULE("avRule", () => {
    const node = this.open(N_AVRULE);
    const data = this.anyOf(0, AV_KEYWORDS) + 1;
    this.tree.data[node] = data;
    this.names(0);
    this.names(1);
    if (this.RECORDING_PHASE || data !== RULE_ALLOW || this.types[this.pos] !== T_SEMI) this.avTail();
    else {
      this.tree.kind[node] = N_ROLEALLOW;
      this.tree.data[node] = 0;
    }
    this.semicolon();
    this.close(node);
  });

  private avTail(): void {
    this.take(1, T_COLON);
    this.names(2);
    this.names(3);
  }

  protected readonly xpermRule: Rule = this.RULE("xpermRule", () => {
    const node = this.open(N_XPERMRULE);
    this.tree.data[node] = XPERM_DATA[this.anyOf(0, XPERM_KEYWORDS)] as number;
    this.names(0);
    this.names(1);
    this.take(1, T_COLON);
    this.names(2);
    this.name(3);
    this.numberSet(4);
    this.semicolon();
    this.close(node);
  });

  protected readonly typeRule: Rule = this.RULE("typeRule", () => {
    const node = this.open(N_TYPERULE);
    this.tree.data[node] = this.anyOf(0, TYPE_KEYWORDS) + 1;
    this.names(0);
    this.names(1);
    this.take(1, T_COLON);
    this.names(2);
    this.name(3);
    // A word is no name of a file, but a macro's parameter may become one.
    this.option(0, () => this.nameOf(4, [T_STRING, T_WORD]));
    this.semicolon();
    this.close(node);
  });

  protected readonly rangeTransition: Rule = this.RULE("rangeTransition", () => {
    const node = this.open(N_RANGETRANSITION);
    this.take(0, T_RANGE_TRANSITION);
    this.names(0);
    this.names(1);
    this.option(0, () => {
      this.take(1, T_COLON);
      this.names(2);
    });
    this.subrule(0, this.range);
    this.semicolon();
    this.close(node);
  });

  protected readonly roleTransition: Rule = this.RULE("roleTransition", () => {
    const node = this.open(N_ROLETRANSITION);
    this.take(0, T_ROLE_TRANSITION);
    this.names(0);
    this.names(1);
    this.option(0, () => {
      this.take(1, T_COLON);
      this.names(2);
    });
    this.name(3);
    this.semicolon();
    this.close(node);
  });

  protected readonly constrain: Rule = this.RULE("constrain", () => {
    const node = this.open(N_CONSTRAIN);
    this.tree.data[node] = this.anyOf(0, [T_CONSTRAIN, T_MLSCONSTRAIN]);
    this.names(0);
    this.names(1);
    this.subrule(0, this.constraintExpression);
    this.semicolon();
    this.close(node);
  });

  protected readonly validatetrans: Rule = this.RULE("validatetrans", () => {
    const node = this.open(N_VALIDATETRANS);
    this.tree.data[node] = this.anyOf(0, [T_VALIDATETRANS, T_MLSVALIDATETRANS]);
    this.names(0);
    this.subrule(0, this.constraintExpression);
    this.semicolon();
    this.close(node);
  });

  protected readonly if: Rule = this.RULE("if", () => {
    const node = this.open(N_IF);
    this.take(0, T_IF);
    const paren = this.pos;
    this.openParen = paren;
    this.take(1, T_LPAREN);
    this.subrule(0, this.condition);
    if (!this.RECORDING_PHASE && this.at(T_LBRACE)) {
      this.reportOpen("parse-paren", "this parenthesis is not closed", paren);
    } else this.take(2, T_RPAREN);
    this.openParen = -1;
    this.block(7);
    this.option(0, () => {
      this.take(3, T_ELSE);
      this.block(8);
    });
    this.close(node);
  });

  protected readonly optional: Rule = this.RULE("optional", () => {
    const node = this.open(N_OPTIONAL);
    this.take(0, T_OPTIONAL);
    this.filledBlock(7);
    this.option(0, () => {
      this.take(3, T_ELSE);
      this.filledBlock(8);
    });
    this.close(node);
  });

  /** A block in which something stands, as avrules_block wants it. */
  private filledBlock(index: number): void {
    const brace = this.pos;
    this.block(index);
    this.refuseEmpty(brace, "an optional block cannot be empty");
  }

  private refuseEmpty(brace: number, message: string): void {
    if (!this.RECORDING_PHASE && this.pos === brace + 2 && this.types[brace + 1] === T_RBRACE)
      this.report("parse-syntax", message, brace, brace + 2);
  }

  private block(index: number): void {
    this.recordable(index, T_LBRACE, () => this.braceBlock());
  }

  protected readonly require: Rule = this.RULE("require", () => {
    const node = this.open(N_REQUIRE);
    this.take(0, T_REQUIRE);
    const brace = this.pos;
    this.take(1, T_LBRACE);
    this.recordable(8, T_RPAREN, () => this.requirements(brace));
    this.refuseEmpty(brace, "a require block cannot be empty");
    this.close(node);
  });

  /** All statements of the language. */
  protected languageStatements(): Alternative[] {
    const rules: Rule[] = [
      this.avRule,
      this.xpermRule,
      this.typeRule,
      this.rangeTransition,
      this.roleTransition,
      this.type,
      this.typealias,
      this.typeattribute,
      this.typebounds,
      this.attribute,
      this.expandattribute,
      this.permissive,
      this.neveraudit,
      this.role,
      this.attributeRole,
      this.roleattribute,
      this.bool,
      this.if,
      this.optional,
      this.require,
      this.module,
      this.policycap,
      this.class,
      this.sid,
      this.common,
      this.default,
      this.sensitivity,
      this.dominance,
      this.category,
      this.levelDeclaration,
      this.constrain,
      this.validatetrans,
      this.user,
      this.fsUse,
      this.genfscon,
      this.portcon,
      this.netifcon,
      this.nodecon,
      this.ibpkeycon,
      this.ibendportcon,
      this.fscon,
      this.xencon,
    ];
    return rules.map((rule, index) => ({ ALT: () => this.subrule(index, rule) }));
  }
}
