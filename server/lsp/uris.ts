// URIs ↔ paths. Paths inside are absolute and `/`-separated; a Windows path keeps the form that file URIs give it
// (`/c:/x`). A document that is no file (untitled:, git:) gets a path of its own that no disk has: `/untitled:/Name`,
// `/vscode-vfs:+authority/path`.

/** The path of a URI. */
export function pathOfUri(uri: string): string {
  const match = /^([a-z][a-z0-9+.-]*):(?:\/\/([^/?#]*))?([^?#]*)/i.exec(uri);
  if (match === null) return uri;
  const [, scheme, authority = "", path = ""] = match as unknown as [
    string,
    string,
    string | undefined,
    string,
  ];
  const decoded = decode(path);
  if (scheme.toLowerCase() !== "file") {
    // A file system of the editor's (vscode-vfs://github/x): the authority stays, so that the way back is exact.
    if (path.startsWith("/")) return `/${scheme}:+${authority}${decoded.replace(/(.)\/+$/, "$1")}`;
    return `/${scheme}:/${decoded}`;
  }
  const whole = authority === "" || authority === "localhost" ? decoded : `//${authority}${decoded}`;
  return whole.length > 1 ? whole.replace(/\/+$/, "") : whole;
}

/** The file URI of a path. */
export function uriOfPath(path: string): string {
  const hierarchical = /^\/([a-z][a-z0-9+.-]+):\+([^/]*)(\/.*)?$/i.exec(path);
  if (hierarchical !== null) {
    const [, scheme, authority = "", rest = ""] = hierarchical;
    return `${scheme}:${authority === "" ? "" : `//${authority}`}${encode(rest)}`;
  }
  const other = /^\/([a-z][a-z0-9+.-]+):\/(.*)$/i.exec(path);
  if (other !== null && (other[1] as string).length > 1) return `${other[1]}:${encode(other[2] as string)}`;
  return `file://${encode(path)}`;
}

function encode(path: string): string {
  return path
    .split("/")
    .map((part) => encodeURIComponent(part).replace(/%3A/g, ":"))
    .join("/");
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
