import { RuntwiceError } from './core/errors.ts';
import { withoutPassword } from './core/url.ts';
import type { Ledger } from './once/ledger.ts';
import type { LedgerOptions } from './once/options.ts';
import type { Store } from './once/store/types.ts';

/** Where a kind of store is opened; each is loaded only when it is asked for. */
const STORES: Readonly<Record<string, (rest: string, url: string) => Promise<Store>>> = {
  'memory:': async () => (await import('./stores/memory/index.ts')).memoryStore(),
  'sqlite:': async (path) => (await import('./stores/sqlite/index.ts')).sqliteStore(path),
  'postgres:': (_, url) => openPostgres(url),
  'postgresql:': (_, url) => openPostgres(url),
  'mysql:': (_, url) => openMysql(url),
  'mariadb:': (rest) => openMysql(`mysql:${rest}`),
  'redis:': (_, url) => openRedis(url),
  'rediss:': (_, url) => openRedis(url),
};

/**
 * Opens a ledger by its URL: `sqlite:PATH` for the processes of one machine; `postgres://…`, `mysql://…` or
 * `redis://…` for those of many (with the package pg, mysql2 or ioredis, which has to be installed);
 * `memory:` for one process and for tests.
 *
 * Run twice: opens the same ledger; any number of processes may.
 * @throws ERR_RUNTWICE_INVALID_ARGUMENT for a URL of no known kind, ERR_RUNTWICE_STORE_UNAVAILABLE
 * where it cannot be opened.
 */
export async function openLedger(
  url: string,
  options: Omit<LedgerOptions, 'store' | 'url'>,
): Promise<Ledger> {
  const { createLedger } = await import('./once/ledger.ts');
  const store = await openStore(url);
  return createLedger({ ...options, store, url: withoutPassword(url) });
}

async function openStore(url: string): Promise<Store> {
  const [, scheme = '', rest = ''] = /^([a-z]+:)(?:\/\/(?=\/))?(.*)$/su.exec(url) ?? [];
  const open = Object.hasOwn(STORES, scheme) ? STORES[scheme] : undefined;
  if (open !== undefined && (rest !== '' || scheme === 'memory:')) return open(rest, url);
  throw new RuntwiceError(
    'ERR_RUNTWICE_INVALID_ARGUMENT',
    `${JSON.stringify(withoutPassword(url))} is no ledger`,
    {
      fix: 'Give sqlite:PATH, such as sqlite:ledger.db or sqlite:/var/lib/shop/ledger.db, postgres://USER@HOST/DATABASE, mysql://USER@HOST/DATABASE, redis://HOST, or memory:.',
    },
  );
}

/** By connections of the ledger's own, which end with it. */
async function openPostgres(url: string): Promise<Store> {
  const { postgresStore } = await import('./stores/postgres/index.ts');
  const { Pool } = (await load('pg', 'PostgreSQL', () => import('pg'))).default;
  const pool = new Pool({
    connectionString: url,
    fallback_application_name: 'runtwice',
    // A ledger that was not closed holds no process.
    allowExitOnIdle: true,
  });
  // A connection that is lost while nobody uses it is nobody's error.
  pool.on('error', () => {});
  let ended: Promise<void> | undefined;
  const end = () => (ended ??= pool.end());
  try {
    return Object.assign(await postgresStore(pool), { close: end });
  } catch (error) {
    await end();
    throw error;
  }
}

/** By connections of the ledger's own, which end with it. */
async function openMysql(url: string): Promise<Store> {
  const { mysqlStore } = await import('./stores/mysql/index.ts');
  const { createPool } = await load('mysql2', 'MariaDB or MySQL', () => import('mysql2/promise'));
  const pool = createPool({ uri: url });
  // A ledger that was not closed holds no process.
  pool.pool.on('acquire', (connection) => socketOf(connection).ref());
  pool.pool.on('release', (connection) => socketOf(connection).unref());
  // MySQL is told for a connection what MariaDB is told with each statement.
  pool.pool.on('connection', (connection) => {
    connection.query('SET SESSION innodb_lock_wait_timeout = 1', () => {});
  });
  let ended: Promise<void> | undefined;
  const end = () => (ended ??= pool.end());
  try {
    return Object.assign(await mysqlStore(pool), { close: end });
  } catch (error) {
    await end();
    throw error;
  }
}

/** It is there, though the package's types do not say so. */
function socketOf(connection: object): { ref(): void; unref(): void } {
  return (connection as { stream: { ref(): void; unref(): void } }).stream;
}

/** A package that the user has to have. */
async function load<Module>(
  name: string,
  server: string,
  imports: () => Promise<Module>,
): Promise<Module> {
  try {
    return await imports();
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause;
    if (!isMissing || cause.code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new RuntwiceError(
      'ERR_RUNTWICE_STORE_UNAVAILABLE',
      `the package ${name}, which a ledger in ${server} is reached with, is not installed`,
      { fix: `Nothing was run. Install it: npm install ${name}.`, cause },
    );
  }
}

/** By a connection of the ledger's own, which ends with it. */
async function openRedis(url: string): Promise<Store> {
  const { redisStore } = await import('./stores/redis/index.ts');
  const { Redis } = await load('ioredis', 'Redis', () => import('ioredis'));
  const client = new Redis(url, {
    connectionName: 'runtwice',
    lazyConnect: true,
    connectTimeout: 5000,
    // A server that has stopped without a word is nobody to wait for.
    commandTimeout: 10_000,
  });
  let lastError: unknown;
  client.on('error', (error) => {
    lastError = error;
  });
  // A ledger that was not closed holds no process; a command does, by the timer of its timeout.
  client.on('connect', () => client.stream.unref());
  const end = async () => client.disconnect();
  try {
    await client.connect().catch((error: unknown) => {
      throw unreachable(lastError ?? error);
    });
    return Object.assign(await redisStore(client), { close: end });
  } catch (error) {
    await end();
    throw error;
  }
}

/** Without the client's error as the cause: it holds the command, which may be the password's. */
function unreachable(error: unknown): RuntwiceError {
  return new RuntwiceError(
    'ERR_RUNTWICE_STORE_UNAVAILABLE',
    `Redis cannot be reached: ${error instanceof Error ? error.message : String(error)}`,
    { fix: 'Nothing was run. Check that the server runs, and its address, user and password.' },
  );
}
