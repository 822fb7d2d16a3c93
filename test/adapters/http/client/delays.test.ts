// When an attempt is followed by the next, when it is given up, and when all of it is over.
import { beforeEach, describe, expect, it } from 'vitest';
import { makeRetryingFetch } from '../../../../src/adapters/http/client/client.ts';
import type {
  RetryEvent,
  RetryingFetch,
  RetryingFetchOptions,
} from '../../../../src/adapters/http/client/index.ts';
import { answer, hangs, type Step, serve } from './server.ts';
import { HandTime } from './time.ts';

let time: HandTime;
let retries: RetryEvent[];

beforeEach(() => {
  time = new HandTime();
  retries = [];
});

function sender(options: RetryingFetchOptions = {}): RetryingFetch {
  return makeRetryingFetch({ onRetry: (event) => retries.push(event), ...options }, time);
}

const POST = { method: 'POST', body: 'x' };

function times(count: number, step: Step): Step[] {
  return Array.from({ length: count }, () => step);
}

describe('a delay', () => {
  it('is a random part of a time that doubles, up to a limit', async () => {
    const server = await serve(...times(6, answer(503)));
    time.jitter = 0.5;
    const response = sender({ attempts: 6, minDelay: 1000, maxDelay: '5s' })(server.url, POST);
    for (const ms of [500, 1000, 2000, 2500, 2500]) await time.pass(ms);
    expect((await response).status).toBe(503);
    expect(retries.map(({ delayMs }) => delayMs)).toEqual([500, 1000, 2000, 2500, 2500]);
  });

  it.each([
    ['seconds', '3', 3000],
    ['a date', new Date(1_000_000 + 4000).toUTCString(), 4000],
  ])('is as long as the server asks for, in %s', async (_form, value, ms) => {
    const server = await serve(answer(503, { 'retry-after': value }), answer(200));
    const response = sender()(server.url, POST);
    await time.pass(ms);
    expect((await response).status).toBe(200);
  });

  it.each([
    ['less than its own', '1'],
    ['nothing', '0'],
    ['a date that is over', new Date(0).toUTCString()],
    ['what is no time', '-5'],
    ['a date in no form of HTTP', '2099-01-01'],
  ])('is its own where the server asks for %s', async (_what, value) => {
    const server = await serve(answer(503, { 'retry-after': value }), answer(200));
    time.jitter = 0.5;
    const response = sender({ minDelay: '4s' })(server.url, POST);
    await time.pass(2000);
    expect((await response).status).toBe(200);
  });
});

describe('the deadline', () => {
  it('gives out the answer at once that asks for more than is left', async () => {
    const server = await serve(answer(503, { 'retry-after': '60' }, 'later'));
    const response = await sender({ deadline: '60s' })(server.url, POST);
    expect([response.status, await response.text()]).toEqual([503, 'later']);
    expect(server.seen).toHaveLength(1);
    expect(retries).toEqual([]);
  });

  it('counts what earlier attempts and delays took', async () => {
    const server = await serve(
      answer(503, { 'retry-after': '6' }),
      answer(503, { 'retry-after': '3' }),
      answer(503, { 'retry-after': '2' }),
    );
    const response = sender({ deadline: '10s' })(server.url, POST);
    await time.pass(6000);
    await time.pass(3000);
    expect((await response).status).toBe(503);
    expect(server.seen).toHaveLength(3);
  });

  it('ends an attempt that is running', async () => {
    const server = await serve(hangs, hangs);
    const response = sender({ deadline: '45s', timeout: '30s' })(server.url, POST);
    const failed = expect(response).rejects.toMatchObject({
      code: 'ERR_RUNTWICE_REQUEST_FAILED',
      data: { attempts: 2, mayHaveHappened: true },
      cause: { name: 'TimeoutError' },
    });
    await server.came(1);
    await time.pass(30_000);
    await server.came(2);
    await time.pass(15_000);
    await failed;
    expect(server.seen).toHaveLength(2);
  });
});

describe('a signal', () => {
  const why = new Error('the user went home');

  it('that is aborted already lets nothing be sent, and no key be made', async () => {
    const server = await serve();
    await expect(sender()(server.url, { ...POST, signal: AbortSignal.abort(why) })).rejects.toBe(
      why,
    );
    expect(server.seen).toEqual([]);
    expect(time.keys).toBe(0);
  });

  it.each<[string, (url: string, signal: AbortSignal) => Parameters<RetryingFetch>]>([
    ['of init', (url, signal) => [url, { ...POST, signal }]],
    ['of a Request', (url, signal) => [new Request(url, { ...POST, signal })]],
  ])('%s ends an attempt', async (_whose, request) => {
    const server = await serve(hangs);
    const controller = new AbortController();
    const response = sender()(...request(server.url, controller.signal));
    const failed = expect(response).rejects.toBe(why);
    await server.came(1);
    controller.abort(why);
    await failed;
    expect(server.seen).toHaveLength(1);
    expect(time.pending.size).toBe(0);
  });

  it('ends the last attempt, too, with its own reason', async () => {
    const server = await serve(hangs);
    const controller = new AbortController();
    const send = sender({ attempts: 1 });
    const failed = expect(send(server.url, { ...POST, signal: controller.signal })).rejects.toBe(
      why,
    );
    await server.came(1);
    controller.abort(why);
    await failed;
  });

  it('ends a delay', async () => {
    const server = await serve(answer(503, { 'retry-after': '7' }));
    const controller = new AbortController();
    const response = sender()(server.url, { ...POST, signal: controller.signal });
    const failed = expect(response).rejects.toBe(why);
    await time.timerOf(7000);
    controller.abort(why);
    await failed;
    expect(server.seen).toHaveLength(1);
    expect(time.pending.size).toBe(0);
  });

  it('ends the reading of a body that is not sent yet', async () => {
    const server = await serve();
    const controller = new AbortController();
    const body = new ReadableStream();
    const init = { method: 'POST', body, duplex: 'half' as const, signal: controller.signal };
    const response = sender()(server.url, init);
    const failed = expect(response).rejects.toBe(why);
    controller.abort(why);
    await failed;
    expect(server.seen).toEqual([]);
  });

  it('of null is none, also where the Request has one', async () => {
    const server = await serve(answer(200));
    const request = new Request(server.url, { ...POST, signal: AbortSignal.abort(why) });
    expect((await sender()(request, { signal: null })).status).toBe(200);
  });
});

it('no timer is left of a call that is over', async () => {
  const server = await serve(answer(503), answer(200));
  await sender()(server.url, POST);
  expect(time.pending.size).toBe(0);
});

it('who listens does not change how a call ends', async () => {
  const server = await serve(answer(503), answer(200));
  const throws = (): never => {
    throw new Error('of the listener');
  };
  const send = sender({ onAttempt: throws, onRetry: throws, onUnconfirmed: throws });
  expect((await send(server.url, POST)).status).toBe(200);
});

it('each attempt is told of before it is made, with the key that it carries', async () => {
  const server = await serve(answer(503), answer(200));
  const told: unknown[] = [];
  const send = sender({ onAttempt: (event) => told.push(event) });
  await send(`${server.url}?secret=1`, POST);
  const about = { method: 'POST', url: server.url, key: '"key-1"' };
  expect(told).toEqual([
    { ...about, attempt: 1 },
    { ...about, attempt: 2 },
  ]);
});
