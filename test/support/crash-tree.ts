import { chmodSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { exportFiles } from '../../src/ensure/files/index.ts';
import { leftoversIn, workFolder } from './tree.ts';

/** A small source with one of each: also one file over 1 MB, which is copied in another way. */
export function smallSource(): { root: string; from: string; to: string } {
  const work = workFolder({
    'a.txt': 'first\n',
    'empty.txt': '',
    'grün.txt': 'a name beyond ASCII\n',
    'tool.sh': '#!/bin/sh\n',
    link: { to: 'a.txt' },
    hollow: {},
    deep: { er: { 'b.txt': 'inner\n' } },
    'large.bin': Buffer.alloc(1_100_000, 'large'),
  });
  chmodSync(join(work.from, 'tool.sh'), 0o755);
  chmodSync(join(work.from, 'a.txt'), 0o600);
  return work;
}

/** Every visible name with what it is: bytes, mode and time of a file. Working folders are left out. */
export function visible(folder: string): Map<string, string> {
  const seen = new Map<string, string>();
  const visit = (inside: string): void => {
    for (const name of readdirSync(join(folder, inside))) {
      if (name.startsWith('.runtwice-stage')) continue;
      const path = join(inside, name);
      seen.set(path, describe(join(folder, path)));
      if (lstatSync(join(folder, path)).isDirectory()) visit(path);
    }
  };
  if (lstatSync(folder, { throwIfNoEntry: false })) visit('');
  return seen;
}

function describe(path: string): string {
  const stats = lstatSync(path);
  const mode = (stats.mode & 0o7777).toString(8);
  if (stats.isDirectory()) return `folder ${mode}`;
  if (stats.isSymbolicLink()) return `link ${readlinkSync(path)}`;
  return `file ${mode} ${Math.round(stats.mtimeMs)} ${readFileSync(path, 'base64')}`;
}

/** Nothing that can be seen differs from what a clean run makes of it. */
export function expectNothingTorn(to: string, clean: ReadonlyMap<string, string>): void {
  for (const [name, what] of visible(to))
    expect({ name, what }).toEqual({ name, what: clean.get(name) });
}

/** One more run makes it as a clean run's, leaves nothing over, and the run after it has nothing to do. */
export async function expectFinished(
  from: string,
  to: string,
  clean: ReadonlyMap<string, string>,
): Promise<void> {
  const again = await exportFiles(from, to);
  expect(again).toMatchObject({ ok: true, total: again.done + again.already });
  expect(leftoversIn(to)).toEqual([]);
  expect(visible(to)).toEqual(clean);
  const third = await exportFiles(from, to);
  expect(third).toMatchObject({ ok: true, done: 0, already: again.total });
}
