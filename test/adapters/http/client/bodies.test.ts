// A request's body is sent again byte for byte, and an answer's body is given out whole.
import { beforeEach, describe, expect, it } from 'vitest';
import { makeRetryingFetch } from '../../../../src/adapters/http/client/client.ts';
import {
  answer,
  cutsLength,
  resetsRead,
  type Step,
  serve,
  stalls,
  stallsAtOnce,
} from './server.ts';
import { HandTime } from './time.ts';

let time: HandTime;

beforeEach(() => {
  time = new HandTime();
});

function form(): FormData {
  const made = new FormData();
  made.set('name', 'Ada');
  made.set('file', new Blob([new Uint8Array([0, 255, 13, 10])]), 'a.bin');
  return made;
}

function stream(): ReadableStream<Uint8Array> {
  return new Blob(['one ', 'two']).stream();
}

describe('a body is the same in each attempt:', () => {
  it.each<[string, () => RequestInit, string | undefined, string | RegExp]>([
    ['a text', () => ({ body: 'é' }), 'text/plain;charset=UTF-8', 'Ã©'],
    ['bytes', () => ({ body: new Uint8Array([0, 255, 10]) }), undefined, '\0ÿ\n'],
    ['a buffer', () => ({ body: new Uint8Array([1, 2]).buffer }), undefined, '\u0001\u0002'],
    [
      'parameters',
      () => ({ body: new URLSearchParams({ a: '1 2', b: '&' }) }),
      'application/x-www-form-urlencoded;charset=UTF-8',
      'a=1+2&b=%26',
    ],
    ['a Blob', () => ({ body: new Blob(['b'], { type: 'image/png' }) }), 'image/png', 'b'],
    ['a stream', () => ({ body: stream(), duplex: 'half' }), undefined, 'one two'],
    ['none', () => ({}), undefined, ''],
    [
      'a type of its own',
      () => ({ body: '{}', headers: { 'content-type': 'application/json' } }),
      'application/json',
      '{}',
    ],
  ])('%s', async (_what, init, type, body) => {
    for (const asRequest of [false, true]) {
      const server = await serve(resetsRead, answer(503), answer(200));
      const send = makeRetryingFetch({}, time);
      const given = { method: 'POST', ...init() };
      const sent = asRequest ? send(new Request(server.url, given)) : send(server.url, given);
      expect((await sent).status).toBe(200);
      expect(server.seen.map((seen) => [seen.headers['content-type'], seen.body])).toEqual([
        [type, body],
        [type, body],
        [type, body],
      ]);
    }
  });

  it('a form, with the boundary that its type names', async () => {
    const server = await serve(resetsRead, answer(503), answer(200));
    await makeRetryingFetch({}, time)(server.url, { method: 'POST', body: form() });
    const [first, ...others] = server.seen.map(({ headers, body }) => [
      headers['content-type'],
      body,
    ]);
    const boundary = /^multipart\/form-data; boundary=(.+)$/u.exec(String(first?.[0]))?.[1];
    expect(boundary).toBeDefined();
    expect(first?.[1]).toContain(`--${boundary}\r\n`);
    expect(first?.[1]).toContain('\0ÿ\r\n');
    expect(others).toEqual([first, first]);
  });

  it('bytes and an address that their owner changes meanwhile', async () => {
    const bytes = new Uint8Array([65]);
    const headers = new Headers({ 'x-a': '1' });
    let url: URL | undefined;
    const changes: Step = (request, response, seen) => {
      bytes[0] = 66;
      headers.set('x-a', '2');
      if (url !== undefined) url.pathname = '/other';
      answer(503)(request, response, seen);
    };
    const server = await serve(changes, answer(200));
    url = new URL(server.url);
    await makeRetryingFetch({}, time)(url, { method: 'POST', body: bytes, headers });
    expect(server.seen.map((seen) => [seen.path, seen.headers['x-a'], seen.body])).toEqual([
      ['/orders', '1', 'A'],
      ['/orders', '1', 'A'],
    ]);
  });

  it.each<[string, () => NonNullable<RequestInit['body']>]>([
    ['a text', () => 'one'],
    ['bytes', () => new Uint8Array([111, 110, 101])],
    ['a Blob', () => new Blob(['one'])],
  ])('%s, also where a redirect leads, and with its key', async (_what, body) => {
    const there = answer(307, { location: '/other' });
    const server = await serve(there, answer(503), there, answer(200));
    const response = await makeRetryingFetch({}, time)(server.url, {
      method: 'POST',
      body: body(),
    });
    expect([response.status, response.redirected]).toEqual([200, true]);
    expect(
      server.seen.map((seen) => [seen.path, seen.body, seen.headers['idempotency-key']]),
    ).toEqual(['/orders', '/other', '/orders', '/other'].map((path) => [path, 'one', '"key-1"']));
  });

  it('that is too long to be kept is refused before anything is sent', async () => {
    const server = await serve(answer(200));
    const send = makeRetryingFetch({ maxRequestBody: 7 }, time);
    const init = { method: 'POST', duplex: 'half' as const };
    await expect(send(server.url, { ...init, body: '12345678' })).rejects.toMatchObject({
      code: 'ERR_RUNTWICE_INVALID_ARGUMENT',
      message: "the request's body has more than 7 bytes",
    });
    expect(server.seen).toEqual([]);
    expect((await send(server.url, { ...init, body: stream() })).status).toBe(200);
  });
});

it('a body that is sent once only is passed on as it is, however long', async () => {
  const server = await serve(answer(200));
  const send = makeRetryingFetch({ key: false, maxRequestBody: 0 }, time);
  await send(server.url, { method: 'POST', body: stream(), duplex: 'half' });
  expect(server.seen[0]?.body).toBe('one two');
});

it('what is no request is refused as fetch refuses it', async () => {
  const send = makeRetryingFetch({}, time);
  await expect(send('/orders', { method: 'POST' })).rejects.toThrow(TypeError);
  await expect(send('http://127.0.0.1/', { method: 'GET', body: 'x' })).rejects.toThrow(TypeError);
});

describe('an answer', () => {
  const long = 'x'.repeat(5000);

  it.each([0, 4999, 5000, 1_048_576])('is whole, with a limit of %d bytes', async (limit) => {
    const server = await serve(answer(201, { 'x-a': '1' }, long));
    const send = makeRetryingFetch({ maxBufferedBody: limit }, time);
    const response = await send(server.url, { method: 'POST' });
    expect([response.status, response.url]).toEqual([201, server.url]);
    expect(response.headers.get('x-a')).toBe('1');
    expect(response.bodyUsed).toBe(false);
    expect(await response.text()).toBe(long);
  });

  it.each([204, 304])('of %d has no body', async (status) => {
    const server = await serve(answer(status));
    const response = await makeRetryingFetch({}, time)(server.url, { method: 'POST' });
    expect([response.status, response.body]).toEqual([status, null]);
  });

  it.each([0, 4])(
    'that is longer than the limit of %d is given out, and breaks off when read',
    async (limit) => {
      const server = await serve(cutsLength);
      const send = makeRetryingFetch({ maxBufferedBody: limit }, time);
      const response = await send(server.url, { method: 'POST' });
      expect(response.status).toBe(201);
      await expect(response.text()).rejects.toThrow();
      expect(server.seen).toHaveLength(1);
    },
  );

  it('to a request without a key is given out as it comes', async () => {
    const server = await serve(stalls);
    const response = await makeRetryingFetch({}, time)(server.url);
    const reader = response.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('12345');
    expect(time.pending.size).toBe(0);
    await reader?.cancel();
  });

  it('is not waited for where nothing of it is to be kept', async () => {
    const server = await serve(stallsAtOnce);
    const send = makeRetryingFetch({ maxBufferedBody: 0 }, time);
    const response = await send(server.url, { method: 'POST' });
    expect(response.status).toBe(200);
    await response.body?.cancel();
  });

  it('that is passed on as it comes still ends with the signal', async () => {
    const why = new Error('enough');
    const controller = new AbortController();
    const server = await serve(stalls);
    const send = makeRetryingFetch({ maxBufferedBody: 4 }, time);
    const response = await send(server.url, { method: 'POST', signal: controller.signal });
    const text = expect(response.text()).rejects.toBe(why);
    controller.abort(why);
    await text;
  });
});
