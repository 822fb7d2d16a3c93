// What a delivery is answered, by what became of its event; on ledgers as processes share them.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type WebhookHandler,
  type WebhookOptions,
  type WebhookProblem,
  webhook,
} from '../../../../src/adapters/http/webhooks/index.ts';
import { FinalError, NothingHappened } from '../../../../src/once/errors.ts';
import { createLedger, type Ledger } from '../../../../src/once/ledger.ts';
import { sqliteStore } from '../../../../src/stores/sqlite/index.ts';
import { gate, openLedgers } from '../../../support/ledgers.ts';
import { TEST_STORES } from '../../../support/stores.ts';
import { tempFolder } from '../../../support/tree.ts';
import { type Event, SECRET, SENDERS, type Sender } from '../../../support/webhooks.ts';

const EVENT: Event = { id: 'evt_1', type: 'charge.succeeded' };
const KEY = { operation: 'webhook:test', key: EVENT.id };
const [stripe] = SENDERS as [Sender];
const STORES = TEST_STORES.filter(({ name }) => ['memory', 'sqlite', 'postgres'].includes(name));

function receiver(
  ledger: Ledger,
  handle: WebhookHandler<Event>,
  options: Partial<WebhookOptions<Event>> = {},
) {
  const verify = stripe.verify(SECRET);
  const receive = webhook({ ledger, source: 'test', verify, ...options }, handle);
  return async (event: Event = EVENT, body = JSON.stringify(event)) => {
    const sent = stripe.sign(event, { body });
    const answer = await receive({ headers: sent.headers, body: Buffer.from(sent.body) });
    const { code, ...rest } = JSON.parse(answer.body) as { code: string };
    expect(rest, 'a stranger is told no more').toEqual({});
    const { 'Idempotent-Replayed': replayed, 'Retry-After': retryAfter } = answer.headers;
    return { status: answer.status, code, replayed, retryAfter };
  };
}

const never = () => expect.fail('handled');

describe.each(STORES)('on $name, an event', (store) => {
  it('that is delivered ten times at once to two processes is handled once', async () => {
    const { open } = await openLedgers(store);
    const handled: Event[] = [];
    const deliver = [await open(), await open()].map((ledger) =>
      receiver(ledger, async (event) => {
        handled.push(event);
        await new Promise((resolve) => setImmediate(resolve));
      }),
    );
    const all = await Promise.all(Array.from({ length: 10 }, (_, at) => deliver[at % 2]?.()));
    expect(all.map((answer) => answer?.status)).toEqual(Array(10).fill(200));
    expect(all.filter((answer) => answer?.replayed === undefined)).toHaveLength(1);
    expect(handled).toEqual([EVENT]);
  });

  it('that its sender writes anew is the same event', async () => {
    const { open } = await openLedgers(store);
    const handled: Event[] = [];
    const deliver = receiver(await open(), (event) => handled.push(event));
    await deliver();
    const anew = JSON.stringify({ type: EVENT.type, id: EVENT.id, pending_webhooks: 2 });
    expect(await deliver(EVENT, anew)).toMatchObject({ status: 200, replayed: 'true' });
    expect(handled).toEqual([EVENT]);
  });

  it('that is being handled elsewhere is to be delivered again', async () => {
    const { open } = await openLedgers(store);
    const work = gate<void>();
    const first = receiver(await open(), work.run)();
    await work.begun;
    const deliver = receiver(await open(), never, { wait: 0 });
    expect(await deliver()).toMatchObject({ status: 503, code: 'busy', retryAfter: '30' });
    work.end();
    expect(await first).toMatchObject({ status: 200, replayed: undefined });
    expect(await deliver()).toMatchObject({ status: 200, replayed: 'true' });
  });

  it('whose handler says that nothing happened is to be delivered again, and is handled', async () => {
    const { open } = await openLedgers(store);
    let runs = 0;
    const deliver = receiver(await open(), () => {
      if (++runs === 1) throw new NothingHappened('the stock is locked');
    });
    expect(await deliver()).toMatchObject({ status: 503, code: 'failed', retryAfter: '30' });
    expect(await deliver()).toMatchObject({ status: 200, replayed: undefined });
    expect(runs).toBe(2);
  });

  it('whose handler throws what does not tell is not handled again until that is resolved', async () => {
    const { open, events } = await openLedgers(store);
    const problems: WebhookProblem[] = [];
    let runs = 0;
    const ledger = await open();
    const fail = () => {
      if (++runs === 1) throw new Error('the password is 1234');
    };
    const deliver = receiver(ledger, fail, { onProblem: (problem) => problems.push(problem) });
    for (const _ of [1, 2]) {
      expect(await deliver()).toEqual({ status: 500, code: 'outcome-unknown' });
    }
    expect(runs).toBe(1);
    expect(problems[0]).toMatchObject({
      id: EVENT.id,
      error: {
        cause: { message: 'the password is 1234' },
        fix: expect.stringContaining('resolve'),
      },
    });
    expect(events).toContainEqual(expect.objectContaining({ ...KEY, outcome: 'unknown' }));
    await ledger.admin.resolve(KEY, { happened: false });
    expect(await deliver()).toMatchObject({ status: 200, replayed: undefined });
    expect(runs).toBe(2);
  });

  it.each([
    ['stop', { ifInterrupted: 'stop' }, { status: 500, code: 'outcome-unknown' }, 0],
    ['rerun', { ifInterrupted: 'rerun' }, { status: 200, replayed: undefined }, 1],
    ['a look that finds it', look({ happened: true }), { status: 200, replayed: 'true' }, 0],
    ['a look that does not', look({ happened: false }), { status: 200, replayed: undefined }, 1],
    ['a look that cannot tell', look('unknown'), { status: 500, code: 'outcome-unknown' }, 0],
  ] as const)('whose handler was killed follows %s', async (_what, options, expected, runs) => {
    const { open, openDead } = await openLedgers(store);
    const work = gate<void>();
    void receiver(await openDead(), work.run)();
    await work.begun;
    const handled: Event[] = [];
    const deliver = receiver(await open(), (event) => handled.push(event), options);
    expect(await deliver()).toMatchObject(expected);
    expect(handled).toHaveLength(runs);
  });

  it('whose handler failed under rerun is handled by the next delivery', async () => {
    const { open } = await openLedgers(store);
    let runs = 0;
    const fail = () => {
      if (++runs === 1) throw new Error('any');
    };
    const deliver = receiver(await open(), fail, { ifInterrupted: 'rerun' });
    expect(await deliver()).toMatchObject({ status: 503, code: 'failed' });
    expect(await deliver()).toMatchObject({ status: 200, replayed: undefined });
  });

  it('that failed for good is done with', async () => {
    const { open } = await openLedgers(store);
    const problems: WebhookProblem[] = [];
    const fail = () => {
      throw new FinalError('no such customer');
    };
    const onProblem = (problem: WebhookProblem) => problems.push(problem);
    const deliver = receiver(await open(), fail, { onProblem });
    const told = { status: 200, code: 'failed-for-good' };
    expect(await deliver()).toMatchObject({ ...told, replayed: undefined });
    expect(await deliver()).toMatchObject({ ...told, replayed: 'true' });
    expect(problems[0]).toMatchObject({ error: { message: 'no such customer' } });
  });

  it('that was handled longer ago than results are kept is not handled again', async () => {
    const { open } = await openLedgers(store);
    let runs = 0;
    const ledger = await open();
    const deliver = receiver(ledger, () => ++runs, { keep: 0 });
    await deliver();
    // The store's clock may be of the same millisecond still.
    await expect
      .poll(() => ledger.admin.purge(), { timeout: 30_000 })
      .toMatchObject({ trimmed: 1 });
    expect(await deliver()).toMatchObject({ status: 200, replayed: 'true' });
    expect(runs).toBe(1);
  });

  it('is not handled where the store is away, and is afterwards', async () => {
    const { open } = await openLedgers(store);
    let isAway = true;
    const ledger = await open({}, (plain) => ({
      claim: async (request) => {
        if (isAway) throw new Error('away');
        return plain.claim(request);
      },
    }));
    const handled: Event[] = [];
    const deliver = receiver(ledger, (event) => handled.push(event));
    const away = await deliver();
    expect(away).toMatchObject({ status: 503, code: 'store-unavailable', retryAfter: '30' });
    expect(handled).toEqual([]);
    isAway = false;
    expect(await deliver()).toMatchObject({ status: 200, replayed: undefined });
  });
});

describe('an event', () => {
  const [memory] = STORES as [(typeof STORES)[0]];

  it('whose result could not be kept was handled all the same', async () => {
    const { open } = await openLedgers(memory);
    let runs = 0;
    const deliver = receiver(await open({ maxResultSize: 1 }), () => ++runs);
    await deliver();
    expect(await deliver()).toMatchObject({ status: 200, replayed: 'true' });
    expect(runs).toBe(1);
  });

  it('is not taken for handled where that is said of a call inside its handler', async () => {
    const { open } = await openLedgers(memory);
    const ledger = await open({ maxResultSize: 3 });
    const inner = ledger.operation('inner', async () => 'too long');
    await inner(1, { key: 'k' });
    const deliver = receiver(ledger, () => inner(1, { key: 'k' }), { ifInterrupted: 'rerun' });
    for (const _ of [1, 2]) expect(await deliver()).toMatchObject({ status: 503, code: 'failed' });
  });

  it('whose id stands for something else in the ledger is refused', async () => {
    const { open } = await openLedgers(memory);
    const ledger = await open();
    await ledger.once({ ...KEY, input: 'something' }, () => null);
    expect(await receiver(ledger, never)()).toMatchObject({ status: 500, code: 'refused' });
  });

  it.each(['', 'x'.repeat(600), '\ud800'])(
    'with the id %j, which no key can be, is refused',
    async (id) => {
      const { open } = await openLedgers(memory);
      const deliver = receiver(await open(), never, { id: () => id });
      expect(await deliver()).toMatchObject({ status: 400, code: 'id-invalid' });
    },
  );

  it('is to be delivered again where the ledger is closed', async () => {
    const { open } = await openLedgers(memory);
    const ledger = await open();
    await ledger.close();
    const answer = await receiver(ledger, never)();
    expect(answer).toMatchObject({ status: 503, code: 'store-unavailable' });
  });

  it('has the id that the options take from it', async () => {
    const { open } = await openLedgers(memory);
    const handled: Event[] = [];
    const id = (event: Event) => event.type;
    const deliver = receiver(await open(), (event) => handled.push(event), { id });
    await deliver();
    expect(await deliver({ ...EVENT, id: 'evt_2' })).toMatchObject({ replayed: 'true' });
    expect(handled).toEqual([EVENT]);
  });

  it('of one sender is another than that of another', async () => {
    const { open } = await openLedgers(memory);
    const ledger = await open();
    const handled: Event[] = [];
    for (const source of ['one', 'two']) {
      await receiver(ledger, (event) => handled.push(event), { source })();
    }
    expect(handled).toHaveLength(2);
  });

  it('has steps that are not repeated', async () => {
    const { open } = await openLedgers(memory);
    const steps: string[] = [];
    const handle: WebhookHandler<Event> = async (_event, attempt) => {
      await attempt.step('one', () => steps.push('one'));
      if (attempt.number === 1) throw new Error('between');
      await attempt.step('two', () => steps.push('two'));
    };
    const deliver = receiver(await open(), handle, { steps: true });
    expect(await deliver()).toMatchObject({ status: 503, code: 'failed' });
    expect(await deliver()).toMatchObject({ status: 200 });
    expect(steps).toEqual(['one', 'two']);
  });

  it('is answered the same where whoever listens to problems fails', async () => {
    const { open } = await openLedgers(memory);
    const deliver = receiver(
      await open(),
      () => {
        throw new NothingHappened('any');
      },
      { onProblem: () => expect.fail('listening') },
    );
    expect(await deliver()).toMatchObject({ status: 503 });
  });
});

it('rows that a handler writes in a transaction of the ledger are written once, under rerun', async () => {
  const path = join(tempFolder(), 'shop.db');
  const db = new DatabaseSync(path);
  onTestFinished(() => db.close());
  db.exec('CREATE TABLE paid (id TEXT)');
  const ledger = createLedger({ store: await sqliteStore(path), namespace: 'test', keep: '1d' });
  onTestFinished(() => ledger.close());
  const handle: WebhookHandler<Event> = async ({ id }, attempt) => {
    await ledger.transaction(db, { operation: 'pay', key: id, input: null }, (tx) => {
      tx.prepare('INSERT INTO paid VALUES (?)').run(id);
      return null;
    });
    if (attempt.number === 1) throw new Error('after the rows');
  };
  const deliver = receiver(ledger, handle, { ifInterrupted: 'rerun' });
  expect(await deliver()).toMatchObject({ status: 503 });
  expect(await deliver()).toMatchObject({ status: 200 });
  expect(db.prepare('SELECT id FROM paid').all()).toEqual([{ id: EVENT.id }]);
});

it.each([
  [{ maxBody: 0 }, 'maxBody'],
  [{ verify: undefined as never }, 'nothing checks signatures'],
  [{ ledger: undefined as never }, 'there is no ledger'],
  [{ maxBody: 1.5 }, 'maxBody'],
  [{ lease: 10 }, 'lease'],
  [{ keep: 'long' as '1d' }, 'keep'],
])('a webhook with %j is refused when it is made', async (options, words) => {
  const { open } = await openLedgers(STORES[0] as (typeof STORES)[0]);
  const ledger = await open();
  expect(() => receiver(ledger, never, options)).toThrow(words);
});

function look(looked: { happened: boolean } | 'unknown'): { ifInterrupted: () => typeof looked } {
  return { ifInterrupted: () => looked };
}
