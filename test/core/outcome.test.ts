import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countGroup,
  noCounts,
  OUTCOME_GROUPS,
  OUTCOMES,
  type OutcomeGroup,
} from '../../src/core/outcome.ts';

const GROUPS: OutcomeGroup[] = ['done', 'already', 'attention'];

describe('outcomes', () => {
  it('are each named once and belong to one group', () => {
    expect(new Set(OUTCOMES).size).toBe(OUTCOMES.length);
    expect(Object.keys(OUTCOME_GROUPS)).toEqual([...OUTCOMES]);
    expect(GROUPS).toEqual(expect.arrayContaining(Object.values(OUTCOME_GROUPS)));
  });

  it('belong to the groups of the published table', () => {
    const inGroup = (group: OutcomeGroup) => OUTCOMES.filter((o) => OUTCOME_GROUPS[o] === group);
    expect(inGroup('done')).toEqual(['created', 'updated', 'repaired', 'removed']);
    expect(inGroup('already')).toEqual(['unchanged', 'replayed']);
    expect(inGroup('attention')).toEqual(['differs', 'busy', 'unknown', 'failed', 'untried']);
  });
});

describe('counts', () => {
  it('begin at zero for every outcome', () => {
    const counts = noCounts();
    expect(Object.keys(counts)).toEqual([...OUTCOMES]);
    expect(Object.values(counts).every((count) => count === 0)).toBe(true);
  });

  it('are separate from call to call', () => {
    noCounts().created = 1;
    expect(noCounts().created).toBe(0);
  });

  it('of the three groups add up to the sum of all', () => {
    const anyCounts = fc.record(
      Object.fromEntries(OUTCOMES.map((outcome) => [outcome, fc.nat(1e9)])),
    ) as fc.Arbitrary<ReturnType<typeof noCounts>>;
    fc.assert(
      fc.property(anyCounts, (counts) => {
        const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
        expect(GROUPS.reduce((sum, group) => sum + countGroup(counts, group), 0)).toBe(all);
      }),
    );
  });
});
