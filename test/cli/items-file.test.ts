import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ItemsFile, writeReportFile } from '../../src/cli/items-file.ts';
import { isRuntwiceError } from '../../src/core/errors.ts';
import type { ReportItem } from '../../src/core/report.ts';
import { folder } from '../support/cli.ts';

const unwritable = expect.toSatisfy((error) =>
  isRuntwiceError(error, 'ERR_RUNTWICE_OUTPUT_UNWRITABLE'),
);

describe('ItemsFile', () => {
  it('writes one JSON line for every item, in order', () => {
    const file = join(folder(), 'items.ndjson');
    const items: ReportItem[] = [
      { item: 'a\nb', outcome: 'created' },
      { item: '\\xff', bytes: '/w==', outcome: 'failed', reason: 'é' },
    ];
    const written = new ItemsFile(file);
    for (const item of items) written.add(item);
    written.close();
    const lines = readFileSync(file, 'utf8').split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.map((line) => JSON.parse(line))).toEqual(items);
  });

  it('writes more items than fit into its buffer', () => {
    const file = join(folder(), 'items.ndjson');
    const written = new ItemsFile(file);
    for (let item = 0; item < 20_000; item++) written.add({ item: `${item}`, outcome: 'created' });
    written.close();
    expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(20_000);
  });

  it('begins anew where a file was', () => {
    const file = join(folder({ items: 'old\nold\n' }), 'items');
    new ItemsFile(file).close();
    expect(readFileSync(file, 'utf8')).toBe('');
  });

  it('that cannot be opened is an error at once', () => {
    expect(() => new ItemsFile(join(folder(), 'no', 'items'))).toThrow(unwritable);
  });

  it.runIf(existsSync('/dev/full'))('on a full disk is an error only at the end', () => {
    const written = new ItemsFile('/dev/full');
    for (let item = 0; item < 5000; item++) written.add({ item: `${item}`, outcome: 'created' });
    expect(() => written.close()).toThrow(unwritable);
  });
});

describe('writeReportFile', () => {
  it('replaces a report that was there and leaves nothing beside it', () => {
    const path = folder({ report: 'old' });
    writeReportFile(join(path, 'report'), 'new');
    expect(readFileSync(join(path, 'report'), 'utf8')).toBe('new');
    expect(readdirSync(path)).toEqual(['report']);
  });

  it('that cannot be written is an error', () => {
    const path = folder({ file: '' });
    expect(() => writeReportFile(join(path, 'no', 'report'), 'x')).toThrow(unwritable);
    expect(() => writeReportFile(join(path, 'file', 'report'), 'x')).toThrow(unwritable);
  });

  it('leaves nothing beside it when it fails', () => {
    const path = folder({ 'report/file': 'a folder is in the way' });
    expect(() => writeReportFile(join(path, 'report'), 'x')).toThrow(unwritable);
    expect(readdirSync(path)).toEqual(['report']);
  });
});
