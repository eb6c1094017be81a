// What a binary policy file says beyond its meaning: things that two files of equal meaning can differ in, and
// which the policy database therefore does not keep. `readPolicy` fills it, `writePolicy` uses it to give the same
// bytes again. Names, permissions and all lists need no entry here: their tables and maps keep the order of the
// file; that the order is the file's is what having a layout means. Keys are the data themselves, so a policy that
// was changed after reading is still written correctly: new data simply have no entry.

import type { Context, MlsLevel, MlsRange } from "../context.ts";
import type { ClassDatum, Genfs, GenfsEntry, UserDatum } from "../policydb.ts";

/** Oddities of one file. Almost all of it is empty for a file of checkpolicy or secilc. */
export interface BinaryLayout {
  /** Policy version of the file. */
  version: number;
  /** Configuration word of the header, with bits that nobody knows. */
  config: number;
  /** Highest values that the eight symbol tables claim (there may be unused ones at the end). */
  readonly nprim: number[];
  /** Ranges stored with two levels although these are equal. */
  readonly doubled: Set<MlsRange>;
  /** Ranges and levels stored in a policy without MLS. */
  readonly strayRanges: Map<Context | UserDatum, MlsRange>;
  readonly strayLevels: Map<UserDatum, MlsLevel>;
  /** True when the file has no role object_r, which the reader supplies. */
  ownObjectR: boolean;
  /** Property words of types (names, aliases included) that say more than primary and attribute. */
  readonly typeProperties: Map<string, number>;
  /** Bounds of aliases, where not 0. */
  readonly aliasBounds: Map<string, number>;
  /** Levels of level aliases that are not those of the level they stand for. */
  readonly aliasLevels: Map<string, MlsLevel>;
  /** Alias flags that are neither 0 nor 1. */
  readonly levelFlags: Map<string, number>;
  readonly categoryFlags: Map<string, number>;
  /** default_user, _role, _range and _type words of which kernels drop bits. */
  readonly classDefaults: Map<ClassDatum, readonly number[]>;
  /** Kind words of avtab entries (by number) that are not what the writer would put there. */
  readonly specified: Map<number, number>;
  /** Stored states of conditionals (by index) that differ from the evaluated ones. */
  readonly condStates: Map<number, number>;
  /** Before version 33: tuples of filename transitions in file order, as (key, datum, source value). */
  filenameTuples: Uint32Array | undefined;
  /** Genfs entries in file order where that is not the order of length. */
  readonly genfsOrder: Map<Genfs, readonly GenfsEntry[]>;
  /** Type values whose own bit the type-attribute map of the file lacks. */
  readonly bareTypes: Set<number>;
  /** Whatever follows the policy. */
  trailing: Uint8Array;
}

/** A layout that says nothing. */
export function createLayout(): BinaryLayout {
  return {
    version: 0,
    config: 0,
    nprim: [],
    doubled: new Set(),
    strayRanges: new Map(),
    strayLevels: new Map(),
    ownObjectR: false,
    typeProperties: new Map(),
    aliasBounds: new Map(),
    aliasLevels: new Map(),
    levelFlags: new Map(),
    categoryFlags: new Map(),
    classDefaults: new Map(),
    specified: new Map(),
    condStates: new Map(),
    filenameTuples: undefined,
    genfsOrder: new Map(),
    bareTypes: new Set(),
    trailing: new Uint8Array(0),
  };
}
