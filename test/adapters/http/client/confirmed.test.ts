// Whether the server knows of the key that it was sent.
import { beforeEach, describe, expect, it } from 'vitest';
import { makeRetryingFetch } from '../../../../src/adapters/http/client/client.ts';
import { callInfo, type UnconfirmedEvent } from '../../../../src/adapters/http/client/index.ts';
import { answer, echoes, type Step, serve } from './server.ts';
import { HandTime } from './time.ts';

let time: HandTime;
let told: UnconfirmedEvent[];

beforeEach(() => {
  time = new HandTime();
  told = [];
});

const POST = { method: 'POST', body: 'x' };
const options = { onUnconfirmed: (event: UnconfirmedEvent) => told.push(event) };

describe('a key is confirmed by', () => {
  it.each<[string, Step[], object]>([
    ['its echo', [echoes], { attempts: 1, isReplayed: false }],
    [
      'its echo without quotes',
      [answer(200, { 'idempotency-key': 'key-1' })],
      { isReplayed: false },
    ],
    ['a replay', [answer(200, { 'idempotent-replayed': 'true' })], { isReplayed: true }],
    [
      'the word that it is none',
      [answer(200, { 'idempotent-replayed': 'false' })],
      { isReplayed: false },
    ],
    [
      'an earlier attempt',
      [answer(503, { 'idempotency-key': '"key-1"' }), answer(200)],
      { attempts: 2, isReplayed: false },
    ],
  ])('%s', async (_what, steps, info) => {
    const server = await serve(...steps);
    const response = await makeRetryingFetch(options, time)(server.url, POST);
    expect(callInfo(response)).toMatchObject({ key: '"key-1"', isConfirmed: true, ...info });
    expect(told).toEqual([]);
  });
});

describe('a server that ignores the key', () => {
  it.each<[string, Step]>([
    ['says nothing of it', answer(200)],
    ['says another', answer(200, { 'idempotency-key': '"key-7"' })],
  ])('and %s is told of', async (_what, step) => {
    const server = await serve(step);
    const response = await makeRetryingFetch(options, time)(`${server.url}?a=1`, POST);
    expect(callInfo(response)).toMatchObject({ isConfirmed: false });
    const { origin } = new URL(server.url);
    expect(told).toEqual([
      { origin, method: 'POST', url: server.url, key: '"key-1"', status: 200 },
    ]);
  });

  it('is told of once, and another one for itself', async () => {
    const [first, second] = [await serve(answer(200), answer(200)), await serve(answer(200))];
    const send = makeRetryingFetch(options, time);
    for (const { url } of [first, first, second]) await send(url, POST);
    expect(told.map(({ url }) => url)).toEqual([first.url, second.url]);
  });

  it('is not told of for an answer that may have come before it looked at keys', async () => {
    const server = await serve(answer(401));
    const response = await makeRetryingFetch(options, time)(server.url, POST);
    expect(callInfo(response)).toMatchObject({ isConfirmed: false });
    expect(told).toEqual([]);
  });

  it('is not told of where no key was sent', async () => {
    const server = await serve(answer(200));
    const response = await makeRetryingFetch(options, time)(server.url);
    expect(callInfo(response)).toEqual({
      attempts: 1,
      key: undefined,
      isReplayed: false,
      isConfirmed: false,
    });
    expect(told).toEqual([]);
  });
});

it('nothing is known of an answer of somebody else', () => {
  expect(callInfo(new Response())).toBeUndefined();
});
