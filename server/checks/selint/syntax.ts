// F-001: text that cannot be read. SELint gives up the whole run at the first; we go on, and report every one. The
// compiler's findings hold the same under codes of their own (`parse-…`), so this is off unless asked for.

import type { TextCheck } from "../check.ts";
import { TE_IF } from "./visit.ts";

export const syntaxError: TextCheck = {
  scope: "text",
  ids: ["F-001"],
  roles: TE_IF,
  run({ tree }, _option, report) {
    for (const { start, end, message } of tree.errors) report({ start, end, code: "F-001", message });
  },
};
