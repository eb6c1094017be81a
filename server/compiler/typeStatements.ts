// Statements about types that are neither rules of the avtab nor labels: permissive, neveraudit, policycap, typebounds,
// default_*, range_transition and named type transitions. Read anew as a whole, like roles.

import {
  DEFAULT_KIND_RANGE,
  DEFAULT_KIND_ROLE,
  DEFAULT_KIND_TYPE,
  DEFAULT_KIND_USER,
  N_DEFAULT,
  N_EXPANDATTRIBUTE,
  N_NEVERAUDIT,
  N_PERMISSIVE,
  N_POLICYCAP,
  N_RANGETRANSITION,
  N_TYPEBOUNDS,
  N_TYPERULE,
} from "../../grammar/syntax/kinds.ts";
import { Ebitmap } from "../policydb/ebitmap.ts";
import {
  DEFAULT_GLBLUB,
  DEFAULT_SOURCE,
  DEFAULT_SOURCE_HIGH,
  DEFAULT_SOURCE_LOW,
  DEFAULT_SOURCE_LOW_HIGH,
  DEFAULT_TARGET,
  type RangeTransition,
} from "../policydb/policydb.ts";
import { type MlsReader, readRange, TRANSITION_LEVELS } from "./mls.ts";
import { NamedTransitions } from "./namedTransitions.ts";
import { POLICYCAP_NAMES } from "./policycapNames.ts";
import { typesKnown } from "./roles.ts";
import {
  childrenOf,
  complain,
  complainOfAll,
  nameAt,
  type Statement,
  type StatementParts,
  valueAt,
} from "./statements.ts";

/** Everything keyed by types that is neither a rule of the avtab nor a label. */
export function buildTypeStatements(
  parts: StatementParts,
  statements: readonly Statement[],
  mls: MlsReader,
): void {
  const { db } = parts;
  db.permissive = new Ebitmap();
  db.neveraudit = new Ebitmap();
  db.polcaps = new Ebitmap();
  const ranges: RangeTransition[] = [];
  const seen = new Map<string, RangeTransition>();
  const named = new NamedTransitions(parts);
  const expanded = new Map<number, boolean>();
  for (const datum of db.types) datum.bounds = 0;
  for (const datum of db.classes) {
    datum.defaultUser = 0;
    datum.defaultRole = 0;
    datum.defaultType = 0;
    datum.defaultRange = 0;
  }
  for (const statement of statements) {
    const { node } = statement;
    switch (statement.kind) {
      case N_PERMISSIVE:
      case N_NEVERAUDIT: {
        const set = statement.kind === N_PERMISSIVE ? db.permissive : db.neveraudit;
        const what = statement.kind === N_PERMISSIVE ? "permissive" : "neveraudit";
        const datum = db.types.get(nameAt(parts, statement, node + 1));
        if (datum === undefined)
          complain(
            parts,
            statement,
            node + 1,
            `${what}-unknown`,
            `type ${nameAt(parts, statement, node + 1)} is not declared`,
          );
        else if (datum.isAttribute)
          complain(
            parts,
            statement,
            node + 1,
            `${what}-attr`,
            `${datum.name} is an attribute; only types can be ${what}`,
          );
        else set.add(datum.value);
        break;
      }
      case N_POLICYCAP: {
        const name = nameAt(parts, statement, node + 1);
        const bit = POLICYCAP_NAMES.indexOf(name);
        if (bit < 0)
          complain(parts, statement, node + 1, "polcap-unknown", `${name} is no policy capability`);
        else db.polcaps.add(bit);
        break;
      }
      case N_EXPANDATTRIBUTE:
        expandAttribute(parts, statement, expanded);
        break;
      case N_TYPEBOUNDS:
        typeBounds(parts, statement);
        break;
      case N_DEFAULT:
        defaults(parts, statement);
        break;
      case N_RANGETRANSITION:
        rangeTransition(parts, statement, mls, ranges, seen);
        break;
      case N_TYPERULE:
        named.add(statement);
        break;
      default:
        break;
    }
  }
  db.rangeTransitions = ranges;
  db.filenameTransitions = named.finish();
}

/** What expandattribute does to rules is done in expandedAttributes.ts; its mistakes are told here. */
function expandAttribute(parts: StatementParts, statement: Statement, expanded: Map<number, boolean>): void {
  const [set, truth] = childrenOf(statement.tree, statement.node);
  if (set === undefined || truth === undefined) return;
  const value = nameAt(parts, statement, truth).toLowerCase() === "true";
  for (const item of parts.resolver.flat(valueAt(parts, statement, set)).items) {
    const word = item >> 2;
    const datum = parts.db.types.get(parts.words.text(word));
    const name = parts.words.text(word);
    if (datum === undefined)
      complain(
        parts,
        statement,
        set,
        "expandattr-undecl",
        `attribute ${name} is not declared`,
        "error",
        word,
      );
    else if (!datum.isAttribute)
      complain(
        parts,
        statement,
        set,
        "expandattr-type",
        `${name} is a type, an attribute is needed here`,
        "error",
        word,
      );
    else if ((expanded.get(word) ?? value) !== value)
      complain(
        parts,
        statement,
        set,
        "expandattr-both",
        `${name} is set to true and to false; false wins`,
        "warning",
        word,
      );
    expanded.set(word, value);
  }
}

function typeBounds(parts: StatementParts, statement: Statement): void {
  const [parentNode, list] = childrenOf(statement.tree, statement.node);
  const parent = parts.db.types.get(nameAt(parts, statement, parentNode as number));
  if (parent === undefined) {
    complain(
      parts,
      statement,
      parentNode as number,
      "tbounds-undecl",
      `type ${nameAt(parts, statement, parentNode as number)} is not declared`,
    );
    return;
  }
  for (const child of list === undefined ? [] : childrenOf(statement.tree, list)) {
    const datum = parts.db.types.get(nameAt(parts, statement, child));
    if (datum === undefined)
      complain(
        parts,
        statement,
        child,
        "tbounds-undecl",
        `type ${nameAt(parts, statement, child)} is not declared`,
      );
    else if (datum.isAttribute || parent.isAttribute)
      complain(parts, statement, child, "tbounds-attr", "attributes cannot be bounded");
    else if (datum.bounds !== 0 && datum.bounds !== parent.value)
      complain(
        parts,
        statement,
        child,
        "tbounds-inconsistent",
        `${datum.name} is bounded by another type already`,
      );
    else datum.bounds = parent.value;
  }
}

function defaults(parts: StatementParts, statement: Statement): void {
  const children = childrenOf(statement.tree, statement.node);
  const words = children.slice(1).map((child) => nameAt(parts, statement, child));
  const side = words[0] === "target" ? DEFAULT_TARGET : DEFAULT_SOURCE;
  const classes = parts.resolver.classes(valueAt(parts, statement, children[0] as number));
  for (const word of classes.unknown)
    complain(
      parts,
      statement,
      children[0] as number,
      "default-class",
      `class ${parts.words.text(word)} is not declared`,
      "error",
      word,
    );
  for (const value of classes.values) {
    const datum = parts.db.classes.at(value);
    if (datum === undefined) continue;
    const kind = statement.tree.data[statement.node];
    const code = kind === DEFAULT_KIND_RANGE ? rangeDefault(words) : side;
    const field =
      kind === DEFAULT_KIND_USER
        ? "defaultUser"
        : kind === DEFAULT_KIND_ROLE
          ? "defaultRole"
          : kind === DEFAULT_KIND_TYPE
            ? "defaultType"
            : "defaultRange";
    if (datum[field] !== 0 && datum[field] !== code)
      complain(
        parts,
        statement,
        children[0] as number,
        kind === DEFAULT_KIND_RANGE ? "default-range-conflict" : "default-conflict",
        `class ${datum.name} has another default already`,
        "error",
        parts.words.find(datum.name),
      );
    else datum[field] = code;
  }
}

function rangeDefault(words: readonly string[]): number {
  if (words[0] === "glblub") return DEFAULT_GLBLUB;
  const base = words[0] === "target" ? 3 : 0;
  const part =
    words[1] === "low"
      ? DEFAULT_SOURCE_LOW
      : words[1] === "high"
        ? DEFAULT_SOURCE_HIGH
        : DEFAULT_SOURCE_LOW_HIGH;
  return base + part;
}

function rangeTransition(
  parts: StatementParts,
  statement: Statement,
  mls: MlsReader,
  ranges: RangeTransition[],
  seen: Map<string, RangeTransition>,
): void {
  const children = childrenOf(statement.tree, statement.node);
  const sources = valueAt(parts, statement, children[0] as number);
  const targets = valueAt(parts, statement, children[1] as number);
  if (!parts.db.mls) {
    complainOfAll(
      parts,
      statement,
      "mls-not-mls",
      "range_transition in a policy that is compiled without MLS",
    );
    return;
  }
  const known =
    typesKnown(parts, statement, children[0] as number, sources) &&
    typesKnown(parts, statement, children[1] as number, targets);
  const range = readRange(mls, statement, children[children.length - 1] as number, TRANSITION_LEVELS);
  if (!known || range === undefined) return;
  const classes =
    children.length > 3
      ? parts.resolver.classes(valueAt(parts, statement, children[2] as number)).values
      : [parts.db.classes.valueOf("process")];
  for (const source of parts.resolver.expanded(sources))
    for (const target of parts.resolver.expanded(targets))
      for (const tclass of classes) {
        const key = `${source} ${target} ${tclass}`;
        const before = seen.get(key);
        const transition: RangeTransition = { source, target, tclass, range };
        if (before === undefined) {
          seen.set(key, transition);
          ranges.push(transition);
        } else if (!sameRange(before, transition))
          complain(
            parts,
            statement,
            children[children.length - 1] as number,
            "rangetrans-conflict",
            "this range transition has another range elsewhere",
          );
      }
}

function sameRange(a: RangeTransition, b: RangeTransition): boolean {
  return (
    a.range.low.sens === b.range.low.sens &&
    a.range.high.sens === b.range.high.sens &&
    a.range.low.cats.equals(b.range.low.cats) &&
    a.range.high.cats.equals(b.range.high.cats)
  );
}
