// Which connections keyed requests are sent on, to a real server, at times that the test says.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { Worker } from 'node:worker_threads';
import { expect, it, onTestFinished } from 'vitest';
import { Upstream } from '../../../src/cli/proxy/upstream.ts';
import { json, receive } from '../../adapters/http/suite/client.ts';
import { counting, serveBehind, startProxy } from './harness.ts';

/** Says for how long it keeps an idle connection, or nothing of it. */
function saying(keepAlive?: string): RequestListener {
  const headers = { connection: 'keep-alive', ...(keepAlive && { 'keep-alive': keepAlive }) };
  return (request, response) => {
    request.resume().on('end', () => response.writeHead(201, headers).end('ok'));
  };
}

/** Asks as the proxy does for requests with a key. */
function to(url: string) {
  const clock = { ms: 0, monotonic: () => clock.ms };
  const upstream = new Upstream({ upstream: new URL(url), upstreamTimeoutMs: 60_000 }, clock);
  onTestFinished(() => upstream.close());
  const begin = async (): Promise<IncomingMessage> => {
    const headers = ['host', upstream.url.host, 'content-length', '1'];
    const { message, answer } = await upstream.once({ method: 'POST', target: '/', headers });
    message.end('1');
    return answer;
  };
  return { clock, begin, ask: async () => (await receive(await begin())).status };
}

async function before(listener: RequestListener) {
  const behind = await serveBehind(listener);
  const { clock, begin, ask } = to(behind.url);
  return {
    behind,
    clock,
    begin,
    /** Asks after so long, and says how many connections were made by then. */
    async after(ms: number): Promise<number> {
      clock.ms += ms;
      expect(await ask()).toBe(201);
      return behind.connections();
    },
    /** The server's last connection is closed, at both ends. */
    async closed(): Promise<void> {
      const socket = behind.requests.at(-1)?.socket;
      if (socket?.closed === false) await once(socket, 'close');
    },
  };
}

it.each([
  ['timeout=5', [0, 3999, 3999, 4000, 0], [1, 1, 1, 2, 2]],
  ['max=9, timeout=3', [0, 1999, 2000], [1, 1, 2]],
  ['timeout=1', [0, 0], [1, 2]],
  ['timeout=0', [0, 0], [1, 2]],
])('%s: used again for a second less than that', async (keepAlive, waits, connections) => {
  const { after } = await before(saying(keepAlive));
  const made: number[] = [];
  for (const ms of waits) made.push(await after(ms));
  expect(made).toEqual(connections);
});

it('where nothing is said, each gets one of its own', async () => {
  const { after } = await before(saying());
  expect([await after(0), await after(0), await after(499)]).toEqual([1, 2, 3]);
});

it('a server that says nothing, and serves one connection at a time, serves all requests', async () => {
  const server = createServer(saying());
  let served: Promise<unknown> = Promise.resolve();
  const single = createSocketServer({ pauseOnConnect: true }, (socket) => {
    const before = served;
    served = once(socket, 'close');
    void before.then(() => server.emit('connection', socket) && socket.resume());
  }).listen(0, '127.0.0.1');
  await once(single, 'listening');
  onTestFinished(() => void single.close());
  const { port } = single.address() as AddressInfo;
  const args = ['--upstream', `http://127.0.0.1:${port}`, '--scope', 'public'];
  const { post } = await startProxy([...args, '--ledger', 'memory:', '--upstream-timeout', '10s']);
  const keys = [undefined, 'one', 'two', undefined, 'three'];
  for (const key of keys) expect((await post('/x', key)).status).toBe(201);
  const many = await Promise.all(Array.from({ length: 20 }, (_, at) => post('/x', `key-${at}`)));
  expect(new Set(many.map(({ status }) => status))).toEqual(new Set([201]));
});

it('is counted from when a request was begun: its upstream cannot have begun to count before', async () => {
  const held = Promise.withResolvers<void>();
  const listener = saying('timeout=5');
  const { after, begin, behind, clock } = await before(async (request, response) => {
    await held.promise;
    listener(request, response);
  });
  const answer = begin();
  await expect.poll(() => behind.requests.length).toBe(1);
  clock.ms += 4000;
  held.resolve();
  await receive(await answer);
  expect(await after(0)).toBe(2);
});

it('whose end has come is not used, also where nobody has read it yet', async () => {
  const shared = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(CLOSING, { eval: true, workerData: shared });
  onTestFinished(() => void worker.terminate());
  const [port] = (await once(worker, 'message')) as [number];
  const { ask } = to(`http://127.0.0.1:${port}`);
  expect(await ask()).toBe(201);
  worker.postMessage('close');
  // Nothing is read here until it is closed there.
  Atomics.wait(shared, 0, 0);
  expect(await ask()).toBe(201);
});

/** A server of a thread of its own, that closes its connections when it is told to. */
const CLOSING = `
  const { createServer } = require('node:http');
  const { parentPort, workerData } = require('node:worker_threads');
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(201).end());
    parentPort.once('message', () => request.socket.end(() => {
      Atomics.store(workerData, 0, 1);
      Atomics.notify(workerData, 0);
    }));
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

it('an upstream that closes idle connections at once leaves no key unknown', async () => {
  const listener = saying();
  const { url, requests } = await serveBehind((request, response) => {
    // A little later than the answer, so that the answer may be known here before.
    response.on('finish', () => setImmediate(() => request.socket.end()));
    listener(request, response);
  });
  const args = ['--upstream', url, '--scope', 'public', '--ledger', 'memory:'];
  const { post } = await startProxy(args);
  let sent = 0;
  const ask = async (): Promise<void> => {
    while (sent < 400) {
      sent += 1;
      expect((await post('/x', `key-${sent}`)).status).toBe(201);
    }
  };
  await Promise.all(Array.from({ length: 16 }, ask));
  expect(requests).toHaveLength(400);
});

it('one that breaks when it is used again leaves the key unknown: the request was written', async () => {
  const listener = counting();
  const behind = await serveBehind((request, response) => {
    if (behind.requests.length === 2) request.socket.destroy();
    else listener(request, response);
  });
  const { post } = await startProxy(['--upstream', behind.url, '--scope', 'public']);
  expect((await post('/x', 'one')).status).toBe(201);
  const broken = await post('/x', 'two');
  expect([broken.status, json(broken)['code']]).toEqual([502, 'upstream-failed']);
  expect(behind.connections()).toBe(1);
  expect(json(await post('/x', 'two'))['code']).toBe('outcome-unknown');
  expect(behind.requests).toHaveLength(2);
});
