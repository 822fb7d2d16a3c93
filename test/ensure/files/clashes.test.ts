import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exitCode } from '../../../src/core/exit-code.ts';
import { markClashes } from '../../../src/ensure/files/clashes.ts';
import { createFilter } from '../../../src/ensure/files/filter.ts';
import { exportFiles } from '../../../src/ensure/files/index.ts';
import { toBytes } from '../../../src/ensure/files/names.ts';
import type { Plan } from '../../../src/ensure/files/plan.ts';
import { planSources } from '../../../src/ensure/files/sources.ts';
import { onFsCall } from '../../support/files-hooks.ts';
import { contentsOf, plant, type Tree, workFolder } from '../../support/tree.ts';

const FOLDING = { case: true, unicode: true };

describe('two sources that want one name', () => {
  it('two files of one name and other content are both left out, found before the first write', async () => {
    const { from, to } = workFolder({
      '1': { 'report.pdf': 'first' },
      '2': { 'report.pdf': 'second' },
      '0': { 'other.pdf': 'other' },
    });
    let clashing = 0;
    onFsCall('linkSync', ({ proceed, args }) => {
      if (String(args[1]).includes('report')) clashing++;
      return proceed();
    });
    const report = await exportFiles(from, to, { flat: true });
    expect(report.counts).toMatchObject({ created: 1, differs: 2 });
    expect(exitCode(report)).toBe(3);
    expect(contentsOf(to)).toEqual({ 'other.pdf': 'other' });
    for (const { reason } of report.items) {
      expect(reason).toMatch(/wants the same name as .*[12]\/report\.pdf/);
    }
    expect(clashing).toBe(0);
  });

  it('two files of one name and the same content are exported once, the other is skipped', async () => {
    const { from, to } = workFolder({ '1': { 'a.txt': 'same' }, '2': { 'a.txt': 'same' } });
    const report = await exportFiles(from, to, { flat: true });
    expect(report.counts).toMatchObject({ created: 1, unchanged: 1 });
    const again = await exportFiles(from, to, { flat: true });
    expect(again.counts).toMatchObject({ created: 0, unchanged: 2 });
  });

  it('one of three that differs leaves all three out', async () => {
    const { from, to } = workFolder({
      '1': { 'a.txt': 'same' },
      '2': { 'a.txt': 'same' },
      '3': { 'a.txt': 'else' },
    });
    const report = await exportFiles(from, to, { flat: true });
    expect(report.counts).toMatchObject({ created: 0, differs: 3 });
    expect(contentsOf(to)).toEqual({});
  });

  it('a clash is reported again on every run, and writes nothing then either', async () => {
    const { from, to } = workFolder({ '1': { 'a.txt': 'one' }, '2': { 'a.txt': 'two' } });
    for (const onConflict of ['report', 'keep', 'replace', 'rename'] as const) {
      const report = await exportFiles(from, to, { flat: true, onConflict });
      expect(report.counts).toMatchObject({ created: 0, updated: 0, differs: 2 });
      expect(contentsOf(to)).toEqual({});
    }
  });

  it('files named one by one clash like those of a folder', async () => {
    const { root, to } = workFolder();
    plant(root, { x: { 'a.txt': 'x' }, y: { 'a.txt': 'y', 'b.txt': 'b' } });
    const files = ['x/a.txt', 'y/a.txt', 'y/b.txt'].map((path) => join(root, path));
    const report = await exportFiles(files, to);
    expect(report.counts).toMatchObject({ created: 1, differs: 2 });
    expect(contentsOf(to)).toEqual({ 'b.txt': 'b' });
  });

  it('two folders are merged, and only files that clash are left out', async () => {
    const { root, to } = workFolder();
    plant(root, {
      x: { sub: { 'a.txt': 'x', 'only-x.txt': 'x' } },
      y: { sub: { 'a.txt': 'y', 'only-y.txt': 'y' } },
    });
    const report = await exportFiles([join(root, 'x'), join(root, 'y')], to);
    expect(report.counts).toMatchObject({ created: 2, differs: 2 });
    expect(contentsOf(to)).toEqual({
      sub: '(folder)',
      'sub/only-x.txt': 'x',
      'sub/only-y.txt': 'y',
    });
  });

  it('a file and a folder that want one name are both left out', async () => {
    const { root, to } = workFolder();
    plant(root, { x: { name: 'a file' }, y: { name: { 'inner.txt': 'inner' } } });
    const report = await exportFiles([join(root, 'x'), join(root, 'y')], to);
    expect(report.counts).toMatchObject({ created: 0, differs: 2 });
    expect(contentsOf(to)).toEqual({});
  });

  it('a source that is named twice is one item', async () => {
    const { from, to } = workFolder({ 'a.txt': 'a' });
    const file = join(from, 'a.txt');
    expect((await exportFiles([file, file], to)).total).toBe(1);
  });

  it('names that differ by case, or by their Unicode form, are two files on a file system that tells them apart', async () => {
    const { from, to } = workFolder({
      'A.txt': 'large',
      'a.txt': 'small',
      'e\u0301.txt': 'decomposed',
      '\u00e9.txt': 'composed',
    });
    const report = await exportFiles(from, to);
    expect(report.counts.created).toBe(4);
    expect(contentsOf(to)).toEqual(contentsOf(from));
    expect((await exportFiles(from, to)).counts.unchanged).toBe(4);
  });
});

describe('names on a destination that ignores case and Unicode form', () => {
  const clashesOf = async (tree: Tree, folding = FOLDING): Promise<string[]> => {
    const plan = await planned(workFolder(tree).from);
    await markClashes(plan, folding);
    return plan.folders.flatMap(({ clashes }) => [...clashes.keys()]).sort();
  };

  it('A.txt and a.txt clash', async () => {
    expect(await clashesOf({ 'A.txt': 'A', 'a.txt': 'a', 'b.txt': 'b' })).toEqual([
      'A.txt',
      'a.txt',
    ]);
  });

  it('a name and the same name in another Unicode form clash', async () => {
    const tree = { 'e\u0301.txt': 'decomposed', '\u00e9.txt': 'composed', 'e.txt': 'e' };
    expect(await clashesOf(tree)).toHaveLength(2);
    expect(await clashesOf(tree, { case: true, unicode: false })).toEqual([]);
  });

  it('letters that fold to several, and to one another, clash', async () => {
    expect(await clashesOf({ straße: '1', STRASSE: '2' })).toHaveLength(2);
    expect(await clashesOf({ ς: '1', σ: '2', Σ: '3' })).toHaveLength(3);
    expect(await clashesOf({ É: '1', 'e\u0301': '2' })).toHaveLength(2);
  });

  it('folders that become one do not clash, but the files in them do', async () => {
    const tree = { Sub: { 'a.txt': '1', 'b.txt': 'b' }, sub: { 'A.TXT': '2', 'c.txt': 'c' } };
    expect(await clashesOf(tree)).toEqual(['A.TXT', 'a.txt']);
  });

  it('the same content under two such names is one file', async () => {
    expect(await clashesOf({ 'A.txt': 'same', 'a.txt': 'same' })).toEqual([]);
  });
});

async function planned(from: string): Promise<Plan> {
  const options = { flat: false, symlinks: 'copy', filter: await createFilter({}) } as const;
  return planSources([toBytes(from)], undefined, options);
}
