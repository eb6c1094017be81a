/**
 * Formatting on a whole reference policy: it is idempotent, it changes few of the files that people have kept well, m4
 * makes the same of a file, and the compiled policy has the same bytes. The trees lie in memory; nothing is written.
 */
import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { createNodeFileSystem } from "../../server/cli/nodeFileSystem.ts";
import { canonicalPolicy } from "../../server/compiler/canonical.ts";
import type { Source } from "../../server/compiler/face.ts";
import {
  applyChanges,
  DEFAULT_FORMAT_OPTIONS,
  type FormatOptions,
} from "../../server/features/format/change.ts";
import {
  type FormatKind,
  formatChanges,
  formatKindOf,
  parseForFormat,
} from "../../server/features/format/format.ts";
import { writePolicy } from "../../server/policydb/binary/write.ts";
import { decodeSource } from "../../server/workspace/decode.ts";
import { discover } from "../../server/workspace/discover.ts";
import { compile, createWords, parseSource } from "../../server/workspace/engine.ts";
import type { SourceEntry } from "../../server/workspace/project.ts";
import { describeWithOracle, POLICY_SOURCE, policySource, requireOracle } from "../support/oracles.ts";

const words = createWords();

function formatted(text: string, kind: FormatKind, options: FormatOptions = DEFAULT_FORMAT_OPTIONS): string {
  return applyChanges(text, formatChanges(parseForFormat(text, kind, words), kind, words, options));
}

/** A text and the kind of its formatting; generated files are nobody's to format. */
interface Entry {
  readonly source: SourceEntry;
  readonly text: string;
  readonly kind: FormatKind | undefined;
}

function entriesOf(sources: readonly SourceEntry[]): readonly Entry[] {
  const files = createNodeFileSystem();
  return sources.map((source) => {
    const bytes = source.generated === undefined ? files.readFile(source.path) : undefined;
    const text = source.generated?.text ?? (bytes === undefined ? "" : decodeSource(bytes).text);
    return { source, text, kind: source.generated === undefined ? formatKindOf(source.path) : undefined };
  });
}

describeWithOracle("formatting the reference policy", [POLICY_SOURCE], () => {
  const [project] = discover(createNodeFileSystem(), policySource() ?? "", { defines: [] });
  const entries = entriesOf(project?.sources ?? []);
  const policyOf = (change: (entry: Entry) => string): Uint8Array => {
    if (project === undefined) throw new Error("no project");
    const own = createWords();
    const sources = entries.map((entry, id): Source => {
      const { path, role, module, enabled } = entry.source;
      return { id, path, role, module, enabled, tree: parseSource(change(entry), role, own) };
    });
    const { bytes, errors } = writePolicy(canonicalPolicy(compile(sources, project.options, own)), {
      version: 33,
    });
    expect(errors).toEqual([]);
    return bytes;
  };
  const before = policyOf(({ text }) => text);

  it("changes nothing the second time, and little the first time", () => {
    const counts: Record<string, { files: number; changed: number }> = {};
    for (const { source, text, kind } of entries) {
      if (kind === undefined) continue;
      const once = formatted(text, kind);
      expect(formatted(once, kind), source.path).toBe(once);
      const count = counts[source.role] ?? { files: 0, changed: 0 };
      counts[source.role] = {
        files: count.files + 1,
        changed: count.changed + (once === text ? 0 : 1),
      };
    }
    process.stderr.write(`format: ${JSON.stringify(counts)}\n`);
    // The distribution's own habits are the style: 27 %, 10 % and 34 % of its files differ somewhere.
    for (const role of ["te", "if", "fc"]) {
      const { files = 0, changed = 0 } = counts[role] ?? {};
      expect(files).toBeGreaterThan(100);
      expect(changed / files).toBeLessThan(0.5);
    }
  });

  it("leaves the compiled policy as it is, byte by byte", () => {
    expect(Buffer.compare(policyOf(textOf({ indent: "\t" })), before)).toBe(0);
  });

  it("leaves it, too, where editors want blanks and somebody destroyed every indentation", () => {
    // One blank stays: in the first column the parser takes some macros for the file's own (recovery).
    const flat = ({ text, kind }: Entry): string =>
      kind === "policy" ? text.replace(/^[ \t]+(?=[a-z'])/gm, " ") : text;
    const indented = textOf({ indent: "    " });
    const bytes = policyOf((entry) => indented({ ...entry, text: flat(entry) }));
    expect(Buffer.compare(bytes, before)).toBe(0);
  });

  it("restores what somebody destroyed", () => {
    let same = 0;
    let all = 0;
    for (const { source, text, kind } of entries) {
      if (kind !== "policy") continue;
      const once = formatted(text, kind);
      // Continued lines keep their distance, so only what begins a statement or closes a block may be moved.
      if (/[^;')}`{\s][ \t]*\n[ \t]*[^\s#]/.test(once.replace(/^\s*#.*$/gm, ""))) continue;
      const flat = once.replace(/^[ \t]+(?=[a-z'}])/gm, "").replace(/^(?=[a-z])/gm, "  ");
      all++;
      if (formatted(flat, kind) === once) same++;
      else if (all - same < 10) process.stderr.write(`format: not restored: ${source.path}\n`);
    }
    process.stderr.write(`format: ${same} of ${all} files restored\n`);
    expect(all).toBeGreaterThan(300);
    expect(same / all).toBeGreaterThan(0.95);
  });

  it("makes m4 read the same", () => {
    if (!requireOracle("m4")) return;
    const support = entries.filter(({ kind }) => kind === "support");
    const changed = entries.filter(
      ({ kind, text }) => kind !== undefined && kind !== "support" && formatted(text, kind) !== text,
    );
    const m4 = (text: (entry: Entry) => string): string =>
      execFileSync("m4", ["-D", "enable_mcs", "-D", "distro_debian", "-D", "self_contained_policy", "-"], {
        input: [...support, ...changed].map(text).join("\n"),
        encoding: "utf8",
        maxBuffer: 1 << 28,
        stdio: ["pipe", "pipe", "ignore"],
      });
    // Warnings name lines, and those may move.
    const squeeze = (text: string): string => text.replace(/\s+/g, "").replace(/stdin:\d+/g, "");
    const expected = squeeze(m4(({ text }) => text));
    expect(expected.length).toBeGreaterThan(100_000);
    expect(squeeze(m4(textOf(DEFAULT_FORMAT_OPTIONS))) === expected).toBe(true);
  });
});

function textOf(options: FormatOptions): (entry: Entry) => string {
  return ({ text, kind }) => (kind === undefined ? text : formatted(text, kind, options));
}
