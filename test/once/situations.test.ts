import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { isRuntwiceError } from '../../src/core/errors.ts';
import { FinalError, NothingHappened } from '../../src/once/errors.ts';
import { gate, openLedgers } from '../support/ledgers.ts';
import { TEST_STORES } from '../support/stores.ts';

const KEY = { key: 'order-1' };

describe.each(TEST_STORES)('a key, on $name,', (store) => {
  it('that is new runs: created, and recorded before the caller sees it', async () => {
    const { open } = await openLedgers(store);
    const [ledger, other] = [await open(), await open()];
    const charge = ledger.operation('charge', async (input: number) => ({ paid: input }));
    const done = await charge.run(5, KEY);
    expect(done).toMatchObject({ outcome: 'created', value: { paid: 5 }, attempt: 1 });
    expect(await other.admin.get({ operation: 'charge', ...KEY })).toMatchObject({
      state: 'done',
      result: { paid: 5 },
    });
  });

  it('that is finished is replayed, in this process and in others', async () => {
    const { open } = await openLedgers(store);
    let runs = 0;
    const run = async () => ({ run: ++runs });
    const [one, two] = [await open(), await open()];
    const first = await one.operation('charge', run).run(5, KEY);
    const again = [
      await one.operation('charge', run).run(5, KEY),
      await two.operation('charge', run).run(5, KEY),
    ];
    for (const done of again) {
      expect(done).toMatchObject({ outcome: 'replayed', value: { run: 1 }, attempt: 1 });
      expect(done.firstAt).toEqual(first.firstAt);
      expect(done.finishedAt).toEqual(first.finishedAt);
    }
    expect(runs).toBe(1);
  });

  it('with another input differs, also while the first is running', async () => {
    const { open } = await openLedgers(store);
    const [one, two] = [await open(), await open()];
    const work = gate<number>();
    const charge = one.operation('charge', (_input: { cents: number }) => work.run());
    const first = charge({ cents: 5 }, KEY);
    await work.begun;
    const elsewhere = two.operation('charge', async (_input: { cents: number }) => 0);
    for (const operation of [charge, elsewhere]) {
      const settled = await operation.settle({ cents: 6 }, KEY);
      expect(settled).toMatchObject({
        outcome: 'differs',
        error: { code: 'ERR_RUNTWICE_KEY_REUSED' },
      });
    }
    work.end(1);
    await first;
    expect(await elsewhere.settle({ cents: 6 }, KEY)).toMatchObject({ outcome: 'differs' });
    expect(await elsewhere.settle({ cents: 5 }, KEY)).toMatchObject({
      outcome: 'replayed',
      value: 1,
    });
  });

  it('that runs elsewhere is waited for, and is busy when the wait is over', async () => {
    const { open } = await openLedgers(store);
    const [one, two] = [await open(), await open()];
    const work = gate<string>();
    const first = one.operation('charge', work.run).run(null, KEY);
    await work.begun;
    const other = two.operation('charge', async () => 'never');
    expect(await other.settle(null, { ...KEY, wait: 0 })).toMatchObject({
      outcome: 'busy',
      error: { code: 'ERR_RUNTWICE_BUSY' },
    });
    const waiting = other.run(null, KEY);
    work.end('once');
    expect(await waiting).toMatchObject({ outcome: 'replayed', value: 'once' });
    expect(await first).toMatchObject({ outcome: 'created' });
  });

  it('called a thousand times at once in one process costs what one call costs', async () => {
    const { open } = await openLedgers(store);
    let trips = 0;
    const ledger = await open({}, (plain) => ({
      claim: (request) => {
        trips += 1;
        return plain.claim(request);
      },
      update: (request) => {
        trips += 1;
        return plain.update(request);
      },
    }));
    let runs = 0;
    const charge = ledger.operation('charge', async () => ({ run: ++runs }));
    const all = await Promise.all(Array.from({ length: 1000 }, () => charge.run(1, KEY)));
    expect({ runs, trips }).toEqual({ runs: 1, trips: 2 });
    expect(all.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
    expect(new Set(all.map(({ value }) => value)).size, 'nobody shares a value').toBe(1000);
  });

  it('whose owner died is unknown at once, and says how to resolve it', async () => {
    const { open, openDead } = await openLedgers(store);
    const work = gate<number>();
    void (await openDead()).operation('charge', work.run).settle(1, KEY);
    await work.begun;
    const charge = (await open()).operation('charge', async () => 2);
    const settled = await charge.settle(1, { ...KEY, wait: 0 });
    expect(settled).toMatchObject({
      outcome: 'unknown',
      error: { code: 'ERR_RUNTWICE_OUTCOME_UNKNOWN' },
    });
    const fix = 'error' in settled && isRuntwiceError(settled.error) ? settled.error.fix : '';
    expect(fix).toContain(
      'runtwice ledger resolve order-1 --operation charge --namespace test --did-not-happen',
    );
    expect(fix).toContain('--result FILE');
  });

  it('that is unknown is finished by its old owner, if that was only slow', async () => {
    const { open, openDead } = await openLedgers(store);
    const work = gate<string>();
    const slow = (await openDead()).operation('charge', work.run).run(1, KEY);
    await work.begun;
    const charge = (await open()).operation('charge', async () => 'never');
    expect(await charge.settle(1, KEY)).toMatchObject({ outcome: 'unknown' });
    work.end('late');
    expect(await slow).toMatchObject({ outcome: 'created', value: 'late' });
    expect(await charge.settle(1, KEY)).toMatchObject({ outcome: 'replayed', value: 'late' });
  });

  it('whose owner died is run again under rerun, and the old owner writes nothing', async () => {
    const { open, openDead, events } = await openLedgers(store);
    const work = gate<string>();
    const options = { ifInterrupted: 'rerun' } as const;
    const slow = (await openDead()).operation('charge', work.run, options).run(1, KEY);
    await work.begun;
    const charge = (await open()).operation('charge', async () => 'second', options);
    expect(await charge.run(1, KEY)).toMatchObject({
      outcome: 'created',
      value: 'second',
      attempt: 2,
    });
    work.end('first');
    expect(await slow, 'everybody gets the one result').toMatchObject({
      value: 'second',
      attempt: 2,
    });
    expect(events).toContainEqual(expect.objectContaining({ warning: 'superseded' }));
    expect(await charge.run(1, KEY)).toMatchObject({ outcome: 'replayed', value: 'second' });
  });

  it.each([
    ['happened', { happened: true, value: 'seen' }, { outcome: 'replayed', value: 'seen' }],
    ['did not happen', { happened: false }, { outcome: 'created', value: 'ran' }],
    ['cannot be seen', 'unknown', { outcome: 'unknown' }],
  ] as const)('whose owner died is looked up: it %s', async (_what, looked, expected) => {
    const { open, openDead } = await openLedgers(store);
    const work = gate<string>();
    void (await openDead()).operation('charge', work.run).settle(1, KEY);
    await work.begun;
    const charge = (await open()).operation('charge', async () => 'ran', {
      ifInterrupted: () => looked,
    });
    expect(await charge.settle(1, KEY)).toMatchObject(expected);
    const { outcome } = await charge.settle(1, KEY);
    expect(outcome).toBe(expected.outcome === 'unknown' ? 'unknown' : 'replayed');
  });

  it('whose look-up fails, even without a connection, stays unknown', async () => {
    const { open, openDead } = await openLedgers(store);
    const work = gate<string>();
    void (await openDead()).operation('charge', work.run).settle(1, KEY);
    await work.begun;
    let runs = 0;
    const charge = (await open()).operation('charge', async () => `${++runs}`, {
      ifInterrupted: () => {
        throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
      },
    });
    expect(await charge.settle(1, KEY)).toMatchObject({ outcome: 'unknown' });
    expect(await charge.settle(1, KEY)).toMatchObject({ outcome: 'unknown' });
    expect(runs).toBe(0);
  });

  it('whose function threw something that does not tell is unknown, for everybody', async () => {
    const { open } = await openLedgers(store);
    const [one, two] = [await open(), await open()];
    let runs = 0;
    const fail = async () => {
      runs += 1;
      throw new Error('timeout after sending');
    };
    const settled = await one.operation('charge', fail).settle(1, KEY);
    expect(settled).toMatchObject({
      outcome: 'unknown',
      error: { code: 'ERR_RUNTWICE_OUTCOME_UNKNOWN', cause: { message: 'timeout after sending' } },
    });
    expect(await two.operation('charge', fail).settle(1, KEY)).toMatchObject({
      outcome: 'unknown',
    });
    expect(runs).toBe(1);
  });

  it('whose function threw so under rerun throws that, and the next call runs', async () => {
    const { open } = await openLedgers(store);
    let runs = 0;
    const charge = (await open()).operation(
      'charge',
      async () => {
        if (++runs === 1) throw new Error('first');
        return runs;
      },
      { ifInterrupted: 'rerun' },
    );
    await expect(charge(1, KEY)).rejects.toThrow('first');
    expect(await charge.run(1, KEY)).toMatchObject({ value: 2, attempt: 2 });
  });

  it('where nothing happened is free again', async () => {
    const { open } = await openLedgers(store);
    let runs = 0;
    const charge = (await open()).operation('charge', async () => {
      if (++runs === 1) throw new NothingHappened('declined');
      return runs;
    });
    expect(await charge.settle(1, KEY)).toMatchObject({
      outcome: 'failed',
      error: { message: 'declined' },
    });
    expect(await charge.run(2, KEY), 'also with another input').toMatchObject({
      value: 2,
      attempt: 2,
    });
  });

  it('is free again where no connection was made', async () => {
    const { open } = await openLedgers(store);
    const url = await closedPort();
    const charge = (await open()).operation('charge', () =>
      fetch(url).then(({ status }) => status),
    );
    for (const attempt of [1, 2]) {
      expect(await charge.settle(1, KEY)).toMatchObject({ outcome: 'failed' });
      const view = await (await open()).admin.get({ operation: 'charge', ...KEY });
      expect(view).toMatchObject({ state: 'released', attempt });
    }
  });

  it('in doubt stays so where a further attempt made no connection', async () => {
    const { open, openDead } = await openLedgers(store);
    const work = gate<string>();
    void (await openDead()).operation('charge', work.run).settle(1, KEY);
    await work.begun;
    const ledger = await open();
    const rerun = ledger.operation(
      'charge',
      () => {
        throw new NothingHappened('no connection');
      },
      { ifInterrupted: 'rerun' },
    );
    expect(await rerun.settle(1, KEY)).toMatchObject({ outcome: 'failed' });
    const stop = ledger.operation('charge', async () => 'never');
    expect(await stop.settle(1, KEY)).toMatchObject({ outcome: 'unknown' });
  });

  it('whose function threw a FinalError keeps and replays it', async () => {
    const { open } = await openLedgers(store);
    const [one, two] = [await open(), await open()];
    let runs = 0;
    const decline = async () => {
      runs += 1;
      throw new FinalError('stolen card', { data: { code: 'stolen' }, cause: new Error('402') });
    };
    for (const ledger of [one, two]) {
      const charge = ledger.operation('charge', decline);
      await expect(charge(1, KEY)).rejects.toMatchObject({
        name: 'FinalError',
        message: 'stolen card',
        data: { code: 'stolen' },
        cause: { message: '402' },
      });
    }
    expect(runs).toBe(1);
  });

  it.each([
    ['of a type that cannot be kept', () => new (class Receipt {})()],
    ['that is too large', () => 'x'.repeat(200)],
  ])('with a result %s is done, and never run again', async (_what, make) => {
    const { open, events } = await openLedgers(store);
    let runs = 0;
    const charge = (await open({ maxResultSize: 100 })).operation('charge', async () => {
      runs += 1;
      return make() as unknown;
    });
    expect(await charge.run(1, KEY)).toMatchObject({ outcome: 'created' });
    expect(events).toContainEqual(expect.objectContaining({ warning: 'result-not-kept' }));
    await expect(charge(1, KEY)).rejects.toMatchObject({ code: 'ERR_RUNTWICE_RESULT_NOT_KEPT' });
    expect(runs).toBe(1);
  });

  it('whose result cannot be kept says so to those who waited for it, too', async () => {
    const ledger = await (await openLedgers(store)).open();
    const work = gate<unknown>();
    const charge = ledger.operation('charge', () => work.run());
    const first = charge.settle(1, KEY);
    await work.begun;
    const second = charge.settle(1, KEY);
    work.end(() => {});
    expect(await first).toMatchObject({ outcome: 'created' });
    expect(await second).toMatchObject({
      outcome: 'failed',
      error: { code: 'ERR_RUNTWICE_RESULT_NOT_KEPT' },
    });
  });

  it('whose result was found, and cannot be kept, is told so', async () => {
    const { open, openDead } = await openLedgers(store);
    const work = gate<unknown>();
    void (await openDead()).operation('charge', () => work.run()).settle(1, KEY);
    await work.begun;
    const look = () => ({ happened: true, value: () => {} }) as const;
    const charge = (await open()).operation<number, unknown>('charge', () => 1, {
      ifInterrupted: look,
    });
    expect(await charge.settle(1, KEY)).toMatchObject({
      outcome: 'failed',
      error: { code: 'ERR_RUNTWICE_RESULT_NOT_KEPT' },
    });
  });
});

async function closedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
}
