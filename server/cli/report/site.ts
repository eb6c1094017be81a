// Places of a project as reporters take them: paths as the user sees them, offsets with the lines of their file.

import type { Site } from "../../compiler/face.ts";
import { relativeTo } from "../../workspace/paths.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { sourcePlace } from "../../workspace/sourcePlace.ts";
import type { ReportSite } from "./report.ts";

/** A place of a project as reporters take it. */
export function reportSite(snapshot: Snapshot, site: Site, cwd: string): ReportSite {
  const file = snapshot.file(site.file);
  if (file === undefined) return { file: "?", lines: undefined, start: site.start, end: site.end };
  const { path, lines, start, end } = sourcePlace(file, site.start, site.end);
  return { file: relativeTo(path, cwd), lines, start, end };
}
