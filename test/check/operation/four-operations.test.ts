import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertSafeToRunTwice, type CheckReport, reportText } from '../../../src/check/index.ts';
import { chargeAndPut, checkInShop, claimFirst, lookFirst, withKey } from './shop.ts';

const SEEDS = [1, 2, 3, 42];

function answersOf({ scenarios }: CheckReport): Record<string, string> {
  return Object.fromEntries(scenarios.map(({ scenario, answer }) => [scenario, answer]));
}

function summaryOf({ scenarios }: CheckReport, wanted: string): string | undefined {
  return scenarios.find(({ scenario }) => scenario === wanted)?.summary;
}

function whatOf({ scenarios }: CheckReport, wanted: string): string[] {
  return scenarios
    .filter(({ scenario }) => scenario === wanted)
    .flatMap(({ findings }) => findings.map(({ what }) => what));
}

describe.each(SEEDS)('with fast-check and seed %s', (seed) => {
  const check = (operation: Parameters<typeof checkInShop>[0]) =>
    checkInShop(operation, { interleave: fc, seed });

  it('charge; put is not safe in any way', async () => {
    const report = await check(chargeAndPut);
    expect(report.verdict).toBe('not safe');
    expect(answersOf(report)).toEqual({
      twice: 'changed again',
      together: 'differs',
      interrupted: 'repeated effect',
    });
    expect(summaryOf(report, 'interrupted')).toBe('at 3 of 4 moments, of 4');
    expect(summaryOf(report, 'together')).toBe(`in order 1 of 50, seed ${seed}`);
  });

  it('if !has: charge; put is safe in a row only', async () => {
    const report = await check(lookFirst);
    expect(answersOf(report)).toEqual({
      twice: 'nothing to do',
      together: 'differs',
      interrupted: 'repeated effect',
    });
    expect(summaryOf(report, 'interrupted')).toBe('at 2 of 6 moments, of 6');
    expect(summaryOf(report, 'together')).toBe(`in order 1 of 50, seed ${seed}`);
  });

  it('claim first, then charge is claimed and never charged when it is killed', async () => {
    const report = await check(claimFirst);
    expect(answersOf(report)).toEqual({
      twice: 'nothing to do',
      together: 'same',
      interrupted: 'silent damage',
    });
    expect(summaryOf(report, 'interrupted')).toBe('at 2 of 4 moments, of 4');
    expect(summaryOf(report, 'together')).toBe(`in 50 orders of two at once, seed ${seed}`);
  });

  it('charge with a key, then put if absent is safe', async () => {
    const report = await check(withKey);
    assertSafeToRunTwice(report, { notes: 'refuse' });
    expect(answersOf(report)).toEqual({
      twice: 'nothing to do',
      together: 'same',
      interrupted: 'recovers',
    });
    expect(report.notes).toEqual([
      "run 2 called charge('o1', 'key-o1') again, and what observe gives stayed the same",
      "run 2 called putIfAbsent('o1') again, and what observe gives stayed the same",
    ]);
  });
});

describe('the moments at which they fail', () => {
  it('are after the charge and before the mark, where it looks first', async () => {
    const report = await checkInShop(lookFirst, { only: ['interrupted'] });
    expect(report.points).toEqual({ found: 6, tried: 6 });
    for (const point of [{ killAfter: 2 }, { killBefore: 3 }]) {
      const single = await checkInShop(lookFirst, point);
      expect(answersOf(single)).toEqual({ interrupted: 'repeated effect' });
    }
    for (const point of [
      { killBefore: 1 },
      { killAfter: 1 },
      { killBefore: 2 },
      { killAfter: 3 },
    ]) {
      const single = await checkInShop(lookFirst, point);
      expect(answersOf(single), JSON.stringify(point)).toEqual({ interrupted: 'recovers' });
    }
  });

  it('are named, with what came of it', async () => {
    const report = await checkInShop(lookFirst, { only: ['interrupted'] });
    expect(whatOf(report, 'interrupted')).toEqual(["killed after charge('o1')"]);
    expect(reportText(report)).toContain(
      "charge('o1') happened 2 times, and once in one clean run",
    );
    expect(reportText(report)).toContain("charges[1] is one too many: 'o1'");
  });

  it('without fast-check, are found in the simplest orders', async () => {
    const answers = await Promise.all(
      [chargeAndPut, lookFirst, claimFirst, withKey].map(async (operation) =>
        answersOf(await checkInShop(operation, { only: ['together'] })),
      ),
    );
    expect(answers.map(({ together }) => together)).toEqual(['differs', 'differs', 'same', 'same']);
  });
});
