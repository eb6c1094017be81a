// Hover of a security context (in file contexts and in sid, fs_use, genfscon, portcon, netifcon statements): whether
// the policy accepts it, its canonical spelling, and, for ports and paths, whether this very statement wins.

import {
  N_CONTEXT,
  N_FSUSE,
  N_GENCONTEXT,
  N_GENFSCON,
  N_PORTCON,
  N_RANGE,
} from "../../../grammar/syntax/kinds.ts";
import { textOf } from "../../../grammar/syntax/tree.ts";
import type { Context } from "../../policydb/context.ts";
import type { PolicyDb } from "../../policydb/policydb.ts";
import { contextsEqual, parseContext, printContext } from "../../services/context.ts";
import { fsLabelling, genfsLabel } from "../../services/fsContexts.ts";
import { PORT_PROTOCOLS, portContext } from "../../services/networkContexts.ts";
import type { SourceFile } from "../../workspace/snapshot.ts";
import { childrenOf } from "../children.ts";
import { paragraphs } from "../markdown.ts";
import type { View } from "../view.ts";
import { levelText } from "./level.ts";

/** The text about the context in which the nodes of a path lie; undefined outside of contexts. */
export function labelText(view: View, file: SourceFile, path: readonly number[]): string | undefined {
  const { tree } = file;
  const kindAt = (node: number) => tree.kind[node];
  const statement = path.findLast((node) => WITH_WINNER.has(kindAt(node) as number));
  const inside = path.find((node) => kindAt(node) === N_GENCONTEXT || kindAt(node) === N_CONTEXT);
  const node =
    inside ??
    (statement === undefined
      ? undefined
      : childrenOf(tree, statement).find(
          (child) => kindAt(child) === N_GENCONTEXT || kindAt(child) === N_CONTEXT,
        ));
  if (node === undefined) return undefined;
  const { db } = view.snapshot.compiled;
  const text = contextText(view, file, node);
  if (text === undefined || text.includes("$")) return undefined;
  const parsed = parseContext(db, text);
  return paragraphs([
    parsed.ok
      ? validText(db, text, parsed.value)
      : `**Not a valid context** \`${text}\`: ${faultText(db, text)}.`,
    statement === undefined || !parsed.ok ? undefined : winnerText(db, file, statement, parsed.value),
  ]);
}

/** Statements of which only one can give a label. */
const WITH_WINNER = new Set([N_PORTCON, N_GENFSCON, N_FSUSE]);

function validText(db: PolicyDb, text: string, context: Context): string {
  const canonical = printContext(db, context);
  return canonical === text
    ? `**Valid context** \`${text}\``
    : `**Valid context**, canonical: \`${canonical}\``;
}

/** The context as the build makes it: gen_context gets its level or not, by the policy's kind. */
function contextText(view: View, file: SourceFile, node: number): string | undefined {
  const { tree } = file;
  const { db, options } = view.snapshot.compiled;
  if (tree.kind[node] === N_CONTEXT) return textOf(tree, node).replace(/\s/g, "");
  const [context, ...rest] = childrenOf(tree, node);
  if (context === undefined) return undefined;
  const names = textOf(tree, context).replace(/\s/g, "");
  const level = rest.find((child) => tree.kind[child] === N_RANGE);
  const categories = rest.find((child) => tree.kind[child] !== N_RANGE);
  const plain = (child: number | undefined) =>
    child === undefined ? "" : levelText(db, textOf(tree, child));
  if (options.defines.has("enable_mcs")) {
    const cats = plain(categories);
    return cats === "" ? `${names}:s0` : `${names}:s0:${cats}`;
  }
  return db.mls ? `${names}:${plain(level)}` : names;
}

/** What of a context the policy does not accept. */
function faultText(db: PolicyDb, text: string): string {
  const [userName = "", roleName = "", typeName = "", ...levels] = text.split(":");
  const user = db.users.get(userName);
  const role = db.roles.get(roleName);
  const type = db.types.get(typeName);
  if (user === undefined) return `there is no user \`${userName}\``;
  if (role === undefined || role.isAttribute === true) return `there is no role \`${roleName}\``;
  if (type === undefined) return `there is no type \`${typeName}\``;
  if (type.isAttribute) return `\`${typeName}\` is an attribute`;
  if (roleName !== "object_r" && !role.types.has(type.value - 1))
    return `role \`${roleName}\` may not have type \`${typeName}\``;
  if (roleName !== "object_r" && !user.roles.has(role.value - 1))
    return `user \`${userName}\` may not have role \`${roleName}\``;
  if (db.mls && levels.length === 0) return "it needs a level";
  return db.mls
    ? `the level \`${levels.join(":")}\` is unknown or not the user's`
    : "the policy has no levels";
}

/** Which statement gives the label; kernels take the first port, the longest path, the first fs_use of a type. */
function winnerText(db: PolicyDb, file: SourceFile, node: number, own: Context): string | undefined {
  const { tree } = file;
  const names = childrenOf(tree, node)
    .filter((child) => tree.kind[child] !== N_GENCONTEXT && tree.kind[child] !== N_CONTEXT)
    .map((child) => textOf(tree, child));
  if (tree.kind[node] === N_PORTCON) return portWinner(db, names, own);
  return tree.kind[node] === N_FSUSE ? fsUseWinner(db, names[0] ?? "", own) : genfsWinner(db, names, own);
}

function fsUseWinner(db: PolicyDb, fstype: string, own: Context): string {
  const { index, context } = fsLabelling(db, fstype);
  if (index >= 0 && context !== undefined && contextsEqual(context, own))
    return `This statement labels filesystems of type ${fstype}.`;
  const winner = context === undefined ? "none" : `the one with \`${printContext(db, context)}\``;
  return `**Another fs_use comes first** for ${fstype}: ${winner}.`;
}

function portWinner(
  db: PolicyDb,
  [name = "", low = "", high = low]: readonly string[],
  own: Context,
): string | undefined {
  const protocol = PORT_PROTOCOLS[name];
  if (protocol === undefined || !/^\d+$/.test(low) || !/^\d+$/.test(high)) return undefined;
  const others = new Map<number, number[]>();
  for (let port = Number(low); port <= Math.min(Number(high), 0xffff); port++) {
    const { index } = portContext(db, protocol, port);
    const entry = db.ocontexts.ports[index];
    const isOwn =
      entry?.low === Number(low) && entry.high === Number(high) && contextsEqual(entry.context, own);
    if (!isOwn) others.set(index, [...(others.get(index) ?? []), port]);
  }
  const range = low === high ? `${name} ${low}` : `${name} ${low}-${high}`;
  if (others.size === 0) return `This portcon gives the label of ${range}.`;
  const lines = [...others].map(([index, ports]) => {
    const entry = db.ocontexts.ports[index];
    const span = ports.length === 1 ? String(ports[0]) : `${ports[0]}-${ports.at(-1)}`;
    return entry === undefined
      ? `- ${span}: the initial SID of ports`
      : `- ${span}: \`portcon ${name} ${entry.low}${entry.high === entry.low ? "" : `-${entry.high}`} ${printContext(db, entry.context)}\``;
  });
  return `**Another portcon comes first** for some of ${range}:\n${lines.join("\n")}`;
}

function genfsWinner(
  db: PolicyDb,
  [fstype = "", given = "", letter]: readonly string[],
  own: Context,
): string {
  const path = given.replace(/^"|"$/g, "");
  const tclass =
    letter === undefined ? 0 : db.classes.valueOf(GENFS_CLASSES[letter.replace("-", "")] ?? letter);
  const { entry } = genfsLabel(db, fstype, path, tclass);
  const below = db.genfs
    .find((genfs) => genfs.fstype === fstype)
    ?.entries.filter((other) => other.path.startsWith(path) && other.path !== path).length;
  const more =
    below === undefined || below === 0
      ? ""
      : ` ${below} longer ${below === 1 ? "path decides" : "paths decide"} for what lies below.`;
  if (entry !== undefined && entry.path === path && contextsEqual(entry.context, own))
    return `This genfscon gives the label of \`${path}\` on ${fstype}.${more}`;
  const winner =
    entry === undefined
      ? "no genfscon"
      : `\`genfscon ${fstype} ${entry.path} ${printContext(db, entry.context)}\``;
  return `**Another statement decides** about \`${path}\` on ${fstype}: ${winner}.${more}`;
}

const GENFS_CLASSES: Readonly<Record<string, string>> = {
  b: "blk_file",
  c: "chr_file",
  d: "dir",
  p: "fifo_file",
  l: "lnk_file",
  s: "sock_file",
};
