// Domains of interpretation: passing through, translating, local SIDs, and what each refuses.

import { expect, it } from "vitest";
import {
  CIPSO_TAG_BITMAP,
  CIPSO_TAG_LIST,
  CIPSO_TAG_LOCAL,
  CIPSO_TAG_RANGES,
} from "../../server/services/cipso.ts";
import { type CipsoDomain, readInDomain, tagsOf, writeInDomain } from "../../server/services/cipsoDoi.ts";

const trans: CipsoDomain = {
  kind: "trans",
  levels: new Map([
    [0, 5],
    [1, 3],
  ]),
  categories: new Map([
    [0, 9],
    [1, 2],
    [7, 0],
  ]),
};

it("translates levels and categories both ways, in a bitmap", () => {
  const bytes = writeInDomain(trans, { label: { level: 1, categories: [0, 1, 7] } });
  // Wire categories 0, 2 and 9, the highest bit first.
  expect([...(bytes ?? [])]).toEqual([CIPSO_TAG_BITMAP, 6, 0, 3, 0b1010_0000, 0b0100_0000]);
  expect(readInDomain(trans, bytes as Uint8Array)).toEqual({ label: { level: 1, categories: [0, 1, 7] } });
});

it("refuses what its tables do not know, in either direction", () => {
  expect(writeInDomain(trans, { label: { level: 2, categories: [] } })).toBeUndefined();
  expect(writeInDomain(trans, { label: { level: 0, categories: [3] } })).toBeUndefined();
  expect(readInDomain(trans, Uint8Array.of(CIPSO_TAG_BITMAP, 4, 0, 4))).toBeUndefined();
  expect(readInDomain(trans, Uint8Array.of(CIPSO_TAG_BITMAP, 5, 0, 3, 0x40))).toBeUndefined();
});

it("uses the tags that its kind may have, in the order given", () => {
  expect(tagsOf(trans)).toEqual([CIPSO_TAG_BITMAP]);
  const pass: CipsoDomain = { kind: "pass", tags: [CIPSO_TAG_BITMAP, CIPSO_TAG_LOCAL, CIPSO_TAG_RANGES] };
  expect(tagsOf(pass)).toEqual([CIPSO_TAG_BITMAP, CIPSO_TAG_RANGES]);
  // Category 300 is beyond a bitmap: the next tag takes it.
  const wide = { level: 0, categories: [300] };
  expect(writeInDomain(pass, { label: wide })?.[0]).toBe(CIPSO_TAG_RANGES);
  expect(readInDomain(pass, writeInDomain(pass, { label: wide }) as Uint8Array)).toEqual({ label: wide });
  expect(readInDomain(pass, Uint8Array.of(CIPSO_TAG_LIST, 6, 0, 0, 0, 1))).toBeUndefined();
});

it("carries a SID in a local tag, and nothing else", () => {
  const bytes = writeInDomain({ kind: "local" }, { sid: 0x01020304 });
  expect([...(bytes ?? [])]).toEqual([CIPSO_TAG_LOCAL, 6, 4, 3, 2, 1]);
  expect(readInDomain({ kind: "local" }, bytes as Uint8Array)).toEqual({ sid: 0x01020304 });
  expect(readInDomain({ kind: "local" }, (bytes as Uint8Array).subarray(0, 5))).toBeUndefined();
  expect(writeInDomain({ kind: "local" }, { label: { level: 0, categories: [] } })).toBeUndefined();
  expect(writeInDomain(trans, { sid: 7 })).toBeUndefined();
});
