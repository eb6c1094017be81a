/**
 * Random policy.conf texts with what people seldom write and compilers must get right all the same: nested optional
 * blocks with else branches, requires of names that are declared elsewhere, nowhere or in blocks that are off,
 * declarations inside them, conditionals, role attributes, aliases, expandattribute. Seeded. Most are meant to be valid;
 * with `slips`, some name something that is not known where it is used.
 */

/** Random numbers below a bound. */
export type Random = (below: number) => number;

type Kind = "type" | "attribute" | "role" | "attribute_role" | "bool" | "tunable" | "user";
const KINDS: readonly Kind[] = ["type", "attribute", "role", "attribute_role", "bool", "tunable", "user"];

/** What may be named in a block. */
type Scope = Readonly<Record<Kind, string[]>>;

const CLASSES: Readonly<Record<string, readonly string[]>> = {
  file: ["read", "write", "getattr", "ioctl", "open", "execute", "entrypoint"],
  dir: ["read", "write", "getattr", "search", "add_name"],
  process: ["transition", "fork", "signal"],
  sock_file: ["read", "write", "getattr", "open"],
};

function emptyScope(): Scope {
  return { type: [], attribute: [], role: [], attribute_role: [], bool: [], tunable: [], user: [] };
}

interface Maker {
  readonly random: Random;
  /** every name that is declared anywhere, or only required, by kind */
  readonly all: Scope;
  readonly slips: boolean;
  readonly declared: Set<string>;
  next: number;
  depth: number;
  /** directly in an else branch, where nothing may be declared */
  inElse: boolean;
  /** two role transitions of one key are refused, whatever the blocks that they stand in */
  roleTransitions: number;
}

const pick = <T>(m: Maker, list: readonly T[]): T => list[m.random(list.length)] as T;
const chance = (m: Maker, of: number): boolean => m.random(of) === 0;

function name(m: Maker, scope: Scope, kind: Kind): string {
  const known = m.slips && chance(m, 60) ? m.all[kind] : scope[kind];
  return known.length > 0 ? pick(m, known) : (scope[kind][0] ?? m.all[kind][0] ?? "sys_t");
}

const typeOf = (m: Maker, scope: Scope): string => name(m, scope, "type");
const anyType = (m: Maker, scope: Scope): string =>
  name(m, scope, scope.attribute.length > 0 && m.random(2) === 0 ? "attribute" : "type");

function typeSet(m: Maker, scope: Scope): string {
  const roll = m.random(8);
  if (roll < 4) return anyType(m, scope);
  const names = Array.from({ length: 1 + m.random(3) }, () => anyType(m, scope));
  if (roll === 7) names.push(`-${anyType(m, scope)}`);
  return `{ ${names.join(" ")} }`;
}

function roleSet(m: Maker, scope: Scope): string {
  const one = (): string =>
    name(m, scope, scope.attribute_role.length > 0 && chance(m, 3) ? "attribute_role" : "role");
  return chance(m, 3) ? `{ ${one()} ${one()} }` : one();
}

function classAndPermissions(m: Maker): string {
  const several = chance(m, 4);
  const tclass = several ? "{ file sock_file }" : pick(m, Object.keys(CLASSES));
  const known = several ? (CLASSES.sock_file as string[]) : (CLASSES[tclass] as string[]);
  const perms = new Set(Array.from({ length: 1 + m.random(2) }, () => pick(m, known)));
  return `${tclass} { ${[...perms].join(" ")} }`;
}

/** A rule that may stand in a conditional. */
function rule(m: Maker, scope: Scope): string {
  const target = chance(m, 6) ? "self" : typeSet(m, scope);
  switch (m.random(9)) {
    case 0:
      return `dontaudit ${typeSet(m, scope)} ${target}:${classAndPermissions(m)};`;
    case 1:
      return `auditallow ${typeSet(m, scope)} ${target}:${classAndPermissions(m)};`;
    case 2:
      return `type_transition ${typeOf(m, scope)} ${typeSet(m, scope)}:${pick(m, Object.keys(CLASSES))} ${typeOf(m, scope)};`;
    case 3:
      return `${pick(m, ["type_change", "type_member"])} ${typeOf(m, scope)} ${typeOf(m, scope)}:${pick(m, ["file", "dir"])} ${typeOf(m, scope)};`;
    default:
      return `allow ${typeSet(m, scope)} ${target}:${classAndPermissions(m)};`;
  }
}

function expression(m: Maker, names: readonly string[], depth: number): string {
  if (depth > 2 || chance(m, 2)) return chance(m, 3) ? `!${pick(m, names)}` : pick(m, names);
  const inner = (): string => expression(m, names, depth + 1);
  const both = `${inner()} ${pick(m, ["&&", "||", "^", "==", "!="])} ${inner()}`;
  return chance(m, 4) ? `!(${both})` : `(${both})`;
}

function conditional(m: Maker, scope: Scope): string {
  const tunable = scope.tunable.length > 0 && chance(m, 3);
  const names = tunable ? scope.tunable : scope.bool;
  if (names.length === 0) return rule(m, scope);
  const rules = (): string => Array.from({ length: m.random(3) }, () => rule(m, scope)).join(" ");
  const otherwise = chance(m, 2) ? ` else { ${rules()} }` : "";
  return `if (${expression(m, names, 0)}) { ${rules()} }${otherwise}`;
}

/** A name that nothing else declares; now and then one that some block required before. */
function fresh(m: Maker, kind: Kind): string {
  const wanted = m.all[kind].find((one) => one.startsWith("w") && !m.declared.has(one));
  const one = wanted !== undefined && chance(m, 2) ? wanted : `n${m.next++}_${kind[0]}`;
  if (one !== wanted) m.all[kind].push(one);
  m.declared.add(one);
  return one;
}

function declaration(m: Maker, scope: Scope): string {
  const kind = pick(m, [
    "type",
    "type",
    "type",
    "attribute",
    "role",
    "attribute_role",
    "bool",
    "tunable",
  ] as const);
  const word = fresh(m, kind);
  const attributes = scope.attribute.length > 0 && chance(m, 2) ? `, ${name(m, scope, "attribute")}` : "";
  const alias = chance(m, 5) ? ` alias ${pick(m, ["al", "old"])}${m.next++}_t` : "";
  scope[kind].push(word);
  switch (kind) {
    case "type":
      return `type ${word}${alias}${attributes};`;
    case "bool":
    case "tunable":
      return `${kind} ${word} ${pick(m, ["true", "false"])};`;
    case "role":
      return `role ${word}${scope.attribute_role.length > 0 && chance(m, 3) ? `, ${name(m, scope, "attribute_role")}` : ""};`;
    default:
      return `${kind} ${word};`;
  }
}

/** A statement that is neither a rule of the avtab nor a block. */
function rare(m: Maker, scope: Scope): string {
  switch (m.random(13)) {
    case 0:
      return `role ${name(m, scope, "role")} types ${typeSet(m, scope)};`;
    case 1:
      return `allow ${roleSet(m, scope)} ${roleSet(m, scope)};`;
    case 2:
      return m.roleTransitions++ > 0
        ? ""
        : `role_transition ${name(m, scope, "role")} ${typeOf(m, scope)} ${name(m, scope, "role")};`;
    case 3:
      return scope.attribute_role.length > 0
        ? `roleattribute ${name(m, scope, "role")} ${name(m, scope, "attribute_role")};`
        : "";
    case 4:
    case 5:
      return scope.attribute.length > 0
        ? `typeattribute ${typeOf(m, scope)} ${name(m, scope, "attribute")};`
        : "";
    case 6:
      return m.inElse ? "" : `typealias ${typeOf(m, scope)} alias ta${m.next++}_t;`;
    case 7:
      return `permissive ${typeOf(m, scope)};`;
    case 8:
      return scope.attribute.length > 0
        ? `expandattribute ${name(m, scope, "attribute")} ${pick(m, ["true", "true", "false"])};`
        : "";
    case 9:
      return `type_transition ${typeSet(m, scope)} ${typeOf(m, scope)}:file ${typeOf(m, scope)} "f${m.random(3)}";`;
    case 10:
      return `${pick(m, ["allowxperm", "auditallowxperm", "dontauditxperm"])} ${typeSet(m, scope)} ${typeSet(m, scope)}:file ioctl { 0x${m.random(4096).toString(16)} 0x8900-0x89${pick(m, ["0f", "ff"])} };`;
    case 11:
      return `range_transition ${typeSet(m, scope)} ${typeSet(m, scope)}:process s0 - s1:c${m.random(3)};`;
    default:
      return scope.attribute_role.length > 0
        ? `role ${name(m, scope, "attribute_role")} types ${typeSet(m, scope)};`
        : "";
  }
}

const SYMBOLS: readonly Kind[] = [
  "type",
  "type",
  "type",
  "attribute",
  "attribute",
  "role",
  "bool",
  "tunable",
  "attribute_role",
  "user",
];

/** `require { … }`, and the names that it brings. */
function requires(m: Maker, scope: Scope): string {
  const lines: string[] = [];
  for (let i = m.random(4); i > 0; i--) {
    const kind = pick(m, SYMBOLS);
    // Now and then a name that may be declared later, or never.
    if (chance(m, 5)) m.all[kind].push(`w${m.random(6)}_${kind[0]}${kind.length}`);
    const word = m.all[kind].length > 0 ? pick(m, m.all[kind]) : undefined;
    if (word === undefined || scope[kind].includes(word)) continue;
    scope[kind].push(word);
    lines.push(`${kind} ${word};`);
  }
  if (chance(m, 12)) lines.push("class file { read write };");
  return lines.length > 0 ? `require { ${lines.join(" ")} }` : "";
}

function optional(m: Maker, outer: Scope): string {
  m.depth++;
  const before = m.inElse;
  const block = (isElse: boolean): string => {
    m.inElse = isElse;
    const scope = copyOf(outer);
    const required = isElse ? "" : requires(m, scope);
    const body = statements(m, scope, 1 + m.random(5));
    return `{\n${required}\n${body}\n}`;
  };
  const text = `optional ${block(false)}${chance(m, 3) ? ` else ${block(true)}` : ""}`;
  m.depth--;
  m.inElse = before;
  return text;
}

function copyOf(scope: Scope): Scope {
  const copy = emptyScope();
  for (const kind of KINDS) copy[kind].push(...scope[kind]);
  return copy;
}

function statements(m: Maker, scope: Scope, count: number): string {
  const lines: string[] = [];
  for (let i = 0; i < count; i++) {
    const roll = m.random(12);
    if (roll < 2 && m.depth < 4) lines.push(optional(m, scope));
    else if (roll < 4) lines.push(m.inElse ? rule(m, scope) : declaration(m, scope));
    else if (roll < 6) lines.push(conditional(m, scope));
    else if (roll < 9) lines.push(rare(m, scope));
    else lines.push(rule(m, scope));
  }
  return lines.filter((line) => line !== "").join("\n");
}

const HEAD = `class file class dir class process class sock_file
sid kernel
common filelike { read write getattr ioctl open }
class file inherits filelike { execute entrypoint }
class dir inherits filelike { search add_name }
class process { transition fork signal }
class sock_file inherits filelike
sensitivity s0; sensitivity s1; dominance { s0 s1 }
category c0; category c1; category c2;
level s0:c0.c2; level s1:c0.c2;
mlsconstrain file { read } ( l1 dom l2 );
`;

/** A policy of some dozens of statements. */
export function randomConf(random: Random, slips = false): string {
  const m: Maker = {
    random,
    all: emptyScope(),
    slips,
    declared: new Set(),
    next: 0,
    depth: 0,
    inElse: false,
    roleTransitions: 0,
  };
  const scope = emptyScope();
  scope.type.push("sys_t");
  scope.role.push("sys_r");
  scope.user.push("sys_u");
  for (const kind of KINDS) m.all[kind].push(...scope[kind]);
  const declarations = Array.from({ length: 8 }, () => declaration(m, scope));
  const body = statements(m, scope, 10 + m.random(14));
  return [
    HEAD,
    "type sys_t; role sys_r; role sys_r types sys_t; allow sys_t sys_t:file read;",
    ...declarations,
    body,
    "user sys_u roles sys_r level s0 range s0 - s1:c0.c2;",
    "constrain file write ( t1 == sys_t or u1 == u2 );",
    "sid kernel sys_u:sys_r:sys_t:s0",
    "",
  ].join("\n");
}

const MODULE_HEAD = `module random 1.0;
require {
  class file { read write getattr ioctl open execute entrypoint };
  class dir { read write getattr ioctl open search add_name };
  class process { transition fork signal };
  class sock_file { read write getattr ioctl open };
  sensitivity s0; sensitivity s1; category c0; category c1; category c2;
}
`;
const ONLY_IN_BASE = /^(class|sid|common|sensitivity|category|level|mlsconstrain|constrain)\b/;

/** The same as a module: every optional block gets something to require. */
export function randomModule(random: Random, slips = false): string {
  const lines = randomConf(random, slips)
    .split("\n")
    .filter((line) => line.trim() !== "" && !ONLY_IN_BASE.test(line));
  const body = lines.map((line, i) =>
    line === "optional {" && lines[i + 1]?.startsWith("require") !== true
      ? `${line}\nrequire { type sys_t; }`
      : line,
  );
  return `${MODULE_HEAD}${body.join("\n")}\n`;
}
