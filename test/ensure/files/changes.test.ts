import {
  appendFileSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportFiles } from '../../../src/ensure/files/index.ts';
import { onFsCall, rightBefore } from '../../support/files-hooks.ts';
import { contentsOf, leftoversIn, manyFiles, plant, workFolder } from '../../support/tree.ts';

const LARGE = 3 * 1024 ** 2;

describe('a source that changes while it is exported', () => {
  it('a source that grows while it is copied is not exported torn', async () => {
    const { from, to } = workFolder({ 'log.txt': 'one' });
    const file = join(from, 'log.txt');
    onFsCall('readSync', ({ index, proceed }) => {
      if (index === 0) appendFileSync(file, ' two');
      return proceed();
    });
    const report = await exportFiles(from, to);
    expect(report.counts.created).toBe(1);
    expect(contentsOf(to)).toEqual({ 'log.txt': 'one two' });
  });

  it('a source that never stops growing is a failed item, and nothing of it is visible', async () => {
    const { from, to } = workFolder({ 'log.txt': 'one', 'still.txt': 'still' });
    onFsCall('readSync', ({ proceed }) => {
      appendFileSync(join(from, 'log.txt'), ' more');
      return proceed();
    });
    const report = await exportFiles(from, to, { include: ['*.txt'] });
    expect(report.counts).toMatchObject({ created: 1, failed: 1 });
    expect(report.items[0]?.reason).toContain('changed while it was being copied');
    expect(contentsOf(to)).toEqual({ 'still.txt': 'still' });
  });

  it('a source that shrinks while it is copied is not exported torn', async () => {
    const { from, to } = workFolder({ 'log.txt': 'one two three' });
    onFsCall('readSync', ({ index, proceed }) => {
      if (index === 0) truncateSync(join(from, 'log.txt'), 3);
      return proceed();
    });
    await exportFiles(from, to);
    expect(contentsOf(to)).toEqual({ 'log.txt': 'one' });
  });

  it('a source that is rewritten in place, at the same size, is not exported as a mix', async () => {
    const { from, to } = workFolder({ 'data.bin': 'aaaa' });
    const file = join(from, 'data.bin');
    onFsCall('readSync', ({ index, proceed }) => {
      const result = proceed();
      if (index === 0) writeFileSync(file, 'bbbb');
      return result;
    });
    await exportFiles(from, to);
    expect(contentsOf(to)).toEqual({ 'data.bin': 'bbbb' });
  });

  it('a large source that grows while it is copied is not exported torn', async () => {
    const { from, to } = workFolder({ 'log.bin': Buffer.alloc(LARGE, 'a') });
    const file = join(from, 'log.bin');
    afterCopy(1, () => appendFileSync(file, 'more'));
    const report = await exportFiles(from, to);
    expect(report.counts.created).toBe(1);
    expect(readFileSync(join(to, 'log.bin')).equals(readFileSync(file))).toBe(true);
    expect(leftoversIn(to)).toEqual([]);
  });

  it('a large source that never stops growing is a failed item', async () => {
    const { from, to } = workFolder({ 'log.bin': Buffer.alloc(LARGE, 'a') });
    afterCopy(2, () => appendFileSync(join(from, 'log.bin'), 'more'));
    const report = await exportFiles(from, to);
    expect(report.counts.failed).toBe(1);
    expect(contentsOf(to)).toEqual({});
  });

  it('a source that is replaced during its copy is exported old or new, never a mix', async () => {
    const whole = Buffer.alloc(LARGE, 'n');
    const { root, from, to } = workFolder({ 'data.bin': Buffer.alloc(LARGE, 'o') });
    writeFileSync(join(root, 'new.bin'), whole);
    const replaced = rightBefore('copyFile', () => {
      renameSync(join(root, 'new.bin'), join(from, 'data.bin'));
    });
    const report = await exportFiles(from, to);
    expect(report.counts.created).toBe(1);
    expect(replaced.happened).toBe(true);
    const bytes = readFileSync(join(to, 'data.bin'));
    expect(bytes.length).toBe(LARGE);
    expect(new Set(bytes).size).toBe(1);
  });

  it('a source that is replaced by a link after it was listed is not followed', async () => {
    const { root, from, to } = workFolder({ 'data.txt': 'data' });
    plant(root, { 'secret.txt': 'secret', link: { to: '../secret.txt' } });
    rightBefore(
      'openSync',
      () => {
        rmSync(join(from, 'data.txt'));
        renameSync(join(root, 'link'), join(from, 'data.txt'));
      },
      ({ path }) => path.endsWith('/data.txt'),
    );
    const report = await exportFiles(from, to);
    expect(report.counts.failed).toBe(1);
    expect(contentsOf(to)).toEqual({});
  });

  it('a source that vanishes after it was listed is a failed item, the others are exported', async () => {
    const { from, to } = workFolder(manyFiles(10));
    rightBefore('openSync', () => rmSync(join(from, 'file-0004.txt')));
    const report = await exportFiles(from, to);
    expect(report.counts).toMatchObject({ created: 9, failed: 1 });
    expect(report.items[0]).toMatchObject({ item: 'file-0004.txt', outcome: 'failed' });
    const again = await exportFiles(from, to);
    expect(again.counts).toMatchObject({ unchanged: 9, failed: 0 });
  });

  it('a source that vanishes before it is compared is a failed item, not a skip', async () => {
    const { from, to } = workFolder(manyFiles(3));
    await exportFiles(from, to);
    rightBefore('lstatSync', () => rmSync(join(from, 'file-0001.txt')), isInside(from));
    const report = await exportFiles(from, to);
    expect(report.counts).toMatchObject({ unchanged: 2, failed: 1 });
  });
});

function isInside(folder: string): (call: { path: string }) => boolean {
  return ({ path }) => path.startsWith(`${folder}/`);
}

/** Runs after each of the first copies of a large file, when the copy is opened again. */
function afterCopy(times: number, act: () => void): void {
  let count = 0;
  onFsCall('openSync', ({ args, path, proceed }) => {
    if (args[1] === 'r' && /\/fd\/\d+\/\d+$/.test(path) && count++ < times) act();
    return proceed();
  });
}
