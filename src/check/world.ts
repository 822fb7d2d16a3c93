import { Files } from './observers/files/files.ts';
import type { Manifest } from './observers/files/manifest.ts';
import type { Clones } from './observers/postgres/clones.ts';
import type { Scratch } from './sandbox/scratch.ts';

/** Where a line of runs takes place: a copy of the folder, and a clone of the database. */
export interface Place {
  readonly path: string;
  readonly database: string | undefined;
}

/** Makes places that are alike, and sees what has become of them. */
export class World {
  readonly #scratch: Scratch;
  readonly #clones: Clones | undefined;
  readonly #files: Files;

  constructor(scratch: Scratch, clones: Clones | undefined) {
    this.#scratch = scratch;
    this.#clones = clones;
    this.#files = new Files(scratch.base);
  }

  async make(): Promise<Place> {
    const [path, database] = await Promise.all([this.#scratch.make(), this.#clones?.make()]);
    return { path, database };
  }

  /** The next run is there. */
  enter({ database }: Place): void {
    if (database !== undefined) this.#clones?.use(database);
  }

  /** What is there now. */
  async read({ path, database }: Place): Promise<Manifest> {
    const files = this.#files.read(path, await this.#scratch.changes(path));
    if (database === undefined || this.#clones === undefined) return files;
    return files.with(await this.#clones.read(database));
  }

  async drop({ path, database }: Place): Promise<void> {
    this.#scratch.drop(path);
    if (database !== undefined) await this.#clones?.drop(database);
  }
}
