import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { CannotCheck } from './cannot-check.ts';
import { bytesOf, collect } from './output.ts';
import { PlainCopier } from './plain-copier.ts';

/** Copies folders, and sees what has become of the copies. */
export interface Copier {
  /**
   * Makes a folder like another one, of which it may be an older copy.
   * @param stamps Gets, or has, what the files of the copy are known by.
   * @throws CannotCheck
   */
  copy(from: string, to: string, stamps?: string): Promise<void>;
  /** The paths that are not as they were made, one character a byte; of new folders only these. */
  changes(from: string, copy: string, stamps: string): Promise<string[]>;
  /** Also what a command has forbidden its own user to look into. */
  remove(path: string): void;
}

export function copierOf(helper: string | undefined): Copier {
  return helper === undefined ? new PlainCopier() : new HelperCopier(helper);
}

/** With owners, times, links between files, and whatever a name may be. */
class HelperCopier implements Copier {
  readonly #helper: string;

  constructor(helper: string) {
    this.#helper = helper;
  }

  async copy(from: string, to: string, ...stamps: string[]): Promise<void> {
    await this.#ask('the folder cannot be copied', ['--like', from, to, ...stamps]);
  }

  async changes(from: string, copy: string, stamps: string): Promise<string[]> {
    const args = ['--changes', from, copy, stamps];
    const paths = await this.#ask('what the command left cannot be seen', args);
    return paths.toString('latin1').split('\0').slice(0, -1);
  }

  remove(path: string): void {
    spawnSync(this.#helper, ['--remove', path], { stdio: 'ignore' });
  }

  async #ask(problem: string, args: readonly string[]): Promise<Buffer> {
    const child = spawn(this.#helper, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const [answer, said, [code]] = await Promise.all([
      bytesOf(child.stdout),
      collect(child.stderr),
      once(child, 'close') as Promise<[number | null]>,
    ]);
    if (code !== 0) throw new CannotCheck(`${problem}: ${said.trim()}`);
    return answer;
  }
}
