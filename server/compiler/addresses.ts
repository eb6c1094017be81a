// IPv4 and IPv6 addresses and masks of nodecon (and InfiniBand subnet prefixes), with or without CIDR length, as
// inet_pton reads them.

/** An address with its mask, 4 or 16 bytes each in network order. */
export interface AddressAndMask {
  readonly address: Uint8Array;
  readonly mask: Uint8Array;
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

/** Reads `10.0.0.1` or `fe80::1`; undefined when it is neither. */
export function parseIp(text: string): Uint8Array | undefined {
  return text.includes(":") ? parseIpv6(text) : parseIpv4(text);
}

function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || parts.some((part) => !/^\d{1,3}$/.test(part) || Number(part) > 255))
    return undefined;
  return Uint8Array.from(parts.map(Number));
}

function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const left = groups(halves[0] as string);
  const right = halves.length === 2 ? groups(halves[1] as string) : [];
  if (left === undefined || right === undefined) return undefined;
  const missing = 16 - left.length - right.length;
  if (halves.length === 1 ? missing !== 0 : missing < 2) return undefined;
  return Uint8Array.from([...left, ...new Array<number>(missing).fill(0), ...right]);
}

function groups(text: string): number[] | undefined {
  if (text === "") return [];
  const bytes: number[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    if (part.includes(".") && index === parts.length - 1) {
      const v4 = parseIpv4(part);
      if (v4 === undefined) return undefined;
      bytes.push(...v4);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      const value = Number.parseInt(part, 16);
      bytes.push(value >> 8, value & 0xff);
    } else return undefined;
  }
  return bytes;
}

/** An address with a mask (or CIDR length in the address); a message when it cannot be read. */
export function parseAddress(text: string, maskText: string | undefined): AddressAndMask | string {
  const slash = text.indexOf("/");
  const address = parseIp(slash < 0 ? text : text.slice(0, slash));
  if (address === undefined) return `${text} is no IPv4 or IPv6 address`;
  let mask: Uint8Array | undefined;
  if (slash >= 0) {
    const length = Number(text.slice(slash + 1));
    if (!(length >= 0 && length <= address.length * 8))
      return `${text.slice(slash + 1)} is no valid prefix length`;
    mask = new Uint8Array(address.length);
    for (let bit = 0; bit < length; bit++) mask[bit >> 3] = (mask[bit >> 3] as number) | (0x80 >> (bit & 7));
  } else mask = maskText === undefined ? undefined : parseIp(maskText);
  if (mask === undefined) return `${maskText ?? "nothing"} is no mask`;
  if (mask.length !== address.length) return "address and mask are of different families";
  const family = address.length === 4 ? "ipv4" : "ipv6";
  const prefix = address.length === 4 ? "node" : "node6";
  const warnings: { code: string; message: string }[] = [];
  if (slash >= 0 && mask.every((byte) => byte === 0))
    warnings.push({ code: "node-cidr-zero", message: "a prefix length of 0 matches every address" });
  if (!isContiguous(mask))
    warnings.push({ code: `${prefix}-mask`, message: `the ${family} mask is not contiguous` });
  if (address.some((byte, i) => (byte & ~(mask[i] as number) & 0xff) !== 0))
    warnings.push({ code: `${prefix}-hostbits`, message: `host bits of the ${family} address are set` });
  return { address, mask, warnings };
}

function isContiguous(mask: Uint8Array): boolean {
  let ended = false;
  for (const byte of mask)
    for (let bit = 7; bit >= 0; bit--) {
      const set = ((byte >> bit) & 1) === 1;
      if (set && ended) return false;
      if (!set) ended = true;
    }
  return true;
}
