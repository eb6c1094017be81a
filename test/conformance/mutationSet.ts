/** The standard set of mutations: its seed and how many of each kind. Changing either asks for a new recording. */
import { BENIGN_KINDS } from "./mutationSites.ts";

export const STANDARD_SEED = 20240601;

/** How many mutations of a kind the standard set has. */
export function standardCount(kind: string): number {
  if (BENIGN_KINDS.has(kind)) return 12;
  return kind === "deleted-role" ? 6 : 26;
}
