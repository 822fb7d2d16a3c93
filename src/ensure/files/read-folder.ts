import { type Dir, type Dirent, opendirSync } from 'node:fs';
import { nextTurn, SLICE_MS } from '../converge/turns.ts';
import { type Bytes, toPath } from './names.ts';

/** Names read at once: opendir is then the fastest way to list, and more cost memory (measured). */
const BUFFER_SIZE = 256;

/**
 * Calls `add` with every entry, in the order of the file system: two folders on one file system
 * mostly share it. Returns a promise only where the folder takes longer than one slice.
 *
 * @throws what opendir and readdir throw: the folder is missing, no folder, or may not be read.
 */
export function readFolder(path: Bytes, add: (entry: Dirent) => void): Promise<void> | undefined {
  const folder = opendirSync(toPath(path) as string, {
    encoding: 'latin1' as BufferEncoding,
    bufferSize: BUFFER_SIZE,
  });
  return readSlice(folder, add);
}

function readSlice(folder: Dir, add: (entry: Dirent) => void): Promise<void> | undefined {
  const endsMs = performance.now() + SLICE_MS;
  try {
    for (let count = 1; ; count++) {
      const entry = folder.readSync();
      if (entry === null) break;
      add(entry);
      if (count % BUFFER_SIZE === 0 && performance.now() > endsMs) {
        return nextTurn().then(() => readSlice(folder, add));
      }
    }
  } catch (error) {
    folder.closeSync();
    throw error;
  }
  folder.closeSync();
  return undefined;
}
