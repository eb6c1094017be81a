// The scopes of one file of a policy tree: names that are not in the global part, where optional blocks declare or require
// them, and the uses that checkpolicy does not let pass, since the name is in no scope around them (is_id_in_scope of
// module_compiler.c) or, where the first pass asks, not yet. Blocks are walked as m4 writes them; those that have to do
// with global names only are passed by.

import { BLOCK_COND, BLOCK_MACRO } from "./blocks.ts";
import { OP_AV, OP_CALL, OP_DECL, OP_GENREQUIRE, OP_LENGTH, OP_OPTIONAL, OP_REQUIRE } from "./code.ts";
import { isScoped } from "./globalNames.ts";
import { GROUPS, groupOf } from "./optionals.ts";
import { usesAt } from "./scopedUses.ts";
import type { CompilerState } from "./state.ts";

/** A code position and its block. */
export interface Place {
  readonly block: number;
  readonly at: number;
}

/** A name that may not be used where it is used. */
export interface ScopeMistake extends Place {
  readonly group: number;
  readonly word: number;
  readonly operand: number;
  readonly leaf: number;
  /** it is declared or required in scope, but further down */
  readonly isLater: boolean;
  /** the call at which the scope was entered that the name would have to be known in */
  readonly call: Place | undefined;
  /** the macro requires the name, which has no effect outside of optional blocks */
  readonly isRequiredInVain: boolean;
}

/** What the walk asks of the whole policy. */
export interface ScopeQuestions {
  isGlobal(group: number, word: number): boolean;
  /** a set of types holds a name that is not global */
  isForeign(value: number): boolean;
  /** a block, or one that it leads to, has to do with such names */
  matters(block: number): boolean;
}

interface Scope {
  readonly parent: Scope | undefined;
  /** names by `word * GROUPS + group`, with the number of their first mention */
  readonly names: Map<number, number>;
  readonly seen: Set<number>;
}

interface Use extends Omit<ScopeMistake, "isLater" | "isRequiredInVain"> {
  readonly scope: Scope;
  /** mentions with this number or above come too late */
  readonly limit: number;
}

/** Steps after which a file is given up: macros that double themselves would take for ever. */
const MOST_STEPS = 200_000;

/** What the walk over one file finds. */
export interface FileScopes {
  readonly mistakes: readonly ScopeMistake[];
  /** names that its optional blocks declare, by `word * GROUPS + group` */
  readonly declared: ReadonlySet<number>;
  /** what it has read */
  readonly blocks: Map<number, Read>;
}

const NOTHING: FileScopes = { mistakes: [], declared: new Set(), blocks: new Map() };

/** The scopes of one file. */
export function scopesOfFile(state: CompilerState, root: number, questions: ScopeQuestions): FileScopes {
  return questions.matters(root) ? new Walk(state, questions).of(root) : NOTHING;
}

/** What a block says of names that are not global: while that is the same, a walk finds the same. */
interface Told {
  /** uses, declarations and requirements, and the blocks that matter that it leads to, in order */
  readonly text: string;
  /** the same but for uses that may stand before what they need */
  readonly frame: string;
}

interface Read extends Told {
  /** the scopes in which the block stands */
  readonly scopes: readonly Scope[];
}

/** What a block says now. */
export function tellBlock(state: CompilerState, block: number, questions: ScopeQuestions): Told {
  return new Walk(state, questions, true).tell(block);
}

/** True when a walk over the file would still find no mistake, now that a block of it says this. */
export function staysRight({ mistakes, blocks }: FileScopes, block: number, told: Told): boolean {
  const before = blocks.get(block);
  if (before === undefined) return true;
  // Mistakes name places, which have moved.
  if (mistakes.length > 0 || before.frame !== told.frame) return false;
  const { scopes } = before;
  if (before.text === told.text) return true;
  for (const [, key] of told.text.matchAll(/=(\d+)/g))
    if (scopes.some((scope) => firstIn(scope, Number(key)) === Number.POSITIVE_INFINITY)) return false;
  blocks.set(block, { ...told, scopes });
  return true;
}

class Events implements Told {
  text = "";
  frame = "";
  private readonly used = new Set<string>();

  /** The same use twice says no more, until something else is said. */
  use(event: string): void {
    if (this.used.has(event)) return;
    this.used.add(event);
    this.text += event;
    if (!event.startsWith("=")) this.frame += event;
  }

  add(event: string): void {
    this.used.clear();
    this.text += event;
    this.frame += event;
  }
}

class Walk {
  private readonly state: CompilerState;
  private readonly questions: ScopeQuestions;
  /** calls are not followed */
  private readonly isShallow: boolean;
  private readonly uses: Use[] = [];
  private readonly inVain = new Set<number>();
  private readonly declared = new Set<number>();
  private readonly blocks = new Map<number, Read>();
  /** those of the block that is read */
  private events = new Events();
  private met = 0;
  private steps = 0;

  constructor(state: CompilerState, questions: ScopeQuestions, isShallow = false) {
    this.state = state;
    this.questions = questions;
    this.isShallow = isShallow;
  }

  tell(block: number): Told {
    this.read(block, { parent: undefined, names: new Map(), seen: new Set() }, undefined);
    return this.blocks.get(block) as Read;
  }

  of(root: number): FileScopes {
    this.read(root, { parent: undefined, names: new Map(), seen: new Set([root]) }, undefined);
    const { declared, blocks } = this;
    if (this.steps > MOST_STEPS) return { ...NOTHING, blocks };
    const mistakes: ScopeMistake[] = [];
    for (const use of this.uses) {
      const key = use.word * GROUPS + use.group;
      const number = firstIn(use.scope, key);
      if (number < use.limit) continue;
      const { scope, limit: _, ...rest } = use;
      const isRequiredInVain = scope.parent === undefined && this.inVain.has(key);
      mistakes.push({ ...rest, isLater: number < Number.POSITIVE_INFINITY, isRequiredInVain });
    }
    return { mistakes, declared, blocks };
  }

  private read(block: number, scope: Scope, call: Place | undefined): void {
    const { blocks, code } = this.state;
    const around = this.events;
    const events = new Events();
    this.events = events;
    const stop = blocks.codeEnd.at[block] as number;
    for (
      let at = blocks.codeStart.at[block] as number;
      at >= 0 && at < stop && this.steps++ <= MOST_STEPS;
      at += OP_LENGTH[code.at[at] as number] as number
    ) {
      const op = code.at[at] as number;
      if (op === OP_REQUIRE || op === OP_GENREQUIRE) {
        this.mention(at, scope, op === OP_GENREQUIRE);
        continue;
      }
      if (!this.passesBy(op, at)) this.use(block, at, scope, call);
      if (op === OP_DECL) this.mention(at, scope, false);
      else if (op === OP_CALL) this.enter(code.at[at + 1] as number, scope, call ?? this.callAt(block, at));
      else if (op === OP_OPTIONAL)
        for (const branch of [code.at[at + 1] as number, code.at[at + 2] as number])
          if (branch >= 0)
            this.enter(branch, { parent: scope, names: new Map(), seen: new Set() }, undefined);
    }
    const { text, frame } = events;
    this.blocks.set(block, { text, frame, scopes: [...(this.blocks.get(block)?.scopes ?? []), scope] });
    this.events = around;
  }

  /** True for what uses no such name, which is told fast: most rules, and calls. */
  private passesBy(op: number, at: number): boolean {
    const { code, blocks } = this.state;
    if (op === OP_CALL) return blocks.kind.at[code.at[at + 1] as number] !== BLOCK_COND;
    if (op !== OP_AV) return false;
    const { questions } = this;
    return !questions.isForeign(code.at[at + 2] as number) && !questions.isForeign(code.at[at + 3] as number);
  }

  /** The call itself, when it applies a macro: branches of conditions belong to the text around them. */
  private callAt(block: number, at: number): Place | undefined {
    const { blocks, code } = this.state;
    return blocks.kind.at[code.at[at + 1] as number] === BLOCK_MACRO ? { block, at } : undefined;
  }

  private enter(block: number, scope: Scope, call: Place | undefined): void {
    if (!this.questions.matters(block)) return;
    this.events.add(`>${block}`);
    if (this.isShallow || scope.seen.has(block)) return;
    scope.seen.add(block);
    this.read(block, scope, call);
  }

  private mention(at: number, scope: Scope, isGenerated: boolean): void {
    const { code } = this.state;
    const group = groupOf(code.at[at + 1] as number);
    const word = code.at[at + 2] as number;
    if (!isScoped(group) || this.questions.isGlobal(group, word)) return;
    const key = word * GROUPS + group;
    this.events.add(`${isGenerated ? "g" : ""}${code.at[at]}:${key}`);
    if (code.at[at] === OP_DECL) this.declared.add(key);
    if (isGenerated && scope.parent === undefined) this.inVain.add(key);
    else if (!scope.names.has(key)) scope.names.set(key, this.met);
    this.met++;
  }

  private use(block: number, at: number, scope: Scope, call: Place | undefined): void {
    const { questions } = this;
    usesAt(
      this.state,
      block,
      at,
      (value) => questions.isForeign(value),
      (group, word, operand, leaf, early) => {
        if (questions.isGlobal(group, word)) return;
        this.events.use(`${early ? "<" : "="}${word * GROUPS + group}`);
        const limit = early ? this.met : Number.POSITIVE_INFINITY;
        this.uses.push({ block, at, group, word, operand, leaf, call, scope, limit });
      },
    );
  }
}

/** The number of the first mention in a scope and those around it. */
function firstIn(scope: Scope, key: number): number {
  let first = Number.POSITIVE_INFINITY;
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent)
    first = Math.min(first, at.names.get(key) ?? first);
  return first;
}
