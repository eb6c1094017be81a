// Path patterns of file contexts: regular expressions as libselinux hands them to PCRE2 (label_file.h compile_regex:
// the text between `^` and `$`, dot matches everything), read into a tree that tells what is wrong with them. What
// PCRE2 refuses is an error; what the tree cannot say (back references, look-around, options) makes a pattern
// opaque: it is legal, and we do not claim to know what it matches. Never throws; nesting and repetition are bounded.

/** A set of UTF-16 code units: ranges [low, high] in pairs. */
export interface CharSet {
  readonly ranges: readonly number[];
  readonly negated: boolean;
}

export type PatternNode =
  | { readonly kind: "empty" | "any" | "start" | "end" }
  | { readonly kind: "char"; readonly code: number }
  | { readonly kind: "set"; readonly set: CharSet }
  | { readonly kind: "sequence" | "choice"; readonly parts: readonly PatternNode[] }
  | { readonly kind: "repeat"; readonly part: PatternNode; readonly least: number; readonly most: number };

export interface PatternProblem {
  readonly code: "fc-regex-invalid" | "fc-regex-costly" | "fc-regex-alternation";
  readonly message: string;
  /** offsets in the pattern's text */
  readonly start: number;
  readonly end: number;
}

export interface PathPattern {
  readonly text: string;
  /** undefined when the pattern is invalid or opaque */
  readonly root: PatternNode | undefined;
  readonly problems: readonly PatternProblem[];
  /** has an unescaped character that means something: libselinux's and fc_sort's measure */
  readonly hasMeta: boolean;
  /** how many characters stand before the first of these (escaped ones count once) */
  readonly stemLength: number;
  /** how many characters there are, an escaped one and its backslash counting as one */
  readonly length: number;
  /** the text that every match starts with */
  readonly prefix: string;
}

const NO_PROBLEMS: readonly PatternProblem[] = [];

// Nodes without parts are the same wherever they stand.
const EMPTY: PatternNode = { kind: "empty" };
const ANY: PatternNode = { kind: "any" };
const START: PatternNode = { kind: "start" };
const END: PatternNode = { kind: "end" };
const ASCII: readonly PatternNode[] = Array.from({ length: 128 }, (_, code) => ({ kind: "char", code }));

const META = ".^$?*+|[({";
const DEEPEST = 100;
/** PCRE2's limit of a count. */
const MOST_COUNT = 65535;

/** Characters that mean themselves, and escaped signs. */
const PLAIN = /^(?:[^.^$?*+|[({)\\]|\\[^A-Za-z0-9])*$/;

/** Reads a pattern. Most are plain paths, of which nothing needs to be read. */
export function parsePattern(text: string): PathPattern {
  if (PLAIN.test(text)) return new PlainPattern(text);
  const reader = new PatternReader(text);
  const root = reader.read();
  const length = text.replace(/\\[\s\S]/g, "\\").length;
  return { text, root, problems: reader.problems, length, ...measure(text) };
}

/** One path: its tree is made when somebody asks, and there is nothing wrong with it. */
class PlainPattern implements PathPattern {
  readonly text: string;
  readonly prefix: string;
  readonly length: number;
  readonly stemLength: number;

  constructor(text: string) {
    this.text = text;
    this.prefix = text.includes("\\") ? text.replace(/\\([\s\S])/g, "$1") : text;
    this.length = this.prefix.length;
    this.stemLength = this.length;
  }

  get root(): PatternNode | undefined {
    return new PatternReader(this.text).read();
  }

  get problems(): readonly PatternProblem[] {
    return NO_PROBLEMS;
  }

  get hasMeta(): boolean {
    return false;
  }
}

/** fc_sort's measures, and the literal beginning. */
function measure(text: string): Pick<PathPattern, "hasMeta" | "stemLength" | "prefix"> {
  let stemLength = 0;
  let prefix = "";
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (META.includes(char)) {
      // `a?`, `a*` and `a{0}` take the character before them away from what every match has.
      const optional = char === "?" || char === "*" || char === "{";
      const choice = topLevelBar(text);
      return { hasMeta: true, stemLength, prefix: choice ? "" : optional ? prefix.slice(0, -1) : prefix };
    }
    if (char === "\\") {
      at++;
      const escaped = text.charAt(at);
      // `\d` and the like are no literal characters: the beginning ends here, though the sort counts on.
      if (/[A-Za-z0-9]/.test(escaped))
        return { hasMeta: hasMetaAfter(text, at), stemLength, prefix: topLevelBar(text) ? "" : prefix };
      prefix += escaped;
    } else prefix += char;
    stemLength++;
  }
  return { hasMeta: false, stemLength, prefix };
}

function hasMetaAfter(text: string, from: number): boolean {
  for (let at = from + 1; at < text.length; at++) {
    if (text.charAt(at) === "\\") at++;
    else if (META.includes(text.charAt(at))) return true;
  }
  return false;
}

/** Is there a `|` outside all groups and classes? */
function topLevelBar(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "\\") at++;
    else if (char === "(") depth++;
    else if (char === ")") depth--;
    else if (char === "[") {
      const close = text.indexOf("]", at + 2);
      if (close < 0) return false;
      at = close;
    } else if (char === "|" && depth === 0) return true;
  }
  return false;
}

const DIGIT: readonly number[] = [48, 57];
const WORD: readonly number[] = [48, 57, 65, 90, 95, 95, 97, 122];
const SPACE: readonly number[] = [9, 13, 32, 32];
const POSIX: ReadonlyMap<string, readonly number[]> = new Map([
  ["alnum", [48, 57, 65, 90, 97, 122]],
  ["alpha", [65, 90, 97, 122]],
  ["ascii", [0, 127]],
  ["blank", [9, 9, 32, 32]],
  ["cntrl", [0, 31, 127, 127]],
  ["digit", DIGIT],
  ["graph", [33, 126]],
  ["lower", [97, 122]],
  ["print", [32, 126]],
  ["punct", [33, 47, 58, 64, 91, 96, 123, 126]],
  ["space", SPACE],
  ["upper", [65, 90]],
  ["word", WORD],
  ["xdigit", [48, 57, 65, 70, 97, 102]],
]);
const CONTROL: ReadonlyMap<string, number> = new Map([
  ["a", 7],
  ["e", 27],
  ["f", 12],
  ["n", 10],
  ["r", 13],
  ["t", 9],
]);

class PatternReader {
  readonly problems: PatternProblem[] = [];
  private readonly text: string;
  private at = 0;
  private depth = 0;
  private opaque = false;
  private bars = 0;

  constructor(text: string) {
    this.text = text;
  }

  read(): PatternNode | undefined {
    const root = this.choice();
    if (this.at < this.text.length && !this.failed)
      this.fail("this parenthesis closes nothing", this.at, this.at + 1);
    if (this.bars > 0 && !this.failed) {
      const message =
        "this alternative is outside a group: `^` binds to the first alternative and `$` to the last only, so put parentheses around all of them";
      const bar = this.text.indexOf("|");
      this.problems.push({ code: "fc-regex-alternation", message, start: bar, end: bar + 1 });
    }
    return this.failed || this.opaque ? undefined : root;
  }

  private get failed(): boolean {
    return this.problems.some((problem) => problem.code === "fc-regex-invalid");
  }

  private fail(message: string, start: number, end: number): void {
    if (!this.failed) this.problems.push({ code: "fc-regex-invalid", message, start, end });
    this.at = this.text.length;
  }

  private choice(): PatternNode {
    const parts = [this.sequence()];
    while (this.text.charAt(this.at) === "|") {
      this.at++;
      if (this.depth === 0) this.bars++;
      parts.push(this.sequence());
    }
    return parts.length === 1 ? (parts[0] as PatternNode) : { kind: "choice", parts };
  }

  private sequence(): PatternNode {
    const parts: PatternNode[] = [];
    while (this.at < this.text.length && !"|)".includes(this.text.charAt(this.at))) parts.push(this.repeat());
    if (parts.length === 0) return EMPTY;
    return parts.length === 1 ? (parts[0] as PatternNode) : { kind: "sequence", parts };
  }

  private repeat(): PatternNode {
    const start = this.at;
    let part = this.atom();
    for (;;) {
      const count = this.quantifier();
      if (count === undefined) return part;
      const [least, most] = count;
      if (least > most) this.fail("the counts of this repetition are the wrong way round", start, this.at);
      if (most === Number.POSITIVE_INFINITY && repeatsForever(part))
        this.problems.push({
          code: "fc-regex-costly",
          message:
            "a repetition within a repetition can take exponential time to fail: let the inner part start or end with something fixed",
          start,
          end: this.at,
        });
      part = { kind: "repeat", part, least, most };
      // A lazy or possessive suffix: possessive ones match less than they seem to.
      if (this.text.charAt(this.at) === "?") this.at++;
      else if (this.text.charAt(this.at) === "+") {
        this.at++;
        this.opaque = true;
      } else if ("*{".includes(this.text.charAt(this.at)) && this.text.charAt(this.at) === "*")
        this.fail("there is nothing to repeat before `*`", this.at, this.at + 1);
    }
  }

  private quantifier(): readonly [number, number] | undefined {
    const char = this.text.charAt(this.at);
    if (char === "*" || char === "+" || char === "?") {
      this.at++;
      if (char === "?") return [0, 1];
      return [char === "*" ? 0 : 1, Number.POSITIVE_INFINITY];
    }
    if (char !== "{") return undefined;
    // Anything that is no count is a brace and nothing more.
    const match = /^\{(\d{1,6})(,(\d{0,6}))?\}/.exec(this.text.slice(this.at, this.at + 20));
    if (match === null) return undefined;
    const least = Number(match[1]);
    const most =
      match[2] === undefined ? least : match[3] === "" ? Number.POSITIVE_INFINITY : Number(match[3]);
    const start = this.at;
    this.at += match[0].length;
    if (least > MOST_COUNT || (most !== Number.POSITIVE_INFINITY && most > MOST_COUNT))
      this.fail(`a count above ${MOST_COUNT} is refused`, start, this.at);
    return [least, most];
  }

  private atom(): PatternNode {
    const start = this.at;
    const char = this.text.charAt(this.at);
    this.at++;
    if (char === ".") return ANY;
    if (char === "^") return START;
    if (char === "$") return END;
    if (char === "(") return this.group(start);
    if (char === "[") return this.charClass(start);
    if (char === "\\") return this.escape(start);
    if (char === "*" || char === "+" || char === "?")
      this.fail(`there is nothing to repeat before \`${char}\``, start, start + 1);
    return charNode(char.charCodeAt(0));
  }

  private group(start: number): PatternNode {
    if (this.text.charAt(this.at) === "*") this.opaque = true;
    if (this.text.charAt(this.at) === "?") {
      if (this.text.charAt(this.at + 1) === ":") this.at += 2;
      else {
        this.opaque = true;
        this.at++;
        const name = /^(?:P?<[A-Za-z_]\w*>|'[A-Za-z_]\w*'|<?[=!]|>|\||[a-zA-Z-]*:?|#[^)]*)/.exec(
          this.text.slice(this.at, this.at + 80),
        );
        this.at += name?.[0].length ?? 0;
      }
    }
    if (++this.depth > DEEPEST) {
      this.fail(`groups nested deeper than ${DEEPEST} are not read`, start, start + 1);
      return EMPTY;
    }
    const inner = this.choice();
    this.depth--;
    if (this.text.charAt(this.at) === ")") this.at++;
    else this.fail("this parenthesis is not closed", start, start + 1);
    return inner;
  }

  private escape(start: number): PatternNode {
    if (this.at >= this.text.length) {
      this.fail("the pattern ends with a backslash", start, start + 1);
      return EMPTY;
    }
    const char = this.text.charAt(this.at++);
    const set = shorthand(char);
    if (set !== undefined) return { kind: "set", set };
    const code = this.escapedCode(char);
    if (code === undefined) {
      this.opaque = true;
      return EMPTY;
    }
    return charNode(code);
  }

  /** The code unit that an escape stands for; undefined when it is no character. */
  private escapedCode(char: string): number | undefined {
    const control = CONTROL.get(char);
    if (control !== undefined) return control;
    if (char === "x") {
      const digits = /^[0-9a-fA-F]{0,2}/.exec(this.text.slice(this.at, this.at + 2))?.[0] ?? "";
      this.at += digits.length;
      return digits === "" ? 0 : Number.parseInt(digits, 16);
    }
    return /[A-Za-z0-9]/.test(char) ? undefined : char.charCodeAt(0);
  }

  private charClass(start: number): PatternNode {
    const ranges: number[] = [];
    let negated = false;
    if (this.text.charAt(this.at) === "^") {
      negated = true;
      this.at++;
    }
    for (let first = true; ; first = false) {
      if (this.at >= this.text.length) {
        this.fail("this bracket is not closed", start, start + 1);
        return EMPTY;
      }
      if (this.text.charAt(this.at) === "]" && !first) break;
      this.classItem(ranges);
    }
    this.at++;
    return { kind: "set", set: { ranges, negated } };
  }

  private classItem(ranges: number[]): void {
    const start = this.at;
    const posix = /^\[:(\^?)([a-z]+):\]/.exec(this.text.slice(this.at, this.at + 14));
    if (posix !== null) {
      const named = POSIX.get(posix[2] as string);
      this.at += posix[0].length;
      if (named === undefined) this.fail(`there is no class \`${posix[2]}\``, start, this.at);
      else ranges.push(...(posix[1] === "^" ? complement(named) : named));
      return;
    }
    const low = this.classChar(ranges);
    if (low === undefined) return;
    if (
      this.text.charAt(this.at) !== "-" ||
      this.text.charAt(this.at + 1) === "]" ||
      this.at + 1 >= this.text.length
    ) {
      ranges.push(low, low);
      return;
    }
    this.at++;
    const high = this.classChar(ranges);
    if (high === undefined) ranges.push(low, low, 45, 45);
    else if (high < low) this.fail("this range is the wrong way round", start, this.at);
    else ranges.push(low, high);
  }

  /** One character of a class; undefined after `\d` and its like, which are added at once. */
  private classChar(ranges: number[]): number | undefined {
    const char = this.text.charAt(this.at++);
    if (char !== "\\") return char.charCodeAt(0);
    const escaped = this.text.charAt(this.at++);
    const set = shorthand(escaped);
    if (set !== undefined) {
      ranges.push(...(set.negated ? complement(set.ranges) : set.ranges));
      return undefined;
    }
    if (escaped === "b") return 8;
    const code = this.escapedCode(escaped);
    if (code === undefined) this.opaque = true;
    return code ?? 0;
  }
}

function charNode(code: number): PatternNode {
  return ASCII[code] ?? { kind: "char", code };
}

function shorthand(char: string): CharSet | undefined {
  const ranges = "dD".includes(char)
    ? DIGIT
    : "wW".includes(char)
      ? WORD
      : "sS".includes(char)
        ? SPACE
        : undefined;
  if (char === "" || ranges === undefined) return undefined;
  return { ranges, negated: char < "a" };
}

function complement(ranges: readonly number[]): number[] {
  const result: number[] = [];
  let next = 0;
  for (let i = 0; i < ranges.length; i += 2) {
    if ((ranges[i] as number) > next) result.push(next, (ranges[i] as number) - 1);
    next = (ranges[i + 1] as number) + 1;
  }
  result.push(next, 0xffff);
  return result;
}

// Does a repeated part itself repeat without end, as in "(a*)*" and "(a+)+", with nothing fixed beside it?
function repeatsForever(node: PatternNode): boolean {
  if (node.kind === "repeat") return node.most === Number.POSITIVE_INFINITY || repeatsForever(node.part);
  if (node.kind === "choice") return node.parts.some(repeatsForever);
  if (node.kind !== "sequence") return false;
  // `(/[^/]*)*`: each round starts with a fixed character, so there is one way only to divide a text into rounds.
  const fixed = node.parts.filter((part) => part.kind === "char" || part.kind === "set");
  return fixed.length === 0 && node.parts.some(repeatsForever);
}

/** The one path that a pattern without meaning characters matches; undefined for others. */
export function literalOf(pattern: PathPattern): string | undefined {
  // Classes such as \d are no meaning characters to libselinux, but they are no text either.
  return pattern.hasMeta || /\\[A-Za-z0-9]/.test(pattern.text) ? undefined : pattern.prefix;
}
