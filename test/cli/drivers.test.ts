// The command line brings its own drivers: who calls it from another language has no node_modules.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { isMysqlThere, Database as MysqlDatabase } from '../support/mysql.ts';
import { Database, isPostgresThere } from '../support/postgres.ts';
import { isRedisThere, SERVER as REDIS } from '../support/redis.ts';
import { tempFolder } from '../support/tree.ts';

interface Server {
  readonly scheme: string;
  readonly isThere: boolean;
  /** A database of the test's own: its URL after the scheme, and what drops it. */
  create(): Promise<{ rest: string; drop(): Promise<void> }>;
}

interface Address {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  readonly database?: string;
}

function restOf({ host, port, user, password = '', database }: Address): string {
  return `//${user}:${encodeURIComponent(password)}@${host}:${port}/${database}`;
}

/** A key of this run's own: Redis has no databases to drop. */
const KEY = `driver-${randomUUID()}`;

async function forgetRedis(): Promise<void> {
  const client = new Redis(REDIS);
  await client.unlink(await client.keys(`*${KEY}*`));
  client.disconnect();
}

async function created(db: Database | MysqlDatabase) {
  return { rest: restOf(db.address), drop: () => db.drop() };
}

const SERVERS: readonly Server[] = [
  {
    scheme: 'postgres',
    isThere: await isPostgresThere("the command line's own PostgreSQL driver"),
    create: async () => created(await Database.create()),
  },
  {
    scheme: 'mysql',
    isThere: await isMysqlThere("the command line's own MariaDB driver"),
    create: async () => created(await MysqlDatabase.create()),
  },
  {
    scheme: 'redis',
    isThere: await isRedisThere("the command line's own Redis driver"),
    async create() {
      const { host, port, username = '', password = '' } = REDIS;
      const credentials = password && `${username}:${encodeURIComponent(password)}@`;
      return { rest: `//${credentials}${host}:${port}`, drop: forgetRedis };
    },
  },
];

describe.each(SERVERS.filter(({ isThere }) => isThere))('runtwice, alone', ({ scheme, create }) => {
  it(`runs a command once with a ledger in ${scheme}:`, async () => {
    const { rest, drop } = await create();
    const cwd = tempFolder();
    cpSync('dist', join(cwd, 'dist'), { recursive: true });
    cpSync('package.json', join(cwd, 'package.json'));
    const args = [join(cwd, 'dist/cli/main.js'), 'once', KEY, '--ledger', `${scheme}:${rest}`];
    const run = () =>
      promisify(execFile)(process.execPath, [...args, '--', 'date', '+%N'], { cwd });
    const [first, second] = [await run(), await run()];
    expect(first.stdout).toMatch(/^\d+\n$/u);
    expect(second.stdout).toBe(first.stdout);
    expect([first.stderr, second.stderr]).toEqual(['', expect.stringContaining('replayed')]);
    await drop();
  });
});
