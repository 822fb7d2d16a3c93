import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import fs, { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CheckReport,
  checkOperation,
  filesIn,
  filesPort,
  reportText,
} from '../../../src/check/index.ts';

type Files = typeof fs;
let folder: string;
const path = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runtwice-operation-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function check(run: (files: Files) => Promise<unknown>): Promise<CheckReport> {
  return checkOperation(({ files }) => run(files), {
    effects: { files: filesPort(fs) },
    observe: async () => ({ files: await filesIn(folder) }),
    async reset() {
      await rm(folder, { recursive: true });
      await fs.mkdir(folder);
      await fs.writeFile(path('source.txt'), 'whole');
    },
    only: ['twice', 'interrupted'],
  });
}

async function isThere(files: Files, name: string): Promise<boolean> {
  return files.access(path(name)).then(
    () => true,
    () => false,
  );
}

function answersOf({ scenarios }: CheckReport): string[] {
  return scenarios.map(({ answer }) => answer);
}

describe('an operation on files', () => {
  it.each<[string, (files: Files) => Promise<unknown>]>([
    ['writes', (files) => files.writeFile(path('copy.txt'), 'whole')],
    ['copies', (files) => files.copyFile(path('source.txt'), path('copy.txt'))],
    [
      'copies one that must not be there',
      (files) => files.copyFile(path('source.txt'), path('copy.txt'), 1),
    ],
    [
      'writes through a handle',
      async (files) => {
        const handle = await files.open(path('copy.txt'), 'w');
        await handle.writeFile('whole');
        await handle.close();
      },
    ],
  ])('that looks whether the file exists, and then %s, keeps a torn one', async (_, write) => {
    const report = await check(async (files) => {
      if (!(await isThere(files, 'copy.txt'))) await write(files);
    });
    expect(answersOf(report), reportText(report)).toEqual(['nothing to do', 'silent damage']);
    expect(reportText(report)).toContain(
      "files['copy.txt'].content is '', and 'whole' after one clean run",
    );
  });

  it('that writes under another name and renames leaves that name at worst', async () => {
    const report = await check(async (files) => {
      if (await isThere(files, 'copy.txt')) return;
      await files.writeFile(path('copy.tmp'), 'whole');
      await files.rename(path('copy.tmp'), path('copy.txt'));
    });
    expect(answersOf(report)).toEqual(['nothing to do', 'recovers']);
    expect(report.points).toEqual({ found: 6, tried: 6 });
  });

  it.runIf(existsSync('/proc/self/fd'))('that was killed has no files open any more', async () => {
    await check((files) => files.writeFile(path('copy.txt'), 'whole'));
    const links = readdirSync('/proc/self/fd').map((name) => linkOf(`/proc/self/fd/${name}`));
    expect(links.filter((link) => link.startsWith(folder))).toEqual([]);
  });

  it('that adds a line adds it again', async () => {
    const report = await check((files) => files.appendFile(path('source.txt'), '.'));
    expect(answersOf(report)).toEqual(['changed again', 'repeated effect']);
  });

  it('sees large files, links and what is no text', async () => {
    const report = await check(async (files) => {
      await files.rm(path('big.bin'), { force: true });
      await files.writeFile(path('big.bin'), Buffer.alloc(1000, 255));
      await files.rm(path('link'), { force: true });
      await files.symlink('source.txt', path('link'));
    });
    expect(answersOf(report)).toEqual(['nothing to do', 'recovers']);
    const files = await filesIn(folder);
    expect(files.get('link')).toEqual({ link: 'source.txt' });
    expect(files.get('big.bin')).toEqual({ content: Buffer.alloc(1000, 255) });
    expect(await filesIn(path('no-folder'))).toEqual(new Map());
  });
});

function linkOf(name: string): string {
  try {
    return readlinkSync(name);
  } catch {
    return '';
  }
}
