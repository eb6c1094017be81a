// Discovery of a reference policy tree: which files make the policy, in which order, with which options. Follows
// the tree's own Makefile and Rules.monolithic: modules.conf decides base, module or off; base modules come before
// the others, both sorted; the interfaces of modules that are off still count. Without build.conf or modules.conf
// (a fresh checkout) it does what `make conf` would: the defaults, every module on, required ones in the base.

import { byCodeUnit } from "../../grammar/text/order.ts";
import {
  buildOptions,
  type ModuleSetting,
  parseBooleansConf,
  parseBuildConf,
  parseModulesConf,
  splitOverrides,
} from "./buildOptions.ts";
import { type FileSystem, filesWithSuffix, isDirectory, isFile } from "./fileSystem.ts";
import { generateCorenetwork, generationInputs, isOutdated } from "./generated.ts";
import { baseName, stem } from "./paths.ts";
import type { Project, ProjectNotice, ProjectSettings, ReadText, SourceEntry } from "./project.ts";

/** Aliases of paths that are installed with the file contexts. */
const SUBSTITUTIONS = "config/file_contexts.subs_dist";

/** True when the directory is the root of a policy tree that is built as a whole. */
export function isPolicyTree(files: FileSystem, root: string): boolean {
  return isDirectory(files, `${root}/policy/modules`) && isFile(files, `${root}/policy/flask/access_vectors`);
}

interface FoundModule {
  readonly name: string;
  readonly directory: string;
  readonly te: boolean;
  readonly generatedTe: boolean;
}

/** The project of the policy tree at `root`. */
export function policyTree(
  files: FileSystem,
  readText: ReadText,
  root: string,
  settings: ProjectSettings,
): Project {
  const policy = `${root}/policy`;
  const overrides = splitOverrides(settings.defines);
  const variables = treeVariables(readText, root);
  for (const [key, value] of overrides.variables) variables.set(key, value);
  const modulesConf = readText(`${policy}/modules.conf`);
  const found = findModules(files, `${policy}/modules`);
  const notices: ProjectNotice[] = [];
  const order = moduleOrder(modulesConf, found, readText, (name) =>
    notices.push({
      severity: "warning",
      code: "module-missing",
      message: `modules.conf names module ‘${name}’, but the tree has no ${name}.te`,
      path: `${policy}/modules.conf`,
    }),
  );
  const options = buildOptions(
    variables,
    "monolithic",
    parseBooleansConf(readText(`${policy}/booleans.conf`) ?? ""),
    overrides.defines,
  );
  return {
    kind: "refpolicy",
    root,
    sources: [
      ...supportSources(files, policy),
      ...moduleSources(files, readText, order, options.defines),
      ...lateSources(files, policy),
    ],
    options,
    inputs: [
      `${root}/build.conf`,
      `${policy}/build.conf.default`,
      `${policy}/modules.conf`,
      `${policy}/booleans.conf`,
      `${root}/${SUBSTITUTIONS}`,
      ...corenetworkInputs(found),
    ],
    notices,
    substitutions: readText(`${root}/${SUBSTITUTIONS}`),
  };
}

/** build.conf, else the defaults that the tree ships. */
function treeVariables(readText: ReadText, root: string): Map<string, string> {
  const text = readText(`${root}/build.conf`) ?? readText(`${root}/policy/build.conf.default`);
  return parseBuildConf(text ?? "");
}

function source(
  path: string,
  role: SourceEntry["role"],
  module = "",
  enabled = true,
  generated?: SourceEntry["generated"],
): SourceEntry {
  const entry = { path, role, module, enabled, foreign: false };
  return generated === undefined ? entry : { ...entry, generated };
}

/** Flask definitions, macros, defaults, MLS and the global booleans: what comes before any module. */
function supportSources(files: FileSystem, policy: string): SourceEntry[] {
  const early: readonly (readonly [string, SourceEntry["role"]])[] = [
    ["flask/security_classes", "security_classes"],
    ["flask/initial_sids", "initial_sids"],
    ["flask/access_vectors", "access_vectors"],
  ];
  const late: readonly (readonly [string, SourceEntry["role"]])[] = [
    ["context_defaults", "context_defaults"],
    ["mls", "mls"],
    ["mcs", "mcs"],
    ["policy_capabilities", "policy_capabilities"],
    ["global_booleans", "global_booleans"],
    ["global_tunables", "global_tunables"],
  ];
  return [
    ...present(files, policy, early),
    ...filesWithSuffix(files, `${policy}/support`, ".spt").map((path) => source(path, "support")),
    ...present(files, policy, late),
  ];
}

function lateSources(files: FileSystem, policy: string): SourceEntry[] {
  return present(files, policy, [
    ["users", "users"],
    ["constraints", "constraints"],
  ]);
}

function present(
  files: FileSystem,
  policy: string,
  entries: readonly (readonly [string, SourceEntry["role"]])[],
): SourceEntry[] {
  return entries
    .map(([name, role]) => source(`${policy}/${name}`, role))
    .filter((entry) => isFile(files, entry.path));
}

/** The modules of all layers, by name. Of equal names the first in the sorted list counts, as with vpath. */
function findModules(files: FileSystem, directory: string): Map<string, FoundModule> {
  const found = new Map<string, FoundModule>();
  for (const layer of files.list(directory) ?? []) {
    if (layer.kind !== "directory") continue;
    const path = `${directory}/${layer.name}`;
    for (const entry of files.list(path) ?? []) {
      if (entry.kind !== "file") continue;
      const generatedTe = entry.name.endsWith(".te.in");
      if (!generatedTe && !entry.name.endsWith(".te")) continue;
      const name = entry.name.slice(0, generatedTe ? -6 : -3);
      const known = found.get(name);
      if (known !== undefined && known.directory !== path) continue;
      found.set(name, {
        name,
        directory: path,
        te: !generatedTe || known?.te === true,
        generatedTe: generatedTe || known?.generatedTe === true,
      });
    }
  }
  return found;
}

interface ModuleOrder {
  readonly enabled: readonly FoundModule[];
  readonly off: readonly FoundModule[];
}

/** base, then module, each sorted by name; off: those said to be off, then those not mentioned, by path. */
function moduleOrder(
  modulesConf: string | undefined,
  found: ReadonlyMap<string, FoundModule>,
  readText: ReadText,
  missing: (name: string) => void,
): ModuleOrder {
  const settings =
    modulesConf === undefined ? defaultSettings(found, readText) : parseModulesConf(modulesConf);
  const pick = (wanted: ModuleSetting) => {
    const names = [...settings].filter(([, setting]) => setting === wanted).map(([name]) => name);
    const modules: FoundModule[] = [];
    // $(sort) sees the names with their `.te` suffix already taken off, so the names alone decide.
    for (const name of names.sort(byCodeUnit)) {
      const module = found.get(name);
      if (module !== undefined) modules.push(module);
      else if (wanted !== "off") missing(name);
    }
    return modules;
  };
  const byPath = [...found.values()].sort((a, b) =>
    byCodeUnit(`${a.directory}/${a.name}.te`, `${b.directory}/${b.name}.te`),
  );
  return {
    enabled: [...pick("base"), ...pick("module")],
    off: [...pick("off"), ...byPath.filter((module) => !settings.has(module.name))],
  };
}

/** What `make conf` writes into a new modules.conf: required modules in the base, all others as modules. */
function defaultSettings(
  found: ReadonlyMap<string, FoundModule>,
  readText: ReadText,
): Map<string, ModuleSetting> {
  const settings = new Map<string, ModuleSetting>();
  for (const module of found.values()) {
    const path = `${module.directory}/${module.name}.if`;
    const text = readText(path) ?? readText(`${path}.in`) ?? "";
    settings.set(module.name, /<required\s+val\s*=\s*"true"/.test(text) ? "base" : "module");
  }
  return settings;
}

/** All interfaces (of enabled modules, then of the others), then rules, then file contexts. */
function moduleSources(
  files: FileSystem,
  readText: ReadText,
  order: ModuleOrder,
  defines: ReadonlyMap<string, string>,
): SourceEntry[] {
  const interfaces: SourceEntry[] = [];
  const rules: SourceEntry[] = [];
  const contexts: SourceEntry[] = [];
  const seen = new Set<FoundModule>();
  for (const [modules, enabled] of [
    [order.enabled, true],
    [order.off, false],
  ] as const) {
    for (const module of modules) {
      if (seen.has(module)) continue;
      seen.add(module);
      const path = `${module.directory}/${module.name}`;
      const isCurrent = module.te && !(module.generatedTe && isOutdated(files, path));
      const generate = () => generateCorenetwork(readText, path, defines);
      const made = isCurrent ? undefined : generate();
      const late = isCurrent && module.generatedTe ? generate : undefined;
      if (made !== undefined || isFile(files, `${path}.if`))
        interfaces.push({
          ...source(`${path}.if`, "if", module.name, enabled, made?.interfaces),
          generator: late && (() => late()?.interfaces),
        });
      if (module.te || made !== undefined)
        rules.push({
          ...source(`${path}.te`, "te", module.name, enabled, made?.rules),
          generator: late && (() => late()?.rules),
        });
      if (isFile(files, `${path}.fc`)) contexts.push(source(`${path}.fc`, "fc", module.name, enabled));
    }
  }
  return [...interfaces, ...rules, ...contexts];
}

/** The files from which corenetwork is generated, so that a change of one is noticed. */
function corenetworkInputs(found: ReadonlyMap<string, FoundModule>): string[] {
  const generated = [...found.values()].filter((module) => module.generatedTe);
  return generated.flatMap((module) => generationInputs(`${module.directory}/${module.name}`));
}

/** The module that a path of the tree belongs to, by its base name. */
export function moduleOfPath(path: string): string {
  return stem(baseName(path));
}
