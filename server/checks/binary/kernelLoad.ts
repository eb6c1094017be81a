// What a kernel says when it loads a policy (selinux_set_mapping, security_load_policy): classes and permissions of the
// kernel that the policy does not define are allowed, denied, or make it refuse the policy.

import { compareWithKernel, type HandleUnknown } from "../../kernel/compat.ts";
import { NEWEST_KERNEL } from "../../kernel/version.ts";
import {
  HANDLE_UNKNOWN_ALLOW,
  HANDLE_UNKNOWN_REJECT,
  type PolicyDb,
  permissionNames,
} from "../../policydb/policydb.ts";
import type { InSection } from "./binary.ts";

/** Names of each kind that a message lists. */
const MOST_NAMES = 12;

/** How a policy says that unknown classes and permissions are to be handled. */
export function handleUnknownOf({ handleUnknown }: PolicyDb): HandleUnknown {
  if (handleUnknown === HANDLE_UNKNOWN_ALLOW) return "allow";
  return handleUnknown === HANDLE_UNKNOWN_REJECT ? "reject" : "deny";
}

/** The classes of a policy with all their permissions. */
export function classNames(db: PolicyDb): ReadonlyMap<string, readonly string[]> {
  return new Map([...db.classes].map((datum) => [datum.name, permissionNames(datum, -1)]));
}

/** What a kernel has and the policy does not define. Which kernel it will be, nobody may have said. */
export function unknownAtLoad(db: PolicyDb, kernel: string | undefined): readonly InSection[] {
  const release = kernel ?? NEWEST_KERNEL;
  const unknown = handleUnknownOf(db);
  const { missingClasses, missingPermissions } = compareWithKernel(classNames(db), release, unknown);
  if (missingClasses.length + missingPermissions.length === 0) return [];
  const what = [
    listed("class", "classes", missingClasses),
    listed(
      "permission",
      "permissions",
      missingPermissions.map((one) => `${one.class}:${one.permission}`),
    ),
  ].filter((text) => text !== "");
  const message = `the policy does not define ${what.join(" and ")} of Linux ${release}`;
  if (unknown === "reject")
    return [
      {
        section: "classes",
        code: "kern-reject",
        severity: kernel === undefined ? "warning" : "error",
        message: `${message}, and says that a kernel with unknown ones has to refuse it`,
      },
    ];
  const fate = unknown === "allow" ? "allowed" : "denied";
  return [
    {
      section: "classes",
      code: "kern-undef-class",
      severity: "information",
      message: `${message}: ${fate}, whatever the rules say`,
    },
  ];
}

function listed(one: string, several: string, names: readonly string[]): string {
  if (names.length === 0) return "";
  const more = names.length > MOST_NAMES ? `, and ${names.length - MOST_NAMES} more` : "";
  return `${names.length === 1 ? one : several} ${names.slice(0, MOST_NAMES).join(", ")}${more}`;
}
