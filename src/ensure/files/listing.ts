import type { Dirent } from 'node:fs';
import { type Bytes, type Folding, fold } from './names.ts';
import { readFolder } from './read-folder.ts';
import { isStageName } from './stage-name.ts';

/** What is under a name in the destination. */
export type TargetKind = 'file' | 'link' | 'folder' | 'other';

/** What one destination folder held when it was listed. */
export class Listing {
  /** The working folders of exports: of this run, of others, of dead ones. */
  readonly stages: Bytes[] = [];
  readonly #folders = new Set<string>();
  readonly #names: Bytes[] = [];
  readonly #kinds: TargetKind[] = [];
  readonly #folding: Folding;
  #next = 0;
  #index: Map<string, TargetKind> | undefined;
  #unreadable: unknown;
  #loading: Promise<void> | undefined;

  /** Starts listing; names are found as a file system that folds so would find them. */
  constructor(path: Bytes, folding: Folding) {
    this.#folding = folding;
    if (folding.case || folding.unicode) this.#index = new Map();
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

  /**
   * What is under that name, if anything.
   *
   * @throws why the folder could not be read.
   */
  find(name: Bytes): TargetKind | undefined {
    if (this.#unreadable !== undefined) throw this.#unreadable;
    if (this.#names[this.#next] === name) return this.#kinds[this.#next++];
    this.#index ??= this.#indexed();
    const key = fold(name, this.#folding);
    return this.#index.get(key) ?? (this.#folders.has(key) ? 'folder' : undefined);
  }

  #add(entry: Dirent): void {
    const name = entry.name as Bytes;
    if (entry.isDirectory()) {
      if (isStageName(name)) this.stages.push(name);
      this.#folders.add(fold(name, this.#folding));
      return;
    }
    const kind = entry.isFile() ? 'file' : entry.isSymbolicLink() ? 'link' : 'other';
    if (this.#index !== undefined) {
      this.#index.set(fold(name, this.#folding), kind);
      return;
    }
    this.#names.push(name);
    this.#kinds.push(kind);
  }

  #loaded(error?: unknown): void {
    this.#loading = undefined;
    this.#unreadable = error;
  }

  /** Only made when the two folders list their names in different orders: it costs as much as listing. */
  #indexed(): Map<string, TargetKind> {
    const index = new Map<string, TargetKind>();
    this.#names.forEach((name, at) => {
      index.set(name, this.#kinds[at] ?? 'other');
    });
    return index;
  }
}
