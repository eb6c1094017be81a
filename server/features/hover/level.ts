// Hover of what levels are made of: sensitivities, categories, and the macros that stand for a level and mean another one
// in each kind of policy.

import type { Declaration, Macro } from "../../compiler/face.ts";
import type { PolicyDb } from "../../policydb/policydb.ts";
import { printLevel } from "../../services/mlsText.ts";
import { counted } from "../markdown.ts";

/** Where a sensitivity or category stands among its like; undefined for anything else. */
export function levelPartText(db: PolicyDb, { kind, name }: Declaration): string | undefined {
  if (kind === "category") {
    const value = db.cats.valueOf(name);
    return value === 0 ? undefined : `Category ${value} of ${db.cats.nprim}.`;
  }
  const sens = kind === "sensitivity" ? db.sens.get(name) : undefined;
  if (sens === undefined) return undefined;
  const count = db.sens.nprim;
  const place =
    count === 1
      ? "The only sensitivity."
      : `Sensitivity ${sens.level.sens} of ${count}${sens.level.sens === 1 ? ", the lowest" : sens.level.sens === count ? ", the highest" : ""}.`;
  const categories = sens.level.cats.size();
  if (categories === 0) return `${place} No category may stand with it.`;
  return `${place} ${counted(categories, "category", "categories")} may stand with it: \`${printLevel(db, sens.level)}\`.`;
}

/** `mls_systemhigh` and its like: the level that they are in this build. */
export function levelMacroText(db: PolicyDb, { name, arity }: Macro): string | undefined {
  if (arity > 0 || !/^(?:mls|mcs)_(?:systemlow|systemhigh|allcats)$/.test(name)) return undefined;
  if (!db.mls) return "This policy has no levels: it becomes nothing.";
  return `In this build: \`${levelText(db, name)}\`.`;
}

/** Text of levels with the macros of the reference policy replaced. */
export function levelText(db: PolicyDb, text: string): string {
  const last = db.cats.nprim;
  const all = last === 0 ? "" : `${db.cats.nameOf(1)}.${db.cats.nameOf(last)}`;
  const high = [...db.sens].reduce(
    (a, b) => (b.level.sens > a.level.sens ? b : a),
    [...db.sens][0] ?? NO_SENS,
  ).name;
  return text
    .replace(/\s/g, "")
    .replace(/\b(mls_systemlow|mcs_systemlow)\b/g, "s0")
    .replace(/\bmls_systemhigh\b/g, all === "" ? high : `${high}:${all}`)
    .replace(/\bmcs_systemhigh\b/g, all === "" ? "s0" : `s0:${all}`)
    .replace(/\b(mcs_allcats|mls_allcats)\b/g, all);
}

const NO_SENS = { name: "s0", level: { sens: 0 } };
