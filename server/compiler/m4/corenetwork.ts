/*
 * corenetwork.te and corenetwork.if, which a fresh checkout of the reference policy does not contain.
 *
 * Does what the Makefile's two rules do: a header, the .in file (for the interfaces: as it stands, then once
 * more only its network declarations, expanded with the .m4 macros), and `dollarsone` turned into `$1`; and tells of
 * each piece of both texts which piece of the .in files it comes from. Pure.
 */

import { type M4Error, type M4Limits, type M4Result, runM4 } from "./m4.ts";
import { COPY, OWN, PIECE } from "./pieces.ts";
import { kindOf, readThrough, type Unclosed } from "./readThrough.ts";
import { type OriginInput, startInOutput, type TextOrigin } from "./textOrigin.ts";

/** The texts that the rules read. */
export interface CorenetworkSources {
  /** corenetwork.te.in, corenetwork.te.m4, corenetwork.if.in, corenetwork.if.m4. */
  readonly teIn: string;
  readonly teM4: string;
  readonly ifIn: string;
  readonly ifM4: string;
  /** support/divert.m4 and support/undivert.m4. */
  readonly divert?: string;
  readonly undivert?: string;
}

/** A generated text and what it was made from. */
export interface GeneratedText {
  readonly text: string;
  readonly origin: TextOrigin;
  /** what m4 would give up at */
  readonly mistakes: readonly Mistake[];
}

/** A mistake that is not to be seen in the text, because nothing was made of it. Places are those of the text. */
export interface Mistake {
  readonly start: number;
  readonly end: number;
  readonly code: string;
  readonly message: string;
}

/** The generated texts and what m4 had to say. */
export interface Corenetwork {
  readonly te: GeneratedText;
  readonly if: GeneratedText;
  readonly errors: readonly M4Error[];
}

const FOLDER = "policy/modules/kernel/";
// grep -E of the Makefile; its alternation splits the anchor off the infiniband names, as here.
const DECLARATION = /^[ \t]*(network_(interface|node|port|packet)(_controlled)?)|ib_(pkey|endport)\(.*\)/;
/** The .in file among the four inputs of m4: divert.m4, the macros, undivert.m4, the .in file. */
const M4_INPUT = 3;

function header(name: string): string {
  return [
    "#",
    "# This is a generated file!  Instead of modifying this file, the",
    `# ${name}.in or ${name}.m4 file should be modified.`,
    "#",
    "",
  ].join("\n");
}

/** Generates both files; `defines` are M4PARAM's (self_contained_policy is added here). `at` names the .in files. */
export function generateCorenetwork(
  sources: CorenetworkSources,
  defines: Readonly<Record<string, string>>,
  limits: Partial<M4Limits> = {},
  at: string = `${FOLDER}corenetwork`,
): Corenetwork {
  const run = (path: string, macros: string, text: string): M4Result =>
    runM4(
      [
        { path: "support/divert.m4", text: sources.divert ?? "divert(`-1')" },
        { path: `${at}.${path}.m4`, text: macros },
        { path: "support/undivert.m4", text: sources.undivert ?? "divert" },
        { path: `${at}.te.in`, text },
      ],
      { defines: { ...defines, self_contained_policy: "" }, limits, provenance: "pieces" },
    );
  const path = `${at}.te.in`;
  const rules: OriginInput = { path, text: sources.teIn };
  const plain: OriginInput = { path: `${at}.if.in`, text: sources.ifIn };
  const teMacros: OriginInput = { path: `${at}.te.m4`, text: sources.teM4 };
  const ifMacros: OriginInput = { path: `${at}.if.m4`, text: sources.ifM4 };
  const te = readThrough((text) => run("te", sources.teM4, text), path, sources.teIn);
  const declarations = declarationsIn(te.text);
  const made = readThrough((text) => run("if", sources.ifM4, text), path, declarations.text);
  const inWhole = (offset: number) => offset + declarations.shift(offset);
  const ifHeader = header("corenetwork.if");
  const teText = assemble(
    [rules, teMacros],
    Int32Array.of(0, 0, 0, OWN),
    header("corenetwork.te"),
    piecesOf(te.result, te.text, 0),
    te.result.value,
  );
  const ifText = assemble(
    [plain, rules, ifMacros],
    Int32Array.of(0, 0, 0, OWN, ifHeader.length, 0, 0, COPY),
    ifHeader + sources.ifIn,
    piecesOf(made.result, made.text, 1, inWhole),
    made.result.value,
  );
  // A declaration may be whole only together with a line that the interfaces are made without.
  const cut = made.unclosed.map((one) => ({ ...one, start: inWhole(one.start), end: inWhole(one.end) }));
  return {
    te: {
      ...teText,
      mistakes: [...mistakesAt(teText, path, [...te.unclosed, ...cut]), ...givenUp(te.result)],
    },
    if: { ...ifText, mistakes: givenUp(made.result) },
    errors: [...te.errors, ...made.errors],
  };
}

/** Lines that count as empty, where the generated text has them. */
function mistakesAt(
  { text, origin }: Pick<GeneratedText, "text" | "origin">,
  path: string,
  lines: readonly Unclosed[],
): Mistake[] {
  return lines.map(({ start, end, code, message }) => {
    // A line that counts as empty is blanks there, unless it was a part of a call.
    const there = startInOutput(origin, text, path, start) ?? 0;
    const isBlank = text.slice(there, there + end - start).trim() === "";
    return { start: there, end: isBlank ? there + end - start : there, code, message };
  });
}

/** What m4 gave up at all the same: it stands in no text that was generated, so the message says where. */
function givenUp({ errors }: M4Result): Mistake[] {
  return errors
    .filter(({ kind }) => kind !== "warning" && kind !== "errprint")
    .map((error) => {
      const said = kindOf(error) ?? { code: "parse-syntax", message: `m4 gives up: ${error.message}` };
      const file = error.file.slice(error.file.lastIndexOf("/") + 1);
      return { start: 0, end: 0, code: said.code, message: `${file}:${error.line}: ${said.message}` };
    });
}

/** The lines with network declarations, and how much further each offset in them stands in the whole text. */
function declarationsIn(teIn: string): { readonly text: string; readonly shift: (offset: number) => number } {
  const lines: string[] = [];
  const starts: number[] = [];
  const shifts: number[] = [];
  let from = 0;
  let to = 0;
  for (const line of teIn.split("\n")) {
    if (DECLARATION.test(line)) {
      lines.push(`${line}\n`);
      starts.push(to);
      shifts.push(from - to);
      to += line.length + 1;
    }
    from += line.length + 1;
  }
  return {
    text: lines.join(""),
    shift: (offset) => shifts[starts.findLastIndex((start) => start <= offset)] ?? 0,
  };
}

/** The pieces that m4 noted, in UTF-16 units, with the .in file under its number among the inputs. */
function piecesOf(
  { pieces = new Int32Array(0), value }: M4Result,
  text: string,
  input: number,
  inWhole: (offset: number) => number = (offset) => offset,
): Int32Array {
  const outputUnit = unitsOf(value);
  const inputUnit = unitsOf(text);
  for (let at = 0; at < pieces.length; at += PIECE) {
    const isOurs = pieces[at + 1] === M4_INPUT;
    pieces[at] = outputUnit(pieces[at] as number);
    // Else what the .m4 files say themselves.
    pieces[at + 1] = isOurs ? input : 0;
    pieces[at + 2] = isOurs ? inWhole(inputUnit(pieces[at + 2] as number)) : 0;
    if (!isOurs) pieces[at + 3] = OWN;
  }
  return pieces;
}

/** From offsets in bytes of UTF-8 to offsets in UTF-16 units. */
function unitsOf(text: string): (byte: number) => number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII
  if (/^[\x00-\x7f]*$/.test(text)) return (byte) => byte;
  const units = new Int32Array(text.length * 3 + 1);
  let bytes = 0;
  for (let unit = 0; unit < text.length; unit++) {
    const code = text.charCodeAt(unit);
    const isLow = code >= 0xdc00 && code < 0xe000;
    const isHigh = code >= 0xd800 && code < 0xdc00;
    const width = code < 0x80 ? 1 : code < 0x800 ? 2 : isHigh ? 4 : isLow ? 0 : 3;
    units.fill(unit, bytes, bytes + width);
    bytes += width;
  }
  units[bytes] = text.length;
  return (byte) => units[Math.min(byte, bytes)] as number;
}

/** Header and what m4 made of the inputs, the last of which holds the macros. `dollarsone` and `dollarszero` become
 *  parameters (sed, after m4); these words stand in the macros' bodies, so no copied piece is cut by them. */
function assemble(
  inputs: readonly OriginInput[],
  before: Int32Array,
  beginning: string,
  pieces: Int32Array,
  value: string,
): Pick<GeneratedText, "text" | "origin"> {
  const all = new Int32Array(before.length + pieces.length);
  all.set(before);
  all.set(pieces, before.length);
  let next = before.length;
  let shift = beginning.length;
  const moveUpTo = (offset: number): void => {
    for (; next < all.length && (all[next] as number) <= offset; next += PIECE)
      all[next] = (all[next] as number) + shift;
  };
  const text = value.replace(/dollars(one|zero)/g, (word, which: string, at: number) => {
    moveUpTo(at);
    shift += 2 - word.length;
    return which === "one" ? "$1" : "$0";
  });
  moveUpTo(value.length);
  return { text: beginning + text, origin: { inputs, pieces: all, macros: inputs.at(-1) as OriginInput } };
}
