// Stores that another process can open, too: by what is said of them in JSON.
import { Redis } from 'ioredis';
import mysql from 'mysql2/promise';
import pg from 'pg';
import type { Store } from '../../src/once/store/types.ts';
import { mysqlStore } from '../../src/stores/mysql/index.ts';
import { postgresStore } from '../../src/stores/postgres/index.ts';
import { redisStore } from '../../src/stores/redis/index.ts';
import { sqliteStore } from '../../src/stores/sqlite/index.ts';

/** Where the records are. */
export type Description =
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'postgres' | 'mysql'; readonly address: object; readonly table: string }
  | { readonly kind: 'redis'; readonly address: object; readonly prefix: string };

/** Opens it; `close` ends its connections, too. */
export async function openDescribed(description: Description): Promise<Store> {
  if (description.kind === 'sqlite') return sqliteStore(description.path);
  if (description.kind === 'redis') {
    const client = new Redis(description.address);
    const store = await redisStore(client, { prefix: description.prefix });
    return Object.assign(store, { close: async () => client.disconnect() });
  }
  const { kind, address, table } = description;
  if (kind === 'postgres') {
    const pool = new pg.Pool({ ...address, max: 2 });
    pool.on('error', () => {});
    return Object.assign(await postgresStore(pool, { table }), { close: () => pool.end() });
  }
  const pool = mysql.createPool({ ...address, connectionLimit: 2 });
  return Object.assign(await mysqlStore(pool, { table }), { close: () => pool.end() });
}
