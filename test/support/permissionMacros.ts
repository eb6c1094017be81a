/**
 * The definitions that a monolithic build generates before it reads any module: `all_<class>_perms`, the two
 * class lists, and the defaults of booleans.conf. Follows genclassperms.py and set_bools_tuns.awk; the text is
 * m4 source and must equal theirs, blanks included.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The definitions for the tree at `dir`, to be put between divert and undivert. */
export function definitionsText(dir: string): string {
  const read = (name: string): string => readFileSync(join(dir, "policy", name), "latin1");
  const booleans = existsSync(join(dir, "policy/booleans.conf")) ? read("booleans.conf") : "";
  return (
    classPermissions(read("flask/access_vectors")) +
    classLists(read("flask/security_classes")) +
    booleanDefaults(booleans)
  );
}

/** One `all_<class>_perms` for each class of the access vectors, the common's permissions first. */
function classPermissions(text: string): string {
  const tokens = text
    .replace(/#.*/g, "")
    .split(/\s+/)
    .filter((token) => token !== "");
  const commons = new Map<string, readonly string[]>();
  let output = "";
  let at = 0;
  while (at < tokens.length) {
    const kind = tokens[at++];
    const name = tokens[at++] ?? "";
    const permissions: string[] = [];
    if (kind === "class" && tokens[at] === "inherits") {
      permissions.push(...(commons.get(tokens[at + 1] ?? "") ?? []));
      at += 2;
    }
    if (tokens[at] === "{") {
      const end = tokens.indexOf("}", at);
      permissions.push(...tokens.slice(at + 1, end));
      at = end + 1;
    }
    if (kind === "common") commons.set(name, permissions);
    else output += `define(\`all_${name}_perms',\`{ ${permissions.map((name) => `${name} `).join("")}}')\n`;
  }
  return `${output}\n`;
}

/** The classes of kernel and of user-space object managers, as statements for a `require`. */
function classLists(text: string): string {
  let kernel = "";
  let userspace = "";
  for (const line of text.split("\n")) {
    const name = /^\s*class\s+(\S+)/.exec(line)?.[1];
    if (name === undefined) continue;
    const statement = `\tclass ${name} all_${name}_perms;\n`;
    if (/#\s*userspace\s*$/.test(line)) userspace += statement;
    else kernel += statement;
  }
  const list = (name: string, body: string): string => `define(\`all_${name}_class_perms',\`\n${body}')\n`;
  return `${list("kernel", kernel)}\n${list("userspace", userspace)}`;
}

/** `name = value` lines become `define(name_conf, value)`. */
function booleanDefaults(text: string): string {
  return text
    .split("\n")
    .filter((line) => /^[ \t]*[A-Za-z]/.test(line))
    .map((line) => line.replace(/[ \t]/g, "").split("="))
    .map(([name, value]) => `define(\`${name}_conf',\`${value ?? ""}')\n`)
    .join("");
}
