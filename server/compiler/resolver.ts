// From values to symbols: which types, attributes, classes and permissions a set in a rule names. Macros inside sets
// (read_file_perms, dir_file_class_set) are expanded here; `-`, `~`, `*` and self are told apart as checkpolicy's
// set_types does. Answers are remembered by value; forgetting is by kind of change (macros, declarations, membership).

import { N_SET, N_WORDS } from "../../grammar/syntax/kinds.ts";
import type { Words } from "../../grammar/text/words.ts";
import { Ebitmap } from "../policydb/ebitmap.ts";
import { type ClassDatum, type PolicyDb, permissionsOf, permissionValue } from "../policydb/policydb.ts";
import { Memo } from "./memo.ts";
import type { Substitution } from "./substitution.ts";
import { UNIT_DEFINE, type Units } from "./units.ts";
import { ITEM_STAR, ITEM_TILDE, isMark, type Values } from "./values.ts";

/** A set with its macros expanded. */
export interface FlatSet {
  /** plain and minus items (values.ts), in order */
  readonly items: readonly number[];
  readonly star: boolean;
  readonly tilde: boolean;
}

/** A set of types as a rule means it. */
export interface TypeNames {
  /** type and attribute values, as written */
  readonly plain: readonly number[];
  readonly minus: readonly number[];
  readonly star: boolean;
  readonly tilde: boolean;
  readonly self: boolean;
  readonly minusSelf: boolean;
  /** words that nothing declares */
  readonly unknown: readonly number[];
  /** nothing but declared names, and maybe self: any rule can use it */
  readonly isClean: boolean;
}

/** A set of classes, and the names that no class has. */
export interface ClassNames {
  readonly values: readonly number[];
  readonly unknown: readonly number[];
}

/** What a permission set means for a class. */
export interface PermissionSet {
  readonly mask: number;
  /** names that the class does not have */
  readonly unknown: readonly number[];
  /** written as everything but these */
  readonly tilde: boolean;
}

/** Macros in sets may nest this deep. */
const MAX_DEPTH = 300;

const CLASS_PERMS = /^all_(.+)_perms$/;

/** Resolves sets against one policy. */
export class Resolver {
  private readonly words: Words;
  private readonly values: Values;
  private readonly units: Units;
  private readonly substitution: Substitution;
  private readonly db: PolicyDb;
  private readonly definition: (word: number) => string | undefined;
  private readonly typeOfWord: (word: number) => number;
  private readonly flats = new Memo<FlatSet>();
  private readonly typeSets = new Memo<TypeNames>();
  private readonly expandedSets = new Memo<Uint16Array>();
  private readonly classSets = new Memo<ClassNames>();
  /** by permission set, then by class */
  private readonly masks = new Memo<Memo<PermissionSet>>();
  private allTypes: Ebitmap | undefined;
  /** attributes that rules get the members of (expandattribute), by value */
  expandedAttributes: ReadonlySet<number> = new Set();
  readonly selfWord: number;

  constructor(parts: {
    readonly words: Words;
    readonly values: Values;
    readonly units: Units;
    readonly substitution: Substitution;
    readonly db: PolicyDb;
    readonly definition: (word: number) => string | undefined;
    readonly typeOfWord: (word: number) => number;
  }) {
    this.words = parts.words;
    this.values = parts.values;
    this.units = parts.units;
    this.substitution = parts.substitution;
    this.db = parts.db;
    this.definition = parts.definition;
    this.typeOfWord = parts.typeOfWord;
    this.selfWord = parts.words.intern("self");
  }

  forgetMacros(): void {
    this.flats.clear();
    this.forgetClasses();
    this.forgetTypes();
  }

  /** Forgets every set that names one of these macros; gives a test of values for it. */
  forgetSets(names: ReadonlySet<number>): (value: number) => boolean {
    const { values } = this;
    const lists = new Uint8Array(values.lists);
    const forget = (value: number): void => {
      this.flats.delete(value);
      this.typeSets.delete(value);
      this.expandedSets.delete(value);
      this.classSets.delete(value);
      this.masks.delete(value);
    };
    for (const name of names) forget(name);
    for (let list = 0; list < lists.length; list++)
      if (values.items(~list).some((item) => names.has(item >> 2))) {
        lists[list] = 1;
        forget(~list);
      }
    return (value) => (value >= 0 ? names.has(value) : lists[~value] === 1);
  }

  forgetClasses(): void {
    this.classSets.clear();
    this.masks.clear();
  }

  forgetTypes(): void {
    this.typeSets.clear();
    this.expandedSets.clear();
    this.allTypes = undefined;
  }

  forgetMembership(): void {
    this.expandedSets.clear();
  }

  /** True when any set that was ever used names one of these words, or (maybe) expands one of these attributes. */
  mentions(words: ReadonlySet<number>, attributes: ReadonlySet<number>): boolean {
    if (attributes.size > 0) return true;
    let found = false;
    this.flats.forEach((flat) => {
      found ||= flat.items.some((item) => words.has(item >> 2));
    });
    return found;
  }

  flat(value: number): FlatSet {
    let flat = this.flats.get(value);
    if (flat === undefined) {
      const into = { items: [] as number[], star: false, tilde: false };
      this.flatten(value, into, 0, undefined);
      flat = into;
      this.flats.set(value, flat);
    }
    return flat;
  }

  private flatten(
    value: number,
    into: { items: number[]; star: boolean; tilde: boolean },
    depth: number,
    done: Set<number> | undefined,
  ): void {
    const items = value > 0 ? [value << 2] : this.values.items(value);
    for (const item of items) {
      if (item === ITEM_STAR) into.star = true;
      else if (item === ITEM_TILDE) into.tilde = true;
      else if (isMark(item)) continue;
      else {
        const word = item >> 2;
        const body = depth < MAX_DEPTH ? this.macroBody(word) : undefined;
        if (body === undefined) into.items.push(item);
        else if (body !== 0 && done?.has(word) !== true) {
          // A macro named twice adds nothing, and macros that name each other twice would be 2^depth items.
          const expanded = done ?? new Set<number>();
          this.flatten(body, into, depth + 1, expanded);
          expanded.add(word);
        }
      }
    }
  }

  /** The value of a macro that is a set or list of names; undefined when the word is no such macro. */
  private macroBody(word: number): number | undefined {
    const unit = this.units.macro(word);
    if (unit?.kind === UNIT_DEFINE) {
      if (unit.body < 0) return 0;
      const body = unit.node + unit.body;
      const kind = unit.tree.kind[body];
      return kind === N_SET || kind === N_WORDS ? this.substitution.set(unit.tree, body, []) : undefined;
    }
    const text = this.definition(word);
    if (text !== undefined) return text === "" ? 0 : this.words.intern(text);
    return this.generatedSet(word);
  }

  /** all_<class>_perms and the class sets that genclassperms.py writes from the flask files. */
  private generatedSet(word: number): number | undefined {
    const text = this.words.text(word);
    const match = CLASS_PERMS.exec(text);
    if (match === null) return undefined;
    const datum = this.db.classes.get(match[1] as string);
    if (datum === undefined) return undefined;
    return this.values.of([...permissionsOf(datum).keys()].map((name) => this.words.intern(name) << 2));
  }

  types(value: number): TypeNames {
    const known = this.typeSets.get(value);
    if (known !== undefined) return known;
    const flat = this.flat(value);
    const plain: number[] = [];
    const minus: number[] = [];
    const unknown: number[] = [];
    let self = false;
    let minusSelf = false;
    for (const item of flat.items) {
      const isMinus = (item & 1) !== 0;
      const word = item >> 2;
      if (word === this.selfWord) {
        if (isMinus) minusSelf = true;
        else self = true;
        continue;
      }
      const type = this.typeOfWord(word);
      if (type === 0) unknown.push(word);
      else if (isMinus) minus.push(type);
      else if (!plain.includes(type)) plain.push(type);
    }
    const { star, tilde } = flat;
    const isClean = !star && !tilde && !minusSelf && unknown.length === 0;
    const names: TypeNames = { plain, minus, star, tilde, self, minusSelf, unknown, isClean };
    this.typeSets.set(value, names);
    return names;
  }

  /** True when a rule's use of the set depends on who is in an attribute. */
  needsExpansion(names: TypeNames): boolean {
    return names.minus.length > 0 || names.star || names.tilde;
  }

  /** True when a rule gets the members of some of the attributes that a set names, and the others as they stand. */
  isPartlyExpanded(names: TypeNames): boolean {
    const { expandedAttributes } = this;
    return expandedAttributes.size > 0 && names.plain.some((type) => expandedAttributes.has(type));
  }

  /** What a set means in a rule that keeps attributes: type and attribute values (type_set_expand without alwaysexpand). */
  symbolic(value: number): readonly number[] | Uint16Array {
    const names = this.types(value);
    if (this.needsExpansion(names)) return this.expanded(value);
    if (!this.isPartlyExpanded(names)) return names.plain;
    const chosen = new Ebitmap(this.db.types.nprim);
    for (const type of names.plain) {
      const members = this.expandedAttributes.has(type) ? this.db.attrTypeMap[type] : undefined;
      if (members !== undefined) chosen.addAll(members);
      else if (!this.expandedAttributes.has(type)) chosen.add(type - 1);
    }
    return chosen.toArray().map((bit) => bit + 1);
  }

  /** The concrete types of a set, ascending (type_set_expand with alwaysexpand). */
  expanded(value: number): Uint16Array {
    const known = this.expandedSets.get(value);
    if (known !== undefined) return known;
    const members = this.members(value);
    const types = new Uint16Array(members.size());
    let at = 0;
    members.forEach((bit) => {
      types[at++] = bit + 1;
    });
    this.expandedSets.set(value, types);
    return types;
  }

  /** The same as a set of bits (value - 1), made for the caller. */
  members(value: number): Ebitmap {
    const names = this.types(value);
    const { db } = this;
    const members = new Ebitmap(db.types.nprim);
    for (const type of names.plain) {
      const set = db.attrTypeMap[type];
      if (set !== undefined) members.addAll(set);
    }
    if (names.tilde || names.star) {
      // `~` is everything but the set; what the set takes out with `-` is in again.
      const all = this.everyType();
      if (names.tilde && !names.star) members.words = all.clone().deleteAll(members).words;
      else members.addAll(all);
    }
    if (names.minus.length > 0) {
      const out = new Ebitmap(db.types.nprim);
      for (const type of names.minus) {
        const set = db.attrTypeMap[type];
        if (set !== undefined) out.addAll(set);
      }
      if (names.tilde && !names.star) members.addAll(out);
      else members.deleteAll(out);
    }
    return members;
  }

  private everyType(): Ebitmap {
    if (this.allTypes !== undefined) return this.allTypes;
    const all = new Ebitmap(this.db.types.nprim);
    for (const datum of this.db.types) if (!datum.isAttribute) all.add(datum.value - 1);
    this.allTypes = all;
    return all;
  }

  classes(value: number): ClassNames {
    let known = this.classSets.get(value);
    if (known === undefined) {
      const values: number[] = [];
      const unknown: number[] = [];
      for (const item of this.flat(value).items) {
        const number = this.db.classes.valueOf(this.words.text(item >> 2));
        if (number === 0) unknown.push(item >> 2);
        else if (!values.includes(number)) values.push(number);
      }
      known = { values, unknown };
      this.classSets.set(value, known);
    }
    return known;
  }

  /** The access vector that a permission set means for a class, and the names that the class does not have. */
  permissions(value: number, tclass: number): PermissionSet {
    let byClass = this.masks.get(value);
    if (byClass === undefined) {
      byClass = new Memo();
      this.masks.set(value, byClass);
    }
    let known = byClass.get(tclass);
    if (known === undefined) {
      known = this.maskOf(this.flat(value), this.db.classes.at(tclass) as ClassDatum);
      byClass.set(tclass, known);
    }
    return known;
  }

  private maskOf(flat: FlatSet, datum: ClassDatum): PermissionSet {
    if (flat.star) return { mask: fullMask(datum), unknown: [], tilde: false };
    let mask = 0;
    const unknown: number[] = [];
    for (const item of flat.items) {
      const bit = permissionValue(datum, this.words.text(item >> 2));
      if (bit === 0) unknown.push(item >> 2);
      else mask |= 1 << (bit - 1);
    }
    return { mask: (flat.tilde ? ~mask & fullMask(datum) : mask) >>> 0, unknown, tilde: flat.tilde };
  }
}

function permissionBits(permissions: ReadonlyMap<string, number>): number {
  let mask = 0;
  permissions.forEach((value) => {
    mask |= 1 << (value - 1);
  });
  return mask;
}

/** Every permission of a class. */
export function fullMask(datum: ClassDatum): number {
  const own = permissionBits(datum.perms);
  return (datum.common === undefined ? own : own | permissionBits(datum.common.perms)) >>> 0;
}
