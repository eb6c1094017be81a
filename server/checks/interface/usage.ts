// What the body of a macro does with each of its parameters, read from the definition's tree alone: which kinds of
// names a parameter stands for, whether a call without it would be a syntax error, whether it is a part of longer
// names (`$1_t`), and which calls it is passed on to. What stands in text that only m4 can read, or in an `ifelse`,
// is counted as a use of which nothing is known. What callees do with a parameter is in ./parameters.ts.

import * as kinds from "../../../grammar/syntax/kinds.ts";
import type { SyntaxTree } from "../../../grammar/syntax/tree.ts";
import type { CheckFile } from "../check.ts";

/** Kinds of names, as bits. */
export const TYPE = 1;
export const ROLE = 2;
export const CLASS = 4;
export const PERMISSION = 8;
export const BOOL = 16;
/** a part of names: `$1_t` */
export const PREFIX = 32;
/** the name of something new, a level, a string, or text that only m4 understands */
export const OTHER = 64;

/** A parameter that is passed on as it is: `callee(…, $1, …)`. */
export interface Forward {
  /** word id of the callee */
  readonly callee: number;
  /** parameter of the callee, from 0 */
  readonly index: number;
  /** alone, and not within a condition: the callee's need is a need of ours */
  readonly whole: boolean;
}

/** What is known about one parameter from the body alone. */
export interface ParameterUse {
  kinds: number;
  /** without it a statement of the body has no name where one must stand */
  needed: boolean;
  /** something follows it directly: a blank at its end tears a name apart */
  followed: boolean;
  readonly forwards: Forward[];
}

/** A macro with a body of statements. */
export interface MacroUse {
  readonly word: number;
  readonly node: number;
  readonly file: CheckFile;
  readonly isTemplate: boolean;
  /** `define`, not `interface` or `template` */
  readonly isDefine: boolean;
  /** the body names its arguments all at once (`$*`, `$@`, `$#`), or a part of it is not understood */
  readonly opaque: boolean;
  /** by number, from 0; parameters that are not used are missing */
  readonly parameters: readonly (ParameterUse | undefined)[];
  /** word ids of what it calls */
  readonly calls: readonly number[];
  /** it declares something itself, whatever its name */
  readonly declares: boolean;
}

/** What the body of a macro says. */
type Body = Pick<MacroUse, "opaque" | "parameters" | "calls" | "declares">;

/** A macro whose body is read when somebody asks what it does: half of them are never called. */
class Definition implements MacroUse {
  readonly word: number;
  readonly node: number;
  readonly file: CheckFile;
  readonly isTemplate: boolean;
  readonly isDefine: boolean;
  private known: Body | undefined;

  constructor(file: CheckFile, node: number) {
    const { tree } = file;
    this.file = file;
    this.node = node;
    this.word = tree.data[node + 1] as number;
    this.isTemplate = tree.data[node] === 1;
    this.isDefine = tree.kind[node] === kinds.N_DEFINE;
  }

  private get body(): Body {
    this.known ??= new Reader(this.file, this.node).read();
    return this.known;
  }

  get opaque(): boolean {
    return this.body.opaque;
  }

  get parameters(): MacroUse["parameters"] {
    return this.body.parameters;
  }

  get calls(): readonly number[] {
    return this.body.calls;
  }

  get declares(): boolean {
    return this.body.declares;
  }
}

/** Does a definition have a name and a body that can be read? */
function isReadable(tree: SyntaxTree, node: number): boolean {
  const end = tree.end[node] as number;
  const name = node + 1;
  if (name >= end || tree.kind[name] !== kinds.N_NAME) return false;
  const body = tree.end[name] as number;
  if (body >= end) return false;
  return tree.kind[body] === kinds.N_BLOCK || tree.kind[node] === kinds.N_DEFINE;
}

/** The macros that a file defines at its top. */
export function macrosIn(file: CheckFile): readonly MacroUse[] {
  const { tree } = file;
  const found: MacroUse[] = [];
  for (let node = 1; node < tree.count; ) {
    const kind = tree.kind[node];
    if (kind === kinds.N_INTERFACE || kind === kinds.N_DEFINE) {
      if (isReadable(tree, node)) found.push(new Definition(file, node));
      node = tree.end[node] as number;
    } else if (kind === kinds.N_BLOCK || kind === kinds.N_IFDEF || kind === kinds.N_FILE) node++;
    else node = tree.end[node] as number;
  }
  return found;
}

/** Word of a token is `$n` exactly, holds `$n`, or neither. */
const PLAIN = 1;
const EXACT = 2;
const COMPOSED = 3;
const DOLLAR = 36;

class Reader {
  private readonly file: CheckFile;
  private readonly tree: SyntaxTree;
  private readonly node: number;
  private readonly parameters: (ParameterUse | undefined)[] = [];
  private readonly calls: number[] = [];
  /** the place of a `$` with none between the last statement looked at and it */
  private dollar = -1;
  private opaque = false;
  private declares = false;
  /** inside a condition: what stands here is not always needed */
  private conditional = 0;
  /** inside `ifelse`: arguments are compared, so kinds are not certain either */
  private unsure = 0;

  constructor(file: CheckFile, node: number) {
    this.file = file;
    this.tree = file.tree;
    this.node = node;
  }

  read(): Body {
    const { tree, node } = this;
    const body = tree.end[node + 1] as number;
    if (tree.kind[body] === kinds.N_BLOCK) this.block(body);
    else this.text(body);
    return {
      opaque: this.opaque,
      parameters: this.parameters,
      calls: this.calls,
      declares: this.declares,
    };
  }

  /** Is there a `$` in the text of a node? Statements come in order, so the text is looked through once. */
  private hasDollar(node: number): boolean {
    const { tokens } = this.tree;
    const first = this.tree.first[node] as number;
    const last = this.tree.last[node] as number;
    if (last <= first) return false;
    const start = tokens.start[first] as number;
    if (this.dollar < start) {
      const found = tokens.text.indexOf("$", start);
      this.dollar = found < 0 ? tokens.text.length : found;
    }
    return this.dollar < (tokens.end[last - 1] as number);
  }

  private children(node: number, visit: (child: number, index: number) => void): void {
    const end = this.tree.end[node] as number;
    let index = 0;
    for (let child = node + 1; child < end; child = this.tree.end[child] as number) visit(child, index++);
  }

  private block(node: number): void {
    this.children(node, (child) => this.statement(child));
  }

  private statement(node: number): void {
    const { tree } = this;
    const kind = tree.kind[node] as number;
    switch (kind) {
      case kinds.N_CALL:
        this.call(node);
        return;
      case kinds.N_BLOCK:
      case kinds.N_OPTIONAL:
      case kinds.N_OPTIONALPOLICY:
        this.block(node);
        return;
      case kinds.N_REQUIRE:
      case kinds.N_GENREQUIRE:
        if (this.hasDollar(node)) this.block(node);
        return;
      case kinds.N_IF:
      case kinds.N_TUNABLEPOLICY:
        this.children(node, (child, index) =>
          index === 0 ? this.names(child, BOOL, true) : this.statement(child),
        );
        return;
      case kinds.N_IFDEF:
        this.conditional++;
        this.children(node, (child, index) => (index === 0 ? this.text(child) : this.statement(child)));
        this.conditional--;
        return;
      case kinds.N_IFELSE:
        this.conditional++;
        this.unsure++;
        this.children(node, (child) =>
          tree.kind[child] === kinds.N_BLOCK ? this.block(child) : this.text(child),
        );
        this.unsure--;
        this.conditional--;
        return;
      case kinds.N_MESSAGE:
        return;
      case kinds.N_REQUIREITEM:
        this.names(node, REQUIRED.get(tree.data[node] as number) ?? OTHER, true);
        return;
      case kinds.N_TYPE:
      case kinds.N_ATTRIBUTE:
      case kinds.N_ATTRIBUTEROLE:
      case kinds.N_BOOL:
      case kinds.N_GENBOOL:
        this.declares = true;
        break;
      case kinds.N_ROLE:
        this.declares = true;
        break;
      default:
    }
    if (!this.hasDollar(node)) return;
    const slots = SLOTS.get(kind);
    if (slots === undefined) {
      this.text(node);
      return;
    }
    this.children(node, (child, index) =>
      this.names(child, slots[Math.min(index, slots.length - 1)] ?? OTHER, true),
    );
  }

  private call(node: number): void {
    const { tree } = this;
    const callee = tree.data[node] as number;
    this.calls.push(callee);
    if (!this.hasDollar(node)) return;
    this.children(node, (child, index) => {
      if (tree.kind[child] !== kinds.N_ARG) return;
      if ((tree.data[child] as number) & 2) {
        this.text(child);
        return;
      }
      const first = child + 1;
      const isWhole = first < (tree.end[child] as number) && tree.end[first] === tree.end[child];
      for (let inner = first; inner < (tree.end[child] as number); inner++) {
        const what = this.wordAt(inner);
        if (what === COMPOSED) this.composed(inner);
        else if (what === EXACT) {
          const whole =
            isWhole && inner === first && this.conditional === 0 && tree.kind[inner] === kinds.N_NAME;
          const use = this.parameter(numberOf(this.file, inner) - 1);
          if (this.unsure > 0) use.kinds |= OTHER;
          use.forwards.push({ callee, index, whole });
        }
      }
    });
  }

  /** The names in a slot of a statement. */
  private names(node: number, kind: number, alone: boolean): void {
    const { tree } = this;
    const leaf = tree.kind[node];
    if (leaf === kinds.N_NAME || leaf === kinds.N_MINUS) {
      const what = this.wordAt(node);
      if (what === COMPOSED) this.composed(node);
      else if (what === EXACT) {
        const use = this.parameter(numberOf(this.file, node) - 1);
        use.kinds |= this.unsure > 0 ? OTHER : kind;
        if (alone && this.conditional === 0 && kind !== OTHER && kind !== BOOL && leaf === kinds.N_NAME)
          use.needed = true;
      }
      return;
    }
    const end = tree.end[node] as number;
    if (end === node + 1) {
      // Leaves without a word: `*`, operators, and text that no rule took.
      if (leaf !== kinds.N_STAR && leaf !== kinds.N_OP) this.text(node);
      return;
    }
    // A set may lose a member; a list of names after a comma may not, but that is not told apart here.
    for (let child = node + 1; child < end; child = tree.end[child] as number) {
      if (tree.kind[child] === kinds.N_IFDEF || tree.kind[child] === kinds.N_CALL) this.statement(child);
      else this.names(child, kind, false);
    }
  }

  /** Text of which only the parameters in it are known. */
  private text(node: number): void {
    const { tokens } = this.tree;
    const last = this.tree.last[node] as number;
    const first = this.tree.first[node] as number;
    if (last <= first) return;
    const text = tokens.text.slice(tokens.start[first], tokens.end[last - 1]);
    if (!text.includes("$")) return;
    if (/\$[*@#]/.test(text)) this.opaque = true;
    for (const match of text.matchAll(/\$(\d+)/g)) {
      const use = this.parameter(Number(match[1]) - 1);
      use.kinds |= OTHER;
    }
  }

  private composed(node: number): void {
    const text = wordText(this.file, node);
    if (/\$[*@#]/.test(text)) this.opaque = true;
    for (const match of text.matchAll(/\$(\d+)/g)) {
      const use = this.parameter(Number(match[1]) - 1);
      use.kinds |= PREFIX;
      if (match.index + match[0].length < text.length) use.followed = true;
      // `$1_t` without `$1` begins with an underscore, which no name does.
      if (match.index === 0 && this.conditional === 0) use.needed = true;
    }
  }

  private parameter(index: number): ParameterUse {
    if (index < 0) return { kinds: OTHER, needed: false, followed: false, forwards: [] };
    let use = this.parameters[index];
    if (use === undefined) {
      use = { kinds: 0, needed: false, followed: false, forwards: [] };
      this.parameters[index] = use;
    }
    return use;
  }

  private wordAt(node: number): number {
    const kind = this.tree.kind[node];
    if (kind !== kinds.N_NAME && kind !== kinds.N_MINUS) return PLAIN;
    const { tokens } = this.tree;
    const token = (this.tree.last[node] as number) - 1;
    const start = tokens.start[token] as number;
    const end = tokens.end[token] as number;
    const { text } = tokens;
    if (text.charCodeAt(start) !== DOLLAR) {
      for (let i = start + 1; i < end; i++) if (text.charCodeAt(i) === DOLLAR) return COMPOSED;
      return PLAIN;
    }
    for (let i = start + 1; i < end; i++) {
      const code = text.charCodeAt(i);
      if (code < 48 || code > 57) return COMPOSED;
    }
    return EXACT;
  }
}

function wordText({ tree }: CheckFile, node: number): string {
  const token = (tree.last[node] as number) - 1;
  return tree.tokens.text.slice(tree.tokens.start[token], tree.tokens.end[token]);
}

function numberOf(file: CheckFile, node: number): number {
  return Number(wordText(file, node).slice(1));
}

const REQUIRED: ReadonlyMap<number, number> = new Map([
  [kinds.SYM_TYPE, TYPE],
  [kinds.SYM_ATTRIBUTE, TYPE],
  [kinds.SYM_ROLE, ROLE],
  [kinds.SYM_ATTRIBUTEROLE, ROLE],
  [kinds.SYM_BOOL, BOOL],
  [kinds.SYM_TUNABLE, BOOL],
]);

/** What the children of a statement name, in order; the last one repeats. */
const SLOTS: ReadonlyMap<number, readonly number[]> = new Map([
  [kinds.N_AVRULE, [TYPE, TYPE, CLASS, PERMISSION]],
  [kinds.N_XPERMRULE, [TYPE, TYPE, CLASS, OTHER]],
  [kinds.N_TYPERULE, [TYPE, TYPE, CLASS, TYPE, OTHER]],
  [kinds.N_TYPE, [OTHER, TYPE]],
  [kinds.N_ATTRIBUTE, [OTHER]],
  [kinds.N_ATTRIBUTEROLE, [OTHER]],
  [kinds.N_TYPEATTRIBUTE, [TYPE]],
  [kinds.N_TYPEBOUNDS, [TYPE]],
  [kinds.N_PERMISSIVE, [TYPE]],
  [kinds.N_NEVERAUDIT, [TYPE]],
  [kinds.N_ROLETYPES, [ROLE, TYPE]],
  [kinds.N_ROLEATTRIBUTE, [ROLE]],
  [kinds.N_ROLEALLOW, [ROLE]],
]);
