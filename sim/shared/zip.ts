import { crc32, deflateRawSync } from 'node:zlib';

/** A name given as bytes is in an encoding of the maker's own, and not marked as UTF-8. */
type ZippedFile = { readonly name: string | Buffer; readonly bytes: Buffer; readonly at: Date };

const VERSION = 20;
const NAMES_ARE_UTF8 = 0x0800;
const DEFLATED = 8;

/** A ZIP archive (APPNOTE 4.3): each file behind its header, then the directory of all, then its end. */
export function zip(files: readonly ZippedFile[]): Buffer {
  const contents: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    const name = Buffer.from(file.name);
    const packed = deflateRawSync(file.bytes);
    const header = commonHeader(file, { nameLength: name.length, packedLength: packed.length });
    const content = Buffer.concat([uint32(0x04034b50), header, name, packed]);
    // No comment, the first disk, no attributes.
    const place = Buffer.concat([uint16(0), uint16(0), uint16(0), uint32(0), uint32(offset)]);
    directory.push(Buffer.concat([uint32(0x02014b50), uint16(VERSION), header, place, name]));
    contents.push(content);
    offset += content.length;
  }
  const listed = Buffer.concat(directory);
  const counts = [uint16(0), uint16(0), uint16(files.length), uint16(files.length)];
  const end = [uint32(0x06054b50), ...counts, uint32(listed.length), uint32(offset), uint16(0)];
  return Buffer.concat([...contents, listed, ...end]);
}

/** What a file's own header and its line in the directory have in common. */
function commonHeader({ name, bytes, at }: ZippedFile, lengths: { nameLength: number; packedLength: number }): Buffer {
  const flags = typeof name === 'string' ? NAMES_ARE_UTF8 : 0;
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1);
  const date = ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
  return Buffer.concat([
    ...[VERSION, flags, DEFLATED, time, date].map(uint16),
    ...[crc32(bytes), lengths.packedLength, bytes.length].map(uint32),
    ...[lengths.nameLength, 0].map(uint16),
  ]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
