// "Which rules does this operation need?": turns a few words into structured checks, from recipes, ioctl
// numbers, netlink messages and, failing those, the hook facts. Invariant: every concrete class:permission pair
// answered exists in the class map. It does not look at any policy; callers fill in labels by role.

import { allKernelPermissions } from "./classes.ts";
import { HOOKS, searchHooks, searchWords } from "./hooks.ts";
import { type Ioctl, ioctlByName, ioctlCheck, ioctlsByNumber } from "./ioctls.ts";
import { RECIPES, type Recipe, type RecipeRow } from "./recipes.data.ts";

/** Which label a check's source or target is, so that a caller can fill in types. */
export type LabelRole =
  | "domain"
  | "self"
  | "target"
  | "newDomain"
  | "parent"
  | "new"
  | "filesystem"
  | "fd"
  | "port"
  | "node"
  | "netif"
  | "kernel"
  | "security"
  | "other";

/** One check an operation makes. */
export interface NeededCheck {
  readonly source: string;
  readonly sourceRole: LabelRole;
  readonly target: string;
  readonly targetRole: LabelRole;
  /** A class, or a placeholder that hooks.ts's expandClass resolves. */
  readonly class: string;
  readonly permissions: readonly string[];
  /** Empty when always. */
  readonly when: string;
  /** The extended permission value (ioctl or nlmsg) to allow when the permission is filtered. */
  readonly xperm: number | undefined;
  readonly hook: string | undefined;
}

/** The answer to a query. */
export interface OperationNeeds {
  readonly query: string;
  readonly kind: "recipe" | "ioctl" | "netlink" | "hooks" | "none";
  readonly title: string;
  readonly checks: readonly NeededCheck[];
  readonly notes: readonly string[];
  /** The port that the query names, for portcon. */
  readonly port: number | undefined;
}

/** Facts and policy state that the answer depends on. */
export interface OperationOptions {
  /** netlink/nlmsgtab's messageByName: this room does not import that one. */
  readonly messageByName?: (
    name: string,
  ) =>
    | { readonly class: string; readonly number: number; readonly permission: string | undefined }
    | undefined;
  readonly policycaps?: ReadonlySet<string>;
}

/** The checks of an operation such as "open for writing", "bind tcp 8080" or "ioctl TCGETS". */
export function operationNeeds(query: string, options: OperationOptions = {}): OperationNeeds {
  return ioctlNeeds(query, options) ?? netlinkNeeds(query, options) ?? recipeNeeds(query) ?? hookNeeds(query);
}

function ioctlNeeds(query: string, { policycaps }: OperationOptions): OperationNeeds | undefined {
  const word = /^\s*ioctl\s+(\S+)/i.exec(query)?.[1];
  if (word === undefined) return undefined;
  const named = ioctlByName(word.toUpperCase());
  const number = /^(0x[0-9a-f]+|\d+)$/i.test(word) ? Number(word) : undefined;
  const command = named?.command ?? number;
  if (command === undefined) return undefined;
  const check = ioctlCheck(command, policycaps?.has("ioctl_skip_cloexec") ?? false);
  const checks = [
    needed(["domain", "file descriptor creator", "fd", "use", "another domain opened it"], "file_ioctl"),
  ];
  if (check.class !== undefined) {
    const target = check.kind === "capability" ? "same as source" : "target";
    const row: RecipeRow = ["domain", target, check.class, check.permissions.join(" "), ""];
    checks.push({ ...needed(row, "file_ioctl"), xperm: check.xperm?.value });
  }
  const names = named === undefined ? ioctlsByNumber(command).map((i) => i.name) : [named.name];
  const notes = check.note === undefined ? [] : [check.note];
  return answer(query, "ioctl", ioctlTitle(command, names), checks, notes);
}

function ioctlTitle(command: number, names: readonly Ioctl["name"][]): string {
  return `ioctl 0x${command.toString(16)}${names.length === 0 ? "" : ` (${names.join(", ")})`}`;
}

function netlinkNeeds(query: string, options: OperationOptions): OperationNeeds | undefined {
  for (const word of query.toUpperCase().split(/\s+/)) {
    const message = options.messageByName?.(word);
    if (message === undefined) continue;
    const xperm = options.policycaps?.has("netlink_xperm") === true;
    const rows: RecipeRow[] = [
      ["domain", "same as source", message.class, "create", "socket(2)"],
      ["domain", "same as source", message.class, "write", ""],
    ];
    const checks = rows.map((row) => needed(row, "socket_sendmsg"));
    const permission = xperm ? "nlmsg" : message.permission;
    const notes: string[] = [];
    if (permission === undefined)
      notes.push(`${word} is not in SELinux's table: refused unless unknown is allowed`);
    else {
      const row: RecipeRow = ["domain", "same as source", message.class, permission, ""];
      checks.push({ ...needed(row, "netlink_send"), xperm: xperm ? message.number : undefined });
    }
    return answer(query, "netlink", `${word} (${message.number})`, checks, notes);
  }
  return undefined;
}

const CLASS_WORDS: Readonly<Record<string, string>> = {
  tcp: "tcp_socket",
  udp: "udp_socket",
  sctp: "sctp_socket",
  icmp: "icmp_socket",
  raw: "rawip_socket",
  unix: "unix_stream_socket",
};

function recipeNeeds(query: string): OperationNeeds | undefined {
  const words = searchWords(query);
  const recipe = bestRecipe(new Set(words));
  if (recipe === undefined) return undefined;
  const cls = words.map((w) => CLASS_WORDS[w]).find((c) => c !== undefined) ?? "tcp_socket";
  const rows = recipe.rows
    .map((row): RecipeRow => [row[0], row[1], row[2] === "@" ? cls : row[2], row[3], row[4]])
    .filter((row) => row[3].split(" ").every((p) => allKernelPermissions(row[2]).includes(p)));
  const port = rows.some((row) => row[1] === "port label")
    ? words.find((w) => /^\d{1,5}$/.test(w))
    : undefined;
  const portNumber = port === undefined ? undefined : Number(port);
  const kept = rows.filter(
    (row) => row[3] !== "net_bind_service" || portNumber === undefined || portNumber < 1024,
  );
  const checks = kept.map((row) => needed(row, hookOf(row)));
  return {
    ...answer(query, "recipe", recipe.title, checks, recipe.notes ? [recipe.notes] : []),
    port: portNumber,
  };
}

function bestRecipe(words: ReadonlySet<string>): Recipe | undefined {
  let best: Recipe | undefined;
  let length = 0;
  for (const recipe of RECIPES) {
    for (const alternative of recipe.words) {
      const parts = alternative.split(" ");
      if (parts.length > length && parts.every((part) => words.has(part))) {
        best = recipe;
        length = parts.length;
      }
    }
  }
  return best;
}

function hookOf(row: RecipeRow): string | undefined {
  const first = row[3].split(" ")[0] ?? "";
  return HOOKS.find((h) => h.checks.some((c) => c.class === row[2] && c.permissions.includes(first)))?.hook;
}

function hookNeeds(query: string): OperationNeeds {
  const hooks = searchHooks(query);
  const checks = hooks.flatMap((hook) =>
    hook.checks.map(
      (c): NeededCheck =>
        needed(
          [c.source, c.target, c.class, c.permissions.join(" "), c.when === "always" ? "" : c.when],
          hook.hook,
        ),
    ),
  );
  const title = hooks.map((hook) => hook.operations[0] ?? hook.hook).join("; ");
  const notes = hooks.flatMap((hook) => (hook.notes === undefined ? [] : [hook.notes]));
  return answer(query, hooks.length === 0 ? "none" : "hooks", title, checks, notes);
}

function answer(
  query: string,
  kind: OperationNeeds["kind"],
  title: string,
  checks: readonly NeededCheck[],
  notes: readonly string[],
): OperationNeeds {
  return { query, kind, title, checks, notes, port: undefined };
}

function needed([source, target, cls, permissions, when]: RecipeRow, hook: string | undefined): NeededCheck {
  return {
    source,
    sourceRole: labelRole(source),
    target,
    targetRole: labelRole(target),
    class: cls,
    permissions: permissions.split(" "),
    when,
    xperm: undefined,
    hook,
  };
}

const ROLE_PATTERNS: readonly (readonly [RegExp, LabelRole])[] = [
  [/^same as source/, "self"],
  [
    /^(domain$|current|old domain|caller|opener|sender|credential|socket SID|client socket|sending socket)/,
    "domain",
  ],
  [/^new domain/, "newDomain"],
  [/initial SID kernel/, "kernel"],
  [/initial SID security/, "security"],
  [/parent|directories of the path/, "parent"],
  [/^superblock/, "filesystem"],
  [/file descriptor creator/, "fd"],
  [/port label/, "port"],
  [/node label/, "node"],
  [/interface label/, "netif"],
  [/^new /, "new"],
  [
    /^(target|inode|symlink|directory|mount point|executable|file inode|listening|receiving|old label)/,
    "target",
  ],
  [/^(socket$|tun device)/, "self"],
];

function labelRole(phrase: string): LabelRole {
  return ROLE_PATTERNS.find(([pattern]) => pattern.test(phrase))?.[1] ?? "other";
}
