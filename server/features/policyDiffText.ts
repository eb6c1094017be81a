// A difference between policies as people read it: what it grants and takes away in one line, and all of it as a diff
// whose lines begin with +, - or ~ (a rule that was there and is another now), grouped by kind, with places.

import type { PolicyChange, PolicyDiff } from "../analysis/policyDiff/changes.ts";
import { counted } from "./markdown.ts";

const SIGNS: Readonly<Record<PolicyChange["sign"], string>> = { added: "+", removed: "-", changed: "~" };

/** `grants 3, takes away 1`, and what else there is. */
export function summaryOf({ changes, grants, revokes }: PolicyDiff): string {
  if (changes.length === 0) return "the policy stays as it is";
  const others = changes.filter(({ category }) => category !== "allow" && category !== "allowxperm").length;
  const parts = [
    grants === 0 ? "" : `grants ${grants}`,
    revokes === 0 ? "" : `takes away ${revokes}`,
    others === 0 ? "" : counted(others, "other change"),
  ];
  return parts.filter((part) => part !== "").join(", ");
}

/** The whole difference; `show` makes a path short. */
export function diffText(diff: PolicyDiff, show: (path: string) => string): string {
  const lines: string[] = [];
  let category = "";
  for (const change of diff.changes) {
    if (change.category !== category) {
      category = change.category;
      const count = diff.changes.filter((one) => one.category === category).length;
      lines.push(...(lines.length === 0 ? [] : [""]), `# ${category} (${count})`);
    }
    const places = change.places.map(({ path, line }) => `${show(path)}:${line}`).join(", ");
    lines.push(`${SIGNS[change.sign]} ${change.text}${places === "" ? "" : `  # ${places}`}`);
  }
  return lines.map((line) => `${line}\n`).join("");
}
