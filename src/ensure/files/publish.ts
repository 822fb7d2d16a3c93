import { linkSync, mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { claimAndRename } from './claim.ts';
import { errorCode, ItemError } from './errors.ts';
import { type Bytes, toPath } from './names.ts';
import { discard, type Stage } from './stage.ts';
import { lstat } from './stat.ts';
import type { TargetFolder } from './target-folder.ts';

/** What link(2) answers where the file system has no hard links, or not for this file. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EACCES']);

/**
 * Names a staged file by a hard link, which, unlike a rename, never replaces anything; where the
 * file system has none, by a claim. False where the name is taken, and then nothing is changed.
 */
export function nameFile(temp: Bytes, folder: TargetFolder, name: Bytes, stage: Stage): boolean {
  const isNamed = linked(temp, folder, name) ?? claimAndRename(temp, folder, name, stage);
  discard(temp);
  return isNamed;
}

/** Undefined where links cannot be made. */
function linked(temp: Bytes, folder: TargetFolder, name: Bytes): boolean | undefined {
  try {
    linkSync(toPath(temp), toPath(folder.at(name)));
    return true;
  } catch (error) {
    if (isLinked(temp)) return true;
    const code = errorCode(error) ?? '';
    if (code === 'EEXIST') return false;
    if (NO_LINKS.has(code)) return undefined;
    if (code !== 'EXDEV') throw error;
    throw new ItemError(
      'its folder is on another file system than the destination (export to it by itself)',
      error,
    );
  }
}

/** Over NFS a lost reply makes a link that was made look like one that failed. */
function isLinked(temp: Bytes): boolean {
  return lstat(temp)?.nlink === 2;
}

/** Puts a staged file or link in the place of another, in one step. */
export function replaceFile(temp: Bytes, folder: TargetFolder, name: Bytes): true {
  renameSync(toPath(temp), toPath(folder.at(name)));
  return true;
}

/** Makes a link that leads where the source's does; false where the name is taken. */
export function nameLink(leadsTo: Bytes, folder: TargetFolder, name: Bytes): boolean {
  return unlessTaken(() => symlinkSync(toPath(leadsTo), toPath(folder.at(name))));
}

/** Makes an empty folder; false where the name is taken. */
export function nameFolder(folder: TargetFolder, name: Bytes, mode: number): boolean {
  return unlessTaken(() => mkdirSync(toPath(folder.at(name)), { mode }));
}

function unlessTaken(make: () => void): boolean {
  try {
    make();
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}
