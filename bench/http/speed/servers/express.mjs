// Express: without a guard, with ours, with one written by hand, or with express-idempotency.
import { createRequire } from 'node:module';
import { byHandOnPostgres, byHandOnRedis } from './by-hand.mjs';
import { order, ours, ready, told } from './control.mjs';
import { options } from './ledger.mjs';

const own = createRequire(import.meta.url);
const peers = createRequire(new URL('../../peers/package.json', import.meta.url));
const express = (told.isOnPeers ? peers : own)('express');

const GUARDS = {
  none: () => (_request, _response, next) => next(),
  'by hand, redis': byHandOnRedis,
  'by hand, postgres': byHandOnPostgres,
  'express-idempotency': expressIdempotency,
};

async function guardOf(name) {
  if (Object.hasOwn(GUARDS, name)) return GUARDS[name]();
  const { idempotency } = await ours('adapters/http/mounts/express.js');
  return idempotency(await options());
}

/** As its README says, with its adapter for Redis; the handler asks it whether to go on. */
async function expressIdempotency() {
  const { getSharedIdempotencyService, idempotency } = peers('express-idempotency');
  const { default: RedisAdapter } = peers('express-idempotency-redis-adapter');
  const dataAdapter = new RedisAdapter({ connectionConfig: { url: told.redis } });
  await dataAdapter.connect();
  const guard = idempotency({ dataAdapter });
  return (request, response, next) =>
    guard(request, response, (error) => {
      if (error !== undefined || !getSharedIdempotencyService().isHit(request)) next(error);
    });
}

const app = express();
app.post('/orders', express.json(), await guardOf(told.guard), (_request, response) => {
  response.status(201).json(order());
});
const server = app.listen(0, '127.0.0.1', () => ready(server));
