import { describe, expect, it } from 'vitest';
import { FinalError } from '../../src/once/errors.ts';
import { gate, openLedgers } from '../support/ledgers.ts';
import { TEST_STORES } from '../support/stores.ts';

const KEY = { key: 'order-1' };
const NAME = { operation: 'charge', ...KEY };

describe.each(TEST_STORES)('a person, on $name,', (store) => {
  async function unknownKey() {
    const { open, openDead } = await openLedgers(store);
    const work = gate<string>();
    const slow = (await openDead()).operation('charge', work.run).settle(1, KEY);
    await work.begun;
    return { ledger: await open(), open, work, slow };
  }

  it('says that it happened: callers get the result, and the old owner writes nothing', async () => {
    const { ledger, work, slow } = await unknownKey();
    expect(await ledger.admin.get(NAME)).toMatchObject({ state: 'unknown', attempt: 1 });
    await ledger.admin.resolve(NAME, { happened: true, result: 'receipt' });
    const charge = ledger.operation('charge', async () => 'never');
    expect(await charge.run(1, KEY)).toMatchObject({ outcome: 'replayed', value: 'receipt' });
    work.end('late');
    expect(await slow).toMatchObject({ value: 'receipt' });
  });

  it('says that it did not happen: the next call runs', async () => {
    const { ledger, work, slow } = await unknownKey();
    await ledger.admin.resolve(NAME, { happened: false });
    const charge = ledger.operation('charge', async () => 'ran');
    expect(await charge.run(1, KEY)).toMatchObject({
      outcome: 'created',
      value: 'ran',
      attempt: 3,
    });
    work.end('late');
    expect(await slow, 'the late owner gets the one result').toMatchObject({ value: 'ran' });
  });

  it('cannot resolve what is running, unless that is forced, nor what is known', async () => {
    const { open } = await openLedgers(store);
    const ledger = await open();
    const work = gate<string>();
    const running = ledger.operation('charge', work.run).settle(1, KEY);
    await work.begun;
    const { admin } = await open();
    await expect(admin.resolve(NAME, { happened: false })).rejects.toMatchObject({
      code: 'ERR_RUNTWICE_BUSY',
    });
    await admin.resolve(NAME, { happened: true, result: 'forced' }, { force: true });
    work.end('late');
    expect(await running).toMatchObject({ value: 'forced' });
    await expect(admin.resolve(NAME, { happened: false })).rejects.toMatchObject({
      code: 'ERR_RUNTWICE_KEY_NOT_UNKNOWN',
    });
    await expect(
      admin.resolve({ ...NAME, key: 'none' }, { happened: false }),
    ).rejects.toMatchObject({
      code: 'ERR_RUNTWICE_KEY_NOT_FOUND',
    });
  });

  it('forgets a key, but what is unknown only by force', async () => {
    const { ledger } = await unknownKey();
    await expect(ledger.admin.forget(NAME)).rejects.toMatchObject({
      code: 'ERR_RUNTWICE_KEY_NOT_ENDED',
    });
    expect(await ledger.admin.forget(NAME, { force: true })).toBe(true);
    expect(await ledger.admin.forget(NAME)).toBe(false);
    const charge = ledger.operation('charge', async () => 'ran');
    expect(await charge.run(2, KEY)).toMatchObject({ outcome: 'created', attempt: 1 });
  });

  it('sees the keys of the namespace, by scope, operation, state and age', async () => {
    const { open } = await openLedgers(store);
    const [ledger, other] = [await open(), await open({ namespace: 'other' })];
    await other.operation('charge', async () => 1)(1, KEY);
    const charge = ledger.operation('charge', async (input: number) => {
      if (input < 0) throw new FinalError('declined');
      return input;
    });
    for (const key of ['b', 'a', 'ä', 'c/d']) await charge(1, { key });
    await charge.settle(-1, { key: 'z' });
    await charge(1, { key: 'a', scope: 'tenant/1' });
    await ledger.operation('mail', async () => 1)(1, { key: 'a' });
    const keys = async (options = {}) => {
      const found: string[] = [];
      for await (const { scope, operation, key } of ledger.admin.list(options)) {
        found.push([scope, operation, key].join(' '));
      }
      return found;
    };
    expect(await keys()).toEqual([
      ' charge a',
      ' charge b',
      ' charge c/d',
      ' charge z',
      ' charge ä',
      ' mail a',
      'tenant/1 charge a',
    ]);
    expect(await keys({ scope: 'tenant/1' })).toEqual(['tenant/1 charge a']);
    expect(await keys({ scope: '', operation: 'mail' })).toEqual([' mail a']);
    expect(await keys({ states: ['failed'] })).toEqual([' charge z']);
    expect(await keys({ olderThanMs: 60_000 })).toEqual([]);
    expect(await ledger.admin.stats()).toMatchObject({ done: 6, failed: 1, unknown: 0 });
    expect(await ledger.admin.get({ operation: 'charge', key: 'z' })).toMatchObject({
      state: 'failed',
      result: { message: 'declined' },
    });
  });

  it('sees all keys, also where they are many', async () => {
    const { open } = await openLedgers(store);
    const ledger = await open();
    const charge = ledger.operation('charge', async () => 1);
    await Promise.all(Array.from({ length: 1203 }, (_, index) => charge(1, { key: `${index}` })));
    let count = 0;
    for await (const _ of ledger.admin.list()) count += 1;
    expect(count).toBe(1203);
  });
});
