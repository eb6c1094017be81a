/**
 * The one place where the conformance tests touch the product: opens a directory the way `sels check` does and
 * answers with findings, after edits too. Everything else in this folder knows only this interface.
 */
import { relative } from "node:path";
import { PolicyChecks } from "../../server/checks/policyChecks.ts";
import { createNodeFileSystem } from "../../server/cli/nodeFileSystem.ts";
import type { Finding, Source } from "../../server/compiler/face.ts";
import type { PolicyDb } from "../../server/policydb/policydb.ts";
import { decodeSource } from "../../server/workspace/decode.ts";
import { discover } from "../../server/workspace/discover.ts";
import { compile, createWords, parseSource } from "../../server/workspace/engine.ts";

/** A finding in terms of files and lines. */
export interface EngineFinding {
  /** relative to the opened root, with slashes */
  readonly file: string;
  /** 1-based */
  readonly line: number;
  readonly severity: "error" | "warning" | "information" | "hint";
  readonly code: string;
  readonly message: string;
}

/** An opened policy. */
export interface Engine {
  /** All findings of the whole policy, up to date with every edit. */
  findings(): readonly EngineFinding[];
  /** Replaces the text of a file in memory, never on disk. */
  edit(file: string, text: string): void;
  readonly db: PolicyDb;
}

/** How to open a root. */
export interface EngineOptions {
  /** `tree`: a reference policy; `modules`: a directory of modules against the installed headers */
  readonly kind: "tree" | "modules";
  /** modules only: false to check without any headers */
  readonly headers?: boolean;
}

export const engineConnected: boolean = true;

/** Opens a directory. */
export async function openEngine(root: string, options: EngineOptions): Promise<Engine> {
  const files = createNodeFileSystem();
  const [project] = discover(files, root, {
    defines: [],
    ...(options.kind === "modules" && options.headers === false ? { headers: "/nonexistent" } : {}),
  });
  if (project === undefined) throw new Error(`there is no policy at ${root}`);
  const words = createWords();
  const sources = new Map<number, Source>();
  const list = project.sources.map((entry, id): Source => {
    const bytes = entry.generated === undefined ? files.readFile(entry.path) : undefined;
    const text = entry.generated?.text ?? (bytes === undefined ? "" : decodeSource(bytes).text);
    return {
      id,
      path: entry.path,
      role: entry.role,
      module: entry.module,
      enabled: entry.enabled,
      tree: parseSource(text, entry.role, words),
    };
  });
  for (const source of list) sources.set(source.id, source);
  const compiled = compile(list, project.options, words);
  const checks = new PolicyChecks(compiled);
  return {
    db: compiled.db,
    findings: () => {
      const found: EngineFinding[] = [];
      const add = (list: readonly Finding[]): void => {
        for (const finding of list) {
          const source = sources.get(finding.file);
          if (source === undefined) continue;
          const line = source.tree.tokens.text.slice(0, finding.start).split("\n").length;
          const file = relative(root, source.path);
          found.push({
            file,
            line,
            severity: finding.severity,
            code: finding.code,
            message: finding.message,
          });
        }
      };
      for (const list of compiled.findings().values()) add(list);
      for (const list of checks.findings().values()) add(list);
      return found;
    },
    edit: (file, text) => {
      const source = [...sources.values()].find(({ path }) => relative(root, path) === file);
      if (source === undefined) return;
      const next: Source = { ...source, tree: parseSource(text, source.role, words) };
      sources.set(source.id, next);
      compiled.update([{ id: source.id, source: next }]);
    },
  };
}
