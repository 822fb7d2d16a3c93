// The stores that the tests of the ledger run on.
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Store } from '../../src/once/store/types.ts';
import { memoryStore } from '../../src/stores/memory/index.ts';
import { mysqlStore } from '../../src/stores/mysql/index.ts';
import { postgresStore } from '../../src/stores/postgres/index.ts';
import { redisStore } from '../../src/stores/redis/index.ts';
import { sqliteStore } from '../../src/stores/sqlite/index.ts';
import { bound } from './bound-store.ts';
import { isMysqlThere, Database as MysqlDatabase } from './mysql.ts';
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
      // A test's connections are gone soon after it: the server has no more than 100 for all.
      const pool = (await database).pool({ idleTimeoutMillis: 20 });
      const table = `ledger_${++tables}`;
      return () => postgresStore(pool, { table });
    },
  });
}

if (await isMysqlThere('the ledger on MariaDB')) {
  let database: Promise<MysqlDatabase> | undefined;
  let tables = 0;
  afterAll(async () => (await database)?.drop());
  STORES.push({
    name: 'mysql',
    async open() {
      database ??= MysqlDatabase.create();
      const pool = (await database).pool();
      const table = `ledger_${++tables}`;
      return () => mysqlStore(pool, { table });
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
