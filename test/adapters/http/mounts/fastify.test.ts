import { once } from 'node:events';
import { createReadStream, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import fastify, {
  type FastifyInstance,
  type FastifyReply,
  type LightMyRequestResponse,
} from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { idem, idempotency } from '../../../../src/adapters/http/mounts/fastify.ts';
import type { Ledger } from '../../../../src/once/ledger.ts';
import { openLedgers } from '../../../support/ledgers.ts';
import { TEST_STORES } from '../../../support/stores.ts';
import { begin, json, send } from '../suite/client.ts';
import { describeMount } from '../suite/describe-mount.ts';
import type { MountOptions, Reply, TestMount } from '../suite/mount.ts';
import { World } from '../suite/routes.ts';

const mount: TestMount = {
  name: 'Fastify',
  sees: 'raw',
  async serve(routes, options) {
    const app = fastify({ forceCloseConnections: true });
    const keyed = idempotency({
      ...options,
      scope: (request) => String(request.headers['x-user']),
    });
    for (const [route, handler] of Object.entries(routes)) {
      const [method = '', url = ''] = route.split(' ');
      app.route({
        ...keyed,
        method,
        url,
        async handler(request, reply) {
          return answer(reply, await handler({ idem: idem(request), body: request.body }));
        },
      });
    }
    return { url: await app.listen({ port: 0, host: '127.0.0.1' }), close: () => app.close() };
  },
};

function answer(reply: FastifyReply, { status, headers = {}, body }: Reply): unknown {
  reply.code(status).headers(headers);
  if (body instanceof Readable || !(body instanceof Uint8Array)) return body;
  return Buffer.from(body);
}

describeMount(mount);

describe('a route of Fastify', () => {
  it('answers injected requests', async () => {
    const { app, keyed } = await appWith();
    app.post('/orders', keyed, () => ({ id: 1 }));
    const first = await inject(app, '/orders');
    const second = await inject(app, '/orders');
    expect(second.json()).toEqual({ id: 1 });
    expect(second.headers['content-type']).toBe(first.headers['content-type']);
    expect(second.headers['idempotent-replayed']).toBe('true');
  });

  it.each(['callback', 'async'])('takes what a handler sends (%s)', async (style) => {
    const { app, keyed } = await appWith();
    let runs = 0;
    const send = (reply: FastifyReply) => void reply.code(201).send({ runs: ++runs });
    if (style === 'async') app.post('/orders', keyed, async (_request, reply) => send(reply));
    else app.post('/orders', keyed, (_request, reply) => send(reply));
    expect((await inject(app, '/orders')).json()).toEqual({ runs: 1 });
    const second = await inject(app, '/orders');
    expect(second.statusCode).toBe(201);
    expect(second.json()).toEqual({ runs: 1 });
  });

  it('takes the answer that was sent before the handler threw', async () => {
    const { app, keyed } = await appWith();
    app.post('/orders', keyed, async (_request, reply) => {
      reply.code(201).send({ id: 1 });
      throw new Error('too late');
    });
    for (const isReplay of [undefined, 'true']) {
      const got = await inject(app, '/orders');
      expect(got.statusCode).toBe(201);
      expect(got.json()).toEqual({ id: 1 });
      expect(got.headers['idempotent-replayed']).toBe(isReplay);
    }
  });

  it('takes what a handler that hijacked its reply writes', async () => {
    const { app, keyed } = await appWith();
    app.post('/orders', keyed, (_request, reply) => {
      reply.hijack();
      reply.raw.writeHead(201, { 'content-type': 'text/plain' });
      reply.raw.write('by ');
      reply.raw.end('hand');
    });
    expect((await inject(app, '/orders')).body).toBe('by hand');
    const second = await inject(app, '/orders');
    expect(second.body).toBe('by hand');
    expect(second.headers['idempotent-replayed']).toBe('true');
  });

  it('frees nobody where a hijacked reply is destroyed: its outcome is unknown', async () => {
    const { app, keyed } = await appWith();
    app.post('/orders', keyed, (_request, reply) => void reply.hijack().raw.destroy());
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    await expect(send(url, '/orders', 'one')).rejects.toThrow();
    expect(json(await send(url, '/orders', 'one'))).toMatchObject({ code: 'outcome-unknown' });
  });

  it('takes the answer of a handler that gives nothing to a client that left', async () => {
    const { app, keyed } = await appWith();
    const world = new World();
    app.post('/orders', keyed, async (_request, reply) => {
      reply.code(204);
      await world.wait('/orders');
    });
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    const { left, leave } = leaving(app, url);
    await world.waiting('/orders');
    leave();
    await left;
    world.open('/orders');
    const got = await send(url, '/orders', 'one');
    expect(got.status).toBe(204);
    expect(got.headers['idempotent-replayed']).toBe('true');
  });

  it('keeps a file that is sent to a client that left before', async () => {
    const { app, keyed } = await appWith();
    const world = new World();
    app.post('/orders', keyed, async () => {
      await world.wait('/orders');
      return createReadStream(import.meta.filename);
    });
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    const { left, leave } = leaving(app, url);
    await world.waiting('/orders');
    leave();
    await left;
    world.open('/orders');
    const got = await send(url, '/orders', 'one');
    expect(got.body).toEqual(readFileSync(import.meta.filename));
  });

  it('knows nothing of a handler that its own timeout left running', async () => {
    const { app, keyed } = await appWith();
    const { promise, resolve } = Promise.withResolvers<object>();
    app.post('/orders', { ...keyed, handlerTimeout: 20 }, () => promise);
    expect((await inject(app, '/orders')).statusCode).toBe(503);
    resolve({});
    expect((await inject(app, '/orders')).json()).toMatchObject({ code: 'outcome-unknown' });
  });

  it('claims a key only for those whom a hook lets pass, and for bodies that are valid', async () => {
    const { app, keyed } = await appWith();
    const body = { type: 'object', required: ['amount'] };
    app.addHook('preHandler', async (request, reply) => {
      if (request.headers['x-user'] !== 'ada') return reply.code(401).send({ who: 'are you?' });
    });
    app.post('/orders', { ...keyed, schema: { body } }, () => ({ id: 1 }));
    expect((await inject(app, '/orders', { user: 'eve' })).statusCode).toBe(401);
    expect((await inject(app, '/orders', { payload: {} })).statusCode).toBe(400);
    expect((await inject(app, '/orders')).headers['idempotent-replayed']).toBeUndefined();
    expect((await inject(app, '/orders', { user: 'eve' })).statusCode).toBe(401);
    expect((await inject(app, '/orders')).headers['idempotent-replayed']).toBe('true');
  });

  it('replays with the headers that hooks set', async () => {
    const { app, keyed } = await appWith();
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('access-control-allow-origin', 'https://shop.example');
    });
    app.post('/orders', keyed, () => ({ id: 1 }));
    await inject(app, '/orders');
    const { headers } = await inject(app, '/orders');
    expect(headers['idempotent-replayed']).toBe('true');
    expect(headers['access-control-allow-origin']).toBe('https://shop.example');
  });

  it('refuses a body that is too large, and a multipart one that it cannot see', async () => {
    const { app, keyed } = await appWith({ maxRequestBody: 100 });
    app.addContentTypeParser('multipart/form-data', (_request, _payload, done) => done(null));
    app.post('/orders', keyed, () => ({ id: 1 }));
    const large = await inject(app, '/orders', { payload: { much: 'x'.repeat(200) } });
    expect(large.statusCode).toBe(413);
    expect(large.json()).toMatchObject({ code: 'body-too-large' });
    const type = 'multipart/form-data; boundary=x';
    const parts = await inject(app, '/orders', { payload: '--x--', type });
    expect(parts.statusCode).toBe(400);
    expect(parts.json()).toMatchObject({ code: 'body-not-comparable' });
  });

  it('gives a parser the whole of a body that does not fit in memory', async () => {
    const { app, keyed } = await appWith();
    app.post('/orders', { ...keyed, bodyLimit: 10_000_000 }, ({ body }) => body);
    const payload = { much: 'x'.repeat(3_000_000) };
    expect((await inject(app, '/orders', { payload })).json()).toEqual(payload);
  });
});

async function openLedger(): Promise<Ledger> {
  const [memory] = TEST_STORES;
  if (memory === undefined) throw new Error('there is no store');
  return (await openLedgers(memory)).open();
}

async function appWith(
  options: Partial<MountOptions> = {},
): Promise<{ app: FastifyInstance; keyed: ReturnType<typeof idempotency> }> {
  const app = fastify({ forceCloseConnections: true });
  onTestFinished(() => app.close());
  const keyed = idempotency({ ledger: await openLedger(), scope: 'public', ...options });
  return { app, keyed };
}

function inject(
  app: FastifyInstance,
  url: string,
  {
    user = 'ada',
    payload = { amount: 1 },
    type = 'application/json',
  }: { user?: string; payload?: string | object; type?: string } = {},
): Promise<LightMyRequestResponse> {
  const headers = { 'idempotency-key': 'one', 'content-type': type, 'x-user': user };
  return app.inject({ method: 'POST', url, headers, payload });
}

/** A request whose leaving can be waited for. */
function leaving(app: FastifyInstance, url: string): { left: Promise<unknown>; leave(): void } {
  const left = once(app.server, 'connection').then(([socket]) => once(socket as Socket, 'close'));
  const { leave } = begin(url, '/orders', 'one');
  return { left, leave };
}
