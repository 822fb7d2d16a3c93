import { closeSync } from 'node:fs';
import { readAt } from './fs-async.ts';
import type { Bytes } from './names.ts';
import { openFile, SMALL_BYTES } from './read.ts';
import { createSha256 } from './sha256.ts';

/** The longest name that file systems take. */
const MAX_NAME_BYTES = 255;

/**
 * The name for a file whose own is taken by other content: `report~1a2b3c4d.pdf`. It comes from the
 * content, so that the second run finds the file of the first, and never makes a third.
 */
export async function suffixedName(name: Bytes, source: Bytes, follow: boolean): Promise<Bytes> {
  const suffix = `~${(await sha256(source, follow)).slice(0, 8)}`;
  const dot = name.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  const room = Math.max(0, MAX_NAME_BYTES - suffix.length - extension.length);
  return `${stem.slice(0, room)}${suffix}${extension}`.slice(0, MAX_NAME_BYTES) as Bytes;
}

async function sha256(path: Bytes, follow: boolean): Promise<string> {
  const hash = createSha256();
  const { fd } = openFile(path, follow);
  try {
    const chunk = Buffer.allocUnsafeSlow(SMALL_BYTES);
    for (let position = 0; ; position += SMALL_BYTES) {
      const length = await readAt(fd, chunk, position);
      hash.update(chunk.subarray(0, length));
      if (length < SMALL_BYTES) return hash.digest('hex');
    }
  } finally {
    closeSync(fd);
  }
}
