// The repair of a blank behind an argument.

import type { Fixer } from "../check.ts";
import { changing } from "../selint/fixText.ts";

export const removeBlank: Fixer = {
  ids: ["argument-blank"],
  fixes(context, finding) {
    const text = context.file(finding.file)?.text;
    if (text === undefined) return [];
    let end = finding.end;
    while (/[ \t\r\n]/.test(text.charAt(end))) end++;
    const change = { file: finding.file, start: finding.end, end, text: "" };
    return [changing("Remove the blank", "the names are whole again", true, change)];
  },
};
