import { rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ReportItem } from '../../../src/core/report.ts';
import { type ExportOptions, exportFiles } from '../../../src/ensure/files/index.ts';
import { onFsCall } from '../../support/files-hooks.ts';
import { contentsOf, manifestOf, plant, type Tree, workFolder } from '../../support/tree.ts';

const SOURCE: Tree = {
  'new.txt': 'new',
  'same.txt': 'same',
  'other.txt': 'source',
  'type.txt': 'a file',
  link: { to: 'same.txt' },
  empty: {},
  sub: { 'new.txt': 'new too', 'same.txt': 'same too' },
  '1': { 'twin.txt': 'twin', 'clash.txt': 'one' },
  '2': { 'twin.txt': 'twin', 'clash.txt': 'two' },
};
const THERE: Tree = {
  'same.txt': 'same',
  'other.txt': 'target',
  'type.txt': {},
  sub: { 'same.txt': 'same too' },
};
const WRITES = [
  'writeFileSync',
  'writeSync',
  'write',
  'mkdirSync',
  'linkSync',
  'symlinkSync',
  'renameSync',
  'unlinkSync',
  'rmdirSync',
  'fchmodSync',
  'futimesSync',
  'ftruncateSync',
  'fsync',
] as const;

/** No call that changes anything may be made from now on. */
function forbidWrites(): string[] {
  const made: string[] = [];
  for (const name of WRITES) {
    onFsCall(name, ({ path, proceed }) => {
      made.push(`${name} ${path}`);
      return proceed();
    });
  }
  return made;
}

describe('a dry run', () => {
  const VARIANTS: [string, ExportOptions][] = [
    ['by default', {}],
    ['flat', { flat: true }],
    ['with keep', { onConflict: 'keep' }],
    ['with replace', { onConflict: 'replace' }],
    ['with rename', { onConflict: 'rename' }],
    ['with identity name', { identity: 'name' }],
    ['with identity content', { identity: 'content' }],
    ['with follow', { symlinks: 'follow' }],
    ['with globs', { include: ['*.txt'], exclude: ['sub'] }],
  ];

  it.each(VARIANTS)('writes nothing and predicts the real run exactly: %s', async (_, options) => {
    const { root, from, to } = workFolder(SOURCE);
    plant(to, THERE);
    const before = manifestOf(root);
    const told: ReportItem[] = [];
    const dry = await exportFiles(from, to, {
      ...options,
      dryRun: true,
      onItem: (item) => told.push(item),
    });
    expect(manifestOf(root)).toEqual(before);
    const done: ReportItem[] = [];
    const real = await exportFiles(from, to, { ...options, onItem: (item) => done.push(item) });
    expect(dry.dryRun).toBe(true);
    expect(dry.counts).toEqual(real.counts);
    expect(told).toEqual(done);
  });

  it('makes no call that changes anything', async () => {
    const { from, to } = workFolder(SOURCE);
    plant(to, THERE);
    const made = forbidWrites();
    await exportFiles(from, to, { dryRun: true, onConflict: 'replace' });
    expect(made).toEqual([]);
  });

  it('does not make the destination', async () => {
    const { root, from, to } = workFolder(SOURCE);
    const before = manifestOf(root);
    const report = await exportFiles(from, to, { dryRun: true });
    expect(report).toMatchObject({ ok: true, details: { made: false } });
    expect(manifestOf(root)).toEqual(before);
  });
});

describe('verify', () => {
  it('writes nothing, makes no destination, and counts what is missing as differing', async () => {
    const { root, from, to } = workFolder({ 'a.txt': 'a', 'b.txt': 'b' });
    const before = manifestOf(root);
    const report = await exportFiles(from, to, { verify: true });
    expect(report.counts).toMatchObject({ differs: 2, created: 0 });
    expect(report.items[0]?.reason).toBe('is not in the folder');
    expect(manifestOf(root)).toEqual(before);
  });

  it('finds other content behind the same size and time, and changes nothing', async () => {
    const { root, from, to } = workFolder({ 'a.txt': 'aaaa', 'b.txt': 'bbbb' });
    await exportFiles(from, to);
    expect((await exportFiles(from, to, { verify: true })).counts.unchanged).toBe(2);
    damage(from, to, 'a.txt');
    const before = manifestOf(root);
    const made = forbidWrites();
    const report = await exportFiles(from, to, { verify: true, onConflict: 'replace' });
    expect(report.counts).toMatchObject({ unchanged: 1, differs: 1, updated: 0 });
    expect(report.ok).toBe(false);
    expect(made).toEqual([]);
    expect(manifestOf(root)).toEqual(before);
  });

  it('looks at the listed files only, and says nothing of others in the folder', async () => {
    const { from, to } = workFolder({ 'a.txt': 'a', 'b.txt': 'b' });
    plant(to, { 'a.txt': 'a', 'other.txt': 'other' });
    const report = await exportFiles(from, to, { verify: true, only: ['a.txt'] });
    expect(report).toMatchObject({ ok: true, total: 1 });
  });
});

/** Changes the bytes of an exported file, as a bad disk does: size and time stay. */
function damage(from: string, to: string, name: string): void {
  rmSync(join(to, name));
  writeFileSync(join(to, name), 'damn');
  const seconds = statSync(join(from, name)).mtimeMs / 1000;
  utimesSync(join(to, name), seconds, seconds);
  expect(contentsOf(to)[name]).toBe('damn');
}
