// What people decide about checks: severities by id, category and path, options of checks, and how a finding's final
// severity follows. Invariant: an answer depends on the path only through the overrides that match it, so files with
// the same overrides share one profile. It reads no files: layers come parsed from ./settings.ts and ./selintConf.ts.

import type { Finding, Severity } from "../../compiler/face.ts";
import { type CheckCategory, rowOf } from "../catalogue/catalogue.ts";
import { type Glob, matchesGlob } from "./glob.ts";

/** `default` undoes what weaker layers decided. */
export type Level = Severity | "off" | "default";

/** Levels by check id, by category, or for `*`. */
export type Levels = ReadonlyMap<string, Level>;

/** One source of decisions; later layers win over earlier ones. */
export interface ControlLayer {
  readonly levels: Levels;
  readonly overrides: readonly { readonly files: readonly Glob[]; readonly levels: Levels }[];
  /** by check id, then by key; what stands under `*` is for every check */
  readonly options: ReadonlyMap<string, ReadonlyMap<string, unknown>>;
  /** ids and categories besides which nothing is looked at; levels are decided elsewhere */
  readonly only?: ReadonlySet<string>;
}

/** The decisions for files that the same overrides match. */
export interface Profile {
  /** what somebody decided for an id; undefined: nobody did */
  decided(id: string): Severity | "off" | undefined;
  /** what holds for an id: decided, else the catalogue's; undefined for ids that it does not know */
  levelOf(id: string): Severity | "off" | undefined;
}

export interface Control {
  profileOf(path: string): Profile;
  option(id: string, key: string): unknown;
}

/** Decisions from layers, the weakest first. */
export function createControl(layers: readonly ControlLayer[]): Control {
  const overrides = layers.flatMap((layer) => layer.overrides);
  const profiles = new Map<string, Profile>();
  return {
    profileOf(path) {
      const matched = overrides.filter(({ files }) => files.some((glob) => matchesGlob(glob, path)));
      const key = matched.map((override) => overrides.indexOf(override)).join();
      const known = profiles.get(key);
      if (known !== undefined) return known;
      const levels = layers.flatMap((layer) => [
        layer.levels,
        ...layer.overrides
          .filter((override) => matched.includes(override))
          .map((override) => override.levels),
      ]);
      const only = layers.findLast((layer) => layer.only !== undefined)?.only;
      const profile = createProfile(
        levels.filter((table) => table.size > 0),
        only,
      );
      profiles.set(key, profile);
      return profile;
    },
    option(id, key) {
      for (let i = layers.length - 1; i >= 0; i--) {
        const options = layers[i]?.options;
        const value = options?.get(id)?.get(key) ?? options?.get("*")?.get(key);
        if (value !== undefined) return value;
      }
      return undefined;
    },
  };
}

/** Within a table an id wins over its category, and a category over `*`; a later table wins over an earlier one. */
function createProfile(tables: readonly Levels[], only: ReadonlySet<string> | undefined): Profile {
  const answers = new Map<string, Severity | "off" | undefined>();
  const decide = (id: string, category: CheckCategory | undefined): Severity | "off" | undefined => {
    for (let i = tables.length - 1; i >= 0; i--) {
      const table = tables[i] as Levels;
      const level =
        table.get(id) ?? (category === undefined ? undefined : table.get(category)) ?? table.get("*");
      if (level !== undefined) return level === "default" ? undefined : level;
    }
    return undefined;
  };
  const decided = (id: string): Severity | "off" | undefined => {
    if (tables.length === 0 && only === undefined) return undefined;
    if (answers.has(id)) return answers.get(id);
    const row = rowOf(id);
    let level = decide(id, row?.category);
    if (only !== undefined && !only.has(id) && (row === undefined || !only.has(row.category))) level = "off";
    // Who names a check that is off by default wants to see it.
    else if (only?.has(id) === true && (level ?? row?.severity) === "off") level = "warning";
    answers.set(id, level);
    return level;
  };
  return { decided, levelOf: (id) => decided(id) ?? rowOf(id)?.severity };
}

/** Nobody decided anything. */
export const NO_CONTROL: Control = createControl([]);

/** A finding as it is shown: with the severity that was decided for it; undefined when it is off. */
export function weigh(finding: Finding, profile: Profile): Finding | undefined {
  const level = profile.decided(finding.code);
  if (level === undefined) return rowOf(finding.code)?.severity === "off" ? undefined : finding;
  if (level === "off") return undefined;
  return level === finding.severity ? finding : { ...finding, severity: level };
}
