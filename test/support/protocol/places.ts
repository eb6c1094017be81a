/**
 * Places in messages: every range and position of a message must lie in the document that it is about, in the
 * negotiated encoding and not inside a character; a selection lies in its whole; edits of one document do not overlap.
 * The texts come from the watcher, which has seen every change.
 */

/** The texts that a document may have had when the message was made; undefined when nobody knows such a document. */
export type TextsOf = (uri: string) => readonly string[] | undefined;
export type Encoding = "utf-8" | "utf-16" | "utf-32";

interface Position {
  readonly line: number;
  readonly character: number;
}
interface Range {
  readonly start: Position;
  readonly end: Position;
}
type Json = Readonly<Record<string, unknown>>;

export class Places {
  readonly faults: string[] = [];
  private readonly textsOf: TextsOf;
  private readonly encoding: Encoding;
  /** the document that the request was about */
  private readonly asked: string | undefined;

  constructor(textsOf: TextsOf, encoding: Encoding, asked: string | undefined) {
    this.textsOf = textsOf;
    this.encoding = encoding;
    this.asked = asked;
  }

  /** Looks at everything in a message; `uri` is the document that places without one are about. */
  look(value: unknown, uri: string | undefined, path: string): void {
    if (Array.isArray(value)) {
      value.forEach((item, i) => void this.look(item, uri, `${path}[${i}]`));
      if (value.every(isEdit)) this.apart(value as Json[], path);
      return;
    }
    if (!isRecord(value)) return;
    if (isRange(value)) return void this.range(value, uri, path);
    const own = documentOf(value) ?? uri;
    for (const [key, given] of Object.entries(value)) {
      const at = `${path}.${key}`;
      if (key === "data" || key === "arguments" || key === "initializationOptions") continue;
      if (key === "changes" || key === "relatedDocuments") {
        if (!isRecord(given)) this.look(given, own, at);
        else for (const [where, inner] of Object.entries(given)) this.look(inner, where, `${at}[${where}]`);
      } else if (key === "originSelectionRange") this.look(given, this.asked, at);
      else if (key === "fromRanges") this.look(given, documentOf(value.from) ?? this.asked, at);
      else if ((key === "position" || key === "positions") && own !== undefined)
        this.positions(given, own, at);
      else this.look(given, own, at);
    }
    within(value.selectionRange, value.range, `${path}.selectionRange`, this.faults);
    within(value.targetSelectionRange, value.targetRange, `${path}.targetSelectionRange`, this.faults);
    if (isRecord(value.parent)) within(value.range, value.parent.range, `${path}.range`, this.faults);
  }

  private positions(given: unknown, uri: string, path: string): void {
    for (const one of Array.isArray(given) ? given : [given])
      if (isPosition(one)) this.range({ start: one, end: one }, uri, path);
  }

  private range(range: Range, uri: string | undefined, path: string): void {
    if (compare(range.start, range.end) > 0)
      this.faults.push(`${path}: ${show(range)} ends before it starts`);
    if (uri === undefined) return void this.faults.push(`${path}: a range in no document`);
    if (/^selinux-/.test(uri)) return;
    const texts = this.textsOf(uri);
    if (texts === undefined) return void this.faults.push(`${path}: ${uri} does not exist`);
    const fits = (text: string) =>
      isIn(text, range.start, this.encoding) && isIn(text, range.end, this.encoding);
    if (!texts.some(fits)) this.faults.push(`${path}: ${show(range)} is not in ${uri}`);
  }

  /** Edits of one document. */
  private apart(edits: readonly Json[], path: string): void {
    const ranges = edits.map((edit) => edit.range as Range).sort((a, b) => compare(a.start, b.start));
    for (let i = 1; i < ranges.length; i++)
      if (compare((ranges[i - 1] as Range).end, (ranges[i] as Range).start) > 0)
        this.faults.push(`${path}: edits overlap at ${show(ranges[i] as Range)}`);
  }

  /** Semantic tokens: in order, in the document, of the legend. */
  tokens(data: readonly number[], uri: string, legend: { types: number; modifiers: number }): void {
    if (data.length % 5 !== 0) return void this.faults.push("tokens: not five numbers each");
    let line = 0;
    let character = 0;
    let end = 0;
    for (let i = 0; i < data.length; i += 5) {
      const [lines, characters, length, type, modifiers] = data.slice(i, i + 5) as [
        number,
        number,
        number,
        number,
        number,
      ];
      if (lines > 0) [character, end] = [0, 0];
      line += lines;
      character += characters;
      if (character < end) this.faults.push(`tokens: token ${i / 5} lies on the one before it`);
      end = character + length;
      if (length === 0) this.faults.push(`tokens: token ${i / 5} is empty`);
      if (type >= legend.types || modifiers >= 2 ** legend.modifiers)
        this.faults.push(`tokens: token ${i / 5} is not of the legend`);
      this.range({ start: { line, character }, end: { line, character: end } }, uri, `tokens[${i / 5}]`);
      if (this.faults.length > 5) return;
    }
  }
}

function documentOf(value: unknown): string | undefined {
  if (!isRecord(value)) return undefined;
  if (typeof value.uri === "string") return value.uri;
  if (typeof value.targetUri === "string") return value.targetUri;
  return isRecord(value.textDocument) ? documentOf(value.textDocument) : undefined;
}

function isIn(text: string, { line, character }: Position, encoding: Encoding): boolean {
  const found = lineOf(text, line);
  if (found === undefined) return false;
  if (encoding === "utf-16") {
    const code = found.charCodeAt(character);
    const isInPair = code >= 0xdc00 && code < 0xe000 && character > 0;
    return character <= found.length && !isInPair;
  }
  if (encoding === "utf-32") return character <= [...found].length;
  const bytes = Buffer.from(found);
  return (
    character === bytes.length || (character < bytes.length && ((bytes[character] as number) & 0xc0) !== 0x80)
  );
}

const LINES = new Map<string, readonly string[]>();
/** The text that was asked about last: a look into the map compares texts, and one text is asked about for each place. */
let latest: { readonly text: string; readonly lines: readonly string[] } | undefined;

function lineOf(text: string, line: number): string | undefined {
  if (latest?.text === text) return latest.lines[line];
  let lines = LINES.get(text);
  if (lines === undefined) {
    lines = text.split(/\r\n|\n|\r/);
    if (LINES.size > 50) LINES.clear();
    LINES.set(text, lines);
  }
  latest = { text, lines };
  return lines[line];
}

function within(inner: unknown, outer: unknown, path: string, faults: string[]): void {
  if (!isRange(inner) || !isRange(outer)) return;
  if (compare(inner.start, outer.start) < 0 || compare(inner.end, outer.end) > 0)
    faults.push(`${path}: ${show(inner)} is not in ${show(outer)}`);
}

export function compare(a: Position, b: Position): number {
  return a.line - b.line || a.character - b.character;
}

function isEdit(value: unknown): boolean {
  return isRecord(value) && isRange(value.range) && typeof value.newText === "string";
}

function isPosition(value: unknown): value is Position {
  return isRecord(value) && typeof value.line === "number" && typeof value.character === "number";
}

export function isRange(value: unknown): value is Range {
  return isRecord(value) && isPosition(value.start) && isPosition(value.end);
}

export function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function show({ start, end }: Range): string {
  return `${start.line}:${start.character}–${end.line}:${end.character}`;
}
