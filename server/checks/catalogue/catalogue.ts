// The one declarative table of checks: every code that a finding may carry, with what a person has to know about it.
// The documentation pages, the settings' schema, the SARIF rules and the list in the README are made from it. Rows
// live in `*.data.ts` beside this file, one file an origin or category; this file only puts them together. It knows
// no implementation: which function finds what is written in ../registry.ts.

import type { Severity } from "../../compiler/face.ts";
import { ACCESS_ROWS } from "./access.data.ts";
import { BINARY_ROWS } from "./binary.data.ts";
import { CONTROL_ROWS } from "./control.data.ts";
import { INTERFACE_ROWS } from "./interface.data.ts";
import { LABELLING_ROWS } from "./labelling.data.ts";
import { PART_A_ROWS } from "./partA.data.ts";
import { SELINT_ROWS } from "./selint.data.ts";

/** Where a check comes from: what the compilers say, what SELint says, what is ours. */
export type CheckOrigin = "compiler" | "selint" | "sels";

export const CATEGORIES = [
  "syntax",
  "names",
  "classes",
  "types",
  "roles-users",
  "mls",
  "rules",
  "conditionals",
  "assertions",
  "labelling",
  "modules",
  "macros",
  "file-contexts",
  "style",
  "documentation",
  "redundancy",
  "security",
  "kernel",
] as const;

export type CheckCategory = (typeof CATEGORIES)[number];

export type CheckTag = "unnecessary" | "deprecated";

/** One check. Texts are Markdown without headings, in our own words. */
export interface CheckRow {
  /** the finding's code: lower-case with dashes (ours and the compilers'), or SELint's own (`C-001`) */
  readonly id: string;
  readonly origin: CheckOrigin;
  readonly category: CheckCategory;
  /** severity when nobody says otherwise; `off` for those that one has to ask for */
  readonly severity: Severity | "off";
  /** severity where the whole policy is there and the build takes what is found: the tools refuse it then */
  readonly wholeSeverity?: Severity;
  /** one line: what is wrong */
  readonly summary: string;
  /** why it matters, and what the compilers or the kernel do */
  readonly why?: string;
  readonly example?: { readonly bad: string; readonly good: string };
  /** what the quick fix does; absent: there is none */
  readonly fix?: string;
  /** how editors draw it */
  readonly tags?: readonly CheckTag[];
  /** where we differ from SELint on purpose, for its rows */
  readonly differs?: string;
  /** what `.sels.json` may set for it; a check asks with `option(id, key)` */
  readonly options?: readonly CheckOption[];
}

/** An option of a check, for the schema and the page. */
export interface CheckOption {
  readonly key: string;
  readonly type: "boolean" | "number" | "string" | "strings";
  readonly description: string;
  /** values that a string may have */
  readonly values?: readonly string[];
}

/** Every table that there is: a new `*.data.ts` is imported above and named here. */
const TABLES: readonly (readonly CheckRow[])[] = [
  CONTROL_ROWS,
  PART_A_ROWS,
  SELINT_ROWS,
  LABELLING_ROWS,
  INTERFACE_ROWS,
  ACCESS_ROWS,
  BINARY_ROWS,
];

/** All rows, in the order of their tables. */
export const CATALOGUE: readonly CheckRow[] = TABLES.flat();

const BY_ID: ReadonlyMap<string, CheckRow> = new Map(CATALOGUE.map((row) => [row.id, row]));

/** The row of a finding's code. */
export function rowOf(id: string): CheckRow | undefined {
  return BY_ID.get(id);
}
