// The file contexts of a policy as `label` asserts about them. Reading and sorting thousands of entries is dear next to
// an edit, so the index is kept as long as no source of file contexts has another tree.

import type { SyntaxTree } from "../../../grammar/syntax/tree.ts";
import { labelIndex, parseSubstitutions } from "../../analysis/labelling/lookup.ts";
import { fileSpecs } from "../../analysis/labelling/specs.ts";
import type { TestedLabels } from "../../analysis/policyTest/facts.ts";
import type { Compiled } from "../../compiler/face.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";

interface Known {
  readonly trees: readonly SyntaxTree[];
  readonly substitutions: string;
  readonly labels: TestedLabels;
}

const known = new WeakMap<Compiled, Known>();

/** The labels of a policy's files. */
export function testedLabels({ compiled, project }: Snapshot): TestedLabels {
  const trees = compiled
    .sources()
    .filter((source) => source.role === "fc" && source.enabled)
    .map((source) => source.tree);
  const substitutions = project.substitutions ?? "";
  const before = known.get(compiled);
  const isSame =
    before !== undefined &&
    before.substitutions === substitutions &&
    before.trees.length === trees.length &&
    before.trees.every((tree, place) => tree === trees[place]);
  if (isSame) return before.labels;
  const { specs, templates } = fileSpecs(compiled);
  const labels = {
    plain: labelIndex(specs),
    templates: labelIndex(templates),
    substitutions: parseSubstitutions(substitutions),
  };
  known.set(compiled, { trees, substitutions, labels });
  return labels;
}
