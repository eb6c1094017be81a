// Entries of file contexts that get in each other's way, in all modules of the policy: the same expression twice, with
// the same context or another (libselinux nodups_specs), and entries that never win because a stronger one matches
// every path of theirs. Templates of home directories are compared among themselves.

import { type LabelIndex, labelIndex, matchingPlaces } from "../../analysis/labelling/lookup.ts";
import { example, includes } from "../../analysis/labelling/matcher.ts";
import { literalOf } from "../../analysis/labelling/pattern.ts";
import { type FileSpec, fileSpecs } from "../../analysis/labelling/specs.ts";
import type { Finding } from "../../compiler/face.ts";
import type { WholeCheck } from "../check.ts";

type Told = (found: Omit<Finding, "severity">) => void;

/** Entries between two pauses. */
const SLICE = 32;
// Bounds for policies that a program wrote, or an enemy: what would be found beyond them is not told.
/** Entries of one directory whose match is tried for one entry. */
const MOST_TRIED = 500;
/** Entries that are compared with one entry, as languages. */
const MOST_COMPARED = 8;

export const FILE_CONTEXT_CONFLICTS: WholeCheck = {
  scope: "whole",
  ids: ["fc-conflict", "fc-duplicate", "fc-shadowed"],
  *run({ compiled }, report) {
    const { specs, templates } = fileSpecs(compiled);
    yield;
    for (const list of [specs, templates]) {
      const twice = sameExpressions(list, report);
      yield;
      yield* shadowed(list, twice, report);
    }
  },
};

/** Reports entries with the same expression and kinds that overlap; gives them back. */
function sameExpressions(specs: readonly FileSpec[], report: Told): ReadonlySet<FileSpec> {
  const twice = new Set<FileSpec>();
  const byPath = new Map<string, FileSpec[]>();
  for (const spec of specs) {
    const others = byPath.get(spec.path);
    if (others === undefined) {
      byPath.set(spec.path, [spec]);
      continue;
    }
    const other = others.find((one) => one.kind === spec.kind || one.kind === "" || spec.kind === "");
    others.push(spec);
    if (other === undefined) continue;
    // libselinux compares these two whatever their kinds; one without a kind beside one with it is common, and legal
    // where nothing validates, so only equal kinds are called a conflict.
    if (other.kind !== spec.kind) continue;
    twice.add(spec).add(other);
    const [later, earlier] =
      spec.file === other.file && spec.start < other.start ? [other, spec] : [spec, other];
    const same = later.context === earlier.context;
    report({
      file: later.file,
      start: later.start,
      end: later.end,
      code: same ? "fc-duplicate" : "fc-conflict",
      message: same
        ? `${later.path} has this context already`
        : `${later.path} gets two contexts: ${textOf(later)} here, and ${textOf(earlier)}`,
      related: [{ file: earlier.file, start: earlier.start, end: earlier.end, message: "the other entry" }],
    });
  }
  return twice;
}

function textOf(spec: FileSpec): string {
  return spec.context ?? "<<none>>";
}

function* shadowed(
  specs: readonly FileSpec[],
  twice: ReadonlySet<FileSpec>,
  report: Told,
): Generator<void, void> {
  const index = labelIndex(specs);
  for (let place = 0; place < specs.length; place++) {
    if (place % SLICE === SLICE - 1) yield;
    const spec = specs[place] as FileSpec;
    if (twice.has(spec)) continue;
    const stronger = strongerThan(index, spec, place);
    if (stronger === undefined) continue;
    report({
      file: spec.file,
      start: spec.start,
      end: spec.end,
      code: "fc-shadowed",
      message: `this entry never matches: ${stronger.path}${stronger.kind === "" ? "" : ` -${stronger.kind}`} (${textOf(stronger)}) is sorted behind it and matches every path of it`,
      related: [
        { file: stronger.file, start: stronger.start, end: stronger.end, message: "the entry that wins" },
      ],
    });
  }
}

/** An entry behind this one that matches every path of it; undefined when none is found. */
function strongerThan(index: LabelIndex, spec: FileSpec, place: number): FileSpec | undefined {
  const { pattern } = spec;
  const path = literalOf(pattern) ?? (pattern.root === undefined ? undefined : example(pattern.root));
  if (path === undefined) return undefined;
  return (
    matchingPlaces(index, path, spec.kind, place, MOST_TRIED)
      .map((one) => index.specs[one] as FileSpec)
      // An entry for one kind leaves the other kinds to an entry for all.
      .filter((other) => other.kind === "" || other.kind === spec.kind)
      .slice(0, MOST_COMPARED)
      .find(({ matcher }) => {
        if (matcher === undefined || spec.matcher === undefined) return false;
        return includes(matcher, spec.matcher) === true;
      })
  );
}
