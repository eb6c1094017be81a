// From everything that was found about a file to what is shown: severities as decided, findings that directives cover
// taken away, findings about the directives themselves, in order of place. Remembers its answer for each file and
// gives the same array while nothing changed, so that others can tell by identity. Errors of the compiler cannot be
// silenced in a comment: the policy does not compile, whoever hides it; settings may lower them.

import type { Finding } from "../compiler/face.ts";
import { sameFindings } from "./carry.ts";
import { CATALOGUE, rowOf } from "./catalogue/catalogue.ts";
import type { CheckFile } from "./check.ts";
import { type Control, type Profile, weigh } from "./control/control.ts";
import { type Disable, directivesOf } from "./control/inline.ts";
import { nearestName } from "./didYouMean.ts";

type Parts = readonly (readonly Finding[])[];

/** The day that it is, YYYY-MM-DD; asked only where a directive has a last day. */
export type Today = () => string | undefined;

interface Verdict {
  readonly tree: CheckFile["tree"];
  readonly control: Control;
  readonly whole: boolean;
  readonly parts: Parts;
  readonly shown: readonly Finding[];
  /** the day on which it was made, when that matters */
  readonly day: string | undefined;
}

const NONE: readonly Finding[] = [];

export class Verdicts {
  private readonly known = new Map<number, Verdict>();

  /** What is shown about a file. `whole`: the parts hold everything, so that a directive without use can be told. */
  of(
    file: CheckFile,
    parts: Parts,
    control: Control,
    whole: boolean,
    today: Today = () => undefined,
  ): readonly Finding[] {
    const before = this.known.get(file.id);
    if (
      before !== undefined &&
      before.tree === file.tree &&
      before.control === control &&
      before.whole === whole &&
      (before.day === undefined || before.day === today()) &&
      sameParts(before.parts, parts)
    )
      return before.shown;
    const directives = directivesOf(file.text, file.role, file.tree);
    const day = directives.some(({ until }) => until !== undefined) ? today() : undefined;
    const fresh = judge(file, parts, control, whole, { directives, day });
    const shown = before !== undefined && sameFindings(before.shown, fresh) ? before.shown : fresh;
    this.known.set(file.id, { tree: file.tree, control, whole, parts, shown, day });
    return shown;
  }

  /** False when what is shown about a file was decided on another day, and could have changed with it. */
  isOfToday(id: number, today: Today): boolean {
    const day = this.known.get(id)?.day;
    return day === undefined || day === today();
  }
}

function sameParts(a: Parts, b: Parts): boolean {
  return a.length === b.length && a.every((part, i) => sameFindings(part, b[i] ?? NONE));
}

function judge(
  file: CheckFile,
  parts: Parts,
  control: Control,
  whole: boolean,
  { directives: all, day }: { readonly directives: readonly Disable[]; readonly day: string | undefined },
): readonly Finding[] {
  const directives = all.filter(({ until }) => until === undefined || !hasEnded(until.day, day));
  if (all.length === 0 && parts.every((part) => part.length === 0)) return NONE;
  const profile = control.profileOf(file.path);
  const shown: Finding[] = [];
  const used = new Set<Disable>();
  const refused = new Set<Disable>();
  for (const part of parts)
    for (const found of part) {
      const finding = weigh(found, profile);
      if (finding === undefined) continue;
      const covering = directives.filter((directive) => covers(directive, finding));
      if (covering.length === 0) shown.push(finding);
      else if (isRejection(finding)) {
        shown.push(finding);
        for (const directive of covering) if (directive.id !== "all") refused.add(directive);
      } else for (const directive of covering) used.add(directive);
    }
  for (const remark of endedOnes(all, file, day)) {
    const weighed = weigh(remark, profile);
    if (weighed !== undefined) shown.push(weighed);
  }
  for (const directive of directives) {
    const remark = remarkOn(directive, file, profile, { used, refused, whole });
    const weighed = remark === undefined ? undefined : weigh(remark, profile);
    if (weighed !== undefined) shown.push(weighed);
  }
  return shown.sort(byPlace);
}

function covers(directive: Disable, finding: Finding): boolean {
  if (finding.start < directive.from || finding.start > directive.to) return false;
  return directive.id === "all" || directive.id.toLowerCase() === finding.code.toLowerCase();
}

/** True for what the compilers reject: codes without a row are the compiler's own. */
function isRejection(finding: Finding): boolean {
  return finding.severity === "error" && (rowOf(finding.code)?.origin ?? "compiler") === "compiler";
}

/** True for a last day that is over, and for what is no day: a slip must not hide anything for ever. */
function hasEnded(until: string, today: string | undefined): boolean {
  return !isDay(until) || (today !== undefined && until < today);
}

function isDay(text: string): boolean {
  const [, year = 0, month = 0, day = 0] = (/^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? []).map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  return year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** What is said of directives that have run out: once for each, whatever ids it names. */
function endedOnes(all: readonly Disable[], file: CheckFile, today: string | undefined): readonly Finding[] {
  const said = new Map<number, Finding>();
  for (const { until } of all) {
    if (until === undefined || !hasEnded(until.day, today)) continue;
    const { day, start, end } = until;
    const message = isDay(day)
      ? `this directive held until ${day}: what it covers is shown again`
      : `${day === "" ? "a day is missing here" : `${day} is no day`} (until YYYY-MM-DD): the directive has no effect`;
    const place = { file: file.id, start, end, related: [] };
    said.set(start, { ...place, severity: "warning", code: "disable-expired", message });
  }
  return [...said.values()];
}

/** What there is to say about a directive. */
function remarkOn(
  directive: Disable,
  file: CheckFile,
  profile: Profile,
  { used, refused, whole }: { used: Set<Disable>; refused: Set<Disable>; whole: boolean },
): Finding | undefined {
  const { id, start, end } = directive;
  const remark = (code: string, message: string): Finding => {
    return { file: file.id, start, end, severity: "hint", code, message, related: [] };
  };
  if (used.has(directive)) return undefined;
  if (refused.has(directive)) {
    const advice = "an error of the compiler cannot be disabled in a comment";
    return remark("disable-refused", `${id}: ${advice}; correct it, or lower it in .sels.json`);
  }
  if (id !== "all" && rowOf(id) === undefined && rowOf(id.toUpperCase()) === undefined) {
    const near = nearestName(
      id,
      CATALOGUE.map((row) => row.id),
    );
    const hint = near === undefined ? "" : ` (did you mean ${near}?)`;
    return remark("disable-unknown", `there is no check ${id}${hint}`);
  }
  if (!whole || profile.levelOf(id) === "off" || profile.levelOf(id.toUpperCase()) === "off")
    return undefined;
  return remark(
    "disable-unused",
    `${id === "all" ? "nothing" : `no ${id}`} is found here: the directive has no effect`,
  );
}

/** Order of findings: by place, then by code. */
export function byPlace(a: Finding, b: Finding): number {
  return a.start - b.start || a.end - b.end || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0);
}
