// Types, attributes, aliases and membership: which names are declared by active blocks, under which values, and who
// is in which attribute. Values are given once and stay with their name, so an edit that removes and re-adds a
// declaration changes no other value. Counts make removal exact: a name is declared while any active block says so.

import { SYM_ATTRIBUTE, SYM_TYPE } from "../../grammar/syntax/kinds.ts";
import type { Words } from "../../grammar/text/words.ts";
import { Ebitmap } from "../policydb/ebitmap.ts";
import type { PolicyDb } from "../policydb/policydb.ts";
import { SYM_ALIAS } from "./code.ts";
import { IntPool } from "./intPool.ts";

/** Most types and attributes a policy can have: avtab keys hold 16 bits. */
export const MAX_TYPES = 65535;

const KIND_NONE = 0;
const KIND_TYPE = 1;
const KIND_ATTRIBUTE = 2;

interface TypeState {
  types: number;
  attributes: number;
  /** requires that stand for a declaration (modular builds) */
  requiredTypes: number;
  requiredAttributes: number;
  /** alias declarations: primary words */
  aliasOf: number[];
}

/** The type namespace. */
export class TypeSymbols {
  private readonly db: PolicyDb;
  private readonly words: Words;
  private readonly states = new Map<number, TypeState>();
  /** words that are declared more than once in some way */
  private readonly several = new Set<number>();
  /** aliases of what cannot have any; undefined after an alias or the meaning of a name has changed */
  private bad: readonly number[] | undefined;
  /** words that are an alias now: few of many */
  private readonly aliasWords = new Set<number>();
  /** declared words that found no value left */
  private readonly overflowing = new Set<number>();
  private readonly given = new Map<number, number>();
  private nextValue = 1;
  /** declared value by word, aliases resolved; 0 = not declared */
  private readonly current = new IntPool(4096);
  private members = new Map<number, Ebitmap>();
  /** what the database's maps know a value as: KIND_* */
  private readonly written = new IntPool(4096);

  constructor(db: PolicyDb, words: Words) {
    this.db = db;
    this.words = words;
  }

  /** Values given so far, names that are gone included. */
  get valuesGiven(): number {
    return this.nextValue - 1;
  }

  /** The value that a word names, aliases resolved; 0 when nothing declares it. */
  readonly valueOf = (word: number): number =>
    word < this.current.length ? (this.current.at[word] as number) : 0;

  /** Counts a declaration in (delta 1) or out (delta -1). */
  count(symbol: number, word: number, extra: number, required: boolean, delta: number): void {
    let state = this.states.get(word);
    if (state === undefined) {
      state = { types: 0, attributes: 0, requiredTypes: 0, requiredAttributes: 0, aliasOf: [] };
      this.states.set(word, state);
    }
    if (symbol === SYM_TYPE) {
      if (required) state.requiredTypes += delta;
      else state.types += delta;
    } else if (symbol === SYM_ATTRIBUTE) {
      if (required) state.requiredAttributes += delta;
      else state.attributes += delta;
    } else if (symbol === SYM_ALIAS) {
      if (delta > 0) state.aliasOf.push(extra);
      else state.aliasOf.splice(state.aliasOf.indexOf(extra), 1);
      if (state.aliasOf.length > 0) this.aliasWords.add(word);
      else this.aliasWords.delete(word);
      this.bad = undefined;
    }
    if (state.types + state.attributes + state.aliasOf.length > 1) this.several.add(word);
    else this.several.delete(word);
  }

  /** Brings the database in line with the counts of these words; returns the words whose meaning changed. */
  refresh(words: Iterable<number>): Set<number> {
    const changed = new Set<number>();
    const aliases: number[] = [];
    for (const word of words) {
      const state = this.states.get(word);
      if (state === undefined) continue;
      const isType = state.types > 0 || (state.requiredTypes > 0 && state.attributes === 0);
      const isAttribute = !isType && (state.attributes > 0 || state.requiredAttributes > 0);
      if (isType || isAttribute) {
        if (this.declare(word, isAttribute)) changed.add(word);
      } else if (state.aliasOf.length > 0) aliases.push(word);
      else if (this.undeclare(word)) changed.add(word);
    }
    for (const word of aliases) {
      const primary = this.valueOf((this.states.get(word) as TypeState).aliasOf[0] as number);
      if (this.valueOf(word) === primary) continue;
      const own = this.given.get(word);
      if (own !== undefined && this.valueOf(word) === own) this.undeclare(word);
      this.current.set(word, primary);
      if (primary === 0) this.db.types.deleteName(this.words.text(word));
      else this.db.types.alias(this.words.text(word), primary);
      changed.add(word);
    }
    if (changed.size > 0) this.bad = undefined;
    return changed;
  }

  private declare(word: number, isAttribute: boolean): boolean {
    let value = this.given.get(word);
    if (value === undefined) {
      if (this.nextValue > MAX_TYPES) {
        this.overflowing.add(word);
        return false;
      }
      value = this.nextValue++;
      this.given.set(word, value);
    }
    const before = this.valueOf(word) === value ? this.db.types.at(value) : undefined;
    if (before !== undefined && before.isAttribute === isAttribute) return false;
    this.db.types.set({ name: this.words.text(word), value, isAttribute, bounds: 0 });
    this.current.set(word, value);
    return true;
  }

  private undeclare(word: number): boolean {
    this.overflowing.delete(word);
    const value = this.valueOf(word);
    if (value === 0) return false;
    this.current.at[word] = 0;
    const datum = this.db.types.at(value);
    if (datum !== undefined && this.given.get(word) === value) this.db.types.delete(datum);
    else this.db.types.deleteName(this.words.text(word));
    return true;
  }

  /** How often a word is declared as a type or attribute by active blocks (aliases not counted). */
  declarations(word: number): {
    readonly types: number;
    readonly attributes: number;
    readonly aliases: number;
  } {
    const state = this.states.get(word);
    return {
      types: state?.types ?? 0,
      attributes: state?.attributes ?? 0,
      aliases: state?.aliasOf.length ?? 0,
    };
  }

  /** Declared names for which there is no value left: the policy has more than MAX_TYPES types and attributes. */
  get tooMany(): ReadonlySet<number> {
    return this.overflowing;
  }

  /** True when an alias stands for the word. */
  hasAlias(word: number): boolean {
    for (const alias of this.aliasWords)
      if ((this.states.get(alias) as TypeState).aliasOf.includes(word)) return true;
    return false;
  }

  /** Words declared more than once in some way. */
  declaredTwice(): Iterable<number> {
    return this.several;
  }

  /** Aliases of what is not declared, or is an attribute. */
  badAliases(): readonly number[] {
    this.bad ??= [...this.aliasWords].filter((word) =>
      (this.states.get(word) as TypeState).aliasOf.some((primary) => {
        const type = this.valueOf(primary);
        return type === 0 || this.db.types.at(type)?.isAttribute === true;
      }),
    );
    return this.bad;
  }

  /**
   * Replaces all membership by these pairs: a type (value) and its attribute in turn. Returns the attributes whose
   * members changed.
   */
  setMembership(pairs: readonly number[]): Set<number> {
    const { db } = this;
    const members = new Map<number, Ebitmap>();
    const nested: number[] = [];
    for (let i = 0; i < pairs.length; i += 2) {
      const type = pairs[i] as number;
      const attribute = pairs[i + 1] as number;
      let set = members.get(attribute);
      if (set === undefined) {
        set = new Ebitmap(this.nextValue);
        members.set(attribute, set);
      }
      if (db.types.at(type)?.isAttribute !== true) set.add(type - 1);
      else nested.push(type, attribute);
    }
    // typeattribute of an attribute (libsepol 3.5+): its members are members.
    for (let i = 0; i < nested.length; i += 2) {
      const inner = members.get(nested[i] as number);
      if (inner !== undefined) members.get(nested[i + 1] as number)?.addAll(inner);
    }
    const changed = new Set<number>();
    for (const [attribute, set] of members) {
      const before = this.members.get(attribute);
      if (before === undefined ? !set.isEmpty() : !before.equals(set)) changed.add(attribute);
    }
    for (const [attribute, set] of this.members)
      if (!members.has(attribute) && !set.isEmpty()) changed.add(attribute);
    const before = this.members;
    this.members = members;
    this.renewMaps(before, changed);
    return changed;
  }

  /** The maps after declarations came or went that no membership names, before or now. */
  renewTypes(): void {
    this.renewMaps(this.members, new Set());
  }

  /**
   * Brings the database's maps in line with what is declared and with the members, `changed` being the attributes
   * whose members differ from `before`. Only rows that differ are written, and never in place: who holds one keeps it.
   */
  private renewMaps(before: ReadonlyMap<number, Ebitmap>, changed: ReadonlySet<number>): void {
    const { attrTypeMap, typeAttrMap, types } = this.db;
    const other: number[] = [];
    for (let value = 1; value < this.nextValue; value++) {
      const kind = this.kindOf(value);
      const known = value < this.written.length ? (this.written.at[value] as number) : KIND_NONE;
      if (kind === known) continue;
      if (kind === KIND_ATTRIBUTE || known === KIND_ATTRIBUTE) {
        this.writeMaps();
        return;
      }
      other.push(value);
    }
    for (const value of other) {
      const isDeclared = this.kindOf(value) === KIND_TYPE;
      this.written.set(value, isDeclared ? KIND_TYPE : KIND_NONE);
      attrTypeMap[value] = isDeclared ? Ebitmap.of([value - 1]) : undefined;
      typeAttrMap[value] = isDeclared ? Ebitmap.of([value - 1]) : undefined;
    }
    for (const attribute of changed) {
      if (types.at(attribute)?.isAttribute !== true) continue;
      const now = this.members.get(attribute) ?? new Ebitmap();
      const old = before.get(attribute) ?? new Ebitmap();
      attrTypeMap[attribute] = now;
      const moved = old.clone().addAll(now).deleteAll(old.clone().keepAll(now));
      moved.forEach((bit) => {
        const row = typeAttrMap[bit + 1]?.clone();
        if (row === undefined) return;
        if (now.has(bit)) row.add(attribute - 1);
        else row.delete(attribute - 1);
        typeAttrMap[bit + 1] = row;
      });
    }
  }

  private kindOf(value: number): number {
    const datum = this.db.types.at(value);
    return datum === undefined ? KIND_NONE : datum.isAttribute ? KIND_ATTRIBUTE : KIND_TYPE;
  }

  private writeMaps(): void {
    const { db } = this;
    db.attrTypeMap.length = 0;
    db.typeAttrMap.length = 0;
    for (let value = 1; value < this.nextValue; value++) this.written.set(value, this.kindOf(value));
    for (const datum of db.types) {
      const own = new Ebitmap(datum.value);
      own.add(datum.value - 1);
      if (datum.isAttribute) {
        db.attrTypeMap[datum.value] = this.members.get(datum.value) ?? new Ebitmap();
        db.typeAttrMap[datum.value] = own;
      } else {
        db.attrTypeMap[datum.value] = own;
        db.typeAttrMap[datum.value] = own.clone();
      }
    }
    for (const [attribute, set] of this.members) {
      if (db.types.at(attribute)?.isAttribute !== true) continue;
      set.forEach((bit) => {
        db.typeAttrMap[bit + 1]?.add(attribute - 1);
      });
    }
  }
}
