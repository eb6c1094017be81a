// What the user may set, under `selinux` in the editor's settings or in initializationOptions. Anything else, or of
// a wrong type, is ignored: settings come from people. Mistakes in the settings of checks are told, since they switch
// checks off or on.

import { parseSettings as parseChecks, SETTINGS_KEYS } from "../checks/control/settings.ts";
import { DEFAULT_INLAY_SETTINGS, type InlaySettings } from "../features/inlayHint.ts";
import type { ProjectSettings } from "../workspace/project.ts";

export interface Settings extends ProjectSettings {
  /** least grave findings that are published for files that are not open */
  readonly backgroundLevel: "error" | "warning";
  readonly inlayHints: InlaySettings;
  /** what is wrong with the settings, for people */
  readonly mistakes: readonly string[];
}

export const DEFAULT_SETTINGS: Settings = {
  defines: [],
  backgroundLevel: "warning",
  inlayHints: DEFAULT_INLAY_SETTINGS,
  mistakes: [],
};

/** Settings from what a client sent. */
export function parseSettings(given: unknown): Settings {
  if (typeof given !== "object" || given === null) return DEFAULT_SETTINGS;
  const values = given as Record<string, unknown>;
  const headers =
    typeof values.headers === "string" && values.headers !== "" ? { headers: values.headers } : {};
  return {
    ...headers,
    ...checksOf(values.checks),
    defines: definesOf(values.defines),
    backgroundLevel: values.backgroundLevel === "error" ? "error" : "warning",
    inlayHints: inlayHintsOf(values.inlayHints),
    mistakes: mistakesIn(values.checks),
  };
}

/** `{ "parameterNames": "none", "permissionSets": false, "parameterRoles": false }`; false alone turns all off. */
function inlayHintsOf(given: unknown): InlaySettings {
  if (given === false) return { parameterNames: "none", permissionSets: false, parameterRoles: false };
  if (typeof given !== "object" || given === null) return DEFAULT_INLAY_SETTINGS;
  const { parameterNames, permissionSets, parameterRoles } = given as Record<string, unknown>;
  return {
    parameterNames: parameterNames === "none" || parameterNames === "all" ? parameterNames : "useful",
    permissionSets: permissionSets !== false,
    parameterRoles: parameterRoles !== false,
  };
}

/** `selinux.checks`: levels by id, or the whole shape of a `.sels.json`; kept as the text of one. */
function checksOf(given: unknown): { checks?: string } {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return {};
  const keys = Object.keys(given);
  if (keys.length === 0) return {};
  const isWhole = keys.some((key) => key in SETTINGS_KEYS);
  return { checks: JSON.stringify(isWhole ? given : { checks: given }) };
}

/** Mistakes in `selinux.checks`; they have no place in a file that anybody could show. */
function mistakesIn(given: unknown): readonly string[] {
  if (given === undefined || given === null) return [];
  if (typeof given !== "object" || Array.isArray(given)) return ["selinux.checks must be an object"];
  const { checks } = checksOf(given);
  if (checks === undefined) return [];
  return parseChecks(checks, "/").problems.map(({ message }) => `selinux.checks: ${message}`);
}

/** `["TYPE=mls"]` or `{ "TYPE": "mls" }`. */
function definesOf(given: unknown): readonly string[] {
  if (Array.isArray(given)) return given.filter((item) => typeof item === "string");
  if (typeof given !== "object" || given === null) return [];
  return Object.entries(given).map(([key, value]) => `${key}=${String(value)}`);
}
