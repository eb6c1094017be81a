// Selected rules become an interface: of this module, when it owns one of the names; of another module, when that owns
// all of them but the source. The rules give way to a call; remarks between them go along.

import { endOf, startOf } from "../../../grammar/syntax/tree.ts";
import { extract, interfacesOf, isQuotable, movable } from "./extraction.ts";
import { EXTRACT, type Refactoring } from "./refactoring.ts";
import { type Selection, type SourceFile, statementsIn } from "./selection.ts";

/** Offers to extract an interface from the rules that are selected. */
export function extractInterface(selection: Selection): Refactoring[] {
  const { view, file, start, end } = selection;
  if (start === end || file.role !== "te") return [];
  const { nodes } = statementsIn(selection);
  const rules = movable(view, file, nodes);
  if (rules === undefined) return [];
  const piece = {
    start: startOf(file.tree, nodes[0] as number),
    end: endOf(file.tree, nodes.at(-1) as number),
  };
  if (!isQuotable(file.text.slice(piece.start, piece.end))) return [];
  const owners = new Map<string, SourceFile>(rules.names.map(({ home }) => [home.module, home]));
  const homes: SourceFile[] = owners.size === 0 || owners.has(file.module) ? [file] : [];
  const [owner] = owners.values();
  if (owners.size === 1 && owner !== undefined && owner.module !== file.module) homes.push(owner);
  return homes.flatMap((home): Refactoring[] => {
    const destination = interfacesOf(view, home);
    if (destination === undefined) return [];
    return [
      {
        title: `Extract an interface of ${home.module} for ${rules.source}`,
        kind: EXTRACT,
        makesFiles: destination.file === undefined,
        draft: () => extract(view, rules, [piece], destination, [], piece),
      },
    ];
  });
}
