// ioctl commands as hover text: what a number or range in `allowxperm … ioctl` names. Facts: server/kernel/ioctls.ts.

import { ioctlsInRange } from "../kernel/ioctls.ts";
import { columns, counted, fenced, paragraphs } from "./markdown.ts";

const MOST_COMMANDS = 60;

/** What a range of ioctl extended permissions names. */
export function ioctlText(low: number, high: number): string {
  const found = ioctlsInRange(low, high);
  const range = low === high ? hex(low) : `${hex(low)} – ${hex(high)}`;
  if (found.length === 0)
    return `**ioctl ${range}** – no command of the generic headers has ${low === high ? "this number" : "a number of this range"}.`;
  const rows = found
    .slice(0, MOST_COMMANDS)
    .map((ioctl) => [hex(ioctl.command & 0xffff), ioctl.name, ioctl.header]);
  if (found.length > MOST_COMMANDS) rows.push(["…", `${found.length - MOST_COMMANDS} more`, ""]);
  return paragraphs([
    `**ioctl ${range}** – ${counted(found.length, "command")} (only the low 16 bits count):`,
    fenced(columns(rows), "text"),
  ]);
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(4, "0")}`;
}
