import { describe, expect, it } from 'vitest';
import { NothingHappened } from '../../src/once/errors.ts';
import { gate, openLedgers } from '../support/ledgers.ts';
import { TEST_STORES } from '../support/stores.ts';

const KEY = { key: 'order-1' };
const STEPS = { steps: true } as const;

describe.each(TEST_STORES)('steps, on $name,', (store) => {
  it('that are finished are replayed by the next attempt, and the code around them is run again', async () => {
    const { open } = await openLedgers(store);
    const ran: string[] = [];
    const order = (await open()).operation(
      'order',
      async (_input: number, attempt) => {
        ran.push(`attempt ${attempt.number}`);
        const paid = await attempt.step('pay', async () => {
          ran.push('pay');
          return new Date(0);
        });
        if (attempt.number === 1) throw new Error('crashed between the steps');
        await attempt.step('mail', async () => ran.push('mail'));
        return paid;
      },
      STEPS,
    );
    await expect(order(1, KEY)).rejects.toThrow('crashed between the steps');
    expect(await order(1, KEY)).toEqual(new Date(0));
    expect(ran).toEqual(['attempt 1', 'pay', 'attempt 2', 'mail']);
  });

  it('that must not be repeated make the key unknown where they were interrupted', async () => {
    const { open, openDead } = await openLedgers(store);
    const work = gate<void>();
    const define = (ledger: Awaited<ReturnType<typeof open>>) =>
      ledger.operation('order', (_input: number, attempt) => attempt.step('pay', work.run), STEPS);
    void define(await openDead()).settle(1, KEY);
    await work.begun;
    const order = define(await open());
    for (const _ of [1, 2]) {
      expect(await order.settle(1, KEY)).toMatchObject({
        outcome: 'unknown',
        error: { cause: { message: 'the step pay was interrupted' } },
      });
    }
  });

  it.each([
    ['rerun', 'rerun' as const, 'ran'],
    ['look', () => ({ happened: true as const, value: 'seen' }), 'seen'],
    ['look', () => ({ happened: false as const }), 'ran'],
  ])(
    'that were interrupted follow their own policy: %s',
    async (_name, ifInterrupted, expected) => {
      const { open, openDead } = await openLedgers(store);
      const work = gate<string>();
      const options = { ifInterrupted };
      const dead = (await openDead()).operation(
        'order',
        (_input: number, attempt) => attempt.step('pay', work.run, options),
        STEPS,
      );
      void dead.settle(1, KEY);
      await work.begun;
      const order = (await open()).operation(
        'order',
        (_input: number, attempt) => attempt.step('pay', async () => 'ran', options),
        STEPS,
      );
      expect(await order(1, KEY)).toBe(expected);
    },
  );

  it('cost one write where they may be repeated, and two where not', async () => {
    const { open } = await openLedgers(store);
    let writes = 0;
    const ledger = await open({}, (plain) => ({
      update: (request) => {
        writes += 1;
        return plain.update(request);
      },
    }));
    const count = async (key: string, ifInterrupted: 'stop' | 'rerun'): Promise<number> => {
      writes = 0;
      const run = (_input: null, attempt: Parameters<Parameters<typeof ledger.operation>[1]>[1]) =>
        attempt.step('pay', async () => 1, { ifInterrupted });
      await ledger.operation('order', run, STEPS)(null, { key });
      return writes - 1;
    };
    expect([await count('a', 'rerun'), await count('b', 'stop')]).toEqual([1, 2]);
  });

  it('whose beginning cannot be recorded are not run, and are no doubt', async () => {
    const { open } = await openLedgers(store);
    let isAway = true;
    const ledger = await open({}, (plain) => ({
      async update(request) {
        if (isAway && request.state === 'running') throw new Error('the connection was lost');
        return plain.update(request);
      },
    }));
    let runs = 0;
    const order = ledger.operation(
      'order',
      (_input: number, attempt) => attempt.step('pay', async () => ++runs),
      STEPS,
    );
    expect(await order.settle(1, KEY)).toMatchObject({ outcome: 'failed' });
    isAway = false;
    expect(await order(1, KEY)).toBe(1);
  });

  it('where nothing happened are free again', async () => {
    const { open } = await openLedgers(store);
    let tries = 0;
    const order = (await open()).operation(
      'order',
      (_input: number, attempt) =>
        attempt.step('pay', async () => {
          tries += 1;
          if (tries === 1) throw new NothingHappened('declined');
          return tries;
        }),
      STEPS,
    );
    expect(await order.settle(1, KEY)).toMatchObject({ outcome: 'failed' });
    expect(await order(1, KEY)).toBe(2);
  });

  it('that are done keep the key to its input', async () => {
    const { open } = await openLedgers(store);
    const order = (await open()).operation(
      'order',
      async (_input: number, attempt) => {
        await attempt.step('pay', async () => 1);
        throw new Error('later');
      },
      STEPS,
    );
    await order.settle(1, KEY);
    expect(await order.settle(2, KEY)).toMatchObject({ outcome: 'differs' });
  });

  it('have keys of their own to pass on, the same in every attempt', async () => {
    const { open } = await openLedgers(store);
    const keys: string[] = [];
    const order = (await open()).operation(
      'order',
      async (_input: number, attempt) => {
        await attempt.step('one', async (key) => keys.push(key), { ifInterrupted: 'rerun' });
        keys.push(attempt.keyFor('two'));
        if (attempt.number === 1) throw new Error('again');
      },
      STEPS,
    );
    await order.settle(1, KEY);
    await order.settle(1, KEY);
    const [one, two, again] = keys;
    expect(again).toBe(two);
    expect(one).not.toBe(two);
    expect(keys.every((key) => /^[\w-]{43}$/u.test(key))).toBe(true);
  });

  it('have another key after a decline that the remote side would replay', async () => {
    const { open } = await openLedgers(store);
    const keys: string[] = [];
    const charge = (await open()).operation('charge', async (_input: number, attempt) => {
      keys.push(attempt.keyFor('charge'));
      if (keys.length < 3)
        throw new NothingHappened('declined', { newRemoteKey: keys.length === 2 });
    });
    for (const _ of [1, 2, 3]) await charge.settle(1, KEY);
    expect([keys[1] === keys[0], keys[2] === keys[1]]).toEqual([true, false]);
  });

  it('of one name, or too many, or not declared, are refused before they run', async () => {
    const { open } = await openLedgers(store);
    const ledger = await open();
    let ran = 0;
    const act = async () => ++ran;
    const twice = ledger.operation(
      'twice',
      async (_input: null, attempt) => {
        await attempt.step('one', act);
        await attempt.step('one', act);
      },
      STEPS,
    );
    await expect(twice(null, KEY)).rejects.toMatchObject({ code: 'ERR_RUNTWICE_STEP_REPEATED' });
    const undeclared = ledger.operation(
      'undeclared',
      (_input: null, attempt) => attempt.step('one', act),
      {
        ifInterrupted: 'rerun',
      },
    );
    await expect(undeclared(null, KEY)).rejects.toMatchObject({
      code: 'ERR_RUNTWICE_INVALID_ARGUMENT',
    });
    expect(ran).toBe(1);
    const many = ledger.operation(
      'many',
      async (_input: null, attempt) => {
        for (let index = 0; index <= 100; index++) {
          await attempt.step(`step ${index}`, act, { ifInterrupted: 'rerun' });
        }
      },
      STEPS,
    );
    await expect(many(null, KEY)).rejects.toMatchObject({ code: 'ERR_RUNTWICE_TOO_MANY_STEPS' });
    expect(ran).toBe(101);
  });

  it('whose value cannot be kept are done all the same', async () => {
    const { open } = await openLedgers(store);
    let ran = 0;
    const order = (await open()).operation(
      'order',
      async (_input: number, attempt) => {
        await attempt.step('pay', async () => {
          ran += 1;
          return () => {};
        });
        if (attempt.number === 1) throw new Error('again');
      },
      STEPS,
    );
    await order.settle(1, KEY);
    await expect(order(1, KEY)).rejects.toMatchObject({ code: 'ERR_RUNTWICE_RESULT_NOT_KEPT' });
    expect(ran).toBe(1);
  });
});
