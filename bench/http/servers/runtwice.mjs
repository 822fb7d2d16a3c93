// This package with Redis, as docs/http.md says; it has to be built.
import { Readable } from 'node:stream';
import express from 'express';
import { idempotency } from '../../../dist/adapters/http/mounts/express.js';
import { openLedger } from '../../../dist/open.js';
import { BINARY, effect, LARGE, LINES, newId, port, redis } from './routes.mjs';

const ledger = await openLedger(redis, { namespace: 'peers', keep: '24h' });
const guard = idempotency({ ledger, scope: (request) => request.get('authorization') });

const app = express();
app.use(express.json());

function post(path, answer) {
  app.post(path, guard, async (request, response) => {
    await effect();
    answer(response, request);
  });
}

post('/orders', (response, request) => {
  const id = newId();
  const user = request.get('authorization');
  response.status(201).location(`/orders/${id}`).json({ id, user });
});
post('/refunds', (response) => response.status(201).json({ refund: newId() }));
post('/stream', (response) => Readable.from(LINES).pipe(response.type('text/plain')));
post('/binary', (response) => response.type('application/octet-stream').send(BINARY));
post('/empty', (response) => response.status(204).end());
post('/large', (response) => response.type('text/plain').send(newId() + LARGE));
post('/fails', (response) => response.status(500).json({ error: newId() }));
post('/throws', () => {
  throw new Error('after its effect');
});

app.listen(Number(port), '127.0.0.1');
