// Bounds of users, roles and types (policydb_bounds_sanity_check of security/selinux/ss/policydb.c): chains end
// within a few steps, nothing is bounded by an attribute, and a bounded user or role has nothing that its parent
// lacks. Whether a bounded type may more than its parent is decided at run time, not here.

import type { Ebitmap } from "../ebitmap.ts";
import type { SymbolDatum, Symtab } from "../symtab.ts";
import { isDeclared, type ReadState, SYM_ROLES, SYM_SINGULAR, SYM_TYPES, SYM_USERS } from "./state.ts";

/** A chain may have at most three ancestors (POLICYDB_BOUNDS_MAXDEPTH is 4). */
const MAX_ANCESTORS = 3;

interface Bounded extends SymbolDatum {
  readonly bounds: number;
}

/** Fails where bounds are not sound. */
export function checkBounds(s: ReadState): void {
  const { users, roles, types } = s.db;
  s.c.enter("bounds");
  checkTable(s, SYM_USERS, users, (user) => user.roles);
  checkTable(s, SYM_ROLES, roles, (role) => role.types);
  checkTable(s, SYM_TYPES, types, () => undefined);
  for (const type of types) {
    if (type.bounds === 0 || !s.c.ok) continue;
    if (type.isAttribute) s.c.fail(`attribute ${type.name} is bounded`);
    else if (types.at(type.bounds)?.isAttribute) s.c.fail(`type ${type.name} is bounded by an attribute`);
  }
}

function checkTable<T extends Bounded>(
  s: ReadState,
  table: number,
  symtab: Symtab<T>,
  contentOf: (datum: T) => Ebitmap | undefined,
): void {
  const kind = SYM_SINGULAR[table];
  for (const datum of symtab) {
    let upper: T = datum;
    for (let depth = 0; upper.bounds !== 0 && s.c.ok; depth++) {
      const parent = isDeclared(s, table, upper.bounds) ? symtab.at(upper.bounds) : undefined;
      if (parent === undefined) {
        s.c.fail(`${kind} ${upper.name} is bounded by ${upper.bounds}, which the policy does not define`);
        return;
      }
      if (depth === MAX_ANCESTORS) {
        s.c.fail(`${kind} ${datum.name} has too many bounds above it, or they form a loop`);
        return;
      }
      const own = contentOf(datum);
      if (own !== undefined && contentOf(parent)?.contains(own) !== true)
        s.c.fail(`${kind} ${datum.name} has more than its bounds ${parent.name}`);
      upper = parent;
    }
  }
}
