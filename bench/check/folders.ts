// What a folder with many files costs.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Files } from '../../src/check/observers/files/files.ts';
import { Scratch } from '../../src/check/sandbox/scratch.ts';
import { must } from '../lib/child.ts';
import { remove } from '../lib/scratch.ts';
import type { Bench } from './commands.ts';
import { checked, type Figure, figure, inTurn } from './figure.ts';

const A_FOLDER = 100;

/** Files of 1 kB, 100 in each folder. */
export function makeFiles(root: string, count: number): void {
  for (let index = 0; index < count; index++) {
    const folder = join(root, `folder-${Math.floor(index / A_FOLDER)}`);
    if (index % A_FOLDER === 0) mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `file-${index}.txt`), `${index} `.padEnd(1000, 'x'));
  }
}

/** A copy, a reset after ten files were changed, and a look at what has changed. */
export async function copies({ folder, helper, rounds }: Bench, tree: string): Promise<Figure[]> {
  const scratch = await Scratch.take(helper, tree);
  try {
    const files = new Files(scratch.base);
    const copy = await scratch.make();
    const timed = async (work: () => Promise<unknown>) => {
      const start = performance.now();
      await work();
      return performance.now() - start;
    };
    const other = join(folder, 'copy');
    const look = async () => files.read(copy, await scratch.changes(copy));
    const times = await inTurn<number>(rounds, {
      reset: () => {
        for (let at = 0; at < 10; at++)
          writeFileSync(`${copy}/work/folder-${at}/file-${at * A_FOLDER}.txt`, 'changed');
        scratch.drop(copy);
        return timed(() => scratch.make());
      },
      look: () => timed(look),
      cp: async () => {
        await remove(other);
        return timed(() => must(['cp', '-a', tree, other]));
      },
    });
    const of = (name: string) => times.map((round) => round[name] ?? Number.NaN);
    return [
      figure('10,000 files: reset after 10 were changed', 'ms', 300, of('reset')),
      figure('10,000 files: manifest, unchanged', 'ms', 150, of('look')),
      figure('  for comparison, cp -a of them', 'ms', undefined, of('cp')),
    ];
  } finally {
    scratch.remove();
  }
}

/** The largest process of a check of a folder with so many files. */
export async function memory(bench: Bench, count: number): Promise<Figure[]> {
  const tree = join(bench.folder, 'many');
  makeFiles(tree, count);
  const check = [process.execPath, bench.main, 'check', '--quiet', '--only', 'twice', '--'];
  // Once: it is the same each time.
  const samples = await inTurn(1, {
    check: async () =>
      checked(await bench.measure(['env', '-C', tree, ...check, 'mkdir', '-p', 'made'])),
  });
  await remove(tree);
  const peaks = samples.flatMap(({ check }) => (check?.memory ? [check.memory / 1e6] : []));
  return peaks.length === 0
    ? []
    : [figure(`${count.toLocaleString('en')} files: memory`, 'MB', 150, peaks)];
}
