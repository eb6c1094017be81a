// docs/settings.md, made from the tables that the server reads: the editor's settings, the keys of .sels.json, the options
// of checks. Pure text; which file holds what for which editor is in docs/editors.md.

import { CATALOGUE, type CheckRow } from "../checks/catalogue/catalogue.ts";
import { LEVELS, SETTINGS_KEYS } from "../checks/control/settings.ts";
import { SETTINGS, type Setting } from "./settings.ts";

/** The whole page. */
export function settingsPage(): string {
  return `# Settings

Nothing has to be set. What a policy needs belongs in a \`.sels.json\` beside it, where every editor, \`sels\` and CI
read the same; what one person wants belongs in the editor.

## In the editor

In Visual Studio Code under “SELinux Policy”; other editors send the same names without \`selinux.\`, as
\`initializationOptions\` or under the section \`selinux\`.

| setting | default | what it does |
|---|---|---|
${SETTINGS.map(settingRow).join("\n")}

## In .sels.json

Found in the directory of a file or above it; comments are taken. Its schema is
[schema/sels.schema.json](../schema/sels.schema.json).

\`\`\`json
{
  "checks": { "style": "off", "W-003": "error" },
  "options": { "C-001": { "ordering_rules": "refpolicy-lax" } },
  "overrides": [{ "files": "policy/modules/contrib/**", "checks": { "*": "warning" } }],
  "kernel": "6.1"
}
\`\`\`

| key | what it holds |
|---|---|
${Object.entries(SETTINGS_KEYS)
  .map(([key, about]) => `| \`${key}\` | ${cell(about)} |`)
  .join("\n")}

Levels are ${LEVELS.map((level) => `\`${level}\``).join(", ")}. The ids and categories of checks are in
[checks/README.md](checks/README.md).

## Options of checks

Under \`options\`, by the check's id.

| check | option | what it does |
|---|---|---|
${CATALOGUE.flatMap(optionRows).join("\n")}

## In comments

\`\`\`
# sels-disable-next-line C-005, W-002: the reason
allow foo_t bar_t:file { write read };   # sels-disable-line C-005
# sels-disable C-005                     up to “sels-enable C-005”, or the end of the file
# sels-disable-file W-003 until 2027-01-31: until the module is split
\`\`\`

\`all\` stands for every check. With \`until\` and a day a directive holds to the end of that day; then it hides nothing more
and is reported itself ([disable-expired](checks/disable-expired.md)). SELint's \`#selint-disable: C-005\` is understood too.
Errors of the compiler cannot be hidden so.
`;
}

function settingRow({ name, schema }: Setting): string {
  const values = schema.enum === undefined ? "" : ` One of ${schema.enum.map(code).join(", ")}.`;
  return `| \`selinux.${name}\` | ${code(schema.default)} | ${cell(schema.markdownDescription)}${values} |`;
}

function optionRows({ id, options = [] }: CheckRow): readonly string[] {
  return options.map(({ key, type, description, values }) => {
    const kind = values === undefined ? (type === "strings" ? "texts" : type) : values.map(code).join(", ");
    return `| [${id}](checks/${id}.md) | \`${key}\` (${kind}) | ${cell(description)} |`;
  });
}

const code = (value: unknown): string => `\`${JSON.stringify(value)}\``;

const cell = (text: string): string => text.replaceAll("|", "\\|");
