// JSON with places: objects and their keys know where they stand in the text, so that what is wrong in a settings
// file is shown there. Comments and trailing commas are taken, as editors take them in their own settings. Never
// throws: a mistake becomes a problem, and what could be read is given. Depth is bounded.

/** A value and its place. */
export interface JsonNode {
  readonly start: number;
  readonly end: number;
  /** plain value; for arrays and objects see `items` and `members` */
  readonly value: string | number | boolean | null | undefined;
  readonly items?: readonly JsonNode[];
  readonly members?: readonly JsonMember[];
}

export interface JsonMember {
  readonly key: string;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly node: JsonNode;
}

export interface JsonProblem {
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

export interface JsonText {
  readonly root: JsonNode | undefined;
  readonly problems: readonly JsonProblem[];
}

const DEEPEST = 32;

/** Reads a text; the first mistake ends it. */
export function parseJsonText(text: string): JsonText {
  const reader = new Reader(text);
  const root = reader.whole();
  return { root, problems: reader.problems };
}

/** The value without places. */
export function plainValue(node: JsonNode): unknown {
  if (node.items !== undefined) return node.items.map(plainValue);
  if (node.members !== undefined)
    return Object.fromEntries(node.members.map((member) => [member.key, plainValue(member.node)]));
  return node.value;
}

class Reader {
  readonly problems: JsonProblem[] = [];
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  whole(): JsonNode | undefined {
    this.blank();
    if (this.at >= this.text.length) return this.fail("an object is expected");
    const node = this.node(0);
    this.blank();
    if (node !== undefined && this.problems.length === 0 && this.at < this.text.length)
      this.fail("nothing may follow");
    return node;
  }

  private fail(message: string): undefined {
    if (this.problems.length === 0) {
      const rest = /^[\w$.-]+|^[^\n]/.exec(this.text.slice(this.at, this.at + 80))?.[0].length ?? 0;
      const start = Math.min(this.at, this.text.length);
      this.problems.push({ start, end: start + rest, message });
    }
    return undefined;
  }

  /** Skips blanks and comments. */
  private blank(): void {
    for (;;) {
      const match = /^(?:[\s\uFEFF]+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)/.exec(
        this.text.slice(this.at, this.at + 4096),
      );
      if (match === null) return;
      this.at += match[0].length;
    }
  }

  private node(depth: number): JsonNode | undefined {
    if (depth > DEEPEST) return this.fail("nested too deeply");
    const c = this.text[this.at];
    if (c === "{") return this.object(depth);
    if (c === "[") return this.array(depth);
    if (c === '"') return this.string();
    const start = this.at;
    const word = /^[-+\w.]+/.exec(this.text.slice(start, start + 64))?.[0] ?? "";
    const value = scalar(word);
    if (value === undefined)
      return this.fail(word === "" ? "a value is expected" : `${word} is no JSON value`);
    this.at += word.length;
    return { start, end: this.at, value };
  }

  private string(): JsonNode | undefined {
    const start = this.at;
    const match = /^"(?:[^"\\\n]|\\.)*"/.exec(this.text.slice(start));
    if (match === null) return this.fail("the string does not end");
    this.at += match[0].length;
    try {
      return { start, end: this.at, value: JSON.parse(match[0]) as string };
    } catch {
      this.at = start;
      return this.fail("this string is not well-formed");
    }
  }

  private array(depth: number): JsonNode | undefined {
    const start = this.at++;
    const items: JsonNode[] = [];
    for (;;) {
      this.blank();
      if (this.text[this.at] === "]") break;
      const item = this.node(depth + 1);
      if (item === undefined) break;
      items.push(item);
      if (!this.separator("]")) break;
    }
    return this.close("]", { start, end: this.at, value: undefined, items });
  }

  private object(depth: number): JsonNode | undefined {
    const start = this.at++;
    const members: JsonMember[] = [];
    for (;;) {
      this.blank();
      if (this.text[this.at] === "}") break;
      if (this.text[this.at] !== '"') {
        this.fail("a key in double quotes is expected");
        break;
      }
      const key = this.string();
      this.blank();
      if (key === undefined || this.text[this.at] !== ":") {
        this.fail("a colon is expected");
        break;
      }
      this.at++;
      this.blank();
      const node = this.node(depth + 1);
      if (node === undefined) break;
      members.push({ key: String(key.value), keyStart: key.start, keyEnd: key.end, node });
      if (!this.separator("}")) break;
    }
    return this.close("}", { start, end: this.at, value: undefined, members });
  }

  /** After an item: true when another may follow. */
  private separator(close: string): boolean {
    this.blank();
    if (this.text[this.at] === ",") {
      this.at++;
      return true;
    }
    if (this.text[this.at] !== close) this.fail(`a comma or ${close} is expected`);
    return false;
  }

  /** What was read so far stands, even when the end is missing. */
  private close(mark: string, node: JsonNode): JsonNode {
    if (this.text[this.at] === mark && this.problems.length === 0) this.at++;
    else this.fail(`${mark} is expected`);
    return { ...node, end: this.at };
  }
}

function scalar(word: string): string | number | boolean | null | undefined {
  if (word === "true" || word === "false") return word === "true";
  if (word === "null") return null;
  return /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(word) ? Number(word) : undefined;
}
