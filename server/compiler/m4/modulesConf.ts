/*
 * Which modules a tree builds, from policy/modules.conf, in the order of the reference policy's Makefile.
 *
 * Base modules first, then the others, each sorted by name; modules that are off or not mentioned still
 * lend their interfaces. Pure; a module without a file is left out.
 */

import { byCodeUnit } from "../../../grammar/text/order.ts";

/** Paths of the .te files that are built and of all .if files, in the order m4 reads them. */
export interface ModuleLists {
  readonly enabled: readonly string[];
  readonly interfaces: readonly string[];
}

function settings(text: string, wanted: string): string[] {
  const names: string[] = [];
  for (const line of text.split("\n")) {
    if (!/^[ \t]*[A-Za-z]/.test(line)) continue;
    const fields = line.trim().split(/[ \t]+/);
    if (fields[2] === wanted && fields[0] !== undefined) names.push(fields[0]);
  }
  return [...new Set(names)].sort(byCodeUnit);
}

/** The lists of a tree; `files` are its paths. */
export function moduleLists(files: ReadonlyMap<string, string>): ModuleLists {
  const conf = files.get("policy/modules.conf") ?? "";
  const paths = new Map<string, string>();
  const detected = [...files.keys()].filter((path) => /^policy\/modules\/[^/]+\/[^/]+\.te$/.test(path));
  for (const path of detected.sort(byCodeUnit)) {
    const name = path.slice(path.lastIndexOf("/") + 1, -3);
    // The first layer that has the module wins, as in make's vpath.
    if (!paths.has(name)) paths.set(name, path);
  }
  const built = [...settings(conf, "base"), ...settings(conf, "module")].filter((name) => paths.has(name));
  const off = settings(conf, "off").filter((name) => paths.has(name) && !built.includes(name));
  const listed = new Set([...built, ...off]);
  const rest = [...paths.keys()].filter((name) => !listed.has(name));
  const enabled = built.map((name) => paths.get(name) as string);
  const all = [...built, ...off, ...rest].map((name) => (paths.get(name) as string).replace(/te$/, "if"));
  return { enabled, interfaces: all.filter((path) => files.has(path)) };
}
