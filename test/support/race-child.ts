// A process of its own that uses a ledger in a database. It says `ready` when its store is open, begins
// when it is told to, and says at its end what came of it: a line of JSON.
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { Redis } from 'ioredis';
import mysql from 'mysql2/promise';
import pg from 'pg';
import postgres from 'postgres';
import { createClient } from 'redis';
import { createLedger } from '../../src/once/ledger.ts';
import type { ClaimRequest, Store } from '../../src/once/store/types.ts';
import { mysqlStore } from '../../src/stores/mysql/index.ts';
import { postgresStore } from '../../src/stores/postgres/index.ts';
import { redisStore } from '../../src/stores/redis/index.ts';
import type { Address } from './redis.ts';

/** What the process is to do. */
export interface Work {
  readonly kind: 'claim' | 'takeOver' | 'call';
  /** What the driver connects to. */
  readonly address: object;
  readonly driver: 'pg' | 'postgres.js' | 'mysql2' | 'ioredis' | 'node-redis';
  /** What the names of keys begin with, where there are no databases. */
  readonly prefix?: string;
  readonly ids: readonly string[];
}

/** What came of it: the ids that it won, and whatever it was told instead of an answer. */
export interface Ended {
  readonly won: readonly string[];
  readonly errors: readonly string[];
}

/** A store, and tables, or lists, beside it. */
interface Connected {
  readonly store: Store;
  insert(table: string, values: string[]): Promise<unknown>;
  end(): Promise<unknown>;
}

const CONNECTS = {
  async pg() {
    const pool = new pg.Pool({ ...address, max: 4 });
    return {
      store: await postgresStore(pool),
      insert: (table, values) =>
        pool.query(`INSERT INTO ${table} VALUES (${values.map((_, n) => `$${n + 1}`)})`, values),
      end: () => pool.end(),
    };
  },
  async 'postgres.js'() {
    const sql = postgres({ ...address, max: 4 });
    return {
      store: await postgresStore(sql),
      insert: (table, values) =>
        sql.unsafe(`INSERT INTO ${table} VALUES (${values.map((_, n) => `$${n + 1}`)})`, values),
      end: () => sql.end(),
    };
  },
  async mysql2() {
    const pool = mysql.createPool({ ...address, connectionLimit: 4 });
    return {
      store: await mysqlStore(pool),
      insert: (table, values) =>
        pool.query(`INSERT INTO ${table} VALUES (${values.map(() => '?')})`, values),
      end: () => pool.end(),
    };
  },
  async ioredis() {
    const client = new Redis({ ...address });
    return {
      store: await redisStore(client, { prefix }),
      insert: (list, values) => client.rpush(`${prefix}${list}`, values.join(' ')),
      end: async () => client.disconnect(),
    };
  },
  async 'node-redis'() {
    const { host, port, ...credentials } = address as Address;
    const client = createClient({ socket: { host, port }, ...credentials });
    await client.connect();
    return {
      store: await redisStore(client, { prefix }),
      insert: (list, values) => client.rPush(`${prefix}${list}`, values.join(' ')),
      end: async () => client.destroy(),
    };
  },
} satisfies Record<Work['driver'], () => Promise<Connected>>;

const { kind, address, driver, ids, prefix = '' } = JSON.parse(process.argv[2] ?? '') as Work;
const own = `process ${process.pid}`;
let claims = 0;
const won: string[] = [];
const errors: string[] = [];

const { store, insert, end }: Connected = await CONNECTS[driver]();
const ledger = createLedger({ store, namespace: 'race', keep: 'forever' });

const times = { leaseMs: 60_000, keepMs: Number.POSITIVE_INFINITY, rememberMs: 0 };
const takeover = { owner: 'dead', evenIfLeased: false };

/** Claims an id, and finishes it if it is won. */
async function claim(id: string, request: Partial<ClaimRequest>): Promise<void> {
  const owner = `${own} ${++claims}`;
  const { claimed } = await store.claim({ id, owner, fingerprint: 'f', ...times, ...request });
  if (!claimed) return;
  won.push(id);
  const result = { codec: 'json', text: owner };
  const at = await store.update({ id, owner, state: 'done', result });
  if (at === undefined) errors.push(`the end of ${id} was refused`);
}

/** Calls with a key; its effect is a row. */
async function call(key: string): Promise<void> {
  const result = await ledger.once({ operation: 'race', key, input: key }, async () => {
    won.push(key);
    await insert('effects', [key]);
    return own;
  });
  await insert('results', [key, result]);
}

const WORKS = {
  claim: (id: string) => claim(id, {}),
  takeOver: (id: string) => claim(id, { takeover }),
  call,
};

writeSync(1, 'ready\n');
await once(process.stdin, 'data');
for (const ended of await Promise.allSettled(ids.map(WORKS[kind]))) {
  if (ended.status === 'rejected') errors.push(String(ended.reason));
}
writeSync(1, `${JSON.stringify({ won, errors })}\n`);
await ledger.close();
await end();
process.exit();
