import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { progressLine } from '../../src/cli/progress-line.ts';
import { noCounts } from '../../src/core/outcome.ts';

const state = (finished: number, total: number, bytes = 0) => ({
  finished,
  total,
  bytes,
  counts: noCounts(),
});
const frame = { elapsedMs: 2000, columns: 120, unicode: true };

describe('the progress line', () => {
  it('shows a bar, files, bytes, rate and time left', () => {
    expect(progressLine('Exporting', state(50, 100, 1_500_000), frame)).toBe(
      `Exporting ${'█'.repeat(15)}${'░'.repeat(15)} 50/100 files, 1.5 MB, 25 files/s, 2 s left`,
    );
  });

  it('drops the last facts first where the terminal is narrow', () => {
    const line = (columns: number) =>
      progressLine('Exporting', state(50, 100, 1_500_000), { ...frame, columns });
    expect(line(80)).toMatch(/^Exporting █+░+ 50\/100 files, 1.5 MB, 25 files\/s, 2 s left$/);
    expect(line(50)).toMatch(/^Exporting █+░+ 50\/100 files, 1.5 MB$/);
  });

  it('is drawn in ASCII where the terminal knows no other', () => {
    const line = progressLine('Exporting', state(1, 2), { ...frame, unicode: false });
    expect(line).toContain(`${'#'.repeat(15)}${'-'.repeat(15)} 1/2 files`);
  });

  it('says what is done before the number of files is known', () => {
    expect(progressLine('Looking', undefined, frame)).toBe('Looking: reading the folders');
  });

  it.each([
    [0, 10, 'time left unknown'],
    [1, 10, '18 s left'],
    [1, 100, '4 min left'],
    [1, 5000, '3 h left'],
    [10, 10, '0 s left'],
  ])('after %i of %i files in two seconds says %s', (finished, total, words) => {
    expect(progressLine('Exporting', state(finished, total), frame)).toContain(words);
  });

  it.each([20, 50, 80, 120])('fits %i columns, whatever the numbers', (columns) => {
    const nat = (max: number) => fc.nat(max);
    fc.assert(
      fc.property(
        nat(1e9),
        nat(1e9),
        nat(1e15),
        nat(1e9),
        fc.boolean(),
        (a, b, bytes, ms, wide) => {
          const line = progressLine('Exporting', state(Math.min(a, b), Math.max(a, b), bytes), {
            elapsedMs: ms,
            columns,
            unicode: wide,
          });
          expect(line.length).toBeLessThan(columns);
          expect(line).not.toContain('\n');
        },
      ),
    );
  });

  it.each([50, 80, 120])('fits %i columns while the folders are read', (columns) => {
    expect(progressLine('Exporting', undefined, { ...frame, columns }).length).toBeLessThan(
      columns,
    );
  });

  it('shows a bar with no files at all', () => {
    expect(progressLine('Exporting', state(0, 0), frame)).toMatch(/^Exporting ░+ 0\/0 files/);
  });
});
