// Path arithmetic on absolute, `/`-separated paths. The engine has no node:path; Windows paths reach it in the
// form `/c:/x`, as file URIs have them.

/** The last component. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Everything before the last component; `/` for a path directly below the root. */
export function directoryOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash <= 0 ? "/" : path.slice(0, slash);
}

/** The last component without its last extension. */
export function stem(path: string): string {
  const name = baseName(path);
  const dot = name.lastIndexOf(".");
  return dot <= 0 ? name : name.slice(0, dot);
}

/** The extension with its dot, or the empty string. */
export function extension(path: string): string {
  const name = baseName(path);
  const dot = name.lastIndexOf(".");
  return dot <= 0 ? "" : name.slice(dot);
}

/** Joins and normalises: `.` and `..` are resolved, doubled slashes vanish. An absolute `relative` stands alone. */
export function joinPath(base: string, relative: string): string {
  const whole = relative.startsWith("/") ? relative : `${base}/${relative}`;
  const parts: string[] = [];
  for (const part of whole.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** True when `path` is `directory` or lies below it. */
export function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === "/" ? "/" : `${directory}/`);
}

/** `path` relative to `base` when it lies below it, else `path` itself. */
export function relativeTo(path: string, base: string): string {
  if (!isWithin(path, base) || path === base) return path;
  return path.slice(base === "/" ? 1 : base.length + 1);
}
