// Where in which statement the cursor stands while somebody types, from the text before it. The tree cannot say:
// half a statement is a syntax error. So the words since the last statement end are read with a small scanner.

import { isKeywordOfRule, statementKeywords } from "./keywords.ts";

/** What may be typed at the cursor. */
export type CompletionSlot =
  | "statement"
  | "types"
  | "attributes"
  | "classes"
  | "permissions"
  | "roles"
  | "booleans"
  | "users"
  | "require"
  | "arguments"
  | "xperm-kind"
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
}

/** How far back a statement is looked for. */
const WINDOW = 4000;
const TOKEN = /[A-Za-z_$][\w.$]*(?:-[\w.$]+)*|[{}():;,~*`'-]/g;

/** The context at an offset of a text. */
export function completionContext(text: string, offset: number): CompletionContext {
  const prefix = /[\w.$]*$/.exec(text.slice(Math.max(0, offset - 200), offset))?.[0] ?? "";
  const from = Math.max(0, offset - WINDOW);
  const before = text.slice(from, offset - prefix.length);
  if (inComment(before)) return { slot: "nothing", prefix, classes: [], call: undefined, argument: 0 };
  const words = before.replace(/#[^\n]*/g, "").match(TOKEN) ?? [];
  const call = openCall(words);
  const statement = words.slice(statementStart(words));
  const { slot, classes } = inCondition(before)
    ? at("booleans")
    : slotOf(
        statement,
        call,
        /(gen_require\(\s*`[^']*|\brequire\s*\{[^{}]*(\{[^{}]*\}[^{}]*)*)$/.test(before),
      );
  return { slot, prefix, classes, call: call?.name, argument: call?.argument ?? 0 };
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

interface SlotResult {
  readonly slot: CompletionSlot;
  readonly classes: readonly string[];
}

const at = (slot: CompletionSlot, classes: readonly string[] = []): SlotResult => ({ slot, classes });

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
    case "typeattribute":
      return at(
        rest.length === 0 && keyword === "type" ? "nothing" : rest.length === 0 ? "types" : "attributes",
      );
    case "attribute":
    case "bool":
    case "tunable":
      return at("nothing");
    case "typealias":
    case "permissive":
    case "typebounds":
      return at("types");
    case "role":
      return at(rest.length === 0 ? "roles" : rest.includes("types") ? "types" : "nothing");
    case "roleattribute":
      return at("roles");
    case "class":
      return rest.length === 0 ? at("classes") : at("permissions", setAt(rest, 0).names);
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

/** Inside a require everything names what exists already. */
function requireSlot(statement: readonly string[]): SlotResult {
  const rest = statement.slice(1);
  switch (statement[0]) {
    case undefined:
      return at("require");
    case "type":
      return at("types");
    case "attribute":
      return at("attributes");
    case "role":
    case "attribute_role":
      return at("roles");
    case "bool":
    case "tunable":
      return at("booleans");
    case "user":
      return at("users");
    case "class":
      return rest.length === 0 ? at("classes") : at("permissions", setAt(rest, 0).names);
    default:
      return at("nothing");
  }
}

function argumentSlot(call: OpenCall): CompletionSlot {
  if (call.name === "gen_require" || call.name === "optional_policy" || call.name === "ifdef")
    return "statement";
  if (call.name === "interface" || call.name === "template" || call.name === "policy_module")
    return "nothing";
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

/** Source, target, `:` class, then permissions or a result type. */
function ruleSlot(keyword: string, words: readonly string[]): SlotResult {
  const source = setAt(words, 0);
  const roles = keyword === "role_transition";
  if (source.open) return at(roles ? "roles" : "types");
  const target = setAt(words, source.next);
  if (target.open) return at("types");
  if (words[target.next] !== ":") return at(target.next >= words.length ? "nothing" : "types");
  const classes = setAt(words, target.next + 1);
  if (classes.open) return at("classes");
  if (roles) return at("roles");
  if (keyword.startsWith("type_")) return at("types");
  if (keyword === "range_transition") return at("nothing");
  if (!keyword.endsWith("xperm")) return at("permissions", classes.names);
  return at(words[classes.next] === undefined ? "xperm-kind" : "nothing");
}
