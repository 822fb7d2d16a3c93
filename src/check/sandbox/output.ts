import type { Readable } from 'node:stream';

/** So much is kept of what a command prints: its beginning, and its end. */
const KEPT = 32_768;

/** What comes out of a stream, as text; the middle of what is very long is left out. */
export async function collect(stream: Readable): Promise<string> {
  const first: Buffer[] = [];
  let [length, last] = [0, Buffer.alloc(0)];
  for await (const chunk of stream) {
    const bytes = chunk as Buffer;
    if (length < KEPT) first.push(bytes.subarray(0, KEPT - length));
    const rest = bytes.subarray(Math.max(0, KEPT - length));
    length += bytes.length;
    if (rest.length > 0) last = Buffer.concat([last, rest]).subarray(-KEPT);
  }
  const gap = length > 2 * KEPT ? `\n… ${length - 2 * KEPT} bytes left out …\n` : '';
  return `${Buffer.concat(first).toString()}${gap}${last.toString()}`;
}

/** All of a stream. */
export async function bytesOf(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
