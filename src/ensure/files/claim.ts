import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { errorCode } from './errors.ts';
import { type Bytes, baseName, join, toBytes, toPath } from './names.ts';
import { discard, type Stage } from './stage.ts';
import { lstat } from './stat.ts';
import type { TargetFolder } from './target-folder.ts';

/** The working folder's files that record a claim start so. */
export const CLAIM_PREFIX = 'claim-';

/** A claimed name whose time is further from its claim's is not the one that was claimed. */
const CLAIM_AGE_MS = 10_000;

/**
 * The way to name a file where there are no hard links (FAT, some network shares): the name is
 * claimed by an empty file, which cannot replace anything, and the whole file is renamed onto it. A
 * record of the claim, written first, lets a later run tell an empty file of a killed run from one
 * of somebody else. False where the name is taken.
 */
export function claimAndRename(
  temp: Bytes,
  folder: TargetFolder,
  name: Bytes,
  stage: Stage,
): boolean {
  const record = stage.next(CLAIM_PREFIX);
  writeRecord(record, join(folder.inside, name));
  try {
    return claimed(folder.at(name)) && renamed(temp, folder.at(name));
  } finally {
    discard(record);
  }
}

function writeRecord(record: Bytes, inside: Bytes): void {
  const fd = openSync(toPath(record), 'wx', 0o600);
  try {
    writeSync(fd, Buffer.from(inside, 'latin1'));
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function claimed(path: Bytes): boolean {
  try {
    closeSync(openSync(toPath(path), 'wx'));
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function renamed(temp: Bytes, path: Bytes): true {
  try {
    renameSync(toPath(temp), toPath(path));
    return true;
  } catch (error) {
    if (lstat(path)?.size === 0) unlinkSync(toPath(path));
    throw error;
  }
}

/** Takes back what a killed run claimed and did not fill; true when there was such a file. */
export function revokeClaim(record: Bytes, root: TargetFolder): boolean {
  const inside = toBytes(readFileSync(toPath(record)));
  const above = inside.split('/').slice(0, -1) as Bytes[];
  const folder = above.reduce((outer, name) => outer.inner(name, () => 0o777), root);
  if (folder.state !== 'present') return false;
  folder.use();
  try {
    const path = folder.at(baseName(inside));
    const [claim, made] = [lstat(record), lstat(path)];
    if (claim === undefined || !made?.isFile() || made.size !== 0) return false;
    if (Math.abs(made.mtimeMs - claim.mtimeMs) > CLAIM_AGE_MS) return false;
    unlinkSync(toPath(path));
    return true;
  } finally {
    folder.done();
  }
}
