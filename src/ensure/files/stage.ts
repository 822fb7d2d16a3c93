import { rmdirSync, unlinkSync } from 'node:fs';
import { ItemError, systemReason } from './errors.ts';
import { type Bytes, toPath } from './names.ts';
import { stageName } from './stage-name.ts';
import type { TargetFolder } from './target-folder.ts';

/**
 * The working folder of one run, inside the destination and so on its file system. What is being
 * copied is here, under numbers, until it is whole. Made when it is first needed.
 */
export class Stage {
  readonly #root: TargetFolder;
  #name: Bytes | undefined;
  #folder: TargetFolder | undefined;
  #count = 0;

  constructor(root: TargetFolder) {
    this.#root = root;
  }

  /** The name of the working folder, which this makes. */
  made(): Bytes {
    this.#opened();
    return this.#named();
  }

  /** A path that nothing is under yet. */
  next(prefix = ''): Bytes {
    return this.at(`${prefix}${this.#count++}` as Bytes);
  }

  /** The path of that name in the working folder. */
  at(name: Bytes): Bytes {
    return this.#opened().at(name);
  }

  /** Removes the working folder; what failed to be removed is swept by a later run. */
  close(): void {
    if (this.#folder === undefined) return;
    this.#folder.done();
    this.#folder = undefined;
    try {
      this.#root.use();
      try {
        rmdirSync(toPath(this.#root.at(this.#named())));
      } finally {
        this.#root.done();
      }
    } catch {
      // Something could not be removed, or somebody removed it: a later run sweeps what is left.
    }
  }

  #named(): Bytes {
    this.#name ??= stageName() as Bytes;
    return this.#name;
  }

  #opened(): TargetFolder {
    if (this.#folder !== undefined) return this.#folder;
    const folder = this.#root.inner(this.#named(), () => 0o700);
    try {
      folder.use();
    } catch (error) {
      const { cause = error } = error as Error;
      throw new ItemError(`cannot write in the destination: ${systemReason(cause)}`, cause, true);
    }
    this.#folder = folder;
    return folder;
  }
}

/** Removes a staged file. What cannot be removed harms nothing: a later run sweeps it. */
export function discard(path: Bytes): void {
  try {
    unlinkSync(toPath(path));
  } catch {
    // See above.
  }
}
