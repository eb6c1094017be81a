// The rules for one statement of a policy test file, as a Chevrotain grammar. A statement is read from tokens of its
// own, so that what is wrong in one never touches the next: policyTest.ts cuts the text into statements and looks at
// `errors` after each. Messages say what was expected and what stands there.

import {
  EmbeddedActionsParser,
  type IParserErrorMessageProvider,
  type IToken,
  type TokenType,
  tokenMatcher,
} from "chevrotain";
import type { BooleanSetting, NameSet, SetItem, Span, Word } from "./syntax.ts";
import {
  ALLOW,
  ARROW,
  COLON,
  COMMA,
  DENY,
  EQUALS,
  LABEL,
  LBRACE,
  MINUS,
  NONE,
  NOREACH,
  PATH,
  RBRACE,
  REACH,
  SEMICOLON,
  STAR,
  TEST,
  TEXT,
  TILDE,
  TOKENS,
  TRANSITION,
  WITH,
  WORD,
} from "./tokens.ts";

/** A statement without what surrounds it. */
export type Statement = Span & { readonly settings: readonly BooleanSetting[] } & (
    | {
        readonly kind: "access";
        readonly isAllow: boolean;
        readonly sources: NameSet;
        readonly targets: NameSet;
        readonly classes: NameSet;
        readonly permissions: NameSet;
      }
    | {
        readonly kind: "label";
        readonly path: Word;
        readonly fileKind: Word | undefined;
        readonly label: Word;
      }
    | {
        readonly kind: "transition";
        readonly sources: NameSet;
        readonly executables: NameSet;
        readonly target: Word;
      }
    | { readonly kind: "reach"; readonly isReach: boolean; readonly role: Word; readonly domain: Word }
  );

/** What opens a block. */
export interface BlockHead {
  readonly name: Word | undefined;
  readonly settings: readonly BooleanSetting[];
}

const TRUTH: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["on", true],
  ["1", true],
  ["false", false],
  ["off", false],
  ["0", false],
]);

const MESSAGES: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, actual }) => expectedText(expected.name, actual),
  buildNotAllInputParsedMessage: ({ firstRedundant }) => `${shown(firstRedundant)} is too much here`,
  buildNoViableAltMessage: ({ actual, customUserDescription }) =>
    expectedText(customUserDescription ?? "something else", actual[0] as IToken),
  buildEarlyExitMessage: ({ actual, customUserDescription }) =>
    expectedText(customUserDescription ?? "something else", actual[0] as IToken),
};

function expectedText(expected: string, actual: IToken): string {
  return actual.image === "" ? `expected ${expected}` : `expected ${expected}, found ${shown(actual)}`;
}

function shown(token: IToken): string {
  return token.image === "" ? "the end" : `\`${token.image}\``;
}

export class StatementParser extends EmbeddedActionsParser {
  constructor() {
    super(TOKENS as TokenType[], {
      recoveryEnabled: false,
      maxLookahead: 1,
      nodeLocationTracking: "none",
      errorMessageProvider: MESSAGES,
      skipValidations: true,
    });
    this.performSelfAnalysis();
  }

  readonly access = this.RULE("access", (): Statement => {
    const first = this.OR([{ ALT: () => this.CONSUME(ALLOW) }, { ALT: () => this.CONSUME(DENY) }]);
    const sources = this.SUBRULE(this.set);
    const targets = this.SUBRULE2(this.set);
    this.CONSUME(COLON);
    const classes = this.SUBRULE3(this.set);
    const permissions = this.SUBRULE4(this.set);
    const settings = this.SUBRULE(this.ending);
    const isAllow = first.tokenType === ALLOW;
    return {
      kind: "access",
      isAllow,
      sources,
      targets,
      classes,
      permissions,
      settings,
      ...span(first, permissions),
    };
  });

  readonly label = this.RULE("label", (): Statement => {
    const first = this.CONSUME(LABEL);
    const path = this.SUBRULE(this.path);
    const fileKind = this.OPTION(() => this.SUBRULE(this.fileKind));
    const label = this.SUBRULE(this.context);
    const settings = this.SUBRULE(this.ending);
    return { kind: "label", path, fileKind, label, settings, ...span(first, label) };
  });

  readonly transition = this.RULE("transition", (): Statement => {
    const first = this.CONSUME(TRANSITION);
    const sources = this.SUBRULE(this.set);
    const executables = this.SUBRULE2(this.set);
    this.CONSUME(ARROW);
    const target = word(this.CONSUME(WORD));
    const settings = this.SUBRULE(this.ending);
    return { kind: "transition", sources, executables, target, settings, ...span(first, target) };
  });

  readonly reach = this.RULE("reach", (): Statement => {
    const first = this.OR([{ ALT: () => this.CONSUME(REACH) }, { ALT: () => this.CONSUME(NOREACH) }]);
    const role = word(this.CONSUME(WORD));
    const domain = word(this.CONSUME2(WORD));
    const settings = this.SUBRULE(this.ending);
    const isReach = first.tokenType === REACH;
    return { kind: "reach", isReach, role, domain, settings, ...span(first, domain) };
  });

  /** `test "name" [with …] {` or `with … {` */
  readonly block = this.RULE("block", (): BlockHead => {
    const head = this.OR<BlockHead>([
      {
        ALT: () => {
          this.CONSUME(TEST);
          const name = word(this.CONSUME(TEXT));
          return { name, settings: this.OPTION(() => this.SUBRULE(this.with)) ?? [] };
        },
      },
      { ALT: () => ({ name: undefined, settings: this.SUBRULE2(this.with) }) },
    ]);
    this.CONSUME(LBRACE);
    return head;
  });

  private readonly ending = this.RULE("ending", (): readonly BooleanSetting[] => {
    const settings = this.OPTION(() => this.SUBRULE(this.with)) ?? [];
    this.CONSUME(SEMICOLON);
    return settings;
  });

  private readonly with = this.RULE("with", (): readonly BooleanSetting[] => {
    const settings: BooleanSetting[] = [];
    this.CONSUME(WITH);
    this.AT_LEAST_ONE_SEP({ SEP: COMMA, DEF: () => settings.push(this.SUBRULE(this.setting)) });
    return settings;
  });

  private readonly setting = this.RULE("setting", (): BooleanSetting => {
    const name = word(this.CONSUME(WORD));
    this.CONSUME(EQUALS);
    const value = this.OR({
      ERR_MSG: "`true` or `false`",
      DEF: [{ GATE: () => TRUTH.has(this.LA(1).image), ALT: () => this.CONSUME2(WORD) }],
    });
    return { name, value: TRUTH.get(value.image) === true, start: name.start, end: endOf(value) };
  });

  private readonly set = this.RULE("set", (): NameSet => {
    const tilde = this.OPTION(() => this.CONSUME(TILDE));
    const isComplement = tilde !== undefined;
    return this.OR({
      ERR_MSG: "a name or a set",
      DEF: [
        {
          ALT: () => {
            const open = this.CONSUME(LBRACE);
            const items: SetItem[] = [];
            this.MANY(() => items.push(this.SUBRULE(this.item)));
            const close = this.CONSUME(RBRACE);
            return { items, isComplement, start: (tilde ?? open).startOffset, end: endOf(close) };
          },
        },
        {
          ALT: () => {
            const item = this.SUBRULE(this.name);
            const start = tilde?.startOffset ?? item.start;
            return { items: [{ ...item, isExcluded: false }], isComplement, start, end: item.end };
          },
        },
      ],
    });
  });

  private readonly item = this.RULE("item", (): SetItem => {
    const minus = this.OPTION(() => this.CONSUME(MINUS));
    const name = this.SUBRULE(this.name);
    return { ...name, isExcluded: minus !== undefined };
  });

  private readonly name = this.RULE("name", (): Word => {
    const token = this.OR({
      ERR_MSG: "a name",
      DEF: [{ ALT: () => this.CONSUME(WORD) }, { ALT: () => this.CONSUME(STAR) }],
    });
    return word(token);
  });

  private readonly path = this.RULE(
    "path",
    (): Word =>
      this.OR({
        ERR_MSG: "a path",
        DEF: [
          { ALT: () => word(this.CONSUME(PATH)) },
          {
            ALT: () => {
              const token = this.CONSUME(TEXT);
              return { ...word(token), text: token.image.slice(1, -1) };
            },
          },
          {
            // HOME_DIR/.ssh
            ALT: () => joined(this.CONSUME(WORD), [this.CONSUME2(PATH)]),
          },
        ],
      }),
  );

  private readonly fileKind = this.RULE("fileKind", (): Word => {
    const first = this.CONSUME(MINUS);
    const letter = this.OR({
      ERR_MSG: "`-`, `b`, `c`, `d`, `l`, `p` or `s`",
      DEF: [
        { ALT: () => this.CONSUME2(MINUS) },
        { GATE: () => /^[bcdlps]$/.test(this.LA(1).image), ALT: () => this.CONSUME(WORD) },
      ],
    });
    return joined(first, [letter]);
  });

  private readonly context = this.RULE("context", (): Word => {
    const first = this.OR({
      ERR_MSG: "a type, a context or `<<none>>`",
      DEF: [{ ALT: () => this.CONSUME(NONE) }, { ALT: () => this.CONSUME(WORD) }],
    });
    const rest: IToken[] = [];
    this.MANY(() => {
      rest.push(
        this.OR2([{ ALT: () => this.CONSUME(COLON) }, { ALT: () => this.CONSUME(COMMA) }]),
        this.CONSUME2(WORD),
      );
    });
    return joined(first, rest);
  });
}

/** Is the token one of these? Keywords count as words. */
export function isOneOf(token: IToken | undefined, types: readonly TokenType[]): boolean {
  return token !== undefined && types.some((type) => tokenMatcher(token, type));
}

/** The offset behind a token. */
export function endOf(token: IToken): number {
  return (token.endOffset ?? token.startOffset) + 1;
}

function word(token: IToken): Word {
  return { text: token.image, start: token.startOffset, end: endOf(token) };
}

/** Several tokens as one word. */
function joined(first: IToken, rest: readonly IToken[]): Word {
  const last = rest.at(-1) ?? first;
  const text = [first, ...rest].map((token) => token.image).join("");
  return { text, start: first.startOffset, end: endOf(last) };
}

function span(first: IToken, last: Span): Span {
  return { start: first.startOffset, end: last.end };
}
