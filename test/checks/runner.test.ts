/** The runner: what is run when, what is shown meanwhile, and that a check which fails harms nobody. */
import { describe, expect, it } from "vitest";
import type { Check } from "../../server/checks/check.ts";
import { NO_CONTROL } from "../../server/checks/control/control.ts";
import { CheckRunner } from "../../server/checks/runner.ts";
import { createMemoryFileSystem } from "../../server/workspace/memoryFileSystem.ts";
import type { Snapshot } from "../../server/workspace/snapshot.ts";
import { runToEnd, Workspace } from "../../server/workspace/workspace.ts";
import { parseFixture, TINY_TREE } from "../support/fixture.ts";

const APP = "/p/policy/modules/apps/app.te";
const OTHER = "/p/policy/modules/apps/other.te";

function open(): { workspace: Workspace; snapshot: () => Snapshot } {
  const files = new Map([
    ...parseFixture(TINY_TREE).files,
    [APP, "policy_module(app, 1.0)\ntype app_t;\n# mark\n"],
    [OTHER, "policy_module(other, 1.0)\ntype other_t;\n# mark\n"],
  ]);
  const workspace = new Workspace(createMemoryFileSystem(files));
  runToEnd(workspace.addRoot("/"));
  return { workspace, snapshot: () => workspace.snapshotOf(APP) as Snapshot };
}

interface Bench {
  readonly runner: CheckRunner;
  readonly runs: string[];
  edit(text: string): void;
  idOf(path: string): number;
  messages(path: string, complete?: boolean): string[];
}

/** A runner with checks that note each run; findings lie at every "mark". */
function bench(more: readonly Check[] = []): Bench {
  const { workspace, snapshot } = open();
  const runs: string[] = [];
  const marks = (text: string) => [...text.matchAll(/mark/g)].map((match) => match.index);
  const text: Check = {
    scope: "text",
    ids: ["t"],
    roles: ["te"],
    run(file, _option, report) {
      runs.push(`text ${file.module}`);
      for (const start of marks(file.text))
        report({ start, end: start + 4, code: "t", message: `text ${start}` });
    },
  };
  const policy: Check = {
    scope: "policy",
    ids: ["p"],
    roles: ["te"],
    run(context, file, report) {
      runs.push(`policy ${file.module}`);
      const count = context.shared("count", () => context.files().length);
      for (const start of marks(file.text))
        report({ start, end: start + 4, code: "p", message: `policy of ${count > 0}` });
    },
  };
  const whole: Check = {
    scope: "whole",
    ids: ["w"],
    *run(context, report) {
      runs.push("whole");
      for (const file of context.files()) {
        yield;
        for (const start of marks(file.text).filter(() => file.role === "te"))
          report({ file: file.id, start, end: start + 4, code: "w", message: "whole", related: [] });
      }
    },
  };
  const subject = {
    compiled: snapshot().compiled,
    control: NO_CONTROL,
    file: (id: number) => snapshot().file(id),
    files: () => snapshot().files(),
  };
  const runner = new CheckRunner(subject, [text, policy, whole, ...more]);
  return {
    runner,
    runs,
    edit(next) {
      workspace.open(APP, `file://${APP}`, 1, next);
      snapshot();
      runner.changed();
      runs.length = 0;
    },
    idOf: (path) => snapshot().fileAt(path)?.id ?? 0,
    messages(path, complete = true) {
      const file = snapshot().fileAt(path);
      if (file === undefined) return [];
      const found = complete ? runner.complete(file) : runner.known(file);
      return found.map((finding) => `${finding.message} at ${finding.start}`).sort();
    },
  };
}

describe("CheckRunner", () => {
  it("finds everything at once when it is asked to, and remembers it", () => {
    const { messages, runs } = bench();
    expect(messages(APP)).toEqual(["policy of true at 38", "text 38 at 38", "whole at 38"]);
    expect(runs).toEqual(["whole", "text app", "policy app"]);
    messages(APP);
    expect(runs).toHaveLength(3);
  });

  it("runs text checks of the changed file only, and shows what was known at its new place", () => {
    const { messages, edit, runs, runner } = bench();
    runToEnd(runner.catchUp(new Set()));
    expect(runner.isDone).toBe(true);
    edit("policy_module(app, 1.0)\n\ntype app_t;\n# mark\n");
    expect(runner.isDone).toBe(false);
    expect(messages(APP, false)).toEqual(["policy of true at 39", "text 38 at 39", "whole at 39"]);
    expect(runs).toEqual([]);
    runToEnd(runner.catchUp(new Set()));
    expect(runs.filter((run) => run.startsWith("text"))).toEqual(["text app"]);
    expect(runs).toContain("policy other");
    expect(messages(APP, false)).toEqual(["policy of true at 39", "text 39 at 39", "whole at 39"]);
  });

  it("takes the files that are looked at first, and gives up when the policy changes", () => {
    const { edit, runs, runner, idOf } = bench();
    edit("policy_module(app, 1.0)\ntype app_t;\n# mark mark\n");
    const steps = runner.catchUp(new Set([idOf(OTHER)]));
    steps.next();
    expect(runs).toEqual(["text other"]);
    runner.changed();
    expect(steps.next().done).toBe(true);
    expect(runner.isDone).toBe(false);
    expect(runs).toHaveLength(1);
  });

  it("defers a check whose shared value would take too long, and runs it later", () => {
    const slow: Check = {
      scope: "policy",
      ids: ["s"],
      roles: ["te"],
      run(context, file, report) {
        const value = context.shared("slow", () => {
          const end = performance.now() + 300;
          while (performance.now() < end);
          return 1;
        });
        if (file.module === "app") report({ start: 0, end: value, code: "s", message: "slow" });
      },
    };
    const { edit, runner, messages } = bench([slow]);
    runToEnd(runner.catchUp(new Set()));
    expect(messages(APP, false)).toContain("slow at 0");
    edit("policy_module(app, 1.0)\ntype app_t;\n");
    const started = performance.now();
    runner.freshen([], 3);
    expect(performance.now() - started).toBeLessThan(250);
    expect(messages(APP, false)).toContain("slow at 0");
  });

  it("turns an error of a check into one finding and keeps all others", () => {
    const broken: Check = {
      scope: "text",
      ids: ["broken"],
      roles: ["te"],
      run(file) {
        if (file.module === "app") throw new Error("no such thing");
      },
    };
    const wholly: Check = {
      scope: "whole",
      ids: ["wholly"],
      *run() {
        yield;
        throw new Error("nor this");
      },
    };
    const { messages, runner } = bench([broken, wholly]);
    const found = messages(APP).filter((message) => message.includes("failed"));
    expect(found).toEqual(["the check of broken failed: no such thing at 0"]);
    expect(messages(APP)).toContain("whole at 38");
    expect(messages(OTHER)).not.toContain(found[0]);
    expect(() => runToEnd(runner.catchUp(new Set()))).not.toThrow();
  });
});
