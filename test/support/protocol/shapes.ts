/**
 * Compares a value with a shape, strictly: a property that the shape does not name, a wrong kind, a number outside of
 * its range or a value outside of its enumeration is a fault. Gives the faults as sentences with the path to the value.
 */
import type { Declarations, Property, Shape } from "./declarations.ts";

interface Flat {
  readonly properties: Map<string, Property>;
  index?: Shape;
}

/** Types that TypeScript writes wider than the specification. */
const EXACT: Readonly<Record<string, (value: unknown) => boolean>> = {
  any: isJson,
  unknown: isJson,
  LSPAny: isJson,
  LSPObject: (value) => isRecord(value) && isJson(value),
  object: isRecord,
  string: (value) => typeof value === "string",
  boolean: (value) => typeof value === "boolean",
  number: (value) => typeof value === "number" && Number.isFinite(value),
  integer: (value) => Number.isInteger(value) && Math.abs(value as number) <= 2 ** 31,
  uinteger: (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 31,
  decimal: (value) => typeof value === "number" && Number.isFinite(value),
  DocumentUri: isUri,
  URI: isUri,
  undefined: (value) => value === undefined,
  void: (value) => value === undefined || value === null,
  never: () => false,
  ProgressToken: (value) => typeof value === "string" || Number.isInteger(value),
};

/** Index signatures that are TypeScript's convenience and not the specification's. */
const CLOSED = new Set(["InitializeResult", "_InitializeParams"]);

export class Shapes {
  private readonly types: Declarations["types"];
  private readonly flats = new Map<Shape, Flat>();

  constructor(declarations: Declarations) {
    this.types = declarations.types;
  }

  /** What is wrong with a value; nothing when it fits. */
  faults(value: unknown, shape: Shape, path = ""): readonly string[] {
    switch (shape.kind) {
      case "literal":
        return value === shape.value ? [] : [`${path}: ${show(value)} is not ${show(shape.value)}`];
      case "array":
        if (!Array.isArray(value)) return [`${path}: ${show(value)} is no array`];
        return value.flatMap((item, i) => this.faults(item, shape.of, `${path}[${i}]`));
      case "tuple":
        if (!Array.isArray(value) || value.length !== shape.of.length)
          return [`${path}: ${show(value)} is no tuple of ${shape.of.length}`];
        return shape.of.flatMap((one, i) => this.faults(value[i], one, `${path}[${i}]`));
      case "union":
        return this.unionFaults(value, shape.of, path);
      case "object":
      case "both":
        return this.objectFaults(value, this.flat(shape), path);
      case "ref":
        return this.namedFaults(value, shape.name, path);
    }
  }

  private namedFaults(value: unknown, name: string, path: string): readonly string[] {
    const exact = EXACT[name];
    if (exact !== undefined) return exact(value) ? [] : [`${path}: ${show(value)} is no ${name}`];
    const shape = this.types.get(name);
    if (shape === undefined) throw new Error(`the declarations know no ${name}`);
    if (name === "TextDocumentFilter" || name === "NotebookDocumentFilter")
      return isRecord(value) ? [] : [`${path}: ${show(value)} is no ${name}`];
    return this.faults(value, shape, path);
  }

  private unionFaults(value: unknown, of: readonly Shape[], path: string): readonly string[] {
    let best: readonly string[] | undefined;
    for (const one of of) {
      const faults = this.faults(value, one, path);
      if (faults.length === 0) return [];
      if (best === undefined || depth(faults) > depth(best)) best = faults;
    }
    return best ?? [];
  }

  private objectFaults(value: unknown, flat: Flat, path: string): readonly string[] {
    if (!isRecord(value)) return [`${path}: ${show(value)} is no object`];
    const faults: string[] = [];
    for (const [name, { optional, shape }] of flat.properties) {
      const given = value[name];
      if (given !== undefined) faults.push(...this.faults(given, shape, `${path}.${name}`));
      else if (!optional) faults.push(`${path}.${name} is missing`);
    }
    for (const [name, given] of Object.entries(value)) {
      if (flat.properties.has(name) || given === undefined) continue;
      if (flat.index === undefined) faults.push(`${path}.${name} is not in the protocol`);
      else faults.push(...this.faults(given, flat.index, `${path}.${name}`));
    }
    return faults;
  }

  /** Every property that an object of this shape may have. */
  private flat(shape: Shape): Flat {
    const known = this.flats.get(shape);
    if (known !== undefined) return known;
    const flat: Flat = { properties: new Map() };
    this.gather(shape, flat);
    this.flats.set(shape, flat);
    return flat;
  }

  private gather(shape: Shape, into: Flat): void {
    if (shape.kind === "both") for (const one of shape.of) this.gather(one, into);
    else if (shape.kind === "object") {
      for (const [name, property] of shape.properties) into.properties.set(name, property);
      if (shape.index !== undefined) into.index = shape.index;
    } else if (shape.kind === "ref") {
      const named = this.types.get(shape.name);
      if (named === undefined) throw new Error(`the declarations know no ${shape.name}`);
      this.gather(named, into);
      if (CLOSED.has(shape.name)) delete into.index;
    } else throw new Error(`an intersection with ${shape.kind}`);
  }
}

/** How deep the first fault lies: the alternative that fits deepest says best what is wrong. */
function depth(faults: readonly string[]): number {
  return (faults[0] ?? "").split(/[.[]/).length;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isJson(value: unknown): boolean {
  return typeof value !== "function" && typeof value !== "symbol" && !Number.isNaN(value);
}

function isUri(value: unknown): boolean {
  return typeof value === "string" && /^[a-z][a-z0-9+.-]*:/i.test(value) && !/\s/.test(value);
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "undefined";
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
