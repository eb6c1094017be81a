/**
 * Slips of the hand in a module that is right: a sign left out, two letters swapped. Most are led back by one preferred
 * repair, none of these makes things worse, and what says that the policy stays the same is compiled before and after.
 * Needs the installed policy headers.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { changeText } from "../../../server/checks/applyFixes.ts";
import type { Fix } from "../../../server/checks/fix.ts";
import { createNodeFileSystem } from "../../../server/cli/nodeFileSystem.ts";
import type { Finding } from "../../../server/compiler/face.ts";
import type { Snapshot } from "../../../server/workspace/snapshot.ts";
import { runToEnd, Workspace } from "../../../server/workspace/workspace.ts";
import { dumpPolicyDb } from "../../support/dump/policydbDump.ts";
import { describeWithOracle, POLICY_HEADERS } from "../../support/oracles.ts";

const FOLDER = fileURLToPath(new URL("../../conformance/newcomer/fixtures/larder", import.meta.url));
const SIGNS = new Set([";", "}", ")", "'", "`", ":"]);
/** Texts with one slip each, one in `stride` of all that there are: signs become blanks, words of five letters or more have two of them swapped. */
function slips(text: string, stride: number): readonly string[] {
  const found: string[] = [];
  for (const { 0: token, index } of text.matchAll(/[\w$]+|[^\s\w]/g)) {
    const line = text.lastIndexOf("\n", index) + 1;
    if (text.slice(line, index + 1).includes("#")) continue;
    const rest = text.slice(index + token.length);
    if (/^[a-z]\w{4,}$/.test(token) && token[2] !== token[3])
      found.push(`${text.slice(0, index)}${token.slice(0, 2)}${token[3]}${token[2]}${token.slice(4)}${rest}`);
    else if (SIGNS.has(token)) found.push(`${text.slice(0, index)}${token === ":" ? " " : ""}${rest}`);
  }
  return found.filter((_, i) => i % stride === 0);
}

function errorsIn(snapshot: Snapshot): readonly Finding[] {
  return snapshot
    .files()
    .filter((file) => !file.foreign)
    .flatMap(({ id }) => snapshot.findings(id, "error").filter(({ severity }) => severity === "error"));
}

describeWithOracle("slips of the hand", [POLICY_HEADERS], () => {
  const workspace = new Workspace(createNodeFileSystem());
  runToEnd(workspace.addRoot(FOLDER));
  let version = 1;
  const show = (path: string, text: string): Snapshot => {
    workspace.open(path, `file://${path}`, version++, text);
    return workspace.snapshotOf(path) as Snapshot;
  };

  /** The errors that are left when a repair is put in; everything is as before afterwards. */
  const leftBy = (snapshot: Snapshot, fix: Fix): number => {
    const before = snapshot.files().filter(({ id }) => fix.changes.some((change) => change.file === id));
    const policy = fix.policy === "same" ? dumpPolicyDb(snapshot.compiled.db) : undefined;
    let now = snapshot;
    for (const { id, path, text } of before)
      now = show(
        path,
        changeText(
          text,
          fix.changes.filter((change) => change.file === id),
        ),
      );
    const left = errorsIn(now).length;
    if (policy !== undefined) expect(dumpPolicyDb(now.compiled.db)).toEqual(policy);
    for (const { path, text } of before) show(path, text);
    return left;
  };

  it.each([
    ["te", 9],
    ["if", 4],
  ])("are mended in the module's .%s", { timeout: 60_000 }, (kind, stride) => {
    const path = `${FOLDER}/larder.${kind}`;
    const right = readFileSync(path, "utf8");
    let wrong = 0;
    const unmended: string[] = [];
    for (const text of slips(right, stride)) {
      const snapshot = show(path, text);
      const errors = errorsIn(snapshot);
      if (errors.length === 0) continue;
      wrong++;
      const first = errors.find(({ code }) => code.startsWith("parse-")) ?? (errors[0] as Finding);
      const fix = snapshot.fixes(first).find(({ preferred }) => preferred);
      const left = fix === undefined ? errors.length : leftBy(snapshot, fix);
      expect(left, `${fix?.title}: ${first.message}`).toBeLessThanOrEqual(errors.length);
      if (left > 0) unmended.push(`${first.message} -> ${fix?.title}`);
    }
    show(path, right);
    expect(wrong).toBeGreaterThan(10);
    expect(unmended.length, unmended.join("\n")).toBeLessThan(wrong / 4);
  });
});
