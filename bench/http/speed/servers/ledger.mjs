// The ledger on the store that the guard names.
import pg from 'pg';
import { createClient } from 'redis';
import { ours, told } from './control.mjs';

/** Of pg, in the ledger and by hand. */
export const CONNECTIONS = 16;

const STORES = {
  async memory() {
    return (await ours('stores/memory/index.js')).memoryStore();
  },
  async sqlite() {
    const { sqliteStore } = await ours('stores/sqlite/index.js');
    return sqliteStore(`${told.folder}/keys-${process.pid}.db`);
  },
  async redis() {
    const { redisStore } = await ours('stores/redis/index.js');
    return redisStore(await redisClient());
  },
  async postgres() {
    const { postgresStore } = await ours('stores/postgres/index.js');
    return postgresStore(pgPool());
  },
};

/** What `idempotency()` is given, with the one option that has to be given beside the ledger. */
export async function options() {
  const { createLedger } = await ours('index.js');
  const ledger = createLedger({
    store: await STORES[told.guard](),
    namespace: 'bench',
    keep: '24h',
  });
  return { ledger, scope: (request) => request.headers.authorization };
}

export async function redisClient() {
  const client = createClient({ url: told.redis });
  await client.connect();
  return client;
}

export function pgPool() {
  return new pg.Pool({ connectionString: told.postgres, max: CONNECTIONS });
}
