import type { Clones, Databases } from './observers/database/databases.ts';
import { type Manifest, readManifest } from './observers/files/manifest.ts';
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

  constructor(scratch: Scratch, databases: Databases) {
    this.#scratch = scratch;
    this.#databases = databases;
  }

  async make(): Promise<Place> {
    const [path, clones] = await Promise.all([this.#scratch.make(), this.#databases.make()]);
    return { path, clones };
  }

  /** What is there now; what has not been written since `before` is taken from there. */
  async read({ path, clones }: Place, before?: Manifest): Promise<Manifest> {
    return new Map([...readManifest(path, before), ...(await clones.read())]);
  }

  async drop({ path, clones }: Place): Promise<void> {
    this.#scratch.drop(path);
    await clones.drop();
  }
}
