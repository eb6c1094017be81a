/**
 * Decides whether the product's findings agree with what the real tools said about a mutation: an error at the
 * right place when they failed, no error when they accepted. Places are right when they are the edit itself, the
 * statement after it (where a parser first notices), the place that the tools named, a use of the changed name,
 * or, for a lost quote, the opening of a block around it.
 */
import type { EngineFinding } from "./engine.ts";
import { applyMutation, type Mutation } from "./mutations.ts";
import type { Verdict } from "./mutationVerdict.ts";

/** Texts of the unmutated tree. */
export type TextOf = (file: string) => string | undefined;

/** Undefined when product and tools agree, else what is wrong. */
export function disagreement(
  mutation: Mutation,
  verdict: Verdict,
  findings: readonly EngineFinding[],
  textOf: TextOf,
): string | undefined {
  const errors = findings.filter(({ severity }) => severity === "error");
  const place = `${mutation.id} (${mutation.file}:${mutation.line})`;
  if (verdict.ok) {
    if (errors.length === 0 || !verdict.reached) return undefined;
    return `${place}: the tools accept it, we say ${describe(errors[0] as EngineFinding)}`;
  }
  if (errors.length === 0) return `${place}: the tools say “${verdict.message}”, we say nothing`;
  if (errors.some((error) => isRightPlace(mutation, verdict, error, textOf))) return undefined;
  const said = errors.slice(0, 3).map(describe).join("; ");
  return `${place}: the tools say “${verdict.message}” at ${verdict.at ?? "?"}, we say it elsewhere: ${said}`;
}

function describe({ file, line, code, message }: EngineFinding): string {
  return `${file}:${line} [${code}] ${message}`;
}

function isRightPlace(mutation: Mutation, verdict: Verdict, error: EngineFinding, textOf: TextOf): boolean {
  const original = textOf(mutation.file);
  if (original === undefined) return false;
  const mutated = applyMutation(original, mutation).split("\n");
  if (error.file === mutation.file) {
    if (error.line >= mutation.line - 1 && error.line <= nextStatement(mutated, mutation)) return true;
    if (mutation.kind === "dropped-quote" && opensBlockAround(mutated, error.line, mutation, verdict))
      return true;
  }
  if (isNamed(verdict.at, error)) return true;
  if (mutation.name === undefined) return false;
  const text = error.file === mutation.file ? mutated : (textOf(error.file) ?? "").split("\n");
  return usesName(text[error.line - 1] ?? "", [mutation.name, mutation.insert]);
}

/** The line of the first code after the edit, which is where a missing `;` or `}` shows. */
function nextStatement(lines: readonly string[], mutation: Mutation): number {
  const inserted = mutation.insert.split("\n").length - 1;
  let line = mutation.line + Math.max(1, inserted);
  while (line <= lines.length && /^\s*(#.*)?$/.test(lines[line - 1] ?? "")) line++;
  return line;
}

/** A line with an open quote between the outermost block that the tools name and the edit. */
function opensBlockAround(
  lines: readonly string[],
  line: number,
  mutation: Mutation,
  verdict: Verdict,
): boolean {
  const outermost = Number(verdict.at?.split(":").pop() ?? mutation.line);
  return (
    line >= Math.min(outermost, mutation.line) - 1 &&
    line <= mutation.line &&
    (lines[line - 1] ?? "").includes("`")
  );
}

/** Off by one is allowed: m4's line marks are, after an empty first line and inside calls over several lines. */
function isNamed(at: string | undefined, error: EngineFinding): boolean {
  if (at === undefined) return false;
  const colon = at.lastIndexOf(":");
  return error.file === at.slice(0, colon) && Math.abs(error.line - Number(at.slice(colon + 1))) <= 1;
}

function usesName(line: string, names: readonly string[]): boolean {
  const words = new Set(line.match(/[\w.-]+/g) ?? []);
  return names.some((name) => name !== "" && words.has(name));
}
