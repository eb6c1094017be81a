// What declares: types, attributes, roles, users, booleans, classes, MLS names, modules, requirements, defaults,
// capabilities. Follows checkpolicy's policy_parse.y and module grammar; that something may not stand where it
// stands is for the checks to say.

import {
  N_ACCESSVECTOR,
  N_ALIAS,
  N_ATTRIBUTE,
  N_ATTRIBUTEROLE,
  N_BOOL,
  N_CATEGORY,
  N_CLASS,
  N_COMMON,
  N_DEFAULT,
  N_DOMINANCE,
  N_EXPANDATTRIBUTE,
  N_INHERITS,
  N_LEVELDECL,
  N_MODULE,
  N_NEVERAUDIT,
  N_PERMISSIVE,
  N_POLICYCAP,
  N_ROLE,
  N_ROLEATTRIBUTE,
  N_ROLEDOMINANCE,
  N_ROLETYPES,
  N_SENSITIVITY,
  N_TYPE,
  N_TYPEALIAS,
  N_TYPEATTRIBUTE,
  N_TYPEBOUNDS,
  N_USER,
} from "../syntax/kinds.ts";
import {
  T_ADDRESS,
  T_ALIAS,
  T_ATTRIBUTE,
  T_ATTRIBUTE_ROLE,
  T_BOOL,
  T_CATEGORY,
  T_CLASS,
  T_COMMA,
  T_COMMON,
  T_DEFAULT_RANGE,
  T_DEFAULT_ROLE,
  T_DEFAULT_TYPE,
  T_DEFAULT_USER,
  T_DOMINANCE,
  T_EXPANDATTRIBUTE,
  T_FALSE,
  T_GLBLUB,
  T_HIGH,
  T_INHERITS,
  T_LBRACE,
  T_LEVEL,
  T_LOW,
  T_LOW_HIGH,
  T_MODULE,
  T_NEVERAUDIT,
  T_NUMBER,
  T_PERMISSIVE,
  T_POLICYCAP,
  T_RANGE,
  T_RBRACE,
  T_ROLE,
  T_ROLEATTRIBUTE,
  T_ROLES,
  T_SEMI,
  T_SENSITIVITY,
  T_SOURCE,
  T_TARGET,
  T_TRUE,
  T_TUNABLE,
  T_TYPE,
  T_TYPEALIAS,
  T_TYPEATTRIBUTE,
  T_TYPEBOUNDS,
  T_TYPES,
  T_USER,
  T_VERSION,
  T_WORD,
} from "../text/tokens.ts";
import type { Rule } from "./bufferParser.ts";
import { LabelRules } from "./labels.ts";

const TRUTH = [T_TRUE, T_FALSE, T_WORD];

export abstract class DeclarationRules extends LabelRules {
  /** `alias a` or `alias { a b }` */
  private readonly alias: Rule = this.RULE("alias", () => {
    const node = this.open(N_ALIAS);
    this.take(0, T_ALIAS);
    this.or(0, [
      { ALT: () => this.name(0) },
      {
        ALT: () => {
          this.take(1, T_LBRACE);
          this.many(0, () => this.name(1));
          this.take(2, T_RBRACE);
        },
      },
    ]);
    this.close(node);
  });

  protected readonly type: Rule = this.RULE("type", () => {
    const node = this.open(N_TYPE);
    this.take(0, T_TYPE);
    this.name(0);
    this.option(0, () => this.subrule(0, this.alias));
    this.option(1, () => {
      this.take(1, T_COMMA);
      this.nameList(1);
    });
    this.semicolon();
    this.close(node);
  });

  protected readonly typealias: Rule = this.RULE("typealias", () => {
    const node = this.open(N_TYPEALIAS);
    this.take(0, T_TYPEALIAS);
    this.name(0);
    this.subrule(0, this.alias);
    this.semicolon();
    this.close(node);
  });

  protected readonly attribute: Rule = this.oneName("attribute", N_ATTRIBUTE, T_ATTRIBUTE);
  protected readonly permissive: Rule = this.oneName("permissive", N_PERMISSIVE, T_PERMISSIVE);
  protected readonly neveraudit: Rule = this.oneName("neveraudit", N_NEVERAUDIT, T_NEVERAUDIT);
  protected readonly attributeRole: Rule = this.oneName("attributeRole", N_ATTRIBUTEROLE, T_ATTRIBUTE_ROLE);
  protected readonly policycap: Rule = this.oneName("policycap", N_POLICYCAP, T_POLICYCAP);

  /** `keyword name;` */
  private oneName(ruleName: string, kind: number, keyword: number): Rule {
    return this.RULE(ruleName, () => {
      const node = this.open(kind);
      this.take(0, keyword);
      this.name(0);
      this.semicolon();
      this.close(node);
    });
  }

  protected readonly typeattribute: Rule = this.nameAndList(
    "typeattribute",
    N_TYPEATTRIBUTE,
    T_TYPEATTRIBUTE,
  );
  protected readonly typebounds: Rule = this.nameAndList("typebounds", N_TYPEBOUNDS, T_TYPEBOUNDS);
  protected readonly roleattribute: Rule = this.nameAndList(
    "roleattribute",
    N_ROLEATTRIBUTE,
    T_ROLEATTRIBUTE,
  );

  /** `keyword name a, b;` */
  private nameAndList(ruleName: string, kind: number, keyword: number): Rule {
    return this.RULE(ruleName, () => {
      const node = this.open(kind);
      this.take(0, keyword);
      this.name(0);
      this.nameList(1);
      this.semicolon();
      this.close(node);
    });
  }

  protected readonly expandattribute: Rule = this.RULE("expandattribute", () => {
    const node = this.open(N_EXPANDATTRIBUTE);
    this.take(0, T_EXPANDATTRIBUTE);
    this.names(0);
    this.nameOf(0, TRUTH);
    this.semicolon();
    this.close(node);
  });

  protected readonly role: Rule = this.RULE("role", () => {
    const node = this.open(N_ROLE);
    this.take(0, T_ROLE);
    this.name(0);
    this.option(0, () =>
      this.or(0, [
        {
          ALT: () => {
            this.tree.kind[node] = N_ROLETYPES;
            this.take(1, T_TYPES);
            this.names(0);
          },
        },
        {
          ALT: () => {
            this.take(2, T_COMMA);
            this.nameList(1);
          },
        },
      ]),
    );
    this.semicolon();
    this.close(node);
  });

  protected readonly bool: Rule = this.RULE("bool", () => {
    const node = this.open(N_BOOL);
    this.tree.data[node] = this.anyOf(0, [T_BOOL, T_TUNABLE]);
    this.name(0);
    this.nameOf(1, TRUTH);
    this.semicolon();
    this.close(node);
  });

  protected readonly module: Rule = this.RULE("module", () => {
    const node = this.open(N_MODULE);
    this.take(0, T_MODULE);
    this.name(0);
    this.option(0, () => this.nameOf(0, [T_VERSION, T_NUMBER, T_ADDRESS, T_WORD]));
    this.semicolon();
    this.close(node);
  });

  /** `class x`, `class x inherits y { … }` */
  protected readonly class: Rule = this.RULE("class", () => {
    const node = this.open(N_CLASS);
    this.take(0, T_CLASS);
    this.name(0);
    this.option(0, () => {
      const base = this.open(N_INHERITS);
      this.tree.kind[node] = N_ACCESSVECTOR;
      this.take(1, T_INHERITS);
      this.name(1);
      this.close(base);
    });
    this.option(1, () => {
      this.tree.kind[node] = N_ACCESSVECTOR;
      this.bracedNames();
    });
    this.close(node);
  });

  protected readonly common: Rule = this.RULE("common", () => {
    const node = this.open(N_COMMON);
    this.take(0, T_COMMON);
    this.name(0);
    this.bracedNames();
    this.close(node);
  });

  /** `{ a b c }` without a node of its own */
  private bracedNames(): void {
    const outer = this.openBrace;
    this.openBrace = this.pos;
    this.take(8, T_LBRACE);
    this.many(8, () => this.name(8));
    this.take(7, T_RBRACE);
    this.openBrace = outer;
  }

  protected readonly default: Rule = this.RULE("default", () => {
    const node = this.open(N_DEFAULT);
    this.tree.data[node] =
      this.anyOf(0, [T_DEFAULT_USER, T_DEFAULT_ROLE, T_DEFAULT_TYPE, T_DEFAULT_RANGE]) + 1;
    this.names(0);
    this.nameOf(1, [T_SOURCE, T_TARGET, T_GLBLUB]);
    this.option(0, () => this.nameOf(2, [T_LOW, T_HIGH, T_LOW_HIGH]));
    this.semicolon();
    this.close(node);
  });

  protected readonly sensitivity: Rule = this.mlsName("sensitivity", N_SENSITIVITY, T_SENSITIVITY);
  protected readonly category: Rule = this.mlsName("category", N_CATEGORY, T_CATEGORY);

  /** `sensitivity s0 alias x;` */
  private mlsName(ruleName: string, kind: number, keyword: number): Rule {
    return this.RULE(ruleName, () => {
      const node = this.open(kind);
      this.take(0, keyword);
      this.name(0);
      this.option(0, () => this.subrule(0, this.alias));
      this.semicolon();
      this.close(node);
    });
  }

  /** `dominance { s0 s1 }`, and the old `dominance { role a { role b; } }`, whose roles are listed flat. */
  protected readonly dominance: Rule = this.RULE("dominance", () => {
    const node = this.open(N_DOMINANCE);
    this.take(0, T_DOMINANCE);
    this.or(0, [
      { ALT: () => this.name(0) },
      {
        ALT: () => {
          const outer = this.openBrace;
          this.openBrace = this.pos;
          this.take(1, T_LBRACE);
          this.many(0, () => this.dominated(node));
          this.take(2, T_RBRACE);
          this.openBrace = outer;
        },
      },
    ]);
    this.close(node);
  });

  private dominated(node: number): void {
    this.or(1, [
      { ALT: () => this.name(1) },
      {
        ALT: () => {
          this.tree.kind[node] = N_ROLEDOMINANCE;
          this.subrule(0, this.dominatedRole);
        },
      },
    ]);
  }

  private readonly dominatedRole: Rule = this.RULE("dominatedRole", () => {
    const { depth } = this;
    this.deeper();
    this.take(0, T_ROLE);
    this.name(0);
    this.or(0, [
      { ALT: () => this.take(1, T_SEMI) },
      {
        ALT: () => {
          this.take(2, T_LBRACE);
          this.many(0, () => this.subrule(1, this.dominatedRole));
          this.take(3, T_RBRACE);
        },
      },
    ]);
    this.depth = depth;
  });

  protected readonly levelDeclaration: Rule = this.RULE("levelDeclaration", () => {
    const node = this.open(N_LEVELDECL);
    this.take(0, T_LEVEL);
    this.subrule(0, this.level);
    this.semicolon();
    this.close(node);
  });

  protected readonly user: Rule = this.RULE("user", () => {
    const node = this.open(N_USER);
    this.take(0, T_USER);
    this.name(0);
    this.take(1, T_ROLES);
    this.names(0);
    this.option(0, () => {
      this.take(2, T_LEVEL);
      this.subrule(0, this.level);
    });
    this.option(1, () => {
      this.take(3, T_RANGE);
      this.subrule(1, this.range);
    });
    this.semicolon();
    this.close(node);
  });
}
