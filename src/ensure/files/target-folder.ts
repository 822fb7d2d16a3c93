import { closeSync, constants, existsSync, mkdirSync, openSync } from 'node:fs';
import { errorCode, ItemError, systemReason } from './errors.ts';
import { Listing } from './listing.ts';
import { type Bytes, display, type Folding, join, toPath } from './names.ts';
import { lstat } from './stat.ts';

/** On Linux a folder's open descriptor leads to it, whatever happens to its path meanwhile. */
const ANCHORED = existsSync('/proc/self/fd');
/** Windows has no descriptors of folders: there the path is all there is. */
export const HAS_FOLDER_DESCRIPTORS: boolean = process.platform !== 'win32';
const NO_DESCRIPTOR = -1;

/** `absent`: to be made · `present` · or why nothing can be written in it. */
type State = 'absent' | 'present' | { readonly blocked: string };

/** One folder of the destination: what it holds, and a way to write in it that cannot be led astray. */
export class TargetFolder {
  /** The path as the caller knows it, for reading and for messages. */
  readonly path: Bytes;
  /** The path from the destination on; empty for the destination itself. */
  readonly inside: Bytes;
  readonly #parent: TargetFolder | undefined;
  readonly #name: Bytes;
  readonly #mode: () => number;
  #state: State | undefined;
  #listing: Listing | undefined;
  #madeHere = false;
  #fd: number | undefined;
  #users = 0;
  #nameDurable = true;

  private constructor(path: Bytes, parent?: TargetFolder, name?: Bytes, mode?: () => number) {
    this.path = path;
    this.#parent = parent;
    this.#name = name ?? ('' as Bytes);
    this.inside = parent === undefined ? this.#name : join(parent.inside, this.#name);
    this.#mode = mode ?? ((): number => 0o777);
  }

  /** The destination itself; a link there is followed, because the caller named it. */
  static root(path: Bytes, present: boolean): TargetFolder {
    const root = new TargetFolder(path);
    root.#state = present ? 'present' : 'absent';
    return root;
  }

  /** The folder of that name in this one; `mode` is asked where it has to be made. */
  inner(name: Bytes, mode: () => number): TargetFolder {
    return new TargetFolder(join(this.path, name), this, name, mode);
  }

  get state(): State {
    this.#state ??= this.#look();
    return this.#state;
  }

  /** What the folder held when it was first asked; undefined where it can hold nothing yet. */
  listing(folding: Folding): Listing | undefined {
    if (this.state !== 'present' || this.#madeHere) return undefined;
    this.#listing ??= new Listing(this.path, folding);
    return this.#listing;
  }

  /** How many files it held. */
  get files(): number {
    return this.#listing?.files ?? 0;
  }

  /** Forgets what it held: that was changed, or will not be asked for again. */
  forgetListing(): void {
    if (!this.#listing?.loading) this.#listing = undefined;
  }

  /** Begins to write in it, making it where it is absent; ended by {@link done}. */
  use(): void {
    if (this.#fd === undefined) this.#open();
    this.#users++;
  }

  done(): void {
    this.#users--;
    if (this.#users > 0 || this.#fd === undefined) return;
    if (this.#fd !== NO_DESCRIPTOR) closeSync(this.#fd);
    this.#fd = undefined;
    this.#parent?.done();
  }

  /** Where to write that name while in use: no link that is put in its path matters. */
  at(name: Bytes): Bytes {
    return ANCHORED ? (`/proc/self/fd/${this.#fd}/${name}` as Bytes) : join(this.path, name);
  }

  /** The open folders to sync so that what is in this one will be found: itself, and those above new ones. */
  toSync(): number[] {
    if (this.#fd === undefined || this.#fd === NO_DESCRIPTOR) return [];
    const above = this.#nameDurable ? [] : (this.#parent?.toSync() ?? []);
    return [this.#fd, ...above];
  }

  /** Says that what {@link toSync} named was synced. */
  synced(): void {
    if (this.#nameDurable) return;
    this.#parent?.synced();
    this.#nameDurable = true;
  }

  #look(): State {
    const above = this.#parent?.state ?? 'present';
    if (above !== 'present') return above;
    const stats = lstat(this.path);
    if (stats === undefined) return 'absent';
    if (stats.isDirectory()) return 'present';
    const what = stats.isSymbolicLink() ? 'a link' : stats.isFile() ? 'a file' : 'no folder';
    return { blocked: `goes into ${display(this.path)}, which is ${what} (left as it is)` };
  }

  #open(): void {
    this.#parent?.use();
    try {
      const path = this.#parent?.at(this.#name) ?? this.path;
      if (this.state === 'absent') this.#make(path);
      this.#fd = HAS_FOLDER_DESCRIPTORS
        ? openFolder(path, this.#parent === undefined)
        : NO_DESCRIPTOR;
    } catch (error) {
      this.#parent?.done();
      throw new ItemError(`its folder ${display(this.path)}: ${systemReason(error)}`, error);
    }
  }

  #make(path: Bytes): void {
    try {
      mkdirSync(toPath(path), { mode: this.#mode() });
      this.#madeHere = true;
      this.#nameDurable = false;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
    this.#state = 'present';
  }
}

/** Opens a folder for syncing it and for reaching what is in it. */
export function openFolder(path: Bytes, follow: boolean): number {
  const { O_RDONLY, O_DIRECTORY = 0, O_NOFOLLOW = 0 } = constants;
  return openSync(toPath(path), O_RDONLY | O_DIRECTORY | (follow ? 0 : O_NOFOLLOW));
}
