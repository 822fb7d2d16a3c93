import { describe, expect, it } from 'vitest';
import { exportText } from '../../src/cli/export-text.ts';
import { type ReportItem, Tally } from '../../src/core/report.ts';
import type { ExportDetails, ExportReport } from '../../src/ensure/files/index.ts';

const DETAILS: ExportDetails = {
  destination: 'out',
  made: false,
  verify: false,
  bytes: 0,
  identity: 'auto',
  compared: { name: 0, size: 0, time: 0, content: 0 },
  onConflict: 'report',
  durability: 'group',
  recovered: 0,
  linksSkipped: 0,
};

function reportOf(
  items: readonly ReportItem[],
  details: Partial<ExportDetails> = {},
): ExportReport {
  const tally = new Tally();
  for (const item of items) {
    tally.count(item.outcome);
    tally.list(item);
  }
  const facts = { operation: 'export', dryRun: false, accept: [], startedAtMs: 0, elapsedMs: 1234 };
  return { ...tally.report(facts), details: { ...DETAILS, ...details } };
}

const created: ReportItem = { item: 'a', outcome: 'created' };
const differs = (item: string): ReportItem => ({ item, outcome: 'differs', reason: 'is other' });

async function linesOf(report: ExportReport, interrupted = false): Promise<string[]> {
  return (await exportText(report, interrupted)).split('\n');
}

describe('the report for people', () => {
  it('says what was done, where, how much and how long', async () => {
    const [verdict, where, ...rest] = await linesOf(
      reportOf([created], { made: true, bytes: 2048 }),
    );
    expect(verdict).toMatch(/ Exported 1\.$/);
    expect(where).toBe('  to out (made), 2.05 kB copied, 1.2 s');
    expect(rest).toEqual([]);
  });

  it('says what was compared', async () => {
    const compared = { name: 1, size: 2, time: 3, content: 4 };
    expect((await linesOf(reportOf([], { compared })))[1]).toContain(
      'compared by size and time (3), content (4), size (2), name only (1)',
    );
  });

  it('says what was found from killed runs, and which links were left out', async () => {
    const lines = await linesOf(reportOf([created], { recovered: 1, linksSkipped: 2 }));
    expect(lines.slice(2)).toEqual([
      '  Cleaned up after 1 interrupted run.',
      '  Left out 2 links.',
    ]);
  });

  it('leaves a single item that needs attention to the verdict', async () => {
    const lines = await linesOf(reportOf([differs('a')]));
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/1 differs: a is other\.$/);
  });

  it('lists several', async () => {
    const lines = await linesOf(reportOf([differs('a'), differs('b\x1b[2J')]));
    expect(lines.slice(2)).toEqual(['  differs  a is other', '  differs  b\\x1b[2J is other']);
  });

  it('lists twenty and says how many there are', async () => {
    const items = Array.from({ length: 25 }, (_, index) => differs(`${index}`));
    const lines = await linesOf(reportOf(items));
    expect(lines).toHaveLength(2 + 20 + 1);
    expect(lines.at(-1)).toBe('  … and more: 25 in all (--items FILE lists every file)');
  });

  it('does not list what was not tried', async () => {
    const untried: ReportItem = { item: 'a', outcome: 'untried' };
    expect(await linesOf(reportOf([untried, untried, untried]))).toHaveLength(2);
  });

  it('says first that it was interrupted', async () => {
    expect((await linesOf(reportOf([created]), true))[0]).toMatch(/ Interrupted: exported 1\.$/);
  });

  it('of a verification speaks of contents and copies nothing', async () => {
    const lines = await linesOf(reportOf([{ item: 'a', outcome: 'unchanged' }], { verify: true }));
    expect(lines[0]).toMatch(/ Verified: the file is in the folder with the same content\.$/);
    expect(lines[1]).not.toContain('copied');
  });

  it('escapes a destination that would steer the terminal', async () => {
    expect((await linesOf(reportOf([], { destination: 'a\x1b[2J' })))[1]).toContain('a\\x1b[2J');
  });
});
