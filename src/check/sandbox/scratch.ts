import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CannotCheck } from './cannot-check.ts';
import { collect } from './output.ts';

/** The parts of a scratch folder: the copy of the command's folder, its /tmp, its home. */
export const PARTS = ['work', 'tmp', 'home'] as const;

/** Copies of a folder, each for a line of runs of its own. */
export class Scratch {
  readonly #root: string;
  #made = 0;

  private constructor(root: string) {
    this.#root = root;
  }

  /** Takes a copy of the folder as it is now; all others are made of that. */
  static async take(folder: string): Promise<Scratch> {
    const scratch = new Scratch(mkdtempSync(join(tmpdir(), 'runtwice-check-')));
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
    await copy(`${folder}/.`, join(this.base, 'work'));
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

  /** A copy of the beginning. */
  async make(): Promise<string> {
    this.#made += 1;
    const path = join(this.#root, String(this.#made));
    mkdirSync(path);
    await copy(`${this.base}/.`, path);
    return path;
  }

  drop(path: string): void {
    rmSync(path, { recursive: true, force: true });
  }

  remove(): void {
    this.drop(this.#root);
  }
}

/** With owners, times, links between files, and whatever a name may be. */
async function copy(from: string, to: string): Promise<void> {
  const child = spawn('cp', ['-a', '--reflink=auto', '--', from, to], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [said, code] = await Promise.all([collect(child.stderr), endOf(child)]);
  if (code === 0) return;
  const why = code instanceof Error ? code.message : said.trim().split('\n', 1)[0];
  throw new CannotCheck(`the folder cannot be copied: ${why}`);
}

/** Its exit code, or why it could not be started. */
async function endOf(child: ChildProcess): Promise<unknown> {
  try {
    return (await once(child, 'close'))[0];
  } catch (error) {
    return error;
  }
}
