/*
 * The line tools of a monolithic build: what moves to the front of policy.conf, what is commented out for it.
 *
 * Follows support/get_type_attr_decl.sed and comment_move_decl.sed of the reference policy, including how
 * sed's two line ranges mask each other: lines inside `require {` or `optional {` stay where they are. Pure.
 */

const MOVED: readonly RegExp[] = [
  /^[ \t]*(attribute(_role)?|type(alias)?) /,
  /^[ \t]*(port|node|netif|genfs|ibpkey|ibendport)con /,
  /^[ \t]*fs_use_(xattr|task|trans) /,
  /^[ \t]*sid /,
  /^[ \t]*bool /,
  /^[ \t]*role[ \t]+[a-zA-Z_]+[ \t]*;/,
  /^[ \t]*user [a-zA-Z_]+ roles /,
];
const DECLARED = /^[ \t]*((attribute(_role)?|type(alias)?|bool) |role[ \t]+[a-zA-Z_]+[ \t]*;)/;
const MOVED_PREFIX = "# this line was moved by the build process: ";
// All patterns begin with one of these words' first letters, which spares most lines the regular expressions.
const STARTS = "abfginprstu";

/** True for a line that the build moves to another place, when it stands in no require or optional block. */
export function isMovedLine(line: string): boolean {
  return mayMatch(line) && MOVED.some((pattern) => pattern.test(line));
}

/** The lines of a text; a final newline ends the last one instead of starting another. */
function linesOf(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** Calls `act` for each line outside of require and optional blocks, `pass` for the others. */
function outside(lines: readonly string[], act: (line: string) => void, pass: (line: string) => void): void {
  let inRequire = false;
  let inOptional = false;
  for (const line of lines) {
    if (inRequire) {
      inRequire = !line.includes("} # end require");
      pass(line);
    } else if (line.includes("require {")) {
      inRequire = true;
      pass(line);
    } else if (inOptional) {
      inOptional = !line.includes("} # end optional");
      pass(line);
    } else if (line.includes("optional {")) {
      inOptional = true;
      pass(line);
    } else act(line);
  }
}

function mayMatch(line: string): boolean {
  let at = 0;
  while (line[at] === "\t" || line[at] === " ") at++;
  return at < line.length && STARTS.includes(line[at] as string);
}

/** The declarations that go to the front, sorted by byte. */
export function declarationLines(rules: string): string {
  const found: string[] = [];
  outside(
    linesOf(rules),
    (line) => {
      if (mayMatch(line) && DECLARED.test(line)) found.push(line.replace(/^[ \t]+/, ""));
    },
    () => {},
  );
  return found
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    .map((line) => `${line}\n`)
    .join("");
}

/** The rules with the lines that go elsewhere commented out. */
export function moveDeclarations(rules: string): string {
  const out: string[] = [];
  const keep = (line: string): void => {
    out.push(line);
  };
  outside(
    linesOf(rules),
    (line) => {
      out.push(isMovedLine(line) ? MOVED_PREFIX + line : line);
    },
    keep,
  );
  out.push("");
  return out.join("\n");
}

/** The lines that match, as grep prints them. */
export function grepLines(text: string, pattern: RegExp): string {
  const found = linesOf(text).filter((line) => mayMatch(line) && pattern.test(line));
  return found.map((line) => `${line}\n`).join("");
}
