// What the user may set, under `selinux` in the editor's settings or in initializationOptions. Anything else, or of
// a wrong type, is ignored: settings come from people.

import type { ProjectSettings } from "../workspace/project.ts";

export interface Settings extends ProjectSettings {
  /** least grave findings that are published for files that are not open */
  readonly backgroundLevel: "error" | "warning";
}

export const DEFAULT_SETTINGS: Settings = { defines: [], backgroundLevel: "warning" };

/** Settings from what a client sent. */
export function parseSettings(given: unknown): Settings {
  if (typeof given !== "object" || given === null) return DEFAULT_SETTINGS;
  const values = given as Record<string, unknown>;
  const headers =
    typeof values.headers === "string" && values.headers !== "" ? { headers: values.headers } : {};
  return {
    ...headers,
    defines: definesOf(values.defines),
    backgroundLevel: values.backgroundLevel === "error" ? "error" : "warning",
  };
}

/** `["TYPE=mls"]` or `{ "TYPE": "mls" }`. */
function definesOf(given: unknown): readonly string[] {
  if (Array.isArray(given)) return given.filter((item) => typeof item === "string");
  if (typeof given !== "object" || given === null) return [];
  return Object.entries(given).map(([key, value]) => `${key}=${String(value)}`);
}
