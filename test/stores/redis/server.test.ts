import { Cluster, Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RedisDriver } from '../../../src/clients/redis.ts';
import { isRuntwiceError } from '../../../src/core/errors.ts';
import { type RedisStoreOptions, redisStore } from '../../../src/stores/redis/index.ts';
import { Keys } from '../../support/redis.ts';
import { isRedisInstalled, PrivateRedis, startCluster } from '../../support/redis-private.ts';
import { claimOf, doneOf, RESULT } from '../../support/requests.ts';

/** Why the store does not open, and what to do about it. */
async function refusal(client: RedisDriver, options?: RedisStoreOptions): Promise<string> {
  const error: unknown = await redisStore(client, options).catch((cause: unknown) => cause);
  if (!isRuntwiceError(error)) throw new Error(`no RuntwiceError: ${error}`);
  return `${error.code} ${error.message}. ${error.fix}`;
}

describe.runIf(isRedisInstalled('eviction and durability in Redis'))('a server', () => {
  let server: PrivateRedis;
  let keys: Keys;
  beforeAll(async () => {
    server = await PrivateRedis.start();
    keys = new Keys(server.address);
  });
  afterEach(() => set({ maxmemory: '0', 'maxmemory-policy': 'noeviction', appendonly: 'no' }));
  afterAll(async () => {
    keys.end();
    await server.remove();
  });

  async function set(settings: Record<string, string>): Promise<void> {
    for (const [name, value] of Object.entries(settings)) {
      await keys.admin.config('SET', name, value);
    }
  }

  it.each(['allkeys-lru', 'volatile-ttl'])('that evicts by %s is refused', async (policy) => {
    await set({ maxmemory: '50mb', 'maxmemory-policy': policy });
    expect(await refusal(keys.ioredis())).toMatch(
      new RegExp(`^ERR_RUNTWICE_STORE_UNAVAILABLE .*${policy}.*noeviction.*acceptEviction`, 'u'),
    );
    const store = await redisStore(keys.ioredis(), { acceptEviction: true });
    expect(store.durability).toBe('process');
  });

  it('that would evict, but has no limit, is accepted; also one with a limit that does not', async () => {
    await set({ maxmemory: '0', 'maxmemory-policy': 'allkeys-lru' });
    await redisStore(keys.ioredis());
    await set({ maxmemory: '50mb', 'maxmemory-policy': 'noeviction' });
    await redisStore(keys.ioredis());
  });

  it('keeps records on disk where each write is synced, and else in the process', async () => {
    const durability = async () => (await redisStore(keys.ioredis())).durability;
    expect(await durability()).toBe('process');
    await set({ appendonly: 'yes', appendfsync: 'everysec' });
    expect(await durability()).toBe('process');
    await set({ appendfsync: 'always' });
    expect(await durability()).toBe('disk');
    expect((await redisStore(await keys.nodeRedis())).durability).toBe('disk');
    await set({ appendonly: 'no' });
    expect(await durability()).toBe('process');
  });

  it('keeps them on several machines where all replicas have them, too', async () => {
    await set({ appendonly: 'yes', appendfsync: 'always' });
    const durability = async (replicas: number) =>
      (await redisStore(keys.ioredis(), { replicas })).durability;
    const followers = await Promise.all([server.replica(), server.replica()]);
    expect(await durability(0)).toBe('disk');
    expect(await durability(1), 'the other one may take over').toBe('disk');
    expect(await durability(2)).toBe('quorum');
    await set({ appendonly: 'no' });
    expect(await durability(2), 'it would come back empty').toBe('process');
    await Promise.all(followers.map((follower) => follower.remove()));
  });

  it('that is a replica is refused, until it is promoted', async () => {
    const replica = await server.replica();
    const follower = new Keys(replica.address);
    expect(await refusal(follower.ioredis())).toMatch(/replica.*primary/u);
    expect(await refusal(await follower.nodeRedis())).toMatch(/replica.*primary/u);
    await replica.promote();
    await redisStore(follower.ioredis());
    follower.end();
    await replica.remove();
  });

  it('that keeps CONFIG to itself keeps records in the process, as far as anybody knows', async () => {
    await set({ appendonly: 'yes', appendfsync: 'always' });
    await keys.admin.acl('SETUSER', 'app', 'on', '>secret', '~app:*', '+@all', '-config');
    const store = await redisStore(keys.ioredis({ username: 'app', password: 'secret' }), {
      prefix: 'app:',
    });
    expect(store.durability).toBe('process');
    await set({ maxmemory: '50mb', 'maxmemory-policy': 'allkeys-lru' });
    const client = keys.ioredis({ username: 'app', password: 'secret' });
    expect(await refusal(client, { prefix: 'app:' })).toMatch(/allkeys-lru/u);
    await keys.admin.acl('SETUSER', 'app', '-info');
    expect(await refusal(client, { prefix: 'app:' })).toMatch(/NOPERM.*may call INFO/u);
  });

  it('of version 6 gets the scripts as it knows them', async () => {
    const client = keys.ioredis();
    const old = {
      pipeline: (commands: unknown[][]) => client.pipeline(commands),
      call: async (name: string, args: string[]) => {
        const reply = await client.call(name, args);
        return name === 'INFO'
          ? String(reply).replace(/redis_version:\d+\.\d+/u, 'redis_version:6.2')
          : reply;
      },
    };
    await set({ maxmemory: '1mb' });
    const store = await redisStore(old, { prefix: 'old:' });
    await set({ maxmemory: '0' });
    expect((await store.claim(claimOf('k'))).claimed).toBe(true);
    await set({ maxmemory: '1mb' });
    await expect(store.update(doneOf('k'))).rejects.toMatchObject({
      code: 'ERR_RUNTWICE_STORE_FULL',
    });
    await set({ maxmemory: '0' });
    expect(await store.update(doneOf('k'))).toBeGreaterThan(0);
    expect((await store.claim(claimOf('k', { owner: 'b' }))).record.result).toEqual(RESULT);
  });

  it('is refused where it cannot be reached; the password is not said', async () => {
    const lost = { host: '127.0.0.1', port: 1, password: 'secret' };
    const client = keys.ioredis({ ...lost, maxRetriesPerRequest: 0 });
    const said = await refusal(client);
    expect(said).toMatch(/^ERR_RUNTWICE_STORE_UNAVAILABLE Redis cannot be asked/u);
    expect(said).not.toContain('secret');
  });
});

describe('a server that is asked', () => {
  const fake = (info: string): RedisDriver => ({
    sendCommand: async ([name]: readonly string[]) => (name === 'INFO' ? info : null),
  });

  it('is refused where it is too old', async () => {
    expect(await refusal(fake('redis_version:6.0.16\r\nrole:master'))).toContain(
      '6.0.16 is too old',
    );
    await redisStore(fake('redis_version:6.2.0\r\nrole:master'));
  });
});

describe.runIf(isRedisInstalled('what a cluster of Redis refuses'))('a cluster', () => {
  let servers: PrivateRedis[] = [];
  beforeAll(async () => {
    servers = await startCluster();
  });
  afterAll(() => Promise.all(servers.map((server) => server.remove())));

  it('is refused by a client of one server', async () => {
    const client = new Redis({ ...servers[0]?.address });
    expect(await refusal(client)).toMatch(/one of a cluster.*createCluster/u);
    client.disconnect();
  });

  it('is refused where any of its servers evicts', async () => {
    await servers[2]?.ask((client) =>
      client.config('SET', 'maxmemory', '50mb', 'maxmemory-policy', 'allkeys-lru'),
    );
    const cluster = new Cluster(servers.map(({ address }) => address));
    expect(await refusal(cluster)).toMatch(/allkeys-lru/u);
    await servers[2]?.ask((client) => client.config('SET', 'maxmemory', '0'));
    await redisStore(cluster);
    cluster.disconnect();
  });
});

describe('a client', () => {
  it('that adds a prefix is refused: lists would not find the keys', async () => {
    const client = new Redis({ lazyConnect: true, keyPrefix: 'app:' });
    expect(await refusal(client)).toMatch(/^ERR_RUNTWICE_INVALID_ARGUMENT .*app:/u);
  });

  it.each([null, {}, { sendCommand() {}, execute() {} }])(
    'that is %j is refused',
    async (client) => {
      const said = await refusal(client as unknown as RedisDriver);
      expect(said).toMatch(/^ERR_RUNTWICE_INVALID_ARGUMENT .*none of those/u);
    },
  );

  it.each([
    [{ replicas: -1 }, /replicas/u],
    [{ replicas: 0.5 }, /replicas/u],
    [{ replicaTimeout: Number.NaN }, /replicaTimeout/u],
    [{ prefix: '\ud800' }, /prefix/u],
  ])('with %j is refused', async (options, why) => {
    const said = await refusal(new Redis({ lazyConnect: true }), options);
    expect(said).toMatch(/^ERR_RUNTWICE_INVALID_ARGUMENT/u);
    expect(said).toMatch(why);
  });
});
