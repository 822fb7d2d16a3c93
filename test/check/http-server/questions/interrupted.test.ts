// Which moments are in the middle of a request: its time is given here, so that no load decides it.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CheckedServer } from '../../../../src/check/http-server/checked-server.ts';
import { type StartServer, settledServer } from '../../../../src/check/http-server/options.ts';
import {
  interrupted,
  type Tried,
} from '../../../../src/check/http-server/questions/interrupted.ts';
import type { First } from '../../../../src/check/http-server/subject.ts';

const REQUEST = { path: '/orders', body: { n: 1 } };

/** A server with idempotency keys that answers each request at once; `seen` says when its effect is seen. */
function quick(seen: (request: IncomingMessage, count: () => void) => void): {
  start: StartServer;
  effects: () => number | Promise<number>;
} {
  const answers = new Map<string, string>();
  let effects = 0;
  const take = (request: IncomingMessage, response: ServerResponse): void => {
    const key = String(request.headers['idempotency-key']);
    if (!answers.has(key)) {
      answers.set(key, String(answers.size));
      seen(request, () => effects++);
    }
    response.writeHead(201).end(answers.get(key));
  };
  const start = async () => {
    const server = createServer(take).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return {
      url: `http://127.0.0.1:${port}`,
      async kill() {
        server.close();
        server.closeAllConnections();
      },
    };
  };
  return { start, effects: () => effects };
}

/** Asked of a request that is said to have taken so long. */
async function ask({ start, effects }: ReturnType<typeof quick>, ms: number): Promise<Tried> {
  const how = settledServer(start, { requests: [REQUEST], effects, settle: 20 });
  const server = new CheckedServer(start, how);
  await server.start();
  onTestFinished(() => server.kill());
  const key = server.newKey();
  const came = await server.send(REQUEST, { key }).came;
  const first: First = { request: REQUEST, key, came, effects: 1, elapsedMs: ms };
  return interrupted({ server, firsts: [first], telling: [first] }, first, () => false);
}

const TOO_QUICK = {
  found: 5,
  tried: 1,
  seen: [
    { answer: 'recovers' },
    {
      answer: 'inconclusive',
      finding: { what: expect.stringContaining('let its handler take 200 ms') },
    },
  ],
};

describe('a handler that is too quick to be killed in the middle is inconclusive', () => {
  it('where its effect is seen after its answer', async () => {
    const server = quick(({ socket }, count) => socket.once('close', count));
    expect(await ask(server, 5)).toMatchObject(TOO_QUICK);
  });

  it('where its effect is seen while its answer is on its way', async () => {
    let tell = Promise.withResolvers<void>();
    const { start, effects } = quick((_, count) => {
      count();
      tell.resolve();
      tell = Promise.withResolvers();
    });
    // Told in the moment in which it happens, where it does.
    const atOnce = async () => Promise.race([tell.promise, delay(50)]).then(effects);
    expect(await ask({ start, effects: atOnce }, 5)).toMatchObject(TOO_QUICK);
  });

  it('where its first request took longer', async () => {
    const server = quick(({ socket }, count) => socket.once('close', count));
    expect(await ask(server, 10_000)).toMatchObject(TOO_QUICK);
  });
});
