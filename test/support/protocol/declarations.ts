/**
 * The protocol's types as data: reads the declarations of the published packages vscode-languageserver-types and
 * -protocol (LSP 3.18), from which the specification's meta model is made, and keeps every interface, alias, constant
 * and request. It understands the part of TypeScript that these files use, and throws on anything else, so that a new
 * version of the packages cannot pass unseen.
 */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

export type Shape =
  | { readonly kind: "ref"; readonly name: string; readonly args: readonly Shape[] }
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  | { readonly kind: "array"; readonly of: Shape }
  | { readonly kind: "tuple" | "union" | "both"; readonly of: readonly Shape[] }
  | { readonly kind: "object"; readonly properties: ReadonlyMap<string, Property>; readonly index?: Shape };

export interface Property {
  readonly optional: boolean;
  readonly shape: Shape;
}

/** A request or notification, as its namespace declares it. */
export interface Message {
  readonly method: string;
  readonly isRequest: boolean;
  readonly params: Shape | undefined;
  readonly result: Shape;
  readonly partial: Shape;
  readonly options: Shape | undefined;
  /** paths of the capabilities that announce it, or undefined when it needs none */
  readonly client: string | undefined;
  readonly server: string | undefined;
}

export interface Declarations {
  readonly types: ReadonlyMap<string, Shape>;
  readonly messages: ReadonlyMap<string, Message>;
}

const ANY: Shape = { kind: "ref", name: "any", args: [] };
const NULL: Shape = { kind: "literal", value: null };

/** Reads the declarations that are installed. */
export function readDeclarations(): Declarations {
  const protocol = createRequire(import.meta.url).resolve("vscode-languageserver-protocol");
  const [root] = protocol.split("/lib/");
  const types = createRequire(protocol).resolve("vscode-languageserver-types").split("/lib/")[0] ?? "";
  const common = join(root ?? "", "lib/common");
  const files = readdirSync(common).filter((name) => /^protocol.*\.d\.ts$/.test(name));
  const texts = [join(types, "lib/esm/main.d.ts"), ...files.map((name) => join(common, name))];
  const found = { types: new Map<string, Shape>(), messages: new Map<string, Message>() };
  for (const path of texts) new Reader(readFileSync(path, "utf8"), found).file();
  return found;
}

const TOKEN =
  /\s+|\/\*[\s\S]*?\*\/|\/\/.*|('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`|[\w$]+(?:\.[\w$]+)*|-?\d+|=>|\.\.\.|[^\s\w$])/g;

class Reader {
  private readonly tokens: string[] = [];
  private at = 0;
  private readonly found: { types: Map<string, Shape>; messages: Map<string, Message> };

  constructor(text: string, found: { types: Map<string, Shape>; messages: Map<string, Message> }) {
    for (const [, token] of text.matchAll(TOKEN)) if (token !== undefined) this.tokens.push(token);
    this.found = found;
  }

  file(): void {
    while (this.at < this.tokens.length) {
      this.skip("export");
      this.skip("declare");
      const word = this.next();
      if (word === "interface") this.interface();
      else if (word === "type" && this.peek() !== "{") this.alias("");
      else if (word === "namespace") this.namespace();
      else if (word === "enum") this.enumeration();
      else this.statement();
    }
  }

  private interface(): void {
    const name = this.next();
    this.parameters();
    const parts: Shape[] = [];
    if (this.skip("extends"))
      do parts.push(this.primary());
      while (this.skip(","));
    parts.push(this.object());
    this.declare(name, parts.length === 1 ? (parts[0] as Shape) : { kind: "both", of: parts });
  }

  /** Declaration merging: two interfaces of one name are both. */
  private declare(name: string, shape: Shape): void {
    const before = this.found.types.get(name);
    this.found.types.set(name, before === undefined ? shape : { kind: "both", of: [before, shape] });
  }

  private alias(prefix: string): void {
    const name = this.next();
    this.parameters();
    this.expect("=");
    if (prefix !== "" && name.endsWith("Signature")) return void this.statement();
    this.declare(prefix + name, this.shape());
    this.expect(";");
  }

  /** `<T = any, …>`: a parameter stands for anything. */
  private parameters(): void {
    if (!this.skip("<")) return;
    do {
      const name = this.next();
      if (name.length === 1) this.found.types.set(name, ANY);
      if (this.skip("=")) this.shape();
    } while (this.skip(","));
    this.expect(">");
  }

  private namespace(): void {
    const space = this.next();
    this.expect("{");
    const constants = new Map<string, Shape>();
    while (!this.skip("}")) {
      const word = this.next();
      if (word === "const") {
        const name = this.next();
        if (!this.skip("=")) this.expect(":");
        const shape = this.shape();
        constants.set(name, shape);
        this.found.types.set(`${space}.${name}`, shape);
        this.expect(";");
      } else if (word === "type") this.alias(`${space}.`);
      else this.statement();
    }
    this.message(constants);
  }

  private message(constants: ReadonlyMap<string, Shape>): void {
    const method = constants.get("method");
    const type = constants.get("type");
    if (method?.kind !== "literal" || type?.kind !== "ref") return;
    const isRequest = type.name.includes("Request");
    const [first, ...rest] = type.args;
    const named = type.name.endsWith("0") ? [undefined, ...type.args] : [first, ...rest];
    const partial = constants.get("partialResult");
    const pair = constants.get("capabilities");
    const sides = pair?.kind === "ref" ? pair.args : [];
    const side = (shape: Shape | undefined) =>
      shape?.kind === "literal" && typeof shape.value === "string" ? shape.value : undefined;
    this.found.messages.set(String(method.value), {
      method: String(method.value),
      isRequest,
      params: named[0],
      result: isRequest ? (named[1] ?? ANY) : NULL,
      partial: partial?.kind === "ref" ? (partial.args[0] ?? ANY) : (named[2] ?? ANY),
      options: isRequest ? named[4] : named[1],
      client: side(sides[0]),
      server: side(sides[1]),
    });
  }

  private enumeration(): void {
    const name = this.next();
    this.expect("{");
    while (!this.skip("}")) this.next();
    this.found.types.set(name, { kind: "ref", name: "string", args: [] });
  }

  /** Passes over a statement that declares no data. */
  private statement(): void {
    for (let depth = 0; this.at < this.tokens.length; ) {
      const token = this.next();
      if (token === "{" || token === "(") depth++;
      if (token === "}" || token === ")") depth--;
      if (depth === 0 && (token === ";" || token === "}") && this.peek() !== "from" && this.peek() !== ";")
        return;
    }
  }

  private shape(): Shape {
    this.skip("|");
    const of = [this.both()];
    while (this.skip("|")) of.push(this.both());
    return of.length === 1 ? (of[0] as Shape) : { kind: "union", of };
  }

  private both(): Shape {
    const of = [this.primary()];
    while (this.skip("&")) of.push(this.primary());
    return of.length === 1 ? (of[0] as Shape) : { kind: "both", of };
  }

  private primary(): Shape {
    let shape = this.single();
    while (this.peek() === "[") {
      this.at++;
      this.expect("]");
      shape = { kind: "array", of: shape };
    }
    return shape;
  }

  private single(): Shape {
    const token = this.peek();
    if (token === "{") return this.object();
    this.at++;
    if (token === "(") {
      const inner = this.shape();
      this.expect(")");
      return inner;
    }
    if (token === "[") {
      const of: Shape[] = [];
      do of.push(this.shape());
      while (this.skip(","));
      this.expect("]");
      return { kind: "tuple", of };
    }
    if (token === "typeof" || token === "readonly") return this.single();
    if (/^['"`]/.test(token)) return { kind: "literal", value: token.slice(1, -1) };
    if (/^-?\d+$/.test(token)) return { kind: "literal", value: Number(token) };
    if (token === "true" || token === "false") return { kind: "literal", value: token === "true" };
    if (token === "null") return NULL;
    if (!/^[A-Za-z_$]/.test(token)) throw new Error(`declarations: unexpected ${token} near ${this.near()}`);
    const args: Shape[] = [];
    if (this.skip("<")) {
      do args.push(this.shape());
      while (this.skip(","));
      this.expect(">");
    }
    return { kind: "ref", name: token, args };
  }

  private object(): Shape {
    this.expect("{");
    const properties = new Map<string, Property>();
    let index: Shape | undefined;
    while (!this.skip("}")) {
      this.skip("readonly");
      if (this.skip("[")) {
        while (!this.skip("]")) this.at++;
        this.expect(":");
        index = this.shape();
      } else {
        const name = this.next().replace(/^['"]|['"]$/g, "");
        const optional = this.skip("?");
        if (this.peek() === "(") {
          this.statement();
          continue;
        }
        this.expect(":");
        properties.set(name, { optional, shape: this.shape() });
      }
      if (!this.skip(",")) this.skip(";");
    }
    return { kind: "object", properties, ...(index === undefined ? {} : { index }) };
  }

  private peek(): string {
    return this.tokens[this.at] ?? "";
  }

  private next(): string {
    return this.tokens[this.at++] ?? "";
  }

  private skip(token: string): boolean {
    if (this.peek() !== token) return false;
    this.at++;
    return true;
  }

  private expect(token: string): void {
    if (!this.skip(token)) throw new Error(`declarations: wanted ${token} near ${this.near()}`);
  }

  private near(): string {
    return this.tokens.slice(Math.max(0, this.at - 12), this.at + 5).join(" ");
  }
}
