/**
 * What the real tools say about the twins of a condition: checkpolicy on a policy.conf, checkmodule on modules, and
 * semodule_package, semodule_link and semodule_expand when they are linked. Everything is done in a scratch folder.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Condition, judgedFiles, type Outcome, type Twin } from "./conditions.ts";

export interface Verdict {
  readonly outcome: Outcome;
  readonly message: string;
}

const WARNING = /WARNING|warning:|Warning/;
const NOTICE = /No context assigned|was never defined/;

/** Runs the tools on one twin in a folder of its own. */
export function toolVerdict(condition: Condition, twin: Twin, folder: string): Verdict {
  mkdirSync(folder, { recursive: true });
  for (const { name, text } of twin.files) writeFileSync(join(folder, name), text);
  const mls = condition.mls ? ["-M"] : [];
  const names = judgedFiles(condition, twin).map(({ name }) => name);
  const steps: (readonly string[])[] = [];
  if (names.length === 1 && names[0] === "base.conf")
    steps.push(["checkpolicy", ...mls, "-U", "allow", "-o", "policy.out", "base.conf"]);
  else {
    for (const name of names) {
      const stem = name.replace(/\.\w+$/, "");
      steps.push(["checkmodule", ...mls, ...(name === "base.conf" ? [] : ["-m"]), "-o", `${stem}.mod`, name]);
      if (condition.link) steps.push(["semodule_package", "-o", `${stem}.pp`, "-m", `${stem}.mod`]);
    }
    if (condition.link) {
      const packages = names.map((name) => name.replace(/\.\w+$/, ".pp"));
      steps.push(
        ["semodule_link", "-o", "linked.pp", ...packages],
        ["semodule_expand", "linked.pp", "policy.out"],
      );
    }
  }
  let said = "";
  for (const [program = "", ...args] of steps) {
    const env = { ...process.env, LC_ALL: "C", PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
    const result = spawnSync(program, args, { cwd: folder, env, encoding: "utf8" });
    said += result.stderr + result.stdout;
    if (result.signal !== null) return { outcome: "abort", message: said };
    if (result.status !== 0) return { outcome: "error", message: said };
  }
  return { outcome: WARNING.test(said) ? "warning" : NOTICE.test(said) ? "notice" : "silent", message: said };
}
