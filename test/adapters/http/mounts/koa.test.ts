import { once } from 'node:events';
import { createReadStream, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import Koa from 'koa';
import { describe, expect, it, onTestFinished } from 'vitest';
import { idem, idempotency } from '../../../../src/adapters/http/mounts/koa.ts';
import { openLedgers } from '../../../support/ledgers.ts';
import { TEST_STORES } from '../../../support/stores.ts';
import { json, send } from '../suite/client.ts';
import { describeMount } from '../suite/describe-mount.ts';
import type { Reply, Routes, TestMount } from '../suite/mount.ts';
import { World } from '../suite/routes.ts';

const mount: TestMount = {
  name: 'Koa',
  sees: 'raw',
  async serve(routes, options) {
    const app = new Koa();
    app.silent = true;
    app.use(parseBody);
    app.use(matchRoute(routes));
    app.use(idempotency({ ...options, scope: (context) => String(context.headers['x-user']) }));
    app.use(async (context) => {
      const handler = routes[`${context.method} ${context['_matchedRoute']}`];
      const { body } = context.request as { body?: unknown };
      if (handler !== undefined) answer(context, await handler({ idem: idem(context), body }));
    });
    return listen(app);
  },
};

/** As koa-bodyparser does it. */
async function parseBody(context: Koa.Context, next: Koa.Next): Promise<void> {
  const rawBody = await text(context.req);
  Object.assign(context.request, { rawBody, body: rawBody === '' ? {} : JSON.parse(rawBody) });
  await next();
}

/** As \@koa/router tells it. */
function matchRoute(routes: Routes): Koa.Middleware {
  return async (context, next) => {
    const pattern = context.path.replace(/^\/orders\/\d+\//u, '/orders/:id/');
    if (`${context.method} ${pattern}` in routes) context['_matchedRoute'] = pattern;
    await next();
  };
}

function answer(context: Koa.Context, { status, headers = {}, body }: Reply): void {
  context.status = status;
  if (body !== undefined) context.body = body instanceof Uint8Array ? Buffer.from(body) : body;
  context.set({ ...headers } as Record<string, string | string[]>);
}

async function listen(app: Koa): Promise<{ url: string; server: Server; close(): Promise<void> }> {
  const server = createServer(app.callback());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    server.closeAllConnections();
    server.close();
  };
  onTestFinished(close);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server, close };
}

describeMount(mount);

describe('middleware of Koa', () => {
  it('before it answers what was thrown, and that is kept', async () => {
    const { app, keyed } = await appWith();
    let runs = 0;
    app.use(async (context, next) => {
      await next().catch((error: Error) => {
        context.status = 402;
        context.body = { refused: error.message };
      });
    });
    app.use(parseBody).use(keyed);
    app.use(() => {
      throw new Error(`run ${++runs}`);
    });
    const { url } = await listen(app);
    expect(json(await send(url, '/orders', 'one'))).toEqual({ refused: 'run 1' });
    const second = await send(url, '/orders', 'one');
    expect(second.status).toBe(402);
    expect(json(second)).toEqual({ refused: 'run 1' });
  });

  it('before it sees a replay as an answer of its own', async () => {
    const { app, keyed } = await appWith();
    const seen: unknown[] = [];
    app.use(async (context, next) => {
      await next();
      seen.push([context.status, context.type, context.body]);
      context.set('x-seen', 'yes');
    });
    app.use(parseBody).use(keyed);
    app.use((context) => {
      context.status = 201;
      context.body = 'made';
    });
    const { url } = await listen(app);
    await send(url, '/orders', 'one');
    const { headers } = await send(url, '/orders', 'one');
    expect(headers).toMatchObject({ 'idempotent-replayed': 'true', 'x-seen': 'yes' });
    expect(seen).toEqual([
      [201, 'text/plain', 'made'],
      [201, 'text/plain', 'made'],
    ]);
  });

  it('is given the body by a parser, or refuses it', async () => {
    const { app, keyed } = await appWith();
    app.use(keyed).use((context) => {
      context.body = 'not reached';
    });
    const { url } = await listen(app);
    const got = await send(url, '/orders', 'one');
    expect(got.status).toBe(400);
    expect(json(got)).toMatchObject({ code: 'body-not-comparable' });
  });

  it.each([
    ['leaves', (socket: Socket) => socket.destroy()],
    ['breaks its connection', (socket: Socket) => socket.resetAndDestroy()],
  ])('answers also where the client %s: a file, to the byte', async (_, leave) => {
    const { app, keyed } = await appWith();
    const world = new World();
    app.use(parseBody).use(keyed);
    app.use(async (context) => {
      await world.wait('/file');
      context.body = createReadStream(import.meta.filename);
    });
    const { url, server } = await listen(app);
    const left = once(server, 'connection').then(([socket]) => once(socket as Socket, 'close'));
    const client = connect(Number(new URL(url).port), '127.0.0.1');
    client.write(
      'POST /file HTTP/1.1\r\nhost: a\r\nidempotency-key: one\r\ncontent-length: 2\r\n\r\n{}',
    );
    await world.waiting('/file');
    leave(client);
    // A connection that breaks is told as an error.
    await left.catch(() => {});
    world.open('/file');
    const got = await send(url, '/file', 'one', { body: {}, headers: { 'content-type': '' } });
    expect(got.headers['idempotent-replayed']).toBe('true');
    expect(got.body).toEqual(readFileSync(import.meta.filename));
  });
});

async function appWith(): Promise<{ app: Koa; keyed: Koa.Middleware }> {
  const [memory] = TEST_STORES;
  if (memory === undefined) throw new Error('there is no store');
  const app = new Koa();
  app.silent = true;
  const ledger = await (await openLedgers(memory)).open();
  return { app, keyed: idempotency({ ledger, scope: 'public' }) };
}
