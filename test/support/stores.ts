// The stores that the tests of the ledger run on.
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Store } from '../../src/once/store/types.ts';
import { memoryStore } from '../../src/stores/memory/index.ts';
import { postgresStore } from '../../src/stores/postgres/index.ts';
import { redisStore } from '../../src/stores/redis/index.ts';
import { sqliteStore } from '../../src/stores/sqlite/index.ts';
import { Database, isPostgresThere } from './postgres.ts';
import { isRedisThere, Keys } from './redis.ts';
import { tempFolder } from './tree.ts';

export interface TestStore {
  readonly name: string;
  /** Another connection to the same records, for every ledger of its own; new records for every test. */
  open(): Promise<() => Promise<Store>>;
}

const STORES: TestStore[] = [
  {
    name: 'memory',
    async open() {
      const store = memoryStore();
      return async () => ({ ...bound(store), close: async () => {} });
    },
  },
  {
    name: 'sqlite',
    async open() {
      const path = join(tempFolder(), 'ledger.db');
      return () => sqliteStore(path);
    },
  },
];

if (await isPostgresThere('the ledger on PostgreSQL')) {
  let database: Promise<Database> | undefined;
  let tables = 0;
  afterAll(async () => (await database)?.drop());
  STORES.push({
    name: 'postgres',
    async open() {
      database ??= Database.create();
      const pool = (await database).pool();
      const table = `ledger_${++tables}`;
      return () => postgresStore(pool, { table });
    },
  });
}

if (await isRedisThere('the ledger on Redis')) {
  const keys = new Keys();
  let tests = 0;
  afterAll(() => keys.clear());
  STORES.push({
    name: 'redis',
    async open() {
      const client = keys.ioredis();
      const prefix = `${keys.prefix}${++tests}:`;
      return () => redisStore(client, { prefix });
    },
  });
}

export const TEST_STORES: readonly TestStore[] = STORES;

/** The store as a plain object, so that a test can replace one of its methods. */
export function bound(store: Store): Store {
  return {
    name: store.name,
    durability: store.durability,
    claim: (request) => store.claim(request),
    renew: (requests) => store.renew(requests),
    update: (request) => store.update(request),
    read: (id) => store.read(id),
    list: (query) => store.list(query),
    stats: (prefix) => store.stats(prefix),
    remove: (id, owner) => store.remove(id, owner),
    purge: (request) => store.purge(request),
    close: () => store.close(),
  };
}
