/*
 * policy.conf of a whole reference policy tree, as `make MONOLITHIC=y policy.conf` builds it.
 *
 * The in-process equivalent of Rules.monolithic: five m4 runs, the two sed scripts, the sort and the greps.
 * Input is a map of paths (relative to the tree's root) to texts. Differs from make's output only in having
 * no `#line` lines. Problems are reported and the rest is still built, where make would stop. Pure.
 */

import { type BuildOptions, m4Defines } from "./buildOptions.ts";
import { generateCorenetwork } from "./corenetwork.ts";
import { booleanMacros, classPermissionMacros } from "./flaskMacros.ts";
import { type M4Error, type M4Input, type M4Limits, runM4 } from "./m4.ts";
import { type ModuleLists, moduleLists } from "./modulesConf.ts";
import { declarationLines, grepLines, moveDeclarations } from "./policyLines.ts";

/** How to build. */
export interface TreeOptions {
  readonly build: BuildOptions;
  /** Which modules, in order; taken from policy/modules.conf when missing. */
  readonly modules?: ModuleLists;
  readonly limits?: Partial<M4Limits>;
}

/** policy.conf, and what went wrong on the way. */
export interface TreeResult {
  readonly value: string;
  readonly errors: readonly M4Error[];
}

interface Build {
  readonly files: ReadonlyMap<string, string>;
  readonly defines: Readonly<Record<string, string>>;
  readonly limits: Partial<M4Limits>;
  readonly errors: M4Error[];
}

const CORENETWORK = "policy/modules/kernel/corenetwork";
const DIVERT = "support/divert.m4";
const UNDIVERT = "support/undivert.m4";
const POST_PATTERNS: readonly RegExp[] = [
  /^[ \t]*sid /,
  /^[ \t]*fs_use_(xattr|task|trans)/,
  /^[ \t]*genfscon/,
  /^[ \t]*portcon/,
  /^[ \t]*netifcon/,
  /^[ \t]*nodecon/,
  /^[ \t]*ibpkeycon/,
  /^[ \t]*ibendportcon/,
];

function read(b: Build, path: string): M4Input {
  const text = b.files.get(path);
  if (text === undefined) {
    b.errors.push({ kind: "error", message: "no such file", file: path, line: 0 });
  }
  return { path, text: text ?? "" };
}

function expandAll(b: Build, inputs: readonly M4Input[], defines: Readonly<Record<string, string>>): string {
  const result = runM4(inputs, { defines, limits: b.limits });
  b.errors.push(...result.errors);
  return result.value;
}

function withCorenetwork(b: Build): Build {
  if (b.files.has(`${CORENETWORK}.te`) && b.files.has(`${CORENETWORK}.if`)) return b;
  const files = new Map(b.files);
  const generated = generateCorenetwork(
    {
      teIn: read(b, `${CORENETWORK}.te.in`).text,
      teM4: read(b, `${CORENETWORK}.te.m4`).text,
      ifIn: read(b, `${CORENETWORK}.if.in`).text,
      ifM4: read(b, `${CORENETWORK}.if.m4`).text,
    },
    b.defines,
    b.limits,
  );
  b.errors.push(...generated.errors);
  if (!files.has(`${CORENETWORK}.te`)) files.set(`${CORENETWORK}.te`, generated.te.text);
  if (!files.has(`${CORENETWORK}.if`)) files.set(`${CORENETWORK}.if`, generated.if.text);
  return { ...b, files };
}

function supportFiles(b: Build): M4Input[] {
  const macros = [...b.files.keys()].filter((path) => /^policy\/support\/[^/]*\.spt$/.test(path)).sort();
  return [DIVERT, ...macros, UNDIVERT].map((path) => read(b, path));
}

function generatedDefinitions(b: Build): M4Input {
  const flask = classPermissionMacros(
    read(b, "policy/flask/access_vectors").text,
    read(b, "policy/flask/security_classes").text,
  );
  const booleans = booleanMacros(b.files.get("policy/booleans.conf") ?? "");
  const text = read(b, DIVERT).text + flask + booleans + read(b, UNDIVERT).text;
  return { path: "tmp/generated_definitions.conf", text };
}

function allInterfaces(b: Build, support: readonly M4Input[], paths: readonly string[]): M4Input {
  const inputs = [...support, ...paths.map((path) => read(b, path)), read(b, "support/iferror.m4")];
  // No -D here: an ifdef around an interface is decided without the build options.
  const text = expandAll(b, inputs, {}).replaceAll("dollarsstar", "$*");
  return { path: "tmp/all_interfaces.conf", text: read(b, DIVERT).text + text + read(b, UNDIVERT).text };
}

function named(b: Build, paths: readonly string[]): M4Input[] {
  return paths.map((path) => read(b, path));
}

/** Builds policy.conf. */
export function expandTree(files: ReadonlyMap<string, string>, options: TreeOptions): TreeResult {
  const defines = m4Defines(options.build, true);
  const b = withCorenetwork({ files, defines, limits: options.limits ?? {}, errors: [] });
  const modules = options.modules ?? moduleLists(b.files);
  const support = supportFiles(b);
  const definitions = generatedDefinitions(b);
  const flask = ["security_classes", "initial_sids", "access_vectors"].map((name) => `policy/flask/${name}`);
  const settings = ["context_defaults", "mls", "mcs", "policy_capabilities"].map((name) => `policy/${name}`);
  const pre = expandAll(b, [...named(b, flask), ...support, ...named(b, settings)], defines);
  const interfaces = allInterfaces(b, support, modules.interfaces);
  const bools = named(b, ["policy/global_booleans", "policy/global_tunables"]);
  const globals = expandAll(b, [...support, definitions, ...bools], defines);
  const te = [
    ...support,
    definitions,
    interfaces,
    ...named(b, modules.enabled),
    read(b, "support/fatal_error.m4"),
  ];
  const rules = expandAll(b, te, defines);
  const last = named(b, ["policy/users", "policy/constraints"]);
  const users = grepLines(rules, /^[ \t]*user /);
  const post = users + expandAll(b, [...support, definitions, ...last], defines);
  const declarations = declarationLines(rules);
  const tail = POST_PATTERNS.map((pattern) => grepLines(rules, pattern)).join("");
  return { value: pre + declarations + globals + moveDeclarations(rules) + post + tail, errors: b.errors };
}
