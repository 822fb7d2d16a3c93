import { copyFile, fsync, type PathLike, read, write } from 'node:fs';

/** Reads into the buffer from a position of the file; less than its length only at the file's end. */
export async function readAt(fd: number, buffer: Buffer, position: number): Promise<number> {
  let done = 0;
  while (done < buffer.length) {
    const count = await readOnce(fd, buffer, done, position + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}

/** Writes all of the buffer at a position of the file. */
export async function writeAt(fd: number, buffer: Buffer, position: number): Promise<void> {
  let done = 0;
  while (done < buffer.length) done += await writeOnce(fd, buffer, done, position + done);
}

/** Resolves when the file is on disk. */
export function syncFile(fd: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fsync(fd, (error) => (error ? reject(error) : resolve()));
  });
}

/** Copies a whole file; `mode` as for `fs.copyFile`. */
export function copyPath(from: PathLike, to: PathLike, mode: number): Promise<void> {
  return new Promise((resolve, reject) => {
    copyFile(from, to, mode, (error) => (error ? reject(error) : resolve()));
  });
}

function readOnce(fd: number, buffer: Buffer, offset: number, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(fd, buffer, offset, buffer.length - offset, position, (error, count) =>
      error ? reject(error) : resolve(count),
    );
  });
}

function writeOnce(fd: number, buffer: Buffer, offset: number, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(fd, buffer, offset, buffer.length - offset, position, (error, count) =>
      error ? reject(error) : resolve(count),
    );
  });
}
