// What runs leave in copies of one folder is kept as differences from that folder. What no run changes
// is never read, and in no manifest: it is the same in all of them.
import { CannotCheck } from '../../sandbox/cannot-check.ts';
import { isRepository } from './git.ts';
import { type Entry, entriesAt, entryAt, labelOf, type Manifest, statusOf } from './manifest.ts';
import { besideSqlite, withoutBeside } from './sqlite.ts';
import { Texts } from './texts.ts';

/** By path, what is there instead of what was at the beginning; undefined where nothing is any more. */
type Differences = ReadonlyMap<string, Entry | undefined>;

/** Reads copies of a folder. */
export class Files {
  readonly #base: string;
  /** What was at the beginning, where any run changed something. */
  readonly #start = new Map<string, Entry>();
  readonly #starts = new Map<string, ReadonlyMap<string, Entry>>();
  /** By copy, what was there when it was last read. */
  readonly #known = new Map<string, Manifest>();
  readonly #texts = new Texts();

  constructor(base: string) {
    this.#base = base;
  }

  /**
   * What is in a copy in which all but these paths, and what is in new ones, is as it was made.
   * @throws CannotCheck where the command took the permission to read from its own user.
   */
  read(copy: string, changed: readonly string[]): Changed {
    try {
      return this.#read(copy, changed);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
      throw new CannotCheck(`what the command left cannot be read: ${(error as Error).message}`);
    }
  }

  #read(copy: string, changed: readonly string[]): Changed {
    const known = this.#known.get(copy);
    const own = new Map<string, Entry | undefined>();
    for (const [path, isDeep] of this.#widened(copy, changed)) {
      for (const key of this.#startAt(path, isDeep).keys()) own.set(key, undefined);
      for (const [key, entry] of this.#readAt(copy, path, isDeep, known)) own.set(key, entry);
    }
    const manifest = new Changed(own, this.#start);
    this.#known.set(copy, manifest);
    return manifest;
  }

  #startAt(path: string, isDeep: boolean): ReadonlyMap<string, Entry> {
    const key = `${isDeep} ${path}`;
    const found = this.#starts.get(key) ?? this.#readAt(this.#base, path, isDeep);
    this.#starts.set(key, found);
    for (const [label, entry] of found) this.#start.set(label, entry);
    return found;
  }

  #readAt(
    root: string,
    path: string,
    isDeep: boolean,
    before?: Manifest,
  ): ReadonlyMap<string, Entry> {
    const reading = { before, texts: this.#texts };
    if (isDeep) return entriesAt(root, path, reading);
    const entry = entryAt(root, path, reading);
    return new Map(entry && [[labelOf(path), entry]]);
  }

  /** The paths, or what they belong to and is only seen as a whole; and whether what is below counts. */
  #widened(copy: string, changed: readonly string[]): Map<string, boolean> {
    const wide = new Map<string, boolean>();
    const roots = [this.#base, copy];
    const isThere = (path: string) =>
      roots.some((root) => statusOf(`${root}/${path}`) !== undefined);
    const isFolder = (root: string, path: string) =>
      statusOf(`${root}/${path}`)?.isDirectory() === true;
    const repositories = new Map<string, boolean>();
    for (const path of changed) {
      const repository = repositoryAround(path, roots, repositories);
      if (repository !== undefined) wide.set(repository, true);
      else if (!path.includes('/')) continue;
      else if (roots.every((root) => isFolder(root, path))) wide.set(path, false);
      else {
        const main = withoutBeside(path);
        for (const end of ['', ...besideSqlite(main, isThere)]) wide.set(`${main}${end}`, true);
        wide.set(path, true);
      }
    }
    return wide;
  }
}

/** The outermost repository that the path is in, or is, whether in one of the folders or the other. */
function repositoryAround(
  path: string,
  roots: readonly string[],
  known: Map<string, boolean>,
): string | undefined {
  for (let at = path.indexOf('/'); ; at = path.indexOf('/', at + 1)) {
    const folder = at < 0 ? path : path.slice(0, at);
    const isOne = known.get(folder) ?? roots.some((root) => isRepositoryAt(`${root}/${folder}`));
    known.set(folder, isOne);
    if (isOne) return folder;
    if (at < 0) return undefined;
  }
}

function isRepositoryAt(folder: string): boolean {
  if (statusOf(folder)?.isDirectory() !== true) return false;
  return isRepository({ has: (name) => statusOf(`${folder}/${name}`) !== undefined });
}

/** A manifest of what was changed in any copy: elsewhere all are as the beginning was. */
export class Changed implements Manifest {
  readonly #own: Differences;
  /** Grows when another run changes what none did before. */
  readonly #start: ReadonlyMap<string, Entry>;

  constructor(own: Differences, start: ReadonlyMap<string, Entry>) {
    this.#own = own;
    this.#start = start;
  }

  /** Together with what is no file. */
  with(more: Iterable<readonly [string, Entry]>): Changed {
    return new Changed(new Map([...this.#own, ...more]), this.#start);
  }

  get(path: string): Entry | undefined {
    return this.#own.has(path) ? this.#own.get(path) : this.#start.get(path);
  }

  has(path: string): boolean {
    return this.get(path) !== undefined;
  }

  keys(): MapIterator<string> {
    return this.#all().keys();
  }

  [Symbol.iterator](): MapIterator<[string, Entry]> {
    return this.#all()[Symbol.iterator]();
  }

  #all(): Map<string, Entry> {
    const all = new Map(this.#start);
    for (const [path, entry] of this.#own) {
      if (entry === undefined) all.delete(path);
      else all.set(path, entry);
    }
    return all;
  }
}
