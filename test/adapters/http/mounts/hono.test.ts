import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { createAdaptorServer } from '@hono/node-server';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { HTTPException } from 'hono/http-exception';
import { cloneRawRequest } from 'hono/request';
import { describe, expect, it } from 'vitest';
import { idem, idempotency, NothingHappened } from '../../../../src/adapters/http/mounts/hono.ts';
import type { Ledger } from '../../../../src/once/ledger.ts';
import { memoryLedger } from '../../../support/memory-ledger.ts';
import { describeMount } from '../suite/describe-mount.ts';
import type { Reply, TestMount } from '../suite/mount.ts';

const mount: TestMount = {
  name: 'Hono',
  sees: 'raw',
  async serve(routes, options) {
    const app = new Hono();
    app.onError((error, c) => c.text(error.message, 500));
    const guard = idempotency({
      ...options,
      scope: (c: Context) => String(c.req.header('x-user')),
    });
    for (const [route, handler] of Object.entries(routes)) {
      const [method = '', path = ''] = route.split(' ');
      app.on(method, path, guard, async (c) => {
        return answer(c, await handler({ idem: idem(c), body: await c.req.json() }));
      });
    }
    const server = createAdaptorServer({ fetch: app.fetch });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      async close() {
        if ('closeAllConnections' in server) server.closeAllConnections();
        server.close();
      },
    };
  },
};

function answer(c: Context, { status, headers = {}, body }: Reply): Response {
  for (const [name, value] of Object.entries(headers)) {
    for (const line of [value].flat()) c.header(name, line, { append: true });
  }
  c.status(status as 200);
  if (body === undefined) return c.body(null);
  if (body instanceof Readable) return c.body(ReadableStream.from(body));
  if (body instanceof Uint8Array) return c.body(Buffer.from(body));
  return typeof body === 'string' ? c.body(body) : c.json(body);
}

describeMount(mount);

type Options = Partial<Parameters<typeof idempotency<Context>>[0]>;

/** An app with a guard, asked without a server. */
function appOf(options: Options = {}): {
  app: Hono;
  ledger: Ledger;
  guard: MiddlewareHandler;
  post(path: string, init?: RequestInit): Promise<Response>;
} {
  const app = new Hono();
  app.onError((error, c) => c.text(`onError: ${error.message}`, 500));
  const ledger = memoryLedger();
  return {
    app,
    ledger,
    guard: idempotency({ ledger, scope: 'public', ...options }),
    async post(path, { headers, ...init } = {}) {
      const sent = { 'idempotency-key': 'one', ...(headers as Record<string, string>) };
      return app.request(path, { method: 'POST', headers: sent, ...init });
    },
  };
}

describe('a key in Hono', () => {
  it('belongs to the route that the guard is put on, or to the path', async () => {
    const { app, guard, ledger, post } = appOf();
    app.post('/orders/:id', guard, (c) => c.text(c.req.param('id')));
    app.use('/api/*', guard);
    app.post('/api/:thing', (c) => c.text(c.req.param('thing')));
    await post('/orders/7');
    await post('/api/charges');
    const names = [];
    for await (const { operation } of ledger.admin.list()) names.push(operation);
    expect(names.sort()).toEqual(['POST /api/charges', 'POST /orders/:id']);
  });

  it('is handled once in an app below another one, and without a route', async () => {
    const { app, guard, post } = appOf();
    let runs = 0;
    const below = new Hono();
    below.onError((error, c) => c.text(`below: ${error.message}`, 500));
    below.post('/x', guard, (c) => c.text(String(++runs)));
    below.post('/throws', guard, () => {
      throw new Error('it threw');
    });
    app.route('/below', below);
    app.use('/nothing', guard);
    for (const _ of [1, 2]) expect(await (await post('/below/x')).text()).toBe('1');
    expect(await (await post('/below/throws')).text()).toBe('below: it threw');
    expect((await post('/below/throws')).status).toBe(409);
    for (const _ of [1, 2]) expect((await post('/nothing')).status).toBe(404);
    expect((await post('/nothing')).headers.get('idempotent-replayed')).toBe('true');
  });
});

describe('an answer of Hono', () => {
  it('has the headers that others set, also when it is replayed or a problem', async () => {
    const { app, guard, post } = appOf();
    let requests = 0;
    app.use(async (c, next) => {
      c.header('x-request-id', String(++requests));
      await next();
      c.header('x-after', 'yes');
    });
    app.use(cors());
    app.post('/x', guard, (c) => c.text('made', 201, { 'x-own': 'handler' }));
    const answers = [await post('/x'), await post('/x'), await post('/x', { body: 'another' })];
    const seen = answers.map(({ status, headers }) => [
      status,
      headers.get('x-request-id'),
      headers.get('x-after'),
      headers.get('access-control-allow-origin'),
      headers.get('x-own'),
      headers.get('content-type'),
      headers.get('idempotency-key'),
    ]);
    const origin = '*';
    const text = 'text/plain; charset=UTF-8';
    expect(seen).toEqual([
      [201, '1', 'yes', origin, 'handler', text, 'one'],
      [201, '2', 'yes', origin, null, text, 'one'],
      [422, '3', 'yes', origin, null, 'application/problem+json', 'one'],
    ]);
  });

  it('that takes the place of one that is not true has nothing of it', async () => {
    const { app, post } = appOf();
    const ledger = memoryLedger(() => ({ update: async () => undefined }));
    const guard = idempotency({ ledger, scope: 'public' });
    app.post('/x', guard, (c) => c.text('made', 201, { location: '/x/1', 'content-length': '4' }));
    const answer = await post('/x');
    expect(await answer.json()).toMatchObject({ code: 'outcome-unknown' });
    expect(answer.headers.get('location')).toBeNull();
    expect(answer.headers.get('content-length')).toBeNull();
  });

  it.each([
    [
      'a refusal that onError makes a failure',
      () => new HTTPException(402, { message: 'no' }),
      500,
      409,
    ],
    ['a text', () => 'a text', 500, 409],
    ['that nothing happened', () => new NothingHappened('no'), 500, 500],
  ])(
    'to what is thrown frees the key only where nothing happened: %s',
    async (_, thrown, first, second) => {
      const { app, guard } = appOf();
      app.post('/x', guard, () => {
        throw thrown();
      });
      const fetch = async () => {
        const headers = { 'idempotency-key': 'one' };
        const request = new Request('http://h/x', { method: 'POST', headers });
        return Promise.resolve(app.fetch(request)).then(
          ({ status }) => status,
          () => 500,
        );
      };
      expect([await fetch(), await fetch()]).toEqual([first, second]);
    },
  );

  it('to a refusal that was thrown is replayed', async () => {
    const app = new Hono();
    const guard = idempotency({ ledger: memoryLedger(), scope: 'public' });
    let runs = 0;
    app.post('/x', guard, () => {
      throw new HTTPException(402, { message: `no ${++runs}` });
    });
    const headers = { 'idempotency-key': 'one' };
    for (const _ of [1, 2]) {
      const answer = await app.request('/x', { method: 'POST', headers });
      expect([answer.status, await answer.text()]).toEqual([402, 'no 1']);
    }
  });
});

describe('the body of a request to Hono', () => {
  it.each([
    ['parsed', (c: Context) => c.req.json()],
    ['read from the request itself', (c: Context) => c.req.raw.json()],
    ['read twice', async (c: Context) => (await c.req.text()) && c.req.json()],
    ['of a clone', async (c: Context) => (await cloneRawRequest(c.req)).json()],
  ])('can be %s by the handler', async (_, read) => {
    const { app, guard, post } = appOf();
    app.post('/x', guard, async (c) => c.json(await read(c)));
    const body = '{"amount":1}';
    const stated = { 'content-length': String(body.length) };
    expect(await (await post('/x', { body, headers: stated })).json()).toEqual({ amount: 1 });
    const other = { 'idempotency-key': 'two' };
    expect(await (await post('/x', { body, headers: other })).json()).toEqual({ amount: 1 });
    const second = await post('/x', { body, headers: { 'content-length': String(body.length) } });
    expect(second.headers.get('idempotent-replayed')).toBe('true');
  });

  it('may have been read before, but as a form', async () => {
    const { app, guard, post } = appOf();
    app.post(
      '/json',
      (c, next) => c.req.json().then(next),
      guard,
      (c) => c.text('ok'),
    );
    app.post(
      '/form',
      (c, next) => c.req.formData().then(next),
      guard,
      (c) => c.text('ok'),
    );
    app.post(
      '/raw',
      (c, next) => c.req.raw.text().then(next),
      guard,
      (c) => c.text('ok'),
    );
    expect(await (await post('/json', { body: '{"a":1}' })).text()).toBe('ok');
    expect((await post('/json', { body: '{"a":2}' })).status).toBe(422);
    const body = new FormData();
    body.set('a', '1');
    expect(await (await post('/form', { body })).text()).toContain('the body was read before');
    expect(await (await post('/raw', { body: 'x' })).text()).toContain('the body was read before');
  });

  it('is refused where it is too large, whoever read it', async () => {
    const { app, guard, post } = appOf({ maxRequestBody: 10 });
    app.post('/x', guard, (c) => c.text('ok'));
    app.post(
      '/read',
      (c, next) => c.req.text().then(next),
      guard,
      (c) => c.text('ok'),
    );
    const body = 'x'.repeat(11);
    const stated = { 'content-length': '11' };
    for (const answer of [
      await post('/x', { body, headers: stated }),
      await post('/x', { body }),
      await post('/read', { body }),
    ]) {
      expect(answer.status).toBe(413);
      expect(await answer.json()).toMatchObject({ code: 'body-too-large' });
    }
  });
});
