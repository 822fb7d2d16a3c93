import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exitCode } from '../../../src/core/exit-code.ts';
import { exportFiles } from '../../../src/ensure/files/index.ts';
import { contentsOf, leftoversIn, manifestOf, plant, workFolder } from '../../support/tree.ts';

describe('a name that is taken by other content', () => {
  it('a file torn by another tool differs, it is not skipped', async () => {
    const { from, to } = workFolder({ 'big.bin': 'all of the content' });
    plant(to, { 'big.bin': 'all of' });
    const report = await exportFiles(from, to);
    expect(report.counts).toMatchObject({ differs: 1, unchanged: 0 });
    expect(exitCode(report)).toBe(3);
    expect(report.items[0]?.reason).toContain('other content');
  });

  it('a file of no bytes, as a power cut leaves it, differs', async () => {
    const { from, to } = workFolder({ 'a.txt': 'content', 'empty.txt': '' });
    plant(to, { 'a.txt': '', 'empty.txt': '' });
    const report = await exportFiles(from, to);
    expect(report.counts).toMatchObject({ differs: 1, unchanged: 1 });
    expect(report.items[0]?.item).toBe('a.txt');
  });

  it('a torn file that has the source’s size, all zeros, differs', async () => {
    const { from, to } = workFolder({ 'a.txt': 'content' });
    plant(to, { 'a.txt': Buffer.alloc(7) });
    expect((await exportFiles(from, to)).counts.differs).toBe(1);
  });

  it('a file that its owner edited in the destination differs, and keeps its bytes', async () => {
    const { from, to } = workFolder({ 'letter.txt': 'as exported' });
    await exportFiles(from, to);
    writeFileSync(join(to, 'letter.txt'), 'edited by hand');
    const before = manifestOf(to);
    const report = await exportFiles(from, to);
    expect(report.counts.differs).toBe(1);
    expect(manifestOf(to)).toEqual(before);
  });

  it('with keep the report is ok, still counts what differs, and changes nothing', async () => {
    const { from, to } = workFolder({ 'a.txt': 'new', 'b.txt': 'b' });
    plant(to, { 'a.txt': 'old' });
    const report = await exportFiles(from, to, { onConflict: 'keep' });
    expect(report).toMatchObject({ ok: true, counts: { differs: 1, created: 1 } });
    expect(exitCode(report, ['differs'])).toBe(0);
    expect(contentsOf(to)).toEqual({ 'a.txt': 'old', 'b.txt': 'b' });
  });

  it('with replace the file is replaced once, and found in place after that', async () => {
    const { from, to } = workFolder({ 'a.txt': 'new', 'b.txt': 'b' });
    plant(to, { 'a.txt': 'old', 'c.txt': 'not ours' });
    const first = await exportFiles(from, to, { onConflict: 'replace' });
    expect(first.counts).toMatchObject({ updated: 1, created: 1 });
    expect(contentsOf(to)).toEqual({ 'a.txt': 'new', 'b.txt': 'b', 'c.txt': 'not ours' });
    expect(leftoversIn(to)).toEqual([]);
    const before = manifestOf(to);
    const second = await exportFiles(from, to, { onConflict: 'replace' });
    expect(second.counts).toMatchObject({ updated: 0, created: 0, unchanged: 2 });
    expect(manifestOf(to)).toEqual(before);
  });

  it('a folder of the source does not replace a file, not even with replace', async () => {
    const { from, to } = workFolder({ 'a.txt': 'new' });
    plant(to, { 'a.txt': 'old' });
    rmSync(join(from, 'a.txt'));
    mkdirSync(join(from, 'a.txt'));
    writeFileSync(join(from, 'a.txt', 'inner.txt'), 'a folder now');
    const report = await exportFiles(from, to, { onConflict: 'replace' });
    expect(report.counts.differs).toBe(1);
    expect(contentsOf(to)).toEqual({ 'a.txt': 'old' });
  });
});

describe('on-conflict rename', () => {
  it('exports under a name that comes from the content', async () => {
    const { from, to } = workFolder({ 'report.pdf': 'new' });
    plant(to, { 'report.pdf': 'old' });
    const report = await exportFiles(from, to, { onConflict: 'rename' });
    expect(report).toMatchObject({ ok: true, counts: { created: 1 } });
    expect(Object.keys(contentsOf(to))).toEqual(['report.pdf', 'report~11507a0e.pdf']);
    expect(readFileSync(join(to, 'report~11507a0e.pdf'), 'utf8')).toBe('new');
  });

  it('run twice and three times makes no further file', async () => {
    const { from, to } = workFolder({ 'report.pdf': 'new', 'notes.txt': 'same' });
    plant(to, { 'report.pdf': 'old', 'notes.txt': 'same' });
    await exportFiles(from, to, { onConflict: 'rename' });
    const before = manifestOf(to);
    for (const _ of ['second', 'third']) {
      const report = await exportFiles(from, to, { onConflict: 'rename' });
      expect(report.counts).toMatchObject({ created: 0, unchanged: 2 });
      expect(manifestOf(to)).toEqual(before);
    }
  });

  it('a new version gets a further name, the older ones stay', async () => {
    const { from, to } = workFolder({ 'a.txt': 'two' });
    plant(to, { 'a.txt': 'one' });
    await exportFiles(from, to, { onConflict: 'rename' });
    writeFileSync(join(from, 'a.txt'), 'three');
    await exportFiles(from, to, { onConflict: 'rename' });
    expect(Object.values(contentsOf(to)).sort()).toEqual(['one', 'three', 'two']);
    const last = await exportFiles(from, to, { onConflict: 'rename' });
    expect(last.counts).toMatchObject({ created: 0, unchanged: 1 });
  });

  it('a suffixed name that is taken by other content differs', async () => {
    const { from, to } = workFolder({ 'a.txt': 'new' });
    plant(to, { 'a.txt': 'old', 'a~11507a0e.txt': 'somebody else’s' });
    const before = manifestOf(to);
    const report = await exportFiles(from, to, { onConflict: 'rename' });
    expect(report.counts).toMatchObject({ differs: 1, created: 0 });
    expect(manifestOf(to)).toEqual(before);
  });

  it('a name of 255 bytes is shortened for its suffix, and found again', async () => {
    const long = `${'n'.repeat(251)}.txt`;
    const { from, to } = workFolder({ [long]: 'new' });
    plant(to, { [long]: 'old' });
    const first = await exportFiles(from, to, { onConflict: 'rename' });
    expect(first.counts.created).toBe(1);
    expect(Object.keys(contentsOf(to)).every((name) => name.length === 255)).toBe(true);
    const second = await exportFiles(from, to, { onConflict: 'rename' });
    expect(second.counts).toMatchObject({ created: 0, unchanged: 1 });
  });
});

describe('the identity of a file', () => {
  it('the same size and time is the same file by default, whatever its bytes', async () => {
    const { from, to } = sameSizeAndTime();
    const report = await exportFiles(from, to);
    expect(report.counts.unchanged).toBe(1);
    expect(report.details?.compared).toEqual({ name: 0, size: 0, time: 1, content: 0 });
  });

  it('with identity content the same size and time but other bytes differs', async () => {
    const { from, to } = sameSizeAndTime();
    const report = await exportFiles(from, to, { identity: 'content' });
    expect(report.counts.differs).toBe(1);
    expect(report.details?.compared).toEqual({ name: 0, size: 0, time: 0, content: 1 });
  });

  it('a source that was only touched is compared by its bytes and skipped', async () => {
    const { from, to } = workFolder({ 'a.txt': 'content' });
    await exportFiles(from, to);
    utimesSync(join(from, 'a.txt'), 1, 1);
    const before = manifestOf(to);
    const report = await exportFiles(from, to);
    expect(report.counts.unchanged).toBe(1);
    expect(report.details?.compared).toMatchObject({ time: 0, content: 1 });
    expect(manifestOf(to)).toEqual(before);
  });

  it('with identity size other bytes of the same size are the same, another size differs', async () => {
    const { from, to } = workFolder({ 'a.txt': 'aaaa', 'b.txt': 'bbbb' });
    plant(to, { 'a.txt': 'xxxx', 'b.txt': 'longer' });
    const report = await exportFiles(from, to, { identity: 'size' });
    expect(report.counts).toMatchObject({ unchanged: 1, differs: 1 });
  });

  it('with identity name nothing is compared, and the report says so', async () => {
    const { from, to } = workFolder({ 'a.txt': 'aaaa', 'b.txt': 'bbbb' });
    plant(to, { 'a.txt': '' });
    const report = await exportFiles(from, to, { identity: 'name' });
    expect(report.counts).toMatchObject({ unchanged: 1, created: 1 });
    expect(report.details?.compared).toEqual({ name: 1, size: 0, time: 0, content: 0 });
  });

  it('one byte that differs in a large file is found', async () => {
    const bytes = Buffer.alloc(3 * 1024 ** 2 + 17, 'x');
    const { from, to } = workFolder({ 'big.bin': bytes });
    bytes[bytes.length - 1] = 0;
    plant(to, { 'big.bin': bytes });
    const report = await exportFiles(from, to, { identity: 'content' });
    expect(report.counts.differs).toBe(1);
  });
});

function sameSizeAndTime(): { from: string; to: string } {
  const folders = workFolder({ 'a.txt': 'aaaa' });
  plant(folders.to, { 'a.txt': 'bbbb' });
  for (const folder of [folders.from, folders.to]) utimesSync(join(folder, 'a.txt'), 1e9, 1e9);
  return folders;
}
