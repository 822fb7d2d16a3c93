import { connect } from 'node:net';
import { type Context, Hono } from 'hono';
import { cloneRawRequest } from 'hono/request';
import { describe, expect, it } from 'vitest';
import { idempotency } from '../../../../../src/adapters/http/mounts/hono.ts';
import { memoryLedger } from '../../../../support/memory-ledger.ts';
import { post, serving } from './serving.ts';

/** With a mark at its beginning, which a text loses, and a byte that is no UTF-8. */
const ODD = Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0xff, 0x62]);

function guard() {
  return idempotency<Context>({ ledger: memoryLedger(), scope: 'public' });
}

function bytesOf(data: ArrayBuffer): string {
  return Buffer.from(data).toString('hex');
}

describe('the body of a request to Hono on Node', () => {
  it.each([
    ['as bytes', (c: Context) => c.req.arrayBuffer().then(bytesOf)],
    ['as a blob', async (c: Context) => bytesOf(await (await c.req.blob()).arrayBuffer())],
    ['of the request itself', (c: Context) => c.req.raw.arrayBuffer().then(bytesOf)],
    ['as a stream', (c: Context) => new Response(c.req.raw.body).arrayBuffer().then(bytesOf)],
    ['of a clone', async (c: Context) => bytesOf(await c.req.raw.clone().arrayBuffer())],
    [
      "of Hono's clone",
      async (c: Context) => bytesOf(await (await cloneRawRequest(c.req)).arrayBuffer()),
    ],
    ['of one made of it', (c: Context) => new Request(c.req.raw).arrayBuffer().then(bytesOf)],
  ])('is given byte by byte: %s', async (_, read) => {
    const app = new Hono();
    app.post('/x', guard(), async (c) => c.text(await read(c)));
    const url = await serving(app.fetch);
    for (const _ of [1, 2]) {
      expect(await (await post(`${url}/x`, { body: ODD })).text()).toBe(ODD.toString('hex'));
    }
    expect((await post(`${url}/x`, { body: 'another' })).status).toBe(422);
  });

  it.each([
    ['text', (c: Context) => c.req.text(), 'a=1'],
    ['form', (c: Context) => c.req.parseBody(), { a: '1' }],
    ['twice', async (c: Context) => [await c.req.text(), await c.req.text()], ['a=1', 'a=1']],
  ])('is parsed: as %s', async (_, read: (c: Context) => Promise<unknown>, wanted) => {
    const app = new Hono();
    app.post('/x', guard(), async (c) => c.json(await read(c)));
    const url = await serving(app.fetch);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await post(`${url}/x`, { body: 'a=1', headers });
    expect(await answer.json()).toEqual(wanted);
  });

  it('is given by the request that came, also to who asks after a replay', async () => {
    const app = new Hono();
    const after: string[] = [];
    let came: Request | undefined;
    app.use(async (c, next) => {
      came = c.req.raw;
      await next();
      after.push(await c.req.text());
    });
    app.post('/x', guard(), (c) => c.text(`${c.req.raw === came} ${c.req.raw.bodyUsed}`));
    const url = await serving(app.fetch);
    for (const _ of [1, 2]) {
      expect(await (await post(`${url}/x`, { body: 'body' })).text()).toBe('true false');
    }
    expect(after).toEqual(['body', 'body']);
  });

  it.each([
    ['large', 'x'.repeat(2_000_000)],
    ['of unknown length', ReadableStream.from([Buffer.from('in '), Buffer.from('pieces')])],
    ['empty', ''],
  ])('may be %s', async (_, body) => {
    const app = new Hono();
    app.post('/x', guard(), async (c) => c.text(String((await c.req.raw.text()).length)));
    const url = await serving(app.fetch);
    const wanted = typeof body === 'string' ? body.length : 9;
    expect(await (await post(`${url}/x`, { body })).text()).toBe(String(wanted));
  });

  it.each([
    ['another request is in its place', (c: Context) => new Request(c.req.raw)],
    [
      'it was asked for more',
      ({ req: { raw } }: Context) => (raw.body === null ? new Request(raw) : raw),
    ],
  ])('is given where %s', async (_, made) => {
    const app = new Hono();
    app.use((c, next) => {
      c.req.raw = made(c);
      return next();
    });
    app.post('/x', guard(), async (c) => c.json(await c.req.json()));
    const url = await serving(app.fetch);
    for (const _ of [1, 2]) {
      expect(await (await post(`${url}/x`, { body: '{"a":1}' })).json()).toEqual({ a: 1 });
    }
    expect((await post(`${url}/x`, { body: '{"a":2}' })).status).toBe(422);
  });

  it.each([
    ['fails', () => Promise.reject(new TypeError('Body is unusable'))],
    ['is empty', () => Promise.resolve(new ArrayBuffer())],
    ['does not come', () => new Promise<ArrayBuffer>(() => {})],
  ])('is given where the server cannot give it again: there it %s', async (_, value) => {
    const app = new Hono();
    app.post('/x', guard(), async (c) =>
      c.json([await c.req.json(), c.req.raw.headers.get('x-a')]),
    );
    const url = await serving((request, env) => {
      const kind = Object.create(Object.getPrototypeOf(request), {
        arrayBuffer: { value },
        text: { value },
      });
      return app.fetch(
        Object.create(kind, Object.getOwnPropertyDescriptors(request)) as Request,
        env,
      );
    });
    const init = { body: '{"a":1}', headers: { 'x-a': 'b' } };
    for (const _ of [1, 2]) {
      expect(await (await post(`${url}/x`, init)).json()).toEqual([{ a: 1 }, 'b']);
    }
    expect((await post(`${url}/x`, { body: '{"a":2}' })).status).toBe(422);
  });

  it('that breaks off leaves the key free', async () => {
    const app = new Hono();
    const failed = Promise.withResolvers<string>();
    const begun = Promise.withResolvers<void>();
    app.onError((error, c) => {
      failed.resolve(error.message);
      return c.text('failed', 500);
    });
    app.use((_, next) => {
      begun.resolve();
      return next();
    });
    app.post('/x', guard(), (c) => c.text('done'));
    const url = await serving(app.fetch);
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(
      'POST /x HTTP/1.1\r\nHost: h\r\nIdempotency-Key: one\r\nContent-Length: 10\r\n\r\nhalf',
    );
    await begun.promise;
    socket.destroy();
    expect(await failed.promise).toMatch(/broke off|aborted/);
    expect(await (await post(`${url}/x`, { body: 'whole body' })).text()).toBe('done');
  });
});
