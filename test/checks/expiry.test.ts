/** Directives with a last day: they hold on it, not after it, and the clock is the file system's. */
import { describe, expect, it } from "vitest";
import { createMemoryFileSystem } from "../../server/workspace/memoryFileSystem.ts";
import { runToEnd, Workspace } from "../../server/workspace/workspace.ts";
import { parseFixture, TINY_TREE } from "../support/fixture.ts";

const APP = "/p/policy/modules/apps/app.te";
/** C-005: permissions out of order. */
const UNSORTED = "allow kernel_t kernel_file_t:file { write read };\n";

/** A workspace whose day can be changed, with the module's text. */
function open(
  text: string,
  day: string | undefined,
): { said: () => readonly string[]; clock: { day: string | undefined } } {
  const clock = { day };
  const { files } = parseFixture(`${TINY_TREE}//- ${APP}\npolicy_module(app, 1.0)\n${text}`);
  const today = (): string => clock.day ?? "";
  const disk = createMemoryFileSystem(files);
  const workspace = new Workspace(day === undefined ? disk : { ...disk, today }, {
    defines: [],
    select: ["C-005", "disable-expired", "disable-unused", "disable-unknown"],
  });
  runToEnd(workspace.addRoot("/p"));
  const said = (): readonly string[] => {
    const snapshot = workspace.snapshotOf(APP);
    const file = snapshot?.fileAt(APP);
    if (snapshot === undefined || file === undefined) throw new Error(`no ${APP}`);
    return snapshot
      .findings(file.id)
      .map(({ code, message, start, end }) => `${code} ${file.text.slice(start, end)}: ${message}`);
  };
  return { said, clock };
}

const codes = (said: readonly string[]): readonly string[] =>
  said.map((text) => text.split(" ")[0] as string);

describe("a directive with a last day", () => {
  const text = `# sels-disable-next-line C-005 until 2027-01-31: the order is from the hardware\n${UNSORTED}`;

  it.each([
    ["2026-11-29", []],
    ["2027-01-31", []],
    ["2027-02-01", ["disable-expired", "C-005"]],
    ["2030-01-01", ["disable-expired", "C-005"]],
  ])("on %s", (day, expected) => {
    expect(codes(open(text, day).said())).toEqual(expected);
  });

  it("holds where nobody knows what day it is", () => {
    expect(open(text, undefined).said()).toEqual([]);
  });

  it("is over at midnight, without an edit", () => {
    const { said, clock } = open(text, "2027-01-31");
    expect(said()).toEqual([]);
    clock.day = "2027-02-01";
    expect(said()[0]).toBe(
      "disable-expired until 2027-01-31: this directive held until 2027-01-31: what it covers is shown again",
    );
    expect(said()).toHaveLength(2);
  });

  it.each([
    ["until 2027-02-30", "2027-02-30 is no day (until YYYY-MM-DD): the directive has no effect"],
    ["until spring", "spring is no day (until YYYY-MM-DD): the directive has no effect"],
    ["until", "a day is missing here (until YYYY-MM-DD): the directive has no effect"],
  ])("%s is none", (written, message) => {
    const said = open(`# sels-disable-next-line C-005 ${written}: the order\n${UNSORTED}`, undefined).said();
    expect(said[0]).toBe(`disable-expired ${written}: ${message}`);
    expect(codes(said)).toEqual(["disable-expired", "C-005"]);
  });

  it("of several ids says it once", () => {
    const several = `# sels-disable-next-line C-005, W-002 until 2026-01-01\n${UNSORTED}`;
    expect(codes(open(several, "2027-01-01").said())).toEqual(["disable-expired", "C-005"]);
  });

  it("of a region and of a line", () => {
    const region = `# sels-disable C-005 until 2026-01-01\n${UNSORTED}# sels-enable C-005\n`;
    const line = `allow kernel_t kernel_file_t:file { write read }; # sels-disable-line C-005 until 2028-01-01 -- later\n`;
    expect(codes(open(region, "2027-01-01").said())).toEqual(["disable-expired", "C-005"]);
    expect(open(line, "2027-01-01").said()).toEqual([]);
    expect(codes(open(line, "2029-01-01").said())).toEqual(["C-005", "disable-expired"]);
  });

  it("is no word of the reason", () => {
    const reason = `# sels-disable-next-line C-005: until 2020-01-01 it was another\n${UNSORTED}`;
    expect(open(reason, "2027-01-01").said()).toEqual([]);
  });
});
