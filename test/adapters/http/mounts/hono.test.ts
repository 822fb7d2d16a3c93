import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { createAdaptorServer } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { idem, idempotency } from '../../../../src/adapters/http/mounts/hono.ts';
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
  if (body instanceof Readable) return c.body(Readable.toWeb(body) as ReadableStream);
  if (body instanceof Uint8Array) return c.body(Buffer.from(body));
  return typeof body === 'string' ? c.body(body) : c.json(body);
}

describeMount(mount);
