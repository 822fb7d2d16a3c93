import {
  linkSync,
  readdirSync,
  rmSync,
  statfsSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { exportFiles } from '../../../src/ensure/files/index.ts';
import { LINKLESS } from '../../support/files-fat.ts';
import { rightBefore } from '../../support/files-hooks.ts';
import { didNotRun, type Mounted, Mounts, mounted } from '../../support/files-mounts.ts';
import { runExport } from '../../support/files-run.ts';
import { contentsOf, leftoversIn, plant, workFolder } from '../../support/tree.ts';

const MB = 1024 ** 2;
const TREE = {
  'A.TXT': 'a',
  'B.TXT': 'bb',
  'LARGE.BIN': Buffer.alloc(2 * MB, 'x'),
  sub: { 'C.TXT': 'ccc', 'EMPTY.TXT': '' },
};
const FILES = 5;

describe.each(Object.entries(LINKLESS))('a file system without hard links: %s', (_, mount) => {
  const mounts = new Mounts();
  let disk: Mounted = { missing: 'not mounted' };
  let count = 0;
  let to = '';
  beforeAll(() => {
    disk = mount(mounts);
  });
  beforeEach((context) => {
    to = join(mounted(context, disk), `to${count++}`);
  });
  afterAll(() => mounts.close());

  it('is really one: a link cannot be made', () => {
    plant(to, { one: '1' });
    expect(() => linkSync(join(to, 'one'), join(to, 'two'))).toThrow(/EPERM|ENOTSUP|ENOSYS/);
  });

  it('files are exported whole by claim and rename, and the second run skips them all', async () => {
    const { from } = workFolder(TREE);
    const first = await exportFiles(from, to);
    expect(first.counts).toMatchObject({ created: FILES, failed: 0 });
    expect(contentsOf(to)).toEqual(contentsOf(from));
    const before = timesOf(to);
    const second = await exportFiles(from, to);
    expect(second).toMatchObject({ ok: true, counts: { created: 0, unchanged: FILES } });
    expect(timesOf(to)).toEqual(before);
    expect(leftoversIn(to)).toEqual([]);
  });

  it('times of odd seconds are no difference on the second run', async () => {
    const { from } = workFolder({ 'A.TXT': 'a', 'B.TXT': 'b' });
    utimesSync(join(from, 'A.TXT'), 1_600_000_001.75, 1_600_000_001.75);
    utimesSync(join(from, 'B.TXT'), 1_600_000_001, 1_600_000_001);
    await exportFiles(from, to);
    const second = await exportFiles(from, to);
    expect(second.counts).toMatchObject({ created: 0, unchanged: 2, differs: 0 });
  });

  it('a name that somebody else takes meanwhile is not replaced', async () => {
    const { from } = workFolder({ 'A.TXT': 'ours' });
    plant(to, {});
    const taken = rightBefore(
      'openSync',
      () => writeFileSync(join(to, 'A.TXT'), 'theirs'),
      ({ path, args }) => path.endsWith('/A.TXT') && args[1] === 'wx',
    );
    const report = await exportFiles(from, to);
    expect(taken.happened).toBe(true);
    expect(report.counts).toMatchObject({ created: 0, differs: 1 });
    expect(contentsOf(to)).toEqual({ 'A.TXT': 'theirs' });
  });

  it('a run killed between its claim and its rename is recovered by the next', async () => {
    const { from } = workFolder({ 'A.TXT': 'a', 'B.TXT': 'b', 'C.TXT': 'c' });
    const at = { call: 'renameSync', nth: 2, signal: 'SIGKILL' } as const;
    expect(runExport([from, to], { at }).signal).toBe('SIGKILL');
    const torn = readdirSync(to).filter((name) => !name.startsWith('.'));
    expect(torn.filter((name) => statSync(join(to, name)).size === 0)).toHaveLength(1);
    const report = await exportFiles(from, to);
    expect(report.counts).toMatchObject({ created: 2, unchanged: 1, differs: 0 });
    expect(report.details?.recovered).toBe(1);
    expect(contentsOf(to)).toEqual(contentsOf(from));
  });

  it('an empty file of somebody else is not taken for a claim of ours', async () => {
    const { from } = workFolder({ 'A.TXT': 'a', 'B.TXT': 'b' });
    plant(to, { 'B.TXT': '' });
    const at = { call: 'renameSync', nth: 1, signal: 'SIGKILL' } as const;
    expect(runExport([from, to], { at }).signal).toBe('SIGKILL');
    const report = await exportFiles(from, to);
    expect(report.counts).toMatchObject({ created: 1, differs: 1 });
    expect(contentsOf(to)).toEqual({ 'A.TXT': 'a', 'B.TXT': '' });
  });

  it('a file is replaced in one step, with replace', async () => {
    const { from } = workFolder({ 'A.TXT': 'new' });
    plant(to, { 'A.TXT': 'older' });
    expect((await exportFiles(from, to, { onConflict: 'replace' })).counts.updated).toBe(1);
    expect(contentsOf(to)).toEqual({ 'A.TXT': 'new' });
  });

  it('names that differ by case only clash, before anything is written', async () => {
    const { from } = workFolder({ 'A.TXT': 'large', 'a.txt': 'small', 'B.TXT': 'b' });
    const report = await exportFiles(from, to);
    expect(report.counts).toMatchObject({ created: 1, differs: 2 });
    expect(contentsOf(to)).toEqual({ 'B.TXT': 'b' });
    const again = await exportFiles(from, to);
    expect(again.counts).toMatchObject({ created: 0, unchanged: 1, differs: 2 });
  });

  it('a file that is there in the other case is found in place', async () => {
    const { from } = workFolder({ 'A.TXT': 'same', 'B.TXT': 'new' });
    plant(to, { 'a.txt': 'same', 'b.txt': 'old' });
    const report = await exportFiles(from, to);
    expect(report.counts).toMatchObject({ created: 0, unchanged: 1, differs: 1 });
    expect(Object.keys(contentsOf(to))).toHaveLength(2);
  });

  it('a name that it does not take is a failed item with a reason, the others are exported', async () => {
    const { from } = workFolder({ 'A.TXT': 'a', 'what?.txt': 'question', 'a:b': 'colon' });
    const report = await exportFiles(from, to);
    expect(report.counts.created + report.counts.failed).toBe(3);
    expect(contentsOf(to)).toHaveProperty(['A.TXT'], 'a');
    const again = await exportFiles(from, to);
    expect(again.counts).toMatchObject({ created: 0, unchanged: report.counts.created });
    expect(leftoversIn(to)).toEqual([]);
  });

  it('links in the source are failed items with a reason', async () => {
    const { from } = workFolder({ 'A.TXT': 'a', link: { to: 'A.TXT' } });
    const report = await exportFiles(from, to);
    expect(report.counts).toMatchObject({ created: 1, failed: 1 });
    expect(report.items[0]?.item).toBe('link');
  });

  it('when it is full the item fails, nothing half-done is visible, and the next run finishes', async (context) => {
    const { bavail, bsize } = statfsSync(mounted(context, disk));
    if (bavail === 0) didNotRun(context, 'this driver does not know when it is full');
    const { from } = workFolder({ 'A.BIN': Buffer.alloc(3 * MB, 'x') });
    const filler = `${to}.filler`;
    writeFileSync(filler, Buffer.alloc(bavail * bsize - 2 * MB));
    const report = await exportFiles(from, to);
    expect(report.counts).toMatchObject({ created: 0, failed: 1 });
    expect(report.items[0]?.reason).toBe('no space left on device');
    expect(contentsOf(to)).toEqual({});
    rmSync(filler);
    expect((await exportFiles(from, to)).counts.created).toBe(1);
  });
});

/** Names, sizes and times: inode numbers mean nothing where the driver makes them up. */
function timesOf(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return ['.', ...names].sort().map((name) => {
    const { size, mtimeMs } = statSync(join(folder, name));
    return `${name} ${size} ${mtimeMs}`;
  });
}
