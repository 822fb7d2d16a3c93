import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Readable } from 'node:stream';
import express, {
  type ErrorRequestHandler,
  type Express,
  type RequestHandler,
  type Response,
} from 'express';
import { describe, expect, it, onTestFinished } from 'vitest';
import { idem, idempotency } from '../../../../src/adapters/http/mounts/express.ts';
import { openLedgers } from '../../../support/ledgers.ts';
import { TEST_STORES } from '../../../support/stores.ts';
import { begin, json, send } from '../suite/client.ts';
import { describeMount } from '../suite/describe-mount.ts';
import type { Reply, TestMount } from '../suite/mount.ts';
import { World } from '../suite/routes.ts';

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

describe('a handler of Express', () => {
  it('that answered and then threw has given its answer', async () => {
    const { app, url } = await appWith((_request, response) => {
      response.status(201).json({ id: 1 });
      throw new Error('too late');
    });
    const onError: ErrorRequestHandler = (error, _request, response, next) => {
      if (response.headersSent) next(error);
      else response.status(500).json({ id: 0 });
    };
    app.use(onError);
    // Express cuts the connection off where it cannot tell of an error any more.
    const first = await begin(url, '/orders', 'one').response.catch(() => undefined);
    expect([undefined, 201]).toContain(first?.statusCode);
    first?.on('error', () => {}).resume();
    const second = await send(url, '/orders', 'one');
    expect(second.status).toBe(201);
    expect(json(second)).toEqual({ id: 1 });
    expect(second.headers['idempotent-replayed']).toBe('true');
  });

  it('that sends a file sends all of it, also where its client has left', async () => {
    const world = new World();
    const { url, server } = await appWith(async (_request, response) => {
      await world.wait('/orders');
      response.sendFile(import.meta.filename);
    });
    const left = once(server, 'connection').then(([socket]) => once(socket as Socket, 'close'));
    const { leave } = begin(url, '/orders', 'one');
    await world.waiting('/orders');
    leave();
    await left;
    world.open('/orders');
    const got = await send(url, '/orders', 'one');
    expect(got.headers['idempotent-replayed']).toBe('true');
    expect(got.body).toEqual(readFileSync(import.meta.filename));
  });

  it('that writes events after they were refused harms nobody', async () => {
    const { url } = await appWith((_request, response) => {
      response.type('text/event-stream').write('data: 1\n\n');
      const goOn = () => {
        response.write('data: 2\n\n');
        response.end('data: 3\n\n');
      };
      response.once('prefinish', () => queueMicrotask(goOn));
    });
    const got = await send(url, '/orders', 'one');
    expect(json(got)).toMatchObject({ code: 'events-not-kept' });
  });
});

async function appWith(
  handler: RequestHandler,
): Promise<{ app: Express; url: string; server: Server }> {
  const [memory] = TEST_STORES;
  if (memory === undefined) throw new Error('there is no store');
  const ledger = await (await openLedgers(memory)).open();
  const app = express().set('env', 'test');
  app.post('/orders', express.json(), idempotency({ ledger, scope: 'public' }), handler);
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { app, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}
