// selinux/policyDiff: what the unsaved edits of a policy's files change in it, as data and as a text for people; and the
// virtual documents `selinux-policy-diff:PATH` that show the text, PATH being a file that chooses the policy.

import type { PolicyChange } from "../../analysis/policyDiff/changes.ts";
import { diffText, summaryOf } from "../policyDiffText.ts";
import type { View } from "../view.ts";

/** The scheme of virtual documents. */
export const POLICY_DIFF_SCHEME = "selinux-policy-diff";

export interface PolicyDiffAnswer {
  /** of the virtual document with the same text */
  readonly uri: string;
  readonly text: string;
  /** `grants 3, takes away 1` */
  readonly summary: string;
  readonly grants: number;
  readonly revokes: number;
  /** files with unsaved changes */
  readonly files: readonly string[];
  readonly changes: readonly (Omit<PolicyChange, "places"> & {
    readonly places: readonly { readonly uri: string; readonly line: number }[];
  })[];
}

/** Answers selinux/policyDiff. */
export function policyDiffRequest(view: View, path: string | undefined): PolicyDiffAnswer {
  const { paths, diff } = view.snapshot.unsaved();
  const root = view.snapshot.project.root;
  const show = (full: string): string => (full.startsWith(`${root}/`) ? full.slice(root.length + 1) : full);
  const encoded = (path ?? root).split("/").map(encodeURIComponent).join("/");
  const head =
    paths.length === 0
      ? "# no file of the policy has unsaved changes\n"
      : `# unsaved changes of ${paths.map(show).join(", ")}: ${summaryOf(diff)}\n\n`;
  return {
    uri: `${POLICY_DIFF_SCHEME}:${encoded}`,
    text: `${head}${diffText(diff, show)}`,
    summary: summaryOf(diff),
    grants: diff.grants,
    revokes: diff.revokes,
    files: paths.map((one) => view.uriOf(one)),
    changes: diff.changes.map((change) => ({
      ...change,
      places: change.places.map(({ path: at, line }) => ({ uri: view.uriOf(at), line })),
    })),
  };
}
