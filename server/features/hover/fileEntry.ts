// The hover of a file contexts entry: which files it is for, which label it gives, and, for an example of a path that it
// matches, which entry wins and who else matches – as libselinux would decide (analysis/labelling). The index of all
// entries is made when first asked for and kept for one state of the policy.

import { N_FCENTRY } from "../../../grammar/syntax/kinds.ts";
import { startOf } from "../../../grammar/syntax/tree.ts";
import { type LabelIndex, labelIndex, matchingPlaces } from "../../analysis/labelling/lookup.ts";
import { example } from "../../analysis/labelling/matcher.ts";
import { type FileSpec, fileSpecs } from "../../analysis/labelling/specs.ts";
import type { Compiled } from "../../compiler/face.ts";
import type { SourceFile } from "../../workspace/snapshot.ts";
import { columns, fenced, paragraphs } from "../markdown.ts";
import { shortPlace, type View } from "../view.ts";

interface Indices {
  readonly generation: number;
  readonly plain: LabelIndex;
  readonly templates: LabelIndex;
}

const known = new WeakMap<Compiled, Indices>();

function indicesOf({ snapshot }: View): Indices {
  const { compiled, generation } = snapshot;
  let indices = known.get(compiled);
  if (indices === undefined || indices.generation !== generation) {
    const { specs, templates } = fileSpecs(compiled);
    indices = { generation, plain: labelIndex(specs), templates: labelIndex(templates) };
    known.set(compiled, indices);
  }
  return indices;
}

const KINDS: Readonly<Record<string, string>> = {
  "": "files of every kind",
  "-": "regular files",
  d: "directories",
  l: "symbolic links",
  c: "character devices",
  b: "block devices",
  p: "pipes",
  s: "sockets",
};

/** Entries shown besides the one that is asked about. */
const MOST_OTHERS = 8;

/** What the entry at a node does; undefined for anything else. */
export function fileEntryText(view: View, file: SourceFile, node: number): string | undefined {
  if (file.tree.kind[node] !== N_FCENTRY) return undefined;
  const indices = indicesOf(view);
  const start = startOf(file.tree, node);
  const isIt = (one: FileSpec): boolean => one.file === file.id && one.start === start;
  const template = indices.templates.specs.find(isIt);
  const spec = template ?? indices.plain.specs.find(isIt);
  if (spec === undefined)
    return "This entry is not part of the build: its module or its `ifdef` branch is off.";
  const label =
    spec.context === undefined ? "`<<none>>`: relabelling leaves them alone" : `\`${spec.context}\``;
  const heading = `**${KINDS[spec.kind] ?? "files"}** matching \`${spec.path}\` → ${label}`;
  const made =
    template === undefined
      ? undefined
      : "A template: genhomedircon makes an entry of it for each user's home directory when the policy is installed.";
  return paragraphs([
    heading,
    made,
    contest(view, template === undefined ? indices.plain : indices.templates, spec),
  ]);
}

/** Who matches an example of the entry's paths, the strongest first. */
function contest(view: View, index: LabelIndex, spec: FileSpec): string | undefined {
  if (spec.pattern.root === undefined) return undefined;
  const path = example(spec.pattern.root);
  const matching = matchingPlaces(index, path, spec.kind).map((place) => index.specs[place] as FileSpec);
  if (matching.length < 2) return undefined;
  const rows = matching
    .slice(0, MOST_OTHERS)
    .map((one, i) => [
      i === 0 ? "▶" : " ",
      `${one.path}${one.kind === "" ? "" : ` -${one.kind}`}`,
      one.type ?? "<<none>>",
      one === spec ? "(this entry)" : shortPlace(view, one),
    ]);
  const more = matching.length > MOST_OTHERS ? `\n… and ${matching.length - MOST_OTHERS} more` : "";
  return `For example \`${path}\` – the first wins:\n\n${fenced(columns(rows) + more, "text")}`;
}
