// Hono on Node: without a guard, or with ours. The handler reads the body, as the others' parsers do.
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { order, ours, ready, told } from './control.mjs';
import { options } from './ledger.mjs';

async function guardOf(name) {
  if (name === 'none') return (_context, next) => next();
  const { idempotency } = await ours('adapters/http/mounts/hono.js');
  const { ledger } = await options();
  return idempotency({ ledger, scope: (context) => context.req.header('authorization') });
}

const app = new Hono();
app.post('/orders', await guardOf(told.guard), async (context) => {
  await context.req.json();
  return context.json(order(), 201);
});
const server = createAdaptorServer({ fetch: app.fetch });
server.listen(0, '127.0.0.1', () => ready(server));
