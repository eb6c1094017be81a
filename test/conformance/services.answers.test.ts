// The security server against a real kernel and libsepol: every recorded answer, to the byte.

import { describe, expect, it } from "vitest";
import { commitBooleans } from "../../server/services/booleans.ts";
import { KERNEL, LIBSEPOL } from "../../server/services/dialect.ts";
import { answerBatch } from "../../server/services/questions/batch.ts";
import { type GoldenSection, goldenPolicy, goldenSections, questionOf } from "./services.answers.ts";
import { checkIoctlLine } from "./services.ioctl.ts";

/** Lines that we answer differently, with both answers; at most a handful, to keep failures readable. */
function differences({ policy, kind, lines }: GoldenSection): string[] {
  const options = {
    enforcing: kind === "kernel-enforcing",
    dialect: kind === "libsepol" ? LIBSEPOL : KERNEL,
  };
  const found: string[] = [];
  let at = 0;
  for (const answer of answerBatch(goldenPolicy(policy), lines.map(questionOf), options)) {
    if (answer !== lines[at] && found.length < 5) found.push(`want ${lines[at]} — got ${answer}`);
    at++;
  }
  if (at !== lines.length) found.push(`${at} answers to ${lines.length} questions`);
  return found;
}

describe("golden answers about the reference policy", () => {
  it.each([
    ["cp33.kernel.br", 78_650],
    ["cp33.enforcing.br", 9_029],
    ["cp33.labels.br", 3_785],
  ])("%s", (file, count) => {
    const [section] = goldenSections(file);
    expect(section?.lines.length).toBe(count);
    expect(section === undefined ? [] : differences(section)).toEqual([]);
  });
});

describe("golden answers about fourteen random policies", () => {
  const sections = goldenSections("fuzz.answers.br");

  it("are all there", () => {
    expect(sections.length).toBe(14 * 5);
    expect(sections.reduce((sum, { lines }) => sum + lines.length, 0)).toBe(81_789);
  });

  it.each(
    sections
      .filter(({ kind }) => kind !== "ioctl")
      .map((section) => [section.policy, section.kind, section] as const),
  )("policy %s, %s", (_policy, _kind, section) => {
    expect(differences(section)).toEqual([]);
  });

  it("agree on every ioctl number that the kernel tried", () => {
    const wrong: string[] = [];
    let trials = 0;
    for (const { policy: name, kind, lines } of sections) {
      if (kind !== "ioctl") continue;
      const policy = goldenPolicy(name);
      const asked = sections.find((section) => section.policy === name && section.kind === "kernel");
      // The trials ran after the questions, with the booleans as these had left them.
      for (const line of asked?.lines ?? []) {
        const [question, bool = "", value] = line.split("\t");
        if (question === "bool") commitBooleans(policy, new Map([[bool, value === "1"]]));
      }
      for (const line of lines) {
        wrong.push(...checkIoctlLine(policy, line));
        trials++;
      }
    }
    expect(trials).toBe(52);
    expect(wrong).toEqual([]);
  });
});
