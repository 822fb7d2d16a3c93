import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import express, { type Response } from 'express';
import { idem, idempotency } from '../../../../src/adapters/http/mounts/express.ts';
import { describeMount } from '../suite/describe-mount.ts';
import type { Reply, TestMount } from '../suite/mount.ts';

const mount: TestMount = {
  name: 'Express',
  sees: 'parsed',
  async serve(routes, options) {
    const app = express();
    app.set('env', 'test');
    const guard = idempotency({
      ...options,
      scope: (request) => String(request.headers['x-user']),
    });
    for (const [route, handler] of Object.entries(routes)) {
      const [method = '', path = ''] = route.split(' ');
      const add = method === 'PUT' ? app.put.bind(app) : app.post.bind(app);
      add(path, express.json(), guard, async (request, response) => {
        answer(response, await handler({ idem: idem(request), body: request.body }));
      });
    }
    const server = app.listen(0, '127.0.0.1');
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

function answer(response: Response, { status, headers = {}, body }: Reply): void {
  response.status(status).set(headers);
  if (body === undefined) response.end();
  else if (body instanceof Readable) body.pipe(response);
  else if (body instanceof Uint8Array) response.send(Buffer.from(body));
  else if (typeof body === 'string') response.send(body);
  else response.json(body);
}

describeMount(mount);
