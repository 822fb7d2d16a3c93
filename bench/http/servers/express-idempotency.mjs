// express-idempotency with its Redis adapter, as its README says.
import { Readable } from 'node:stream';
import { BINARY, effect, LARGE, LINES, load, newId, port, redis } from './routes.mjs';

const express = load('express');
const { getSharedIdempotencyService, idempotency } = load('express-idempotency');
const { default: RedisAdapter } = load('express-idempotency-redis-adapter');

const dataAdapter = new RedisAdapter({ connectionConfig: { url: redis } });
await dataAdapter.connect();

const app = express();
app.use(express.json());
app.use(idempotency({ dataAdapter }));

function post(path, answer) {
  app.post(path, async (request, response, next) => {
    try {
      if (getSharedIdempotencyService().isHit(request)) return;
      await effect();
      answer(response, request);
    } catch (error) {
      next(error);
    }
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
