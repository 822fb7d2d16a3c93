// A database of its own on the MariaDB or MySQL server that runs here.
import { randomBytes } from 'node:crypto';
import mysqlCallbacks from 'mysql2';
import mysql from 'mysql2/promise';
import { requireOrSay } from './require.ts';

const NAMED = process.env['RUNTWICE_TEST_MYSQL'];

/** How a client reaches a database. */
export interface Address {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database?: string;
}

/** The server that is named, or that of the standard port. */
export const SERVER: Address = NAMED
  ? addressOf(new URL(NAMED))
  : { host: '127.0.0.1', port: 3306, user: 'root', password: '' };

function addressOf({ hostname, port, username, password }: URL): Address {
  return {
    host: hostname,
    port: Number(port || 3306),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
  };
}

/** Whether the server answers; where it does not, says that this part is not run. */
export async function isMysqlThere(part: string): Promise<boolean> {
  const isThere = await once('SELECT 1').then(
    () => true,
    () => false,
  );
  return requireOrSay(isThere, 'a MariaDB server (RUNTWICE_TEST_MYSQL names another)', part);
}

type Row = Record<string, unknown>;

/** A database, with the clients that a test opened in it. */
export class Database {
  readonly address: Address;
  readonly #ends: (() => Promise<unknown>)[] = [];
  readonly #admin: mysql.Pool;

  constructor(address: Address) {
    this.address = address;
    this.#admin = this.pool();
  }

  static async create(): Promise<Database> {
    const database = `runtwice_test_${randomBytes(6).toString('hex')}`;
    await once(`CREATE DATABASE ${database}`);
    return new Database({ ...SERVER, database });
  }

  /** Ends all clients, and drops it. */
  async drop(): Promise<void> {
    await Promise.allSettled(this.#ends.splice(0).map((end) => end()));
    await once(`DROP DATABASE ${this.address.database}`);
  }

  pool(options: mysql.PoolOptions = {}): mysql.Pool {
    const pool = mysql.createPool({ connectionLimit: 4, ...this.address, ...options });
    this.#ends.push(() => pool.end());
    return pool;
  }

  async connection(options: mysql.ConnectionOptions = {}): Promise<mysql.Connection> {
    const connection = await mysql.createConnection({ ...this.address, ...options });
    connection.on('error', () => {});
    this.#ends.push(() => connection.end());
    return connection;
  }

  /** A pool of the client with callbacks. */
  callbackPool(options: mysql.PoolOptions = {}): mysqlCallbacks.Pool {
    const pool = mysqlCallbacks.createPool({ connectionLimit: 4, ...this.address, ...options });
    this.#ends.push(() => pool.promise().end());
    return pool;
  }

  /** Asks on a connection that no store has. */
  async ask(sql: string, values: (string | number)[] = []): Promise<Row[]> {
    const [rows] = await this.#admin.query(sql, values);
    return rows as Row[];
  }

  /** Until so many statements wait for a lock. */
  async untilWaiting(count = 1): Promise<void> {
    for (;;) {
      // The server gathers this anew only when nobody has asked for it for 0.1 s.
      await this.ask('SELECT SLEEP(0.15)');
      const [row] = await this.ask(
        `SELECT COUNT(*) AS n FROM information_schema.innodb_trx
         JOIN information_schema.processlist ON id = trx_mysql_thread_id
         WHERE trx_state = 'LOCK WAIT' AND db = DATABASE()`,
      );
      if (Number(row?.['n']) >= count) return;
    }
  }
}

async function once(sql: string): Promise<void> {
  const connection = await mysql.createConnection({ ...SERVER, connectTimeout: 5000 });
  try {
    await connection.query(sql);
  } finally {
    await connection.end();
  }
}
