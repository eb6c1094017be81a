/**
 * Whatever happens to the files of a tree (build options, lists of modules and booleans, flask files, contexts of files,
 * whole files replaced, removed and renamed, buffers), a workspace that lived through it says what a new one says.
 * Seeded, so a failure names the seed and the last steps. SELS_LONG=N: N more seeds.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { createMemoryFileSystem } from "../../server/workspace/memoryFileSystem.ts";
import { runToEnd, Workspace } from "../../server/workspace/workspace.ts";
import { createRandom, editText, type Random } from "../compiler/incrementalEdits.ts";
import { dumpPolicyDb } from "../support/dump/policydbDump.ts";

const EXAMPLES = fileURLToPath(new URL("../../examples", import.meta.url));
const ROOT = "/p";
const SEEDS = Array.from({ length: 4 + Number(process.env.SELS_LONG ?? 0) }, (_, i) => i + 1);

function readExamples(folder: string, into: Map<string, string>): Map<string, string> {
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) readExamples(path, into);
    else into.set(`${ROOT}${path.slice(EXAMPLES.length)}`, readFileSync(path, "utf8"));
  }
  return into;
}

const TEXTS = readExamples(EXAMPLES, new Map());

/** What a workspace says: facts and findings. */
function said(workspace: Workspace): string[] {
  const lines: string[] = [];
  for (const snapshot of workspace.snapshots()) {
    const { root } = snapshot.project;
    for (const line of dumpPolicyDb(snapshot.compiled.db))
      lines.push(`${root} ${line.replace(/\t#\d+:/, "\t#?:")}`);
    for (const { id, path } of snapshot.files())
      for (const { start, end, severity, code, message } of snapshot.findings(id))
        lines.push(
          `${root} ${path}:${/^(xperm-)?neverallow/.test(code) ? "" : `${start}-${end}`} ${severity} ${code} ${message}`,
        );
  }
  return lines.sort();
}

interface Life {
  readonly random: Random;
  readonly files: Map<string, string>;
  readonly workspace: Workspace;
  readonly open: Set<string>;
  version: number;
}

const pick = <T>(random: Random, list: readonly T[]): T => list[random(list.length)] as T;
const BUILD = [
  "TYPE = standard",
  "TYPE = mls",
  "TYPE = mcs",
  "DISTRO = redhat",
  "DISTRO = debian",
  "SYSTEMD = y",
  "UBAC = y",
  "DIRECT_INITRC = y",
  "UNK_PERMS = allow",
  "MLS_CATS = 4",
];

/** Writes, or with undefined removes, a file; gives its path for the notice. */
function put({ files }: Life, path: string, text: string | undefined): string {
  if (text === undefined) files.delete(path);
  else files.set(path, text);
  return path;
}

/** One thing that happens; gives the paths that the workspace hears of. */
function step(life: Life, log: string[]): string[] {
  const { random, files, workspace, open } = life;
  const paths = [...files.keys()].filter((path) => path.startsWith(`${ROOT}/policy`));
  const path = pick(random, paths);
  const text = files.get(path) as string;
  const other = files.get(pick(random, paths)) as string;
  const say = (what: string, ...changed: string[]): string[] => {
    log.push(`${what} ${changed.join(" ")}`);
    return changed;
  };
  switch (random(13)) {
    case 0: {
      const build = files.get(`${ROOT}/build.conf`) ?? "";
      const next =
        random(3) === 0 ? (TEXTS.get(`${ROOT}/build.conf`) as string) : `${build}\n${pick(random, BUILD)}\n`;
      return say("options", put(life, `${ROOT}/build.conf`, random(8) === 0 ? undefined : next));
    }
    case 1: {
      const list = `${ROOT}/policy/modules.conf`;
      const lines = (files.get(list) ?? (TEXTS.get(list) as string)).split("\n");
      const at = random(lines.length);
      lines[at] = (lines[at] as string).replace(/= *\w+/, `= ${pick(random, ["off", "module", "base"])}`);
      return say("modules", put(life, list, random(8) === 0 ? undefined : lines.join("\n")));
    }
    case 2: {
      const list = `${ROOT}/policy/booleans.conf`;
      const names = [...other.matchAll(/gen_(?:bool|tunable)\(`?(\w+)/g)].map((match) => match[1]);
      const line = `${names[0] ?? "web_read_home"} = ${pick(random, ["true", "false", "1"])}`;
      return say(
        "booleans",
        put(life, list, random(5) === 0 ? undefined : `${files.get(list) ?? ""}\n${line}\n`),
      );
    }
    case 3:
      return say("remove", put(life, path, undefined));
    case 4: {
      const to = path.replace(/(\w+)(\.\w+)?$/, (_, stem, suffix) => `${stem}${random(3)}${suffix ?? ""}`);
      return say("rename", put(life, path, undefined), put(life, to, text));
    }
    case 5:
      return say("replace", put(life, path, other));
    case 6: {
      const back = pick(random, [...TEXTS.keys()]);
      return say("restore", put(life, back, TEXTS.get(back)));
    }
    case 7: {
      const flask = pick(random, ["security_classes", "access_vectors", "initial_sids"]);
      const where = `${ROOT}/policy/flask/${flask}`;
      return say("flask", put(life, where, editText(random, files.get(where) ?? "\n", other)));
    }
    case 8: {
      const sources = paths.filter((one) => /\.(te|if|fc|spt)$/.test(one));
      if (sources.length === 0) return [];
      const where = pick(random, sources);
      open.add(where);
      workspace.open(
        where,
        `file://${where}`,
        life.version++,
        editText(random, files.get(where) ?? "", other),
      );
      return say("open", where).slice(1);
    }
    case 9: {
      const one = pick(random, [...open, path]);
      if (open.delete(one)) workspace.close(one);
      return say("close", one).slice(1);
    }
    case 10: {
      const contexts = paths.filter((one) => one.endsWith(".fc"));
      const where = contexts.length > 0 ? pick(random, contexts) : path;
      return say("contexts", put(life, where, editText(random, files.get(where) ?? "\n", other)));
    }
    default:
      return say("edit", put(life, path, editText(random, text, other)));
  }
}

describe("a workspace whose files change", () => {
  it.each(SEEDS)(
    "says what a new one says, seed %i",
    (seed) => {
      const random = createRandom(seed);
      const files = new Map(TEXTS);
      const workspace = new Workspace(createMemoryFileSystem(files));
      runToEnd(workspace.addRoot(ROOT));
      const life: Life = { random, files, workspace, open: new Set(), version: 1 };
      const log: string[] = [];
      for (let round = 0; round < 20; round++) {
        const changed: string[] = [];
        for (let steps = 1 + random(4); steps > 0; steps--) changed.push(...step(life, log));
        workspace.filesChanged(changed);
        const fresh = new Workspace(createMemoryFileSystem(new Map(files)));
        for (const path of life.open)
          fresh.open(path, `file://${path}`, 1, workspace.document(path)?.text ?? "");
        runToEnd(fresh.addRoot(ROOT));
        for (const path of life.open) fresh.snapshotOf(path);
        const [now, then] = [said(workspace), said(fresh)];
        const known = new Set(then);
        const mine = new Set(now);
        const wrong = [
          ...now.filter((line) => !known.has(line)).map((line) => `- ${line}`),
          ...then.filter((line) => !mine.has(line)).map((line) => `+ ${line}`),
        ];
        expect(wrong.slice(0, 5), `round ${round}: ${log.slice(-6).join(" | ")}`).toEqual([]);
      }
    },
    60_000,
  );
});
