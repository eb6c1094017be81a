/** Where our findings on Debian's reference policy are not SELint's, and why; the test fails on any other. */

export interface Difference {
  readonly id: string;
  /** who finds it */
  readonly side: "ours" | "selint";
  readonly file: RegExp;
  /** what the line holds on which it is found */
  readonly line: RegExp;
  /** how many there are in the version of `KNOWN_VERSION` */
  readonly count: number;
  readonly reason: string;
}

/** The policy for which the counts below are exact. */
export const KNOWN_VERSION = "2_2.20221101-9";

export const DIFFERENCES: readonly Difference[] = [
  {
    id: "C-001",
    side: "selint",
    file: /\/postgresql\.te$/,
    line: /^\s*type_transition /,
    count: 23,
    reason:
      "SELint 1.4 reads a type rule as if it were an access vector rule and takes its target for the source, so it sorts the rule into the section of the target; we sort by the source, as the style guide has it.",
  },
  {
    id: "C-001",
    side: "selint",
    file: /\/systemd\.te$/,
    line: /^\s*type_transition /,
    count: 1,
    reason: "The same: the section of the target.",
  },
  {
    id: "C-001",
    side: "selint",
    file: /\/xserver\.te$/,
    line: /^\s*range_transition /,
    count: 1,
    reason: "The same for a range transition.",
  },
];
