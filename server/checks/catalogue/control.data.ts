// Rows of findings about the control of checks themselves: configuration files, inline directives, and checks that
// failed. What finds them is ../control and ../runner.ts.

import type { CheckRow } from "./catalogue.ts";

export const CONTROL_ROWS: readonly CheckRow[] = [
  {
    id: "internal",
    origin: "sels",
    category: "modules",
    severity: "information",
    summary: "a check failed on this file",
    why: "The check stopped with an error of its own. Nothing is known about what it looks for in this file; all other findings stand. Please report it, with the file if you can share it.",
  },
  {
    id: "config-invalid",
    origin: "sels",
    category: "modules",
    severity: "error",
    summary: "the configuration file cannot be understood at this place",
    why: "`.sels.json` holds JSON (comments and trailing commas are fine) with known keys only, so that a slip of the hand does not switch a check off in silence. `selint.conf` is read as SELint reads it: an unknown key makes SELint stop.",
  },
  {
    id: "disable-unknown",
    origin: "sels",
    category: "style",
    severity: "hint",
    summary: "a directive disables a check that does not exist",
    why: "The name after `sels-disable…` or `selint-disable:` is no check's id, so the directive does nothing.",
    example: {
      bad: "# sels-disable-next-line C-05: sorted by meaning",
      good: "# sels-disable-next-line C-005: sorted by meaning",
    },
    fix: "Writes the id that was probably meant.",
  },
  {
    id: "disable-unused",
    origin: "sels",
    category: "style",
    severity: "hint",
    summary: "a directive disables a check that finds nothing there",
    why: "It may have been needed once. A directive that stays behind hides the next mistake of its kind.",
    fix: "Removes the directive, or this id of it.",
    tags: ["unnecessary"],
  },
  {
    id: "disable-expired",
    origin: "sels",
    category: "style",
    severity: "warning",
    summary: "the last day of a directive that disables a check is over",
    why: "`until YYYY-MM-DD` behind the ids of a directive says until when it holds; that day is its last, by the clock of the machine that checks. Afterwards it hides nothing more, and what it covered is shown again beside this. A day that is none (`until spring`, `until 2027-02-30`) counts as over, so that a slip does not hide a finding for ever.",
    example: {
      bad: "# sels-disable-next-line C-005 until 2020-12-31: until the module is split",
      good: "# sels-disable-next-line C-005 until 2099-12-31: until the module is split",
    },
    fix: "Removes the directive.",
  },
  {
    id: "disable-refused",
    origin: "sels",
    category: "style",
    severity: "hint",
    summary: "a directive cannot silence an error of the compiler",
    why: "The policy does not compile while the error stands, whoever hides it. Only the settings can lower it, and then everybody sees that they do.",
    fix: "Removes the directive.",
  },
];
