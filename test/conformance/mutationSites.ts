/**
 * Where a refpolicy text can be mutated, by kind of mutation. Works line by line with patterns on purpose: it
 * must not share a mistake with the parser that it tests. Kinds listed in BENIGN_KINDS ought to be accepted by
 * checkpolicy, the others ought to fail; the recorded verdict decides. It never touches comment lines.
 */

/** A place and its edit. */
export interface Site {
  readonly offset: number;
  readonly remove: string;
  readonly insert: string;
  readonly name?: string;
}

type Words = ReadonlySet<string>;
type SiteFinder = (text: string, file: string, words: Words, random: () => number) => Site[];

const NAME = "[A-Za-z_][\\w]*";
const RULE = new RegExp(
  `^([ \\t]*)(allow|dontaudit|auditallow)[ \\t]+(${NAME}|\\$1)[ \\t]+(${NAME}):(${NAME})[ \\t]+(\\{[^{}\\n;]*\\}|${NAME});[ \\t]*$`,
  "gm",
);
const CALL = new RegExp(
  `^([ \\t]*)([a-z]\\w*)\\(((?:${NAME}|\\$1)(?:, ?(?:${NAME}|\\$2|\\{[^{}\\n]*\\}))*)\\)[ \\t]*$`,
  "gm",
);
const TYPE = new RegExp(`^type (${NAME})((?:, ?${NAME})*);[ \\t]*$`, "gm");
const ATTRIBUTE = new RegExp(`^attribute (${NAME});[ \\t]*$`, "gm");
const ROLE = new RegExp(`^role (${NAME});[ \\t]*$`, "gm");
const TUNABLE = new RegExp(`^gen_(?:tunable|bool)\\((${NAME}), ?(?:true|false)\\)[ \\t]*$`, "gm");
const TRANSITION = new RegExp(
  `^([ \\t]*type_transition[ \\t]+${NAME}[ \\t]+${NAME}:${NAME}[ \\t]+)(${NAME});`,
  "gm",
);
const FILETRANS =
  /^([ \t]*\w*filetrans(?:_pattern)?\(\w+(?:, ?\w+)?, ?)(\w+_t)(, ?(?:\w+|\{[\w ]+\})\))[ \t]*$/gm;

/** Calls that are no interfaces: macros of the support files, where a misspelling means something else. */
const NOT_INTERFACES =
  /^(gen_|ifdef|ifndef|ifelse|define|refpolicywarn|policy_module|optional_policy|tunable_policy)/;

/** A spelling that no word of the tree has. */
function misspell(name: string, words: Words, random: () => number): string {
  for (;;) {
    const at = 1 + Math.floor(random() * (name.length - 1));
    const wrong = `${name.slice(0, at)}${"qxzk"[Math.floor(random() * 4)]}${name.slice(at)}`;
    if (!words.has(wrong)) return wrong;
  }
}

/** One edit for the given group of every match. */
function misspellGroup(
  pattern: RegExp,
  group: number,
  accept: (name: string) => boolean = () => true,
): SiteFinder {
  return (text, _file, words, random) =>
    [...text.matchAll(withIndices(pattern))].flatMap((match) => {
      const name = match[group] as string;
      if (!accept(name)) return [];
      const offset = (match.indices as unknown as [number, number][])[group]?.[0] as number;
      return [{ offset, remove: name, insert: misspell(name, words, random), name }];
    });
}

function withIndices(pattern: RegExp): RegExp {
  return new RegExp(pattern.source, "gmd");
}

/** The whole line of every match goes. */
function deleteLine(pattern: RegExp): SiteFinder {
  return (text) =>
    [...text.matchAll(pattern)].map((match) => ({
      offset: match.index,
      remove: match[0],
      insert: "",
      name: match[1] as string,
    }));
}

const isTeFile = (file: string) => file.endsWith(".te");
/** Permissions that exist, but not for these classes. */
const WRONG_PERMISSION: Readonly<Record<string, string>> = {
  file: "name_connect",
  dir: "accept",
  lnk_file: "execute_no_trans",
  fifo_file: "rmdir",
  sock_file: "node_bind",
  chr_file: "reparent",
  process: "write",
  capability: "read",
  tcp_socket: "entrypoint",
  udp_socket: "connectto",
  unix_stream_socket: "name_bind",
  unix_dgram_socket: "connectto",
  fd: "read",
  netlink_route_socket: "add_name",
  dbus: "open",
};

/** Rules that the neverallow rules of the reference policy forbid to ordinary domains. */
const FORBIDDEN: readonly string[] = [
  "allow @ shadow_t:file read;",
  "allow @ shadow_t:file { create write };",
  "allow @ shadow_t:file relabelto;",
  "allow @ memory_device_t:chr_file read;",
  "allow @ memory_device_t:chr_file { append write };",
  "allow @ fixed_disk_device_t:blk_file read;",
  "allow @ fixed_disk_device_t:blk_file { ioctl append };",
  "allow @ scsi_generic_device_t:chr_file read;",
  "allow @ proc_kmsg_t:file read;",
  "allow @ proc_kcore_t:file read;",
  "allow @ unlabeled_t:file entrypoint;",
  "allow @ security_t:security load_policy;",
  "allow @ security_t:security setenforce;",
  "allow @ security_t:security setsecparam;",
  "allow @ self:capability sys_module;",
  "allow @ self:capability2 mac_override;",
  "allow @ policy_config_t:file relabelto;",
];

const neverallowViolated: SiteFinder = (text, file, _words, random) => {
  if (!isTeFile(file)) return [];
  return [...text.matchAll(RULE)].flatMap((match) => {
    if (match[1] !== "" || match[4] !== "self" || match[5] !== "process") return [];
    const rule = FORBIDDEN[Math.floor(random() * FORBIDDEN.length)] as string;
    const offset = match.index + match[0].length;
    return [{ offset: offset + 1, remove: "", insert: `${rule.replace("@", match[3] as string)}\n` }];
  });
};

/** A closing quote goes: of a block's end `')` or of its first branch `',`. */
const droppedQuote: SiteFinder = (text) =>
  [...text.matchAll(/^([ \t]*)'[),]/gm)].map((match) => ({
    offset: match.index + (match[1] as string).length,
    remove: "'",
    insert: "",
  }));

const droppedSemicolon: SiteFinder = (text) =>
  [
    ...text.matchAll(/^[ \t]*(?:allow|dontaudit|type|attribute|typeattribute|role)[ \t][^#`'\n]*;[ \t]*$/gm),
  ].map((match) => ({ offset: match.index + match[0].lastIndexOf(";"), remove: ";", insert: "" }));

const droppedBrace: SiteFinder = (text) =>
  [...text.matchAll(/^[ \t]*(?:allow|dontaudit)[ \t][^#`'\n]*\}[ \t]*;[ \t]*$/gm)].map((match) => ({
    offset: match.index + match[0].lastIndexOf("}"),
    remove: "}",
    insert: "",
  }));

const wrongClassPermission: SiteFinder = (text) =>
  [...text.matchAll(RULE)].flatMap((match) => {
    const wrong = WRONG_PERMISSION[match[5] as string];
    if (wrong === undefined) return [];
    const perms = match[6] as string;
    const offset = match.index + match[0].lastIndexOf(perms);
    if (!perms.startsWith("{")) return [{ offset, remove: perms, insert: wrong, name: wrong }];
    return [{ offset: offset + perms.length - 1, remove: "", insert: `${wrong} `, name: wrong }];
  });

function duplicateLine(...patterns: readonly RegExp[]): SiteFinder {
  return (text, file) =>
    !isTeFile(file)
      ? []
      : patterns.flatMap((pattern) =>
          [...text.matchAll(pattern)].map((match) => ({
            offset: match.index + match[0].length + 1,
            remove: "",
            insert: `${match[0]}\n`,
            name: match[1] as string,
          })),
        );
}

const conflictingTransition: SiteFinder = (text, file) => {
  if (!isTeFile(file)) return [];
  const sites: Site[] = [];
  for (const match of text.matchAll(TRANSITION)) {
    const end = text.indexOf("\n", match.index) + 1;
    if (!/^[ \t]*type_transition[^\n"]*;[ \t]*\n$/.test(text.slice(match.index, end))) continue;
    sites.push({ offset: end, remove: "", insert: `${match[1]}bin_t;\n`, name: match[2] as string });
  }
  for (const match of text.matchAll(FILETRANS)) {
    const other = match[2] === "bin_t" ? "lib_t" : "bin_t";
    const offset = match.index + match[0].length + 1;
    sites.push({ offset, remove: "", insert: `${match[1]}${other}${match[3]}\n`, name: match[2] as string });
  }
  return sites;
};

/** Two neighbouring allow rules change places. */
const reorderedRules: SiteFinder = (text) => {
  const matches = [...text.matchAll(RULE)];
  return matches.flatMap((match, i) => {
    const next = matches[i + 1];
    if (next === undefined || next.index !== match.index + match[0].length + 1 || match[0] === next[0])
      return [];
    return [{ offset: match.index, remove: `${match[0]}\n${next[0]}`, insert: `${next[0]}\n${match[0]}` }];
  });
};

/** A line is put before every rule. */
function insertBeforeRule(line: (indent: string) => string): SiteFinder {
  return (text) =>
    [...text.matchAll(RULE)].map((match) => ({
      offset: match.index,
      remove: "",
      insert: line(match[1] as string),
    }));
}

const removedRule: SiteFinder = (text) =>
  [...text.matchAll(RULE)]
    .filter((match) => match[1] === "")
    .map((match) => ({ offset: match.index, remove: match[0], insert: "" }));

const repeatedRule: SiteFinder = (text) =>
  [...text.matchAll(RULE)].map((match) => ({
    offset: match.index + match[0].length,
    remove: "",
    insert: `\n${match[0]}`,
  }));

const unusedType: SiteFinder = (text, file) =>
  !isTeFile(file)
    ? []
    : [...text.matchAll(TYPE)].map((match) => ({
        offset: match.index,
        remove: "",
        insert: `type sels_unused_${match[1]};\n`,
      }));

const respacedRule: SiteFinder = (text) =>
  [...text.matchAll(RULE)].map((match) => ({
    offset: match.index,
    remove: match[0],
    insert: `${match[1]}${match[2]}\t${match[3]}   ${match[4]} : ${match[5]}\t${match[6]} ;`,
  }));

/** Kinds that checkpolicy ought to accept. */
export const BENIGN_KINDS: ReadonlySet<string> = new Set([
  "repeated-rule",
  "reordered-rules",
  "comment",
  "blank-lines",
  "removed-rule",
  "unused-type",
  "respaced-rule",
]);

/** All kinds, in the order in which mutations are generated. */
export const SITE_FINDERS: Readonly<Record<string, SiteFinder>> = {
  "deleted-type": deleteLine(TYPE),
  "deleted-attribute": deleteLine(ATTRIBUTE),
  "deleted-role": deleteLine(ROLE),
  "deleted-bool": deleteLine(TUNABLE),
  "misspelt-type": misspellGroup(RULE, 4, (name) => name !== "self"),
  "misspelt-source": misspellGroup(RULE, 3, (name) => !name.startsWith("$")),
  "misspelt-class": misspellGroup(RULE, 5),
  "misspelt-permission": misspellGroup(RULE, 6, (name) => !name.startsWith("{")),
  "misspelt-interface": misspellGroup(CALL, 2, (name) => !NOT_INTERFACES.test(name)),
  "misspelt-argument": misspellGroup(
    /^([ \t]*)(?!gen_|ifdef|ifndef|define|refpolicywarn|policy_module)([a-z]\w*)\((\w+_t)[,)]/gm,
    3,
  ),
  "misspelt-keyword": misspellGroup(RULE, 2),
  "dropped-semicolon": droppedSemicolon,
  "dropped-quote": droppedQuote,
  "dropped-brace": droppedBrace,
  "wrong-class-permission": wrongClassPermission,
  "neverallow-violated": neverallowViolated,
  "duplicate-declaration": duplicateLine(TYPE, ATTRIBUTE, TUNABLE),
  "conflicting-transition": conflictingTransition,
  "repeated-rule": repeatedRule,
  "reordered-rules": reorderedRules,
  comment: insertBeforeRule((indent) => `${indent}# a remark: allow nothing here, { not even this }\n`),
  "blank-lines": insertBeforeRule(() => "\n\n\n"),
  "removed-rule": removedRule,
  "unused-type": unusedType,
  "respaced-rule": respacedRule,
};
