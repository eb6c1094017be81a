// The golden answers of a real kernel and of libsepol, unpacked from the fixtures: sections "@ POLICY KIND" with
// lines of the batch form below. Read-only.

import { existsSync, readFileSync } from "node:fs";
import { brotliDecompressSync } from "node:zlib";
import { readPolicy } from "../../server/policydb/binary/read.ts";
import type { PolicyDb } from "../../server/policydb/policydb.ts";

const FOLDER = new URL("./fixtures/services/", import.meta.url);
const POLICIES = new URL("../policydb/fixtures/", import.meta.url);

/** Answers of one kind to questions about one policy. */
export interface GoldenSection {
  readonly policy: string;
  readonly kind: string;
  readonly lines: readonly string[];
}

/** The sections of one fixture file. */
export function goldenSections(file: string): GoldenSection[] {
  const text = brotliDecompressSync(readFileSync(new URL(file, FOLDER))).toString("latin1");
  return text
    .split(/^@ /m)
    .slice(1)
    .map((section) => {
      const [head = "", ...lines] = section.split("\n");
      const [policy = "", kind = ""] = head.split(" ");
      return { policy, kind, lines: lines.slice(0, -1) };
    });
}

/** A fresh copy of a golden policy: cp33, or 1 to 14. */
export function goldenPolicy(name: string): PolicyDb {
  const candidates = [`${name}.policy.br`, `${name}.pol.br`, `fuzz${name}.pol.br`, `fuzz/${name}.pol.br`];
  const path = candidates.map((file) => new URL(file, POLICIES)).find((url) => existsSync(url));
  if (path === undefined) throw new Error(`no fixture for policy ${name}`);
  const { policy, errors } = readPolicy(new Uint8Array(brotliDecompressSync(readFileSync(path))));
  if (policy === undefined) throw new Error(`${name}: ${errors[0]?.message}`);
  return policy;
}
