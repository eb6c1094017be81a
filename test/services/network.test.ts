// Addresses, wildcards, CIPSO tags and the labels of peers.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPolicy } from "../../server/policydb/binary/read.ts";
import type { PolicyDb } from "../../server/policydb/policydb.ts";
import { parseAddress, printAddress } from "../../server/services/address.ts";
import { createAvRows } from "../../server/services/avRows.ts";
import {
  CIPSO_TAG_BITMAP,
  CIPSO_TAG_LIST,
  CIPSO_TAG_RANGES,
  readCipsoTag,
  writeCipsoTag,
} from "../../server/services/cipso.ts";
import { parseContext, printContext } from "../../server/services/context.ts";
import { contextOfPacket, packetOfContext, resolvePeer } from "../../server/services/netlabel.ts";
import { matchesWildcard } from "../../server/services/wildcard.ts";
import { explainAssociation } from "../../server/services/xfrm.ts";
import { referencePolicy } from "../policydb/fixtures.ts";

const policy = readPolicy(referencePolicy()).policy as PolicyDb;

function context(text: string) {
  const parsed = parseContext(policy, text);
  if (!parsed.ok) throw new Error(text);
  return parsed.value;
}

describe("addresses", () => {
  it.each([
    ["10.0.0.1", "10.0.0.1"],
    ["::", "::"],
    ["::1", "::1"],
    ["fe80::", "fe80::"],
    ["2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["::ffff:10.1.2.3", "::ffff:a01:203"],
    ["::10.1.2.3", "::a01:203"],
    ["1:2:3:4:5:6:7.8.9.10", "1:2:3:4:5:6:708:90a"],
  ])("%s is %s", (text, canonical) => {
    expect(printAddress(parseAddress(text) as Uint8Array)).toBe(canonical);
  });

  it.each([
    "",
    "1.2.3",
    "1.2.3.256",
    "01.2.3.4",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "g::",
    "1:2:3:4:5:6:7:8:9",
    "::1%lo",
  ])("%j is none", (text) => expect(parseAddress(text)).toBeUndefined());

  it("come back from their text", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(4, 16),
        fc.infiniteStream(fc.constantFrom(0, 0, 0, 1, 0x80, 255)),
        (n, stream) => {
          const bytes = Uint8Array.from([...stream.take(n)]);
          expect(parseAddress(printAddress(bytes))).toEqual(bytes);
        },
      ),
    );
  });
});

it.each([
  ["eth*", "eth0", true],
  ["eth?", "eth10", false],
  ["*th*0", "eth10", true],
  ["", "", true],
  ["*", "", true],
  ["e", "", false],
  ["a*b*c", "aXbYbZc", true],
  ["a*b", "abx", false],
])("wildcard %j on %j: %s", (pattern, text, matches) => {
  expect(matchesWildcard(pattern, text)).toBe(matches);
});

describe("CIPSO", () => {
  it("writes the tags that the wire knows", () => {
    const label = { level: 3, categories: [0, 1, 2, 9] };
    expect([...(writeCipsoTag(CIPSO_TAG_BITMAP, label) ?? [])]).toEqual([1, 6, 0, 3, 0xe0, 0x40]);
    expect([...(writeCipsoTag(CIPSO_TAG_LIST, label) ?? [])]).toEqual([2, 12, 0, 3, 0, 0, 0, 1, 0, 2, 0, 9]);
    expect([...(writeCipsoTag(CIPSO_TAG_RANGES, label) ?? [])]).toEqual([5, 10, 0, 3, 0, 9, 0, 9, 0, 2]);
  });

  it("reads what it writes, and writes only what fits", () => {
    const label = fc.record({
      level: fc.integer({ min: 0, max: 255 }),
      categories: fc
        .uniqueArray(fc.integer({ min: 0, max: 300 }), { maxLength: 20 })
        .map((a) => a.sort((x, y) => x - y)),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(CIPSO_TAG_BITMAP, CIPSO_TAG_LIST, CIPSO_TAG_RANGES),
        label,
        (tag, value) => {
          const bytes = writeCipsoTag(tag, value);
          if (bytes === undefined) expect(value.categories.length === 0).toBe(false);
          else {
            expect(bytes.length).toBeLessThanOrEqual(34);
            expect(readCipsoTag(bytes)).toEqual(value);
          }
        },
      ),
    );
  });

  it("refuses malformed tags", () => {
    expect(readCipsoTag(Uint8Array.of(5, 8, 0, 0, 0, 1, 0, 2))).toBeUndefined();
    expect(readCipsoTag(Uint8Array.of(2, 9, 0, 0, 0))).toBeUndefined();
    expect(readCipsoTag(Uint8Array.of(9, 4, 0, 0))).toBeUndefined();
  });
});

describe("peers", () => {
  it("take netmsg's context with the packet's range", () => {
    const peer = contextOfPacket(policy, { level: 0, categories: [0, 1, 2, 7] });
    expect(peer.ok && printContext(policy, peer.value)).toBe("system_u:object_r:netlabel_peer_t:s0:c0.c2,c7");
    expect(contextOfPacket(policy, { level: 9, categories: [] })).toEqual({ ok: false, error: "EIDRM" });
    const sent = packetOfContext(policy, context("system_u:system_r:sshd_t:s0:c1-s0:c0.c9"));
    expect(sent).toEqual({ domain: "sshd_t", label: { level: 0, categories: [1] } });
  });

  it("are resolved as the kernel does", () => {
    const netlabel = context("system_u:object_r:netlabel_peer_t:s0:c1");
    const xfrm = context("system_u:system_r:sshd_t:s0:c1");
    const other = context("system_u:system_r:sshd_t:s0");
    const reasons = [
      resolvePeer(policy, undefined, false, undefined),
      resolvePeer(policy, netlabel, false, undefined),
      resolvePeer(policy, undefined, false, xfrm),
      resolvePeer(policy, netlabel, true, other),
      resolvePeer(policy, netlabel, false, xfrm),
      resolvePeer(policy, netlabel, false, other),
    ];
    expect(reasons.map(({ reason }) => reason)).toEqual([
      "none",
      "netlabel",
      "xfrm",
      "xfrm-over-fallback",
      "both-agree",
      "conflict",
    ]);
    expect([reasons[4]?.context, reasons[5]?.context]).toEqual([xfrm, undefined]);
  });

  it("association checks say where they stop", () => {
    const rows = createAvRows(policy);
    const flow = context("system_u:system_r:anaconda_t:s0");
    const spd = context("system_u:object_r:ipsec_spd_t:s0");
    const verdict = (policyLabel?: typeof flow, association?: typeof flow): string =>
      explainAssociation(rows, { flow, policy: policyLabel, association }).reason;
    expect(verdict()).toBe("both-unlabeled");
    expect(verdict(undefined, flow)).toBe("policy-unlabeled-association-labeled");
    expect(verdict(spd)).toBe("association-unlabeled-policy-labeled");
    expect(verdict(spd, spd)).toBe("flow-differs-from-association");
    expect(verdict(context("system_u:object_r:shadow_t:s0"))).toBe("policy-does-not-match");
    expect(verdict(spd, flow)).toBe("granted");
  });
});
