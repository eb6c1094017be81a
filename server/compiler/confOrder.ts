// The order of a policy.conf: policy_parse.y reads its sections one after the other, so a statement of an earlier section
// cannot follow one of a later section. Line marks (`#line`) beyond what a line number can be are warned about, as
// the scanner does. A tree alone decides, so the answer is kept with the tree.

import {
  N_ACCESSVECTOR,
  N_ATTRIBUTE,
  N_AVRULE,
  N_BOOL,
  N_CATEGORY,
  N_CLASS,
  N_COMMON,
  N_CONSTRAIN,
  N_DEFAULT,
  N_DOMINANCE,
  N_FSUSE,
  N_GENFSCON,
  N_IBENDPORTCON,
  N_IBPKEYCON,
  N_IF,
  N_LEVELDECL,
  N_NETIFCON,
  N_NODECON,
  N_OPTIONAL,
  N_PORTCON,
  N_ROLE,
  N_ROLEALLOW,
  N_ROLETYPES,
  N_SENSITIVITY,
  N_SID,
  N_SIDCONTEXT,
  N_TYPE,
  N_TYPEATTRIBUTE,
  N_TYPERULE,
  N_USER,
  N_VALIDATETRANS,
} from "../../grammar/syntax/kinds.ts";
import { type SyntaxTree, startOf } from "../../grammar/syntax/tree.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { Severity } from "./face.ts";
import type { FindingSink } from "./findingSink.ts";

interface Mistake {
  readonly start: number;
  readonly end: number;
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
}

/** type enforcement and roles */
const RULES = 9;
const MLS_RULES = 8;
const CONSTRAINTS = 11;
/** Sections in their order; what is not here belongs to the rules, and policycap to the MLS rules as well. */
const SECTION = new Map([
  [N_CLASS, 1],
  [N_SID, 2],
  [N_COMMON, 3],
  [N_ACCESSVECTOR, 3],
  [N_DEFAULT, 4],
  [N_SENSITIVITY, 5],
  [N_DOMINANCE, 6],
  [N_CATEGORY, 7],
  [N_LEVELDECL, 7],
  [N_USER, 10],
  [N_SIDCONTEXT, 12],
  [N_FSUSE, 13],
  [N_GENFSCON, 14],
  [N_PORTCON, 15],
  [N_NETIFCON, 16],
  [N_NODECON, 17],
  [N_IBPKEYCON, 18],
  [N_IBENDPORTCON, 19],
]);

/** Statements that open the rules; others (empty ones, policycap) may stand in several sections. */
const TE = new Set([
  N_TYPE,
  N_ATTRIBUTE,
  N_TYPEATTRIBUTE,
  N_AVRULE,
  N_TYPERULE,
  N_ROLE,
  N_ROLETYPES,
  N_ROLEALLOW,
  N_BOOL,
  N_IF,
  N_OPTIONAL,
]);

const cache = new WeakMap<SyntaxTree, readonly Mistake[]>();

/** Statements out of order, and impossible line marks. */
export function confOrderFindings(compiled: CompiledPolicy, sink: FindingSink): void {
  for (const source of compiled.inOrder(compiled.fileFacts.confs)) {
    let mistakes = cache.get(source.tree);
    if (mistakes === undefined) {
      mistakes = [...outOfOrder(source.tree), ...lineMarks(source.tree.tokens.text)];
      cache.set(source.tree, mistakes);
    }
    for (const { start, end, severity, code, message } of mistakes)
      sink.add({ file: source.id, start, end }, severity, code, message);
  }
}

function* outOfOrder(tree: SyntaxTree): Iterable<Mistake> {
  let reached = 0;
  const stop = tree.end[0] as number;
  for (let node = 1; node < stop; node = tree.end[node] as number) {
    const kind = tree.kind[node] as number;
    let section = SECTION.get(kind);
    if (kind === N_CONSTRAIN || kind === N_VALIDATETRANS)
      section = tree.data[node] === 1 ? MLS_RULES : CONSTRAINTS;
    if (section === undefined) section = TE.has(kind) ? RULES : reached;
    if (section >= reached) {
      reached = section;
      continue;
    }
    const start = startOf(tree, node);
    const end = tree.tokens.end[tree.first[node] as number] as number;
    const message = "this statement belongs to an earlier section of the policy";
    yield { start, end, severity: "error", code: "parse-order", message };
  }
}

function* lineMarks(text: string): Iterable<Mistake> {
  for (let at = text.indexOf("#line"); at >= 0; at = text.indexOf("#line", at + 5)) {
    if (at > 0 && text.charCodeAt(at - 1) !== 10) continue;
    const match = /^#line +(\d+)/.exec(text.slice(at, at + 64));
    const number = match?.[1];
    if (match === null || number === undefined || number.length < 20) continue;
    if (number.length === 20 && number <= "18446744073709551615") continue;
    const message = "this line number is too big";
    yield { start: at, end: at + match[0].length, severity: "warning", code: "parse-linedir", message };
  }
}
