// What is asked again, against servers that do each thing. `serve` answers 418 after its script: an attempt too
// many is seen in what is answered, and in how many requests came.
import { beforeEach, describe, expect, it } from 'vitest';
import {
  makeRetryingFetch,
  type RetryingFetch,
} from '../../../../src/adapters/http/client/client.ts';
import type { RetryEvent } from '../../../../src/adapters/http/client/index.ts';
import {
  answer,
  cutsChunks,
  cutsLength,
  hangs,
  problem,
  resetsRead,
  resetsUnread,
  type Scripted,
  type Step,
  serve,
  stalls,
} from './server.ts';
import { HandTime } from './time.ts';

let time: HandTime;
let retries: RetryEvent[];
let send: RetryingFetch;

beforeEach(() => {
  time = new HandTime();
  retries = [];
  send = makeRetryingFetch({ onRetry: (event) => retries.push(event) }, time);
});

const POST = { method: 'POST', body: '{"cents":4200}' };

/** Every request that came is the same: key, body, content type. */
function expectTheSame({ seen }: Scripted, count: number): void {
  expect(seen).toHaveLength(count);
  for (const { headers, body } of seen) {
    expect(headers['idempotency-key']).toBe('"key-1"');
    expect(headers['content-type']).toBe('text/plain;charset=UTF-8');
    if (body !== undefined) expect(body).toBe(POST.body);
  }
}

describe('a POST is sent again with the same key and bytes after', () => {
  it.each<[string, Step]>([
    ['a connection that is reset before the request is read', resetsUnread],
    ['a connection that is reset after it', resetsRead],
    ['an answer that is cut off', cutsLength],
    ['an answer in chunks that is cut off', cutsChunks],
    ['408', answer(408)],
    ['425', answer(425)],
    ['429', answer(429)],
    ['500', answer(500, {}, 'oh')],
    ['502', answer(502)],
    ['503', answer(503)],
    ['599', answer(599)],
    ['409 that names a time', answer(409, { 'retry-after': '0' })],
    ['409 that says in progress', problem(409, { code: 'in-progress' })],
    ['409 as Stripe says it', problem(409, { error: { code: 'idempotency_key_in_use' } })],
    ['400 that says so', answer(400, { 'stripe-should-retry': 'true' })],
    [
      'a replay that says so',
      answer(500, { 'idempotent-replayed': 'true', 'stripe-should-retry': 'true' }),
    ],
  ])('%s', async (_what, step) => {
    const server = await serve(step, answer(200, {}, 'done'));
    const response = await send(server.url, POST);
    expect([response.status, await response.text()]).toEqual([200, 'done']);
    expectTheSame(server, 2);
  });

  it('no answer in time', async () => {
    const server = await serve(hangs, answer(200));
    const response = send(server.url, POST);
    await server.came(1);
    await time.pass(30_000);
    expect((await response).status).toBe(200);
    expectTheSame(server, 2);
    expect(retries[0]?.error).toMatchObject({ name: 'TimeoutError' });
  });

  it('an answer that does not end in time', async () => {
    const server = await serve(stalls, answer(200, {}, 'done'));
    const response = send(server.url, POST);
    await server.came(1);
    await time.pass(30_000);
    expect(await (await response).text()).toBe('done');
    expectTheSame(server, 2);
  });
});

describe('a POST is sent once where the answer is', () => {
  it.each<[string, Step, number]>([
    ['200', answer(200), 200],
    ['302 without a place', answer(302), 302],
    ['400', answer(400), 400],
    ['404 that names a time', answer(404, { 'retry-after': '0' }), 404],
    ['409 about something else', problem(409, { code: 'slot-taken' }), 409],
    ['409 that is no JSON', answer(409, {}, 'in-progress'), 409],
    ['409 that is JSON of another form', problem(409, ['in-progress', null]), 409],
    ['a recorded 409', answer(409, { 'idempotent-replayed': 'true', 'retry-after': '0' }), 409],
    ['422, the key of another request', problem(422, { code: 'key-reused' }), 422],
    ['a recorded 500', answer(500, { 'idempotent-replayed': 'true' }), 500],
    ['501', answer(501), 501],
    ['505', answer(505), 505],
    ['503 that says so', answer(503, { 'stripe-should-retry': 'false' }), 503],
    [
      '409 whose outcome nobody knows',
      answer(409, { 'stripe-should-retry': 'false', 'retry-after': '1' }),
      409,
    ],
    ['200 that asks for another', answer(200, { 'stripe-should-retry': 'true' }), 200],
  ])('%s', async (_what, step, status) => {
    const server = await serve(step);
    expect((await send(server.url, POST)).status).toBe(status);
    expectTheSame(server, 1);
  });
});

describe('without a key', () => {
  it.each<[string, Step]>([
    ['POST', resetsRead],
    ['PATCH', resetsUnread],
  ])('a %s whose connection breaks is sent once', async (method, step) => {
    const server = await serve(step);
    send = makeRetryingFetch({ key: false }, time);
    const sent = send(server.url, { method, body: 'x' });
    await expect(sent).rejects.toMatchObject({ code: 'ERR_RUNTWICE_REQUEST_FAILED' });
    expect(server.seen).toHaveLength(1);
    expect(server.seen[0]?.headers).not.toHaveProperty('idempotency-key');
  });

  it('a POST is sent once, whatever the server asks for', async () => {
    const server = await serve(answer(503, { 'retry-after': '0', 'stripe-should-retry': 'true' }));
    send = makeRetryingFetch({ key: false }, time);
    expect((await send(server.url, POST)).status).toBe(503);
    expect(server.seen).toHaveLength(1);
  });

  it('a method that nobody knows is sent once', async () => {
    const server = await serve(answer(503));
    expect((await send(server.url, { method: 'LOCK' })).status).toBe(503);
    expect(server.seen).toHaveLength(1);
  });

  it.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])('a %s is sent again', async (method) => {
    const server = await serve(resetsUnread, answer(503), answer(200));
    expect((await send(server.url, { method })).status).toBe(200);
    expect(server.seen.map((seen) => seen.method)).toEqual([method, method, method]);
    expect(server.seen[0]?.headers).not.toHaveProperty('idempotency-key');
  });

  it('a 409 is final unless it names a time: there is no key whose request could be in progress', async () => {
    const server = await serve(problem(409, { code: 'in-progress' }));
    expect((await send(server.url, { method: 'PUT', body: 'x' })).status).toBe(409);
    expect(server.seen).toHaveLength(1);
  });
});

it('an answer that is given up is not read on: its connection is closed', async () => {
  const closed = Promise.withResolvers<void>();
  const server = await serve((_request, response) => {
    response.on('close', closed.resolve);
    response.writeHead(503, { 'content-length': '10' });
    response.write('12345');
  }, answer(200));
  expect((await send(server.url)).status).toBe(200);
  await closed.promise;
});

it('a method is what fetch makes of it', async () => {
  const server = await serve(answer(503), answer(200));
  expect((await send(server.url, { ...POST, method: 'post' })).status).toBe(200);
  expectTheSame(server, 2);
});

describe('an attempt too many', () => {
  it('is not made: the last answer is given out, and can be read', async () => {
    const server = await serve(
      ...Array.from({ length: 5 }, (_, at) => answer(503, {}, `no ${at}`)),
    );
    const response = await send(server.url, POST);
    expect([response.status, await response.text()]).toEqual([503, 'no 4']);
    expectTheSame(server, 5);
    expect(retries.map(({ attempt, status }) => [attempt, status])).toEqual([
      [1, 503],
      [2, 503],
      [3, 503],
      [4, 503],
    ]);
  });

  it('is none where one is all', async () => {
    const server = await serve(answer(503));
    send = makeRetryingFetch({ attempts: 1 }, time);
    expect((await send(server.url, POST)).status).toBe(503);
    expectTheSame(server, 1);
  });
});
