// Role transitions, role allow rules, filename transitions, range transitions and the type-attribute map of a
// binary policy (role_trans_read, role_allow_read, filename_trans_read, range_read and the end of policydb_read of
// security/selinux/ss/policydb.c). Filename transitions have had two forms: single tuples, and since version 33 keys
// with alternatives. Both become keys; the tuples' order goes to the layout.

import { Ebitmap } from "../ebitmap.ts";
import type { FilenameTransition, RangeTransition, RoleAllow, RoleTransition } from "../policydb.ts";
import { rangeProblem } from "./contextCheck.ts";
import { readEbitmap, readRange } from "./readSets.ts";
import { type ReadState, requireBits, requireValue, SYM_CLASSES, SYM_ROLES, SYM_TYPES } from "./state.ts";
import { VERSION_COMP_FTRANS, VERSION_RANGETRANS, VERSION_ROLETRANS } from "./versions.ts";

const EBITMAP_BYTES = 12;

/** role_transition */
export function readRoleTransitions(s: ReadState): void {
  const c = s.c;
  c.enter("role transitions");
  const hasClass = s.version >= VERSION_ROLETRANS;
  const count = c.count("role transitions", hasClass ? 16 : 12);
  const list: RoleTransition[] = [];
  const seen = new Set<string>();
  for (let i = 0; i < count && c.ok; i++) {
    const at = c.pos;
    const role = c.u32("a role transition");
    const type = c.u32("a role transition");
    const newRole = c.u32("a role transition");
    const tclass = hasClass ? c.u32("a role transition") : s.processClass;
    if (!c.ok) return;
    requireValue(s, SYM_ROLES, role, "a role transition", at);
    requireValue(s, SYM_TYPES, type, "a role transition", at + 4);
    requireValue(s, SYM_ROLES, newRole, "a role transition", at + 8);
    requireValue(s, SYM_CLASSES, tclass, "a role transition", hasClass ? at + 12 : at);
    const key = `${role} ${type} ${tclass}`;
    if (seen.has(key)) c.fail(`a second role transition of role ${s.db.roles.nameOf(role)} with one key`, at);
    seen.add(key);
    list.push({ role, type, tclass, newRole });
  }
  s.db.roleTransitions = list;
}

/** allow rules between roles */
export function readRoleAllows(s: ReadState): void {
  const c = s.c;
  c.enter("role allow rules");
  const count = c.count("role allow rules", 8);
  const list: RoleAllow[] = [];
  for (let i = 0; i < count && c.ok; i++) {
    const at = c.pos;
    const role = c.u32("a role allow rule");
    const newRole = c.u32("a role allow rule");
    if (!c.ok) return;
    requireValue(s, SYM_ROLES, role, "a role allow rule", at);
    requireValue(s, SYM_ROLES, newRole, "a role allow rule", at + 4);
    list.push({ role, newRole });
  }
  s.db.roleAllows = list;
}

/** type_transition with names, in the form of the version. */
export function readFilenameTransitions(s: ReadState): void {
  s.c.enter("filename transitions");
  if (s.version >= VERSION_COMP_FTRANS) readFilenameKeys(s);
  else readFilenameTuples(s);
}

function readFilenameKeys(s: ReadState): void {
  const c = s.c;
  const count = c.count("filename transitions", 17 + EBITMAP_BYTES + 4);
  const list: FilenameTransition[] = [];
  const seen = new Set<string>();
  for (let i = 0; i < count && c.ok; i++) {
    const at = c.pos;
    const name = c.lengthAndName("name of a filename transition");
    const keyAt = c.pos;
    const targetType = c.u32("a filename transition");
    const tclass = c.u32("a filename transition");
    const n = c.count(`alternatives of filename transition ${name}`, EBITMAP_BYTES + 4);
    if (!c.ok) return;
    if (n === 0) c.fail(`filename transition ${name} has no result`, keyAt + 8);
    requireValue(s, SYM_TYPES, targetType, `filename transition ${name}`, keyAt);
    requireValue(s, SYM_CLASSES, tclass, `filename transition ${name}`, keyAt + 4);
    const key = `${targetType} ${tclass} ${name}`;
    if (seen.has(key)) c.fail(`a second filename transition ${name} with the same target and class`, at);
    seen.add(key);
    list.push({ targetType, tclass, name, data: readAlternatives(s, n, name) });
  }
  s.db.filenameTransitions = list;
}

function readAlternatives(s: ReadState, n: number, name: string): FilenameTransition["data"] {
  const c = s.c;
  const data: { sources: Ebitmap; newType: number }[] = [];
  const what = `filename transition ${name}`;
  for (let i = 0; i < n && c.ok; i++) {
    const at = c.pos;
    const sources = readEbitmap(s, what);
    const typeAt = c.pos;
    const newType = c.u32(what);
    if (!c.ok) break;
    requireBits(s, SYM_TYPES, sources, what, at);
    requireValue(s, SYM_TYPES, newType, what, typeAt);
    if (c.ok && s.db.types.at(newType)?.isAttribute) c.fail(`${what} gives an attribute`, typeAt);
    data.push({ sources, newType });
  }
  return data;
}

interface OpenKey {
  readonly index: number;
  readonly data: { sources: Ebitmap; newType: number }[];
  readonly byType: Map<number, number>;
}

function readFilenameTuples(s: ReadState): void {
  const c = s.c;
  const count = c.count("filename transitions", 21);
  const list: FilenameTransition[] = [];
  const keys = new Map<string, OpenKey>();
  const seen = new Set<number>();
  const tuples = new Uint32Array(count * 3);
  let used = 0;
  for (let i = 0; i < count && c.ok; i++) {
    const name = c.lengthAndName("name of a filename transition");
    const at = c.pos;
    const source = c.u32("a filename transition");
    const targetType = c.u32("a filename transition");
    const tclass = c.u32("a filename transition");
    const newType = c.u32("a filename transition");
    if (!c.ok) return;
    requireValue(s, SYM_TYPES, source, `filename transition ${name}`, at);
    requireValue(s, SYM_TYPES, targetType, `filename transition ${name}`, at + 4);
    requireValue(s, SYM_CLASSES, tclass, `filename transition ${name}`, at + 8);
    requireValue(s, SYM_TYPES, newType, `filename transition ${name}`, at + 12);
    const id = `${targetType} ${tclass} ${name}`;
    let key = keys.get(id);
    if (key === undefined) {
      key = { index: list.length, data: [], byType: new Map() };
      keys.set(id, key);
      list.push({ targetType, tclass, name, data: key.data });
    }
    // Old compilers wrote some rules twice; the kernel keeps the first.
    const unique = key.index * 0x10000 + source;
    if (seen.has(unique)) {
      c.warn(`filename transition ${name} of source type ${source} stands twice; the first one counts`, at);
      continue;
    }
    seen.add(unique);
    tuples.set([key.index, addSource(s, key, source, newType, at), source], used);
    used += 3;
  }
  s.db.filenameTransitions = list;
  s.layout.filenameTuples = tuples.subarray(0, used);
}

function addSource(s: ReadState, key: OpenKey, source: number, newType: number, at: number): number {
  let index = key.byType.get(newType);
  if (index === undefined) {
    index = key.data.length;
    key.byType.set(newType, index);
    key.data.push({ sources: new Ebitmap(), newType });
  }
  const sources = (key.data[index] as { sources: Ebitmap }).sources;
  const before = sources.words.length;
  sources.add(source - 1);
  s.wordBudget -= sources.words.length - before;
  if (s.wordBudget < 0) s.c.fail("filename transitions need more memory than a policy of this size can", at);
  return index;
}

/** range_transition */
export function readRangeTransitions(s: ReadState): void {
  const c = s.c;
  c.enter("range transitions");
  const hasClass = s.version >= VERSION_RANGETRANS;
  const count = c.count("range transitions", (hasClass ? 12 : 8) + 8 + EBITMAP_BYTES);
  const list: RangeTransition[] = [];
  const seen = new Set<string>();
  for (let i = 0; i < count && c.ok; i++) {
    const at = c.pos;
    const source = c.u32("a range transition");
    const target = c.u32("a range transition");
    const tclass = hasClass ? c.u32("a range transition") : s.processClass;
    const rangeAt = c.pos;
    const range = readRange(s, "a range transition");
    if (!c.ok) return;
    requireValue(s, SYM_TYPES, source, "a range transition", at);
    requireValue(s, SYM_TYPES, target, "a range transition", at + 4);
    requireValue(s, SYM_CLASSES, tclass, "a range transition", hasClass ? at + 8 : at);
    const problem = rangeProblem(s.db, range);
    if (problem !== undefined) c.fail(`the range of a range transition is not valid: ${problem}`, rangeAt);
    const key = `${source} ${target} ${tclass}`;
    if (seen.has(key)) c.fail("a second range transition with the same source, target and class", at);
    seen.add(key);
    list.push({ source, target, tclass, range });
  }
  s.db.rangeTransitions = list;
}

/** The attributes of each type, and from them the types of each attribute. */
export function readTypeAttributes(s: ReadState, stored: boolean): void {
  const c = s.c;
  c.enter("type attributes");
  const { types, typeAttrMap, attrTypeMap } = s.db;
  const nprim = Math.max(types.nprim, s.layout.nprim[SYM_TYPES] ?? 0);
  if ((nprim * nprim) / 64 > s.wordBudget) {
    c.fail(`types have values up to ${nprim}, more than a policy of this size can have`);
    return;
  }
  if (stored && !c.fits(nprim, "type-attribute maps", EBITMAP_BYTES, c.pos)) return;
  for (let value = 1; value <= nprim && c.ok; value++) {
    const at = c.pos;
    const what = `attributes of type ${value}`;
    const map = stored ? readEbitmap(s, what) : new Ebitmap();
    if (!c.ok || !requireBits(s, SYM_TYPES, map, what, at)) return;
    const declared = types.byValue[value] !== undefined;
    if (declared && !map.has(value - 1)) {
      if (stored) s.layout.bareTypes.add(value);
      map.add(value - 1);
    }
    typeAttrMap[value] = map;
  }
  for (let value = 1; value <= nprim && c.ok; value++) {
    const datum = types.byValue[value];
    if (datum === undefined || datum.isAttribute) continue;
    (typeAttrMap[value] as Ebitmap).forEach((bit) => {
      let members = attrTypeMap[bit + 1];
      if (members === undefined) {
        members = new Ebitmap(bit === value - 1 ? value : nprim);
        attrTypeMap[bit + 1] = members;
      }
      members.add(value - 1);
    });
  }
  for (let value = 1; value <= nprim; value++)
    if (attrTypeMap[value] === undefined) attrTypeMap[value] = new Ebitmap();
}
