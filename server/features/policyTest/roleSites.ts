// Where the rules of roles stand: `allow ROLE ROLE` and `role ROLE types …`. The policy keeps no origins for them, so
// the sources are searched, which is done only for an assertion that fails. In the body of a macro a parameter is
// every word that callers give it.

import { N_ROLEALLOW, N_ROLETYPES } from "../../../grammar/syntax/kinds.ts";
import { endOf, startOf } from "../../../grammar/syntax/tree.ts";
import type { RelatedSite } from "../../compiler/face.ts";
import type { Snapshot, SourceFile } from "../../workspace/snapshot.ts";
import { childrenOf } from "../children.ts";
import { namesOf } from "../effective.ts";

/** Statements that are named for one step. */
const MOST_SITES = 2;

/** Statements that let one role follow another. */
export function roleAllowSites(snapshot: Snapshot, from: string, to: string): RelatedSite[] {
  return sitesOf(snapshot, N_ROLEALLOW, `allow ${from} ${to};`, (names) => {
    const [sources, targets] = names;
    return sources?.().includes(from) === true && targets?.().includes(to) === true;
  });
}

/** Statements that give a role a type, by its name or an attribute's. */
export function roleTypesSites(snapshot: Snapshot, role: string, type: string): RelatedSite[] {
  const { db } = snapshot.compiled;
  const value = db.types.valueOf(type);
  const attributes = db.typeAttrMap[value];
  const holds = (name: string) => name === type || attributes?.has(db.types.valueOf(name) - 1) === true;
  const isRole = (name: string) => {
    const datum = db.roles.get(name);
    return name === role || (datum?.isAttribute === true && datum.types.has(value - 1));
  };
  return sitesOf(snapshot, N_ROLETYPES, `role ${role} types ${type};`, (names) => {
    const [roles, types] = names;
    return roles?.().some(isRole) === true && types?.().some(holds) === true;
  });
}

function sitesOf(
  snapshot: Snapshot,
  kind: number,
  what: string,
  fits: (names: readonly (() => readonly string[])[]) => boolean,
): RelatedSite[] {
  const found: RelatedSite[] = [];
  const view = { snapshot, encoding: "utf-16", uriOf: (path: string) => path } as const;
  const enabled = new Set(
    snapshot.compiled
      .sources()
      .filter((source) => source.enabled || source.role === "if")
      .map((source) => source.id),
  );
  const consider = (file: SourceFile, node: number): void => {
    const { tree } = file;
    const names = childrenOf(tree, node).map((child) => () => namesOf(view, file, child));
    if (fits(names))
      found.push({
        file: file.id,
        start: startOf(tree, node),
        end: endOf(tree, node),
        message: `a statement that says so: ${what}`,
      });
  };
  for (const file of snapshot.files()) {
    if (!enabled.has(file.id)) continue;
    const { tree } = file;
    for (let node = 0; node < tree.count && found.length < MOST_SITES; node++)
      if (tree.kind[node] === kind) consider(file, node);
  }
  return found;
}
