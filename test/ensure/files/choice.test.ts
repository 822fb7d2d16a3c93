import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportFiles } from '../../../src/ensure/files/index.ts';
import { runExport } from '../../support/files-run.ts';
import { bytesPath, contentsOf, plant, workFolder } from '../../support/tree.ts';

const TREE = {
  'a.txt': 'a',
  'b.pdf': 'b',
  sub: { 'c.txt': 'c', 'd.pdf': 'd', deep: { 'e.txt': 'e' } },
};

describe('flat', () => {
  it('puts every file straight into the destination, and finds it there again', async () => {
    const { from, to } = workFolder(TREE);
    expect((await exportFiles(from, to, { flat: true })).counts.created).toBe(5);
    expect(Object.keys(contentsOf(to))).toEqual(['a.txt', 'b.pdf', 'c.txt', 'd.pdf', 'e.txt']);
    expect((await exportFiles(from, to, { flat: true })).counts.unchanged).toBe(5);
  });

  it('makes no folders, not even empty ones', async () => {
    const { from, to } = workFolder({ empty: {}, sub: { 'a.txt': 'a' } });
    expect((await exportFiles(from, to, { flat: true })).total).toBe(1);
    expect(contentsOf(to)).toEqual({ 'a.txt': 'a' });
  });
});

describe('sources', () => {
  it('files go straight into the destination, whatever folder they are in', async () => {
    const { from, to } = workFolder(TREE);
    await exportFiles([join(from, 'a.txt'), join(from, 'sub', 'deep', 'e.txt')], to);
    expect(contentsOf(to)).toEqual({ 'a.txt': 'a', 'e.txt': 'e' });
  });

  it('the contents of a folder go in as a tree, with or without a slash at its end', async () => {
    const { from, to } = workFolder(TREE);
    await exportFiles(`${from}//`, `${to}/`);
    expect(contentsOf(to)).toEqual(contentsOf(from));
    expect((await exportFiles(from, to)).counts.unchanged).toBe(5);
  });

  it('paths given as bytes name files that text cannot', async () => {
    const { from, to } = workFolder();
    const name = Buffer.from([0xff, 0xfe]);
    writeFileSync(bytesPath(from, name), 'bytes');
    await exportFiles([bytesPath(from, name)], Buffer.concat([Buffer.from(`${to}-`), name]));
    await exportFiles(from, to);
    expect(contentsOf(to)).toEqual(contentsOf(from));
  });

  it('one that is missing is an error before anything is written, also among others', async () => {
    const { root, from, to } = workFolder(TREE);
    await expect(exportFiles([from, join(root, 'missing')], to)).rejects.toMatchObject({
      code: 'ERR_RUNTWICE_SOURCE_MISSING',
      message: expect.stringContaining('missing'),
    });
    expect(contentsOf(root)).not.toHaveProperty(['to']);
  });
});

describe('a list of files', () => {
  it('exports the listed ones alone, with their folders', async () => {
    const { from, to } = workFolder(TREE);
    const only = ['a.txt', './sub//deep/e.txt'];
    expect((await exportFiles(from, to, { only })).counts.created).toBe(2);
    expect(contentsOf(to)).toMatchObject({ 'a.txt': 'a', 'sub/deep/e.txt': 'e' });
    expect((await exportFiles(from, to, { only })).counts).toMatchObject({ unchanged: 2 });
  });

  it('one that is missing is a failed item, the others are exported', async () => {
    const { from, to } = workFolder(TREE);
    const report = await exportFiles(from, to, { only: ['missing.txt', 'a.txt', 'sub'] });
    expect(report.counts).toMatchObject({ created: 1, failed: 2 });
    expect(report.items.map(({ reason }) => reason)).toEqual([
      'it does not exist',
      'it is a folder: a list names files',
    ]);
  });

  it('a path that leads out of the source is refused before anything is written', async () => {
    const { root, from, to } = workFolder(TREE);
    writeFileSync(join(root, 'secret.txt'), 'secret');
    for (const path of ['../secret.txt', 'sub/../../secret.txt', join(root, 'secret.txt'), '.']) {
      await expect(exportFiles(from, to, { only: ['a.txt', path] })).rejects.toThrow(
        'not inside the source folder',
      );
    }
    expect(contentsOf(root)).not.toHaveProperty(['to']);
  });

  it('a path through a link to a folder outside exports nothing from there', async () => {
    const { root, from, to } = workFolder({ 'a.txt': 'a', out: { to: '../outside' } });
    plant(root, { outside: { 'secret.txt': 'secret' } });
    const report = await exportFiles(from, to, { only: ['a.txt', 'out/secret.txt'] });
    expect(report.counts).toMatchObject({ created: 1, failed: 1 });
    expect(report.items[0]?.reason).toContain('leads out of the source folder');
    expect(contentsOf(to)).toEqual({ 'a.txt': 'a' });
  });

  it('a link is exported, followed or left out as the policy says, and never followed outside', async () => {
    const { root, from, to } = workFolder({
      'a.txt': 'a',
      in: { to: 'a.txt' },
      out: { to: '../x' },
    });
    writeFileSync(join(root, 'x'), 'secret');
    const only = ['in', 'out'];
    const skipped = await exportFiles(from, `${to}-skip`, { only, symlinks: 'skip' });
    expect(skipped).toMatchObject({ total: 0, details: { linksSkipped: 2 } });
    await exportFiles(from, `${to}-copy`, { only });
    expect(contentsOf(`${to}-copy`)).toEqual({ in: '-> a.txt', out: '-> ../x' });
    const followed = await exportFiles(from, `${to}-follow`, { only, symlinks: 'follow' });
    expect(followed.counts).toMatchObject({ created: 1, failed: 1 });
    expect(contentsOf(`${to}-follow`)).toEqual({ in: 'a' });
  });

  it('a path listed twice is one item', async () => {
    const { from, to } = workFolder(TREE);
    expect((await exportFiles(from, to, { only: ['a.txt', './a.txt'] })).total).toBe(1);
  });

  it('an empty list is success with nothing to do', async () => {
    const { from, to } = workFolder(TREE);
    const report = await exportFiles(from, to, { only: [] });
    expect(report).toMatchObject({ ok: true, total: 0 });
  });

  it('without a source its paths are files, exported straight into the destination', async () => {
    const { from, to } = workFolder(TREE);
    const only = ['a.txt', 'sub/c.txt', 'missing'].map((path) => join(from, path));
    const report = await exportFiles([], to, { only });
    expect(report.counts).toMatchObject({ created: 2, failed: 1 });
    expect(contentsOf(to)).toEqual({ 'a.txt': 'a', 'c.txt': 'c' });
  });

  it('of names with newlines and of any bytes is read from standard input, separated by zeros', () => {
    const { from, to } = workFolder({ 'new\nline': 'newline', 'b.txt': 'not listed' });
    const odd = Buffer.from([0xff]);
    writeFileSync(bytesPath(from, odd), 'odd');
    const input = Buffer.concat([Buffer.from('new\nline\0'), odd, Buffer.from('\0')]);
    const ran = runExport(['--files-from', '-', '-0', from, to], { input });
    expect(ran).toMatchObject({ status: 0, stderr: '' });
    expect(contentsOf(to)).toEqual({ 'new\nline': 'newline', '\u00ff': 'odd' });
  });
});

describe('globs', () => {
  const exported = async (options: object): Promise<string[]> => {
    const { from, to } = workFolder(TREE);
    mkdirSync(to);
    await exportFiles(from, to, options);
    return Object.entries(contentsOf(to)).flatMap(([name, what]) =>
      what === '(folder)' ? [] : [name],
    );
  };

  it('include takes only files that match, in any folder', async () => {
    expect(await exported({ include: ['*.pdf'] })).toEqual(['b.pdf', 'sub/d.pdf']);
  });

  it('exclude leaves out files and whole folders', async () => {
    expect(await exported({ exclude: ['*.pdf', 'deep'] })).toEqual(['a.txt', 'sub/c.txt']);
    expect(await exported({ exclude: ['sub/'] })).toEqual(['a.txt', 'b.pdf']);
  });

  it('one with a slash is matched against the whole path', async () => {
    expect(await exported({ include: ['sub/*.txt'] })).toEqual(['sub/c.txt']);
    expect(await exported({ include: ['sub/**/*.txt'] })).toEqual(['sub/c.txt', 'sub/deep/e.txt']);
  });

  it('exclude wins over include', async () => {
    expect(await exported({ include: ['*.txt'], exclude: ['c.*'] })).toEqual([
      'a.txt',
      'sub/deep/e.txt',
    ]);
  });

  it('the second run with the same globs finds everything in place', async () => {
    const { from, to } = workFolder(TREE);
    const options = { include: ['*.txt'] };
    expect((await exportFiles(from, to, options)).counts.created).toBe(3);
    expect((await exportFiles(from, to, options)).counts).toMatchObject({ unchanged: 3 });
  });
});
