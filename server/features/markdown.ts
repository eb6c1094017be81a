// Markdown that reads well in an editor's panel and in a terminal popup that shows it raw: short paragraphs, fenced
// code, no tables, no links inside tables, no HTML.

/** A fenced block. `selinux` is the id of the highlighting that clients may have. */
export function fenced(text: string, language = "selinux"): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

/** Names as code, the rest counted. */
export function nameList(names: readonly string[], limit = 12): string {
  const shown = names.slice(0, limit).map((name) => `\`${name}\``);
  if (names.length > limit) shown.push(`… (${names.length} in all)`);
  return shown.join(", ");
}

/** Paragraphs that have something to say, parted by empty lines. */
export function paragraphs(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== "").join("\n\n");
}

/** `1 rule`, `2 rules`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** Rows of cells in columns, for fenced text; the last column is not padded. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length);
    });
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] as number)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
