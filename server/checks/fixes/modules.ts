// Repairs of modules: the module statement that is missing, lacks a version or bears another name than its file, and
// calls into modules that this policy leaves out. Whole statements only; what a module contains is not looked at.

import { N_CALL, N_IF, N_TUNABLEPOLICY } from "../../../grammar/syntax/kinds.ts";
import { startOf, textOf } from "../../../grammar/syntax/tree.ts";
import type { Fixer } from "../check.ts";
import { changing, indentAt, placeAt, replaceNode, replaceRange } from "../selint/fixText.ts";
import { enclosing } from "../selint/outline.ts";
import { readFinding } from "./finding.ts";

const nameAsFile: Fixer = {
  ids: ["mod-name-file"],
  fixes(context, finding) {
    const file = context.file(finding.file);
    if (file === undefined || file.module === "" || file.foreign) return [];
    const title = `Call the module ${file.module}`;
    return [changing(title, `the module is called ${file.module}`, true, replaceRange(finding, file.module))];
  },
};

const addVersion: Fixer = {
  ids: ["mod-noversion"],
  fixes: (_context, { file, end }) => [
    changing("Write the version 1.0", "the module has version 1.0", true, {
      file,
      start: end,
      end,
      text: " 1.0",
    }),
  ],
};

const addModule: Fixer = {
  ids: ["mod-noname"],
  fixes(context, finding) {
    const file = context.file(finding.file);
    if (file === undefined || file.module === "" || file.foreign) return [];
    const text = `policy_module(${file.module}, 1.0)\n\n`;
    const what = "the module requires the classes and roles of the reference policy";
    const at = { file: file.id, start: 0, end: 0, text };
    return [changing("Begin with policy_module()", what, true, at)];
  },
};

/** A call that needs a name which only a left-out module declares goes into an optional block. */
const makeOptional: Fixer = {
  ids: ["type-unknown", "typeattr-unknown", "typeattr-undecl", "link-missing-type"],
  fixes(context, finding) {
    const file = context.file(finding.file);
    const place = file === undefined ? undefined : placeAt(file, finding.start, finding.end);
    const site = finding.related.find((one) => isCallAt(context.file(one.file), one.start));
    const home =
      place !== undefined && place.tree.kind[place.node] === N_CALL
        ? place
        : callPlace(context.file(site?.file ?? -1), site?.start ?? 0);
    const name = readFinding(finding)?.name;
    if (home === undefined || name === undefined || home.file.foreign) return [];
    const known = context.compiled.declarations(name);
    if (finding.code !== "link-missing-type" && (known.length === 0 || known.some(({ active }) => active)))
      return [];
    const { tree, outline, entry, node } = home;
    if (enclosing(tree, outline, entry, N_IF, N_TUNABLEPOLICY) >= 0) return [];
    const indent = indentAt(home.file.text, startOf(tree, node));
    const text = `optional_policy(\`\n${indent}\t${textOf(tree, node)}\n${indent}')`;
    const change = replaceNode(home.file, tree, node, text);
    return [changing("Put the call into an optional block", "left out where the module is", true, change)];
  },
};

type Sited = Parameters<typeof placeAt>[0] | undefined;

function callPlace(file: Sited, start: number): ReturnType<typeof placeAt> {
  const place = file === undefined || file.role !== "te" ? undefined : placeAt(file, start, start);
  return place !== undefined && place.tree.kind[place.node] === N_CALL ? place : undefined;
}

function isCallAt(file: Sited, start: number): boolean {
  return callPlace(file, start) !== undefined;
}

export const MODULE_FIXERS: readonly Fixer[] = [nameAsFile, addVersion, addModule, makeOptional];
