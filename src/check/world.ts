import type { Clones, Databases } from './observers/database/databases.ts';
import { Files } from './observers/files/files.ts';
import type { Manifest } from './observers/files/manifest.ts';
import type { Scratch } from './sandbox/scratch.ts';

/** Where a line of runs takes place: a copy of the folder, and clones of the databases. */
export interface Place {
  readonly path: string;
  readonly clones: Clones;
}

/** Makes places that are alike, and sees what has become of them. */
export class World {
  readonly #scratch: Scratch;
  readonly #databases: Databases;
  readonly #files: Files;

  constructor(scratch: Scratch, databases: Databases) {
    this.#scratch = scratch;
    this.#databases = databases;
    this.#files = new Files(scratch.base);
  }

  async make(): Promise<Place> {
    const [path, clones] = await Promise.all([this.#scratch.make(), this.#databases.make()]);
    return { path, clones };
  }

  /** What is there now. */
  async read({ path, clones }: Place): Promise<Manifest> {
    const files = this.#files.read(path, await this.#scratch.changes(path));
    return files.with(await clones.read());
  }

  async drop({ path, clones }: Place): Promise<void> {
    this.#scratch.drop(path);
    await clones.drop();
  }
}
