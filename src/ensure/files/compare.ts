import { closeSync } from 'node:fs';
import { readAt } from './fs-async.ts';
import type { Bytes } from './names.ts';
import { type OpenFile, openFile, readStart, SMALL_BYTES } from './read.ts';
import { isSameFile } from './stat.ts';

/** What a long comparison is told and tells. */
export interface CompareOptions {
  /** Follow the first path if it is a link. */
  follow?: boolean;
  signal?: AbortSignal;
  progressed?(): void;
}

const CHUNK_BYTES = SMALL_BYTES;
let buffers: readonly [Buffer, Buffer] | undefined;

/** Whether two regular files hold the same bytes. Small files are compared synchronously. */
export function sameContent(
  pathA: Bytes,
  pathB: Bytes,
  options: CompareOptions = {},
): boolean | Promise<boolean> {
  const a = openFile(pathA, options.follow);
  let b: OpenFile | undefined;
  let later = false;
  try {
    b = openFile(pathB);
    if (isSameFile(a.stats, b.stats)) return true;
    if (a.stats.size !== b.stats.size) return false;
    if (a.stats.size <= SMALL_BYTES) return sameSmall(a, b);
    later = true;
    return sameLarge(a, b, options);
  } finally {
    if (!later) close(a, b);
  }
}

function sameSmall(a: OpenFile, b: OpenFile): boolean {
  buffers ??= [Buffer.allocUnsafeSlow(SMALL_BYTES), Buffer.allocUnsafeSlow(SMALL_BYTES)];
  const [bufferA, bufferB] = buffers;
  const lengthA = readStart(a.fd, bufferA, a.stats.size);
  const lengthB = readStart(b.fd, bufferB, b.stats.size);
  return lengthA === lengthB && bufferA.compare(bufferB, 0, lengthB, 0, lengthA) === 0;
}

async function sameLarge(a: OpenFile, b: OpenFile, options: CompareOptions): Promise<boolean> {
  const bufferA = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  const bufferB = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  try {
    for (let position = 0; ; position += CHUNK_BYTES) {
      options.signal?.throwIfAborted();
      const [lengthA, lengthB] = await Promise.all([
        readAt(a.fd, bufferA, position),
        readAt(b.fd, bufferB, position),
      ]);
      if (lengthA !== lengthB) return false;
      if (bufferA.compare(bufferB, 0, lengthB, 0, lengthA) !== 0) return false;
      if (lengthA < CHUNK_BYTES) return true;
      options.progressed?.();
    }
  } finally {
    close(a, b);
  }
}

function close(a: OpenFile, b: OpenFile | undefined): void {
  closeSync(a.fd);
  if (b !== undefined) closeSync(b.fd);
}
