// The JSON schema of `.sels.json`, made from the catalogue: what ./settings.ts takes, and nothing else.

import { CATALOGUE, CATEGORIES, type CheckRow } from "../catalogue/catalogue.ts";
import { LEVELS, SETTINGS_KEYS } from "./settings.ts";

const TEXTS = { type: "array", items: { type: "string" } } as const;
const TEXT_OR_TEXTS = { oneOf: [{ type: "string" }, TEXTS] } as const;

/** The schema as text. */
export function settingsSchema(): string {
  const described = (key: string, shape: object): object => ({ description: SETTINGS_KEYS[key], ...shape });
  const schema = {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: ".sels.json: settings of sels and selinux-language-server",
    type: "object",
    additionalProperties: false,
    properties: {
      $schema: described("$schema", { type: "string" }),
      extends: described("extends", TEXT_OR_TEXTS),
      checks: described("checks", { $ref: "#/definitions/checks" }),
      options: described("options", {
        type: "object",
        additionalProperties: false,
        properties: Object.fromEntries(
          CATALOGUE.filter((row) => row.options !== undefined).map((row) => [row.id, optionsOf(row)]),
        ),
      }),
      overrides: described("overrides", {
        type: "array",
        items: {
          type: "object",
          additionalProperties: false,
          required: ["files"],
          properties: { files: TEXT_OR_TEXTS, checks: { $ref: "#/definitions/checks" } },
        },
      }),
      kernel: described("kernel", { type: "string", pattern: "^v?[0-9]+(\\.[0-9]+)*" }),
      build: described("build", {
        oneOf: [
          { type: "string" },
          TEXTS,
          { type: "object", additionalProperties: { type: ["string", "number", "boolean"] } },
        ],
      }),
      headers: described("headers", { type: "string" }),
      riskyGrants: described("riskyGrants", TEXT_OR_TEXTS),
    },
    definitions: { level: { enum: LEVELS }, checks: checksSchema() },
  };
  return `${JSON.stringify(schema, null, 1)}\n`;
}

function checksSchema(): object {
  const level = { $ref: "#/definitions/level" };
  const named = (name: string, description: string): [string, object] => [
    name,
    { description, allOf: [level] },
  ];
  return {
    type: "object",
    additionalProperties: false,
    properties: Object.fromEntries([
      named("*", "every check"),
      ...CATEGORIES.map((category) => named(category, `every check of the category ${category}`)),
      ...CATALOGUE.map((row) => named(row.id, row.summary)),
    ]),
  };
}

function optionsOf(row: CheckRow): object {
  const properties = (row.options ?? []).map(({ key, type, description, values }) => [
    key,
    {
      description,
      ...(type === "strings" ? TEXTS : { type }),
      ...(values === undefined ? {} : { enum: values }),
    },
  ]);
  return { type: "object", additionalProperties: false, properties: Object.fromEntries(properties) };
}
