// Build options: build.conf, modules.conf and booleans.conf as the reference policy's Makefile, Makefile.devel and
// set_bools_tuns.awk read them, and the m4 -D list that follows. Settings override files, key by key. Pure; a line
// that make would not understand is passed over.

import type { BuildOptions } from "../compiler/face.ts";

/** Variables of build.conf that decide what the policy becomes. */
export const BUILD_VARIABLES: readonly string[] = [
  "TYPE",
  "NAME",
  "DISTRO",
  "SYSTEMD",
  "UBAC",
  "DIRECT_INITRC",
  "MLS_SENS",
  "MLS_CATS",
  "MCS_CATS",
  "UNK_PERMS",
  "CUSTOM_BUILDOPT",
  "MONOLITHIC",
  "WERROR",
];

/** Assignments of a makefile fragment: `NAME = value`, `?=`, `:=`, `override NAME := value`. */
export function parseBuildConf(text: string): Map<string, string> {
  const variables = new Map<string, string>();
  for (const line of text.split("\n")) {
    const match = /^\s*(?:override\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*([?:+]?)=\s*([^#\r]*)/.exec(line);
    if (match === null) continue;
    const [, name, operator, raw] = match as unknown as [string, string, string, string];
    const value = raw.trim();
    if (operator === "?" && variables.has(name)) continue;
    if (operator === "+") variables.set(name, `${variables.get(name) ?? ""} ${value}`.trim());
    else variables.set(name, value);
  }
  return variables;
}

export type ModuleSetting = "base" | "module" | "off";

/** `name = base|module|off` lines, as the Makefile's awk reads them (three blank-separated fields). */
export function parseModulesConf(text: string): Map<string, ModuleSetting> {
  const settings = new Map<string, ModuleSetting>();
  for (const line of text.split("\n")) {
    if (!/^[ \t]*[A-Za-z]/.test(line)) continue;
    const [name, , value] = line.trim().split(/[ \t\r]+/);
    if (name !== undefined && (value === "base" || value === "module" || value === "off"))
      settings.set(name, value);
  }
  return settings;
}

/** `name = value` lines of booleans.conf (support/set_bools_tuns.awk). */
export function parseBooleansConf(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split("\n")) {
    if (!/^[ \t]*[A-Za-z]/.test(line)) continue;
    const [name, value] = line.replace(/[ \t\r]/g, "").split("=");
    if (name !== undefined && value !== undefined) values.set(name, value);
  }
  return values;
}

/** Overrides split into build.conf variables and plain m4 definitions (`KEY=VALUE`, or `KEY` alone). */
export function splitOverrides(given: readonly string[]): {
  readonly variables: Map<string, string>;
  readonly defines: Map<string, string>;
} {
  const variables = new Map<string, string>();
  const defines = new Map<string, string>();
  for (const entry of given) {
    const at = entry.indexOf("=");
    const key = at < 0 ? entry : entry.slice(0, at);
    const value = at < 0 ? undefined : entry.slice(at + 1);
    if (BUILD_VARIABLES.includes(key)) variables.set(key, value ?? "y");
    else if (key !== "") defines.set(key, value ?? "true");
  }
  return { variables, defines };
}

/**
 * The definitions that the Makefile passes to m4. Trees built as a whole define `name=true`; the headers'
 * Makefile defines the bare name, and has no self_contained_policy.
 */
export function definesOf(
  variables: ReadonlyMap<string, string>,
  mode: "monolithic" | "modular",
): Map<string, string> {
  const on = mode === "monolithic" ? "true" : "";
  const value = (name: string) => variables.get(name) ?? "";
  const defines = new Map<string, string>();
  const type = value("TYPE");
  if (type === "mls") defines.set("enable_mls", on);
  if (type === "mcs") defines.set("enable_mcs", on);
  const distro = value("DISTRO");
  if (distro !== "") defines.set(`distro_${distro}`, on);
  if (distro === "ubuntu") defines.set("distro_debian", on);
  if (value("SYSTEMD") === "y") defines.set("init_systemd", on);
  for (const option of value("CUSTOM_BUILDOPT").split(/\s+/)) if (option !== "") defines.set(option, on);
  if (value("DIRECT_INITRC") === "y") defines.set("direct_sysadm_daemon", on);
  if (value("WERROR") === "y" && mode === "monolithic") defines.set("m4_werror", on);
  if (value("UBAC") === "y") defines.set("enable_ubac", on);
  defines.set("mls_num_sens", value("MLS_SENS") || "16");
  defines.set("mls_num_cats", value("MLS_CATS") || "1024");
  defines.set("mcs_num_cats", value("MCS_CATS") || "1024");
  if (mode === "monolithic") {
    if (distro === "debian") defines.set("use_alsa", "");
    defines.set("self_contained_policy", "");
  }
  return defines;
}

/** Build options from build.conf variables, booleans.conf and extra m4 definitions. */
export function buildOptions(
  variables: ReadonlyMap<string, string>,
  mode: "monolithic" | "modular",
  booleans: ReadonlyMap<string, string>,
  extraDefines: ReadonlyMap<string, string>,
): BuildOptions {
  const type = variables.get("TYPE") ?? "";
  const unknown = variables.get("UNK_PERMS");
  return {
    defines: new Map([...definesOf(variables, mode), ...extraDefines]),
    mls: type === "mls" || type === "mcs",
    mode,
    handleUnknown: unknown === "allow" || unknown === "reject" ? unknown : "deny",
    booleans,
  };
}
