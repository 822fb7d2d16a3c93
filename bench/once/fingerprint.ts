import { fingerprint } from '../../src/core/fingerprint.ts';
import { RESULT, type Setup } from './pair.ts';

/** An input of about 1 KB. */
const INPUT = {
  order: 'order-4711',
  customer: { name: 'Ada Lovelace', mail: 'ada@example.org', tags: ['first', 'good', 'early'] },
  lines: Array.from({ length: 4 }, (_, index) => ({ ...RESULT, index, note: null, paid: true })),
};

/** Many in one call: one alone is shorter than a promise. */
const TIMES = 100;

export async function fingerprintPairs(): Promise<Setup> {
  const many = (act: () => unknown) => async (): Promise<void> => {
    for (let index = 0; index < TIMES; index++) act();
  };
  return {
    pairs: [
      {
        name: `fingerprint of ${JSON.stringify(INPUT).length} bytes`,
        callers: [1],
        ours: many(() => fingerprint(INPUT)),
        other: many(() => JSON.stringify(INPUT)),
        otherName: 'JSON.stringify',
        least: { 1: 1 / 4.2 },
      },
    ],
    close: async () => {},
  };
}
