/**
 * Builds a monolithic policy.conf out of any reference-policy tree with m4, sed, grep and sort, but without
 * make and without writing into the tree: the oracle of the conformance tests. Follows Rules.monolithic, whose
 * output it equals byte for byte (m4build.test.ts). It does not compile: `compilePolicyConf` calls checkpolicy.
 */
import { spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import {
  type BuildOptions,
  byBytes,
  layersOf,
  m4Definitions,
  moduleLists,
  readBuildConf,
} from "./buildOptions.ts";
import { definitionsText } from "./permissionMacros.ts";

export type { BuildOptions } from "./buildOptions.ts";

/** One build under way: where its tools run, and what every step needs to know. */
interface Build {
  readonly dir: string;
  readonly defines: readonly string[];
  readonly support: readonly string[];
  readonly te: readonly string[];
  readonly interfaces: readonly string[];
}

/** Written into the build folder where a tree brings no `support/` of its own. */
const FALLBACK_SUPPORT: Readonly<Record<string, string>> = {
  "divert.m4": "divert(`-1')",
  "undivert.m4": "divert",
  "iferror.m4": "ifdef(`__if_error',`m4exit(1)')\n",
  "fatal_error.m4": "ifdef(`m4_fatal_error',`m4exit(`1')')\n",
  "get_type_attr_decl.sed": [
    "#n",
    "/require \\{/,/} # end require/b end",
    "/optional \\{/,/} # end optional/b end",
    "/^[ \\t]*((attribute(_role)?|type(alias)?|bool) |role[ \\t]+[A-Za-z_]+[ \\t]*;)/{s/^[ \\t]+//;p}",
    ":end",
    "",
  ].join("\n"),
  "comment_move_decl.sed": [
    "/require \\{/,/} # end require/b end",
    "/optional \\{/,/} # end optional/b end",
    "s/^[ \\t]*(attribute(_role)?|type(alias)?|bool|sid|fs_use_(xattr|task|trans)) .*/# moved: &/",
    "s/^[ \\t]*(port|node|netif|genfs|ibpkey|ibendport)con .*/# moved: &/",
    "s/^[ \\t]*(role[ \\t]+[A-Za-z_]+[ \\t]*;|user [A-Za-z_]+ roles ).*/# moved: &/",
    ":end",
    "",
  ].join("\n"),
};

/** Statements that must follow all rules, in the order in which the kernel's grammar wants them. */
const TRAILING = ["sid ", "fs_use_(xattr|task|trans)", "genfscon", "portcon", "netifcon", "nodecon"];
const TRAILING_IB = ["ibpkeycon", "ibendportcon"];

/**
 * Builds `tree` with `options` inside `outDir` (created; an earlier build there is replaced) and returns the
 * path of policy.conf. Throws with the tool's own words when a step fails.
 */
export function buildPolicyConf(tree: string, options: BuildOptions, outDir: string): string {
  const conf = readBuildConf(tree, options);
  const defines = m4Definitions(conf);
  const dir = resolve(outDir);
  mirrorTree(resolve(tree), dir, options.regenerate ?? false);
  generateCorenetwork(dir, defines);
  const lists = moduleLists(dir, conf);
  const layers = layersOf(dir);
  const find = (name: string): readonly string[] => {
    const layer = layers.find((candidate) => existsSync(join(dir, candidate, name)));
    return layer === undefined ? [] : [`${layer}/${name}`];
  };
  const macros = readdirSync(join(dir, "policy/support")).filter((name) => name.endsWith(".spt"));
  const build: Build = {
    dir,
    defines,
    support: [
      "support/divert.m4",
      ...macros.sort(byBytes).map((name) => `policy/support/${name}`),
      "support/undivert.m4",
    ],
    te: lists.built.flatMap(find),
    interfaces: [...lists.built, ...lists.off].flatMap((name) => find(name.replace(/\.te$/, ".if"))),
  };
  if (build.te.length === 0) throw new Error(`${tree}: modules.conf enables no module that exists`);
  runSections(build);
  return join(dir, "policy.conf");
}

/** The m4 and sed runs, one section of policy.conf after the other. */
function runSections({ dir, defines, support, te, interfaces }: Build): void {
  const at = (name: string): string => `tmp/${name}.conf`;
  const m4 = (output: string, ...args: readonly string[]): void =>
    run(dir, at(output), ["m4", "-E", "-E", ...args]);
  const policy = (...names: readonly string[]): readonly string[] => names.map((name) => `policy/${name}`);
  const flask = policy("flask/security_classes", "flask/initial_sids", "flask/access_vectors");
  const divert = readFileSync(join(dir, "support/divert.m4"), "latin1");
  const undivert = readFileSync(join(dir, "support/undivert.m4"), "latin1");

  const before = [...flask, ...support, ...policy("context_defaults", "mls", "mcs", "policy_capabilities")];
  m4("pre_te_files", ...defines, ...before);
  writeFileSync(join(dir, at("generated_definitions")), divert + definitionsText(dir) + undivert, "latin1");
  const globals = policy("global_booleans", "global_tunables");
  m4("global_bools", ...defines, ...support, at("generated_definitions"), ...globals);

  m4("all_interfaces.raw", ...support, ...interfaces, "support/iferror.m4");
  const raw = readFileSync(join(dir, at("all_interfaces.raw")), "latin1").replaceAll("dollarsstar", "$*");
  writeFileSync(join(dir, at("all_interfaces")), divert + raw + undivert, "latin1");

  const rules = [at("generated_definitions"), at("all_interfaces"), ...te, "support/fatal_error.m4"];
  m4("all_te_files", ...defines, "-s", ...support, ...rules);
  const after = policy("users", "constraints");
  m4("post_m4", ...defines, ...support, at("generated_definitions"), ...after);

  const sed = (script: string, output: string): void =>
    run(dir, at(output), ["sed", "-r", "-f", `support/${script}.sed`, at("all_te_files")]);
  sed("get_type_attr_decl", "declarations");
  run(dir, at("all_attrs_types"), ["sort", at("declarations")]);
  sed("comment_move_decl", "only_te_rules");

  const grep = (pattern: string): string => {
    run(dir, at("grep"), ["grep", "-E", `^[[:blank:]]*${pattern}`, at("all_te_files")], [0, 1]);
    return readFileSync(join(dir, at("grep")), "latin1");
  };
  const users = grep("user ") + readFileSync(join(dir, at("post_m4")), "latin1");
  const trailing = [...TRAILING, ...TRAILING_IB].map(grep).join("");
  writeFileSync(join(dir, at("all_post")), users + trailing, "latin1");

  const sections = ["pre_te_files", "all_attrs_types", "global_bools", "only_te_rules", "all_post"];
  run(dir, "policy.conf", ["cat", ...sections.map(at)]);
}

/**
 * Gives the build folder the tree's shape out of symbolic links. A layer with files yet to generate becomes a
 * real folder, so that what we generate lands in ours and not in the tree.
 */
function mirrorTree(tree: string, dir: string, regenerate: boolean): void {
  for (const name of ["policy", "support", "tmp", "policy.conf"])
    rmSync(join(dir, name), { recursive: true, force: true });
  for (const name of ["policy/modules", "support", "tmp"]) mkdirSync(join(dir, name), { recursive: true });
  const link = (path: string): void => symlinkSync(join(tree, path), join(dir, path));
  for (const name of readdirSync(join(tree, "policy"))) if (name !== "modules") link(`policy/${name}`);
  for (const layer of layersOf(tree)) {
    const files = readdirSync(join(tree, layer));
    const generated = files.filter((name) => name.endsWith(".in")).map((name) => name.slice(0, -3));
    if (generated.every((name) => files.includes(name)) && !(regenerate && generated.length > 0)) {
      link(layer);
      continue;
    }
    mkdirSync(join(dir, layer));
    for (const name of files) if (!(regenerate && generated.includes(name))) link(`${layer}/${name}`);
  }
  for (const [name, text] of Object.entries(FALLBACK_SUPPORT)) {
    if (existsSync(join(tree, "support", name))) link(`support/${name}`);
    else writeFileSync(join(dir, "support", name), text);
  }
}

/** corenetwork.if and corenetwork.te, where the tree has them only as templates. */
function generateCorenetwork(dir: string, defines: readonly string[]): void {
  const base = "policy/modules/kernel/corenetwork";
  const header = (name: string): string =>
    [
      "#",
      "# This is a generated file!  Instead of modifying this file, the",
      `# ${name}.in or ${name}.m4 file should be modified.`,
      "#",
      "",
    ].join("\n");
  const finish = (text: string): string =>
    text.replaceAll("dollarsone", "$1").replaceAll("dollarszero", "$0");
  const read = (path: string): string => readFileSync(join(dir, path), "latin1");
  const m4 = (...files: readonly string[]): string => {
    run(dir, "tmp/corenetwork", ["m4", "-E", "-E", ...defines, ...files]);
    return finish(read("tmp/corenetwork"));
  };
  const missing = (path: string): boolean =>
    existsSync(join(dir, `${path}.in`)) && !existsSync(join(dir, path));
  const names = /^[ \t]*(network_(interface|node|port|packet)(_controlled)?)|ib_(pkey|endport)\(.*\)/;
  if (missing(`${base}.if`)) {
    const calls = read(`${base}.te.in`)
      .split("\n")
      .filter((line) => names.test(line));
    writeFileSync(join(dir, "tmp/corenetwork.calls"), `${calls.join("\n")}\n`, "latin1");
    const text = m4("support/divert.m4", `${base}.if.m4`, "support/undivert.m4", "tmp/corenetwork.calls");
    writeFileSync(join(dir, `${base}.if`), header("corenetwork.if") + read(`${base}.if.in`) + text, "latin1");
  }
  if (missing(`${base}.te`)) {
    const text = m4("support/divert.m4", `${base}.te.m4`, "support/undivert.m4", `${base}.te.in`);
    writeFileSync(join(dir, `${base}.te`), header("corenetwork.te") + text, "latin1");
  }
}

/** How checkpolicy is to compile. */
export interface CompileOptions {
  /** True for TYPE=mls and TYPE=mcs. */
  readonly mls: boolean;
  /** The binary's version; checkpolicy's newest when absent. */
  readonly policyvers?: number;
  /** Drop rules that others imply (`-O`); the conformance tests want every rule. */
  readonly optimise?: boolean;
}

/** Compiles policy.conf to `output` with checkpolicy; returns what it said, or throws when it refuses. */
export function compilePolicyConf(conf: string, output: string, options: CompileOptions): string {
  const args = ["-U", "deny", "-E", "-o", output];
  if (options.mls) args.unshift("-M");
  if (options.optimise) args.unshift("-S", "-O");
  if (options.policyvers !== undefined) args.unshift("-c", String(options.policyvers));
  const result = spawnSync("checkpolicy", [...args, conf], { encoding: "utf8", maxBuffer: 1 << 26 });
  if (result.status !== 0) throw new Error(`checkpolicy: ${result.stdout}${result.stderr}`);
  return result.stdout + result.stderr;
}

/** Runs one tool in the build folder with its output in a file there. */
function run(dir: string, output: string, command: readonly string[], accept: readonly number[] = [0]): void {
  const [program = "", ...args] = command;
  const file = openSync(join(dir, output), "w");
  try {
    const env = { ...process.env, LC_ALL: "C" };
    const result = spawnSync(program, args, {
      cwd: dir,
      env,
      stdio: ["ignore", file, "pipe"],
      encoding: "utf8",
    });
    if (result.status !== null && accept.includes(result.status)) return;
    throw new Error(`${program} → ${output}: ${result.error?.message ?? result.stderr.slice(0, 4000)}`);
  } finally {
    closeSync(file);
  }
}
