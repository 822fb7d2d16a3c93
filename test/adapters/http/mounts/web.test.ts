import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { createAdaptorServer } from '@hono/node-server';
import { idem, idempotent } from '../../../../src/adapters/http/mounts/web.ts';
import { describeMount } from '../suite/describe-mount.ts';
import type { Handler, Reply, Routes, TestMount } from '../suite/mount.ts';

const mount: TestMount = {
  name: 'a fetch handler',
  sees: 'raw',
  async serve(routes, options) {
    const scope = (request: Request) => String(request.headers.get('x-user'));
    const fetch = idempotent({ ...options, scope }, async (request) => {
      const handler = routeOf(routes, request);
      return responseOf(await handler({ idem: idem(request), body: await request.json() }));
    });
    const server = createAdaptorServer({ fetch, overrideGlobalObjects: false });
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

function routeOf(routes: Routes, { method, url }: Request): Handler {
  const path = new URL(url).pathname.replace(/^\/orders\/\d+\//u, '/orders/:id/');
  const handler = routes[`${method} ${path}`];
  if (handler === undefined) throw new Error(`there is no route for ${method} ${path}`);
  return handler;
}

function responseOf({ status, headers = {}, body }: Reply): Response {
  const init = { status, headers: pairsOf(headers) };
  if (body instanceof Readable) return new Response(ReadableStream.from(body), init);
  if (body === undefined) return new Response(null, init);
  if (typeof body === 'string') return new Response(body, init);
  if (body instanceof Uint8Array) return new Response(Buffer.from(body), init);
  return Response.json(body, init);
}

function pairsOf(headers: NonNullable<Reply['headers']>): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((line): [string, string] => [name, line]),
  );
}

describeMount(mount);
