import { describe, expect, it } from 'vitest';
import { gate, openLedgers } from '../support/ledgers.ts';
import { TEST_STORES } from '../support/stores.ts';

const KEY = { key: 'order-1' };
const away = (): never => {
  throw new Error('the connection was lost');
};

describe.each(TEST_STORES)('a store that is away, on $name,', (store) => {
  it('before the effect: nothing is run, and the error says so', async () => {
    const { open } = await openLedgers(store);
    let runs = 0;
    const ledger = await open({}, () => ({ claim: async () => away() }));
    const charge = ledger.operation('charge', async () => ++runs);
    await expect(charge(1, KEY)).rejects.toMatchObject({
      code: 'ERR_RUNTWICE_STORE_UNAVAILABLE',
      cause: { message: 'the connection was lost' },
    });
    expect(runs).toBe(0);
  });

  it('for a moment is asked again: a lost reply is no second claim', async () => {
    const { open } = await openLedgers(store);
    let asked = 0;
    const ledger = await open({}, (plain) => ({
      async claim(request) {
        const reply = await plain.claim(request);
        asked += 1;
        return asked === 1 ? away() : reply;
      },
    }));
    const charge = ledger.operation('charge', async () => 'ran');
    expect(await charge.run(1, KEY)).toMatchObject({ outcome: 'created', attempt: 1 });
  });

  it('when the reply to every claim is lost: the claim is taken back later', async () => {
    const { open } = await openLedgers(store);
    const released = Promise.withResolvers<void>();
    const ledger = await open({}, (plain) => ({
      async claim(request) {
        await plain.claim(request);
        return away();
      },
      async update(request) {
        const at = await plain.update(request);
        released.resolve();
        return at;
      },
    }));
    await ledger.operation('charge', async () => 1).settle(1, KEY);
    await released.promise;
    const view = await ledger.admin.get({ operation: 'charge', ...KEY });
    expect(view).toMatchObject({ state: 'released' });
  });

  it('after the effect: the caller has its result, others get it here, and it is saved later', async () => {
    const { open, events } = await openLedgers(store);
    let isAway = true;
    const ledger = await open({}, (plain) => ({
      update: async (request) => (isAway ? away() : plain.update(request)),
    }));
    let runs = 0;
    const charge = ledger.operation('charge', async () => ++runs);
    expect(await charge.run(1, KEY)).toMatchObject({ outcome: 'created', value: 1 });
    expect(events).toContainEqual(expect.objectContaining({ warning: 'save-delayed' }));
    expect(await charge.run(1, KEY)).toMatchObject({ outcome: 'replayed', value: 1 });
    const other = (await open()).operation('charge', async () => 'never');
    expect(await other.settle(1, { ...KEY, wait: 0 })).toMatchObject({ outcome: 'busy' });
    isAway = false;
    await expect
      .poll(() => events.at(-1), { timeout: 10_000 })
      .toMatchObject({ warning: 'saved-late' });
    expect(await other.run(1, KEY)).toMatchObject({ outcome: 'replayed', value: 1 });
  });

  it('until the ledger is closed: that is said', async () => {
    const { open, events } = await openLedgers(store);
    const ledger = await open({}, () => ({ update: async () => away() }));
    await ledger.operation('charge', async () => 1)(1, KEY);
    await ledger.close({ drain: 0 });
    await expect
      .poll(() => events.at(-1), { timeout: 10_000 })
      .toMatchObject({ warning: 'save-abandoned' });
  });
});

describe.each(TEST_STORES)('a call, on $name,', (store) => {
  it('inside the function of its own key is an error, not a deadlock', async () => {
    const { open } = await openLedgers(store);
    const ledger = await open();
    const inner = (): Promise<number> => charge(1, KEY);
    const charge = ledger.operation('charge', async (_input: number): Promise<number> => inner(), {
      ifInterrupted: 'rerun',
    });
    await expect(charge(1, KEY)).rejects.toMatchObject({ code: 'ERR_RUNTWICE_CALLED_BY_ITSELF' });
    const outer = ledger.operation('outer', (input: number) =>
      charge.settle(input, { key: 'other' }),
    );
    expect(await outer(1, KEY), 'other keys may be called').toMatchObject({ outcome: 'failed' });
  });

  it('whose signal is aborted no longer waits; the work and other waiters go on', async () => {
    const { open } = await openLedgers(store);
    const charge = (await open()).operation('charge', (_input: number) => work.run());
    const work = gate<string>();
    const { signal, abort } = abortable();
    const impatient = charge(1, { ...KEY, signal });
    const patient = charge(1, KEY);
    await work.begun;
    abort();
    await expect(impatient).rejects.toMatchObject({ name: 'AbortError' });
    work.end('done');
    expect(await patient).toBe('done');
    await expect(charge(1, { ...KEY, signal })).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('after close is refused; calls that run are waited for', async () => {
    const { open } = await openLedgers(store);
    const ledger = await open();
    const work = gate<string>();
    const charge = ledger.operation('charge', (_input: number) => work.run());
    const running = charge(1, KEY);
    await work.begun;
    const closing = ledger.close();
    await expect(charge(1, { key: 'other' })).rejects.toMatchObject({
      code: 'ERR_RUNTWICE_LEDGER_CLOSED',
    });
    work.end('done');
    await closing;
    expect(await running).toBe('done');
    await ledger.close();
  });

  it('that outlasts the drain hears of it by its signal', async () => {
    const { open } = await openLedgers(store);
    const ledger = await open();
    const work = gate<string>();
    const signals: AbortSignal[] = [];
    const charge = ledger.operation('charge', (_input: number, attempt) => {
      signals.push(attempt.signal);
      return work.run();
    });
    const running = charge.settle(1, KEY);
    await work.begun;
    await ledger.close({ drain: 0 });
    expect(signals[0]?.reason).toMatchObject({ code: 'ERR_RUNTWICE_LEASE_LOST' });
    work.fail(signals[0]?.reason);
    expect(await running).toMatchObject({ outcome: 'unknown' });
  });

  it('hears of nothing where the listener throws', async () => {
    const { open } = await openLedgers(store);
    const ledger = await open({
      onEvent: () => {
        throw new Error('the listener is broken');
      },
    });
    expect(await ledger.operation('charge', async () => 1)(1, KEY)).toBe(1);
  });

  it('that finds a record of a newer version says so, and blocks nobody', async () => {
    const { open } = await openLedgers(store);
    const ledger = await open({}, (plain) => ({
      async claim(request) {
        const reply = await plain.claim(request);
        return { ...reply, claimed: false, record: { ...reply.record, fingerprint: '9:new' } };
      },
    }));
    const charge = ledger.operation('charge', async (_input: number) => 1);
    const all = await Promise.all([1, 2].map(() => charge.settle(1, KEY)));
    expect(all).toMatchObject([
      { outcome: 'failed', error: { code: 'ERR_RUNTWICE_RECORD_TOO_NEW' } },
      { outcome: 'failed', error: { code: 'ERR_RUNTWICE_RECORD_TOO_NEW' } },
    ]);
  });

  it('whose result the operation’s own codec cannot load has failed, and is not run again', async () => {
    const { open } = await openLedgers(store);
    const ledger = await open();
    let runs = 0;
    const charge = ledger.operation('charge', async (_input: number) => ++runs, {
      result: {
        save: (value) => value,
        load: () => {
          throw new Error('an old form');
        },
      },
    });
    expect(await charge(1, KEY)).toBe(1);
    expect(await charge.settle(1, KEY)).toMatchObject({
      outcome: 'failed',
      error: { message: 'an old form' },
    });
    expect(runs).toBe(1);
  });

  it('is told of by an event with its outcome', async () => {
    const { open, events } = await openLedgers(store);
    const charge = (await open()).operation('charge', async (_input: number) => 1);
    await charge(1, KEY);
    await charge(1, KEY);
    await charge.settle(2, KEY);
    const about = {
      type: 'call',
      operation: 'charge',
      key: 'order-1',
      scope: '',
      store: store.name,
    };
    expect(events).toMatchObject([
      { ...about, outcome: 'created' },
      { ...about, outcome: 'replayed' },
      { ...about, outcome: 'differs', code: 'ERR_RUNTWICE_KEY_REUSED' },
    ]);
  });
});

function abortable(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

describe.each(TEST_STORES)(
  'an owner that ends and is gone while it is looked at, on $name,',
  (store) => {
    it('has recorded its result, which is given out', async () => {
      const { open, openDead } = await openLedgers(store);
      const { run, begun, end } = gate<string>();
      const first = (await openDead()).operation('charge', run)(1, KEY);
      await begun;
      // Its reply to the claim is from before the end; what it looks for then is a process that is gone.
      const late = await open({}, (plain) => ({
        async claim(request) {
          const reply = await plain.claim(request);
          end('charged');
          await first;
          return reply;
        },
      }));
      const charge = late.operation('charge', async () => 'charged again');
      expect(await charge.run(1, KEY)).toMatchObject({ outcome: 'replayed', value: 'charged' });
    });
  },
);
