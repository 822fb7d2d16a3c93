import type { Dirent } from 'node:fs';
import { NameList, unpack } from './name-list.ts';
import { type Bytes, type Folding, fold } from './names.ts';
import { readFolder } from './read-folder.ts';
import { isStageName } from './stage-name.ts';

/** What is under a name in the destination. */
export type TargetKind = 'file' | 'link' | 'folder' | 'other';

/** What one destination folder held when it was listed. */
export class Listing {
  /** The working folders of exports: of this run, of others, of dead ones. */
  readonly stages: Bytes[] = [];
  /** What is no file, by key. */
  readonly #others = new Map<string, TargetKind>();
  readonly #files = new NameList();
  readonly #folding: Folding;
  #batch: readonly Bytes[] = [];
  #batches = 0;
  #next = 0;
  #index: Set<string> | undefined;
  #unreadable: unknown;
  #loading: Promise<void> | undefined;

  /** Starts listing; names are found as a file system that folds so would find them. */
  constructor(path: Bytes, folding: Folding) {
    this.#folding = folding;
    try {
      const reading = readFolder(path, (entry) => this.#add(entry));
      this.#loading = reading?.then(
        () => this.#loaded(),
        (error: unknown) => this.#loaded(error),
      );
    } catch (error) {
      this.#loaded(error);
    }
  }

  /** Set while the folder is still being read. */
  get loading(): Promise<void> | undefined {
    return this.#loading;
  }

  get files(): number {
    return this.#files.length;
  }

  /**
   * What is under that name, if anything.
   *
   * @throws why the folder could not be read.
   */
  find(name: Bytes): TargetKind | undefined {
    if (this.#unreadable !== undefined) throw this.#unreadable;
    if (this.#isNext(name)) return 'file';
    const key = fold(name, this.#folding);
    this.#index ??= this.#indexed();
    return this.#index.has(key) ? 'file' : this.#others.get(key);
  }

  /** Two folders on one file system mostly list their names in the same order. */
  #isNext(name: Bytes): boolean {
    if (this.#next === this.#batch.length) {
      const batch = this.#files.batch(this.#batches);
      if (batch === undefined) return false;
      this.#batch = unpack(batch);
      this.#batches++;
      this.#next = 0;
    }
    if (this.#batch[this.#next] !== name) return false;
    this.#next++;
    return true;
  }

  #add(entry: Dirent): void {
    const name = entry.name as Bytes;
    if (entry.isFile()) this.#files.push(name);
    else this.#addOther(name, entry);
  }

  #addOther(name: Bytes, entry: Dirent): void {
    const kind = entry.isDirectory() ? 'folder' : entry.isSymbolicLink() ? 'link' : 'other';
    if (kind === 'folder' && isStageName(name)) this.stages.push(name);
    this.#others.set(fold(name, this.#folding), kind);
  }

  #loaded(error?: unknown): void {
    this.#loading = undefined;
    this.#unreadable = error;
  }

  /** Only made when the two folders list their names in different orders: it costs as much as listing. */
  #indexed(): Set<string> {
    const index = new Set<string>();
    for (const name of this.#files) index.add(fold(name, this.#folding));
    return index;
  }
}
