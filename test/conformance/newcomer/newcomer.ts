/**
 * The newcomer's case: small modules built by `make -f …/devel/Makefile` against the installed headers. This file
 * has the modules, their seeded mutations and the live judge (make, m4, checkmodule). Invariant: fixtures are
 * never written to; every build runs in a copy. The example of selinux-policy-dev is read from where the package
 * puts it, because it is not ours to ship, and mended, because the headers beside it no longer accept it.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { applyMutation, generateMutations, type Mutation, type TreeTexts } from "../mutations.ts";
import { firstError, type Verdict } from "../mutationVerdict.ts";

const FIXTURES = fileURLToPath(new URL("fixtures", import.meta.url));
const EXAMPLE = "/usr/share/doc/selinux-policy-dev/examples";
const DEVEL_MAKEFILE = "/usr/share/selinux/devel/Makefile";

/** A module directory: file names and their texts. */
export interface NewcomerModule {
  readonly name: string;
  readonly texts: TreeTexts;
  /** true when it needs no installed headers */
  readonly selfContained: boolean;
}

export const NEWCOMER_SEED = 7;

/** The modules that build: `larder` (three files, ours), `audited` (audit2allow's form), `myapp` (the example). */
export function newcomerModules(): readonly NewcomerModule[] {
  return [
    { name: "larder", texts: readFolder(join(FIXTURES, "larder")), selfContained: false },
    { name: "audited", texts: readFolder(join(FIXTURES, "audited")), selfContained: true },
    { name: "myapp", texts: mendedExample(), selfContained: false },
  ];
}

/** The example as the package ships it; it does not build (see `mendedExample`). */
export function shippedExample(): NewcomerModule {
  return { name: "example", texts: readFolder(EXAMPLE), selfContained: false };
}

function readFolder(folder: string): TreeTexts {
  const names = readdirSync(folder).filter((name) => /\.(te|if|fc)$/.test(name));
  return new Map(names.sort().map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

/** Its module is called myapp, not example, and ra_file_perms and r_file_perms have long had other names. */
function mendedExample(): TreeTexts {
  return new Map(
    [...shippedExample().texts].map(([name, text]) => [
      name.replace(/^example/, "myapp"),
      text.replaceAll("ra_file_perms", "append_file_perms").replaceAll(/\br_file_perms/g, "read_file_perms"),
    ]),
  );
}

/** Mutations of one module; `file` is the name within its directory. */
export function newcomerMutations(module: NewcomerModule): readonly Mutation[] {
  const parsed = new Map([...module.texts].filter(([name]) => !name.endsWith(".fc")));
  return generateMutations(parsed, NEWCOMER_SEED, () => (module.name === "larder" ? 4 : 2));
}

/** Builds the module with the real tools, mutated or as it is. */
export function newcomerVerdict(module: NewcomerModule, mutation?: Mutation): Verdict {
  const folder = mkdtempSync(join(tmpdir(), "sels-newcomer-"));
  try {
    for (const [name, text] of module.texts) {
      const changed = mutation?.file === name ? applyMutation(text, mutation) : text;
      writeFileSync(join(folder, name), changed);
    }
    mkdirSync(join(folder, "tmp"), { recursive: true });
    const result = spawnSync("make", ["-f", DEVEL_MAKEFILE, "NAME=default", `${module.name}.pp`], {
      cwd: folder,
      env: { ...process.env, LC_ALL: "C" },
      encoding: "utf8",
    });
    if (result.status === 0) return { ok: true, reached: true };
    return { ok: false, reached: true, ...firstError(result.stderr) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
