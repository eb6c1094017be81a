// Allow rules that say nothing new: every permission is granted by other rules that are there in every build in which
// this one is – not by an optional block, not under an `ifdef`, not by a condition that this rule has not, not by a
// module that this one can be without. Rules of the same file are looked at from the last to the first, and what was
// reported grants nothing any more, so that all reported rules can go at once.

import type { Contribution, DirectRules, Origin, Reach } from "../../compiler/face.ts";
import { AVTAB_ALLOWED, UNCONDITIONAL } from "../../policydb/avtab.ts";
import { withAttributes } from "../../policydb/policydb.ts";
import type { CheckContext, CheckFile, PolicyCheck } from "../check.ts";
import { rangeOf, relatedTo, type Statement, statementsOf } from "./direct.ts";

/** A rule that grants something that another one grants too. */
export interface Granting {
  readonly contribution: Contribution;
  readonly entry: number;
}

/** What is asked about one file. */
interface Question {
  readonly context: CheckContext;
  readonly file: CheckFile;
  readonly rules: DirectRules;
  /** contributions of rules that were found redundant */
  readonly gone: Set<number>;
  /** contributions to entries, without most of those that are gone */
  readonly left: Map<number, readonly Contribution[]>;
  /** what the modules that declare types and attributes lead to */
  readonly declarers: Map<number, Reach | undefined>;
}

export const REDUNDANT_ALLOW: PolicyCheck = {
  scope: "policy",
  ids: ["redundant-allow"],
  roles: ["te", "conf"],
  run(context, file, report) {
    for (const { statement, grants } of redundantRules(context, file)) {
      const { compiled } = context;
      const origins = grants.map(({ contribution: { block, at } }) => compiled.originOf(block, at));
      const places = new Map(origins.map((origin) => [`${origin.file}:${origin.start}`, origin]));
      const what = places.size === 1 ? "another rule grants all of this" : "other rules grant all of this";
      report({
        ...rangeOf(file, statement.node),
        code: "redundant-allow",
        message: `${what}: ${describe(context, grants)}`,
        related: [...places.values()]
          .slice(0, MOST_SHOWN)
          .flatMap((origin) => relatedTo(origin, "granted here")),
      });
    }
  },
};

const MOST_SHOWN = 4;
/** A file with more rules was written by a program: it repeats itself, and nobody mends it. */
const MOST_RULES = 20_000;
/** Rules that grant the same are told in the order of the build if there are no more than these. */
const MOST_COMPARED = 32;
/** Contributions to one entry that are looked at for a rule; what so many others grant as well was written by a program. */
const MOST_LOOKED_AT = 200;

/** The rules of a file that can go, with those that make them so. */
export function redundantRules(
  context: CheckContext,
  file: CheckFile,
): readonly { readonly statement: Statement; readonly grants: readonly Granting[] }[] {
  const rules = context.compiled.directRules(file.id);
  if (rules.count > MOST_RULES) return [];
  const question: Question = {
    context,
    file,
    rules,
    gone: new Set(),
    left: new Map(),
    declarers: new Map(),
  };
  const found: { statement: Statement; grants: readonly Granting[] }[] = [];
  const { avtab } = context.compiled.db;
  for (const statement of statementsOf(rules).toReversed()) {
    if (avtab.specified[rules.entry[statement.from] as number] !== AVTAB_ALLOWED) continue;
    const grants = grantsOf(question, statement);
    if (grants === undefined) continue;
    for (let row = statement.from; row < statement.to; row++)
      question.gone.add(rules.contribution[row] as number);
    found.push({ statement, grants });
  }
  return found.reverse();
}

/** The rules that grant all that a statement grants; undefined when something is left. */
function grantsOf(question: Question, { node, block, from, to }: Statement): readonly Granting[] | undefined {
  const { rules, context, file } = question;
  const reach = context.compiled.reachOf(file.id, block);
  const own = new Set<number>();
  for (let row = from; row < to; row++) own.add(rules.contribution[row] as number);
  // A set that names a type and its attribute grants the same twice: only other statements count.
  const usable = ({ contribution }: Contribution): boolean =>
    !own.has(contribution) && !question.gone.has(contribution);
  for (let row = from; row < to; row++) {
    if (rules.node[row] !== node || !isCovered(question, row, reach, usable)) return undefined;
  }
  const grants: Granting[] = [];
  for (let row = from; row < to; row++) grants.push(...firstGrants(question, row, reach, usable));
  return grants;
}

type Usable = (contribution: Contribution) => boolean;

/** True when other rules grant every permission of a row. */
function isCovered(question: Question, row: number, reach: Reach, usable: Usable): boolean {
  let left = question.rules.mask[row] as number;
  eachGrant(question, row, reach, usable, ({ contribution }) => {
    left &= ~contribution.mask;
    return left;
  });
  return left === 0;
}

/** The rules that grant a row, in the order of the build, without those that add nothing to the ones before. */
function firstGrants(question: Question, row: number, reach: Reach, usable: Usable): readonly Granting[] {
  const { compiled } = question.context;
  const wanted = question.rules.mask[row] as number;
  const all: { readonly granting: Granting; readonly origin: Origin }[] = [];
  eachGrant(question, row, reach, usable, (granting) => {
    const { block, at } = granting.contribution;
    all.push({ granting, origin: compiled.originOf(block, at) });
    return all.length < MOST_COMPARED ? wanted : 0;
  });
  all.sort((a, b) => compiled.compareOrigins(a.origin, b.origin));
  let left = wanted;
  const found: Granting[] = [];
  for (const { granting } of all) {
    if ((granting.contribution.mask & left) === 0) continue;
    found.push(granting);
    left &= ~granting.contribution.mask;
  }
  return found;
}

/** Visits what surely grants some of a row's permissions; the visitor says which are still asked for. */
function eachGrant(
  question: Question,
  row: number,
  reach: Reach,
  usable: Usable,
  visit: (granting: Granting) => number,
): void {
  const { context, rules } = question;
  const { db } = context.compiled;
  const { avtab } = db;
  const entry = rules.entry[row] as number;
  let left = rules.mask[row] as number;
  const branch = avtab.branch[entry] as number;
  const source = avtab.source(entry);
  const target = avtab.target(entry);
  const tclass = avtab.tclass[entry] as number;
  const targets = withAttributes(db, target);
  for (const s of withAttributes(db, source))
    for (const t of targets)
      for (let other = avtab.first(s, t, tclass); other >= 0; other = avtab.nextOf(other)) {
        if (avtab.specified[other] !== AVTAB_ALLOWED || ((avtab.data[other] as number) & left) === 0)
          continue;
        const itsBranch = avtab.branch[other] as number;
        if (itsBranch !== UNCONDITIONAL && itsBranch !== branch) continue;
        for (const contribution of contributionsTo(question, other)) {
          if ((contribution.mask & left) === 0 || !usable(contribution)) continue;
          if (!isSure(question, reach, contribution, [source, s], [target, t])) continue;
          left = visit({ contribution, entry: other });
          if (left === 0) return;
        }
      }
}

/** The contributions to an entry, as many as are looked at. What is gone is left out when it has become much. */
function contributionsTo({ context, left, gone }: Question, entry: number): readonly Contribution[] {
  let known = left.get(entry) ?? context.compiled.contributionsOf(entry);
  if (known.length > MOST_LOOKED_AT) {
    const goneOnes = known.slice(0, MOST_LOOKED_AT).filter(({ contribution }) => gone.has(contribution));
    if (goneOnes.length >= MOST_LOOKED_AT / 2)
      known = known.filter(({ contribution }) => !gone.has(contribution));
  }
  left.set(entry, known);
  return known.slice(0, MOST_LOOKED_AT);
}

/** Is a rule there in every build that has the file, and does it speak of these types there? */
function isSure(
  question: Question,
  reach: Reach,
  { block, at, sources }: Contribution,
  [source, s]: readonly [number, number],
  [target, t]: readonly [number, number],
): boolean {
  if (s !== source && !isMember(question, reach, source, s)) return false;
  if (t !== target && !isMember(question, reach, target, t)) return false;
  if (reach.has(block, at)) return true;
  // A module cannot be loaded without those that declare the attributes which its types have.
  if (s !== source && reachOfDeclarer(question, s)?.has(block, at) === true) return true;
  if (t !== target && reachOfDeclarer(question, t)?.has(block, at) === true) return true;
  if (s !== source) return false;
  // `allow domain self:…` is written out type by type.
  const { plain, minus } = sources();
  return (
    minus.length === 0 &&
    plain.some(
      (attribute) =>
        question.context.compiled.db.types.at(attribute)?.isAttribute === true &&
        isMember(question, reach, source, attribute) &&
        reachOfDeclarer(question, attribute)?.has(block, at) === true,
    )
  );
}

function isMember(question: Question, reach: Reach, type: number, attribute: number): boolean {
  return (
    reach.isMember(type, attribute) || reachOfDeclarer(question, type)?.isMember(type, attribute) === true
  );
}

/** What the module that declares a type or attribute leads to. */
function reachOfDeclarer({ context, declarers }: Question, type: number): Reach | undefined {
  if (declarers.has(type)) return declarers.get(type);
  const { compiled } = context;
  const name = compiled.db.types.nameOf(type);
  const site = name === undefined ? undefined : compiled.declarations(name).find((one) => one.active);
  const reach = site === undefined || site.via !== undefined ? undefined : compiled.reachOf(site.file);
  declarers.set(type, reach);
  return reach;
}

function describe({ compiled }: CheckContext, grants: readonly Granting[]): string {
  const { db } = compiled;
  const { avtab } = db;
  const keys = grants.map(({ entry }) => {
    const source = db.types.nameOf(avtab.source(entry)) ?? "?";
    const target = db.types.nameOf(avtab.target(entry)) ?? "?";
    return `${source} ${target === source ? "self" : target}:${db.classes.nameOf(avtab.tclass[entry] as number) ?? "?"}`;
  });
  const distinct = [...new Set(keys)];
  const more = distinct.length > MOST_SHOWN ? ", …" : "";
  return `${distinct.slice(0, MOST_SHOWN).join(", ")}${more}`;
}
