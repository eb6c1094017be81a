// What rules make of types, in one pass over them: whose program may be entered, into what a process may change, what
// may be stored on a filesystem. Flags by the value of a type or attribute as rules name it.

import type { Compiled } from "../../compiler/face.ts";
import { AVTAB_ALLOWED, AVTAB_TRANSITION } from "../../policydb/avtab.ts";
import { type PolicyDb, permissionValue } from "../../policydb/policydb.ts";
import type { CheckContext, Preparation } from "../check.ts";
import { inOne } from "../shared.ts";

/** A file is its entry point. */
export const ENTERED = 1;
/** Another domain may change into it. */
export const REACHED = 2;
/** The same without running a program, or the kernel acts in its name. */
export const ENTERED_OTHERWISE = 4;
/** A type_transition leads to it. */
export const NAMED_BY_TRANSITION = 8;
/** It has rules about itself as a process. */
export const ACTS = 16;
/** It may be on a filesystem. */
export const ASSOCIATED = 32;
/** Files get it when they are made. */
export const STORED = 64;

export interface TypeUses {
  /** flags of the rules that name a type itself */
  own(type: number): number;
  /** those and the ones of its attributes */
  all(type: number): number;
}

const KEY = "access.typeUses";
/** Rules that are looked at in one step. */
const STEP = 16_384;
/** Classes of what lies on a disk; pipes and sockets also live without a name. */
const STORED_CLASSES = ["file", "dir", "lnk_file", "chr_file", "blk_file"];

/** The uses of a policy's types. */
export function typeUses(context: CheckContext): TypeUses {
  return context.shared(KEY, () => inOne(findUses(context.compiled)));
}

/** Looks at the rules in steps. */
export const prepareTypeUses: Preparation = (context) =>
  context.prepare(KEY, () => findUses(context.compiled));

/** What a permission of a class means for the source and the target of a rule that grants it. */
interface Meaning {
  readonly mask: number;
  readonly source: number;
  readonly target: number;
}

function* findUses({ db }: Compiled): Generator<void, TypeUses> {
  const { avtab, typeAttrMap } = db;
  const flags: number[] = [];
  const meanings = meaningsOf(db);
  const process = db.classes.get("process")?.value ?? 0;
  const stored = new Set(STORED_CLASSES.map((name) => db.classes.get(name)?.value ?? 0));
  const mark = (type: number, flag: number): void => {
    flags[type] = (flags[type] ?? 0) | flag;
  };
  for (let entry = 0; entry < avtab.length; entry++) {
    if (entry % STEP === 0) yield;
    const tclass = avtab.tclass[entry] as number;
    const kind = avtab.specified[entry];
    const data = avtab.data[entry] as number;
    if (kind === AVTAB_TRANSITION) {
      if (tclass === process) mark(data, NAMED_BY_TRANSITION);
      else if (stored.has(tclass)) mark(data, STORED);
      continue;
    }
    const known = meanings[tclass];
    if (known === undefined || kind !== AVTAB_ALLOWED) continue;
    const source = avtab.source(entry);
    const target = avtab.target(entry);
    if (tclass === process && source === target) mark(source, ACTS);
    for (const meaning of known)
      if ((data & meaning.mask) !== 0) {
        // A process that may change into itself goes nowhere.
        if (tclass === process && source === target) continue;
        mark(source, meaning.source);
        mark(target, meaning.target);
      }
  }
  return {
    own: (type) => flags[type] ?? 0,
    all: (type) => {
      let found = flags[type] ?? 0;
      typeAttrMap[type]?.forEach((bit) => {
        found |= flags[bit + 1] ?? 0;
      });
      return found;
    },
  };
}

/** By class. */
function meaningsOf(db: PolicyDb): readonly (readonly Meaning[] | undefined)[] {
  const found: Meaning[][] = [];
  const add = (tclass: string, permission: string, source: number, target: number): void => {
    const datum = db.classes.get(tclass);
    const value = datum === undefined ? 0 : permissionValue(datum, permission);
    if (datum === undefined || value === 0) return;
    const list = found[datum.value];
    const meaning = { mask: 1 << (value - 1), source, target };
    if (list === undefined) found[datum.value] = [meaning];
    else list.push(meaning);
  };
  // Object managers of user space have entry points of their own classes.
  for (const { name } of db.classes) add(name, "entrypoint", ENTERED, 0);
  for (const name of STORED_CLASSES) add(name, "create", 0, STORED);
  add("process", "transition", 0, REACHED);
  add("process", "dyntransition", 0, REACHED | ENTERED_OTHERWISE);
  add("kernel_service", "use_as_override", 0, ENTERED_OTHERWISE);
  add("filesystem", "associate", ASSOCIATED, 0);
  return found;
}
