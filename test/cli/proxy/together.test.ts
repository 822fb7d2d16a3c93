// Proxies that share a ledger.
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, expect, it } from 'vitest';
import { json } from '../../adapters/http/suite/client.ts';
import { folder } from '../../support/cli.ts';
import { Database, isPostgresThere } from '../../support/postgres.ts';
import { isRedisThere, SERVER as REDIS } from '../../support/redis.ts';
import { counting, serveBehind, startProxy } from './harness.ts';

interface Shared {
  readonly name: string;
  readonly isThere: boolean;
  url(): Promise<string>;
}

let database: Database | undefined;
const NAMESPACE = `test-${process.pid}-${Date.now()}`;

const LEDGERS: readonly Shared[] = [
  { name: 'SQLite', isThere: true, url: async () => `sqlite:${join(folder(), 'ledger.db')}` },
  {
    name: 'PostgreSQL',
    isThere: await isPostgresThere('two proxies on PostgreSQL'),
    async url() {
      database = await Database.create();
      const { user, password = '', host, port, database: name } = database.address;
      return `postgres://${user}:${encodeURIComponent(password)}@${host}:${port}/${name}`;
    },
  },
  {
    name: 'Redis',
    isThere: await isRedisThere('two proxies on Redis'),
    async url() {
      const { host, port, username = '', password } = REDIS;
      const user = password === undefined ? '' : `${username}:${encodeURIComponent(password)}@`;
      return `redis://${user}${host}:${port}`;
    },
  },
];

afterAll(async () => {
  await database?.drop();
  const client = new Redis(REDIS);
  const keys = await client.keys(`*${NAMESPACE}*`);
  if (keys.length > 0) await client.unlink(keys);
  client.disconnect();
});

it.each(LEDGERS.filter(({ isThere }) => isThere))(
  '200 requests with one key, at two proxies on $name, reach the server once',
  async ({ url }) => {
    const behind = await serveBehind(counting());
    const shared = ['--ledger', await url(), '--namespace', NAMESPACE, '--wait', '50s', '--quiet'];
    const args = ['--upstream', behind.url, '--scope', 'header:x-user', ...shared];
    const env = { RUNTWICE_SCOPE_SECRET: 'a secret of the tests, and long enough' };
    const proxies = [await startProxy(args, { env }), await startProxy(args, { env })];
    const got = await Promise.all(
      Array.from({ length: 100 }, () => proxies.map(({ post }) => post('/orders', 'one'))).flat(),
    );
    expect(new Set(got.map(({ status }) => status))).toEqual(new Set([201]));
    expect(got.map(json)).toEqual(Array.from({ length: 200 }, () => ({ id: 1 })));
    expect(got.filter(({ headers }) => headers['idempotent-replayed'])).toHaveLength(199);
    expect(behind.requests).toHaveLength(1);
  },
);
