// The netlink message tables: numbers, permissions by kernel version, and the kernel headers where installed.

import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  allMessages,
  classesWithMessages,
  describeRange,
  messageByName,
  messagesFor,
  nlmsgLookup,
  unknownMessagePasses,
} from "../../server/netlink/nlmsgtab.ts";
import { netlinkClass, protocolOfClass } from "../../server/netlink/protocols.ts";
import { parseSelnl, printSelnl } from "../../server/netlink/selnl.ts";

const ROUTE = "netlink_route_socket";
const AUDIT = "netlink_audit_socket";
const permission = (...args: Parameters<typeof nlmsgLookup>) => {
  const answer = nlmsgLookup(...args);
  return answer.result === "permission" ? answer.permission : answer.errno;
};

describe("nlmsgtab", () => {
  test("numbers and names are unique", () => {
    for (const name of classesWithMessages()) {
      const numbers = allMessages(name).map((m) => m.number);
      expect(new Set(numbers).size, name).toBe(numbers.length);
      expect(new Set(allMessages(name).map((m) => m.name)).size, name).toBe(numbers.length);
    }
  });

  test("looks up as the kernel does", () => {
    expect(permission(ROUTE, 16)).toBe("nlmsg_write");
    expect(permission(ROUTE, 18)).toBe("nlmsg_read");
    expect(permission(ROUTE, 9999)).toBe("EINVAL");
    expect(permission(ROUTE, 64)).toBe("EINVAL");
    expect(permission(ROUTE, 9999, { netlinkXperm: true })).toBe("nlmsg");
    expect(permission(ROUTE, 9999, { netlinkXperm: true, kernel: "6.12" })).toBe("EINVAL");
    expect(permission(ROUTE, 120, { kernel: "5.9" })).toBe("EINVAL");
    expect(permission(ROUTE, 18, { androidConfig: 0x80000000 })).toBe("nlmsg_readpriv");
    expect(permission(ROUTE, 66, { androidConfig: 0x40000000 })).toBe("nlmsg_getneigh");
    expect(permission(AUDIT, 1107)).toBe("nlmsg_relay");
    expect(permission(AUDIT, 2999)).toBe("nlmsg_relay");
    expect(permission(AUDIT, 3000)).toBe("EINVAL");
    expect(permission("netlink_generic_socket", 20)).toBe("ENOENT");
    expect(permission("netlink_tcpdiag_socket", 19)).toBe("EINVAL");
    expect(permission("netlink_tcpdiag_socket", 19, { kernel: "6.12" })).toBe("nlmsg_read");
    expect(unknownMessagePasses({ enforcing: true, allowUnknown: false })).toBe(false);
  });

  test("from permission to messages and back", () => {
    expect(messagesFor(ROUTE, "nlmsg_read").map((m) => m.name)).toContain("RTM_DELNSID");
    expect(messagesFor(ROUTE, "nlmsg_read", "5.9").map((m) => m.name)).not.toContain("RTM_GETTUNNEL");
    expect(messagesFor(AUDIT, "nlmsg_tty_audit").map((m) => m.number)).toEqual([1017]);
    expect(messageByName("XFRM_MSG_NEWSADINFO")).toMatchObject({ number: 34, permission: "nlmsg_read" });
    expect(describeRange(ROUTE, 16, 19)).toMatchObject({ drivers: [0, 0], unassigned: 0, applies: true });
    const audit = describeRange(AUDIT, 1100, 1299);
    expect([audit.ranges.length, audit.unassigned, audit.drivers]).toEqual([1, 100, [4, 5]]);
    expect(describeRange(ROUTE, 16, 19, "6.12").applies).toBe(false);
  });

  test.runIf(existsSync("/usr/include/linux/rtnetlink.h"))(
    "audit numbers equal the installed headers'",
    () => {
      const text = readFileSync("/usr/include/linux/audit.h", "utf8");
      let compared = 0;
      for (const [, name = "", number] of text.matchAll(/^#define\s+(AUDIT_\w+)\s+(\d+)\s/gm)) {
        const message = allMessages(AUDIT).find((m) => m.name === name);
        if (message === undefined) continue;
        expect(message.number, name).toBe(Number(number));
        compared++;
      }
      expect(compared).toBeGreaterThanOrEqual(16);
    },
  );

  test.runIf(existsSync("/usr/include/linux/rtnetlink.h"))(
    "route numbers equal the installed headers'",
    () => {
      const text = readFileSync("/usr/include/linux/rtnetlink.h", "utf8");
      const body = /enum \{\s*RTM_BASE[\s\S]*?__RTM_MAX/.exec(text)?.[0] ?? "";
      let next = 16;
      let compared = 0;
      for (const [, name = "", value] of body.matchAll(/^\s+(RTM_\w+)(?:\s*=\s*(\d+))?,/gm)) {
        const number = value === undefined ? next : Number(value);
        next = number + 1;
        const message = allMessages(ROUTE).find((m) => m.name === name);
        if (message === undefined) continue;
        expect(message.number, name).toBe(number);
        compared++;
      }
      expect(compared).toBeGreaterThan(50);
    },
  );
});

test("protocols and classes", () => {
  expect(netlinkClass("NETLINK_INET_DIAG")).toBe("netlink_tcpdiag_socket");
  expect(netlinkClass(16)).toBe("netlink_generic_socket");
  expect(netlinkClass(3)).toBe("netlink_socket");
  expect(protocolOfClass(AUDIT)?.number).toBe(9);
});

test("SELNL notifications survive printing and parsing, and damaged ones are refused", () => {
  const load = { type: "policyload", seqno: 0xfffffffe } as const;
  const mode = { type: "setenforce", enforcing: 1 } as const;
  for (const little of [true, false]) {
    expect(parseSelnl(printSelnl(load, little), little).value).toEqual(load);
    expect(parseSelnl(printSelnl(mode, little), little).value).toEqual(mode);
  }
  expect([...printSelnl(mode)].slice(0, 6)).toEqual([20, 0, 0, 0, 16, 0]);
  expect(parseSelnl(printSelnl(load).subarray(0, 19)).error).toBe("short");
  const odd = printSelnl(load);
  odd[4] = 18;
  expect(parseSelnl(odd).error).toBe("unknown type");
});
