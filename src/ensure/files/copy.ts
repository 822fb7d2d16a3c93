import {
  closeSync,
  fchmodSync,
  fstatSync,
  futimesSync,
  openSync,
  type Stats,
  writeSync,
} from 'node:fs';
import { errorCode, ItemError, systemReason } from './errors.ts';
import { type Bytes, toPath } from './names.ts';
import { type OpenFile, openFile, readStart, SMALL_BYTES } from './read.ts';
import { discard } from './stage.ts';

/** A whole copy under a temporary name, open so that it can be made durable. */
export interface Staged {
  readonly temp: Bytes;
  readonly fd: number;
  readonly size: number;
}

/** Larger than {@link SMALL_BYTES}: to be copied asynchronously. */
export type TooLarge = 'too large';

/** A source may change once while it is read: it is read once more. Twice is a failure. */
export const ATTEMPTS = 2;

/** One more byte than a small file has, to see a file that grows. */
let buffer: Buffer | undefined;

/** Copies a small file to a new path, with its mode and times, all of it as of one moment. */
export function copySmall(source: Bytes, temp: Bytes, follow: boolean): Staged | TooLarge {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const file = openSource(source, follow);
    try {
      if (file.stats.size > SMALL_BYTES) return 'too large';
      buffer ??= Buffer.allocUnsafeSlow(SMALL_BYTES + 1);
      const length = readSource(file, buffer);
      if (hasChanged(file, length)) continue;
      return writeStaged(temp, buffer, length, file.stats);
    } finally {
      closeSync(file.fd);
    }
  }
  throw changedTwice();
}

export function openSource(source: Bytes, follow: boolean): OpenFile {
  try {
    return openFile(source, follow);
  } catch (error) {
    throw sourceError(error);
  }
}

/** A failure to read the source, as opposed to one to write the copy. */
export function sourceError(error: unknown): unknown {
  if (error instanceof ItemError) return error;
  return new ItemError(`cannot be read: ${systemReason(error)}`, error);
}

export function changedTwice(): ItemError {
  return new ItemError('changed while it was being copied, twice (nothing was exported)');
}

/** Whether the source is no longer what it was when it was opened. */
export function hasChanged({ fd, stats }: OpenFile, length: number): boolean {
  const after = fstatSync(fd);
  return length !== stats.size || after.size !== stats.size || after.mtimeMs !== stats.mtimeMs;
}

function readSource({ fd, stats }: OpenFile, into: Buffer): number {
  try {
    return readStart(fd, into, stats.size + (stats.size === 0 ? 1 : 0));
  } catch (error) {
    throw sourceError(error);
  }
}

function writeStaged(temp: Bytes, bytes: Buffer, length: number, stats: Stats): Staged {
  const fd = openSync(toPath(temp), 'wx', stats.mode & 0o777);
  try {
    for (let done = 0; done < length; ) done += writeSync(fd, bytes, done, length - done);
    keepModeAndTimes(fd, stats);
    return { temp, fd, size: length };
  } catch (error) {
    abandon(temp, fd);
    throw error;
  }
}

/** Gives the copy the source's permissions (never set-user-ID) and times. */
export function keepModeAndTimes(fd: number, stats: Stats): void {
  whereKept(() => fchmodSync(fd, stats.mode & 0o777));
  whereKept(() => futimesSync(fd, timeOf(stats.atimeMs), timeOf(stats.mtimeMs)));
}

/** What a file system answers that has no permissions or no times of ours (FAT, network shares). */
const NOT_KEPT = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP']);

function whereKept(set: () => void): void {
  try {
    set();
  } catch (error) {
    if (!isNotKept(error)) throw error;
  }
}

export function isNotKept(error: unknown): boolean {
  return NOT_KEPT.has(errorCode(error) ?? '');
}

/** Node takes negative numbers of seconds for "now", but as text it takes them as they are. */
function timeOf(ms: number): number | string {
  return ms < 0 ? String(ms / 1000) : ms / 1000;
}

/** Closes and removes an unfinished copy. */
export function abandon(temp: Bytes, fd: number | undefined): void {
  if (fd !== undefined) closeSync(fd);
  discard(temp);
}
