// Where findings are gathered: by file, each once, with the codes that they have in modules. What goes wrong within an
// installed header is told at the module's own call that leads there: nobody mends headers, and checkmodule names that
// line too (m4 -s keeps the lines of the module only).

import { byCodeUnit } from "../../grammar/text/order.ts";
import { CALLED_FROM } from "./callers.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { Finding, RelatedSite, Severity, Site } from "./face.ts";
import { compareSites } from "./siteOrder.ts";

/** Findings of one file beyond this number, in order of place, are left out; the last one says so. */
const MAX_PER_FILE = 500;

/** So many of one file are gathered at all. */
const MOST_GATHERED = 20_000;

/** In a module what is unknown is not required; these conditions have names of their own there. */
const IN_MODULES: Readonly<Record<string, string>> = {
  "type-unknown": "req-type",
  "class-unknown": "req-class",
  "perm-unknown": "req-perm",
  "cond-unknown": "req-bool",
};

/** Related places, or who knows them: they are asked for where a finding is kept or compared. */
type Related = readonly RelatedSite[] | (() => readonly RelatedSite[]);

/** A finding as it is given to the sink. */
export interface Told<R extends Related = Related> {
  readonly place: Site;
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly related: R;
}

/** What the sink asks about files: in a policy tree, and for a lone part of one, none is a header. */
interface Headers {
  /** true for files whose macros count and whose rules do not, which in modules are the installed headers */
  readonly holds: (file: number) => boolean;
  /** the macro that a call names */
  readonly calleeAt: (call: Site) => string;
}

/** Which of two sites is told first: negative when the first is. */
type Order = (a: Site, b: Site) => number;

const BY_FILE: Order = (a, b) => a.file - b.file || a.start - b.start;

/** Findings that are alike are compared so often; a macro that calls itself says the same a million times. */
const MOST_ALIKE = 20_000;

const NO_HEADERS: Headers = { holds: () => false, calleeAt: () => "" };

/** An error within a header, and the call in a file of the user's that leads there. */
interface InHeader {
  readonly message: string;
  readonly macro: string;
  readonly site: Site;
  readonly calls: readonly RelatedSite[];
  readonly from: RelatedSite;
}

/** A finding in its list, and how many that are alike were compared with it. */
interface Kept {
  readonly list: Finding[];
  readonly at: number;
  alike: number;
}

/**
 * Collects findings by file; the same finding from several expansions is one finding, told with the related places that
 * come first in the order, whichever expansion was looked at first.
 */
export class FindingSink {
  readonly byFile = new Map<number, Finding[]>();
  private readonly codes: Readonly<Record<string, string>>;
  private readonly headers: Headers;
  private readonly order: Order;
  private readonly seen = new Map<string, Kept>();
  private readonly inHeaders = new Map<string, { readonly code: string; readonly told: InHeader[] }>();

  constructor(order = BY_FILE, modular = false, headers = NO_HEADERS) {
    this.order = order;
    this.codes = modular ? IN_MODULES : {};
    this.headers = headers;
  }

  add(site: Site, severity: Severity, given: string, message: string, related: Related = []): void {
    const code = this.codes[given] ?? given;
    if (severity === "error" && this.headers.holds(site.file)) this.addToCaller(site, code, message, related);
    else this.keep(site, severity, code, message, related);
  }

  /** Tells an error of an installed header where a module calls into the headers; without such a call, where it is. */
  private addToCaller(site: Site, code: string, message: string, related: Related): void {
    const calls = typeof related === "function" ? related() : related;
    const from = calls.findLast((call) => call.message === CALLED_FROM && !this.headers.holds(call.file));
    const innermost = calls.at(-1);
    if (from === undefined || innermost === undefined) {
      this.keep(site, "error", code, message, calls);
      return;
    }
    const told = { message, macro: this.headers.calleeAt(innermost), site, calls, from };
    const key = `${from.file}:${from.start}:${code}`;
    const others = this.inHeaders.get(key);
    if (others === undefined) this.inHeaders.set(key, { code, told: [told] });
    else others.told.push(told);
  }

  /** A call that lacks one thing that the headers use lacks many: one finding for each kind, at the call. */
  finish(): void {
    for (const { code, told } of this.inHeaders.values()) {
      const texts = [...new Set(told.map(({ message, macro }) => `${message} (in ${macro}`))].sort();
      const first = told.find(({ message, macro }) => `${message} (in ${macro}` === texts[0]);
      if (first === undefined) continue;
      const { site, calls, from } = first;
      const more = texts.length === 1 ? ")" : `, and ${texts.length - 1} more)`;
      this.keep(from, "error", code, `${texts[0]}${more}`, [
        { file: site.file, start: site.start, end: site.end, message: "in the installed headers" },
        ...calls.filter((call) => call !== from),
      ]);
    }
    this.inHeaders.clear();
    for (const list of this.byFile.values()) {
      list.sort((a, b) => a.start - b.start || a.end - b.end || compareTexts(a, b));
      const next = list[MAX_PER_FILE];
      if (next === undefined) continue;
      const { file, start, end } = next;
      const message = "more findings follow";
      list.length = MAX_PER_FILE;
      list.push({ file, start, end, severity: "information", code: "too-many", message, related: [] });
    }
  }

  /** Adds a finding in the place of what was found there under the same code. */
  replace(site: Site, severity: Severity, code: string, message: string): void {
    const list = this.byFile.get(site.file) ?? [];
    const at = list.findIndex((found) => found.start === site.start && found.code === code);
    if (at < 0) this.add(site, severity, code, message);
    else list[at] = { ...(list[at] as Finding), severity, message };
  }

  private keep(site: Site, severity: Severity, code: string, message: string, related: Related): void {
    const key = `${site.file}:${site.start}:${site.end}:${code}:${message}`;
    const same = this.seen.get(key);
    if (same !== undefined) {
      this.compare(same, related);
      return;
    }
    let list = this.byFile.get(site.file);
    if (list === undefined) {
      list = [];
      this.byFile.set(site.file, list);
    }
    if (list.length >= MOST_GATHERED) return;
    const { file, start, end } = site;
    // Who called is asked for what is kept only.
    const around = typeof related === "function" ? related() : related;
    this.seen.set(key, { list, at: list.length, alike: 0 });
    list.push({ file, start, end, severity, code, message, related: around });
  }

  /** Takes these related places for a finding that is there, if they come before those that it has. */
  private compare(kept: Kept, related: Related): void {
    if (kept.alike++ >= MOST_ALIKE) return;
    const found = kept.list[kept.at] as Finding;
    const around = typeof related === "function" ? related() : related;
    if (compareRelated(around, found.related, this.order) < 0)
      kept.list[kept.at] = { ...found, related: around };
  }
}

function compareTexts(a: Finding, b: Finding): number {
  return byCodeUnit(`${a.code} ${a.message}`, `${b.code} ${b.message}`);
}

/** Which of two lists of related places is told: the shorter, then the one whose places come first. */
export function compareRelated(a: readonly RelatedSite[], b: readonly RelatedSite[], compare: Order): number {
  let order = a.length - b.length;
  for (let i = 0; order === 0 && i < a.length; i++) {
    const [left, right] = [a[i] as RelatedSite, b[i] as RelatedSite];
    order = compare(left, right) || byCodeUnit(left.message, right.message);
  }
  return order;
}

/** The sink of a whole policy, or of modules built against headers. */
export function sinkOf(compiled: CompiledPolicy): FindingSink {
  const order: Order = (a, b) => compareSites(compiled, a, b);
  if (compiled.options.mode !== "modular") return new FindingSink(order);
  return new FindingSink(order, true, {
    holds: (file) => compiled.sourceOf(file)?.enabled === false,
    calleeAt: (call) =>
      /^[\w.-]*/.exec(
        compiled.sourceOf(call.file)?.tree.tokens.text.slice(call.start, call.end) ?? "",
      )?.[0] ?? "",
  });
}
