// Rows of the checks of interfaces, templates and declarations. What finds them is ../interface.

import type { CheckRow } from "./catalogue.ts";

const OURS = { origin: "sels" } as const;

export const INTERFACE_ROWS: readonly CheckRow[] = [
  {
    ...OURS,
    id: "argument-missing",
    category: "macros",
    severity: "warning",
    summary: "a call leaves out an argument that the interface needs",
    why: "The parameter becomes nothing, and a rule of the body has no source, target, class or permission: a syntax error in generated text. What the body needs is found by following it through the interfaces that it calls. The compilers say so where the call counts; this check also sees calls in interfaces that nobody calls yet.",
    example: { bad: "init_daemon_domain(foo_t)", good: "init_daemon_domain(foo_t, foo_exec_t)" },
  },
  {
    ...OURS,
    id: "argument-extra",
    category: "macros",
    severity: "warning",
    summary: "a call gives more arguments than the interface reads",
    why: "m4 drops them without a word. Often the arguments of another interface were meant, or a set lost its braces. Parameters that are only documented count as read.",
    example: { bad: "files_read_etc_files(foo_t, bar_t)", good: "files_read_etc_files({ foo_t bar_t })" },
  },
  {
    ...OURS,
    id: "argument-kind",
    category: "macros",
    severity: "warning",
    summary: "an argument is another kind of name than the interface needs",
    why: "What a parameter stands for – a type, a role, a class, a permission, a boolean, or the beginning of names – shows in the body and in the interfaces that it is passed on to. Only what is certain is reported: every use says the same, and the name is declared as something else.",
    example: { bad: "domain_type(foo_r)", good: "domain_type(foo_t)" },
  },
  {
    ...OURS,
    id: "argument-blank",
    category: "macros",
    severity: "error",
    summary: "a blank behind an argument tears names apart",
    why: "m4 takes away blanks in front of an argument and keeps those behind it, line ends too. A template that makes `$1_t` of it makes two words, and the compilers find a syntax error.",
    example: { bad: "foo_template(bar , bar_r)", good: "foo_template(bar, bar_r)" },
    fix: "Removes the blank.",
  },
];
