// Globs of configuration files: `*` within a component, `**` over components, `?`, `[abc]`, `{a,b}`. A pattern
// without a slash matches the file's name in any directory; any other is relative to the configuration's directory.
// Matching is linear in the path for every pattern that people write: the expression has no nested repetition.

export interface Glob {
  readonly source: string;
  readonly expression: RegExp;
}

/** A glob of a configuration file that lies in `directory`; undefined when its brackets or braces do not close. */
export function parseGlob(source: string, directory: string): Glob | undefined {
  const body = translate(source.replace(/^\.\//, "").replace(/^\//, ""));
  if (body === undefined) return undefined;
  const base = directory === "/" ? "/" : `${escapeText(directory)}/`;
  const anywhere = source.includes("/") ? "" : "(?:.*/)?";
  const below = source.endsWith("/") ? ".*" : "(?:/.*)?";
  return { source, expression: new RegExp(`^${base}${anywhere}${body}${below}$`) };
}

/** True when the path, absolute, is matched. */
export function matchesGlob(glob: Glob, path: string): boolean {
  return glob.expression.test(path);
}

function translate(source: string): string | undefined {
  let result = "";
  let braces = 0;
  for (let i = 0; i < source.length; i++) {
    const c = source[i] as string;
    if (c === "*") {
      const stars = /^\*+/.exec(source.slice(i))?.[0].length ?? 1;
      i += stars - 1;
      if (stars === 1) result += "[^/]*";
      else if (source[i + 1] === "/") {
        result += "(?:.*/)?";
        i++;
      } else result += ".*";
    } else if (c === "?") result += "[^/]";
    else if (c === "[") {
      const close = source.indexOf("]", i + 2);
      if (close < 0) return undefined;
      const inside = source
        .slice(i + 1, close)
        .replace(/[\\[]/g, "\\$&")
        .replace(/^!/, "^");
      result += `[${inside}]`;
      i = close;
    } else if (c === "{") {
      result += "(?:";
      braces++;
    } else if (c === "}" && braces > 0) {
      result += ")";
      braces--;
    } else if (c === "," && braces > 0) result += "|";
    else result += escapeText(c);
  }
  return braces > 0 ? undefined : result;
}

function escapeText(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
