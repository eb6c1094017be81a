// Why an optional is off: the first name that it, or a macro that it calls, requires and that the policy does not
// declare. The same question as optionals.ts's isMet, asked of the finished policy, so that blocks which are no part of
// it can be judged too.

import {
  SYM_CATEGORY,
  SYM_CLASS,
  SYM_ROLE,
  SYM_SENSITIVITY,
  SYM_TYPE,
  SYM_USER,
} from "../../grammar/syntax/kinds.ts";
import { OP_CALL, OP_GENREQUIRE, OP_LENGTH, OP_REQUIRE, SYM_PERMISSION } from "./code.ts";
import type { CompiledPolicy } from "./compile.ts";
import {
  GROUP_BOOL,
  GROUP_CAT,
  GROUP_CLASS,
  GROUP_ROLE,
  GROUP_SENS,
  GROUP_TYPE,
  GROUP_USER,
  groupOf,
} from "./optionals.ts";
import { isPlaceholder, type Program } from "./scratch.ts";

const NOUNS: ReadonlyMap<number, string> = new Map([
  [SYM_CLASS, "class"],
  [SYM_ROLE, "role"],
  [SYM_TYPE, "type"],
  [SYM_USER, "user"],
  [SYM_SENSITIVITY, "sensitivity"],
  [SYM_CATEGORY, "category"],
]);

/** What a block lacks, e.g. `type foo_t`; undefined when it lacks nothing. */
export function missingName(compiled: CompiledPolicy, program: Program, block: number): string | undefined {
  if (compiled.options.mode === "modular") return undefined;
  const { blocks, code } = program;
  const seen = new Set<number>([block]);
  const queue = [block];
  for (let at = 0; at < queue.length; at++) {
    const current = queue[at] as number;
    const stop = blocks.codeEnd.at[current] as number;
    for (let op = blocks.codeStart.at[current] as number; op >= 0 && op < stop; ) {
      const kind = code.at[op] as number;
      if (kind === OP_REQUIRE || kind === OP_GENREQUIRE) {
        const missing = lacks(
          compiled,
          code.at[op + 1] as number,
          code.at[op + 2] as number,
          code.at[op + 3] as number,
        );
        if (missing !== undefined) return missing;
      } else if (kind === OP_CALL) {
        const child = code.at[op + 1] as number;
        if (!seen.has(child)) {
          seen.add(child);
          queue.push(child);
        }
      }
      op += OP_LENGTH[kind] as number;
    }
  }
  return undefined;
}

function lacks(
  compiled: CompiledPolicy,
  symbol: number,
  word: number,
  classWord: number,
): string | undefined {
  const name = compiled.words.text(word);
  if (isPlaceholder(name)) return undefined;
  if (symbol === SYM_PERMISSION)
    return compiled.activation.globals.hasPermission(classWord, word)
      ? undefined
      : `permission ${name} of class ${compiled.words.text(classWord)}`;
  if (isDeclared(compiled, symbol, word, name)) return undefined;
  return `${NOUNS.get(symbol) ?? (groupOf(symbol) === GROUP_TYPE ? "attribute" : "boolean")} ${name}`;
}

function isDeclared(compiled: CompiledPolicy, symbol: number, word: number, name: string): boolean {
  const { db, types } = compiled.state;
  switch (groupOf(symbol)) {
    case GROUP_TYPE:
      return types.valueOf(word) !== 0;
    case GROUP_ROLE:
      return db.roles.valueOf(name) !== 0;
    case GROUP_USER:
      return db.users.valueOf(name) !== 0;
    case GROUP_BOOL:
      return db.bools.valueOf(name) !== 0;
    case GROUP_CLASS:
      return db.classes.valueOf(name) !== 0;
    case GROUP_SENS:
      return db.sens.valueOf(name) !== 0;
    case GROUP_CAT:
      return db.cats.valueOf(name) !== 0;
    default:
      return true;
  }
}
