/**
 * Seeded random edits of policy texts, the kinds that people make and some that nobody would: lines, statements,
 * quotes, interfaces, declarations, permission macros, whole files. Invariant: an edit is a function of the random
 * source and the texts alone, so a seed replays exactly.
 */
import type { LivePolicy, TextSource } from "./incrementalSupport.ts";

/** Random numbers below a bound. */
export type Random = (below: number) => number;

/** Mulberry32: small, seeded, good enough to pick edits. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

function pick<T>(random: Random, list: readonly T[]): T {
  return list[random(list.length)] as T;
}

/** Names that occur in a text. */
function namesIn(text: string): string[] {
  return text.match(/[A-Za-z_$][\w$]*/g) ?? ["x_t"];
}

const SNIPPETS: readonly ((name: () => string) => string)[] = [
  (n) => `allow ${n()} ${n()}:file { read write };`,
  (n) => `allow ${n()} ${n()}:process signal;`,
  (n) => `allow ${n()} { ${n()} -${n()} }:dir search;`,
  (n) => `allow ${n()} self:capability sys_admin;`,
  (n) => `dontaudit ${n()} ${n()}:file getattr;`,
  (n) => `neverallow ${n()} ${n()}:file { write };`,
  (n) => `neverallow * ${n()}:process *;`,
  (n) => `type ${n()};`,
  (n) => `type ${n()}, ${n()};`,
  (n) => `type fresh_t; allow fresh_t ${n()}:file read;`,
  (n) => `attribute ${n()};`,
  (n) => `typeattribute ${n()} ${n()};`,
  (n) => `typealias ${n()} alias ${n()};`,
  (n) => `expandattribute ${n()} true;`,
  (n) => `expandattribute { ${n()} domain } ${n()};`,
  (n) => `typealias ${n()} alias { old_t ${n()} };`,
  (n) => `type_transition ${n()} ${n()}:process ${n()};`,
  (n) => `type_transition ${n()} ${n()}:file ${n()};`,
  (n) => `type_transition ${n()} ${n()}:{ dir file } ${n()};`,
  () => "type_transition fresh_t fresh_t:{ dir file lnk_file } fresh_t;",
  () => "type_transition fresh_t fresh_t:dir fresh_t;",
  (n) => `type_transition ${n()} ${n()}:file ${n()} "name";`,
  (n) => `type_change ${n()} ${n()}:chr_file ${n()};`,
  (n) => `role ${n()} types ${n()};`,
  (n) => `role ${n()};`,
  (n) => `attribute_role ${n()};`,
  (n) => `roleattribute ${n()} ${n()};`,
  (n) => `allow ${n()} ${n()};`,
  (n) => `role_transition ${n()} ${n()} ${n()};`,
  (n) => `range_transition ${n()} ${n()} s0;`,
  (n) => `allowxperm ${n()} ${n()}:file ioctl { 0x5401 0x8900-0x89ff };`,
  (n) => `permissive ${n()};`,
  (n) => `typebounds ${n()} ${n()};`,
  (n) => `bool ${n()} true;`,
  (n) => `gen_tunable(${n()}, false)`,
  (n) => `tunable ${n()} true;`,
  (n) =>
    `tunable fresh_on false; if (fresh_on) { allow ${n()} ${n()}:file write; } else { dontaudit ${n()} self:file read; }`,
  (n) => `tunable_policy(\`${n()}',\`\n\tallow ${n()} ${n()}:file read;\n')`,
  (n) => `if (${n()}) { allow ${n()} ${n()}:file write; } else { allow ${n()} ${n()}:file append; }`,
  (n) => `tunable_policy(\`${n()} && !${n()}',\`\n\ttype_transition ${n()} ${n()}:process ${n()};\n')`,
  (n) => `optional_policy(\`\n\t${n()}(${n()})\n')`,
  (n) =>
    `optional_policy(\`\n\tgen_require(\`\n\t\ttype ${n()};\n\t')\n\ttype ${n()};\n\tallow ${n()} ${n()}:file read;\n')`,
  (n) => `gen_require(\`\n\ttype ${n()};\n')`,
  (n) =>
    `optional_policy(\`\n\tallow ${n()} ${n()}:file read;\n\tgen_require(\`\n\t\ttype ${n()};\n\t')\n',\`\n\tallow ${n()} ${n()}:file write;\n\toptional_policy(\`\n\t\tgen_require(\`\n\t\t\ttype ${n()};\n\t\t')\n\t\tallow ${n()} ${n()}:dir read;\n\t\ttype fresh_t;\n\t',\`\n\t\tallow ${n()} ${n()}:dir write;\n\t')\n')`,
  (n) => `${n()}(${n()})`,
  (n) => `${n()}(${n()}, ${n()})`,
  (n) => `ifdef(\`${n()}',\`\n\tallow ${n()} ${n()}:dir read;\n',\`\n\tallow ${n()} ${n()}:dir write;\n')`,
  (n) => `define(\`${n()}',\`{ read ${n()} }')`,
  (n) => `define(\`${n()}',\`\n\tallow $1 ${n()}:file read;\n')`,
  (n) => `interface(\`${n()}',\`\n\tallow $1 ${n()}:file read;\n')`,
  (n) =>
    `interface(\`${n()}',\`\n\tgen_require(\`\n\t\ttype ${n()};\n\t')\n\tallow $1 ${n()}:file read;\n\t${n()}($1)\n')`,
  (n) => `template(\`${n()}',\`\n\ttype $1_x_t;\n\tallow $1_x_t ${n()}:file read;\n')`,
  (n) => `class ${n()}`,
  (n) => `class ${n()} { read ${n()} }`,
  (n) => `class ${n()} inherits ${n()}`,
  (n) => `sid ${n()}`,
  (n) => `sid ${n()} gen_context(system_u:object_r:${n()},s0)`,
  (n) => `user ${n()} roles { ${n()} } level s0 range s0;`,
  (n) => `constrain file { read } (u1 == u2 or t1 == ${n()});`,
  () => "')",
  () => "`",
  () => "}",
  () => ";",
];

/** One edit of one text. */
export function editText(random: Random, text: string, elsewhere: string): string {
  const lines = text.split("\n");
  const at = random(lines.length);
  const near = namesIn(lines.slice(Math.max(0, at - 40), at + 40).join("\n"));
  const far = namesIn(elsewhere);
  const name = (): string => pick(random, random(3) > 0 ? near : far);
  switch (random(11)) {
    case 0:
      lines.splice(at, 1 + random(3));
      return lines.join("\n");
    case 1:
      lines.splice(at, 0, lines[at] ?? "");
      return lines.join("\n");
    case 2: {
      const other = random(lines.length);
      [lines[at], lines[other]] = [lines[other] ?? "", lines[at] ?? ""];
      return lines.join("\n");
    }
    case 3: {
      const old = pick(random, namesIn(lines[at] ?? ""));
      lines[at] = (lines[at] ?? "").replace(old, name());
      return lines.join("\n");
    }
    case 4: {
      const old = pick(random, near);
      const made = random(2) === 0 ? `${old}2` : name();
      return text.replaceAll(new RegExp(`\\b${old.replaceAll("$", "\\$")}\\b`, "g"), () => made);
    }
    case 5: {
      const block = lines.splice(at, 1 + random(12));
      lines.splice(random(lines.length + 1), 0, ...block);
      return lines.join("\n");
    }
    case 6: {
      const from = random(text.length + 1);
      return text.slice(0, from) + text.slice(from + 1 + random(3));
    }
    default:
      lines.splice(at, 0, pick(random, SNIPPETS)(name));
      return lines.join("\n");
  }
}

const SET_MACRO = /define\(`\w+',`\{[^}'$]*\}'\)/g;

/** Puts a name into a set macro, or takes one out; the text as it is when it has none. */
export function editSetMacro(random: Random, text: string, elsewhere: string): string {
  const sets = [...text.matchAll(SET_MACRO)];
  if (sets.length === 0) return text;
  const { index, 0: found } = pick(random, sets);
  const open = found.indexOf("{") + 1;
  const items = found.slice(open, found.lastIndexOf("}")).trim().split(/\s+/);
  const known = sets.flatMap(([macro]) => /`(\w+)'/.exec(macro)?.[1] ?? []);
  const made = [
    () => items.filter((item) => item !== items[random(items.length)]),
    () => [...items, pick(random, ["read", "write", "open", "ioctl", "append", "nonsense"])],
    () => [...items, pick(random, known)],
    // Most names are no permissions: then more than rules may depend on the macro.
    () => [...items, pick(random, namesIn(elsewhere))],
  ][random(random(4) === 0 ? 4 : 3)] as () => string[];
  const body = `${found.slice(0, open)} ${made().join(" ")} }')`;
  return text.slice(0, index) + body + text.slice(index + found.length);
}

/** The lines that differ, for messages. */
function change(before: string, after: string): string {
  const old = before.split("\n");
  const now = after.split("\n");
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old.at(-1 - tail) === now.at(-1 - tail))
    tail++;
  const shown = (lines: string[], mark: string): string[] =>
    lines
      .slice(head, lines.length - tail)
      .slice(0, 6)
      .map((line) => `${mark}${line}`);
  return `:${head + 1} ${[...shown(old, "-"), ...shown(now, "+")].join(" ⏎ ")}`;
}

/** What an edit did, and how to take it back. */
export interface Undo {
  readonly what: string;
  readonly undo: () => void;
}

/** Applies one random edit to a live policy. */
export function randomEdit(random: Random, live: LivePolicy): Undo {
  const ids = live.ids();
  const weighted = ids.filter((id) => (live.get(id) as TextSource).enabled);
  const id = pick(random, random(5) > 0 && weighted.length > 0 ? weighted : ids);
  const before = live.get(id) as TextSource;
  const other = (live.get(pick(random, ids)) as TextSource).text;
  const kind = random(40);
  if (kind === 0) {
    live.put([[id, undefined]]);
    return { what: `remove ${before.path}`, undo: () => live.put([[id, before]]) };
  }
  if (kind === 1) {
    const isInterface = random(2) === 0;
    const added: TextSource = {
      path: `policy/modules/apps/${pick(random, ["aaa", "mmm", "zzz"])}${id}.${isInterface ? "if" : "te"}`,
      role: isInterface ? "if" : "te",
      module: `added${id}`,
      enabled: true,
      text: editText(random, editText(random, "\n\n", before.text), other),
    };
    const made = live.add(added);
    return { what: `add ${added.path}`, undo: () => live.put([[made, undefined]]) };
  }
  if (kind === 2 && before.role === "te") {
    live.put([[id, { ...before, enabled: !before.enabled }]]);
    return { what: `toggle ${before.path}`, undo: () => live.put([[id, before]]) };
  }
  const text =
    kind < 8 && before.role === "support"
      ? editSetMacro(random, before.text, other)
      : editText(random, before.text, other);
  live.setText(id, text);
  return { what: `edit ${before.path}${change(before.text, text)}`, undo: () => live.put([[id, before]]) };
}
