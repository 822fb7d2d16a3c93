import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  type Stats,
  statSync,
} from 'node:fs';
import {
  ATTEMPTS,
  abandon,
  changedTwice,
  hasChanged,
  isNotKept,
  keepModeAndTimes,
  openSource,
  type Staged,
} from './copy.ts';
import { copyPath, readAt, writeAt } from './fs-async.ts';
import { type Bytes, toPath } from './names.ts';
import { type OpenFile, SMALL_BYTES } from './read.ts';
import { discard } from './stage.ts';

/** What a long copy is told and tells. */
export interface CopyOptions {
  readonly follow: boolean;
  readonly signal: AbortSignal;
  /** How many bytes are there so far. */
  progressed(bytes: number): void;
}

/**
 * The system's own copy is fastest, but nothing can stop it: a larger file is copied in chunks, so
 * that Ctrl-C never waits for more than this.
 */
const STOPPABLE_BYTES = 1024 ** 3;
const CHUNK_BYTES = 4 * SMALL_BYTES;
const WATCH_MS = 100;

/** Copies a file of any size to a new path without holding the event loop; see `copySmall`. */
export async function copyLarge(source: Bytes, temp: Bytes, options: CopyOptions): Promise<Staged> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    options.signal.throwIfAborted();
    const file = openSource(source, options.follow);
    try {
      const staged = await copyOpen(file, source, temp, options);
      if (!hasChanged(file, staged.size)) return staged;
      abandon(temp, staged.fd);
    } finally {
      closeSync(file.fd);
    }
  }
  throw changedTwice();
}

async function copyOpen(
  file: OpenFile,
  source: Bytes,
  temp: Bytes,
  options: CopyOptions,
): Promise<Staged> {
  let fd: number | undefined;
  try {
    const mustStep = isSparse(file.stats) || file.stats.size > STOPPABLE_BYTES;
    const isCopied = mustStep
      ? await cloned(file, source, temp)
      : await copyWatched(file, source, temp, options);
    if (!isCopied) await copyInChunks(file, temp, options);
    fd = openSync(toPath(temp), 'r');
    keepModeAndTimes(fd, file.stats);
    return { temp, fd, size: fstatSync(fd).size };
  } catch (error) {
    abandon(temp, fd);
    throw error;
  }
}

/** On file systems that share blocks between copies, any size takes no time. */
async function cloned(file: OpenFile, source: Bytes, temp: Bytes): Promise<boolean> {
  const { COPYFILE_EXCL, COPYFILE_FICLONE_FORCE } = constants;
  try {
    await copyPath(openedPath(file, source), toPath(temp), COPYFILE_EXCL | COPYFILE_FICLONE_FORCE);
    return true;
  } catch {
    discard(temp);
    return false;
  }
}

/** False where the system's copy fails because it sets permissions too, and there are none. */
async function copyWatched(
  file: OpenFile,
  source: Bytes,
  temp: Bytes,
  options: CopyOptions,
): Promise<boolean> {
  const { COPYFILE_EXCL, COPYFILE_FICLONE } = constants;
  const watch = setInterval(() => {
    options.progressed(statSync(toPath(temp), { throwIfNoEntry: false })?.size ?? 0);
  }, WATCH_MS);
  try {
    await copyPath(openedPath(file, source), toPath(temp), COPYFILE_EXCL | COPYFILE_FICLONE);
    return true;
  } catch (error) {
    if (!isNotKept(error)) throw error;
    discard(temp);
    return false;
  } finally {
    clearInterval(watch);
  }
}

/** The file that is open, whatever its name leads to by now. */
function openedPath({ fd }: OpenFile, source: Bytes): string | Buffer {
  return process.platform === 'linux' ? `/proc/self/fd/${fd}` : toPath(source);
}

/** Fewer blocks than bytes: the file has holes, and so shall the copy. */
function isSparse({ blocks, size }: Stats): boolean {
  return blocks * 512 < size;
}

async function copyInChunks(file: OpenFile, temp: Bytes, options: CopyOptions): Promise<void> {
  const fd = openSync(toPath(temp), 'wx', file.stats.mode & 0o777);
  let [chunk, spare] = [Buffer.allocUnsafeSlow(CHUNK_BYTES), Buffer.allocUnsafeSlow(CHUNK_BYTES)];
  const zeros = isSparse(file.stats) ? Buffer.alloc(CHUNK_BYTES) : undefined;
  try {
    let length = await readAt(file.fd, chunk, 0);
    let position = 0;
    while (length > 0 && position <= file.stats.size) {
      options.signal.throwIfAborted();
      const isHole = zeros?.compare(chunk, 0, length, 0, length) === 0;
      const written = isHole ? undefined : writeAt(fd, chunk.subarray(0, length), position);
      const next = await bothEnded(readAt(file.fd, spare, position + length), written);
      [chunk, spare] = [spare, chunk];
      position += length;
      length = next;
      options.progressed(position);
    }
    if (zeros !== undefined) ftruncateSync(fd, position);
  } finally {
    closeSync(fd);
  }
}

/** Never leaves one under way when the other fails: its descriptor may be another file's by then. */
async function bothEnded(
  reading: Promise<number>,
  writing: Promise<void> | undefined,
): Promise<number> {
  const [read, written] = await Promise.allSettled([reading, writing]);
  if (read.status === 'rejected') throw read.reason;
  if (written.status === 'rejected') throw written.reason;
  return read.value;
}
