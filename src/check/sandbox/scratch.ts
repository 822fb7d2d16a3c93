import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isGone, ownMark } from '../owner.ts';
import { CannotCheck } from './cannot-check.ts';
import { type Copier, copierOf } from './copier.ts';

const PREFIX = 'runtwice-check-';

/** The parts of a scratch folder: the copy of the command's folder, its /tmp, its home. */
export const PARTS = ['work', 'tmp', 'home'] as const;

/** Copies of a folder, each for a line of runs of its own. */
export class Scratch {
  readonly #copier: Copier;
  readonly #root: string;
  /** Copies that runs have been in, and whose lines are over. */
  readonly #used: string[] = [];
  #made = 0;

  private constructor(copier: Copier, root: string) {
    this.#copier = copier;
    this.#root = root;
  }

  /**
   * Takes a copy of the folder as it is now; all others are made of that. What checks that were killed
   * left behind is removed before.
   */
  static async take(helper: string | undefined, folder: string): Promise<Scratch> {
    const copier = copierOf(helper);
    const scratch = new Scratch(copier, rootFolder());
    for (const name of leftovers()) copier.remove(join(tmpdir(), name));
    try {
      await scratch.#fill(folder);
      return scratch;
    } catch (error) {
      scratch.remove();
      throw error;
    }
  }

  async #fill(folder: string): Promise<void> {
    mkdirSync(this.base);
    for (const part of PARTS) mkdirSync(join(this.base, part), { mode: 0o755 });
    // The command sees its copy where the folder is, which may be in the /tmp that it sees.
    if (folder.startsWith('/tmp/')) mkdirSync(join(this.base, folder), { recursive: true });
    await this.#copier.copy(folder, join(this.base, 'work'));
  }

  get base(): string {
    return this.pathOf('base');
  }

  /** The path of something beside the copies. */
  pathOf(name: string): string {
    return join(this.#root, name);
  }

  /** Puts a file into the home of all copies that are made from now on. */
  addToHome(name: string, text: string): void {
    writeFileSync(join(this.base, 'home', name), text);
  }

  /**
   * A copy of the beginning: a new one, or one that was dropped, in which what a run changed is made as
   * it was.
   */
  async make(): Promise<string> {
    const path = this.#used.pop() ?? this.#makeFolder();
    await this.#copier.copy(this.base, path, `${path}.stamps`);
    return path;
  }

  #makeFolder(): string {
    this.#made += 1;
    const path = join(this.#root, String(this.#made));
    mkdirSync(path);
    return path;
  }

  /** The paths in a copy that are not as they were made, one character a byte; of new folders only these. */
  changes(path: string): Promise<string[]> {
    return this.#copier.changes(this.base, path, `${path}.stamps`);
  }

  /** Gives a copy back that is no longer needed as it is. */
  drop(path: string): void {
    this.#used.push(path);
  }

  remove(): void {
    this.#copier.remove(this.#root);
  }
}

function rootFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), `${PREFIX}${ownMark()}-`));
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code;
    throw new CannotCheck(`there can be no copies in ${tmpdir()} (TMPDIR): ${why}`, { cause });
  }
}

/** Folders of checks that are gone. */
function leftovers(): string[] {
  return readdirSync(tmpdir()).filter(
    (name) => name.startsWith(PREFIX) && isGone(name.slice(PREFIX.length)),
  );
}
