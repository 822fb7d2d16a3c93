import { spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verdict } from '../../../src/core/words.ts';
import { EXPORT_WORDS, type ExportOptions, exportFiles } from '../../../src/ensure/files/index.ts';
import { runExport } from '../../support/files-run.ts';
import {
  contentsOf,
  leftoversIn,
  manifestOf,
  manyFiles,
  plant,
  type Tree,
  workFolder,
} from '../../support/tree.ts';

const MB = 1024 ** 2;
const TREE: Tree = {
  'a.txt': 'a',
  'empty.txt': '',
  'large.bin': Buffer.alloc(2 * MB, 'x'),
  'empty folder': {},
  link: { to: 'a.txt' },
  dangling: { to: 'nothing' },
  sub: { 'b.txt': 'b', deep: { 'c.txt': 'c', '\u00e9.txt': 'accent' } },
};

describe('the second run', () => {
  const VARIANTS: [string, ExportOptions][] = [
    ['by default', {}],
    ['with durability file', { durability: 'file' }],
    ['with durability none', { durability: 'none' }],
    ['with identity content', { identity: 'content' }],
    ['with identity size', { identity: 'size' }],
    ['with identity name', { identity: 'name' }],
    ['with replace', { onConflict: 'replace' }],
    ['with rename', { onConflict: 'rename' }],
    ['with skipped links', { symlinks: 'skip' }],
    ['flat', { flat: true, symlinks: 'skip' }],
  ];

  it.each(VARIANTS)(
    'changes no byte, time, inode or folder of the destination: %s',
    async (_, options) => {
      const { from, to } = workFolder(TREE);
      const first = await exportFiles(from, to, options);
      expect(first).toMatchObject({ ok: true, already: 0 });
      const before = manifestOf(to);
      for (const _run of ['second', 'third']) {
        const again = await exportFiles(from, to, options);
        expect(again).toMatchObject({ ok: true, done: 0, already: first.total });
        expect(manifestOf(to)).toEqual(before);
      }
    },
  );

  it('changes nothing of the source either, nor did the first', async () => {
    const { from, to } = workFolder(TREE);
    const before = manifestOf(from);
    await exportFiles(from, to);
    await exportFiles(from, to);
    expect(manifestOf(from)).toEqual(before);
  });

  it('changes nothing where items fail or differ, again and again', async () => {
    const { from, to } = workFolder({
      'other.txt': 'source',
      'b.txt': 'b',
      x: { 'clash.txt': 'one' },
      y: { 'clash.txt': 'two' },
    });
    spawnSync('mkfifo', [join(from, 'pipe')]);
    plant(to, { 'other.txt': 'target' });
    await exportFiles(from, to, { flat: true });
    const before = manifestOf(to);
    const again = await exportFiles(from, to, { flat: true });
    expect(again.counts).toMatchObject({ created: 0, unchanged: 1, differs: 3, failed: 1 });
    expect(manifestOf(to)).toEqual(before);
  });

  it('changes nothing where nothing can be exported at all', async () => {
    const { from, to } = workFolder({});
    spawnSync('mkfifo', [join(from, 'pipe')]);
    await exportFiles(from, to);
    const before = manifestOf(to);
    expect((await exportFiles(from, to)).counts.failed).toBe(1);
    expect(manifestOf(to)).toEqual(before);
  });

  it('of the command changes nothing, and reads as success', () => {
    const { from, to } = workFolder(manyFiles(80));
    const first = runExport([from, to]);
    expect(first).toMatchObject({ status: 0, stderr: '' });
    expect(first.stdout).toContain('✓ Exported 80.');
    const before = manifestOf(to);
    const second = runExport([from, to]);
    expect(second).toMatchObject({ status: 0, stderr: '' });
    expect(second.stdout).toContain(
      '✓ Nothing to do: all 80 files are already in the folder (exported 0, skipped 80).',
    );
    expect(manifestOf(to)).toEqual(before);
  });

  it('exports what was added meanwhile, and skips the rest', async () => {
    const { from, to } = workFolder(manyFiles(20));
    await exportFiles(from, to);
    plant(from, { 'new.txt': 'new', newer: { 'file.txt': 'newer' } });
    const report = await exportFiles(from, to);
    expect(report.counts).toMatchObject({ created: 2, unchanged: 20 });
    expect(verdict(report, EXPORT_WORDS)).toBe('✓ Exported 2, skipped 20 (already in folder).');
    expect(contentsOf(to)).toEqual(contentsOf(from));
  });

  it('leaves what is no longer in the source where it is', async () => {
    const { from, to } = workFolder(manyFiles(3));
    await exportFiles(from, to);
    rmSync(join(from, 'file-0001.txt'));
    expect((await exportFiles(from, to)).counts).toMatchObject({ unchanged: 2 });
    expect(Object.keys(contentsOf(to))).toHaveLength(3);
  });

  it('finds what differs among more files than one thread compares', async () => {
    const { root, from, to } = workFolder();
    const count = 20_500;
    writeFileSync(join(root, 'one'), 'the same bytes');
    mkdirSync(to);
    for (const folder of [from, to]) {
      for (let index = 0; index < count; index++)
        linkSync(join(root, 'one'), join(folder, `f${index}`));
    }
    for (const name of ['f7', 'f20000']) {
      rmSync(join(to, name));
      writeFileSync(join(to, name), 'other bytes, and more of them');
    }
    rmSync(join(to, 'f12345'));
    const before = statSync(to).ino;
    const report = await exportFiles(from, to);
    expect(report.counts).toMatchObject({
      created: 1,
      differs: 2,
      unchanged: count - 3,
      failed: 0,
    });
    const again = await exportFiles(from, to);
    expect(again.counts).toMatchObject({ created: 0, differs: 2, unchanged: count - 2 });
    expect(statSync(to).ino).toBe(before);
  });
});

describe('a run that was killed', () => {
  const kill = (from: string, to: string, call: string, nth: number): void => {
    const at = { call, nth, signal: 'SIGKILL' } as const;
    expect(runExport([from, to], { at }).signal).toBe('SIGKILL');
  };

  it('is finished by the next one, which says that it cleaned up', () => {
    const { from, to } = workFolder(manyFiles(20));
    kill(from, to, 'linkSync', 11);
    expect(leftoversIn(to).length).toBeGreaterThan(0);
    const ran = runExport([from, to]);
    expect(ran.status).toBe(0);
    expect(ran.stdout).toContain('Exported 10, skipped 10 (already in folder)');
    expect(ran.stdout).toContain('Cleaned up after 1 interrupted run.');
    expect(contentsOf(to)).toEqual(contentsOf(from));
    expect(runExport([from, to]).stdout).not.toContain('Cleaned up');
  });

  it('twice is cleaned up after twice', async () => {
    const { from, to } = workFolder(manyFiles(20));
    kill(from, to, 'linkSync', 5);
    const stages = leftoversIn(to).filter((name) => !name.includes('/'));
    kill(from, to, 'opendirSync', 2);
    expect(leftoversIn(to)).toEqual(expect.arrayContaining(stages));
    const report = await exportFiles(from, to);
    expect(report.details?.recovered).toBe(1);
    expect(contentsOf(to)).toEqual(contentsOf(from));
  });

  it('is not cleaned up after by a dry run, and not while it is alive', async () => {
    const { from, to } = workFolder(manyFiles(20));
    kill(from, to, 'linkSync', 5);
    const before = manifestOf(to);
    expect((await exportFiles(from, to, { dryRun: true })).details?.recovered).toBe(0);
    expect(manifestOf(to)).toEqual(before);
    const [dead = ''] = leftoversIn(to).filter((name) => !name.includes('/'));
    const parts = dead.split('.');
    const start = startOf(process.pid);
    const alive = [...parts.slice(0, 4), process.pid, start, parts.at(-1)].join('.');
    plant(to, { [alive]: { '0': 'being written' } });
    expect((await exportFiles(from, to)).details?.recovered).toBe(1);
    expect(leftoversIn(to)).toEqual([alive, `${alive}/0`]);
  });
});

function startOf(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
