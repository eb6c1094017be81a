/**
 * The order in which the test files run. A worker keeps what it has loaded, so two things decide. Starting a program
 * copies the page tables of the process that starts it (0.1 s where a worker has grown to 1.5 GB): files that start
 * hundreds go first, while the workers are small. And what takes a minute must not be left to the end, when the other
 * worker has nothing more to do. All others follow as vitest has them, by what it remembers or by size.
 */
import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that start hundreds of programs. */
const STARTERS = [
  "support/m4build",
  "conformance/conditions/conditions",
  "compiler/canonical",
  "analysis/oracle",
  "compiler/m4/differential",
  "support/examples",
];

/** What takes longest, in this order. Two that ask for the same build of the oracles stand apart: the second finds it made. */
const LONGEST = [
  "conformance/mutations",
  "e2e/vscode",
  "conformance/fixes.conformance",
  "fuzz/soak",
  "compiler/incremental",
  "e2e/vscodeWeb",
  "fuzz/bombs",
  "features/refactor/debian",
  "fuzz/features",
  "packages/packages",
  "fuzz/disk",
  "conformance/selint.conformance",
  "conformance/refpolicy.conformance",
  "policydb/binaryGenerated",
  "conformance/format.conformance",
  "e2e/playground",
  "cli/resultCache",
];

/** The files that have a place of their own, below `test/`. */
export const PLACED: readonly string[] = [...STARTERS, ...LONGEST].map((name) => `test/${name}.test.ts`);

/** Vitest's sequencer, with the order above. */
export class Order extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const at = PLACED.indexOf(relative(this.ctx.config.root, moduleId));
      return at < 0 ? PLACED.length : at;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}
