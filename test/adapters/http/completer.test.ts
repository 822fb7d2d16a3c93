import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  Completer,
  type CompleterOptions,
  createCompleter,
} from '../../../src/adapters/http/completer.ts';
import { saveRequest } from '../../../src/adapters/http/engine/input.ts';
import { idem, idempotent } from '../../../src/adapters/http/mounts/node-http.ts';
import type { Ledger } from '../../../src/once/ledger.ts';
import { systemSurroundings } from '../../../src/once/surroundings.ts';
import { type Ledgers, openLedgers } from '../../support/ledgers.ts';
import { TEST_STORES } from '../../support/stores.ts';
import { send } from './suite/client.ts';

interface World {
  /** What the handler does between its two steps. */
  between(attempt: number): void | Promise<void>;
  readonly steps: string[];
}

async function serve(ledger: Ledger, world: World): Promise<string> {
  const options = {
    ledger,
    onError: () => {},
    scope: (request: { headers: NodeJS.Dict<string | string[]> }) =>
      String(request.headers['x-user']),
    steps: true,
    storeInput: { headers: ['X-User'], maxBody: 100 },
  };
  const server = createServer(
    idempotent(options, async (request, response, body) => {
      const { attempt, step } = idem(request);
      await step('charge', () => void world.steps.push('charge'));
      await world.between(attempt);
      await step('mail', () => void world.steps.push(`mail ${request.url}`));
      response.end(await body.bytes());
    }),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function completerOf(ledger: Ledger, url: string, lateMs: number): Completer {
  const { clock, timers } = systemSurroundings;
  const late = { now: () => clock.now() + lateMs, monotonic: clock.monotonic };
  const options = {
    ledger,
    send: ({ url: path, ...request }: { url: string; method: string; body: Uint8Array }) =>
      fetch(new URL(path, url), { ...request, body: Buffer.from(request.body) }),
  };
  return new Completer(options, { clock: late, timers });
}

const HOUR = 3_600_000;
const STORES = TEST_STORES.filter(({ name }) => name !== 'memory');

describe.each(STORES)('the completer on $name', (store) => {
  async function start(): Promise<Ledgers> {
    return openLedgers(store);
  }

  it('ends what a server that died had begun, once', async () => {
    const ledgers = await start();
    const stuck = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    const steps: string[] = [];
    const dying = await serve(await ledgers.openDead(), {
      steps,
      between: () => {
        reached.resolve();
        return stuck.promise;
      },
    });
    send(dying, '/orders?a=1', 'one', { body: 'two boxes' }).catch(() => {});
    await reached.promise;
    const ledger = await ledgers.open();
    const url = await serve(ledger, { steps, between: () => {} });
    expect(await completerOf(ledger, url, 0).run()).toEqual({ completed: 0, left: 0, failed: 0 });
    const completer = completerOf(ledger, url, HOUR);
    expect(await completer.run()).toEqual({ completed: 1, left: 0, failed: 0 });
    expect(steps).toEqual(['charge', 'mail /orders?a=1']);
    expect(await completer.run()).toEqual({ completed: 0, left: 0, failed: 0 });
    const got = await send(url, '/orders?a=1', 'one', { body: 'two boxes' });
    expect(got.headers['idempotent-replayed']).toBe('true');
    expect(got.body.toString()).toBe('two boxes');
    stuck.resolve();
  });

  it('ends what threw between two steps', async () => {
    const ledger = await (await start()).open();
    const steps: string[] = [];
    const between = (attempt: number) => {
      if (attempt === 1) throw new Error('between');
    };
    const url = await serve(ledger, { steps, between });
    expect((await send(url, '/', 'one')).status).toBe(500);
    expect(await completerOf(ledger, url, HOUR).run()).toMatchObject({ completed: 1 });
    expect(steps).toEqual(['charge', 'mail /']);
  });

  it('sends what came last, where an earlier attempt had another body', async () => {
    const ledger = await (await start()).open();
    const url = await serve(ledger, {
      steps: [],
      between: (attempt) => {
        if (attempt < 3) throw new Error('between');
      },
    });
    const stored = { operation: 'POST /', scope: 'ada', key: 'one', method: 'POST', url: '/' };
    await saveRequest(ledger, { ...stored, headers: { 'x-user': 'old' }, text: 'old' });
    await saveRequest(ledger, { ...stored, headers: { 'x-user': 'ada' }, text: 'new' });
    const names = { operation: 'requests to complete', scope: '' };
    for await (const { result } of ledger.admin.list(names)) {
      expect(result).toMatchObject({ text: 'new', headers: { 'x-user': 'ada' } });
    }
    await completerOf(ledger, url, HOUR).run();
  });

  it('leaves what it cannot send, and says so', async () => {
    const ledger = await (await start()).open();
    const between = () => {
      throw new Error('always');
    };
    const url = await serve(ledger, { steps: [], between });
    await send(url, '/', 'one');
    expect(await completerOf(ledger, url, HOUR).run()).toMatchObject({ left: 1 });
    expect(await completerOf(ledger, 'http://127.0.0.1:1', HOUR).run()).toMatchObject({
      failed: 1,
    });
    expect(await completerOf(ledger, url, HOUR).run()).toMatchObject({ left: 1 });
  });

  it('keeps nothing of requests that are done, and of none that is too large', async () => {
    const ledger = await (await start()).open();
    const url = await serve(ledger, { steps: [], between: () => {} });
    expect((await send(url, '/', 'one')).status).toBe(200);
    expect((await send(url, '/', 'two', { body: 'x'.repeat(101) })).status).toBe(413);
    await completerOf(ledger, url, 0).run();
    for await (const { key } of ledger.admin.list({
      operation: 'requests to complete',
      scope: '',
    })) {
      expect.unreachable(`${key} is left`);
    }
    expect(
      await ledger.admin.get({ operation: 'POST /', scope: 'ada', key: 'two' }),
    ).toBeUndefined();
  });
});

it.each([{}, { ledger: {} }, { send: async () => {} }])(
  'a completer of %j is refused',
  (options) => {
    expect(() => createCompleter(options as unknown as CompleterOptions)).toThrow(
      expect.objectContaining({ code: 'ERR_RUNTWICE_INVALID_ARGUMENT' }),
    );
  },
);
