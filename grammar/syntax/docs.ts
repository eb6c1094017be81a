// Documentation comments of the reference policy: the lines that start with `##` above an interface, template,
// tunable, boolean or at the top of a module, in an XML of a few tags (doc/policy.dtd: summary, desc, param, p, ul,
// li, br, infoflow, required, rolebase). Read tolerantly: tags are cut out with a hand-written reader, a tag that
// is not closed ends with the text, unknown tags vanish. Nothing here throws.

/** One parameter, in the order of the text (which is the order of `$1`, `$2` …). */
export interface ParameterDocs {
  readonly name: string;
  readonly summary: string;
  readonly optional: boolean;
  readonly unused: boolean;
}

/** What a documentation comment says, as plain text; paragraphs are separated by an empty line, items start with `- `. */
export interface Docs {
  readonly summary: string;
  readonly desc: string;
  readonly params: readonly ParameterDocs[];
  /** `<infoflow type= weight=>` */
  readonly infoflow: { readonly type: string; readonly weight: number } | undefined;
  /** `<rolecap/>`, `<rolebase/>` */
  readonly roleCapability: boolean;
  /** `<required val="true">` */
  readonly required: boolean;
  /** the comment's range */
  readonly start: number;
  readonly end: number;
}

/** The documentation in the comment that ends above the line that holds `offset`. */
export function docsAbove(text: string, offset: number): Docs | undefined {
  const comment = commentAbove(text, offset);
  return comment === undefined ? undefined : parseDocs(comment.xml, comment.start, comment.end);
}

/** The summary of `docsAbove` alone: who lists thousands of interfaces needs no more; empty for none. */
export function summaryAbove(text: string, offset: number): string {
  const comment = commentAbove(text, offset);
  if (comment === undefined) return "";
  const last = elements(comment.xml, "summary").at(-1);
  return last?.name === "summary" ? plain(last.content) : "";
}

function commentAbove(
  text: string,
  offset: number,
): { readonly xml: string; readonly start: number; readonly end: number } | undefined {
  let lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  const lines: string[] = [];
  let start = -1;
  let end = -1;
  while (lineStart > 0) {
    const previous = text.lastIndexOf("\n", lineStart - 2) + 1;
    const line = text.slice(previous, lineStart - 1).trimEnd();
    const content = documentation(line);
    if (content === undefined) {
      if (!/^\s*#/.test(line)) break;
    } else {
      lines.push(content);
      start = previous;
      if (end < 0) end = previous + line.length;
    }
    if (lines.length > 2000) break;
    lineStart = previous;
  }
  return lines.length === 0 ? undefined : { xml: lines.reverse().join("\n"), start, end };
}

/** The documentation at the top of a module's interface file: the first `##` comment that no interface follows. */
export function moduleDocs(text: string): Docs | undefined {
  const lines: string[] = [];
  let start = -1;
  let end = -1;
  for (let at = 0; at < text.length; ) {
    let next = text.indexOf("\n", at);
    if (next < 0) next = text.length;
    const line = text.slice(at, next).trimEnd();
    const content = documentation(line);
    if (content !== undefined) {
      if (start < 0) start = at;
      end = at + line.length;
      lines.push(content);
    } else if (start >= 0 || (line !== "" && !line.startsWith("#"))) break;
    at = next + 1;
  }
  return lines.length === 0 ? undefined : parseDocs(lines.join("\n"), start, end);
}

/** What follows `##` on a line, unless it is a ruler of number signs. */
function documentation(line: string): string | undefined {
  if (!line.includes("##")) return undefined;
  const match = /^\s*##(?!#)[ \t]?(.*)$/.exec(line);
  return match === null ? undefined : (match[1] as string);
}

/** A tag with its attributes and what is in it. */
interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly content: string;
}

function parseDocs(xml: string, start: number, end: number): Docs {
  const params: ParameterDocs[] = [];
  let summary = "";
  let desc = "";
  let infoflow: Docs["infoflow"];
  let roleCapability = false;
  let required = false;
  for (const element of elements(xml)) {
    if (element.name === "summary" && summary === "") summary = plain(element.content);
    else if (element.name === "desc" && desc === "") desc = plain(element.content);
    else if (element.name === "param") params.push(parameter(element));
    else if (element.name === "infoflow") {
      const weight = Number.parseInt(element.attributes.get("weight") ?? "10", 10);
      infoflow = {
        type: element.attributes.get("type") ?? "none",
        weight: Number.isNaN(weight) ? 10 : weight,
      };
    } else if (element.name === "rolecap" || element.name === "rolebase") roleCapability = true;
    else if (element.name === "required") required = element.attributes.get("val") === "true";
  }
  return { summary, desc, params, infoflow, roleCapability, required, start, end };
}

function parameter(element: Element): ParameterDocs {
  const inner = elements(element.content).find((child) => child.name === "summary");
  return {
    name: element.attributes.get("name") ?? "",
    summary: plain(inner?.content ?? element.content),
    optional: isYes(element.attributes.get("optional")),
    unused: isYes(element.attributes.get("unused")),
  };
}

function isYes(value: string | undefined): boolean {
  return value === "true" || value === "yes";
}

/** The elements at the top of a text, or the first ones up to one called `until`; those inside others are in `content`. */
function elements(xml: string, until?: string): Element[] {
  const found: Element[] = [];
  const tag = /<([A-Za-z][\w-]*)((?:\s+[\w-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/g;
  for (let match = tag.exec(xml); match !== null; match = tag.exec(xml)) {
    const name = (match[1] as string).toLowerCase();
    const attributes = attributesOf(match[2] as string);
    const from = match.index + match[0].length;
    const close = match[3] === "/" ? from : endOfElement(xml, name, from);
    found.push({ name, attributes, content: xml.slice(from, close) });
    if (name === until) break;
    tag.lastIndex = close;
  }
  return found;
}

/** Where an element's content ends: at its closing tag, at the next tag that cannot be inside it, or with the text. */
function endOfElement(xml: string, name: string, from: number): number {
  const close = xml.indexOf(`</${name}`, from);
  if (name === "param" || name === "summary" || name === "desc") {
    const next = xml.indexOf("<param", from);
    if (next >= 0 && (close < 0 || next < close)) return next;
  }
  return close < 0 ? xml.length : close;
}

const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();

function attributesOf(text: string): ReadonlyMap<string, string> {
  if (text === "") return NO_ATTRIBUTES;
  const attributes = new Map<string, string>();
  for (const match of text.matchAll(/([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
    attributes.set((match[1] as string).toLowerCase(), match[2] ?? match[3] ?? "");
  }
  return attributes;
}

/** XML → text: paragraphs, list items, entities. */
function plain(xml: string): string {
  const line = xml.replace(/\s+/g, " ");
  if (!/[<&]/.test(line)) return line.trim();
  return line
    .replace(/<\/?(?:p|ul|ol)\b[^>]*>|<br\s*\/?>/gi, "\n\n")
    .replace(/<li\b[^>]*>/gi, "\n- ")
    .replace(/<\/?[A-Za-z][^<>]*>/g, "")
    .replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => ENTITIES[name] ?? "")
    .replace(/[ \t]*\n[ \t]*/g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
