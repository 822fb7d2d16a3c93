import {
  closeSync,
  copyFileSync,
  lutimesSync,
  openSync,
  statSync,
  truncateSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportFiles } from '../../../src/ensure/files/index.ts';
import { contentsOf, manifestOf, workFolder } from '../../support/tree.ts';

const MB = 1024 ** 2;
const GB = 1024 ** 3;

describe('times', () => {
  const TIMES: Record<string, string> = {
    'before 1970': '-86400.5',
    'just before 1970': '-0.001',
    '1970': '0',
    'with nanoseconds': '1700000000.123456789',
    'far in the future': '4102444800.75',
    'a second in whole': '1600000000',
  };

  it('before 1970, of 0, in the future and of nanoseconds are kept, and found again', async () => {
    const { from, to } = workFolder(
      Object.fromEntries(Object.keys(TIMES).map((name) => [name, name])),
    );
    for (const [name, time] of Object.entries(TIMES)) utimesSync(join(from, name), time, time);
    await exportFiles(from, to);
    for (const name of Object.keys(TIMES)) {
      const [source, copy] = [from, to].map((folder) => statSync(join(folder, name)).mtimeMs);
      expect(Math.abs((source ?? 0) - (copy ?? 1))).toBeLessThan(0.002);
    }
    const before = manifestOf(to);
    const second = await exportFiles(from, to);
    expect(second.counts.unchanged).toBe(Object.keys(TIMES).length);
    expect(second.details?.compared).toMatchObject({ content: 0 });
    expect(manifestOf(to)).toEqual(before);
  });

  it('that a copy cannot keep to the nanosecond are no difference on the second run', async () => {
    const count = 200;
    const { from, to } = workFolder(
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, `${index}`])),
    );
    await exportFiles(from, to);
    const second = await exportFiles(from, to);
    expect(second.counts).toMatchObject({ unchanged: count, differs: 0 });
    expect(second.details?.compared).toMatchObject({ time: count, content: 0 });
  });

  it('of a large file are kept too', async () => {
    const { from, to } = workFolder({ 'large.bin': Buffer.alloc(2 * MB) });
    utimesSync(join(from, 'large.bin'), '-1000.25', '-1000.25');
    await exportFiles(from, to);
    expect(statSync(join(to, 'large.bin')).mtimeMs).toBeCloseTo(-1_000_250, 2);
  });

  it('of a link make no difference: only where it leads counts', async () => {
    const { from, to } = workFolder({ link: { to: 'somewhere' } });
    await exportFiles(from, to);
    lutimesSync(join(from, 'link'), 1, 1);
    expect((await exportFiles(from, to)).counts.unchanged).toBe(1);
  });
});

describe('contents', () => {
  it('of every size around the limits arrive whole, and are found again', async () => {
    const sizes = [0, 1, 4095, 4096, MB - 1, MB, MB + 1, 4 * MB, 4 * MB + 1];
    const { from, to } = workFolder(
      Object.fromEntries(sizes.map((size) => [`size-${size}`, Buffer.alloc(size, `${size}`)])),
    );
    const report = await exportFiles(from, to);
    expect(report.counts.created).toBe(sizes.length);
    expect(report.details?.bytes).toBe(sizes.reduce((sum, size) => sum + size, 0));
    expect(contentsOf(to)).toEqual(contentsOf(from));
    expect((await exportFiles(from, to, { identity: 'content' })).counts.unchanged).toBe(
      sizes.length,
    );
  });

  it('a large sparse file stays sparse, and is found again', async () => {
    const { from, to } = workFolder({ 'sparse.img': '' });
    const path = join(from, 'sparse.img');
    truncateSync(path, GB);
    writeAt(path, GB / 2, 'in the middle');
    await exportFiles(from, to, { durability: 'none' });
    const { size, blocks } = statSync(join(to, 'sparse.img'));
    expect(size).toBe(GB);
    expect(blocks * 512).toBeLessThan(16 * MB);
    expect((await exportFiles(from, to)).counts.unchanged).toBe(1);
  });

  it('a sparse file that ends in data, or in a hole, has its full size', async () => {
    const { from, to } = workFolder({ 'data-last': '', 'hole-last': '', 'all-hole': '' });
    writeAt(join(from, 'data-last'), 9 * MB, 'end');
    writeAt(join(from, 'hole-last'), 0, 'start');
    truncateSync(join(from, 'hole-last'), 9 * MB + 1);
    truncateSync(join(from, 'all-hole'), 9 * MB + 1);
    await exportFiles(from, to);
    expect(contentsOf(to)).toEqual(contentsOf(from));
  });

  it('a sparse file of a terabyte can be interrupted at once, and leaves nothing', async () => {
    const { from, to } = workFolder({ 'huge.img': '' });
    truncateSync(join(from, 'huge.img'), 1024 * GB);
    const controller = new AbortController();
    const report = await exportFiles(from, to, {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    expect(report.counts).toMatchObject({ created: 0, untried: 1, failed: 0 });
    expect(contentsOf(to)).toEqual({});
  });

  it('a copy made by cp is found in place by its bytes', async () => {
    const { from, to } = workFolder({ 'a.txt': 'a', 'large.bin': Buffer.alloc(3 * MB, 'x') });
    await exportFiles(from, to);
    for (const name of ['a.txt', 'large.bin']) copyFileSync(join(from, name), join(to, name));
    const report = await exportFiles(from, to);
    expect(report.counts.unchanged).toBe(2);
    expect(report.details?.compared.content).toBe(2);
  });
});

function writeAt(path: string, position: number, text: string): void {
  const fd = openSync(path, 'r+');
  writeSync(fd, text, position);
  closeSync(fd);
}
