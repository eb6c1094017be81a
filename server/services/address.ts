// IP addresses as text and bytes in network order, as far as questions need them (inet_pton, inet_ntop). IPv6 text
// may be abbreviated and may end in dotted IPv4 form; zone identifiers are not addresses.

/** 4 or 16 bytes; undefined when the text is no address. */
export function parseAddress(text: string): Uint8Array | undefined {
  return text.includes(":") ? parseIpv6(text) : parseIpv4(text);
}

function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined;
  return Uint8Array.from(parts, Number);
}

function parseIpv6(text: string): Uint8Array | undefined {
  let rest = text;
  const tail: number[] = [];
  const dotted = /^(.*:)([\d.]+\.[\d.]+)$/.exec(text);
  if (dotted !== null) {
    const v4 = parseIpv4(dotted[2] as string);
    if (v4 === undefined) return undefined;
    tail.push(((v4[0] as number) << 8) | (v4[1] as number), ((v4[2] as number) << 8) | (v4[3] as number));
    rest = dotted[1] as string;
    rest = rest.endsWith("::") ? rest : rest.slice(0, -1);
  }
  const halves = rest.split("::");
  if (halves.length > 2) return undefined;
  const groups = halves.map((half) => (half === "" ? [] : half.split(":")));
  if (!groups.flat().every((group) => /^[\da-fA-F]{1,4}$/.test(group))) return undefined;
  const [head = [], last = []] = groups.map((half) => half.map((group) => Number.parseInt(group, 16)));
  const zeros = 8 - head.length - last.length - tail.length;
  if (halves.length === 2 ? zeros < 1 : zeros !== 0) return undefined;
  const words = [...head, ...new Array<number>(zeros).fill(0), ...last, ...tail];
  return Uint8Array.from(words.flatMap((word) => [word >>> 8, word & 0xff]));
}

/** The usual text of 4 or 16 bytes. */
export function printAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  const words: number[] = [];
  for (let i = 0; i < 16; i += 2) words.push(((bytes[i] as number) << 8) | (bytes[i + 1] as number));
  const { start, length } = longestZeros(words);
  const hex = (part: number[]): string => part.map((word) => word.toString(16)).join(":");
  if (length < 2) return hex(words);
  return `${hex(words.slice(0, start))}::${hex(words.slice(start + length))}`;
}

function longestZeros(words: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (let i = 0; i <= words.length; i++)
    if (i === words.length || words[i] !== 0) {
      if (i - start > best.length) best = { start, length: i - start };
      start = i + 1;
    }
  return best;
}
