// Names of a policy test file, looked up in the policy: sets of types with their attributes expanded, classes,
// permissions (through the macros of permission and class sets, when they are nothing but names). What is not there
// becomes a problem at its place; evaluation goes on with the rest to find all of them.

import type { NameSet, SetItem, Word } from "../../../grammar/policyTest/syntax.ts";
import type { Compiled } from "../../compiler/face.ts";
import { type ClassDatum, type PolicyDb, permissionValue } from "../../policydb/policydb.ts";
import type { NameProblem } from "./facts.ts";

/** How far macros lead to macros. */
const DEEPEST = 20;

/** Types that a set stands for. */
export interface TypeSet {
  /** by type value */
  readonly has: Uint8Array;
  readonly values: readonly number[];
  /** `self`: each source with itself; −1: no source with itself */
  readonly self: 1 | 0 | -1;
}

export interface ClassPermissions {
  readonly datum: ClassDatum;
  readonly mask: number;
}

/** Looks names up and gathers what is wrong with them. */
export class NameReader {
  readonly problems: NameProblem[] = [];
  private readonly db: PolicyDb;
  private readonly compiled: Compiled | undefined;

  constructor(db: PolicyDb, compiled: Compiled | undefined) {
    this.db = db;
    this.compiled = compiled;
  }

  /** A set of types; attributes stand for their members. `self` only where it is `allowed`. */
  types(set: NameSet, isSelfAllowed = false): TypeSet {
    const { db } = this;
    const has = new Uint8Array(db.types.nprim + 1);
    const marks = (item: SetItem, mark: 0 | 1) => this.markTypes(item, has, mark);
    let self: TypeSet["self"] = 0;
    for (const item of set.items) {
      if (item.text !== "self") {
        if (!item.isExcluded) marks(item, 1);
        continue;
      }
      if (!isSelfAllowed) this.problem("misplaced", "type", item);
      self = item.isExcluded ? -1 : 1;
    }
    for (const item of set.items) if (item.isExcluded && item.text !== "self") marks(item, 0);
    if (set.isComplement) {
      for (const { value, isAttribute } of db.types)
        has[value] = isAttribute ? 0 : 1 - (has[value] as number);
      self = self === 0 ? 0 : self === 1 ? -1 : 1;
    }
    const values: number[] = [];
    for (let value = 1; value < has.length; value++) if (has[value] === 1) values.push(value);
    return { has, values, self };
  }

  private markTypes(item: SetItem, has: Uint8Array, mark: 0 | 1): void {
    const { db } = this;
    if (item.text === "*") {
      for (const { value, isAttribute } of db.types) if (!isAttribute) has[value] = mark;
      return;
    }
    const datum = db.types.get(item.text);
    if (datum === undefined) this.problem("unknown", "type", item);
    else if (!datum.isAttribute) has[datum.value] = mark;
    else
      db.attrTypeMap[datum.value]?.forEach((bit) => {
        if (db.types.at(bit + 1)?.isAttribute === false) has[bit + 1] = mark;
      });
  }

  /** One type, no attribute; 0 when it is none. */
  type(word: Word): number {
    const datum = this.db.types.get(word.text);
    if (datum === undefined) this.problem("unknown", "type", word);
    else if (datum.isAttribute) this.problem("attribute", "type", word);
    return datum === undefined || datum.isAttribute ? 0 : datum.value;
  }

  /** One role; 0 when it is none. */
  role(word: Word): number {
    const datum = this.db.roles.get(word.text);
    if (datum === undefined) this.problem("unknown", "role", word);
    else if (datum.isAttribute === true) this.problem("attribute", "role", word);
    return datum === undefined || datum.isAttribute === true ? 0 : datum.value;
  }

  /** The classes of a set, each with the permissions that are asked about. */
  classPermissions(classSet: NameSet, permissionSet: NameSet): readonly ClassPermissions[] {
    const classes = this.classes(classSet);
    const named = new Set(classSet.isComplement ? [] : classSet.items.map((item) => item.text));
    const masks = new Map(classes.map((datum) => [datum, 0]));
    for (const item of [...permissionSet.items].sort((a, b) => Number(a.isExcluded) - Number(b.isExcluded)))
      for (const [datum, mask] of this.permissionMasks(item, classes, named))
        masks.set(datum, item.isExcluded ? (masks.get(datum) ?? 0) & ~mask : (masks.get(datum) ?? 0) | mask);
    return classes
      .map((datum) => {
        const mask = masks.get(datum) ?? 0;
        return { datum, mask: permissionSet.isComplement ? ~mask & allOf(datum) : mask };
      })
      .filter(({ mask }) => mask !== 0);
  }

  private classes(set: NameSet): readonly ClassDatum[] {
    const { db } = this;
    const found = (excluded: boolean) =>
      new Set(
        set.items.filter((item) => item.isExcluded === excluded).flatMap((item) => this.classesOf(item)),
      );
    const included = found(false);
    const excluded = found(true);
    const isIn = (datum: ClassDatum) => included.has(datum) && !excluded.has(datum);
    return [...db.classes].filter((datum) => isIn(datum) !== set.isComplement);
  }

  private classesOf(item: SetItem): readonly ClassDatum[] {
    const { db } = this;
    if (item.text === "*") return [...db.classes];
    const datum = db.classes.get(item.text);
    if (datum !== undefined) return [datum];
    const names = this.macroNames(item.text);
    const classes = names?.flatMap((name) => db.classes.get(name) ?? []) ?? [];
    if (classes.length === 0) this.problem("unknown", "class", item);
    return classes;
  }

  /** What one permission means for each class. Classes that are named have to have it, unless a macro brings it. */
  private permissionMasks(
    item: SetItem,
    classes: readonly ClassDatum[],
    named: ReadonlySet<string>,
  ): readonly (readonly [ClassDatum, number])[] {
    if (item.text === "*") return classes.map((datum) => [datum, allOf(datum)]);
    const maskOf = (datum: ClassDatum, name: string) => {
      const value = permissionValue(datum, name);
      return value === 0 ? 0 : 1 << (value - 1);
    };
    const own = classes.map((datum) => [datum, maskOf(datum, item.text)] as const);
    if (own.some(([, mask]) => mask !== 0) || classes.length === 0) {
      const lacking = own.find(([datum, mask]) => mask === 0 && named.has(datum.name));
      if (lacking !== undefined) this.problem("unknown", "permission", item, lacking[0].name);
      return own;
    }
    const names = this.macroNames(item.text) ?? [];
    const masks = classes.map(
      (datum) => [datum, names.reduce((mask, name) => mask | maskOf(datum, name), 0)] as const,
    );
    if (masks.every(([, mask]) => mask === 0)) this.problem("unknown", "permission", item, classes[0]?.name);
    return masks;
  }

  /** The names that a macro stands for; undefined when it is none or more than names. */
  private macroNames(name: string, depth = 0): readonly string[] | undefined {
    const macro = depth > DEEPEST ? undefined : this.compiled?.macro(name);
    if (macro === undefined || macro.kind !== "macro" || !/^[\s{}`'\w]*$/.test(macro.body)) return undefined;
    const words = macro.body.match(/\w+/g) ?? [];
    return words.flatMap((word) => this.macroNames(word, depth + 1) ?? [word]);
  }

  problem(kind: NameProblem["kind"], what: NameProblem["what"], at: Word, owner?: string): void {
    const { text: name, start, end } = at;
    this.problems.push({ kind, what, name, start, end, ...(owner === undefined ? {} : { owner }) });
  }
}

function allOf(datum: ClassDatum): number {
  return datum.nperms >= 32 ? -1 : (1 << datum.nperms) - 1;
}
