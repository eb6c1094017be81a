// Domains of interpretation of CIPSO (net/ipv4/cipso_ipv4.c): what a host makes of the numbers on the wire. A domain
// passes them through, translates them by two-way tables, or is local to the host and carries the SID itself. A number
// that a table does not know cannot be sent and makes a packet unreadable (EPERM in the kernel). Policies do not
// contain domains, netlabelctl configures them; callers say which one is meant.

import {
  CIPSO_TAG_BITMAP,
  CIPSO_TAG_LIST,
  CIPSO_TAG_LOCAL,
  CIPSO_TAG_RANGES,
  type CipsoLabel,
  readCipsoTag,
  writeCipsoTag,
} from "./cipso.ts";

/** A domain of interpretation. Tables lead from the host's numbers (from 0) to those on the wire, one to one. */
export type CipsoDomain =
  | { readonly kind: "pass"; readonly tags: readonly number[] }
  | { readonly kind: "local" }
  | {
      readonly kind: "trans";
      readonly levels: ReadonlyMap<number, number>;
      readonly categories: ReadonlyMap<number, number>;
    };

/** What a packet says: a label, or the SID of a local one. */
export type CipsoContent = { readonly label: CipsoLabel } | { readonly sid: number };

/** Length of a local tag: type, length, SID. */
const LOCAL_BYTES = 6;

/** The kinds of tags that a domain may use (cipso_v4_doi_add): lists and ranges only where numbers pass through. */
export function tagsOf(domain: CipsoDomain): readonly number[] {
  if (domain.kind === "local") return [CIPSO_TAG_LOCAL];
  if (domain.kind === "trans") return [CIPSO_TAG_BITMAP];
  const known = [CIPSO_TAG_BITMAP, CIPSO_TAG_LIST, CIPSO_TAG_RANGES];
  return domain.tags.filter((tag) => known.includes(tag));
}

/** The first of the domain's tags that can carry the content; undefined when none can. */
export function writeInDomain(domain: CipsoDomain, content: CipsoContent): Uint8Array | undefined {
  if ("sid" in content) return domain.kind === "local" ? localTag(content.sid) : undefined;
  if (domain.kind === "local") return undefined;
  const label =
    domain.kind === "trans" ? mapped(content.label, domain.levels, domain.categories) : content.label;
  if (label === undefined) return undefined;
  for (const tag of tagsOf(domain)) {
    const bytes = writeCipsoTag(tag, label);
    if (bytes !== undefined) return bytes;
  }
  return undefined;
}

/** What a tag means in a domain; undefined when it is malformed, of a foreign kind, or not in the tables. */
export function readInDomain(domain: CipsoDomain, bytes: Uint8Array): CipsoContent | undefined {
  if (!tagsOf(domain).includes(bytes[0] as number)) return undefined;
  if (domain.kind === "local") {
    if (bytes.length < LOCAL_BYTES || bytes[1] !== LOCAL_BYTES) return undefined;
    return { sid: new DataView(bytes.buffer, bytes.byteOffset).getUint32(2, true) };
  }
  const read = readCipsoTag(bytes);
  if (read === undefined || domain.kind === "pass") return read === undefined ? undefined : { label: read };
  const label = mapped(read, inverse(domain.levels), inverse(domain.categories));
  return label === undefined ? undefined : { label };
}

/** The SID in the byte order of the host; every machine that runs SELinux today is little endian. */
function localTag(sid: number): Uint8Array {
  const bytes = new Uint8Array(LOCAL_BYTES);
  bytes[0] = CIPSO_TAG_LOCAL;
  bytes[1] = LOCAL_BYTES;
  new DataView(bytes.buffer).setUint32(2, sid, true);
  return bytes;
}

function mapped(
  { level, categories }: CipsoLabel,
  levels: ReadonlyMap<number, number>,
  table: ReadonlyMap<number, number>,
): CipsoLabel | undefined {
  const newLevel = levels.get(level);
  const found = categories.flatMap((category) => table.get(category) ?? []);
  if (newLevel === undefined || found.length !== categories.length) return undefined;
  return { level: newLevel, categories: found.sort((a, b) => a - b) };
}

function inverse(table: ReadonlyMap<number, number>): ReadonlyMap<number, number> {
  return new Map([...table].map(([from, to]) => [to, from]));
}
