// The binary policies that the tests keep, as brotli: fourteen random policies that use every feature, Debian's
// reference policy as checkpolicy writes it in version 33, and damaged variants of random policy 3 with the verdicts
// of a Linux 6.1 kernel and of libsepol 3.4.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";

function unpack(name: string): Uint8Array {
  const path = fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
  return new Uint8Array(brotliDecompressSync(readFileSync(path)));
}

/** Debian's reference policy, 2.5 MB. */
export function referencePolicy(): Uint8Array {
  return unpack("cp33.policy.br");
}

/** The random policies 1 to 14; index 0 is number 1. */
export function randomPolicies(): Uint8Array[] {
  const all = unpack("fuzz.policies.br");
  const view = new DataView(all.buffer, all.byteOffset);
  const count = view.getUint32(0, true);
  let at = 4 + 4 * count;
  return Array.from({ length: count }, (_, i) => {
    const start = at;
    at += view.getUint32(4 + 4 * i, true);
    return all.slice(start, at);
  });
}

/** One damaged variant of random policy 3. */
export interface Mutation {
  readonly id: string;
  readonly bytes: Uint8Array;
  readonly kernelReads: boolean;
  readonly libsepolReads: boolean;
}

/** The 900 damaged variants. */
export function mutations(): Mutation[] {
  const base = randomPolicies()[2] as Uint8Array;
  const byId = new Map<string, Mutation>();
  for (const line of new TextDecoder().decode(unpack("mutations.tsv.br")).trim().split("\n")) {
    const [id = "", kernel, libsepol, op = "", at = "", operand = ""] = line.split("\t");
    const bytes = edited(byId.get(id)?.bytes ?? base, op, at, operand);
    byId.set(id, { id, bytes, kernelReads: kernel === "ok", libsepolReads: libsepol === "ok" });
  }
  return [...byId.values()];
}

function edited(bytes: Uint8Array, op: string, at: string, operand: string): Uint8Array {
  const offset = Number(at);
  if (op === "trunc") return bytes.slice(0, offset);
  if (op === "append") return Uint8Array.from([...bytes, ...fromHex(at)]);
  if (op === "del")
    return Uint8Array.from([...bytes.subarray(0, offset), ...bytes.subarray(offset + Number(operand))]);
  if (op !== "set") throw new Error(`unknown edit ${op}`);
  const copy = bytes.slice();
  copy.set(fromHex(operand).subarray(0, copy.length - offset), offset);
  return copy;
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
