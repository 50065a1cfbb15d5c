/** The body of an answer, or null when it is longer than `bytesMax`. Raises what reading it raises. */
export async function readAtMost(response: Response, bytesMax: number): Promise<Buffer | null> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of response.body ?? []) {
    const bytes = piece as Uint8Array;
    length += bytes.length;
    if (length > bytesMax) return null;
    pieces.push(bytes);
  }
  return Buffer.concat(pieces);
}
