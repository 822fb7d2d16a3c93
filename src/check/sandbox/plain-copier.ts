// Where there is no helper: all is copied anew each time, without owners and with links between files
// made files of their own. Of names that are no UTF-8 nothing is known here.
import { type Dirent, lstatSync, readdirSync, rmSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { CannotCheck } from './cannot-check.ts';
import type { Copier } from './copier.ts';

export class PlainCopier implements Copier {
  /** By copy, what each path in it was made with. */
  readonly #stamps = new Map<string, ReadonlyMap<string, string>>();

  async copy(from: string, to: string, stamps?: string): Promise<void> {
    rmSync(to, { recursive: true, force: true });
    try {
      await cp(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
    } catch (error) {
      throw new CannotCheck(`the folder cannot be copied: ${(error as Error).message}`);
    }
    if (stamps !== undefined) this.#stamps.set(stamps, stampsOf(to));
  }

  async changes(_from: string, copy: string, stamps: string): Promise<string[]> {
    const [made, now] = [this.#stamps.get(stamps), stampsOf(copy)];
    const all = new Set([...(made?.keys() ?? []), ...now.keys()]);
    const isNew = (path: string) => made?.has(path) === false && now.has(path);
    return [...all]
      .filter((path) => made?.get(path) !== now.get(path) && !isNew(posix.dirname(path)))
      .map((path) => Buffer.from(path).toString('latin1'));
  }

  remove(path: string): void {
    rmSync(path, { recursive: true, force: true });
  }
}

/** By path, what is another one after each change; of a folder only what it is. */
function stampsOf(root: string): Map<string, string> {
  const stamps = new Map<string, string>();
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      stamps.set(path, stampOf(join(root, path), entry));
      if (entry.isDirectory()) walk(path);
    }
  };
  walk('');
  return stamps;
}

function stampOf(path: string, entry: Dirent): string {
  const { mode, ino, ctimeMs, mtimeMs, size } = lstatSync(path);
  return entry.isDirectory() ? `folder ${mode}` : [mode, ino, ctimeMs, mtimeMs, size].join(' ');
}
