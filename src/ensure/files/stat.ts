import { type Dirent, lstatSync, realpathSync, type Stats } from 'node:fs';
import { type Bytes, toBytes, toPath } from './names.ts';

/** The path with every link resolved. */
export function realPath(path: Bytes): Bytes {
  return toBytes(realpathSync.native(toPath(path) as string, { encoding: 'buffer' }));
}

/** Why something that is no file, folder or link cannot be exported. */
export function specialReason(stats: Pick<Dirent, 'isFIFO' | 'isSocket'>): string {
  const what = stats.isFIFO() ? 'a pipe' : stats.isSocket() ? 'a socket' : 'a device';
  return `it is ${what}: only files, folders and links can be exported (leave it out)`;
}

/** The entry's own stats, without following a link; undefined where there is none. */
export function lstat(path: Bytes): Stats | undefined {
  return lstatSync(toPath(path), { throwIfNoEntry: false });
}

/** Whether both are one file under two names. */
export function isSameFile(a: Stats, b: Stats): boolean {
  return a.ino === b.ino && a.dev === b.dev && a.ino !== 0;
}
