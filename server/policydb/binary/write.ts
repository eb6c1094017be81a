// Writes a kernel binary policy, versions 20 to 35 (policydb_write of libsepol's write.c). With the layout that
// reading gave, the bytes are those that were read; without one, tables are written in libsepol's own orders, which
// gives what checkpolicy writes. What an older version cannot express is left out with a warning, except extended
// permissions: without them the policy would allow more, so that is an error. Never throws.

import type { PolicyDb } from "../policydb.ts";
import { ByteWriter } from "./byteWriter.ts";
import type { BinaryNote } from "./cursor.ts";
import { encodeName } from "./cursor.ts";
import type { BinaryLayout } from "./layout.ts";
import { CONFIG_MLS, POLICY_MAGIC, POLICY_STRING } from "./read.ts";
import {
  objectTableCount,
  symbolTableCount,
  VERSION_MAX,
  VERSION_MIN_WRITE,
  VERSION_NEVERAUDIT,
  VERSION_PERMISSIVE,
  VERSION_POLCAP,
} from "./versions.ts";
import { writeGenfs, writeObjectContexts } from "./writeObjects.ts";
import { writeAvtab, writeConditionals } from "./writeRules.ts";
import { dropped, type WriteState, writeEbitmap } from "./writeSets.ts";
import { writeSymbols } from "./writeSymbols.ts";
import {
  writeFilenameTransitions,
  writeRangeTransitions,
  writeRoleRules,
  writeTypeAttributes,
} from "./writeTransitions.ts";

/** Bits of the configuration word that say something: MLS and the two of handle_unknown. */
const KNOWN_CONFIG = 7;

export interface WriteOptions {
  /** 20 to 35 */
  readonly version: number;
  /** Of the file from which the policy was read, to write it again as it was. */
  readonly layout?: BinaryLayout | undefined;
}

/** `bytes` is empty when there are errors. */
export interface WriteResult {
  readonly bytes: Uint8Array;
  readonly errors: readonly BinaryNote[];
  readonly warnings: readonly BinaryNote[];
}

/** Writes a policy in the binary format of a version. */
export function writePolicy(policy: PolicyDb, options: WriteOptions): WriteResult {
  const { version, layout } = options;
  if (!Number.isInteger(version) || version < VERSION_MIN_WRITE || version > VERSION_MAX) {
    const message = `policy version ${version} cannot be written, only ${VERSION_MIN_WRITE} to ${VERSION_MAX}`;
    return { bytes: new Uint8Array(0), errors: [{ offset: 0, section: "header", message }], warnings: [] };
  }
  const w = new ByteWriter(policy.avtab.count * 14 + 0x10000);
  const s: WriteState = { w, db: policy, version, layout, errors: [], warnings: [] };
  if (policy.avtab.count === 0)
    s.errors.push({ offset: 0, section: "avtab", message: "the policy has no rules, no kernel loads that" });
  writeHeader(s);
  writeSymbols(s);
  writeAvtab(s);
  writeConditionals(s);
  writeRoleRules(s);
  writeFilenameTransitions(s);
  writeObjectContexts(s);
  writeGenfs(s);
  writeRangeTransitions(s);
  writeTypeAttributes(s);
  if (layout !== undefined) w.raw(layout.trailing);
  const bytes = s.errors.length > 0 ? new Uint8Array(0) : w.result();
  return { bytes, errors: s.errors, warnings: s.warnings };
}

function writeHeader(s: WriteState): void {
  const { w, db, version } = s;
  const odd = (s.layout?.config ?? 0) & ~KNOWN_CONFIG;
  w.u32(POLICY_MAGIC);
  w.u32(POLICY_STRING.length);
  w.raw(encodeName(POLICY_STRING));
  w.u32(version);
  w.u32(odd | (db.mls ? CONFIG_MLS : 0) | db.handleUnknown);
  w.u32(symbolTableCount(version));
  w.u32(objectTableCount(version));
  if (version >= VERSION_POLCAP) writeEbitmap(s, db.polcaps);
  else if (!db.polcaps.isEmpty()) dropped(s, "policy capabilities", "policy capabilities");
  if (version >= VERSION_PERMISSIVE) writeEbitmap(s, db.permissive);
  else if (!db.permissive.isEmpty()) dropped(s, "permissive types", "permissive types");
  if (version >= VERSION_NEVERAUDIT) writeEbitmap(s, db.neveraudit);
  else if (!db.neveraudit.isEmpty()) dropped(s, "neveraudit types", "neveraudit types");
}
