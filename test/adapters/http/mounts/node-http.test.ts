import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { idem, idempotent } from '../../../../src/adapters/http/mounts/node-http.ts';
import { describeMount } from '../suite/describe-mount.ts';
import type { Handler, Reply, Routes, TestMount } from '../suite/mount.ts';

const mount: TestMount = {
  name: 'node:http',
  sees: 'raw',
  async serve(routes, options) {
    const scoped = {
      ...options,
      onError: () => {},
      scope: (request: { headers: NodeJS.Dict<string | string[]> }) =>
        String(request.headers['x-user']),
    };
    const guarded = idempotent(scoped, async (request, response, body) => {
      const handler = routeOf(routes, `${request.method} ${request.url}`);
      const text = (await body.bytes()).toString();
      answer(response, await handler({ idem: idem(request), body: JSON.parse(text) }));
    });
    const server = createServer(guarded);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      async close() {
        server.closeAllConnections();
        server.close();
      },
    };
  },
};

function routeOf(routes: Routes, wanted: string): Handler {
  const [method, url = ''] = wanted.split(' ');
  const path = url.replace(/\?.*/u, '').replace(/^\/orders\/\d+\//u, '/orders/:id/');
  const handler = routes[`${method} ${path}`];
  if (handler === undefined) throw new Error(`there is no route for ${wanted}`);
  return handler;
}

function answer(response: ServerResponse, { status, headers = {}, body }: Reply): void {
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
    response.writeHead(status, headers).end(body);
  } else if (body instanceof Readable) {
    body.pipe(response.writeHead(status, headers));
  } else {
    response.writeHead(status, { ...headers, 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  }
}

describeMount(mount);
