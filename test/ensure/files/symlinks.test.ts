import { readFileSync, readlinkSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportFiles } from '../../../src/ensure/files/index.ts';
import { rightBefore } from '../../support/files-hooks.ts';
import { contentsOf, manifestOf, plant, workFolder } from '../../support/tree.ts';

describe('links in the source', () => {
  it('are exported as links by default, dangling ones and those that lead out as well', async () => {
    const { root, from, to } = workFolder({
      'a.txt': 'a',
      'to-file': { to: 'a.txt' },
      'to-folder': { to: 'sub' },
      dangling: { to: 'nothing' },
      out: { to: '../outside.txt' },
      sub: { 'b.txt': 'b' },
    });
    writeFileSync(join(root, 'outside.txt'), 'outside');
    expect((await exportFiles(from, to)).counts.created).toBe(6);
    expect(contentsOf(to)).toEqual(contentsOf(from));
    const before = manifestOf(to);
    expect((await exportFiles(from, to)).counts.unchanged).toBe(6);
    expect(manifestOf(to)).toEqual(before);
  });

  it('one whose end is no valid UTF-8 is exported byte for byte', async () => {
    const { from, to } = workFolder();
    symlinkSync(Buffer.from([0x2e, 0x2e, 0x2f, 0xff]), join(from, 'link'));
    await exportFiles(from, to);
    expect(readlinkSync(join(to, 'link'), 'buffer')).toEqual(Buffer.from([0x2e, 0x2e, 0x2f, 0xff]));
    expect((await exportFiles(from, to)).counts.unchanged).toBe(1);
  });

  it('one that leads elsewhere than the destination’s differs, and replace replaces it', async () => {
    const { from, to } = workFolder({ link: { to: 'new' } });
    plant(to, { link: { to: 'old' } });
    expect((await exportFiles(from, to)).counts.differs).toBe(1);
    expect(contentsOf(to)).toEqual({ link: '-> old' });
    const replaced = await exportFiles(from, to, { onConflict: 'replace' });
    expect(replaced.counts.updated).toBe(1);
    expect(contentsOf(to)).toEqual({ link: '-> new' });
  });

  it('are left out and counted with skip', async () => {
    const { from, to } = workFolder({ 'a.txt': 'a', link: { to: 'a.txt' } });
    const report = await exportFiles(from, to, { symlinks: 'skip' });
    expect(report).toMatchObject({ total: 1, details: { linksSkipped: 1 } });
    expect(contentsOf(to)).toEqual({ 'a.txt': 'a' });
  });

  it('are exported as what they lead to with follow', async () => {
    const { from, to } = workFolder({
      'a.txt': 'a',
      'to-file': { to: 'a.txt' },
      'to-folder': { to: 'sub' },
      sub: { 'b.txt': 'b' },
    });
    const report = await exportFiles(from, to, { symlinks: 'follow' });
    expect(report.counts).toMatchObject({ created: 4, failed: 0 });
    expect(contentsOf(to)).toEqual({
      'a.txt': 'a',
      'to-file': 'a',
      'to-folder': '(folder)',
      'to-folder/b.txt': 'b',
      sub: '(folder)',
      'sub/b.txt': 'b',
    });
    const again = await exportFiles(from, to, { symlinks: 'follow' });
    expect(again.counts).toMatchObject({ created: 0, unchanged: 4 });
  });

  it('one that leads out of the source folder is refused with follow, by name', async () => {
    const { root, from, to } = workFolder({
      out: { to: '../secret.txt' },
      'out-folder': { to: '..' },
      absolute: { to: '/etc/hostname' },
    });
    writeFileSync(join(root, 'secret.txt'), 'secret');
    const report = await exportFiles(from, to, { symlinks: 'follow' });
    expect(report.counts).toMatchObject({ created: 0, failed: 3 });
    expect(report.items.every(({ reason }) => reason?.includes('out of the source'))).toBe(true);
    expect(contentsOf(to)).toEqual({});
  });

  it('a dangling one is a failed item with follow', async () => {
    const { from, to } = workFolder({ dangling: { to: 'nothing' }, 'a.txt': 'a' });
    const report = await exportFiles(from, to, { symlinks: 'follow' });
    expect(report.counts).toMatchObject({ created: 1, failed: 1 });
  });

  it('a loop of them ends: the link that leads back is a failed item', async () => {
    const { from, to } = workFolder({
      sub: { up: { to: '..' }, 'a.txt': 'a', self: { to: 'self' } },
      x: { 'to-y': { to: '../y' } },
      y: { 'to-x': { to: '../x' } },
    });
    const report = await exportFiles(from, to, { symlinks: 'follow' });
    expect(report.counts).toMatchObject({ created: 1, failed: 4 });
    expect((await exportFiles(from, to, { symlinks: 'copy' })).counts.failed).toBe(0);
  });

  it('one that is named as a source is followed: the caller asked for what it names', async () => {
    const { root, from, to } = workFolder({ 'a.txt': 'a' });
    symlinkSync('from/a.txt', join(root, 'link.txt'));
    symlinkSync('from', join(root, 'folder'));
    await exportFiles([join(root, 'link.txt'), join(root, 'folder')], to);
    expect(contentsOf(to)).toEqual({ 'a.txt': 'a', 'link.txt': 'a' });
    expect(contentsOf(from)).toEqual({ 'a.txt': 'a' });
  });

  it('a destination that is a link to a folder is followed: the caller named it', async () => {
    const { root, from } = workFolder({ 'a.txt': 'a' });
    plant(root, { real: {}, link: { to: 'real' } });
    await exportFiles(from, join(root, 'link'));
    expect(contentsOf(join(root, 'real'))).toEqual({ 'a.txt': 'a' });
  });
});

describe('a link that is swapped into the destination meanwhile', () => {
  it('in place of a folder that is being written in: nothing is written outside', async () => {
    const { root, from, to } = workFolder({ sub: { 'a.txt': 'a', 'b.txt': 'b' } });
    plant(root, { outside: {}, to: { sub: {} } });
    const swapped = rightBefore('linkSync', () => swapForLink(root, to));
    await exportFiles(from, to);
    expect(swapped.happened).toBe(true);
    expect(contentsOf(join(root, 'outside'))).toEqual({});
  });

  it('in place of a folder that was looked at, before it is opened: the item fails', async () => {
    const { root, from, to } = workFolder({ sub: { 'a.txt': 'a', 'b.txt': 'b' } });
    plant(root, { outside: {}, to: { sub: {} } });
    const swapped = rightBefore(
      'openSync',
      () => swapForLink(root, to),
      ({ path }) => path.endsWith('/sub'),
    );
    const report = await exportFiles(from, to, { durability: 'none' });
    expect(swapped.happened).toBe(true);
    expect(report.counts).toMatchObject({ created: 0, failed: 2 });
    expect(contentsOf(join(root, 'outside'))).toEqual({});
  });

  it('in place of a folder that was about to be made: the items fail', async () => {
    const { root, from, to } = workFolder({ sub: { 'a.txt': 'a' } });
    plant(root, { outside: {}, to: {} });
    const swapped = rightBefore(
      'mkdirSync',
      () => symlinkSync('../outside', join(to, 'sub')),
      ({ path }) => path.endsWith('/sub'),
    );
    const report = await exportFiles(from, to);
    expect(swapped.happened).toBe(true);
    expect(report.counts).toMatchObject({ created: 0, failed: 1 });
    expect(contentsOf(join(root, 'outside'))).toEqual({});
  });

  it('in place of a folder, with replace: the file outside keeps its bytes', async () => {
    const { root, from, to } = workFolder({ sub: { 'a.txt': 'new' } });
    plant(root, { outside: { 'a.txt': 'outside' }, to: { sub: { 'a.txt': 'old' } } });
    const swapped = rightBefore('renameSync', () => swapForLink(root, to));
    await exportFiles(from, to, { onConflict: 'replace' });
    expect(swapped.happened).toBe(true);
    expect(readFileSync(join(root, 'outside', 'a.txt'), 'utf8')).toBe('outside');
  });
});

function swapForLink(root: string, to: string): void {
  renameSync(join(to, 'sub'), join(root, 'moved-away'));
  symlinkSync('../outside', join(to, 'sub'));
}
