/*
 * The macros that a monolithic build derives from the flask files and from booleans.conf.
 *
 * `all_<class>_perms`, `all_kernel_class_perms`, `all_userspace_class_perms` as support/genclassperms.py of
 * the reference policy prints them, `<boolean>_conf` as support/set_bools_tuns.awk does. Tolerates broken
 * files: what cannot be read is left out. Pure.
 */

interface PermissionSet {
  readonly name: string;
  readonly common: boolean;
  readonly permissions: readonly string[];
}

function words(text: string): string[] {
  const plain = text.split("\n").map((line) => line.replace(/#.*/, ""));
  return plain
    .join(" ")
    .split(/\s+/)
    .filter((word) => word !== "");
}

function permissionSets(accessVectors: string): PermissionSet[] {
  const list = words(accessVectors);
  const sets: PermissionSet[] = [];
  for (let at = 0; at < list.length; ) {
    const keyword = list[at++];
    if (keyword !== "class" && keyword !== "common") continue;
    const name = list[at++] ?? "";
    const permissions: string[] = [];
    if (keyword === "class" && list[at] === "inherits") {
      const parent = list[at + 1];
      permissions.push(...(sets.find((set) => set.common && set.name === parent)?.permissions ?? []));
      at += 2;
    }
    if (list[at] === "{") {
      for (at++; at < list.length && list[at] !== "}"; at++) permissions.push(list[at] as string);
      at++;
    }
    sets.push({ name, common: keyword === "common", permissions });
  }
  return sets;
}

/** The definitions of the class permission macros. */
export function classPermissionMacros(accessVectors: string, securityClasses: string): string {
  let out = "";
  const sets = permissionSets(accessVectors);
  for (const set of sets) {
    if (set.common) continue;
    // The first class of that name counts, as in the script's look-up.
    const first = sets.find((other) => !other.common && other.name === set.name) ?? set;
    out += `define(\`all_${set.name}_perms',\`{ ${first.permissions.map((name) => `${name} `).join("")}}')\n`;
  }
  let kernel = "define(`all_kernel_class_perms',`\n";
  let userspace = "define(`all_userspace_class_perms',`\n";
  for (const line of securityClasses.split("\n")) {
    const name = /^\s*class\s+(\S+)/.exec(line)?.[1];
    if (name === undefined) continue;
    const entry = `\tclass ${name} all_${name}_perms;\n`;
    if (/^[^#]*#\s*userspace\s*$/.test(line)) userspace += entry;
    else kernel += entry;
  }
  return `${out}\n${kernel}')\n\n${userspace}')\n`;
}

/** The definitions that override the defaults of booleans and tunables. */
export function booleanMacros(booleans: string): string {
  let out = "";
  for (const line of booleans.split("\n")) {
    if (!/^[ \t]*[A-Za-z]/.test(line)) continue;
    const [name, value] = line.replace(/[ \t]/g, "").split("=");
    out += `define(\`${name}_conf',\`${value ?? ""}')\n`;
  }
  return out;
}
