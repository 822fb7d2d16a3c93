import { spawnSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportFiles } from '../../../src/ensure/files/index.ts';
import { onFsCall, rightBefore } from '../../support/files-hooks.ts';
import { didNotRun } from '../../support/files-mounts.ts';
import { contentsOf, leftoversIn, manyFiles, plant, workFolder } from '../../support/tree.ts';

const isFile5 = ({ args }: { args: readonly unknown[] }): boolean =>
  String(args[1]).endsWith('/file-0005.txt');

describe('somebody else writes in the destination meanwhile', () => {
  it('the same content under the name, after the look: skipped, and theirs stays', async () => {
    const { from, to } = workFolder(manyFiles(10));
    let ino = 0n;
    rightBefore('linkSync', () => (ino = plantFile(to, 'content of 0005')), isFile5);
    const report = await exportFiles(from, to);
    expect(report.counts).toMatchObject({ created: 9, unchanged: 1, differs: 0 });
    expect(inodeOf(to)).toBe(ino);
    expect(leftoversIn(to)).toEqual([]);
  });

  it('other content under the name, after the look: differs, its bytes untouched', async () => {
    const { from, to } = workFolder(manyFiles(10));
    rightBefore('linkSync', () => plantFile(to, 'theirs'), isFile5);
    const report = await exportFiles(from, to);
    expect(report.counts).toMatchObject({ created: 9, unchanged: 0, differs: 1 });
    expect(readFileSync(join(to, 'file-0005.txt'), 'utf8')).toBe('theirs');
    expect(leftoversIn(to)).toEqual([]);
  });

  it('other content after the look, with rename: exported under its own name', async () => {
    const { from, to } = workFolder(manyFiles(10));
    rightBefore('linkSync', () => plantFile(to, 'theirs'), isFile5);
    const report = await exportFiles(from, to, { onConflict: 'rename' });
    expect(report.counts).toMatchObject({ created: 10 });
    expect(readdirSync(to)).toHaveLength(11);
    expect(readFileSync(join(to, 'file-0005.txt'), 'utf8')).toBe('theirs');
  });

  it('a file and its removal, after the look: exported all the same', async () => {
    const { from, to } = workFolder(manyFiles(10));
    const theirs = rightBefore('linkSync', () => plantFile(to, 'theirs'), isFile5);
    const removed = rightBefore(
      'lstatSync',
      () => rmSync(join(to, 'file-0005.txt')),
      ({ path }) => theirs.happened && path === join(to, 'file-0005.txt'),
    );
    const report = await exportFiles(from, to);
    expect(removed.happened).toBe(true);
    expect(report.counts).toMatchObject({ created: 10 });
    expect(contentsOf(to)).toEqual(contentsOf(from));
  });

  it('a folder under the name, after the look: differs', async () => {
    const { from, to } = workFolder(manyFiles(10));
    rightBefore('linkSync', () => mkdirSync(join(to, 'file-0005.txt')), isFile5);
    const report = await exportFiles(from, to);
    expect(report.counts).toMatchObject({ created: 9, differs: 1 });
  });

  it('a file that is deleted between the listing and the look is exported again at once', async () => {
    const { from, to } = workFolder(manyFiles(10));
    await exportFiles(from, to);
    const gone = join(to, 'file-0005.txt');
    rightBefore(
      'lstatSync',
      () => rmSync(gone),
      ({ path }) => path === gone,
    );
    const report = await exportFiles(from, to);
    expect(report.counts).toMatchObject({ created: 1, unchanged: 9 });
    expect(contentsOf(to)).toEqual(contentsOf(from));
  });

  it('a file that is deleted after it was skipped is exported by the next run', async () => {
    const { from, to } = workFolder(manyFiles(10));
    await exportFiles(from, to);
    const report = await exportFiles(from, to, {
      onItem({ item }) {
        if (item === 'file-0005.txt') rmSync(join(to, item));
      },
    });
    expect(report.counts).toMatchObject({ created: 0, unchanged: 10 });
    expect((await exportFiles(from, to)).counts).toMatchObject({ created: 1, unchanged: 9 });
  });

  it('the destination is removed: the items fail, nothing crashes, and the next run finishes', async () => {
    const { from, to } = workFolder(manyFiles(10));
    rightBefore('linkSync', () => rmSync(to, { recursive: true }), isFile5);
    const report = await exportFiles(from, to);
    expect(report.counts.failed).toBeGreaterThan(0);
    expect(report.ok).toBe(false);
    expect((await exportFiles(from, to)).counts.created).toBe(10);
    expect(contentsOf(to)).toEqual(contentsOf(from));
  });

  it('a folder in it is removed: its items fail, the others are exported', async () => {
    const { from, to } = workFolder({ 'a.txt': 'a', sub: manyFiles(10) });
    rightBefore('linkSync', () => rmSync(join(to, 'sub'), { recursive: true }), isFile5);
    const report = await exportFiles(from, to);
    expect(report.counts.failed).toBeGreaterThan(0);
    expect(contentsOf(to)).toHaveProperty(['a.txt'], 'a');
    await exportFiles(from, to);
    expect(contentsOf(to)).toEqual(contentsOf(from));
  });

  it('the working folder is removed: the items fail, and the next run finishes', async () => {
    const { from, to } = workFolder(manyFiles(10));
    rightBefore('linkSync', () => {
      for (const stage of leftoversIn(to))
        rmSync(join(to, stage), { recursive: true, force: true });
    });
    const report = await exportFiles(from, to);
    expect(report.counts.failed).toBe(10);
    expect((await exportFiles(from, to)).counts.created).toBe(10);
  });

  it('rsync into the same folder: every file once, whole, and ours counted as what we did', async (context) => {
    if (spawnSync('rsync', ['--version']).status !== 0)
      didNotRun(context, 'rsync is not installed');
    const { from, to } = workFolder(manyFiles(100));
    rightBefore(
      'linkSync',
      () => rsync(from, to),
      ({ args }) => String(args[1]).endsWith('0050.txt'),
    );
    const report = await exportFiles(from, to);
    expect(report.counts.created + report.counts.unchanged).toBe(100);
    expect(report.counts.unchanged).toBeGreaterThan(0);
    expect(contentsOf(to)).toEqual(contentsOf(from));
  });

  it('files that rsync exported are found in place, by their size and time', async (context) => {
    if (spawnSync('rsync', ['--version']).status !== 0)
      didNotRun(context, 'rsync is not installed');
    const { from, to } = workFolder(manyFiles(5));
    rsync(from, to);
    const report = await exportFiles(from, to);
    expect(report.counts.unchanged).toBe(5);
    expect(report.details?.compared.time).toBe(5);
  });

  it('another export of the same files, inside this one: each file is exported by one of them', async () => {
    const { from, to } = workFolder(manyFiles(20));
    let other: ReturnType<typeof exportFiles> | undefined;
    rightBefore('linkSync', () => {
      // Its synchronous part runs to the end before the call that waits here is made.
      other = exportFiles(from, to, { durability: 'none' });
    });
    const report = await exportFiles(from, to);
    const theirs = await other;
    expect(theirs?.counts.failed).toBe(0);
    expect(report.counts.created + (theirs?.counts.created ?? 0)).toBe(20);
    expect(report.counts.unchanged + (theirs?.counts.unchanged ?? 0)).toBe(20);
    expect(leftoversIn(to)).toEqual([]);
  });
});

describe('what a run leaves visible', () => {
  it('no name is ever visible before its content is whole', async () => {
    const { from, to } = workFolder(manyFiles(10));
    const wanted = contentsOf(from);
    for (const call of ['writeSync', 'linkSync', 'unlinkSync', 'renameSync'] as const) {
      onFsCall(call, ({ proceed }) => {
        const result = proceed();
        for (const [name, content] of Object.entries(contentsOf(to))) {
          if (!name.includes('.runtwice-stage')) expect(content).toBe(wanted[name]);
        }
        return result;
      });
    }
    expect((await exportFiles(from, to)).counts.created).toBe(10);
  });

  it('an existing file is whole at every moment while it is replaced', async () => {
    const { from, to } = workFolder({ 'a.txt': 'the new content' });
    plant(to, { 'a.txt': 'old' });
    const seen = new Set<string>();
    for (const call of ['openSync', 'writeSync', 'renameSync'] as const) {
      onFsCall(call, ({ proceed }) => {
        const result = proceed();
        seen.add(readFileSync(join(to, 'a.txt'), 'utf8'));
        return result;
      });
    }
    await exportFiles(from, to, { onConflict: 'replace' });
    expect([...seen]).toEqual(['old', 'the new content']);
  });

  it('the stage is inside the destination, so on its file system, and gone afterwards', async () => {
    const { from, to } = workFolder({ 'a.txt': 'a', sub: { 'b.txt': 'b' } });
    const stages = new Set<string>();
    onFsCall('writeSync', ({ proceed }) => {
      for (const name of readdirSync(to)) if (name.startsWith('.runtwice-stage.')) stages.add(name);
      return proceed();
    });
    await exportFiles(from, to);
    expect(stages.size).toBe(1);
    expect(leftoversIn(to)).toEqual([]);
  });
});

function plantFile(to: string, content: string): bigint {
  const path = join(to, 'file-0005.txt');
  writeFileSync(`${path}.new`, content);
  renameSync(`${path}.new`, path);
  return inodeOf(to);
}

function inodeOf(to: string): bigint {
  return lstatSync(join(to, 'file-0005.txt'), { bigint: true }).ino;
}

function rsync(from: string, to: string): void {
  const { status, stderr } = spawnSync('rsync', ['-a', `${from}/`, `${to}/`], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`rsync: ${stderr}`);
}
