/**
 * What the reference policy's Makefile derives from build.conf and modules.conf before it runs any tool: the
 * m4 definitions and the three module lists, in make's own order (which decides the order of rules). Follows
 * the Makefile's variable section; it reads only these two files and lists folders.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Values as given on make's command line: they win over build.conf. */
export interface BuildOptions {
  /** TYPE, DISTRO, SYSTEMD, UBAC, DIRECT_INITRC, CUSTOM_BUILDOPT, MLS_SENS, APPS_OFF, … */
  readonly variables?: Readonly<Record<string, string>>;
  /** Generate corenetwork from its `.in` files even when the generated ones exist (make compares times). */
  readonly regenerate?: boolean;
}

/** Modules by their file name (`apache.te`), in the order in which make hands them to m4. */
export interface ModuleLists {
  /** Modules whose rules are built: base first, then the loadable ones. */
  readonly built: readonly string[];
  /** Modules that contribute their interfaces only. */
  readonly off: readonly string[];
}

/** Reads `NAME = value`, `?=`, `:=` and `+=` lines; conditionals of make are not understood. */
export function readBuildConf(tree: string, options: BuildOptions = {}): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const path = join(tree, "build.conf");
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  for (const line of text.split("\n")) {
    const match = /^\s*(?:export\s+)?(\w+)\s*([:?+]?)=\s*([^#]*)/.exec(line);
    if (!match) continue;
    const [, name = "", operator, value = ""] = match;
    const before = values.get(name);
    if (operator === "?" && before !== undefined) continue;
    values.set(name, operator === "+" && before ? `${before} ${value.trim()}` : value.trim());
  }
  for (const [name, value] of Object.entries(options.variables ?? {})) values.set(name, value);
  return values;
}

/** The `-D` arguments of every m4 run of a monolithic build. */
export function m4Definitions(conf: ReadonlyMap<string, string>): readonly string[] {
  const is = (name: string, value: string): boolean => conf.get(name) === value;
  const defined: string[] = [];
  if (is("TYPE", "mls")) defined.push("enable_mls=true");
  if (is("TYPE", "mcs")) defined.push("enable_mcs=true");
  const distro = conf.get("DISTRO") ?? "";
  if (distro) defined.push(`distro_${distro}=true`);
  if (distro === "ubuntu") defined.push("distro_debian=true");
  if (is("SYSTEMD", "y")) defined.push("init_systemd=true");
  for (const name of words(conf.get("CUSTOM_BUILDOPT"))) defined.push(`${name}=true`);
  if (is("DIRECT_INITRC", "y")) defined.push("direct_sysadm_daemon=true");
  if (is("WERROR", "y")) defined.push("m4_werror=true");
  if (is("UBAC", "y")) defined.push("enable_ubac=true");
  defined.push(`mls_num_sens=${conf.get("MLS_SENS") ?? 16}`);
  defined.push(`mls_num_cats=${conf.get("MLS_CATS") ?? 1024}`);
  defined.push(`mcs_num_cats=${conf.get("MCS_CATS") ?? 1024}`);
  if (distro === "debian") defined.push("use_alsa");
  defined.push("self_contained_policy");
  return defined.flatMap((definition) => ["-D", definition]);
}

/** The layers (`policy/modules/kernel`, …), relative to the tree, in the shell's glob order. */
export function layersOf(tree: string): readonly string[] {
  const modules = join(tree, "policy/modules");
  return readdirSync(modules)
    .filter((name) => !name.startsWith(".") && statSync(join(modules, name)).isDirectory())
    .sort(byBytes)
    .map((name) => `policy/modules/${name}`);
}

/** Sorts the tree's modules into built and off, as modules.conf and APPS_BASE, APPS_MODS, APPS_OFF say. */
export function moduleLists(tree: string, conf: ReadonlyMap<string, string>): ModuleLists {
  const byState = readModulesConf(tree);
  const asked = ["APPS_BASE", "APPS_MODS", "APPS_OFF"].map((name) =>
    words(conf.get(name)).map((module) => `${module}.te`),
  );
  const overridden = new Set(asked.flat());
  const [base = [], loadable = [], off = []] = ["base", "module", "off"].map((state, index) => {
    const listed = (byState.get(state) ?? []).filter((module) => !overridden.has(module));
    return [...(asked[index] ?? []), ...listed];
  });
  const known = new Set([...base, ...loadable, ...off]);
  const unlisted = detectedModules(tree).filter((module) => !known.has(module));
  return { built: [...base, ...loadable], off: [...off, ...unlisted] };
}

/** modules.conf by state, each list sorted and without repeats, as make's `$(sort)` leaves it. */
function readModulesConf(tree: string): ReadonlyMap<string, readonly string[]> {
  const path = join(tree, "policy/modules.conf");
  const lists = new Map<string, Set<string>>();
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  for (const line of text.split("\n")) {
    if (!/^[ \t]*[A-Za-z]/.test(line)) continue;
    const [module = "", , state = ""] = line.trim().split(/[ \t]+/);
    const list = lists.get(state) ?? new Set();
    lists.set(state, list.add(`${module}.te`));
  }
  return new Map([...lists].map(([state, modules]) => [state, [...modules].sort(byBytes)]));
}

/** Every `.te` (or `.te.in`) of every layer, sorted by path. */
function detectedModules(tree: string): readonly string[] {
  const paths = layersOf(tree).flatMap((layer) =>
    readdirSync(join(tree, layer))
      .filter((name) => /^[^.].*\.te(\.in)?$/.test(name))
      .map((name) => `${layer}/${name.replace(/\.in$/, "")}`),
  );
  return [...new Set(paths)].sort(byBytes).map((path) => path.slice(path.lastIndexOf("/") + 1));
}

/** Compares as `LC_ALL=C` does; the names are ASCII. */
export function byBytes(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function words(text: string | undefined): readonly string[] {
  return (text ?? "").split(/\s+/).filter((word) => word !== "");
}
