import { inflateRawSync } from 'node:zlib';

/** Contents of a ZIP archive by their local headers; names and contents as bytes, for a channel's encoding is its own. */
export function unzipped(archive: Buffer): { name: Buffer; bytes: Buffer }[] {
  const files: { name: Buffer; bytes: Buffer }[] = [];
  let at = 0;
  while (archive.readUInt32LE(at) === 0x04034b50) {
    const packedLength = archive.readUInt32LE(at + 18);
    const nameEnd = at + 30 + archive.readUInt16LE(at + 26);
    const name = archive.subarray(at + 30, nameEnd);
    files.push({ name, bytes: inflateRawSync(archive.subarray(nameEnd, nameEnd + packedLength)) });
    at = nameEnd + packedLength;
  }
  return files;
}
