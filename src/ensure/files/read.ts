import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { ItemError } from './errors.ts';
import { type Bytes, toPath } from './names.ts';
import { specialReason } from './stat.ts';

/** Files up to this size are read in one synchronous step, larger ones asynchronously. */
export const SMALL_BYTES: number = 1024 * 1024;

/** A regular file, open for reading. */
export interface OpenFile {
  readonly fd: number;
  readonly stats: Stats;
}

/**
 * Opens a regular file. Not blocking, because opening a pipe that was put in its place would wait
 * for ever; not through a link, unless `follow`.
 */
export function openFile(path: Bytes, follow = false): OpenFile {
  const { O_RDONLY, O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants;
  const fd = openSync(toPath(path), O_RDONLY | O_NONBLOCK | (follow ? 0 : O_NOFOLLOW));
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) throw new ItemError(specialReason(stats));
    return { fd, stats };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** Fills the buffer from the start of the file; returns how much there was. */
export function readStart(fd: number, buffer: Buffer, length: number): number {
  let filled = 0;
  while (filled < length) {
    const count = readSync(fd, buffer, filled, length - filled, filled);
    if (count === 0) break;
    filled += count;
  }
  return filled;
}
