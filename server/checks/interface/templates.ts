// Templates that need not be ones: the body declares nothing, makes no names from its parameters and calls no
// template, so an interface says better what it is. The reverse is S-004 and S-005.

import { endOf, startOf } from "../../../grammar/syntax/tree.ts";
import type { PolicyCheck } from "../check.ts";
import { IF } from "../selint/visit.ts";
import { parametersOf } from "./parameters.ts";
import { type MacroUse, macrosIn, OTHER, PREFIX } from "./usage.ts";

export const needlessTemplate: PolicyCheck = {
  scope: "policy",
  ids: ["template-declares-nothing"],
  roles: IF,
  run(context, file, report) {
    const parameters = parametersOf(context);
    const isNeedless = (macro: MacroUse): boolean => {
      if (macro.opaque || macro.declares) return false;
      for (let index = 0; index < macro.parameters.length; index++)
        if (parameters.of(macro, index).kinds & (PREFIX | OTHER)) return false;
      return macro.calls.every((word) => {
        const callee = parameters.macro(word);
        return callee !== undefined && !callee.isTemplate && !callee.declares;
      });
    };
    for (const macro of context.perTree("interface.macros", file, macrosIn)) {
      if (!macro.isTemplate || macro.isDefine || !isNeedless(macro)) continue;
      const name = macro.node + 1;
      report({
        start: startOf(file.tree, name),
        end: endOf(file.tree, name),
        code: "template-declares-nothing",
        message: `${context.compiled.words.text(macro.word)} declares nothing and makes no names: it can be an interface`,
      });
    }
  },
};
