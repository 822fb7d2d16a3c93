// Fastify: without a guard, or with ours.
import fastify from 'fastify';
import { order, ours, ready, told } from './control.mjs';
import { options } from './ledger.mjs';

async function guardOf(name) {
  if (name === 'none') return {};
  const { idempotency } = await ours('adapters/http/mounts/fastify.js');
  return idempotency(await options());
}

const app = fastify();
app.post('/orders', await guardOf(told.guard), async (_request, reply) => {
  reply.code(201);
  return order();
});
await app.listen({ port: 0, host: '127.0.0.1' });
ready(app.server);
