// `type_transition a x_exec_t:process b` only says which domain a process gets. The kernel still asks whether a may
// execute the file, whether the file is an entry point of b, whether a may change into b, and whether the process's
// role may have b. What is missing under every setting of the booleans, for everything that a statement speaks of, is
// reported with its name, at the statement or the outermost call. What an interface of another module leaves out is not
// the caller's fault, but which roles there are is, unless the call does not say who changes (it speaks of an attribute
// whose members are elsewhere). Judged on whole policies only; programs that user space runs
// (procedures of a data base) have entry points of other classes and are left alone.

import type { Compiled, Finding, Origin, Site } from "../../compiler/face.ts";
import { AVTAB_ALLOWED, AVTAB_TRANSITION, type Avtab } from "../../policydb/avtab.ts";
import { type PolicyDb, permissionValue } from "../../policydb/policydb.ts";
import type { CheckContext, PolicyCheck, Preparation } from "../check.ts";
import { inOne } from "../shared.ts";
import { isWhole } from "./direct.ts";
import { mayGrant } from "./grants.ts";

export const EXECUTE = 1;
export const ENTRYPOINT = 2;
export const TRANSITION = 4;
export const ROLE = 8;
export const ROLE_ALLOW = 16;

/** A statement whose transitions lack something, for one file. */
export interface Incomplete extends Omit<Finding, "severity"> {
  /** what is missing: bits below */
  readonly missing: number;
  /** the transition in the avtab; -1 when the statement speaks of several */
  readonly entry: number;
}

export const INCOMPLETE_TRANSITION: PolicyCheck = {
  scope: "policy",
  ids: ["incomplete-transition", "incomplete-transition-call"],
  roles: ["te", "conf"],
  run(context, file, report) {
    if (!isWhole(context.compiled)) return;
    for (const { start, end, code, message, related } of incompleteIn(context, file.id))
      report({ start, end, code, message, related });
  },
};

/** Transitions of a file that never happen. */
export function incompleteIn(context: CheckContext, file: number): readonly Incomplete[] {
  return context.shared(KEY, () => inOne(findIncomplete(context.compiled))).get(file) ?? [];
}

/** Judges the transitions in steps. */
export const prepareTransitions: Preparation = function* (context) {
  if (isWhole(context.compiled)) yield* context.prepare(KEY, () => findIncomplete(context.compiled));
};

const KEY = "incomplete-transitions";
/** Transitions that are judged in one step. */
const STEP = 256;

/** What one statement's transitions have in common. */
interface Gathered {
  missing: number;
  /** an entry to speak of */
  entry: number;
  readonly block: number;
  readonly at: number;
  entries: number;
}

function* findIncomplete(compiled: Compiled): Generator<void, ReadonlyMap<number, readonly Incomplete[]>> {
  const { db } = compiled;
  const { avtab } = db;
  const judge = createJudge(db);
  const statements = new Map<number, Gathered>();
  const byFile = new Map<number, Incomplete[]>();
  if (judge === undefined) return byFile;
  for (const [i, entry] of judge.transitions.entries()) {
    if (i % STEP === 0) yield;
    const contributions = compiled.contributionsOf(entry);
    // One pair that works is enough for a statement, and most do at their first.
    if (contributions.every(({ at }) => statements.get(at)?.missing === 0)) continue;
    const missing = judge.missing(avtab.source(entry), avtab.target(entry), avtab.data[entry] as number);
    for (const { block, at } of contributions) {
      const known = statements.get(at);
      if (known === undefined) statements.set(at, { missing, entry, block, at, entries: 1 });
      else {
        known.missing &= missing;
        known.entries++;
        // The pair that is named is the first by name: numbers are given by history.
        if (isBefore(db, entry, known.entry)) known.entry = entry;
      }
    }
  }
  const support = new Set<number>();
  for (const { id, role } of compiled.sources()) if (role === "support") support.add(id);
  yield;
  for (const statement of statements.values()) {
    if (statement.missing === 0) continue;
    const finding = findingOf(compiled, support, statement);
    const list = byFile.get(finding.file);
    if (list === undefined) byFile.set(finding.file, [finding]);
    else if (!list.some((other) => other.start === finding.start && other.message === finding.message))
      list.push(finding);
  }
  return byFile;
}

function isBefore({ avtab, types }: PolicyDb, entry: number, other: number): boolean {
  const nameOf = (one: number): string =>
    `${types.nameOf(avtab.source(one))} ${types.nameOf(avtab.target(one))} ${types.nameOf(avtab.data[one] as number)}`;
  return nameOf(entry) < nameOf(other);
}

function findingOf(
  compiled: Compiled,
  support: ReadonlySet<number>,
  { missing, entry, entries, block, at }: Gathered,
): Incomplete {
  const origin = compiled.originOf(block, at);
  const place = origin.calls[0] ?? origin;
  const { db } = compiled;
  const { avtab } = db;
  const source = db.types.nameOf(avtab.source(entry)) ?? "?";
  const isOwn =
    isFromSupport(support, origin) ||
    ((missing & (ROLE | ROLE_ALLOW)) !== 0 && saysWho(compiled, place, source));
  const pieces = missingRules(
    missing,
    source,
    db.types.nameOf(avtab.target(entry)) ?? "?",
    db.types.nameOf(avtab.data[entry] as number) ?? "?",
    rolesText(db, avtab.source(entry)),
  );
  return {
    missing,
    entry: entries === 1 ? entry : -1,
    file: place.file,
    start: place.start,
    end: place.end,
    code: isOwn ? "incomplete-transition" : "incomplete-transition-call",
    message: `this transition never happens; missing: ${pieces.join(", ")}`,
    related:
      place === origin
        ? []
        : [{ file: origin.file, start: origin.start, end: origin.end, message: "the type_transition rule" }],
  };
}

/** Does a rule stand in the file itself, or come from nothing but patterns of the support macros? */
function isFromSupport(support: ReadonlySet<number>, { file, calls }: Origin): boolean {
  if (calls.length === 0) return true;
  return support.has(file) && calls.slice(1).every((call) => support.has(call.file));
}

/** Is the source an argument of a call, or made from one (`$1_t`)? */
function saysWho(compiled: Compiled, { file, start, end }: Site, source: string): boolean {
  const text =
    compiled
      .sources()
      .find(({ id }) => id === file)
      ?.tree.tokens.text.slice(start, end) ?? "";
  return (text.match(/[\w.]+/g) ?? []).some((word) => source === word || source.startsWith(`${word}_`));
}

/** The roles of a type, in parentheses where they are few. */
export function rolesText(db: PolicyDb, type: number): string {
  const names = [...db.roles]
    .filter(({ types, isAttribute }) => isAttribute !== true && types.has(type - 1))
    .map(({ name }) => name)
    .sort();
  return names.length === 0 || names.length > MOST_ROLES ? "" : ` (${names.join(", ")})`;
}

const MOST_ROLES = 4;

/** The missing pieces in words. */
function missingRules(
  missing: number,
  source: string,
  target: string,
  domain: string,
  roles: string,
): string[] {
  const pieces: string[] = [];
  if ((missing & EXECUTE) !== 0) pieces.push(`allow ${source} ${target}:file execute`);
  if ((missing & ENTRYPOINT) !== 0) pieces.push(`allow ${domain} ${target}:file entrypoint`);
  if ((missing & TRANSITION) !== 0) pieces.push(`allow ${source} ${domain}:process transition`);
  if ((missing & ROLE) !== 0) pieces.push(`a role of ${source}${roles} that may have ${domain}`);
  if ((missing & ROLE_ALLOW) !== 0) pieces.push(`a role allow rule for the role_transition on ${target}`);
  return pieces;
}

interface Judge {
  /** entries of the avtab */
  readonly transitions: readonly number[];
  missing(source: number, target: number, domain: number): number;
}

/** Sources of the rules that grant one permission, by target: types and attributes as in the rules. */
type Granted = Map<number, number[]>;

function addGrant(granted: Granted, avtab: Avtab, entry: number): void {
  const source = avtab.source(entry);
  const target = avtab.target(entry);
  const sources = granted.get(target);
  if (sources === undefined) granted.set(target, [source]);
  else sources.push(source);
}

function isGranted({ typeAttrMap }: PolicyDb, granted: Granted, source: number, target: number): boolean {
  const mine = typeAttrMap[source];
  if (mine === undefined) return false;
  // Most grants are the types' own.
  if (granted.get(target)?.includes(source) === true) return true;
  let found = false;
  typeAttrMap[target]?.forEach((bit) => {
    if (!found) found = granted.get(bit + 1)?.some((one) => mine.has(one - 1)) === true;
  });
  return found;
}

/** Judges the transitions of a policy; undefined where there are no processes or no files. */
export function createJudge(db: PolicyDb): Judge | undefined {
  const process = db.classes.get("process");
  const file = db.classes.get("file");
  if (process === undefined || file === undefined) return undefined;
  const bitOf = (datum: typeof process, name: string): number => {
    const value = permissionValue(datum, name);
    return value === 0 ? 0 : (1 << (value - 1)) >>> 0;
  };
  const execute = bitOf(file, "execute");
  const entrypoint = bitOf(file, "entrypoint");
  const transition = bitOf(process, "transition");
  const roles = createRoles(db, process.value);
  // Object managers of user space ask for entry points of their own classes.
  const elsewhere = [...db.classes].filter(
    (datum) => datum !== file && permissionValue(datum, "entrypoint") !== 0 && datum.name !== "memfd_file",
  );
  const may: Readonly<Record<"execute" | "entrypoint" | "transition", Granted>> = {
    execute: new Map(),
    entrypoint: new Map(),
    transition: new Map(),
  };
  const transitions: number[] = [];
  const { avtab } = db;
  const { specified, tclass, data } = avtab;
  const [fileClass, processClass] = [file.value, process.value];
  for (let entry = 0; entry < avtab.length; entry++) {
    const own = tclass[entry];
    if (own !== fileClass && own !== processClass) continue;
    const kind = specified[entry];
    if (kind === AVTAB_TRANSITION && own === processClass) transitions.push(entry);
    if (kind !== AVTAB_ALLOWED) continue;
    const mask = data[entry] as number;
    if (own === fileClass) {
      if ((mask & execute) !== 0) addGrant(may.execute, avtab, entry);
      if ((mask & entrypoint) !== 0) addGrant(may.entrypoint, avtab, entry);
    } else if ((mask & transition) !== 0) addGrant(may.transition, avtab, entry);
  }
  return {
    transitions,
    missing(source, target, domain) {
      let missing = 0;
      if (!isGranted(db, may.execute, source, target)) missing |= EXECUTE;
      if (!isGranted(db, may.entrypoint, domain, target)) {
        if (elsewhere.some((one) => mayGrant(db, domain, target, one.value, bitOf(one, "entrypoint"))))
          return 0;
        missing |= ENTRYPOINT;
      }
      if (!isGranted(db, may.transition, source, domain)) missing |= TRANSITION;
      return missing | roles(source, target, domain);
    },
  };
}

/** Tells whether any role of a type may have another: unchanged, or by a role transition that is allowed. */
function createRoles(
  db: PolicyDb,
  processClass: number,
): (source: number, target: number, domain: number) => number {
  const rolesOf: number[][] = [];
  for (const { value, types, isAttribute } of db.roles)
    if (isAttribute !== true)
      types.forEach((bit) => {
        const list = rolesOf[bit + 1];
        if (list === undefined) rolesOf[bit + 1] = [value];
        else list.push(value);
      });
  const changes = new Map<number, { role: number; newRole: number }[]>();
  for (const { role, type, tclass, newRole } of db.roleTransitions) {
    if (tclass !== processClass) continue;
    const list = changes.get(type);
    if (list === undefined) changes.set(type, [{ role, newRole }]);
    else list.push({ role, newRole });
  }
  const allowed = new Set(db.roleAllows.map(({ role, newRole }) => role * 0x10000 + newRole));
  return (source, target, domain) => {
    const mine = rolesOf[source];
    // Nothing runs in a type without a role: that is another mistake, or none (a type for files).
    if (mine === undefined) return 0;
    const theirs = rolesOf[domain] ?? [];
    const changing = (changes.get(target) ?? []).filter((one) => mine.includes(one.role));
    const unchanged = mine.filter((role) => !changing.some((one) => one.role === role));
    if (unchanged.some((role) => theirs.includes(role))) return 0;
    const fitting = changing.filter((one) => theirs.includes(one.newRole));
    if (fitting.some(({ role, newRole }) => role === newRole || allowed.has(role * 0x10000 + newRole)))
      return 0;
    return fitting.length > 0 ? ROLE_ALLOW : ROLE;
  };
}
