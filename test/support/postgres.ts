// A database of its own on the PostgreSQL server that runs here.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import postgres from 'postgres';
import { requireOrSay } from './require.ts';

/** How a client reaches a database. */
export interface Address {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  readonly database: string;
}

const NAMED = process.env['RUNTWICE_TEST_POSTGRES'];

/** The server that is named, or that of the standard port. */
export const SERVER: Address = NAMED
  ? addressOf(new URL(NAMED))
  : { host: '127.0.0.1', port: 5432, user: 'postgres', database: 'postgres' };

function addressOf({ hostname, port, username, password, pathname }: URL): Address {
  return {
    host: hostname,
    port: Number(port || 5432),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: pathname.slice(1) || 'postgres',
  };
}

/** Whether the server answers; where it does not, says that this part is not run. */
export async function isPostgresThere(part: string): Promise<boolean> {
  const client = new pg.Client({ ...SERVER, connectionTimeoutMillis: 5000 });
  const isThere = await client.connect().then(
    () => true,
    () => false,
  );
  await client.end().catch(() => {});
  return requireOrSay(isThere, 'a PostgreSQL server (RUNTWICE_TEST_POSTGRES names another)', part);
}

export type Sql = ReturnType<typeof postgres>;

/** A database, with the clients that a test opened in it. */
export class Database {
  readonly address: Address;
  readonly #ends: (() => Promise<unknown>)[] = [];
  readonly #admin: pg.Pool;

  constructor(address: Address) {
    this.address = address;
    this.#admin = this.pool();
  }

  /** A new one on the server; `options` follow CREATE DATABASE. */
  static async create(options = '', server: Address = SERVER): Promise<Database> {
    const database = `runtwice_test_${randomBytes(6).toString('hex')}`;
    await once(server, `CREATE DATABASE ${database} TEMPLATE template0 ${options}`);
    return new Database({ ...server, database });
  }

  /** Ends all clients. */
  async end(): Promise<void> {
    await Promise.all(this.#ends.splice(0).map((end) => end()));
  }

  /** Ends all clients, and drops it. */
  async drop(): Promise<void> {
    await this.end();
    const { database } = this.address;
    await once({ ...this.address, database: 'postgres' }, `DROP DATABASE ${database} WITH (FORCE)`);
  }

  pool(options: pg.PoolConfig = {}): pg.Pool {
    const pool = new pg.Pool({ max: 4, ...this.address, ...options });
    pool.on('error', () => {});
    // A test may have ended it already.
    this.#ends.push(async () => (pool.ending ? undefined : pool.end()));
    return pool;
  }

  async client(options: pg.ClientConfig = {}): Promise<pg.Client> {
    const client = new pg.Client({ ...this.address, ...options });
    client.on('error', () => {});
    await client.connect();
    this.#ends.push(() => client.end());
    return client;
  }

  /** A client of postgres.js. */
  js(options: postgres.Options<Record<string, never>> = {}): Sql {
    const sql = postgres({ max: 4, ...this.address, ...options });
    this.#ends.push(() => sql.end({ timeout: 1 }));
    return sql;
  }

  /** Asks on a connection that no store has. */
  async ask<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.#admin.query<Row>(text, values)).rows;
  }

  /** Asks until a row is there: until the server has come so far. */
  async until(text: string, values: unknown[] = []): Promise<pg.QueryResultRow> {
    for (;;) {
      const [row] = await this.ask(text, values);
      if (row !== undefined) return row;
    }
  }

  /** Until so many connections wait for a lock. */
  async untilWaiting(count = 1): Promise<void> {
    await this.until(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
       HAVING count(*) >= $1`,
      [count],
    );
  }
}

async function once(address: Address, text: string): Promise<void> {
  const client = new pg.Client(address);
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
