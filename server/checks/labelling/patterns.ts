// Path patterns of file contexts that PCRE2 refuses, that can take exponential time, or whose alternatives are not
// anchored. One file decides; what a pattern is stands in analysis/labelling/pattern.ts.

import { N_FCENTRY } from "../../../grammar/syntax/kinds.ts";
import { firstChild, startOf, textOf } from "../../../grammar/syntax/tree.ts";
import { patternAt } from "../../analysis/labelling/specs.ts";
import type { TextCheck } from "../check.ts";

export const PATTERN_CHECK: TextCheck = {
  scope: "text",
  ids: ["fc-regex-invalid", "fc-regex-costly", "fc-regex-alternation"],
  roles: ["fc"],
  run({ tree }, _option, report) {
    for (let node = 0; node < tree.count; node++) {
      if (tree.kind[node] !== N_FCENTRY) continue;
      const path = firstChild(tree, node);
      const { problems, text } = patternAt(tree, path);
      if (problems.length === 0) continue;
      const written = textOf(tree, path);
      const at = startOf(tree, path);
      for (const problem of problems) {
        // With m4's quotes in it the text is longer than the pattern: the whole path is blamed then.
        const exact = written === text;
        const start = exact ? at + problem.start : at;
        const end = exact ? at + problem.end : at + written.length;
        report({ start, end, code: problem.code, message: problem.message });
      }
    }
  },
};
