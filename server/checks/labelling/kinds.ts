// File kinds that contradict what a type is for: the entry point of a domain on something that cannot be executed, a
// device node's type on a regular file. What a type is for is told by its attributes.

import { endOf, nextSibling, startOf } from "../../../grammar/syntax/tree.ts";
import { specsOf } from "../../analysis/labelling/specs.ts";
import type { CheckContext, PolicyCheck } from "../check.ts";

const NAMES: Readonly<Record<string, string>> = {
  "-": "regular files",
  d: "directories",
  c: "character devices",
  b: "block devices",
  p: "pipes",
  s: "sockets",
};

/** An attribute, and the kinds of files that a type with it is not for. */
const CONTRADICTIONS: readonly (readonly [attribute: string, kinds: string, what: string])[] = [
  ["exec_type", "dcbps", "programs that are executed"],
  ["device_node", "-", "device nodes"],
];

export const FILE_KINDS: PolicyCheck = {
  scope: "policy",
  ids: ["fc-kind"],
  roles: ["fc"],
  run(context, file, report) {
    const members = CONTRADICTIONS.map(([attribute]) => membersOf(context, attribute));
    for (const spec of specsOf(file.tree, file.id, context.compiled.options)) {
      if (spec.kind === "" || spec.type === undefined || !(spec.kind in NAMES)) continue;
      CONTRADICTIONS.forEach(([attribute, kinds, what], i) => {
        if (!kinds.includes(spec.kind) || members[i]?.has(spec.type as string) !== true) return;
        // Directories of programs have bin_t, which is a program's type too.
        if (spec.kind === "d" && spec.type?.endsWith("_exec_t") !== true) return;
        const kind = nextSibling(file.tree, spec.node, spec.node + 1);
        report({
          start: startOf(file.tree, kind),
          end: endOf(file.tree, kind),
          code: "fc-kind",
          message: `${spec.type} is for ${what} (it has ${attribute}), and this entry is for ${NAMES[spec.kind]}`,
        });
      });
    }
  },
};

function membersOf(context: CheckContext, attribute: string): ReadonlySet<string> {
  return context.shared(`labelling.members.${attribute}`, () => {
    const { types, attrTypeMap } = context.compiled.db;
    const datum = types.get(attribute);
    const names = new Set<string>();
    if (datum === undefined || !datum.isAttribute) return names;
    for (const bit of attrTypeMap[datum.value] ?? []) names.add(types.nameOf(bit + 1) ?? "");
    return names;
  });
}
