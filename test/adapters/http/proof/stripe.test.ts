// The client of Stripe, as it is published, asks a server of ours over a bad network.
import { Agent } from 'node:http';
import express, { type Response } from 'express';
import Stripe from 'stripe';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Dialect, idempotency } from '../../../../src/adapters/http/mounts/express.ts';
import type { IdempotencyOptions } from '../../../../src/adapters/http/mounts/shared.ts';
import { type Fault, FaultProxy } from '../../../support/fault-proxy.ts';
import { memoryLedger, serve } from './serve.ts';

type Answer = (effects: number, response: Response) => unknown;

const made: Answer = (effects, response) => response.json({ id: `ch_${effects}` });

/** A server behind a network that does this to the requests, one after the other. */
async function start(
  faults: Fault[],
  { answer = made, ...options }: Partial<IdempotencyOptions<object>> & { answer?: Answer },
) {
  const statuses: number[] = [];
  let effects = 0;
  const app = express();
  app.set('env', 'test');
  app.use((_request, response, next) => {
    response.on('finish', () => statuses.push(response.statusCode));
    next();
  });
  const ledger = options.ledger ?? (await memoryLedger());
  const guard = idempotency({ scope: 'public', ...options, ledger });
  app.post('/v1/charges', express.urlencoded(), guard, (_request, response) => {
    effects += 1;
    return answer(effects, response);
  });
  const { port } = await serve(app);
  const proxy = await FaultProxy.to(port, () => faults.shift() ?? 'none');
  onTestFinished(() => proxy.close());
  const stripe = new Stripe('sk_test_1', {
    host: '127.0.0.1',
    port: proxy.port,
    protocol: 'http',
    telemetry: false,
    httpAgent: new Agent({ keepAlive: false }),
  });
  return {
    proxy,
    statuses,
    effects: () => effects,
    charge: (amount = 5, more: Stripe.RequestOptions = {}) =>
      stripe.charges.create({ amount, currency: 'eur' }, { idempotencyKey: 'one', ...more }),
  };
}

describe.each<Dialect>(['ietf', 'stripe'])(
  'the client of Stripe, answered as %s has it,',
  (dialect) => {
    it.each<[string, Fault[]]>([
      ['at once', []],
      ['whose request was lost', ['before']],
      ['whose answer was lost', ['after']],
      ['whose request and then its answer were lost', ['before', 'after']],
    ])('has its charge, made once: %s', async (_what, faults) => {
      const requests = faults.length + 1;
      const { charge, effects, proxy } = await start(faults, { dialect });
      expect(await charge()).toMatchObject({ id: 'ch_1' });
      expect(await charge()).toMatchObject({ id: 'ch_1' });
      expect([effects(), proxy.count]).toEqual([1, requests + 1]);
    });

    it('that gives up has the same charge when it is asked again', async () => {
      const { charge, effects } = await start(['cut'], { dialect });
      await expect(charge()).rejects.toMatchObject({ type: 'StripeConnectionError' });
      expect(await charge()).toMatchObject({ id: 'ch_1' });
      expect(effects()).toBe(1);
    });

    it('that waited too long has the charge that was made meanwhile', async () => {
      const { charge, effects, proxy } = await start(['hang'], { dialect });
      expect(await charge(5, { timeout: 1000 })).toMatchObject({ id: 'ch_1' });
      expect(effects()).toBe(1);
      expect(proxy.count).toBeGreaterThan(1);
    });

    it('is refused where its key stood for another charge', async () => {
      const { charge, effects, proxy } = await start([], { dialect });
      await charge(5);
      // Of the IETF's 422 it knows no more than that it is an error.
      const type = dialect === 'stripe' ? 'StripeIdempotencyError' : 'StripeAPIError';
      await expect(charge(6)).rejects.toMatchObject({ type, code: 'key-reused' });
      expect([effects(), proxy.count]).toEqual([1, 2]);
    });

    it('comes again while the first is at it, and gets its charge', async () => {
      const refused = Promise.withResolvers<void>();
      const begun = Promise.withResolvers<void>();
      const { charge, effects, statuses } = await start([], {
        dialect,
        wait: 0,
        answer: async (count, response) => {
          begun.resolve();
          await refused.promise;
          return made(count, response);
        },
      });
      const first = charge();
      await begun.promise;
      const second = charge(5, { maxNetworkRetries: 5 });
      await expect.poll(() => statuses, { timeout: 20_000 }).toContain(409);
      refused.resolve();
      expect(await Promise.all([first, second])).toMatchObject([{ id: 'ch_1' }, { id: 'ch_1' }]);
      expect(effects()).toBe(1);
    });

    it('does not ask again what nobody can know', async () => {
      const { charge, effects, proxy } = await start([], {
        dialect,
        answer: () => Promise.reject(new Error('after the charge')),
      });
      await expect(charge()).rejects.toMatchObject({ code: 'outcome-unknown', statusCode: 409 });
      expect([effects(), proxy.count]).toEqual([1, 2]);
      await expect(charge()).rejects.toMatchObject({ code: 'outcome-unknown' });
      expect([effects(), proxy.count]).toEqual([1, 3]);
    });

    it('gets a failure that was answered, however often it asks', async () => {
      const { charge, effects } = await start([], {
        dialect,
        answer: (_count, response) => response.status(500).json({ error: { type: 'api_error' } }),
      });
      await expect(charge()).rejects.toMatchObject({ type: 'StripeAPIError', statusCode: 500 });
      expect(effects()).toBe(1);
    });

    it('asks again a server that says that it did nothing, or has lost its store', async () => {
      let isDown = true;
      const ledger = await memoryLedger({}, (store) => ({
        claim: (request) => (isDown ? Promise.reject(new Error('down')) : store.claim(request)),
      }));
      const { charge, effects, statuses } = await start([], {
        dialect,
        ledger,
        answer: (count, response) =>
          count === 1 ? response.status(503).json({}) : made(count, response),
      });
      const charged = charge(5, { maxNetworkRetries: 5 });
      await expect.poll(() => statuses, { timeout: 20_000 }).toContain(503);
      isDown = false;
      expect(await charged).toMatchObject({ id: 'ch_2' });
      expect(effects()).toBe(2);
    });
  },
);
