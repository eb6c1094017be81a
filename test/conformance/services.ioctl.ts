// What a file ioctl checks in Linux 6.1 (selinux_file_ioctl in security/selinux/hooks.c), as far as the recorded
// trials show it: a few commands are attribute or descriptor checks, the rest extended permissions of `ioctl`.

import type { Context } from "../../server/policydb/context.ts";
import { type PolicyDb, permissionValue } from "../../server/policydb/policydb.ts";
import { AVD_PERMISSIVE, computeAv } from "../../server/services/computeAv.ts";
import { parseContext } from "../../server/services/context.ts";
import { computeXpermDrivers, computeXperms } from "../../server/services/xperms.ts";

const GETATTR = new Set([0x1, 0x2, 0x541b]);
const NOTHING = new Set([0x5421, 0x5452]);
/** Decided by a capability, which the record does not hold (FIBMAP of regular files asks for one as well). */
const CAPABILITY = new Set([0x1, 0x4b47, 0x4b49]);

/** One recorded trial: where the answer differs from ours, as text; empty when it agrees. */
export function checkIoctlLine(policy: PolicyDb, line: string): string[] {
  const fields = line.split("\t");
  const [source, target] = fields.map((text) => parseContext(policy, text));
  if (source?.ok !== true || target?.ok !== true) return [`bad context in ${line}`];
  const recorded = recordedCommands(fields[7] ?? "");
  const allowed = allowedCommands(
    policy,
    source.value,
    target.value,
    policy.classes.valueOf(fields[2] ?? ""),
  );
  const differences: string[] = [];
  for (let command = 0; command <= 0xffff; command++)
    if (!CAPABILITY.has(command) && allowed(command) !== recorded.has(command))
      differences.push(`${fields.slice(0, 3).join(" ")} 0x${command.toString(16)}`);
  return differences;
}

function recordedCommands(text: string): Set<number> {
  const commands = new Set<number>();
  for (const range of text.trim().split(/\s+/)) {
    const [low = "", high = low] = range.split("-");
    if (low !== "") for (let n = Number(low); n <= Number(high); n++) commands.add(n);
  }
  return commands;
}

function allowedCommands(
  policy: PolicyDb,
  source: Context,
  target: Context,
  tclass: number,
): (command: number) => boolean {
  const datum = policy.classes.at(tclass);
  const { allowed, flags } = computeAv(policy, source, target, tclass);
  if ((flags & AVD_PERMISSIVE) !== 0) return () => true;
  const has = (name: string): boolean =>
    datum !== undefined && (allowed & (1 << (permissionValue(datum, name) - 1))) !== 0;
  const getattr = has("getattr");
  const ioctl = has("ioctl");
  const { drivers, kinds } = computeXpermDrivers(policy, source, target, tclass);
  const sets = Array.from({ length: 256 }, (_, driver) =>
    drivers.has(driver) ? computeXperms(policy, source, target, tclass, driver).allowed : undefined,
  );
  return (command) => {
    if (GETATTR.has(command)) return getattr;
    if (NOTHING.has(command)) return true;
    return ioctl && (kinds === 0 || sets[command >>> 8]?.has(command & 0xff) === true);
  };
}
