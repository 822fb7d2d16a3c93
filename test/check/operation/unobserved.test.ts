import { describe, expect, it } from 'vitest';
import { type CheckReport, checkOperation, reportText } from '../../../src/check/index.ts';
import { list } from './list.ts';
import { checkInShop, lookFirst, shop, withKey } from './shop.ts';

describe('what was not seen is never safe', () => {
  const cases: [string, () => Promise<CheckReport>, string][] = [
    [
      'an operation that fails',
      () => checkOperation(() => Promise.reject(new TypeError('no')), list()),
      'the first run failed: it threw TypeError: no',
    ],
    [
      'one that calls no effect',
      () => checkOperation(async () => {}, list()),
      'called none of its effects',
    ],
    [
      'a moment that there is not',
      () => checkInShop(withKey, { killAfter: 99 }),
      'no moment was reached again',
    ],
    [
      'an observe that does not see it',
      () => checkInShop(withKey, { observe: () => 1 }),
      'it does not see what is done',
    ],
    [
      'no observe, and no effect that is to happen once',
      () => {
        const { observe: _, ...world } = shop();
        return checkOperation(withKey, world);
      },
      'it does not see what is done',
    ],
    [
      'a reset that does not reset',
      () => checkInShop(lookFirst, { reset() {} }),
      'reset does not bring back the beginning',
    ],
    [
      'a result that is another each time',
      () => {
        let number = 0;
        const { items, ...world } = list();
        return checkOperation(
          async ({ add, has }) => {
            if (!(await has('1'))) for (let at = 0; at <= number; at++) await add('1');
            number++;
          },
          { ...world, only: ['twice'] },
        );
      },
      'two first runs do not come to the same',
    ],
    [
      'an effect after the end',
      () =>
        checkOperation(
          async ({ add, has }) => {
            if (await has('x')) return;
            await add('x');
            setTimeout(() => add('late'), 1);
          },
          { ...list(), only: ['interrupted'], reset: resetLater },
        ),
      'after it had ended',
    ],
    [
      'what is done beside the effects',
      () => {
        const world = list();
        return checkOperation(
          async ({ add, has }) => {
            if (await has('x')) return;
            if (!world.items.includes('beside')) world.items.push('beside');
            await add('x');
          },
          { ...world, only: ['interrupted'] },
        );
      },
      'after its effect 1 it does what does not come through its effects',
    ],
  ];

  it.each(cases)('%s', async (_, check, why) => {
    const report = await check();
    expect(report.verdict).toBe('inconclusive');
    expect(reportText(report)).toContain(why);
  });

  /** Later than what the run before has left behind. */
  function resetLater(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, 10));
  }
});
