/**
 * A validator for JSON Schema draft 4 and 7, as far as the schemas of the tests go: it throws at a keyword that it
 * does not know, so that nothing passes because it was not looked at.
 */

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Schema = { readonly [keyword: string]: Json };

/** Every place that does not fit, with the reason. */
export function schemaMistakes(schema: unknown, value: unknown): readonly string[] {
  const root = schema as Schema;
  const mistakes: string[] = [];
  validate(root, root, value as Json, "", mistakes);
  return mistakes;
}

const SILENT = new Set("$schema id $id $comment title description default definitions format".split(" "));

function validate(root: Schema, schema: Schema, value: Json, at: string, mistakes: string[]): void {
  const fails = (why: string) => void mistakes.push(`${at === "" ? "/" : at}: ${why}`);
  const branch = (one: Json): boolean => {
    const inner: string[] = [];
    validate(root, one as Schema, value, at, inner);
    return inner.length === 0;
  };
  for (const [keyword, rule] of Object.entries(schema)) {
    if (keyword === "$ref") {
      const name = String(rule).replace("#/definitions/", "");
      validate(root, (root.definitions as Schema)[name] as Schema, value, at, mistakes);
    } else if (keyword === "type") {
      if (!typesOf(value).includes(String(rule))) fails(`is no ${String(rule)}`);
    } else if (keyword === "enum") {
      if (!(rule as readonly Json[]).includes(value)) fails(`${JSON.stringify(value)} is not allowed`);
    } else if (keyword === "anyOf") {
      if (!(rule as readonly Json[]).some(branch)) fails("fits none of the alternatives");
    } else if (keyword === "oneOf") {
      if ((rule as readonly Json[]).filter(branch).length !== 1)
        fails("does not fit exactly one alternative");
    } else if (typeof value === "number") {
      if (keyword === "minimum" && value < Number(rule)) fails(`is below ${Number(rule)}`);
      if (keyword === "maximum" && value > Number(rule)) fails(`is above ${Number(rule)}`);
    } else if (typeof value === "string") {
      if (keyword === "pattern" && !new RegExp(String(rule)).test(value))
        fails(`does not match ${String(rule)}`);
    } else if (Array.isArray(value)) {
      list(root, keyword, rule, value, at, mistakes);
    } else if (typeof value === "object" && value !== null) {
      object(root, schema, keyword, rule, value as Schema, at, mistakes);
    }
    if (!KNOWN.has(keyword)) throw new Error(`the keyword ${keyword} is not known to this validator`);
  }
}

const KNOWN = new Set([
  ...SILENT,
  ..."$ref type enum anyOf oneOf minimum maximum pattern".split(" "),
  ..."items minItems maxItems uniqueItems properties required additionalProperties minProperties".split(" "),
]);

function list(
  root: Schema,
  keyword: string,
  rule: Json,
  value: readonly Json[],
  at: string,
  mistakes: string[],
): void {
  if (keyword === "items")
    value.forEach((item, i) => {
      validate(root, rule as Schema, item, `${at}/${i}`, mistakes);
    });
  if (keyword === "minItems" && value.length < Number(rule)) mistakes.push(`${at}: has too few items`);
  if (keyword === "maxItems" && value.length > Number(rule)) mistakes.push(`${at}: has too many items`);
  if (keyword === "uniqueItems" && new Set(value.map((item) => JSON.stringify(item))).size !== value.length)
    mistakes.push(`${at}: has an item twice`);
}

function object(
  root: Schema,
  schema: Schema,
  keyword: string,
  rule: Json,
  value: Schema,
  at: string,
  mistakes: string[],
): void {
  const properties = (schema.properties ?? {}) as Schema;
  const keys = Object.keys(value);
  if (keyword === "required")
    for (const key of rule as readonly string[])
      if (!(key in value)) mistakes.push(`${at}: ${key} is missing`);
  if (keyword === "minProperties" && keys.length < Number(rule)) mistakes.push(`${at}: has too few members`);
  if (keyword === "properties")
    for (const key of keys)
      if (key in properties)
        validate(root, properties[key] as Schema, value[key] as Json, `${at}/${key}`, mistakes);
  if (keyword !== "additionalProperties") return;
  for (const key of keys) {
    if (key in properties) continue;
    if (rule === false) mistakes.push(`${at}: ${key} is not known`);
    else if (rule !== true) validate(root, rule as Schema, value[key] as Json, `${at}/${key}`, mistakes);
  }
}

function typesOf(value: Json): readonly string[] {
  if (value === null) return ["null"];
  if (Array.isArray(value)) return ["array"];
  if (typeof value === "number") return Number.isInteger(value) ? ["integer", "number"] : ["number"];
  return [typeof value];
}
