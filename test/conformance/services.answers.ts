// The golden answers of a real kernel and of libsepol, unpacked from the fixtures: sections "@ POLICY KIND" with
// lines of the batch form below. The policies themselves are the binary reader's fixtures.

import { readFileSync } from "node:fs";
import { brotliDecompressSync } from "node:zlib";
import { readPolicy } from "../../server/policydb/binary/read.ts";
import type { PolicyDb } from "../../server/policydb/policydb.ts";
import { randomPolicies, referencePolicy } from "../policydb/fixtures.ts";

const FOLDER = new URL("./fixtures/services/", import.meta.url);

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

/** A fresh copy of a golden policy: `cp33`, or `1` to `14`. */
export function goldenPolicy(name: string): PolicyDb {
  const bytes = name === "cp33" ? referencePolicy() : randomPolicies()[Number(name) - 1];
  const { policy, errors } = readPolicy(bytes ?? new Uint8Array());
  if (policy === undefined) throw new Error(`${name}: ${errors[0]?.message}`);
  return policy;
}

/** The question of an answered line. */
export function questionOf(line: string): string {
  const at = line.indexOf("\t=\t");
  return at < 0 ? line : line.slice(0, at);
}
