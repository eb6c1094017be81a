// An empty policy database, ready to be filled by the binary reader or the compiler.

import { Avtab } from "./avtab.ts";
import { Ebitmap } from "./ebitmap.ts";
import { HANDLE_UNKNOWN_DENY, type PolicyDb } from "./policydb.ts";
import { Symtab } from "./symtab.ts";

/** Makes an empty policy. `expectedRules` sizes the avtab; it grows beyond it. */
export function createPolicyDb(expectedRules = 1024): PolicyDb {
  return {
    generation: 0,
    version: 33,
    mls: false,
    handleUnknown: HANDLE_UNKNOWN_DENY,
    polcaps: new Ebitmap(),
    permissive: new Ebitmap(),
    neveraudit: new Ebitmap(),
    commons: new Symtab(),
    classes: new Symtab(),
    roles: new Symtab(),
    types: new Symtab(),
    users: new Symtab(),
    bools: new Symtab(),
    sens: new Symtab(),
    cats: new Symtab(),
    avtab: new Avtab(expectedRules),
    conditionals: [],
    roleTransitions: [],
    roleAllows: [],
    filenameTransitions: [],
    rangeTransitions: [],
    ocontexts: {
      initialSids: [],
      fs: [],
      ports: [],
      netifs: [],
      nodes: [],
      fsUses: [],
      nodes6: [],
      ibPkeys: [],
      ibEndPorts: [],
    },
    genfs: [],
    typeAttrMap: [],
    attrTypeMap: [],
  };
}
