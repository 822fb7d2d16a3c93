// Scripts on clones of a real Redis database.
import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RedisModule } from '../../src/check/index.ts';
import {
  answersOf,
  builtLibrary,
  canCheck,
  check,
  findingsOf,
  isInstalled,
  moduleUrl,
} from '../support/check.ts';
import { folder } from '../support/cli.ts';
import { isRedisInstalled, PrivateRedis } from '../support/redis-private.ts';

const PART = 'checks of commands with a Redis database';
const SEVEN = 7;

const CLIENTS: Record<string, () => Promise<RedisModule>> = {
  ioredis: () => import('ioredis'),
  'node-redis': () => import('redis'),
};

const CASES = {
  'a key that is set': {
    line: 'ask SET name value',
    twice: 'nothing to do',
    interrupted: 'recovers',
  },
  'members of a set, a hash and a sorted set': {
    line: 'ask SADD seen a b; ask HSET user:1 name Ann; ask ZADD board 3 ann',
    twice: 'nothing to do',
    interrupted: 'recovers',
  },
  'a counter': {
    line: 'ask INCR visits',
    twice: 'changed again',
    interrupted: 'repeated effect',
  },
  'a job in a queue': {
    line: 'ask RPUSH queue job',
    twice: 'changed again',
    interrupted: 'repeated effect',
  },
  'an entry of a stream, and a message': {
    line: `ask XADD events '*' what sold; ask PUBLISH news sold`,
    twice: 'changed again',
  },
  'a mark that it is done, and then the work: lost when killed between': {
    line: '[ "$(ask SETNX done 1)" = 1 ] || exit 0; ask RPUSH queue job',
    twice: 'nothing to do',
    interrupted: 'silent damage',
  },
};

const isThere = isRedisInstalled(PART) && isInstalled('redis-cli') && canCheck(PART);

describe.runIf(isThere)('a check of', () => {
  const password = randomBytes(8).toString('hex');
  let server: PrivateRedis;
  let before: string;
  beforeAll(async () => {
    server = await PrivateRedis.start();
    await server.ask(async (client) => {
      await client.select(SEVEN);
      await client.mset('old', '1', Buffer.from([0xff, 0x00, 0x2f]), 'bytes');
      await client.set('fleeting', 'soon', 'EX', 3600);
      await client.rpush('list', 'a', 'b');
      await client.zadd('board', 1.5, 'bob');
      await client.xadd('events', '*', 'what', 'began');
      before = await digestOf(client);
    });
  });
  afterAll(() => server.remove());

  const url = () => `redis://127.0.0.1:${server.address.port}/${SEVEN}`;
  const flags = (...more: string[]) => ['--db', url(), '--budget', '20s', ...more];
  const script = (line: string) => [
    'sh',
    '-c',
    `ask() { redis-cli -u "$REDIS_URL" "$@"; }\n${line}`,
  ];
  const twice = (line: string) => check(script(line), {}, flags('--only', 'twice'));

  for (const [name, { line, ...wanted }] of Object.entries(CASES)) {
    it(name, { timeout: 120_000 }, async () => {
      const report = await check(script(line), {}, flags());
      expect(answersOf(report), JSON.stringify(report)).toMatchObject(wanted);
      expect(report.unobserved).toEqual([]);
    });
  }

  it('tells keys with how much is in them', { timeout: 60_000 }, async () => {
    const report = await twice(
      'ask RPUSH list c; ask APPEND old 23; ask PUBLISH news x; ask DEL gone; ask PERSIST fleeting',
    );
    expect(findingsOf(report)).toEqual([
      'redis 7:list was changed (3 → 4 elements)',
      'redis 7:old was changed (3 → 5 bytes)',
      'redis: published messages was changed (1 → 2 elements)',
    ]);
  });

  it('finds what is in the database, and how long that is to stay', {
    timeout: 60_000,
  }, async () => {
    const report = await twice(`[ "$(ask DBSIZE)" = 6 ] || exit 1
      [ "$(ask XLEN events)" = 1 ] || exit 2
      ttl=$(ask TTL fleeting); [ "$ttl" -gt 3000 ] && [ "$ttl" -le 3600 ] || exit 3
      ask EVAL 'return redis.call("GET", KEYS[1])' 1 old`);
    expect(answersOf(report), JSON.stringify(report)).toEqual({ twice: 'nothing to do' });
  });

  it('lets it do what it likes with its clone, and reach nothing else', {
    timeout: 60_000,
  }, async () => {
    const refused = [
      'ask SHUTDOWN NOSAVE',
      'ask CONFIG SET dir /',
      `ask REPLICAOF 127.0.0.1 ${server.address.port}`,
      `ask MIGRATE 127.0.0.1 ${server.address.port} old 0 1000`,
      'ask DEBUG SLEEP 0',
      'ask ACL SETUSER default +@all',
      'ask MODULE LIST',
    ];
    const report = await twice(`
      ${refused.map((line, index) => `case $(${line}) in NOPERM*) ;; *) exit ${index + 2};; esac`).join('\n')}
      ask -n 3 SET other 1; ask FLUSHALL; ask SET left 1`);
    expect(answersOf(report), JSON.stringify(report)).toEqual({ twice: 'nothing to do' });
  });

  it('a program that connects by the URL, where a password is needed', {
    timeout: 120_000,
  }, async () => {
    const locked = await PrivateRedis.start();
    await locked.ask((client) => client.config('SET', 'requirepass', password));
    const add = `import { Redis } from '${moduleUrl('ioredis')}';
      const redis = new Redis(process.env.REDIS_URL);
      await redis.incr('n');
      redis.disconnect();`;
    const { port } = locked.address;
    const report = await check(['node', 'add.mjs'], { 'add.mjs': add }, [
      ...['--db', `redis://:${password}@127.0.0.1:${port}`, '--only', 'twice'],
    ]);
    await locked.remove();
    expect(findingsOf(report), JSON.stringify(report)).toEqual(['redis 0:n was changed']);
  });

  it.each(Object.entries(CLIENTS))(
    'copies by %s in the library',
    { timeout: 60_000 },
    async (_, load) => {
      const { checkCommand } = await builtLibrary();
      const client = await load();
      const report = await checkCommand(['sh', '-c', 'redis-cli -u "$CACHE" GET old'], {
        folder: folder(),
        databases: [{ url: url(), variable: 'CACHE', client }],
        only: ['twice'],
      });
      expect(report, JSON.stringify(report)).toMatchObject({ verdict: 'safe', unobserved: [] });
      expect(report.scenarios[0]?.summary).toContain('it said "1"');
    },
  );

  it('leaves the database as it was', async () => {
    const after = await server.ask(async (client) => {
      await client.select(SEVEN);
      return digestOf(client);
    });
    expect(after).toBe(before);
  });

  it('says what is wrong where the database cannot be reached, or copied', async () => {
    for (const wrong of ['redis://127.0.0.1:1', `redis://127.0.0.1:${server.address.port}/999`]) {
      await expect(check(['true'], {}, ['--db', wrong])).resolves.toMatchObject({
        code: 'ERR_RUNTWICE_INVALID_ARGUMENT',
        exit: 2,
      });
    }
  });
});

/** All that is there but times. */
async function digestOf(client: Redis): Promise<string> {
  const keys = (await client.keysBuffer('*')).sort(Buffer.compare);
  const values = await Promise.all(keys.map((key) => client.dumpBuffer(key)));
  return JSON.stringify([
    keys,
    values,
    await client.info('keyspace').then((text) => text.replace(/avg_ttl=\d+/gu, '')),
  ]);
}
