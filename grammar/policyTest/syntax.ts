// What a policy test file (`*.sels-test`) says, as plain data: assertions in the order of the text, each with the
// booleans that are set for it and the names of the tests around it. Offsets are UTF-16 code units; ranges of names
// cover the name and nothing more. Nothing here is looked up in a policy.

/** A stretch of the text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A word of the text; for quoted ones the text lies between the quotes, the range covers them. */
export interface Word extends Span {
  readonly text: string;
}

/** One name of a set. */
export interface SetItem extends Word {
  /** written with `-`: taken out again */
  readonly isExcluded: boolean;
}

/** `name`, `{ a b -c }`, `*`, `~{ a }`; `*` within braces is an item of that name. */
export interface NameSet extends Span {
  readonly items: readonly SetItem[];
  /** written with `~`: everything else */
  readonly isComplement: boolean;
}

/** `name=true` */
export interface BooleanSetting extends Span {
  readonly name: Word;
  readonly value: boolean;
}

interface AssertionBase extends Span {
  /** of its own and of the blocks around it, outermost first; the last of a name counts */
  readonly settings: readonly BooleanSetting[];
  /** names of the tests around it, outermost first */
  readonly tests: readonly string[];
}

/** `allow` or `deny SOURCE TARGET:CLASS PERMISSIONS;` */
export interface AccessAssertion extends AssertionBase {
  readonly kind: "access";
  readonly isAllow: boolean;
  readonly sources: NameSet;
  readonly targets: NameSet;
  readonly classes: NameSet;
  readonly permissions: NameSet;
}

/** `label PATH [KIND] LABEL;` */
export interface LabelAssertion extends AssertionBase {
  readonly kind: "label";
  readonly path: Word;
  /** `--`, `-d` …; undefined: any */
  readonly fileKind: Word | undefined;
  /** a type, a context, or `<<none>>` */
  readonly label: Word;
}

/** `transition SOURCE EXECUTABLE -> TARGET;` */
export interface TransitionAssertion extends AssertionBase {
  readonly kind: "transition";
  readonly sources: NameSet;
  readonly executables: NameSet;
  readonly target: Word;
}

/** `reach` or `noreach ROLE DOMAIN;` */
export interface ReachAssertion extends AssertionBase {
  readonly kind: "reach";
  readonly isReach: boolean;
  readonly role: Word;
  readonly domain: Word;
}

export type Assertion = AccessAssertion | LabelAssertion | TransitionAssertion | ReachAssertion;

/** Something that could not be read. */
export interface TestSyntaxError extends Span {
  readonly message: string;
}

/** `test "name" { … }` */
export interface TestBlock extends Span {
  readonly name: Word;
}

export interface PolicyTest {
  readonly assertions: readonly Assertion[];
  /** every setting of the text once, whether assertions stand below it or not */
  readonly settings: readonly BooleanSetting[];
  readonly tests: readonly TestBlock[];
  /** in order of their places */
  readonly errors: readonly TestSyntaxError[];
}
