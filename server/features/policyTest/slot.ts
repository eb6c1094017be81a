// What may stand at a place of a policy test file, for completion: told from the tokens before it, so that a statement
// that is being written need not be whole.

/** What is asked for at the cursor. */
export interface TestSlot {
  readonly slot:
    | "statement"
    | "types"
    | "target"
    | "classes"
    | "permissions"
    | "roles"
    | "booleans"
    | "truth"
    | "with"
    | "none";
  /** what is typed so far */
  readonly prefix: string;
  /** for permissions: the classes of the statement */
  readonly classes: readonly string[];
}

const TOKEN = /#[^\n]*|"[^"\n]*"?|->|<<none>>|\/[^\s;"{}#]*|[\w.$-]+|[{}:;,=~*-]/g;

/** The slot at an offset. */
export function testSlot(text: string, offset: number): TestSlot {
  const prefix = /[\w.]*$/.exec(text.slice(0, offset))?.[0] ?? "";
  const before = text.slice(0, offset - prefix.length);
  const { tokens, depth } = statementBefore(before);
  const of = (slot: TestSlot["slot"], classes: readonly string[] = []) => ({ slot, prefix, classes });
  // Within a comment or a quote there is nothing to complete.
  const line = before.slice(before.lastIndexOf("\n") + 1).replace(/"[^"]*"/g, "");
  if (/[#"]/.test(line)) return of("none");
  const [first, ...rest] = tokens;
  if (first === undefined) return of("statement");
  const settings = rest.lastIndexOf("with");
  if (first === "with" || settings >= 0) return of(tokens.at(-1) === "=" ? "truth" : "booleans");
  if (first === "test") return of("with");
  if (first === "label") return of(rest.length > 0 ? "types" : "none");
  if (first === "transition") return of("types");
  if (first === "reach" || first === "noreach") return of(rest.length === 0 ? "roles" : "types");
  if (first !== "allow" && first !== "deny") return of("none");
  const colon = rest.indexOf(":");
  if (colon < 0) return of(countSets(rest) > 0 ? "target" : "types");
  const behind = rest.slice(colon + 1);
  const sets = countSets(behind) - (depth > 0 ? 1 : 0);
  if (sets <= 0) return of("classes");
  return sets === 1 ? of("permissions", firstSet(behind)) : of("with");
}

/** The tokens of the statement that is not ended before the end of the text, and how many braces of it are open. */
function statementBefore(text: string): { readonly tokens: readonly string[]; readonly depth: number } {
  let tokens: string[] = [];
  let depth = 0;
  const reset = () => {
    tokens = [];
    depth = 0;
  };
  for (const [token] of text.matchAll(TOKEN)) {
    if (token.startsWith("#")) continue;
    const opensBlock = token === "{" && (tokens[0] === "test" || tokens[0] === "with");
    if (token === ";" || opensBlock || (token === "}" && depth === 0)) reset();
    else {
      if (token === "{") depth++;
      if (token === "}") depth--;
      tokens.push(token);
    }
  }
  return { tokens, depth };
}

/** Sets that are begun: names and braces that are not within braces. */
function countSets(tokens: readonly string[]): number {
  let depth = 0;
  let count = 0;
  for (const token of tokens) {
    if (token === "}") depth--;
    else if (depth === 0 && token !== "~") count++;
    if (token === "{") depth++;
  }
  return count;
}

function firstSet(tokens: readonly string[]): readonly string[] {
  const [first = ""] = tokens;
  if (first !== "{") return [first];
  return tokens.slice(1, tokens.indexOf("}")).filter((token) => /^\w/.test(token));
}
