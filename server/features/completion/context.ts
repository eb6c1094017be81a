// Where in which statement the cursor stands while somebody types, from the text before it. The tree cannot say:
// half a statement is a syntax error. So the words since the last statement end are read with a small scanner.

import { isKeywordOfRule, statementKeywords } from "./keywords.ts";

/** What may be typed at the cursor. */
export type CompletionSlot =
  | "statement"
  /** source and target of rules: types, attributes, and `self` as target */
  | "source"
  | "target"
  /** a set of types and attributes */
  | "types"
  /** one type */
  | "type"
  | "attributes"
  | "classes"
  | "permissions"
  | "roles"
  | "booleans"
  | "users"
  | "require"
  | "arguments"
  | "xperm-kind"
  | "xperm-ioctl"
  | "xperm-nlmsg"
  | "role-attributes"
  /** `true` or `false` */
  | "truth"
  /** the one word that may follow */
  | "word-types"
  | "word-alias"
  | "sids"
  | "levels"
  | "capabilities"
  | "filename"
  /** fields of `user:role:type` */
  | "context-user"
  | "context-role"
  | "context-type"
  /** file contexts: a kind of file or what follows it, and a context alone */
  | "file-kind"
  | "file-context"
  | "path"
  | "nothing";

export interface CompletionContext {
  readonly slot: CompletionSlot;
  /** what is typed of the word so far */
  readonly prefix: string;
  /** class names of the statement, for permissions */
  readonly classes: readonly string[];
  /** the call around the cursor, for arguments */
  readonly call: string | undefined;
  readonly argument: number;
  /** names that stand in the same set, or list, already */
  readonly given: readonly string[];
  /** source and target of the rule as far as they are typed */
  readonly source: readonly string[];
  readonly target: readonly string[];
}

/** How far back a statement is looked for. */
const WINDOW = 4000;
const TOKEN = /[A-Za-z_$][\w.$]*(?:-[\w.$]+)*|[{}():;,~*`'-]/g;

/** What is known where no statement is typed. */
const EMPTY = { classes: [], call: undefined, argument: 0, given: [], source: [], target: [] };

/** The context at an offset of a text. */
export function completionContext(text: string, offset: number): CompletionContext {
  const prefix = prefixAt(text, offset);
  const from = Math.max(0, offset - WINDOW);
  const before = text.slice(from, offset - prefix.length);
  if (inComment(before)) return { ...EMPTY, slot: "nothing", prefix };
  const field = contextField(before);
  if (field !== undefined) return { ...EMPTY, slot: field, prefix };
  const option = /\bifn?def\(\s*`?$/.test(before);
  if (option) return { ...EMPTY, slot: "arguments", prefix, call: "ifdef" };
  const words = before.replace(/#[^\n]*/g, "").match(TOKEN) ?? [];
  const call = openCall(words);
  const statement = words.slice(statementStart(words));
  const result = inCondition(before)
    ? at("booleans")
    : slotOf(
        statement,
        call,
        /(gen_require\(\s*`[^']*|\brequire\s*\{[^{}]*(\{[^{}]*\}[^{}]*)*)$/.test(before),
      );
  return { ...EMPTY, ...result, prefix, call: call?.name, argument: call?.argument ?? 0 };
}

/** What is typed of the word at an offset. */
export function prefixAt(text: string, offset: number): string {
  return /[\w.$]*$/.exec(text.slice(Math.max(0, offset - 200), offset))?.[0] ?? "";
}

/** Statements that end in a context: initial SIDs, ports, interfaces, nodes, file systems. */
const LABELS =
  /(?:^|[;\n])\s*(?:sid\s+\w+|portcon\s+\w+\s+[\d-]+|netifcon\s+\S+(?:\s+[\w:.$-]+)?|nodecon\s+\S+\s+\S+|fs_use_\w+\s+\S+|genfscon\s+\S+\s+\S+(?:\s+-\S)?)\s+([\w.$]+:[\w.$:-]*|)$/;

/** The field of a context that is being typed, inside `gen_context(` or at the end of a label statement. */
export function contextField(before: string): CompletionSlot | undefined {
  const line = before.slice(Math.max(before.lastIndexOf("\n") + 1, before.length - 400));
  const inCall = /\bgen_context\(\s*([^(),`']*)((?:,[^()]*)?)$/.exec(line);
  if (inCall !== null && inCall[2] !== "") return "levels";
  const typed = inCall?.[1] ?? LABELS.exec(line)?.[1];
  return typed === undefined ? undefined : FIELDS[Math.min(3, typed.split(":").length - 1)];
}

const FIELDS: readonly CompletionSlot[] = ["context-user", "context-role", "context-type", "levels"];

/** The place in a line of file contexts: path, kind, context. */
export function fileContextAt(text: string, offset: number): CompletionContext {
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  const field = contextField(line.slice(0, line.length - prefixAt(line, line.length).length));
  if (field !== undefined) return { ...EMPTY, slot: field, prefix: prefixAt(line, line.length) };
  if (line.trimStart().startsWith("#")) return { ...EMPTY, slot: "nothing", prefix: "" };
  const typed = /^\s*(\S+)(?:\s+(-[-bcdpls]))?\s+(\S*)$/.exec(line);
  if (typed === null) return { ...EMPTY, slot: "path", prefix: /\S*$/.exec(line)?.[0] ?? "" };
  const prefix = typed[3] as string;
  if (/[:(),]/.test(prefix)) return { ...EMPTY, slot: "nothing", prefix };
  return { ...EMPTY, slot: typed[2] === undefined ? "file-kind" : "file-context", prefix };
}

/** Inside the parentheses of `if (` or the condition of a tunable_policy. */
function inCondition(before: string): boolean {
  return /(\bif\s*\([^(){};]*|\btunable_policy\(\s*`?[^`'();]*)$/.test(before);
}

function inComment(before: string): boolean {
  return before.slice(before.lastIndexOf("\n") + 1).includes("#");
}

interface OpenCall {
  readonly name: string;
  readonly argument: number;
  /** index of the token after the parenthesis */
  readonly start: number;
}

/** The innermost call whose parenthesis is still open and whose body is not a quoted block. */
function openCall(words: readonly string[]): OpenCall | undefined {
  let depth = 0;
  let commas = 0;
  let quotes = 0;
  for (let i = words.length - 1; i > 0; i--) {
    const word = words[i];
    if (word === ")") depth++;
    else if (word === "'") quotes++;
    else if (word === "`") {
      if (quotes === 0) return undefined;
      quotes--;
    } else if (word === "," && depth === 0 && quotes === 0) commas++;
    else if (word === ";" && depth === 0 && quotes === 0) return undefined;
    else if (word === "(") {
      if (depth === 0) {
        const name = words[i - 1] as string;
        return /^[A-Za-z_]/.test(name) ? { name, argument: commas, start: i + 1 } : undefined;
      }
      depth--;
    }
  }
  return undefined;
}

/** Index of the first word of the statement that is being typed. */
function statementStart(words: readonly string[]): number {
  let braces = 0;
  let closing = 0;
  for (let i = words.length - 1; i >= 0; i--) {
    const word = words[i] as string;
    if (word === "}") {
      if (braces++ === 0) closing = i;
    } else if (word === "{") {
      if (braces <= 1 && opensBlock(words, i)) return braces === 0 ? i + 1 : closing + 1;
      braces = Math.max(0, braces - 1);
    } else if (braces > 0) continue;
    else if (word === ";" || word === "`" || word === "'") return i + 1;
    else if (word === ")" && i + 1 < words.length && statementKeywords.has(words[i + 1] as string))
      return i + 1;
    else if (isKeywordOfRule(word)) return i;
  }
  return 0;
}

/** `optional {`, `require {`, `else {`, `if (…) {` open a block; other braces open a set. */
function opensBlock(words: readonly string[], brace: number): boolean {
  const before = words[brace - 1];
  return (
    before === "optional" ||
    before === "require" ||
    before === "else" ||
    before === ")" ||
    before === undefined
  );
}

type SlotResult = Pick<CompletionContext, "slot" | "classes"> &
  Partial<Pick<CompletionContext, "given" | "source" | "target">>;

const at = (slot: CompletionSlot, classes: readonly string[] = []): SlotResult => ({ slot, classes });
/** In a set: what stands in it is not offered again. */
const within = (slot: CompletionSlot, words: readonly string[], classes: readonly string[] = []) => ({
  slot,
  classes,
  given: openNames(words),
});

function slotOf(statement: readonly string[], call: OpenCall | undefined, required: boolean): SlotResult {
  const keyword = statement[0];
  if (required) return requireSlot(statement);
  if (keyword === undefined || statement.length === 0)
    return at(call === undefined ? "statement" : argumentSlot(call));
  if (isKeywordOfRule(keyword)) return ruleSlot(keyword, statement.slice(1));
  if (call !== undefined) return at(argumentSlot(call));
  const rest = statement.slice(1);
  switch (keyword) {
    case "type":
      if (rest.length === 0) return at("nothing");
      return rest.length === 1 ? at("word-alias") : within("attributes", rest.slice(1));
    case "typeattribute":
      return rest.length === 0 ? at("type") : within("attributes", rest.slice(1));
    case "typealias":
      return rest.length === 0 ? at("type") : at(rest.length === 1 ? "word-alias" : "nothing");
    case "attribute":
    case "attribute_role":
      return at("nothing");
    case "bool":
    case "tunable":
      return at(rest.length === 1 ? "truth" : "nothing");
    case "expandattribute":
      return rest.length === 0 || setAt(rest, 0).open ? within("attributes", rest) : at("truth");
    case "permissive":
    case "neveraudit":
    case "typebounds":
      return within("type", rest);
    case "role":
      if (rest.length === 0) return at("roles");
      return rest.includes("types") ? within("types", rest.slice(rest.indexOf("types"))) : at("word-types");
    case "roleattribute":
      return at(rest.length === 0 ? "roles" : "role-attributes");
    case "user":
      if (rest.length === 0) return at("users");
      return rest.includes("roles") ? within("roles", rest) : at("nothing");
    case "sid":
      return at(rest.length === 0 ? "sids" : "nothing");
    case "policycap":
      return at("capabilities");
    case "class":
      return rest.length === 0 ? at("classes") : within("permissions", rest.slice(1), setAt(rest, 0).names);
    case "constrain":
    case "mlsconstrain":
      return constraintSlot(rest);
    default:
      return at(
        statement.length === 1 && keyword === ")"
          ? "statement"
          : statement.at(-1) === ")"
            ? "statement"
            : "arguments",
      );
  }
}

function constraintSlot(rest: readonly string[]): SlotResult {
  const classes = setAt(rest, 0);
  if (classes.open) return within("classes", rest);
  const permissions = setAt(rest, classes.next);
  return permissions.open ? within("permissions", rest.slice(classes.next), classes.names) : at("nothing");
}

/** Inside a require everything names what exists already. */
function requireSlot(statement: readonly string[]): SlotResult {
  const rest = statement.slice(1);
  switch (statement[0]) {
    case undefined:
      return at("require");
    case "type":
      return within("type", rest);
    case "attribute":
      return within("attributes", rest);
    case "role":
      return within("roles", rest);
    case "attribute_role":
      return within("role-attributes", rest);
    case "bool":
    case "tunable":
      return within("booleans", rest);
    case "user":
      return within("users", rest);
    case "class":
      return rest.length === 0 ? at("classes") : within("permissions", rest.slice(1), setAt(rest, 0).names);
    default:
      return at("nothing");
  }
}

function argumentSlot(call: OpenCall): CompletionSlot {
  if (call.name === "gen_require" || call.name === "optional_policy" || call.name === "ifdef")
    return "statement";
  if (call.name === "interface" || call.name === "template") return "nothing";
  return "arguments";
}

interface SetPart {
  readonly names: readonly string[];
  readonly next: number;
  readonly open: boolean;
}

/** The set or name that starts at a token. */
function setAt(words: readonly string[], start: number): SetPart {
  let i = start;
  while (words[i] === "~" || words[i] === "-") i++;
  if (words[i] !== "{")
    return {
      names: words[i] === undefined ? [] : [words[i] as string],
      next: i + 1,
      open: words[i] === undefined,
    };
  let depth = 0;
  const names: string[] = [];
  for (; i < words.length; i++) {
    if (words[i] === "{") depth++;
    else if (words[i] === "}") {
      depth--;
      if (depth === 0) return { names, next: i + 1, open: false };
    } else names.push(words[i] as string);
  }
  return { names, next: i, open: true };
}

/** The names of a set or list that is still open. */
function openNames(words: readonly string[]): readonly string[] {
  const open = words.lastIndexOf("{");
  return words.slice(open + 1).filter((word) => /^[A-Za-z_$]/.test(word));
}

/** Source, target, `:` class, then permissions or a result type. */
function ruleSlot(keyword: string, words: readonly string[]): SlotResult {
  const roles = keyword === "role_transition";
  const source = setAt(words, 0);
  if (source.open) return within(roles ? "roles" : "source", words);
  const target = setAt(words, source.next);
  const known = { source: source.names, target: target.names };
  if (target.open) return { ...within("target", words.slice(source.next)), source: source.names };
  if (words[target.next] !== ":") return at(target.next >= words.length ? "nothing" : "types");
  const after = words.slice(target.next + 1);
  const classes = setAt(after, 0);
  if (classes.open) return { ...within("classes", after), ...known };
  const rest = after.slice(classes.next);
  if (roles) return at("roles");
  if (keyword.startsWith("type_"))
    return { ...at(rest.length === 0 ? "type" : "filename", classes.names), ...known };
  if (keyword === "range_transition") return at("levels");
  if (!keyword.endsWith("xperm")) {
    if (!setAt(rest, 0).open) return at("nothing");
    return { ...within("permissions", rest, classes.names), ...known };
  }
  if (rest.length === 0) return at("xperm-kind");
  const isOpen = setAt(rest, 1).open && (rest[0] === "ioctl" || rest[0] === "nlmsg");
  return isOpen ? at(rest[0] === "ioctl" ? "xperm-ioctl" : "xperm-nlmsg", classes.names) : at("nothing");
}
