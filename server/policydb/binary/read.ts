// Reads a kernel binary policy, versions 15 to 35 (policydb_read of security/selinux/ss/policydb.c; stricter where
// libsepol's validation is). The sections follow each other without a directory, so reading stops at the first
// error. Never throws; time and memory grow with the size of the file. What is odd about the file but means nothing
// goes to the layout, with which `writePolicy` gives the same bytes again.

import { createPolicyDb } from "../create.ts";
import { HANDLE_UNKNOWN_ALLOW, HANDLE_UNKNOWN_REJECT, type PolicyDb, permissionValue } from "../policydb.ts";
import { checkBounds } from "./checkBounds.ts";
import { type BinaryError, Cursor } from "./cursor.ts";
import { type BinaryLayout, createLayout } from "./layout.ts";
import { readConditionals } from "./readConditionals.ts";
import { readGenfs, readObjectContexts } from "./readObjects.ts";
import { readAvtab } from "./readRules.ts";
import { readEbitmap } from "./readSets.ts";
import { readSymbols } from "./readSymbols.ts";
import {
  readFilenameTransitions,
  readRangeTransitions,
  readRoleAllows,
  readRoleTransitions,
  readTypeAttributes,
} from "./readTransitions.ts";
import { type ReadState, SYM_TYPES } from "./state.ts";
import {
  objectTableCount,
  symbolTableCount,
  VERSION_AVTAB,
  VERSION_BOOL,
  VERSION_FILENAME_TRANS,
  VERSION_MAX,
  VERSION_MIN,
  VERSION_MLS,
  VERSION_NEVERAUDIT,
  VERSION_PERMISSIVE,
  VERSION_POLCAP,
} from "./versions.ts";

export const POLICY_MAGIC = 0xf97cff8c;
const POLICY_MAGIC_SWAPPED = 0x8cff7cf9;
const MODULE_MAGIC = 0xf97cff8d;
const PACKAGE_MAGIC = 0xf97cff8f;
export const POLICY_STRING = "SE Linux";
const XEN_STRING = "XenFlask";
export const CONFIG_MLS = 1;
/** The newest policy capability that has a name (bpf_token_perms). */
const POLCAP_MAX = 14;
/** Words of bitmaps that a byte of file may become; real policies stay below 1. */
const WORDS_PER_BYTE = 8;
const WORDS_FREE = 0x10000;

export interface ReadOptions {
  /** Accept policies without class process, which no kernel loads (snippets, tests). Then it is a warning. */
  readonly withoutProcess?: boolean;
  /** Warn of rules that have no permission of their class too: kernels load them, libsepol since 3.6 does not. */
  readonly validate?: boolean;
}

/** What reading gives: a policy with its layout, or errors. */
export interface ReadResult {
  readonly policy?: PolicyDb;
  readonly layout?: BinaryLayout;
  readonly errors: readonly BinaryError[];
  readonly warnings: readonly BinaryError[];
  /** Where each section of the file begins. */
  readonly starts: ReadonlyMap<string, number>;
}

/** Reads a kernel binary policy. */
export function readPolicy(bytes: Uint8Array, options: ReadOptions = {}): ReadResult {
  const c = new Cursor(bytes);
  const s = readHeader(c, options);
  if (s !== undefined) readSections(s, options);
  if (c.error !== undefined || s === undefined)
    return { errors: c.error === undefined ? [] : [c.error], warnings: c.warnings, starts: c.starts };
  return { policy: s.db, layout: s.layout, errors: [], warnings: c.warnings, starts: c.starts };
}

function readHeader(c: Cursor, options: ReadOptions): ReadState | undefined {
  const magic = c.u32("the magic number");
  if (!c.ok) return undefined;
  if (magic !== POLICY_MAGIC) {
    c.fail(magicProblem(magic), 0, "magic");
    return undefined;
  }
  const length = c.u32("the length of the identifier");
  if (c.ok && length !== POLICY_STRING.length)
    c.fail(`identifier of ${length} bytes, expected ${POLICY_STRING.length}`, 4, "string");
  const name = c.name(POLICY_STRING.length, "the identifier");
  if (c.ok && name === XEN_STRING) c.fail("this is a policy for Xen, not for SELinux", 8, "string");
  else if (c.ok && name !== POLICY_STRING)
    c.fail(`identifier “${name}”, expected “${POLICY_STRING}”`, 8, "string");
  const stored = c.u32("the policy version");
  if (c.ok && stored < VERSION_MIN)
    c.fail(`policy version ${stored}, the oldest readable is ${VERSION_MIN}`, 16, "version");
  if (stored > VERSION_MAX)
    c.warn(
      `policy version ${stored} is newer than ${VERSION_MAX}; read as version ${VERSION_MAX}`,
      16,
      "version",
    );
  const version = Math.min(stored, VERSION_MAX);
  const config = c.u32("the configuration");
  const symbolTables = c.u32("the number of symbol tables");
  const objectTables = c.u32("the number of object context tables");
  if (!c.ok) return undefined;
  checkHeader(c, version, config, symbolTables, objectTables);
  const db = createPolicyDb(16);
  db.version = stored;
  db.mls = (config & CONFIG_MLS) !== 0;
  db.handleUnknown = config & (HANDLE_UNKNOWN_REJECT | HANDLE_UNKNOWN_ALLOW);
  const layout = createLayout();
  layout.version = version;
  layout.config = config;
  return {
    c,
    db,
    layout,
    version,
    validating: options.validate === true,
    wordBudget: c.end * WORDS_PER_BYTE + WORDS_FREE,
    pending: [],
    declared: [],
    masks: [],
    processClass: 0,
    permissionMasks: undefined,
    emptyVectors: 0,
  };
}

function magicProblem(magic: number): string {
  if (magic === MODULE_MAGIC) return "this is a policy module, not a kernel policy";
  if (magic === PACKAGE_MAGIC) return "this is a policy package (.pp), not a kernel policy";
  if (magic === POLICY_MAGIC_SWAPPED) return "the magic number is byte-swapped; policies are little endian";
  return `magic number 0x${magic.toString(16)}, expected 0x${POLICY_MAGIC.toString(16)}: not a kernel policy`;
}

function checkHeader(c: Cursor, version: number, config: number, symbols: number, objects: number): void {
  const both = HANDLE_UNKNOWN_REJECT | HANDLE_UNKNOWN_ALLOW;
  if ((config & both) === both) c.fail("unknown classes are to be both rejected and allowed", 20, "version");
  else if ((config & CONFIG_MLS) !== 0 && version < VERSION_MLS)
    c.fail(`MLS in policy version ${version}, which has none before ${VERSION_MLS}`, 20, "version");
  else if (symbols !== symbolTableCount(version))
    c.fail(`${symbols} symbol tables, expected ${symbolTableCount(version)} in version ${version}`, 24);
  else if (objects !== objectTableCount(version))
    c.fail(
      `${objects} object context tables, expected ${objectTableCount(version)} in version ${version}`,
      28,
    );
}

function readSections(s: ReadState, options: ReadOptions): void {
  const { c, db, version } = s;
  readFlags(s);
  if (c.ok) readSymbols(s);
  if (c.ok) checkMembers(s, options);
  if (c.ok) readAvtab(s);
  if (c.ok && version >= VERSION_BOOL) readConditionals(s);
  if (c.ok) readRoleTransitions(s);
  if (c.ok) readRoleAllows(s);
  if (c.ok && version >= VERSION_FILENAME_TRANS) readFilenameTransitions(s);
  if (c.ok) readObjectContexts(s);
  if (c.ok) readGenfs(s);
  if (c.ok && version >= VERSION_MLS) readRangeTransitions(s);
  if (c.ok) readTypeAttributes(s, version >= VERSION_AVTAB);
  if (!c.ok) return;
  if (c.remaining() > 0) {
    c.warn(`${c.remaining()} bytes follow the policy`, c.pos, "trailing");
    s.layout.trailing = c.bytes.slice(c.pos);
  }
  checkBounds(s);
  db.generation = 1;
}

/** Policy capabilities and the per-type flags before the symbol tables. */
function readFlags(s: ReadState): void {
  const { c, db, version } = s;
  if (c.ok && version >= VERSION_POLCAP) {
    c.enter("policy capabilities");
    const at = c.pos;
    db.polcaps = readEbitmap(s, "policy capabilities");
    for (const bit of db.polcaps) if (bit > POLCAP_MAX) c.doubt(`policy capability ${bit} is unknown`, at);
  }
  if (c.ok && version >= VERSION_PERMISSIVE) {
    c.enter("permissive types");
    db.permissive = readEbitmap(s, "permissive types");
  }
  if (c.ok && version >= VERSION_NEVERAUDIT) {
    c.enter("neveraudit types");
    db.neveraudit = readEbitmap(s, "neveraudit types");
  }
}

/** What needs complete symbol tables: flagged types, class process, values of MLS levels. */
function checkMembers(s: ReadState, options: ReadOptions): void {
  const { c, db } = s;
  const types = s.declared[SYM_TYPES] as Uint8Array;
  for (const [section, map] of [
    ["permissive types", db.permissive],
    ["neveraudit types", db.neveraudit],
  ] as const)
    for (const value of map)
      if (c.ok && (types[value] !== 1 || db.types.at(value)?.isAttribute)) {
        c.section = section;
        c.fail(`type ${value}, which the policy does not define`, c.starts.get(section));
      }
  if (db.mls)
    for (const user of db.users)
      for (const level of [user.range?.low, user.range?.high, user.defaultLevel])
        if (level !== undefined && db.sens.at(level.sens) === undefined)
          c.fail(`user ${user.name} has sensitivity ${level.sens}, which the policy does not define`);
  s.processClass = db.classes.valueOf("process");
  const process = db.classes.get("process");
  const complete =
    process !== undefined &&
    (permissionValue(process, "transition") !== 0 || permissionValue(process, "dyntransition") !== 0);
  if (complete) return;
  const problem =
    "class process with permission transition or dyntransition is missing, no kernel loads that";
  if (options.withoutProcess === true) c.warn(problem);
  else c.fail(problem);
}
