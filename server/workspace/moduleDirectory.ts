// Discovery of module directories: one to a few modules that are built against installed policy headers, as
// `make -f …/devel/Makefile` does. Headers come first and a local `.if` replaces the header of the same module.
// Modules that use no macros (what audit2allow writes) need no headers and get none, which keeps them fast.
// Directories that hold equal module names become projects of their own (one per distribution, say).

import { buildOptions, parseBuildConf, splitOverrides } from "./buildOptions.ts";
import { type DirectoryEntry, type FileSystem, filesWithSuffix, isDirectory, isFile } from "./fileSystem.ts";
import { baseName, directoryOf, stem } from "./paths.ts";
import type { Project, ProjectNotice, ProjectSettings, ReadText, SourceEntry } from "./project.ts";

/** Where distributions install policy headers, in order of preference. */
const HEADER_DIRECTORY = "/usr/share/selinux/devel/include";
const INSTALLED_POLICIES = "/usr/share/selinux";

/** Directories that never hold sources of interest. */
const SKIPPED_DIRECTORIES = new Set(["node_modules", "tmp", "CVS", ".git", ".svn", ".hg"]);

const MODULE_SUFFIXES = new Set([".te", ".if", ".fc"]);

/** The policy headers to build against: the setting's, else the installed ones. */
export function findHeaders(files: FileSystem, settings: ProjectSettings): string | undefined {
  const given = settings.headers;
  if (given !== undefined && given !== "")
    return [given, `${given}/include`, `${given}/devel/include`].find((path) =>
      isHeaderDirectory(files, path),
    );
  if (isHeaderDirectory(files, HEADER_DIRECTORY)) return HEADER_DIRECTORY;
  for (const entry of files.list(INSTALLED_POLICIES) ?? []) {
    const path = `${INSTALLED_POLICIES}/${entry.name}/include`;
    if (entry.kind === "directory" && isHeaderDirectory(files, path)) return path;
  }
  return undefined;
}

function isHeaderDirectory(files: FileSystem, path: string): boolean {
  return isDirectory(files, `${path}/support`) && isFile(files, `${path}/build.conf`);
}

/** Paths of all module files at or below a directory. Symbolic links to directories are not followed. */
export function collectModuleFiles(files: FileSystem, root: string, depth = 8): string[] {
  const found: string[] = [];
  const visit = (directory: string, left: number): void => {
    for (const entry of files.list(directory) ?? []) {
      const path = directory === "/" ? `/${entry.name}` : `${directory}/${entry.name}`;
      if (entry.kind === "directory") {
        if (left > 0 && mayDescend(entry)) visit(path, left - 1);
      } else if (MODULE_SUFFIXES.has(entry.name.slice(-3))) found.push(path);
    }
  };
  visit(root, depth);
  return found;
}

function mayDescend(entry: DirectoryEntry): boolean {
  return !entry.symbolicLink && !SKIPPED_DIRECTORIES.has(entry.name) && !entry.name.startsWith(".");
}

/** Groups module files into builds: all together, or one a directory when a module name occurs twice. */
export function groupModules(
  root: string,
  paths: readonly string[],
): { root: string; paths: readonly string[] }[] {
  const seen = new Set<string>();
  const repeated = paths.some((path) => {
    const name = baseName(path);
    if (seen.has(name)) return true;
    seen.add(name);
    return false;
  });
  if (!repeated) return [{ root, paths }];
  const groups = new Map<string, string[]>();
  for (const path of paths) {
    const directory = directoryOf(path);
    const group = groups.get(directory);
    if (group === undefined) groups.set(directory, [path]);
    else group.push(path);
  }
  return [...groups].map(([directory, group]) => ({ root: directory, paths: group }));
}

/** The base policy that modules are linked to, where one lies beside them: it tells what they may require. */
const BASE = "base.conf";

/** The project of some modules. */
export function moduleProject(
  files: FileSystem,
  readText: ReadText,
  root: string,
  paths: readonly string[],
  settings: ProjectSettings,
): Project {
  const notices: ProjectNotice[] = [];
  const headers = needsHeaders(readText, paths) ? findHeaders(files, settings) : undefined;
  if (
    headers === undefined &&
    settings.headers !== undefined &&
    settings.headers !== "" &&
    needsHeaders(readText, paths)
  )
    notices.push({
      severity: "warning",
      code: "headers-missing",
      message: `no policy headers at ${settings.headers} (expected build.conf and support/ there)`,
      path: paths[0] ?? root,
    });
  const overrides = splitOverrides(settings.defines);
  const variables = headerVariables(headers === undefined ? undefined : readText(`${headers}/build.conf`));
  const base = `${root}/${BASE}`;
  const baseText = isFile(files, base) ? readText(base) : undefined;
  // A module has levels when its base has.
  if (baseText !== undefined)
    variables.set("TYPE", /^[ \t]*sensitivity[ \t]/m.test(baseText) ? "mcs" : "standard");
  for (const [key, value] of overrides.variables) variables.set(key, value);
  const local = localSources(paths);
  const localInterfaces = new Set(local.filter((entry) => entry.role === "if").map((entry) => entry.module));
  return {
    kind: "modules",
    root,
    sources: [
      ...(headers === undefined ? [] : headerSources(files, headers, localInterfaces)),
      ...(baseText === undefined
        ? []
        : [{ path: base, role: "conf" as const, module: "base", enabled: true, foreign: false }]),
      ...local,
    ],
    options: buildOptions(variables, "modular", new Map(), overrides.defines),
    inputs: [base, ...(headers === undefined ? [] : [`${headers}/build.conf`])],
    notices,
  };
}

/** devel/Makefile makes TYPE mcs where neither the user nor the headers set it. */
function headerVariables(buildConf: string | undefined): Map<string, string> {
  const variables = parseBuildConf(buildConf ?? "");
  if (!variables.has("TYPE")) variables.set("TYPE", "mcs");
  return variables;
}

/** Plain module language needs no headers: nothing in it can be a macro. File contexts are written with one. */
function needsHeaders(readText: ReadText, paths: readonly string[]): boolean {
  return paths.some((path) => {
    if (path.endsWith(".if")) return true;
    const text = (readText(path) ?? "").replace(/#.*/g, "");
    return /[(`]|_perms\b|_class_set\b/.test(text);
  });
}

function headerSources(files: FileSystem, headers: string, replaced: ReadonlySet<string>): SourceEntry[] {
  const entry = (path: string, role: SourceEntry["role"], module: string): SourceEntry => ({
    path,
    role,
    module,
    enabled: false,
    foreign: true,
  });
  const sources = filesWithSuffix(files, `${headers}/support`, ".spt").map((path) =>
    entry(path, "support", ""),
  );
  for (const layer of files.list(headers) ?? []) {
    if (layer.kind !== "directory" || layer.name === "support") continue;
    for (const path of filesWithSuffix(files, `${headers}/${layer.name}`, ".if"))
      if (!replaced.has(stem(path))) sources.push(entry(path, "if", stem(path)));
  }
  return sources;
}

/** Interfaces, rules, file contexts; a buffer that has no name yet is taken for rules. */
function localSources(paths: readonly string[]): SourceEntry[] {
  const roleOf = (path: string) => (path.endsWith(".if") ? "if" : path.endsWith(".fc") ? "fc" : "te");
  const of = (role: SourceEntry["role"]): SourceEntry[] =>
    paths
      .filter((path) => roleOf(path) === role)
      .map((path) => ({ path, role, module: stem(path), enabled: true, foreign: false }));
  return [...of("if"), ...of("te"), ...of("fc")];
}
