import { describe, expect, it } from 'vitest';
import { checkOperation, type OperationOptions } from '../../../src/check/index.ts';
import { shop, withKey } from './shop.ts';

describe('a wrong use', () => {
  const fine = shop();
  const WRONG: [string, unknown, object][] = [
    ['the operation is no function', 1, {}],
    ['there are no effects', withKey, { effects: undefined }],
    ['there are no effects', withKey, { effects: {} }],
    ['the effect charge is neither', withKey, { effects: { charge: 42 } }],
    ['once names no effect: nope', withKey, { once: ['nope'] }],
    ['once names no effect: charge.x', withKey, { once: ['charge.x'] }],
    ['reset is no function', withKey, { reset: undefined }],
    ['observe is no function', withKey, { observe: 3 }],
    ['no scenario thrice', withKey, { only: ['thrice'] }],
    ['no scenario', withKey, { only: [] }],
    ['0 is no number of an effect', withKey, { killAfter: 0 }],
    ['are two runs', withKey, { killAfter: 1, killBefore: 1 }],
    ['are two runs', withKey, { killAfter: 1, schedule: 'ab' }],
    ['no order of a and b: abc', withKey, { schedule: 'abc' }],
    ['schedules is no number', withKey, { schedules: 0 }],
    ['seed is no whole number', withKey, { seed: 0.5 }],
    ['interleave is not fast-check', withKey, { interleave: {} }],
    ['timeout is no duration', withKey, { timeout: 'soon' }],
    ['is a promise', withKey, { observe: () => ({ rows: Promise.resolve([]) }) }],
    ['is a function', withKey, { observe: () => () => 1 }],
    ['goes round in a circle', withKey, { observe: circle }],
  ];

  it.each(WRONG)('is refused: %s', async (why, operation, options) => {
    const check = checkOperation(operation as typeof withKey, {
      ...fine,
      ...(options as Partial<OperationOptions<typeof fine.effects>>),
    });
    await expect(check).rejects.toMatchObject({
      code: 'ERR_RUNTWICE_INVALID_ARGUMENT',
      message: expect.stringContaining(why),
    });
  });

  it('does not compile', () => {
    const uses = [
      // @ts-expect-error There is no such effect.
      () => checkOperation(async ({ chargd }) => chargd('o1'), fine),
      // @ts-expect-error It takes a text.
      () => checkOperation(async ({ charge }) => charge(1), fine),
      // @ts-expect-error Without reset each run would begin where another one ended.
      () => checkOperation(withKey, { effects: fine.effects, observe: fine.observe }),
      // @ts-expect-error A number is no effect.
      () => checkOperation(async () => {}, { effects: { charge: 1 }, reset() {} }),
      // @ts-expect-error There is no such effect.
      () => checkOperation(withKey, { ...fine, once: ['charged'] }),
      // @ts-expect-error There is no such scenario.
      () => checkOperation(withKey, { ...fine, only: ['another day'] }),
      // @ts-expect-error That is not fast-check.
      () => checkOperation(withKey, { ...fine, interleave: Math }),
      () =>
        checkOperation(
          ({ is }) => {
            // @ts-expect-error Ports answer by promises, so a look-up has to be awaited.
            const isThere: boolean = is();
            return isThere;
          },
          { effects: { is: () => true }, reset() {} },
        ),
    ];
    expect(uses).toHaveLength(8);
  });

  function circle(): unknown {
    const round: { self?: unknown } = {};
    round.self = round;
    return round;
  }
});
