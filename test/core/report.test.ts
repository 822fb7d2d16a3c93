import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OUTCOME_GROUPS, OUTCOMES, type Outcome } from '../../src/core/outcome.ts';
import { MAX_REPORT_ITEMS, REPORT_SCHEMA, type ReportFacts, Tally } from '../../src/core/report.ts';

const FACTS: ReportFacts = {
  operation: 'export',
  dryRun: false,
  accept: [],
  startedAtMs: Date.UTC(2026, 10, 24, 12),
  elapsedMs: 12.6,
};

function tallyOf(outcomes: readonly Outcome[]): Tally {
  const tally = new Tally();
  for (const [index, outcome] of outcomes.entries()) {
    tally.count(outcome);
    tally.list({ item: `item ${index}`, outcome });
  }
  return tally;
}

describe('a report', () => {
  it('says what ran, when and for how long', () => {
    expect(new Tally().report({ ...FACTS, dryRun: true })).toMatchObject({
      schema: REPORT_SCHEMA,
      operation: 'export',
      dryRun: true,
      startedAt: '2026-11-24T12:00:00.000Z',
      elapsedMs: 13,
    });
  });

  it('of no items is ok and all zero', () => {
    const report = new Tally().report(FACTS);
    expect(report).toMatchObject({ total: 0, done: 0, already: 0, attention: 0, ok: true });
    expect(report.items).toEqual([]);
  });

  it('has counts that add up to its total, and groups that do', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...OUTCOMES)), (outcomes) => {
        const report = tallyOf(outcomes).report(FACTS);
        const { total, counts, done, already, attention } = report;
        expect(total).toBe(outcomes.length);
        expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(total);
        expect(done + already + attention).toBe(total);
        expect(report.ok).toBe(attention === 0);
      }),
    );
  });

  it('counts many items of one outcome at once', () => {
    const tally = new Tally();
    tally.count('untried', 387);
    tally.count('created');
    expect(tally.report(FACTS)).toMatchObject({ total: 388, attention: 387, done: 1, ok: false });
  });

  it('lists only items that need attention, as they came', () => {
    const listed = tallyOf(OUTCOMES).report(FACTS).items;
    const expected = OUTCOMES.filter((outcome) => OUTCOME_GROUPS[outcome] === 'attention');
    expect(listed.map(({ outcome }) => outcome)).toEqual(expected);
  });

  it('lists the first 1,000 of them and counts the others', () => {
    const report = tallyOf(Array.from({ length: 1001 }, () => 'differs')).report(FACTS);
    expect(MAX_REPORT_ITEMS).toBe(1000);
    expect(report.items).toHaveLength(1000);
    expect(report.items.at(-1)?.item).toBe('item 999');
    expect(report.counts.differs).toBe(1001);
  });

  it('does not let a thousand unchanged items push out one that differs', () => {
    const outcomes: Outcome[] = [...Array.from({ length: 1000 }, () => 'unchanged' as const)];
    const report = tallyOf([...outcomes, 'differs']).report(FACTS);
    expect(report.items.map(({ item }) => item)).toEqual(['item 1000']);
  });

  it('is ok when all that needs attention was accepted, and still counts and lists it', () => {
    const report = tallyOf(['created', 'differs']).report({ ...FACTS, accept: ['differs'] });
    expect(report).toMatchObject({ ok: true, attention: 1 });
    expect(report.counts.differs).toBe(1);
    expect(report.items).toHaveLength(1);
  });

  it('is not ok when something else needs attention than what was accepted', () => {
    const report = tallyOf(['differs', 'failed']).report({ ...FACTS, accept: ['differs'] });
    expect(report.ok).toBe(false);
  });

  it('keeps its counts when the tally goes on', () => {
    const tally = tallyOf(['created']);
    const report = tally.report(FACTS);
    tally.count('created');
    expect(report.counts.created).toBe(1);
  });
});
