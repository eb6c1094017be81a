// The comment above a declaration, as documentation. Section headings (`####`, `# Declarations`) are none: a
// comment counts when it ends on the line before the statement and says something in words.

/** Lines of comment that a declaration may have at most; longer ones are banners or licences. */
const MOST_LINES = 12;

/** The text of the comment that ends right above an offset; undefined when there is none. */
export function commentAbove(text: string, offset: number): string | undefined {
  const lines: string[] = [];
  let end = text.lastIndexOf("\n", Math.max(0, offset - 1));
  if (text.slice(end + 1, offset).trim() !== "") return undefined;
  while (end > 0 && lines.length <= MOST_LINES) {
    const start = text.lastIndexOf("\n", end - 1) + 1;
    const line = text.slice(start, end).trim();
    if (!line.startsWith("#")) break;
    lines.unshift(line.replace(/^#+\s?/, "").replace(/#+$/, ""));
    end = start - 1;
  }
  const said = lines.join("\n").trim();
  if (lines.length > MOST_LINES || said === "" || /^(declarations|local policy)$/i.test(said))
    return undefined;
  return said.startsWith("<") ? undefined : said;
}
