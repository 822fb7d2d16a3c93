// Whose key a request carries, how it is written, and where it is kept.
import { beforeEach, describe, expect, it } from 'vitest';
import { makeRetryingFetch } from '../../../../src/adapters/http/client/client.ts';
import {
  type KeyedRequestInit,
  type KeyStore,
  retryingFetch,
} from '../../../../src/adapters/http/client/index.ts';
import { answer, resetsRead, type Scripted, serve } from './server.ts';
import { HandTime } from './time.ts';

let time: HandTime;

beforeEach(() => {
  time = new HandTime();
});

const POST = { method: 'POST', body: 'x' };

function keysOf({ seen }: Scripted): unknown[] {
  return seen.map(({ headers }) => headers['idempotency-key']);
}

describe('a key', () => {
  it('is a UUID of version 4 in quotes, another for each call', async () => {
    const server = await serve(answer(200), answer(200));
    const send = retryingFetch();
    await send(server.url, POST);
    await send(server.url, POST);
    const [first, second] = keysOf(server);
    const uuid = /^"[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}"$/u;
    expect(first).toMatch(uuid);
    expect(second).toMatch(uuid);
    expect(second).not.toBe(first);
  });

  it.each<[string, KeyedRequestInit, string]>([
    ['of the header stays as it is', { headers: { 'idempotency-key': 'a "b' } }, 'a "b'],
    ['of the work item is put in quotes', { idempotencyKey: 'order-1' }, '"order-1"'],
    ['is escaped as RFC 9651 has it', { idempotencyKey: 'a"b\\c' }, '"a\\"b\\\\c"'],
  ])('%s, in each attempt', async (_what, init, value) => {
    const server = await serve(resetsRead, answer(503), answer(200));
    await makeRetryingFetch({}, time)(server.url, { ...POST, ...init });
    expect(keysOf(server)).toEqual([value, value, value]);
    expect(time.keys).toBe(0);
  });

  it('of a Request stays as it is', async () => {
    const server = await serve(answer(503), answer(200));
    const request = new Request(server.url, { ...POST, headers: { 'Idempotency-Key': 'mine' } });
    await makeRetryingFetch({}, time)(request);
    expect(keysOf(server)).toEqual(['mine', 'mine']);
  });

  it('goes without quotes, and in another header, where the server wants that', async () => {
    const server = await serve(answer(503), answer(200));
    const send = makeRetryingFetch({ quoted: false, keyHeader: 'PayPal-Request-Id' }, time);
    await send(server.url, { ...POST, idempotencyKey: 'order "1"' });
    expect(server.seen.map(({ headers }) => headers['paypal-request-id'])).toEqual([
      'order "1"',
      'order "1"',
    ]);
    expect(keysOf(server)).toEqual([undefined, undefined]);
  });

  it.each(['GET', 'DELETE', 'LOCK'])('that is given makes a %s one with a key', async (method) => {
    const server = await serve(answer(503), answer(200));
    await makeRetryingFetch({ key: false }, time)(server.url, { method, idempotencyKey: 'k' });
    expect(keysOf(server)).toEqual(['"k"', '"k"']);
  });

  it.each<[string, KeyedRequestInit]>([
    ['empty', { idempotencyKey: '' }],
    ['empty, in the header', { headers: { 'idempotency-key': '' } }],
    ['not ASCII', { idempotencyKey: 'größe' }],
    ['of two lines', { idempotencyKey: 'a\nb' }],
    ['no text', { idempotencyKey: 7 as unknown as string }],
    ['given twice', { idempotencyKey: 'a', headers: { 'idempotency-key': 'a' } }],
    ['given and kept', { idempotencyKey: 'a', workId: 'a' }],
    ['to be kept nowhere', { workId: 'a' }],
  ])('that is %s is refused, and nothing is sent', async (_what, init) => {
    const server = await serve();
    const sent = makeRetryingFetch({}, time)(server.url, { ...POST, ...init });
    await expect(sent).rejects.toMatchObject({
      code: 'ERR_RUNTWICE_INVALID_ARGUMENT',
      fix: expect.stringContaining('Nothing was sent.'),
    });
    expect(server.seen).toEqual([]);
  });
});

describe('the key of a work item', () => {
  it('is kept before anything is sent', async () => {
    const keys = new Map<string, string>();
    const kept: unknown[] = [];
    const server = await serve((request, response, seen) => {
      kept.push([...keys]);
      answer(200)(request, response, seen);
    });
    await makeRetryingFetch({ keys }, time)(server.url, { ...POST, workId: 'order-1' });
    expect(kept).toEqual([[['order-1', 'key-1']]]);
    expect(keysOf(server)).toEqual(['"key-1"']);
  });

  it('is the one that is kept, in another process, too', async () => {
    const keys = new Map<string, string>();
    const server = await serve(resetsRead, answer(200), answer(200));
    const first = makeRetryingFetch({ keys, attempts: 1 }, time);
    await expect(first(server.url, { ...POST, workId: 'a' })).rejects.toThrow();
    const second = makeRetryingFetch({ keys }, time);
    await second(server.url, { ...POST, workId: 'a' });
    await second(server.url, { ...POST, workId: 'b' });
    expect(keysOf(server)).toEqual(['"key-1"', '"key-1"', '"key-2"']);
  });

  it('is one for calls that come together', async () => {
    const server = await serve(answer(200), answer(200));
    const send = makeRetryingFetch({ keys: new Map() }, time);
    await Promise.all([1, 2].map(() => send(server.url, { ...POST, workId: 'a' })));
    expect(keysOf(server)).toEqual(['"key-1"', '"key-1"']);
  });

  it('is that of the process that was first, where the store keeps the first', async () => {
    const kept = new Map<string, string>();
    const keys: KeyStore = {
      get: async (id) => kept.get(id) ?? null,
      set: async (id, key) => {
        // Another one comes between looking and keeping.
        if (!kept.has(id)) kept.set(id, `not ${key}`);
      },
    };
    const server = await serve(answer(200));
    await makeRetryingFetch({ keys }, time)(server.url, { ...POST, workId: 'a' });
    expect(keysOf(server)).toEqual(['"not key-1"']);
  });

  it('that is not kept is not used', async () => {
    const server = await serve();
    const send = makeRetryingFetch({ keys: { get: () => undefined, set: () => {} } }, time);
    await expect(send(server.url, { ...POST, workId: 'a' })).rejects.toMatchObject({
      code: 'ERR_RUNTWICE_INVALID_ARGUMENT',
      message: 'the key of a was not kept',
    });
    expect(server.seen).toEqual([]);
  });

  it('whose store is away is asked for again by the next call; nothing is sent', async () => {
    const away = new Error('away');
    let isAway = true;
    const kept = new Map<string, string>();
    const get = async (id: string): Promise<string | undefined> => {
      if (isAway) throw away;
      return kept.get(id);
    };
    const server = await serve(answer(200));
    const send = makeRetryingFetch({ keys: { get, set: (...one) => kept.set(...one) } }, time);
    await expect(send(server.url, { ...POST, workId: 'a' })).rejects.toBe(away);
    expect(server.seen).toEqual([]);
    isAway = false;
    expect((await send(server.url, { ...POST, workId: 'a' })).status).toBe(200);
  });
});
