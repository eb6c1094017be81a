// The documentation that is made from the catalogue: a page for each check, and their list. Pure: text in, text out;
// `npm run generate` writes it, and a test tells when it is stale.

import { CATALOGUE, CATEGORIES, type CheckCategory, type CheckRow } from "./catalogue.ts";

const GENERATED = "<!-- made by npm run generate from server/checks/catalogue: change it there -->\n";

const ORIGINS = { compiler: "the compilers", selint: "SELint", sels: "this program" } as const;

function severityText({ severity, wholeSeverity }: CheckRow): string {
  return wholeSeverity === undefined ? severity : `${severity}; ${wholeSeverity} in a whole policy`;
}

/** The page of one check. */
export function checkPage(row: CheckRow): string {
  const parts = [
    `${GENERATED}\n# ${row.id}`,
    `**${sentence(row.summary)}**`,
    `| | |\n|---|---|\n| severity | ${severityText(row)} |\n| category | ${row.category} |\n| known from | ${ORIGINS[row.origin]} |`,
  ];
  if (row.why !== undefined) parts.push(`## Why\n\n${row.why}`);
  if (row.example !== undefined)
    parts.push(`## Example\n\n${code(row.example.bad)}\n\nbetter:\n\n${code(row.example.good)}`);
  if (row.fix !== undefined) parts.push(`## Quick fix\n\n${sentence(row.fix)}`);
  if (row.differs !== undefined) parts.push(`## Differences from SELint\n\n${row.differs}`);
  if (row.options !== undefined) {
    const rows = row.options.map(({ key, type, description }) => `| \`${key}\` | ${type} | ${description} |`);
    parts.push(`## Options\n\n| key | type | what it does |\n|---|---|---|\n${rows.join("\n")}`);
  }
  parts.push(
    `## Control\n\nIn \`.sels.json\`: \`{ "checks": { "${row.id}": "off" } }\`, or a level. In the source: \`# sels-disable-next-line ${row.id}: reason\`.`,
  );
  return `${parts.join("\n\n")}\n`;
}

function code(text: string): string {
  return `\`\`\`\n${text.trimEnd()}\n\`\`\``;
}

function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}

/** The list of all checks, by category. */
export function checksIndex(): string {
  const sections = CATEGORIES.flatMap((category) => {
    const rows = CATALOGUE.filter((row) => row.category === category);
    return rows.length === 0 ? [] : [section(category, rows)];
  });
  const intro =
    "Each finding carries the id of its check. `sels explain ID` prints the same text; levels are set in `.sels.json`, for which [a schema](../../schema/sels.schema.json) exists.";
  return `${GENERATED}\n# Checks\n\n${intro}\n\n${sections.join("\n\n")}\n`;
}

/** The list in the README: a row for each category, the checks of ours and of SELint with links. */
export function readmeChecks(): string {
  const link = ({ id }: CheckRow): string => `[${id}](docs/checks/${id}.md)`;
  const of = (rows: readonly CheckRow[], origin: CheckRow["origin"]): readonly CheckRow[] =>
    rows.filter((row) => row.origin === origin);
  const lines = CATEGORIES.flatMap((category) => {
    const rows = CATALOGUE.filter((row) => row.category === category);
    if (rows.length === 0) return [];
    const compilers = of(rows, "compiler").length;
    const [selint, ours] = [of(rows, "selint"), of(rows, "sels")].map((list) => list.map(link).join(" "));
    return `| ${category} | ${compilers === 0 ? "" : compilers} | ${selint} | ${ours} |`;
  });
  const count = CATALOGUE.length;
  return `<details>\n<summary>The ${count} checks by category</summary>\n\n| category | of the compilers | SELint's | more |\n|---|---|---|---|\n${lines.join("\n")}\n\n</details>\n`;
}

function section(category: CheckCategory, rows: readonly CheckRow[]): string {
  const lines = rows.map(
    (row) => `| [${row.id}](${row.id}.md) | ${row.severity} | ${row.summary.replaceAll("|", "\\|")} |`,
  );
  return `## ${category}\n\n| check | severity | what is wrong |\n|---|---|---|\n${lines.join("\n")}`;
}
