// A server of its own process, whose store others can open, too. It dies where it is told to.
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import express from 'express';
import { idem, idempotency } from '../../../../src/adapters/http/mounts/express.ts';
import { idempotent } from '../../../../src/adapters/http/mounts/node-http.ts';
import { createLedger } from '../../../../src/once/ledger.ts';
import type { Store } from '../../../../src/once/store/types.ts';
import { openDescribed } from '../../../support/described-store.ts';
import type { Moment, Setup } from './setup.ts';

const setup = JSON.parse(process.argv[2] ?? '') as Setup;
const { kind, effects, port } = setup;

function passes(moment: Moment): void {
  if (setup.moment === moment) process.kill(process.pid, 'SIGKILL');
}

function dying(store: Store): Store {
  return Object.assign(Object.create(store) as Store, {
    async claim(request: Parameters<Store['claim']>[0]) {
      passes('before the claim');
      const reply = await store.claim(request);
      passes('after the claim');
      return reply;
    },
    async update(request: Parameters<Store['update']>[0]) {
      if (request.state !== 'running') passes('before the record');
      const at = await store.update(request);
      if (request.state !== 'running') passes('after the record');
      return at;
    },
    renew: store.renew.bind(store),
    read: store.read.bind(store),
  });
}

const store = dying(await openDescribed(setup.description));
const ledger = createLedger({ store, namespace: 'proof', keep: '1d', lease: '30s' });
const options = {
  ledger,
  scope: (request: { headers: { authorization?: string | undefined } }) =>
    request.headers.authorization ?? 'nobody',
  wait: '20s',
} as const;

function happen(what: string): string {
  appendFileSync(effects, `${what}\n`);
  return what;
}

function express5(): ReturnType<typeof express> {
  const app = express();
  app.set('env', 'test');
  app.get('/', (_request, response) => void response.end());
  const guard = idempotency({
    ...options,
    ...(kind === 'rerun' && { ifInterrupted: 'rerun' }),
    ...(kind === 'steps' && { steps: true }),
  });
  app.post(['/charges', '/refunds'], express.json(), guard, async (request, response) => {
    passes('before the effect');
    const { key = 'none', step } = idem(request);
    if (kind === 'steps') {
      await step('first', () => happen(`first ${key}`), { ifInterrupted: 'rerun' });
      passes('after a half');
      await step('second', () => happen(`second ${key}`), { ifInterrupted: 'rerun' });
    } else {
      happen(`${request.path} ${request.headers.authorization ?? 'nobody'} ${key}`);
    }
    passes('after the effect');
    response.status(201).json({ key, made: process.pid });
  });
  return app;
}

/** Answers with what it was sent: a small one, or one of as many bytes as the path says. */
const plain = idempotent(options, async (request, response, body) => {
  const size = Number(request.url?.match(/^\/size\/(\d+)/u)?.[1] ?? 0);
  happen(idem(request).key ?? 'none');
  const sent = body.size < 10_000 ? (await body.bytes()).toString('latin1') : '';
  response.writeHead(201, { 'x-rss': process.memoryUsage.rss() });
  response.end(size > 0 ? Buffer.alloc(size, 'x') : `${idem(request).key} ${sent}`);
});

process.on('unhandledRejection', (reason) => happen(`unhandled ${reason}`));
createServer((request, response) => {
  if (request.url === '/rss') response.end(String(process.memoryUsage.rss()));
  else if (request.url === '/effects') response.end();
  else if (kind === 'plain') plain(request, response);
  else handler(request, response);
}).listen(port, '127.0.0.1', () => process.stdout.write('ready\n'));
const handler = express5();
