/*
 * m4's `format`: printf over string arguments.
 *
 * Follows GNU m4 1.4's format.c: integers are 32 bits wide, missing arguments are empty strings or zero,
 * `*` takes width or precision from the arguments. Every field is bounded by `maxField`. Does not do `%a`
 * hexadecimal floats (reported as unrecognised). Pure.
 */

/** The text, the warnings, and whether a field was wider than allowed. */
export interface Formatted {
  readonly text: string;
  readonly warnings: readonly string[];
  readonly tooWide: boolean;
}

const SPEC = /^([-+ 0#']*)(\*|[0-9]*)(?:(\.)(\*|-?[0-9]*))?(hh|h|ll|l)?([diouxXcsfFeEgG])/;

interface Args {
  readonly list: readonly string[];
  next: number;
  readonly warnings: string[];
}

/** A decimal number as C's strtol reads it, cut to 32 bits, and what m4 has to say about it. */
export function parseInteger(text: string): { readonly value: number; readonly warning: string } {
  if (text === "") return { value: 0, warning: "empty" };
  const digits = /^[ \t\n\v\f\r]*([-+]?[0-9]+)/.exec(text);
  let warning = "";
  if (digits === null || digits[0].length !== text.length) warning = "numeric";
  else if (/^[ \t\n\v\f\r]/.test(text)) warning = "blank";
  if (digits === null) return { value: 0, warning };
  const number = digits[1] as string;
  if (number.length < 10) return { value: Number(number), warning };
  if (number.length > 25) return { value: number.startsWith("-") ? 0 : -1, warning: warning || "overflow" };
  const big = BigInt(number.replace("+", ""));
  const long = big > 0x7fffffffffffffffn ? -1n : big < -0x8000000000000000n ? 0n : big;
  return { value: Number(BigInt.asIntN(32, long)), warning: warning || (big === long ? "" : "overflow") };
}

function nextInteger(a: Args): number {
  const text = a.list[a.next++];
  if (text === undefined) return 0;
  const { value, warning } = parseInteger(text);
  if (warning === "empty") a.warnings.push("empty string treated as 0");
  else if (warning === "numeric") a.warnings.push(`non-numeric argument ${text}`);
  else if (warning === "blank") a.warnings.push("leading whitespace ignored");
  else if (warning === "overflow" || value !== Number(text)) a.warnings.push("numeric overflow detected");
  return value;
}

function integerField(kind: string, size: string, value: number, flags: string, precision: number): string {
  let bits = value;
  if (size === "h") bits = kind === "d" || kind === "i" ? (bits << 16) >> 16 : bits & 0xffff;
  if (size === "hh") bits = kind === "d" || kind === "i" ? (bits << 24) >> 24 : bits & 0xff;
  let digits: string;
  let sign = "";
  if (kind === "d" || kind === "i") {
    sign = bits < 0 ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
    digits = String(Math.abs(bits));
  } else if (kind === "u") digits = String(bits >>> 0);
  else digits = (bits >>> 0).toString(kind === "o" ? 8 : 16);
  if (precision === 0 && bits === 0) digits = "";
  if (precision > 0) digits = digits.padStart(precision, "0");
  if (flags.includes("#") && bits !== 0) {
    if (kind === "o" && !digits.startsWith("0")) digits = `0${digits}`;
    if (kind === "x" || kind === "X") sign = "0x";
  }
  return kind === "X" ? (sign + digits).toUpperCase() : sign + digits;
}

function floatField(kind: string, value: number, flags: string, precision: number): string {
  const places = Math.min(precision < 0 ? 6 : precision, 100);
  const size = Math.abs(value);
  let text: string;
  const lower = kind.toLowerCase();
  if (!Number.isFinite(size)) text = Number.isNaN(size) ? "nan" : "inf";
  else if (lower === "f") text = size.toFixed(places);
  else if (lower === "e") text = size.toExponential(places);
  else {
    const exponent = size === 0 ? 0 : Number(size.toExponential(Math.max(places, 1) - 1).split("e")[1]);
    const wide = exponent < -4 || exponent >= Math.max(places, 1);
    text = wide
      ? size.toExponential(Math.max(places, 1) - 1)
      : size.toFixed(Math.min(100, Math.max(places, 1) - 1 - exponent));
    if (!flags.includes("#")) text = text.replace(/(\.[0-9]*?)0+($|e)/, "$1$2").replace(/\.($|e)/, "$1");
  }
  text = text.replace(/e([-+])([0-9])$/, "e$10$2");
  const sign =
    value < 0 || Object.is(value, -0) ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  return kind === lower ? sign + text : (sign + text).toUpperCase();
}

function nextFloat(a: Args): number {
  const text = a.list[a.next++];
  if (text === undefined) return 0;
  const number = Number.parseFloat(text);
  if (text === "") a.warnings.push("empty string treated as 0");
  else if (!Number.isFinite(Number(text))) a.warnings.push(`non-numeric argument ${text}`);
  return Number.isNaN(number) ? 0 : number;
}

function flagsFit(flags: string, kind: string, precision: boolean): boolean {
  const text = kind === "c" || kind === "s";
  if (/[+ ]/.test(flags) && !"difFeEgG".includes(kind)) return false;
  if (flags.includes("0") && text) return false;
  if (flags.includes("#") && !"oxXfFeEgG".includes(kind)) return false;
  if (flags.includes("'") && !"diufFgG".includes(kind)) return false;
  return !(precision && kind === "c");
}

function pad(text: string, flags: string, width: number, zeros: boolean): string {
  if (flags.includes("-")) return text.padEnd(width);
  if (!zeros) return text.padStart(width);
  const sign = /^([-+ ]?(?:0[xX])?)/.exec(text)?.[0] ?? "";
  return sign + text.slice(sign.length).padStart(width - sign.length, "0");
}

function oneField(match: RegExpExecArray, a: Args, maxField: number): string | undefined {
  let flags = match[1] as string;
  const size = match[5] ?? "";
  const kind = match[6] as string;
  let width = match[2] === "*" ? nextInteger(a) : Number(match[2]);
  let precision = -1;
  if (match[3] !== undefined) precision = match[4] === "*" ? nextInteger(a) : Number(match[4]);
  if (width < 0) {
    flags += "-";
    width = -width;
  }
  if (width > maxField || precision > maxField) return undefined;
  if ("diouxX".includes(kind)) {
    const zeros = flags.includes("0") && precision < 0;
    return pad(integerField(kind, size, nextInteger(a), flags, precision), flags, width, zeros);
  }
  if (kind === "s") {
    const text = a.list[a.next++] ?? "";
    return pad(precision >= 0 ? text.slice(0, precision) : text, flags, width, false);
  }
  if (kind === "c") {
    const code = nextInteger(a) & 255;
    // m4 builds C strings: the byte 0 ends the field.
    return code === 0
      ? " ".repeat(Math.max(0, width - 1))
      : pad(String.fromCharCode(code), flags, width, false);
  }
  return pad(floatField(kind, nextFloat(a), flags, precision), flags, width, flags.includes("0"));
}

/** Formats `list` after `template`; both are strings of byte values. */
export function formatText(template: string, list: readonly string[], maxField: number): Formatted {
  const a: Args = { list, next: 0, warnings: [] };
  const pieces: string[] = [];
  let length = 0;
  for (let at = 0; at < template.length; ) {
    const percent = template.indexOf("%", at);
    const stop = percent < 0 ? template.length : percent;
    pieces.push(template.slice(at, stop));
    length += stop - at;
    if (percent < 0) break;
    at = percent + 1;
    if (template[at] === "%") {
      pieces.push("%");
      at++;
      continue;
    }
    const match = SPEC.exec(template.slice(at, at + 64));
    if (match === null || !flagsFit(match[1] as string, match[6] as string, match[3] !== undefined)) {
      a.warnings.push(`Warning: unrecognized specifier in \`${template}'`);
      at +=
        match?.[0].length ??
        /^[-+ 0#'*.0-9hl]*[^-+ 0#'*.hl]?/.exec(template.slice(at, at + 64))?.[0].length ??
        0;
      continue;
    }
    at += match[0].length;
    const field = oneField(match, a, maxField);
    length += field?.length ?? 0;
    if (field === undefined || length > maxField) return { text: "", warnings: a.warnings, tooWide: true };
    pieces.push(field);
  }
  return { text: pieces.join(""), warnings: a.warnings, tooWide: false };
}
