import { closeSync, fsyncSync, mkdirSync, type Stats, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { RuntwiceError } from '../../core/errors.ts';
import { errorCode, systemReason } from './errors.ts';
import { type Bytes, baseName, display, folderName, toBytes, toPath } from './names.ts';
import { isSameFile, realPath } from './stat.ts';
import { HAS_FOLDER_DESCRIPTORS, openFolder, TargetFolder } from './target-folder.ts';

const ROOT = '' as Bytes;

/** The folder that is exported to, and the folders in it. */
export class Destination {
  readonly path: Bytes;
  /** True when this run made it. */
  readonly made: boolean;
  readonly root: TargetFolder;
  readonly #folders = new Map<Bytes, TargetFolder>();

  /**
   * Makes the folder where it is absent, unless `readOnly`, and durably if `durable`.
   *
   * @throws {RuntwiceError} `ERR_RUNTWICE_DESTINATION_UNUSABLE`
   */
  constructor(path: Bytes, { readOnly, durable }: { readOnly: boolean; durable: boolean }) {
    this.path = path;
    try {
      const present = isFolder(path);
      this.made = !present && !readOnly;
      if (this.made) makeFolder(path, durable);
      this.root = TargetFolder.root(path, present || this.made);
    } catch (error) {
      throw unusable(path, error);
    }
    this.#folders.set(ROOT, this.root);
  }

  /** The folder at that path inside; `source` is the folder whose mode it takes where it is made. */
  folder(inside: Bytes, source: Bytes): TargetFolder {
    const known = this.#folders.get(inside);
    if (known !== undefined) return known;
    const above = inside.includes('/') ? folderName(inside) : ROOT;
    const folder = this.folder(above, folderName(source)).inner(baseName(inside), () =>
      modeLike(source),
    );
    this.#folders.set(inside, folder);
    return folder;
  }

  /** Frees what is known about a folder whose entries have all been looked at. */
  forget(inside: Bytes): void {
    if (inside !== ROOT) this.#folders.get(inside)?.forgetListing();
  }
}

/**
 * Refuses a destination that is a source folder or lies in one: it would be exported into itself.
 *
 * @throws {RuntwiceError} `ERR_RUNTWICE_DESTINATION_IN_SOURCE`, or `ERR_RUNTWICE_DESTINATION_UNUSABLE`
 * where that cannot be told.
 */
export function refuseInsideSource(destination: Bytes, sources: readonly Bytes[]): void {
  if (!isInsideOne(destination, sources)) return;
  throw new RuntwiceError(
    'ERR_RUNTWICE_DESTINATION_IN_SOURCE',
    `the destination ${display(destination)} is the source folder or lies inside it`,
    { fix: 'Export to a folder outside the source. Nothing was written.' },
  );
}

function isInsideOne(path: Bytes, sources: readonly Bytes[]): boolean {
  try {
    const folders = sources.map(statOf).filter((stats) => stats?.isDirectory());
    return [...selfAndAbove(path)].some((above) => {
      const stats = statOf(above);
      return stats && folders.some((folder) => folder && isSameFile(folder, stats));
    });
  } catch (error) {
    throw unusable(path, error);
  }
}

/** The mode of a source folder, but never one that keeps its own owner from writing in it. */
export function modeLike(source: Bytes): number {
  const mode = statOf(source)?.mode;
  return mode === undefined ? 0o777 : (mode & 0o777) | 0o700;
}

function* selfAndAbove(path: Bytes): Generator<Bytes> {
  const missing = missingAbove(path);
  yield* missing;
  let above = realPath(missing.length > 0 ? folderName(missing.at(-1) ?? path) : absolute(path));
  for (; above !== folderName(above); above = folderName(above)) yield above;
  yield above;
}

/** The folders that would have to be made for this one to exist, the innermost first. */
function missingAbove(path: Bytes): Bytes[] {
  const missing: Bytes[] = [];
  for (let above = absolute(path); statOf(above) === undefined; above = folderName(above)) {
    missing.push(above);
  }
  return missing;
}

function absolute(path: Bytes): Bytes {
  return resolve(toBytes(process.cwd()), path) as Bytes;
}

function isFolder(path: Bytes): boolean {
  const stats = statOf(path);
  if (stats === undefined || stats.isDirectory()) return stats !== undefined;
  throw new Error('it is not a folder');
}

/** One by one: the recursive form says "no such file" of a read-only file system. */
function makeFolder(path: Bytes, durable: boolean): void {
  for (const missing of missingAbove(path).reverse()) {
    try {
      mkdirSync(toPath(missing));
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
    if (durable) syncFolder(folderName(missing));
  }
}

function syncFolder(path: Bytes): void {
  if (!HAS_FOLDER_DESCRIPTORS) return;
  const fd = openFolder(path, true);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function statOf(path: Bytes): Stats | undefined {
  return statSync(toPath(path), { throwIfNoEntry: false });
}

function unusable(path: Bytes, error: unknown): RuntwiceError {
  return new RuntwiceError(
    'ERR_RUNTWICE_DESTINATION_UNUSABLE',
    `cannot use the destination ${display(path)}: ${systemReason(error)}`,
    {
      fix: 'Name a folder that you may write in, or one that can be made. Nothing was written.',
      data: { destination: display(path) },
      cause: error,
    },
  );
}
