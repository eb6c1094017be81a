// Rows of the checks of file contexts. What finds them is ../labelling; what libselinux does stands in
// ../../analysis/labelling.

import type { CheckRow } from "./catalogue.ts";

export const LABELLING_ROWS: readonly CheckRow[] = [
  {
    id: "fc-regex-invalid",
    origin: "sels",
    category: "file-contexts",
    severity: "error",
    summary: "the path is no valid regular expression",
    why: "PCRE2 refuses it, so `setfiles -c` fails and no file context of the policy can be loaded.",
    example: {
      bad: "/etc/foo(/.*?\tgen_context(system_u:object_r:foo_etc_t,s0)",
      good: "/etc/foo(/.*)?\tgen_context(system_u:object_r:foo_etc_t,s0)",
    },
  },
  {
    id: "fc-regex-costly",
    origin: "sels",
    category: "file-contexts",
    severity: "warning",
    summary: "matching this path can take exponential time",
    why: "A repetition within a repetition lets PCRE2 try every way to divide a path before it gives up. Relabelling a file system then stops at one long name.",
    example: { bad: "/srv/(.*)*/data", good: "/srv/(.*/)?data" },
  },
  {
    id: "fc-regex-alternation",
    origin: "sels",
    category: "file-contexts",
    severity: "warning",
    summary: "an alternative outside a group is not anchored",
    why: "libselinux puts `^` before the text and `$` behind it, so in `/a|/b` the first alternative matches every path that starts with `/a`, and the second every path that ends in `/b`.",
    example: { bad: "/etc/a\\.conf|/etc/b\\.conf", good: "(/etc/a\\.conf|/etc/b\\.conf)" },
  },
  {
    id: "fc-conflict",
    origin: "sels",
    category: "file-contexts",
    severity: "error",
    summary: "the same path gets two different contexts",
    why: "`setfiles -c` refuses two entries with the same expression whose file kinds overlap, and the policy is not installed. Both places are shown, also when they are in different modules.",
  },
  {
    id: "fc-duplicate",
    origin: "sels",
    category: "file-contexts",
    severity: "warning",
    summary: "the same entry stands there twice",
    why: "The second one has no effect, and `setfiles -c` refuses both.",
    tags: ["unnecessary"],
    fix: "Removes the entry.",
  },
  {
    id: "fc-shadowed",
    origin: "sels",
    category: "file-contexts",
    severity: "warning",
    summary: "this entry can never match: another one wins for every path",
    why: "Entries are sorted – plain paths after expressions, longer fixed beginnings after shorter ones, longer texts after shorter ones – and the last that matches wins. Every path that this entry matches is matched by one that comes later. A longer fixed beginning makes this entry the stronger one.",
    example: {
      bad: "/usr/lib(/.*)?/foo\\.so.*\t--\tgen_context(system_u:object_r:textrel_shlib_t,s0)",
      good: "/usr/lib/(.*/)?foo\\.so.*\t--\tgen_context(system_u:object_r:textrel_shlib_t,s0)",
    },
    fix: "Removes the entry.",
  },
  {
    id: "fc-substituted",
    origin: "sels",
    category: "file-contexts",
    severity: "warning",
    summary: "this entry can never match: its paths are looked up under another name",
    why: "`file_contexts.subs_dist` makes aliases: with `/var/run /run`, libselinux looks `/var/run/foo` up as `/run/foo`, and no entry for `/var/run/foo` is ever asked. The file is read from `config/` of the policy tree.",
    example: {
      bad: "/var/run/foo(/.*)?\tgen_context(system_u:object_r:foo_runtime_t,s0)",
      good: "/run/foo(/.*)?\tgen_context(system_u:object_r:foo_runtime_t,s0)",
    },
    fix: "Writes the path that is looked up.",
  },
  {
    id: "fc-m4-word",
    origin: "sels",
    category: "file-contexts",
    severity: "error",
    summary: "a word of the path is a macro, and m4 puts something else in its place",
    why: "File contexts go through m4 like everything else. `index(`, `len(`, `format(` and others are calls of builtins; words that the build defines (`distro_debian`) vanish.",
    example: {
      bad: "/usr/lib/index(/.*)?\tgen_context(system_u:object_r:foo_lib_t,s0)",
      good: "/usr/lib/`index'(/.*)?\tgen_context(system_u:object_r:foo_lib_t,s0)",
    },
    fix: "Quotes the word.",
  },
  {
    id: "fc-level-inside",
    origin: "sels",
    category: "file-contexts",
    severity: "error",
    summary: "a level stands inside the context of `gen_context`",
    why: "The macro appends its second argument as the level in an MLS build, and `s0` in an MCS build. A level inside the first one comes in front of that: `u:r:t:s0:s0` is no valid context, and `semodule` and `setfiles` refuse the file. A build without levels gets one that it does not know.",
    example: {
      bad: "/usr/bin/foo\t--\tgen_context(system_u:object_r:foo_exec_t:s0)",
      good: "/usr/bin/foo\t--\tgen_context(system_u:object_r:foo_exec_t,s0)",
    },
    fix: "Makes it the second argument.",
  },
  {
    id: "fc-kind",
    origin: "sels",
    category: "file-contexts",
    severity: "information",
    summary: "the kind of file contradicts what the type is for",
    why: "A type with `exec_type` is the entry point of a domain, and only files are executed; a type with `device_node` on regular files has usually lost its `-c` or `-b`.",
    example: {
      bad: "/usr/bin/foo\t-d\tgen_context(system_u:object_r:foo_exec_t,s0)",
      good: "/usr/bin/foo\t--\tgen_context(system_u:object_r:foo_exec_t,s0)",
    },
  },
];
