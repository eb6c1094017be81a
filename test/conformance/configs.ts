/**
 * The build configurations in which the product must equal m4 and checkpolicy, and how each is made: a copy of
 * the tree with build.conf and modules.conf rewritten, which both sides then open as it stands. Invariant: the
 * given tree is never written to. It follows build.conf of the reference policy.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { buildPolicyConf, compilePolicyConf } from "../support/m4build.ts";
import { seededRandom, shuffled } from "./mutations.ts";
import { conformanceCache, oracleDump } from "./oracle.ts";

/** One way to build a tree. */
export interface PolicyConfig {
  readonly name: string;
  /** values that replace those of build.conf */
  readonly variables: Readonly<Record<string, string>>;
  /** so many modules of admin, apps and services go to `off`, chosen by the seed */
  readonly modulesOff?: { readonly count: number; readonly seed: number };
}

/** The configurations of the conformance test. */
export const CONFIGS: readonly PolicyConfig[] = [
  { name: "default", variables: {} },
  {
    name: "mls-systemd-redhat",
    variables: { TYPE: "mls", SYSTEMD: "y", DISTRO: "redhat", UBAC: "n", DIRECT_INITRC: "n" },
  },
  { name: "hundred-off", variables: {}, modulesOff: { count: 100, seed: 13 } },
  { name: "standard", variables: { TYPE: "standard" } },
];

/** What the oracle says of a configuration, and where its inputs and outputs are. */
export interface OracleBuild {
  /** the rewritten copy of the tree: the product's input */
  readonly tree: string;
  readonly conf: string;
  readonly binary: string;
  readonly dump: readonly string[];
}

const SOURCE_PARTS = ["policy", "support", "build.conf", "VERSION", "Makefile", "Rules.monolithic", "config"];

/** Makes the configured copy of `source` in `target` (replaced when it exists) and returns its path. */
export function configuredTree(source: string, config: PolicyConfig, target: string): string {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const part of SOURCE_PARTS)
    if (existsSync(join(source, part)))
      cpSync(join(source, part), join(target, part), { recursive: true, dereference: true });
  removeGenerated(target);
  if (!existsSync(join(target, "policy/modules.conf")))
    writeFileSync(join(target, "policy/modules.conf"), defaultModulesConf(target));
  rewriteBuildConf(join(target, "build.conf"), config.variables);
  if (config.modulesOff !== undefined) {
    const path = join(target, "policy/modules.conf");
    writeFileSync(path, turnOff(readFileSync(path, "utf8"), modulesToTurnOff(target, config.modulesOff)));
  }
  return target;
}

/** Modules whose attributes and types other modules use without asking whether they are there. */
const NEEDED: ReadonlySet<string> = new Set(
  "apache apt container dbus inetd milter mta postgresql rsync ssh virt xserver".split(" "),
);

/** The modules that a configuration turns off. */
export function modulesToTurnOff(tree: string, off: { count: number; seed: number }): readonly string[] {
  const candidates = ["admin", "apps", "services"].flatMap((layer) =>
    readdirSync(join(tree, "policy/modules", layer))
      .filter((name) => name.endsWith(".te"))
      .map((name) => name.slice(0, -3))
      .filter((name) => !NEEDED.has(name)),
  );
  return shuffled(candidates.sort(), seededRandom(off.seed)).slice(0, off.count).sort();
}

/** What `make conf` writes for a fresh checkout: every module is built, the required ones in base. */
function defaultModulesConf(tree: string): string {
  const lines: string[] = [];
  const modules = join(tree, "policy/modules");
  for (const layer of readdirSync(modules).sort()) {
    if (!statSync(join(modules, layer)).isDirectory()) continue;
    for (const file of readdirSync(join(modules, layer)).sort()) {
      const name = /^([^.].*)\.te(\.in)?$/.exec(file)?.[1];
      if (name === undefined) continue;
      const path = join(modules, layer, `${name}.if`);
      const text = existsSync(path) ? readFileSync(path, "utf8") : "";
      lines.push(
        `${name} = ${/<required val="true"/.test(text) || file.endsWith(".in") ? "base" : "module"}`,
      );
    }
  }
  return `${[...new Set(lines)].join("\n")}\n`;
}

/** Files that a build makes from `.in` templates go: they are of another configuration. */
function removeGenerated(tree: string): void {
  const modules = join(tree, "policy/modules");
  for (const layer of readdirSync(modules, { withFileTypes: true })) {
    if (!layer.isDirectory()) continue;
    const names = readdirSync(join(modules, layer.name));
    for (const name of names)
      if (names.includes(`${name}.in`)) rmSync(join(modules, layer.name, name), { force: true });
  }
}

function rewriteBuildConf(path: string, variables: Readonly<Record<string, string>>): void {
  let text = existsSync(path) ? readFileSync(path, "utf8") : "";
  for (const [name, value] of Object.entries(variables)) {
    const line = `${name} = ${value}`;
    const pattern = new RegExp(`^#?[ \\t]*${name}[ \\t]*=.*$`, "m");
    text = pattern.test(text) ? text.replace(pattern, line) : `${text}\n${line}\n`;
  }
  writeFileSync(path, text);
}

function turnOff(modulesConf: string, names: readonly string[]): string {
  const off = new Set(names);
  return modulesConf
    .split("\n")
    .map((line) => {
      const name = /^[ \t]*([\w-]+)[ \t]*=/.exec(line)?.[1];
      return name !== undefined && off.has(name) ? `${name} = off` : line;
    })
    .join("\n");
}

/** Other trees hang together in other ways: so many choices of modules are tried until one can be built. */
const MOST_CHOICES = 8;

/** Builds a configuration with m4 and checkpolicy and dumps it; cached by the content of the tree. */
export async function buildOracle(source: string, given: PolicyConfig): Promise<OracleBuild> {
  let folder = "";
  for (let choice = 0; ; choice++) {
    const { modulesOff } = given;
    const config =
      modulesOff === undefined
        ? given
        : { ...given, modulesOff: { ...modulesOff, seed: modulesOff.seed + choice } };
    folder = join(conformanceCache(), `${config.name}-${hashOfTree(source, config)}`);
    try {
      if (!existsSync(folder)) buildInto(folder, source, config);
      break;
    } catch (error) {
      if (modulesOff === undefined || choice + 1 >= MOST_CHOICES) throw error;
    }
  }
  const binary = join(folder, "policy.33");
  return {
    tree: join(folder, "tree"),
    conf: join(folder, "policy.conf"),
    binary,
    dump: await oracleDump(binary),
  };
}

/** Builds beside `folder` and renames: of two processes that build at once, the first one's result stays. */
function buildInto(folder: string, source: string, config: PolicyConfig): void {
  const partial = `${folder}.${process.pid}.partial`;
  try {
    const tree = configuredTree(source, config, join(partial, "tree"));
    const out = join(partial, "out");
    const conf = join(partial, "policy.conf");
    renameSync(buildPolicyConf(tree, {}, out), conf);
    rmSync(out, { recursive: true });
    compilePolicyConf(conf, join(partial, "policy.33"), { mls: isMls(tree) });
    if (!existsSync(folder)) renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** A copy of a tree in which make built policy.conf with the options of its build.conf; cached by the content of the tree. */
export function madeTree(source: string): string {
  const folder = join(conformanceCache(), `made-${hashOfTree(source, { name: "made", variables: {} })}`);
  if (existsSync(folder)) return folder;
  const partial = `${folder}.${process.pid}.partial`;
  try {
    cpSync(source, partial, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
    const made = spawnSync("make", ["-s", "MONOLITHIC=y", "policy.conf"], {
      cwd: partial,
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C" },
    });
    if (made.status !== 0) throw new Error(`make policy.conf fails on the unchanged tree: ${made.stderr}`);
    if (!existsSync(folder)) renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return folder;
}

/** True when TYPE asks for levels, as the Makefile decides about `checkpolicy -M`. */
function isMls(tree: string): boolean {
  const type = /^TYPE[ \t]*=[ \t]*(\w+)/m.exec(readFileSync(join(tree, "build.conf"), "utf8"))?.[1];
  return type === "mls" || type === "mcs";
}

function hashOfTree(source: string, config: PolicyConfig): string {
  const hash = createHash("sha256").update(JSON.stringify(config));
  const visit = (path: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const child = join(path, entry.name);
      if (entry.isDirectory()) visit(child);
      else hash.update(child.slice(source.length)).update(readFileSync(child));
    }
  };
  for (const part of ["policy", "support"]) if (existsSync(join(source, part))) visit(join(source, part));
  const build = join(source, "build.conf");
  if (existsSync(build)) hash.update(readFileSync(build));
  return hash.digest("hex").slice(0, 16);
}
