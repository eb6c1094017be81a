// "Did you mean": a pass over findings about unknown names that adds the declared name nearest to what was written,
// when one is near enough to be a slip of the hand; no suggestion is better than a weak one. Distance is Damerau's (insert, delete, replace, swap of two
// neighbours), bounded by the length of the name. A name that is declared as something else is told to be that. It changes messages only, looks names up only for such findings,
// and remembers answers for as long as no name comes or goes that makes them wrong.

import type { Compiled, Finding, SymbolKind } from "../compiler/face.ts";
import { permissionNames } from "../policydb/policydb.ts";
import type { SymbolDatum, Symtab } from "../policydb/symtab.ts";

interface Pattern {
  readonly message: RegExp;
  /** empty: macros; `permission`: those of the class that the message names first */
  readonly kinds: readonly SymbolKind[];
}

const NAME = "([\\w.-]+)";
const PATTERNS: readonly Pattern[] = [
  { message: new RegExp(`^there is no interface, template or macro called ${NAME}$`), kinds: [] },
  {
    message: new RegExp(`^type or attribute ${NAME} is not declared`),
    kinds: ["type", "attribute", "alias"],
  },
  { message: new RegExp(`^type ${NAME} is not declared`), kinds: ["type", "alias"] },
  { message: new RegExp(`^attribute ${NAME} is not declared`), kinds: ["attribute"] },
  { message: new RegExp(`^class ${NAME} is not declared`), kinds: ["class"] },
  { message: new RegExp(`^class ${NAME} has no permission ${NAME}$`), kinds: ["permission"] },
  { message: new RegExp(`^role attribute ${NAME} is not declared`), kinds: ["attribute_role"] },
  { message: new RegExp(`^role ${NAME} is not declared`), kinds: ["role", "attribute_role"] },
  { message: new RegExp(`^user ${NAME} is not declared`), kinds: ["user"] },
  { message: new RegExp(`^boolean or tunable ${NAME} is not declared`), kinds: ["bool", "tunable"] },
];

/** Kinds that are mistaken for each other. */
const OTHER_KINDS: ReadonlyMap<SymbolKind, string> = new Map([
  ["type", "a type"],
  ["alias", "a type"],
  ["attribute", "an attribute"],
  ["role", "a role"],
  ["attribute_role", "a role attribute"],
  ["user", "a user"],
  ["bool", "a boolean"],
  ["tunable", "a tunable"],
  ["class", "a class"],
]);

/** Names looked up for one state of the policy: more than a broken tree has, a fraction of a second's work. */
const MOST_LOOKUPS = 10_000;

export class DidYouMean {
  private readonly compiled: Compiled;
  private improved = new WeakMap<Finding, Finding>();
  /** what was looked through, by kinds and owner */
  private readonly searched = new Map<string, Searched>();
  private stamp = "";
  private revision = 0;
  private lookups = 0;
  private seen: ReadonlyMap<number, readonly Finding[]> | undefined;

  constructor(compiled: Compiled) {
    this.compiled = compiled;
  }

  /** The findings, with suggestions in the messages of those that are about unknown names. */
  improve(findings: readonly Finding[]): readonly Finding[] {
    if (!findings.some(isAboutName)) return findings;
    this.refresh();
    return findings.map((finding) => (isAboutName(finding) ? this.improveOne(finding) : finding));
  }

  private improveOne(finding: Finding): Finding {
    const known = this.improved.get(finding);
    if (known !== undefined) return known;
    for (const { message, kinds } of PATTERNS) {
      const match = message.exec(finding.message);
      if (match === null) continue;
      const name = match.at(-1) as string;
      const owner = kinds[0] === "permission" ? (match[1] as string) : "";
      // A module that only fails to require a name has it spelled right.
      if (finding.code.startsWith("req-") && owner === "" && this.isThere(name, kinds)) break;
      const other = this.otherKind(name, kinds);
      if (other !== undefined) {
        const better = { ...finding, message: `${finding.message} (${name} is ${other})` };
        this.improved.set(finding, better);
        return better;
      }
      const near = this.nearest(name, kinds, owner);
      if (near === undefined) break;
      const better = { ...finding, message: `${finding.message} (did you mean ${near}?)` };
      this.improved.set(finding, better);
      return better;
    }
    return finding;
  }

  private nearest(name: string, kinds: readonly SymbolKind[], owner: string): string | undefined {
    const { list, answers } = this.searchedFor(kinds, owner);
    if (answers.has(name)) return answers.get(name);
    if (this.lookups >= MOST_LOOKUPS) return undefined;
    this.lookups++;
    const answer = nearestIn(name, list);
    answers.set(name, answer);
    return answer;
  }

  /** What a name is, when it is something, but not what is asked for. */
  private otherKind(name: string, kinds: readonly SymbolKind[]): string | undefined {
    if (kinds.length === 0 || kinds[0] === "permission") return undefined;
    const other = this.kindsOf(name).find((kind) => !kinds.includes(kind));
    return other === undefined ? undefined : OTHER_KINDS.get(other);
  }

  /** What a name is in the policy. From its tables: this is asked after each letter, and the index of declarations is dear. */
  private kindsOf(name: string): readonly SymbolKind[] {
    const { db } = this.compiled;
    const found: SymbolKind[] = [];
    const type = db.types.get(name);
    if (type !== undefined)
      found.push(type.isAttribute ? "attribute" : type.name === name ? "type" : "alias");
    const role = db.roles.get(name);
    if (role !== undefined) found.push(role.isAttribute === true ? "attribute_role" : "role");
    if (db.users.get(name) !== undefined) found.push("user");
    if (db.bools.get(name) !== undefined) found.push("bool");
    if (db.classes.get(name) !== undefined) found.push("class");
    return found;
  }

  private isThere(name: string, kinds: readonly SymbolKind[]): boolean {
    if (kinds.length === 0) return this.compiled.macro(name) !== undefined;
    if (kinds[0] === "permission") return true;
    const is = this.kindsOf(name);
    if (is.some((kind) => kinds.includes(kind))) return true;
    if (this.compiled.options.mode === "modular")
      return this.searchedFor(kinds, "").list.names.includes(name);
    return this.compiled.declarations(name).some((declaration) => kinds.includes(declaration.kind));
  }

  /** The names of some kinds as they are now, and what of the answers among them still holds. */
  private searchedFor(kinds: readonly SymbolKind[], owner: string): Searched {
    const key = `${kinds.join()} ${owner}`;
    let known = this.searched.get(key);
    if (known?.stamp === this.stamp && (kinds.length > 0 || known.revision === this.revision)) return known;
    const names = this.namesOf(kinds, owner);
    known = known === undefined ? undefined : renewed(known, names);
    known ??= { list: nameList(names), answers: new Map(), stamp: "", revision: 0 };
    known.stamp = this.stamp;
    known.revision = this.revision;
    this.searched.set(key, known);
    return known;
  }

  private namesOf(kinds: readonly SymbolKind[], owner: string): readonly string[] {
    const { compiled } = this;
    const { db } = compiled;
    if (kinds.length === 0) return compiled.macroNames();
    if (kinds[0] === "permission") {
      const datum = db.classes.get(owner);
      return datum === undefined ? [] : permissionNames(datum, -1);
    }
    if (kinds[0] === "class") return [...db.classes].map((datum) => datum.name);
    // The index of declarations is dear after an edit, and has of types what the table has.
    if (compiled.options.mode !== "modular" && TYPE_KINDS.includes(kinds.join())) {
      const isMeant = (name: string): boolean => this.kindsOf(name).some((kind) => kinds.includes(kind));
      return [...db.types.names()].flatMap(([name]) => (isMeant(name) ? [name] : []));
    }
    return [...new Set(compiled.symbols(kinds).map((declaration) => declaration.name))];
  }

  /** Forgets what may no longer hold. */
  private refresh(): void {
    const { db } = this.compiled;
    const findings = this.compiled.findings();
    if (this.seen === findings) return;
    this.seen = findings;
    this.revision++;
    this.lookups = 0;
    const tables = [db.types, db.roles, db.classes, db.bools, db.users];
    // A module is small, and the index of what its headers name is dear: its lists stay while its own names do.
    const isModular = this.compiled.options.mode === "modular";
    this.stamp = tables
      .map((table) => (isModular ? [...table].map(({ name }) => name).join(" ") : namesIn(table)))
      .join();
    this.improved = new WeakMap();
  }
}

/** Names that were looked through, and the answers for what was asked. */
interface Searched {
  readonly list: NameList;
  readonly answers: Map<string, string | undefined>;
  /** DidYouMean.stamp and DidYouMean.revision for which the names are right */
  stamp: string;
  revision: number;
}

/** Kinds whose names are those of the table of types. */
const TYPE_KINDS: readonly string[] = ["type,attribute,alias", "type,alias", "attribute"];

/** With more names that came or went than this, all answers are looked for anew. */
const FEW_NAMES = 32;

/** The same names with other ones among them: answers that these make wrong are dropped. */
function renewed(
  { list, answers, stamp, revision }: Searched,
  names: readonly string[],
): Searched | undefined {
  if (names.length === list.names.length && names.every((name, i) => name === list.names[i]))
    return { list, answers, stamp, revision };
  const before = new Set(list.names);
  const now = new Set(names);
  const come = names.filter((name) => !before.has(name));
  const gone = list.names.filter((name) => !now.has(name));
  if (come.length + gone.length > FEW_NAMES) return undefined;
  const nearer = nameList(come);
  for (const [name, answer] of answers)
    if ((answer !== undefined && !now.has(answer)) || nearestIn(name, nearer) !== undefined)
      answers.delete(name);
  return { list: nameList(names), answers, stamp, revision };
}

/** Which names a table has: a value is given to no other name while a policy lives, but aliases share theirs. */
function namesIn(table: Symtab<SymbolDatum>): string {
  let hash = 0;
  const aliases: string[] = [];
  for (const [name, value] of table.names()) {
    hash = (Math.imul(hash, 31) + value) | 0;
    if (table.nameOf(value) !== name) aliases.push(name);
  }
  return `${hash} ${aliases.join(" ")}`;
}

const CODE = /unknown|undecl|^ctx-|^genfs-class$|^req-/;

function isAboutName(finding: Finding): boolean {
  return CODE.test(finding.code);
}

/** Names in which near ones are looked for. */
interface NameList {
  readonly names: readonly string[];
  /** by name: a bit for each letter that it has (several letters share one) */
  readonly letters: Uint32Array;
}

function nameList(given: Iterable<string>): NameList {
  const names = [...given];
  return { names, letters: Uint32Array.from(names, lettersOf) };
}

function lettersOf(name: string): number {
  let letters = 0;
  for (let i = 0; i < name.length; i++) letters |= 1 << (name.charCodeAt(i) & 31);
  return letters >>> 0;
}

function bitCount(bits: number): number {
  let n = bits - ((bits >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/**
 * The name that was meant: the nearest one within the bound that differs by slips of the hand. Of several that are equally
 * near the one with the same beginning (in refpolicy the module), then the same end, then the first in the alphabet.
 */
export function nearestName(name: string, names: Iterable<string>): string | undefined {
  return nearestIn(name, nameList(names));
}

/** The same among names that many are looked for in: what cannot be near, by its letters, is passed over. */
function nearestIn(name: string, { names, letters }: NameList): string | undefined {
  let best: string | undefined;
  let bound = Math.min(3, Math.max(1, Math.floor(name.length / 4)));
  if (name.length < 3) return undefined;
  const parts = partsOf(name);
  const own = lettersOf(name);
  for (let i = 0; i < names.length; i++) {
    // One slip takes at most one letter away and brings at most one.
    if (bitCount((letters[i] as number) ^ own) > 2 * bound) continue;
    const candidate = names[i] as string;
    if (candidate === name || Math.abs(candidate.length - name.length) > bound) continue;
    const distance = editDistance(name, candidate, bound);
    if (distance > bound || !isSlip(parts, partsOf(candidate), distance)) continue;
    if (distance === bound && best !== undefined && !isBetter(parts, candidate, best)) continue;
    best = candidate;
    bound = distance;
  }
  return best;
}

function partsOf(name: string): readonly string[] {
  return name.split(/[_.-]/);
}

/** Of two names at one distance. */
function isBetter(parts: readonly string[], candidate: string, best: string): boolean {
  const likeness = (other: string): number => {
    const theirs = partsOf(other);
    return (theirs[0] === parts[0] ? 2 : 0) + (theirs.at(-1) === parts.at(-1) ? 1 : 0);
  };
  return (
    likeness(candidate) - likeness(best) > 0 || (likeness(candidate) === likeness(best) && candidate < best)
  );
}

/**
 * True when each part of a name (between underscores) is the other's or a slip of it: `virt_exec` is not far from
 * `abrt_exec`, and means another program. A part that is missing or too many is a separator that was forgotten.
 */
function isSlip(a: readonly string[], b: readonly string[], distance: number): boolean {
  if (a.length !== b.length) return distance === 1;
  return a.every((part, i) => isSlipOfPart(part, b[i] as string));
}

/** Short words are too near to each other: there a letter may be left out, too many or swapped, but not be another. */
const SHORT = 3;

function isSlipOfPart(a: string, b: string): boolean {
  if (a === b) return true;
  const longest = Math.max(a.length, b.length);
  // A key that was hit twice.
  if (longest < SHORT) return a === b + b || b === a + a;
  // Cut short, or written out: urand, urandom.
  if (Math.min(a.length, b.length) >= SHORT && (a.startsWith(b) || b.startsWith(a))) return true;
  const most = longest < 8 ? 1 : longest < 12 ? 2 : 3;
  if (editDistance(a, b, most) > most) return false;
  return longest > SHORT || a.length !== b.length || [...a].sort().join("") === [...b].sort().join("");
}

/** Damerau's distance of neighbours' swaps; `bound + 1` for anything above the bound. */
export function editDistance(a: string, b: string, bound: number): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let value = Math.min(
        (last[j] as number) + 1,
        (row[j - 1] as number) + 1,
        (last[j - 1] as number) + same,
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        value = Math.min(value, (before[j - 2] as number) + 1);
      row.push(value);
      if (value < least) least = value;
    }
    if (least > bound) return bound + 1;
    before = last;
    last = row;
  }
  return Math.min(last[b.length] as number, bound + 1);
}
