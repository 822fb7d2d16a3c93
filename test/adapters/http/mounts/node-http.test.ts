import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { idem, idempotent } from '../../../../src/adapters/http/mounts/node-http.ts';
import { describeMount } from '../suite/describe-mount.ts';
import type { TestMount } from '../suite/mount.ts';
import { answer, routeOf } from '../suite/plain-server.ts';

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

describeMount(mount);
