// Discovery: what lies at a path becomes projects. A policy tree, a policy.conf, module directories, a single
// module file (which brings its neighbours along), a kernel binary; a directory above several of these gives one
// project for each. A directory in a tree means the tree, unless nothing in it is part of the tree. Pure over the file system port: it reads only what it needs to decide, and what vanishes
// meanwhile is simply not there.

import { isPolicyTest } from "../../grammar/policyTest/fileName.ts";
import { buildOptions, splitOverrides } from "./buildOptions.ts";
import { configurationOf } from "./configuration.ts";
import { decodeSource } from "./decode.ts";
import type { FileSystem } from "./fileSystem.ts";
import { isMadeFrom } from "./generated.ts";
import { collectModuleFiles, groupModules, moduleProject } from "./moduleDirectory.ts";
import { baseName, directoryOf, extension, isWithin } from "./paths.ts";
import type { Project, ProjectSettings, ReadText } from "./project.ts";
import { isPolicyTree, policyTree } from "./refpolicyTree.ts";

/** How deep below a workspace folder policy trees are looked for. */
const SEARCH_DEPTH = 6;

/** Every project at or below `path`. Empty when there is none. */
export function discover(
  files: FileSystem,
  path: string,
  settings: ProjectSettings,
  readText: ReadText = textReader(files),
): Project[] {
  const stat = files.stat(path);
  if (stat === undefined) return [];
  if (stat.kind === "file") {
    const project = projectOfFile(files, path, settings, readText);
    return project === undefined ? [] : [project];
  }
  const root = enclosingTree(files, path);
  if (root === undefined) return projectsBelow(files, path, settings, readText);
  const tree = configured(readText, root, settings, (own) => policyTree(files, readText, root, own));
  // What lies in a tree and is no part of it (modules beside the policy, examples) is a policy of its own.
  const isPart = path === root || tree.sources.some((source) => isWithin(source.path, path));
  const own = isPart ? [] : projectsBelow(files, path, settings, readText);
  return own.length > 0 ? own : [tree];
}

/** The projects at or below a directory, whatever lies above it. */
function projectsBelow(
  files: FileSystem,
  path: string,
  settings: ProjectSettings,
  readText: ReadText,
): Project[] {
  const found: Found = { trees: [], confs: [], claimed: [] };
  search(files, path, SEARCH_DEPTH, found);
  const trees = found.trees.map((root) =>
    configured(readText, root, settings, (own) => policyTree(files, readText, root, own)),
  );
  const loose = collectModuleFiles(files, path).filter(
    (file) => !found.claimed.some((root) => isWithin(file, root)),
  );
  const modules = loose.some((file) => file.endsWith(".te") || file.endsWith(".if"))
    ? groupModules(path, loose).map((group) =>
        configured(readText, group.root, settings, (own) =>
          moduleProject(files, readText, group.root, group.paths, own),
        ),
      )
    : [];
  return [...trees, ...found.confs.map((conf) => configuredConf(readText, conf, settings)), ...modules];
}

/** A project made with the settings that its configuration files complete. */
function configured(
  readText: ReadText,
  directory: string,
  settings: ProjectSettings,
  make: (settings: ProjectSettings) => Project,
): Project {
  const configuration = configurationOf(readText, directory, settings);
  const { build, inputs } = configuration;
  const headers = settings.headers || configuration.headers;
  // Of two definitions of one name the later wins: what the user sets stands behind what the file says.
  const project = make({ ...settings, defines: [...build, ...settings.defines], headers });
  return { ...project, inputs: [...project.inputs, ...inputs], configuration };
}

function configuredConf(readText: ReadText, path: string, settings: ProjectSettings): Project {
  return configured(readText, directoryOf(path), settings, (own) => policyConf(path, own));
}

/** The project to which a file belongs: its tree, or the modules of its directory. */
export function projectOfFile(
  files: FileSystem,
  path: string,
  settings: ProjectSettings,
  readText: ReadText = textReader(files),
): Project | undefined {
  if (isPolicyTest(path)) return undefined;
  const binary = isBinaryPolicy(files, path);
  if (binary) return { ...policyConf(path, settings), kind: "binary", sources: [] };
  const root = enclosingTree(files, path);
  if (root !== undefined) {
    const tree = configured(readText, root, settings, (own) => policyTree(files, readText, root, own));
    if (isPartOf(tree, path)) return tree;
  }
  if (extension(path) === ".conf" || baseName(path).endsWith(".conf"))
    return configuredConf(readText, path, settings);
  if ([".te", ".if", ".fc"].includes(extension(path)) || UNNAMED.test(path)) {
    const directory = directoryOf(path);
    const neighbours = collectModuleFiles(files, directory, 0);
    const paths = neighbours.includes(path) ? neighbours : [...neighbours, path];
    return configured(readText, directory, settings, (own) =>
      moduleProject(files, readText, directory, paths, own),
    );
  }
  return undefined;
}

/** True when a project reads the file at a path, or generates a source from it. */
export function isPartOf(project: Project, path: string): boolean {
  return project.sources.some((source) => source.path === path) || isMadeFrom(project, path);
}

/** Buffers that were never saved, in the form that URIs give them (`untitled:Untitled-1`). */
const UNNAMED = /^\/untitled:\//i;

/** The root of the policy tree of which a path is a part. */
function enclosingTree(files: FileSystem, path: string): string | undefined {
  for (let directory = path; directory !== "/"; directory = directoryOf(directory))
    if (isPolicyTree(files, directory)) return directory;
  return undefined;
}

interface Found {
  readonly trees: string[];
  readonly confs: string[];
  /** directories whose files belong to a project already */
  readonly claimed: string[];
}

/** Looks for policy trees and policy.conf files. Symbolic links to directories are not followed: no loops. */
function search(files: FileSystem, directory: string, depth: number, found: Found): void {
  if (isPolicyTree(files, directory)) {
    found.trees.push(directory);
    found.claimed.push(directory);
    return;
  }
  for (const entry of files.list(directory) ?? []) {
    const path = directory === "/" ? `/${entry.name}` : `${directory}/${entry.name}`;
    if (entry.kind === "file") {
      if (entry.name === "policy.conf") found.confs.push(path);
    } else if (
      depth > 0 &&
      !entry.symbolicLink &&
      entry.name !== "node_modules" &&
      !entry.name.startsWith(".")
    )
      search(files, path, depth - 1, found);
  }
}

/** A monolithic policy in one file: no macros, no build options but the handling of unknown permissions. */
function policyConf(path: string, settings: ProjectSettings): Project {
  const { variables, defines } = splitOverrides(settings.defines);
  const options = buildOptions(variables, "monolithic", new Map(), defines);
  return {
    kind: "policy.conf",
    root: path,
    sources: [{ path, role: "conf", module: "", enabled: true, foreign: false }],
    options,
    inputs: [],
    notices: [],
  };
}

/** Kernel binaries and module packages start with a known little-endian number. */
export function isBinaryPolicy(files: FileSystem, path: string): boolean {
  if (/\.(te|if|fc|conf|spt|cil)$/.test(path)) return false;
  const bytes = files.readFile(path);
  if (bytes === undefined || bytes.length < 4) return false;
  const magic = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  return magic === 0xf97cff8c || magic === 0xf97cff8d || magic === 0xf97cff8f;
}

/** Reads configuration files as text. */
export function textReader(files: FileSystem): ReadText {
  return (path) => {
    const bytes = files.readFile(path);
    return bytes === undefined ? undefined : decodeSource(bytes).text;
  };
}
