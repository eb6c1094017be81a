/**
 * Reads a ZIP archive: the entries of its central directory, stored or deflated, as PKWARE's APPNOTE 4.3 describes them.
 * Enough for a `.vsix`; no encryption, no ZIP64, and nothing is written to the disk.
 */
import { inflateRawSync } from "node:zlib";

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;

/** Paths and contents of the files of an archive; throws when it is none. */
export function unzip(archive: Buffer): readonly (readonly [path: string, data: Buffer])[] {
  let end = archive.length - 22;
  while (end >= 0 && archive.readUInt32LE(end) !== END_OF_DIRECTORY) end--;
  if (end < 0) throw new Error("this is no ZIP archive");
  const files: (readonly [string, Buffer])[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let count = archive.readUInt16LE(end + 10); count > 0; count--) {
    if (archive.readUInt32LE(at) !== DIRECTORY_ENTRY) throw new Error(`no directory entry at ${at}`);
    const [method, size] = [archive.readUInt16LE(at + 10), archive.readUInt32LE(at + 20)];
    const [name, extra, comment] = [28, 30, 32].map((offset) => archive.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const header = archive.readUInt32LE(at + 42);
    const path = archive.toString("utf8", at + 46, at + 46 + name);
    const start = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
    const data = archive.subarray(start, start + size);
    if (!path.endsWith("/")) files.push([path, method === 0 ? data : inflateRawSync(data)]);
    at += 46 + name + extra + comment;
  }
  return files;
}
